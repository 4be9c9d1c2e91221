//! Good tokens, and tokens with one change or two, with the answer that the specification requires.
//!
//! A [`Change`] has a name, a clause, and whether a token with it is still accepted. All three are written by hand.
//! This module signs tokens by itself, without `jwt` and `connect`, so that their tests do not depend on their own
//! code.

mod any;
mod asap;
mod connect;
mod dates;
mod draft;
mod kind;
mod signing;
mod treatment;

use std::fmt;

use qsh_diagnose::Input;

use self::draft::Draft;
pub use self::kind::Kind;
pub use self::treatment::{Treatment, Treatments};
use crate::suite::case::Question;

/// One change to a token, to its request, or to the receiver's data.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Change {
    /// The name in `adapter.toml` and in reports.
    pub name: &'static str,
    /// The clause that decides about it. Where Connect and ASAP have different clauses, one for each.
    clauses: &'static [&'static str],
    /// Whether a token with this change alone is accepted.
    pub is_accepted: bool,
    /// The parts that it changes. Two changes with a common part cannot be combined.
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
}

impl Change {
    /// The clause that decides about this change in a token of this kind.
    pub fn clause(&self, kind: Kind) -> &'static str {
        let is_of_asap = |clause: &&&str| clause.starts_with("ASAP-") == (kind == Kind::Asap);
        self.clauses.iter().find(is_of_asap).unwrap_or(&self.clauses[0])
    }

    /// Whether both changes can be made to one token.
    fn goes_with(&self, other: &Self) -> bool {
        self.parts.iter().all(|part| !other.parts.contains(part))
    }
}

/// The same name may mean different changes in different kinds of tokens.
impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.clauses, self.is_accepted) == (other.name, other.clauses, other.is_accepted)
    }
}

impl Eq for Change {}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Change").field(&self.name).finish()
    }
}

/// A row of a table of changes.
const fn change(
    name: &'static str,
    clauses: &'static [&'static str],
    is_accepted: bool,
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
) -> Change {
    Change { name, clauses, is_accepted, parts, apply }
}

/// A token with the change is accepted.
const ACCEPTED: bool = true;
/// A token with the change is refused.
const REFUSED: bool = false;

/// The changes of a kind of token, in the order in which they are applied.
pub fn changes(kind: Kind) -> impl Iterator<Item = &'static Change> + Clone {
    let tables: &[&[Change]] = match kind {
        Kind::Url => &[any::CHANGES, dates::CHANGES, connect::CHANGES, connect::URL],
        Kind::Context => &[any::CHANGES, dates::CHANGES, connect::CHANGES, connect::CONTEXT],
        Kind::Asap => &[any::CHANGES, dates::CHANGES, asap::CHANGES],
    };
    tables.iter().copied().flatten()
}

/// The change with this name for a kind of token.
///
/// # Examples
///
/// ```
/// use qsh::tamper::{Kind, change_named};
///
/// let change = change_named(Kind::Url, "exp_left_out").unwrap();
/// assert_eq!((change.clause(Kind::Url), change.clause(Kind::Asap)), ("CON-6", "ASAP-12"));
/// // Connect ignores `sub`, ASAP does not.
/// assert!(change_named(Kind::Url, "sub_number").unwrap().is_accepted);
/// assert!(!change_named(Kind::Asap, "sub_number").unwrap().is_accepted);
/// assert!(change_named(Kind::Url, "kid_left_out").is_none());
/// ```
pub fn change_named(kind: Kind, name: &str) -> Option<&'static Change> {
    changes(kind).find(|change| change.name == name)
}

/// A good token, and the changes to it.
///
/// # Examples
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh_diagnose::Input;
/// use qsh::suite::outcome::Outcome;
/// use qsh::tamper::{Kind, TamperedToken, change_named};
///
/// let good = TamperedToken::good(Kind::Url, Input::new("GET", "/panel?issue=1"));
/// let bad = good.clone().with(change_named(Kind::Url, "qsh_left_out").unwrap()).unwrap();
/// let accepted = |token: &TamperedToken| matches!(BuiltIn::new().answer(&token.question()), Outcome::Ok(_));
/// assert_eq!((good.is_good(), accepted(&good)), (true, true));
/// assert_eq!((bad.is_good(), accepted(&bad)), (false, false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TamperedToken {
    /// What the token is for.
    pub kind: Kind,
    /// The request that carries it. An ASAP token comes without one.
    pub request: Input,
    /// The changes, in the order in which they are applied. A token without changes is good.
    pub changes: Vec<&'static Change>,
}

impl TamperedToken {
    /// A good token: no changes yet.
    pub fn good(kind: Kind, request: Input) -> Self {
        Self { kind, request, changes: Vec::new() }
    }

    /// The token with this [name](Self::name) and a plain request, or `None` if no token has this name.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::tamper::{Kind, TamperedToken};
    ///
    /// let both = TamperedToken::named(Kind::Url, "typ_jose+jti").unwrap();
    /// assert_eq!((both.changes.len(), both.name().as_str()), (2, "typ_jose+jti"));
    /// // The order of the changes is fixed, so each token has one name.
    /// assert_eq!(TamperedToken::named(Kind::Url, "jti+typ_jose"), None);
    /// assert_eq!(TamperedToken::named(Kind::Url, "qsh_null+qsh_left_out"), None);
    /// ```
    pub fn named(kind: Kind, name: &str) -> Option<Self> {
        let plain = Self::good(kind, Input::new("GET", "/"));
        let token = name.split('+').try_fold(plain, |token, name| token.with(change_named(kind, name)?))?;
        (token.name() == name).then_some(token)
    }

