//! [`objections`]: everything that is wrong with a token, for a person.

use std::fmt;

use serde_json::Value;

use super::check::Checker;
use super::expected::Expected;
use super::profile::Profile;
use super::recognize::Recognition;
use super::rule::Demand;
use super::token_kind::TokenKind;
use crate::jwt::danger::Unverified;
use crate::jwt::{KeyId, Reason, Rejection, Time};

/// One thing that is wrong with a token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Objection {
    /// What is wrong.
    pub rejection: Rejection,
    /// The claim or the member of the header that is at fault, such as `aud` or `alg`.
    pub name: Option<&'static str>,
    /// Its value, if it has one.
    pub found: Option<Value>,
    /// The value that the verifier expected, or a description of it.
    pub expected: Option<String>,
}

/// Writes what is wrong, without the values.
impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)
    }
}

/// Lists everything that is wrong with a token of a kind, in the order in which a verifier checks it: the place in the
/// request, the header and the claims. If the token is of another kind, its algorithm comes first. Does not check the
/// signature, except for its length, and does not look up the key.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{Reason, Time};
/// use qsh_auth::kind::{Expected, TokenKind, objections};
///
/// // {"alg":"none"} and {"iss":"app","exp":1000}
/// let token = Unverified::parse(b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcHAiLCJleHAiOjEwMDB9.")?;
/// let found = objections(&token, TokenKind::Url, &Expected::new().with_issuer("client"), Time::new(1_001));
/// let reasons: Vec<Reason> = found.iter().map(|objection| objection.rejection.reason()).collect();
/// use Reason::{AlgorithmNotAllowed, Expired, MissingClaim, UnknownIssuer};
/// assert_eq!(reasons, [AlgorithmNotAllowed, UnknownIssuer, Expired, MissingClaim, MissingClaim]);
/// assert_eq!((found[1].found.as_ref().unwrap(), found[1].expected.as_deref()), (&"app".into(), Some("client")));
/// # Ok::<(), qsh_auth::jwt::Rejection>(())
/// ```
#[must_use]
pub fn objections(token: &Unverified<'_>, kind: TokenKind, expected: &Expected<'_>, time: Time) -> Vec<Objection> {
    let mut found: Vec<Objection> = of_another_kind(token, kind, expected).into_iter().collect();
    let is_of_another_kind = !found.is_empty();
    found.extend(of_carrier(kind, expected));
    found.extend(of_recipient(kind, expected));
    let of_header = of_header(token, kind).into_iter();
    found.extend(of_header.filter(|it| !is_of_another_kind || it.rejection.reason() != Reason::AlgorithmNotAllowed));
    let key_id = token.header("kid").and_then(Value::as_str).and_then(|key_id| KeyId::parse(key_id).ok());
    let expected = match &key_id {
        Some(key_id) if expected.key_id.is_none() => &expected.clone().with_key_id(key_id),
        _ => expected,
    };
    let checker = Checker { claims: token.claims(), expected, time };
    for rule in Profile::of(kind).claims {
        let Some(breach) = checker.breach(rule) else { continue };
        let (name, value) = match rule.demand {
            Demand::OwnsKey => ("kid", token.header("kid").cloned()),
            Demand::Lifetime(_) => (rule.claim, checker.lifetime_found(rule.claim)),
            _ => (rule.claim, token.claims().get(rule.claim).cloned()),
        };
        let expected = breach.expected.clone();
        let rejection = breach.rejection(rule);
        found.push(Objection { rejection, name: Some(name), found: value, expected });
    }
    found
}

/// The token seems to be of another kind, and no token of the expected kind has its algorithm. All else follows from this.
fn of_another_kind(token: &Unverified<'_>, kind: TokenKind, expected: &Expected<'_>) -> Option<Objection> {
    let profile = Profile::of(kind);
    let algorithm = token.algorithm();
    let seems = Recognition::of(token, expected.recipient, expected.carrier);
    let other = Profile::of(seems.kind);
    let is_recognised = other.marks.iter().any(|mark| mark.text == seems.because);
    let is_other = is_recognised
        && seems.kind != kind
        && !profile.algorithms.is_empty()
        && !profile.algorithms.contains(&algorithm)
        && other.algorithms.contains(&algorithm);
    is_other.then(|| {
        let (title, other, because) = (profile.title, other.title, seems.because);
        let what = format!("the token is of another kind than {title}: {other}, because {because}");
        let rejection = Rejection::new(Reason::AlgorithmNotAllowed, profile.algorithm_clause, what);
        Objection { expected: Some(profile.algorithms.join(", ")), ..in_header(token, "alg", rejection) }
    })
}

