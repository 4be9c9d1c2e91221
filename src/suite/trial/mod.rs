//! Tokens that are good, and tokens in which one or two things are changed, with what the specification says of each.
//!
//! Every [`Change`] has a name, its clause, and whether a token stays good with it; all of that is written by hand.
//! Tokens are signed here without our own signer, so that neither it nor our verifier is its own measure.

mod any;
mod asap;
mod connect;
mod dates;
mod draft;
mod signing;
mod treatment;

use std::fmt;

use serde::Deserialize;

use self::draft::Draft;
pub use self::treatment::{Treatment, Treatments};
use super::case::{Input, Operation, Question};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// A request of a tenant to an endpoint whose tokens are bound to its URL (CON-18).
    Url,
    /// A request of a tenant to an endpoint that takes context tokens (CTX-1).
    Context,
    /// A service that takes ASAP tokens.
    Asap,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Url, Self::Context, Self::Asap];

    /// The name in `adapter.toml` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Context => "context",
            Self::Asap => "asap",
        }
    }

    /// The operation that asks about such a token.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::trial::Kind;
    ///
    /// let operations = Kind::ALL.map(|kind| kind.operation().name());
    /// assert_eq!(operations, ["authenticate", "authenticate", "asap_verify"]);
    /// ```
    pub fn operation(self) -> Operation {
        match self {
            Self::Url | Self::Context => Operation::Authenticate,
            Self::Asap => Operation::AsapVerify,
        }
    }
}

/// One thing that is changed in a token or in what comes with it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Change {
    /// Its name, which `adapter.toml` and reports use.
    pub name: &'static str,
    /// The clauses that say what comes of it, of each kind of token one.
    clauses: &'static [&'static str],
    /// Whether a token that is good otherwise is accepted with it.
    pub is_accepted: bool,
    /// What it changes: two changes of one thing do not go together.
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
}

impl Change {
    /// The clause that says what comes of it in such a token.
    pub fn clause(&self, kind: Kind) -> &'static str {
        let is_of_asap = |clause: &&&str| clause.starts_with("ASAP-") == (kind == Kind::Asap);
        self.clauses.iter().find(is_of_asap).unwrap_or(&self.clauses[0])
    }

    /// Whether both can be made in one token.
    fn goes_with(&self, other: &Self) -> bool {
        self.parts.iter().all(|part| !other.parts.contains(part))
    }
}

/// Changes of several kinds of tokens may have one name, and then other clauses.
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

/// The token is accepted with a change.
const ACCEPTED: bool = true;
/// The token is refused with a change.
const REFUSED: bool = false;

/// The changes of a kind of token, in the order in which they are made.
pub fn changes(kind: Kind) -> impl Iterator<Item = &'static Change> + Clone {
    let tables: &[&[Change]] = match kind {
        Kind::Url => &[any::CHANGES, dates::CHANGES, connect::CHANGES, connect::URL],
        Kind::Context => &[any::CHANGES, dates::CHANGES, connect::CHANGES, connect::CONTEXT],
        Kind::Asap => &[any::CHANGES, dates::CHANGES, asap::CHANGES],
    };
    tables.iter().copied().flatten()
}

/// The change of that name in such tokens.
///
/// # Examples
///
/// ```
/// use qsh::suite::trial::{Kind, change_named};
///
/// let change = change_named(Kind::Url, "exp_left_out").unwrap();
/// assert_eq!((change.clause(Kind::Url), change.clause(Kind::Asap)), ("CON-6", "ASAP-12"));
/// // What Connect ignores, ASAP does not.
/// assert!(change_named(Kind::Url, "sub_number").unwrap().is_accepted);
/// assert!(!change_named(Kind::Asap, "sub_number").unwrap().is_accepted);
/// assert!(change_named(Kind::Url, "kid_left_out").is_none());
/// ```
pub fn change_named(kind: Kind, name: &str) -> Option<&'static Change> {
    changes(kind).find(|change| change.name == name)
}

/// A token, with the changes that are made in it.
///
/// # Examples
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::suite::case::Input;
/// use qsh::suite::outcome::Outcome;
/// use qsh::suite::trial::{Kind, Trial, change_named};
///
/// let good = Trial::new(Kind::Url, Input::new("GET", "/panel?issue=1"));
/// let bad = good.clone().with(change_named(Kind::Url, "qsh_left_out").unwrap()).unwrap();
/// let accepted = |trial: &Trial| matches!(BuiltIn::new().answer(&trial.question()), Outcome::Ok(_));
/// assert_eq!((good.is_good(), accepted(&good)), (true, true));
/// assert_eq!((bad.is_good(), accepted(&bad)), (false, false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// What the token is for.
    pub kind: Kind,
    /// The request that it comes with; an ASAP token comes by itself.
    pub request: Input,
    /// What is changed, in the order of the tables.
    pub changes: Vec<&'static Change>,
}

impl Trial {
    /// A good token.
    pub fn new(kind: Kind, request: Input) -> Self {
        Self { kind, request, changes: Vec::new() }
    }

