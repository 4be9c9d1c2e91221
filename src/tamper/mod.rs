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
mod fixture;
mod forge;
mod impersonation;
mod install;
mod kind;
mod private_key;
mod product;
mod signing;
mod treatment;

use std::fmt;
use std::mem::discriminant;

use qsh_auth::kind::{Demand, Profile, Rule};
use qsh_diagnose::Input;
use serde_json::{Map, Value};

use self::draft::Draft;
pub use self::fixture::{Fixture, Service};
pub(crate) use self::kind::place;
pub use self::kind::{KINDS, operation};
pub use self::private_key::{BadPrivateKey, PrivateKey};
pub use self::signing::{signed, signed_with_header, signed_with_key};
pub use self::treatment::{Treatment, Treatments};
use crate::suite::case::{Operation, Question};
pub use qsh_auth::kind::TokenKind;

/// One change to a token, to its request, or to the receiver's data.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Change {
    /// The name in `adapter.toml` and in reports.
    pub name: &'static str,
    /// The clause that decides about it. For a change that several kinds share, the clause of requests to apps.
    clause: &'static str,
    /// The rule that it breaks or keeps: the name of a claim, and what is demanded of it. In the table of token kinds, the
    /// rule has the clause of every other kind.
    rule: Option<(&'static str, Demand)>,
    /// Whether a token with this change alone is accepted.
    pub is_accepted: bool,
    /// The parts that it changes. Two changes with a common part cannot be combined.
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
}

impl Change {
    /// The clause that decides about this change in a token of this kind.
    pub fn clause(&self, kind: TokenKind) -> &'static str {
        if kind == TokenKind::Install && self.clause == "CTX-2" {
            return "INS-10";
        }
        let Some((claim, demand)) = self.rule.filter(|_| !matches!(kind, TokenKind::Url | TokenKind::Context)) else {
            return self.clause;
        };
        let is_it = |rule: &&Rule| rule.claim == claim && discriminant(&rule.demand) == discriminant(&demand);
        let of_kind = Profile::of(kind).claims.iter().find(is_it).map_or(self.clause, |rule| rule.clause);
        // Some kinds share the clauses of requests to apps, which tell boundaries and fractions apart.
        if of_kind.starts_with("CON-") { self.clause } else { of_kind }
    }

    /// The claim that it changes. `None` if it changes something else.
    pub(crate) fn claim(&self) -> Option<&'static str> {
        let of_rule = self.rule.map(|(claim, _)| claim);
        of_rule.or_else(|| self.parts.iter().copied().find(|part| CLAIMS.contains(part)))
    }

    /// The change, with the rule that it breaks or keeps.
    const fn by_rule(self, claim: &'static str, demand: Demand) -> Self {
        Self { rule: Some((claim, demand)), ..self }
    }

    /// Whether both changes can be made to one token.
    fn goes_with(&self, other: &Self) -> bool {
        self.parts.iter().all(|part| !other.parts.contains(part))
    }
}

/// The same name may mean different changes in different kinds of tokens.
impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.clause, self.is_accepted) == (other.name, other.clause, other.is_accepted)
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
    clause: &'static str,
    is_accepted: bool,
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
) -> Change {
    Change { name, clause, rule: None, is_accepted, parts, apply }
}

/// The claims among the parts of a token.
const CLAIMS: [&str; 9] = ["exp", "iat", "nbf", "iss", "aud", "sub", "jti", "qsh", "tnt"];

/// A token with the change is accepted.
const ACCEPTED: bool = true;
/// A token with the change is refused.
const REFUSED: bool = false;