/// The token stands where no verifier of its kind looks for it.
fn of_carrier(kind: TokenKind, expected: &Expected<'_>) -> Option<Objection> {
    let Profile { carriers, carrier_clause, .. } = Profile::of(kind);
    let found = expected.carrier.filter(|found| !carriers.iter().any(|carrier| found.is(*carrier)))?;
    let names: Vec<String> = carriers.iter().map(ToString::to_string).collect();
    Some(Objection {
        rejection: Rejection::new(Reason::NoToken, carrier_clause, "a verifier does not look for the token there"),
        name: None,
        found: Some(found.to_string().into()),
        expected: Some(names.join(" or ")),
    })
}

/// The request goes to another recipient.
fn of_recipient(kind: TokenKind, expected: &Expected<'_>) -> Option<Objection> {
    let &Profile { title, issued_for, recipient, recipient_clause, .. } = Profile::of(kind);
    let found = expected.recipient.filter(|found| recipient.is_some_and(|recipient| recipient != *found))?;
    let is_context = matches!(kind, TokenKind::Context | TokenKind::Session);
    let reason = if is_context { Reason::ContextToken } else { Reason::UnknownIssuer };
    let what = format!("the request goes to {found}, which refuses a token of this kind ({title})");
    Some(Objection {
        rejection: Rejection::new(reason, recipient_clause, what),
        name: None,
        found: Some(found.to_string().into()),
        expected: Some(issued_for.to_owned()),
    })
}

fn of_header(token: &Unverified<'_>, kind: TokenKind) -> Vec<Objection> {
    let profile = Profile::of(kind);
    let mut found = Vec::new();
    if !profile.algorithms.is_empty() && !profile.algorithms.contains(&token.algorithm()) {
        let names = profile.algorithms.join(", ");
        let what = format!("the token's alg is not {}", profile.algorithms.join(" or "));
        let rejection = Rejection::new(Reason::AlgorithmNotAllowed, profile.algorithm_clause, what);
        found.push(Objection { expected: Some(names), ..in_header(token, "alg", rejection) });
    }
    if let Some(rule) = profile.key_id {
        let key_id = token.key_id(rule.mandatory).and_then(|key_id| {
            KeyId::parse(key_id).map_err(|bad| {
                let what = what_is_off(key_id).map_or_else(|| bad.to_string(), str::to_owned);
                Rejection::new(Reason::Malformed, rule.clause, what)
            })
        });
        found.extend(key_id.err().map(|rejection| in_header(token, "kid", rejection)));
    }
    let size = token.check_signature_size().err();
    found.extend(size.map(|rejection| Objection { rejection, name: None, found: None, expected: None }));
    found
}

fn in_header(token: &Unverified<'_>, name: &'static str, rejection: Rejection) -> Objection {
    Objection { rejection, name: Some(name), found: token.header(name).cloned(), expected: None }
}

/// What is off with a text that would be a `kid` without it. The address of a key is the key host, a slash, and the `kid`
/// as it stands (INS-3, ASAP-8).
fn what_is_off(key_id: &str) -> Option<&'static str> {
    let is_key_id = |text: &str| KeyId::parse(text).is_ok();
    let path = key_id.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
    if path.is_some_and(is_key_id) {
        return Some(
            "the kid is the whole address of a key: it has to be what stands after the key host and its slash",
        );
    }
    if key_id.strip_prefix('/').is_some_and(is_key_id) {
        return Some("the kid begins with a slash: that slash belongs to the address of the key, and not to the kid");
    }
    let is_escaped = key_id.contains("%2F") || key_id.contains("%2f");
    if is_escaped && is_key_id(&key_id.replace("%2F", "/").replace("%2f", "/")) {
        return Some("the kid is escaped: its slashes have to stand as they are, without %2F");
    }
    None
}