    /// The token that has this [name](Self::name), with a plain request; nothing, where there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::trial::{Kind, Trial};
    ///
    /// let both = Trial::named(Kind::Url, "typ_jose+jti").unwrap();
    /// assert_eq!((both.changes.len(), both.name().as_str()), (2, "typ_jose+jti"));
    /// // Each token has one name.
    /// assert_eq!(Trial::named(Kind::Url, "jti+typ_jose"), None);
    /// assert_eq!(Trial::named(Kind::Url, "qsh_null+qsh_left_out"), None);
    /// ```
    pub fn named(kind: Kind, name: &str) -> Option<Self> {
        let plain = Self::new(kind, Input::new("GET", "/"));
        let trial = name.split('+').try_fold(plain, |trial, name| trial.with(change_named(kind, name)?))?;
        (trial.name() == name).then_some(trial)
    }

    /// The same with one more change; nothing, where the kind does not have it or another change is in its way.
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

    /// The same without the change at that place.
    ///
    /// # Panics
    ///
    /// There is none.
    pub fn without(&self, place: usize) -> Self {
        let mut trial = self.clone();
        trial.changes.remove(place);
        trial
    }

    /// Whether the token is to be accepted: every change leaves it good.
    pub fn is_good(&self) -> bool {
        self.changes.iter().all(|change| change.is_accepted)
    }

    /// What the specification does with the token.
    pub fn treatment(&self) -> Treatment {
        if self.is_good() { Treatment::Accepted } else { Treatment::Refused }
    }

    /// The changes' names, as `adapter.toml` writes them: with `+` between them.
    pub fn name(&self) -> String {
        self.changes.iter().map(|change| change.name).collect::<Vec<_>>().join("+")
    }

    /// What an implementation is asked about it.
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

    fn singles(kind: Kind) -> impl Iterator<Item = Trial> {
        changes(kind).map(move |change| Trial::new(kind, request()).with(change).unwrap())
    }

    /// Those that our own verifier takes for another thing than is written.
    fn taken_otherwise(trials: impl Iterator<Item = Trial>) -> Vec<(Trial, Outcome)> {
        let answered = trials.map(|trial| (BuiltIn::new().answer(&trial.question()), trial));
        let otherwise = answered.filter(|(outcome, trial)| matches!(outcome, Outcome::Ok(_)) != trial.is_good());
        otherwise.map(|(outcome, trial)| (trial, outcome)).collect()
    }

    #[test]
    fn every_change_changes_what_is_asked_and_has_a_name_and_a_clause_of_its_own() {
        let spec = include_str!("../../../docs/spec.md");
        for kind in Kind::ALL {
            let plain = Trial::new(kind, request()).question();
            let mut names = BTreeSet::new();
            for trial in singles(kind) {
                let change = trial.changes[0];
                assert!(names.insert(change.name), "{change:?}");
                assert!(spec.contains(&format!("\n### {} ", change.clause(kind))), "{change:?}");
                assert_ne!(trial.question(), plain, "{change:?}");
            }
            assert!(names.len() > 60, "{kind:?}: {}", names.len());
        }
    }

    #[test]
    fn our_own_verifier_does_what_is_written_of_each_change() {
        for kind in Kind::ALL {
            assert_eq!(taken_otherwise([Trial::new(kind, request())].into_iter().chain(singles(kind))), []);
        }
    }

    #[test]
    fn our_own_verifier_does_what_is_written_of_two_changes() {
        for kind in Kind::ALL {
            let pairs = || {
                let all: Vec<&Change> = changes(kind).collect();
                singles(kind).enumerate().flat_map(move |(place, trial)| {
                    let later = all[place + 1..].to_vec();
                    later.into_iter().filter_map(move |second| trial.clone().with(second))
                })
            };
            assert!(pairs().count() > 1_500, "{kind:?}: {}", pairs().count());
            assert_eq!(taken_otherwise(pairs()), []);
        }
    }

    #[test]
    fn a_token_in_a_form_is_good_for_the_post_that_carries_it() {
        let plain = Trial::new(Kind::Url, Input::new("GET", "/a?b=1"));
        let trial = plain.with(change_named(Kind::Url, "in_form_body").unwrap()).unwrap();
        let Question::Authenticate(mut asked) = trial.question() else { panic!("{trial:?}") };
        assert_eq!(asked.request.method, "POST");
        let form = asked.request.form.take().unwrap();
        asked.headers = vec![("Authorization".to_owned(), form.replace("jwt=", "JWT "))];
        let outcome = BuiltIn::new().answer(&Question::Authenticate(asked));
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }

    #[test]
    fn changes_of_one_thing_do_not_go_together_and_the_others_keep_their_order() {
        let named = |name| change_named(Kind::Url, name).unwrap();
        let trial = Trial::new(Kind::Url, request()).with(named("qsh_left_out")).unwrap();
        assert_eq!(trial.clone().with(named("qsh_null")), None);
        // A change of another kind has other rules, even by the same name.
        assert_eq!(trial.clone().with(change_named(Kind::Asap, "kid_left_out").unwrap()), None);
        assert_eq!(trial.clone().with(change_named(Kind::Asap, "sub_number").unwrap()), None);
        let both = trial.with(named("typ_left_out")).unwrap();
        assert_eq!(both.changes, [named("typ_left_out"), named("qsh_left_out")]);
        assert_eq!(both.without(0).changes, [named("qsh_left_out")]);
    }
}