    /// Adds a change. Returns `None` if this kind of token does not have the change, or if it has a part in common with
    /// another one.
    pub fn with(mut self, change: &'static Change) -> Option<Self> {
        let place = |it: &Change| changes(self.kind).position(|other| other == it);
        let at = place(change)?;
        if !self.changes.iter().all(|other| change.goes_with(other)) {
            return None;
        }
        let before = self.changes.iter().filter(|other| place(other) < Some(at)).count();
        self.changes.insert(before, change);
        Some(self)
    }

    /// The same token without the change at `place`.
    ///
    /// # Panics
    ///
    /// If there is no change at `place`.
    pub fn without(&self, place: usize) -> Self {
        let mut token = self.clone();
        token.changes.remove(place);
        token
    }

    /// Whether the specification accepts the token: every change leaves it good.
    pub fn is_good(&self) -> bool {
        self.changes.iter().all(|change| change.is_accepted)
    }

    /// What the specification requires.
    pub fn treatment(&self) -> Treatment {
        if self.is_good() { Treatment::Accepted } else { Treatment::Refused }
    }

    /// The names of the changes, joined with `+`, as in `adapter.toml`.
    pub fn name(&self) -> String {
        self.changes.iter().map(|change| change.name).collect::<Vec<_>>().join("+")
    }

    /// The question that presents the token to an implementation.
    pub fn question(&self) -> Question {
        let mut draft = Draft::new(self.kind, &self.request);
        for change in &self.changes {
            (change.apply)(&mut draft);
        }
        draft.question()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::adapter::built_in::BuiltIn;
    use crate::suite::outcome::Outcome;

    fn request() -> Input {
        Input::new("GET", "/panel?issue=QSH-1")
    }

    fn singles(kind: Kind) -> impl Iterator<Item = TamperedToken> {
        changes(kind).map(move |change| TamperedToken::good(kind, request()).with(change).unwrap())
    }

    /// The tokens on which our own verifier and the tables disagree.
    fn disagreements(tokens: impl Iterator<Item = TamperedToken>) -> Vec<(TamperedToken, Outcome)> {
        let answered = tokens.map(|token| (BuiltIn::new().answer(&token.question()), token));
        let otherwise = answered.filter(|(outcome, token)| matches!(outcome, Outcome::Ok(_)) != token.is_good());
        otherwise.map(|(outcome, token)| (token, outcome)).collect()
    }

    #[test]
    fn every_change_changes_what_is_asked_and_has_a_name_and_a_clause_of_its_own() {
        let spec = include_str!("../../docs/spec.md");
        for kind in Kind::ALL {
            let plain = TamperedToken::good(kind, request()).question();
            let mut names = BTreeSet::new();
            for token in singles(kind) {
                let change = token.changes[0];
                assert!(names.insert(change.name), "{change:?}");
                assert!(spec.contains(&format!("\n### {} ", change.clause(kind))), "{change:?}");
                assert_ne!(token.question(), plain, "{change:?}");
            }
            assert!(names.len() > 60, "{kind:?}: {}", names.len());
        }
    }

    #[test]
    fn our_own_verifier_does_what_is_written_of_each_change() {
        for kind in Kind::ALL {
            assert_eq!(disagreements([TamperedToken::good(kind, request())].into_iter().chain(singles(kind))), []);
        }
    }

    #[test]
    fn our_own_verifier_does_what_is_written_of_two_changes() {
        for kind in Kind::ALL {
            let pairs = || {
                let all: Vec<&Change> = changes(kind).collect();
                singles(kind).enumerate().flat_map(move |(place, token)| {
                    let later = all[place + 1..].to_vec();
                    later.into_iter().filter_map(move |second| token.clone().with(second))
                })
            };
            assert!(pairs().count() > 1_500, "{kind:?}: {}", pairs().count());
            assert_eq!(disagreements(pairs()), []);
        }
    }

    #[test]
    fn a_token_in_a_form_is_good_for_the_post_that_carries_it() {
        let plain = TamperedToken::good(Kind::Url, Input::new("GET", "/a?b=1"));
        let token = plain.with(change_named(Kind::Url, "in_form_body").unwrap()).unwrap();
        let Question::Authenticate(mut asked) = token.question() else { panic!("{token:?}") };
        assert_eq!(asked.request.input.method, "POST");
        let form = asked.request.input.form.take().unwrap();
        asked.request.headers = vec![("Authorization".to_owned(), form.replace("jwt=", "JWT "))];
        let outcome = BuiltIn::new().answer(&Question::Authenticate(asked));
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }

    #[test]
    fn changes_of_one_thing_do_not_go_together_and_the_others_keep_their_order() {
        let named = |name| change_named(Kind::Url, name).unwrap();
        let token = TamperedToken::good(Kind::Url, request()).with(named("qsh_left_out")).unwrap();
        assert_eq!(token.clone().with(named("qsh_null")), None);
        // Changes of another kind of token are not accepted, even by the same name.
        assert_eq!(token.clone().with(change_named(Kind::Asap, "kid_left_out").unwrap()), None);
        assert_eq!(token.clone().with(change_named(Kind::Asap, "sub_number").unwrap()), None);
        let both = token.with(named("typ_left_out")).unwrap();
        assert_eq!(both.changes, [named("typ_left_out"), named("qsh_left_out")]);
        assert_eq!(both.without(0).changes, [named("qsh_left_out")]);
    }
}