/// The changes of a kind of token, in the order in which they are applied. A kind that is not in [`KINDS`] has none.
pub fn changes(kind: TokenKind) -> impl Iterator<Item = &'static Change> + Clone {
    let tables: &[&[Change]] = match kind {
        TokenKind::Url => {
            &[any::CHANGES, dates::CHANGES, connect::SECRETS, connect::CLAIMS, connect::TENANT, connect::HASH]
        }
        TokenKind::Context => {
            &[any::CHANGES, dates::CHANGES, connect::SECRETS, connect::CLAIMS, connect::TENANT, connect::CONTEXT]
        }
        TokenKind::App => {
            &[any::CHANGES, dates::CHANGES, connect::SECRETS, connect::CLAIMS, product::CHANGES, connect::HASH]
        }
        TokenKind::Install => &[any::CHANGES, dates::CHANGES, install::CHANGES, connect::HASH],
        TokenKind::Asap => &[any::CHANGES, dates::CHANGES, asap::CHANGES],
        TokenKind::Forge => &[any::CHANGES, dates::CHANGES, forge::CHANGES],
        TokenKind::Impersonation => &[any::CHANGES, dates::CHANGES, connect::SECRETS, impersonation::CHANGES],
        _ => &[],
    };
    tables.iter().copied().flatten()
}

/// The change with this name for a kind of token.
///
/// # Examples
///
/// ```
/// use qsh::tamper::{TokenKind, change_named};
///
/// let change = change_named(TokenKind::Url, "exp_left_out").unwrap();
/// assert_eq!((change.clause(TokenKind::Url), change.clause(TokenKind::Asap)), ("CON-6", "ASAP-12"));
/// assert_eq!(change.clause(TokenKind::Forge), "FIT-6");
/// // Connect ignores `sub`, ASAP does not.
/// assert!(change_named(TokenKind::Url, "sub_number").unwrap().is_accepted);
/// assert!(!change_named(TokenKind::Asap, "sub_number").unwrap().is_accepted);
/// assert!(change_named(TokenKind::Url, "kid_left_out").is_none());
/// ```
pub fn change_named(kind: TokenKind, name: &str) -> Option<&'static Change> {
    changes(kind).find(|change| change.name == name)
}

/// The claims of a good token for a request.
///
/// # Examples
///
/// ```
/// use qsh::tamper::{Fixture, TokenKind, good_claims};
/// use qsh_diagnose::Input;
///
/// let claims = good_claims(TokenKind::Forge, &Input::new("GET", "/"), &Fixture::default());
/// assert_eq!(claims["app"]["id"], claims["aud"]);
/// ```
pub fn good_claims(kind: TokenKind, request: &Input, fixture: &Fixture) -> Map<String, Value> {
    Draft::new(kind, request, fixture).claims
}

/// A good token, and the changes to it.
///
/// # Examples
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh_diagnose::Input;
/// use qsh::suite::outcome::Outcome;
/// use qsh::tamper::{TokenKind, TamperedToken, change_named};
///
/// let good = TamperedToken::good(TokenKind::Url, Input::new("GET", "/panel?issue=1"));
/// let bad = good.clone().with(change_named(TokenKind::Url, "qsh_left_out").unwrap()).unwrap();
/// let accepted = |token: &TamperedToken| matches!(BuiltIn::new().answer(&token.question()), Outcome::Ok(_));
/// assert_eq!((good.is_good(), accepted(&good)), (true, true));
/// assert_eq!((bad.is_good(), accepted(&bad)), (false, false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TamperedToken {
    /// What the token is for.
    pub kind: TokenKind,
    /// The request that carries it. ASAP tokens, assertions and tokens of Forge come without one.
    pub request: Input,
    /// The changes, in the order in which they are applied. A token without changes is good.
    pub changes: Vec<&'static Change>,
}

impl TamperedToken {
    /// A good token: no changes yet. A kind that is not in [`KINDS`] is taken for [`TokenKind::Url`].
    pub fn good(kind: TokenKind, request: Input) -> Self {
        let kind = if KINDS.contains(&kind) { kind } else { TokenKind::Url };
        Self { kind, request, changes: Vec::new() }
    }

    /// The operation that verifies the token.
    pub fn operation(&self) -> Operation {
        operation(self.kind).unwrap_or(Operation::Authenticate)
    }

    /// The token with this [name](Self::name) and a plain request, or `None` if no token has this name. A callback is a `POST`
    /// to `/installed`, where frameworks expect it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::tamper::{TokenKind, TamperedToken};
    ///
    /// let both = TamperedToken::named(TokenKind::Url, "typ_jose+jti").unwrap();
    /// assert_eq!((both.changes.len(), both.name().as_str()), (2, "typ_jose+jti"));
    /// // The order of the changes is fixed, so each token has one name.
    /// assert_eq!(TamperedToken::named(TokenKind::Url, "jti+typ_jose"), None);
    /// assert_eq!(TamperedToken::named(TokenKind::Url, "qsh_null+qsh_left_out"), None);
    /// ```
    pub fn named(kind: TokenKind, name: &str) -> Option<Self> {
        let request = if kind == TokenKind::Install { ("POST", "/installed") } else { ("GET", "/") };
        let plain = Self::good(kind, Input::new(request.0, request.1));
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

    /// The question that presents the token to an implementation, in the default fixture.
    pub fn question(&self) -> Question {
        self.question_in(&Fixture::default())
    }

    /// The question that presents the token to an implementation.
    pub fn question_in(&self, fixture: &Fixture) -> Question {
        self.draft(fixture).question()
    }

    /// Whether a change is one of the receiver's data: its secrets, its keys, its clock or its leeway. A running app cannot
    /// be told of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::tamper::{TamperedToken, TokenKind};
    ///
    /// let changes_receiver = |name| TamperedToken::named(TokenKind::Url, name).unwrap().changes_receiver();
    /// assert!(changes_receiver("secret_empty") && changes_receiver("exp_within_leeway"));
    /// assert!(!changes_receiver("alg_none_unsigned"));
    /// ```
    pub fn changes_receiver(&self) -> bool {
        self.draft(&Fixture::default()).changes_receiver()
    }

    fn draft(&self, fixture: &Fixture) -> Draft {
        let mut draft = Draft::new(self.kind, &self.request, fixture);
        for change in &self.changes {
            (change.apply)(&mut draft);
        }
        draft
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

    fn singles(kind: TokenKind) -> impl Iterator<Item = TamperedToken> {
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
        for kind in KINDS {
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
        for kind in KINDS {
            assert_eq!(disagreements([TamperedToken::good(kind, request())].into_iter().chain(singles(kind))), []);
        }
    }

    #[test]
    fn our_own_verifier_does_what_is_written_of_two_changes() {
        for kind in KINDS {
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
        let plain = TamperedToken::good(TokenKind::Url, Input::new("GET", "/a?b=1"));
        let token = plain.with(change_named(TokenKind::Url, "in_form_body").unwrap()).unwrap();
        let Question::Authenticate(mut asked) = token.question() else { panic!("{token:?}") };
        assert_eq!(asked.request.input.method, "POST");
        let form = asked.request.input.form.take().unwrap();
        asked.request.headers = vec![("Authorization".to_owned(), form.replace("jwt=", "JWT "))];
        let outcome = BuiltIn::new().answer(&Question::Authenticate(asked));
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }

    #[test]
    fn changes_of_one_thing_do_not_go_together_and_the_others_keep_their_order() {
        let named = |name| change_named(TokenKind::Url, name).unwrap();
        let token = TamperedToken::good(TokenKind::Url, request()).with(named("qsh_left_out")).unwrap();
        assert_eq!(token.clone().with(named("qsh_null")), None);
        // Changes of another kind of token are not accepted, even by the same name.
        assert_eq!(token.clone().with(change_named(TokenKind::Asap, "kid_left_out").unwrap()), None);
        assert_eq!(token.clone().with(change_named(TokenKind::Asap, "sub_number").unwrap()), None);
        let both = token.with(named("typ_left_out")).unwrap();
        assert_eq!(both.changes, [named("typ_left_out"), named("qsh_left_out")]);
        assert_eq!(both.without(0).changes, [named("qsh_left_out")]);
    }
}
