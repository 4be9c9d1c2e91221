//! What an implementation did with one case. Answers, crashes and timeouts are data here, not errors.

use std::time::Duration;

pub use qsh_auth::jwt::Reason;
use serde_json::{Map, Value};

use super::text::Text;

/// What an implementation did with one case (or with one request of the adapter protocol).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It answered.
    Ok(Answer),
    /// It refused, in its documented way.
    Rejected {
        /// The reason.
        reason: Reason,
        /// Its own words.
        message: String,
    },
    /// It lacks the operation or an option. The text says which.
    Unsupported(String),
    /// It raised an undocumented exception.
    Fault {
        /// The exception's type, such as `KeyError`.
        kind: String,
        /// Its own words.
        message: String,
    },
    /// The process ended, or closed its output, before it answered. The text says how.
    Crashed(String),
    /// It did not answer within this time.
    TimedOut(Duration),
    /// The line is not an answer of the protocol. The text says why.
    Garbled(String),
    /// The process could not be started, or did not introduce itself.
    SpawnFailed(String),
}

impl Outcome {
    /// All names that [`Outcome::kind`] returns.
    pub(crate) const KINDS: [&'static str; 8] =
        ["ok", "rejected", "unsupported", "fault", "crashed", "timed_out", "garbled", "spawn_failed"];

    /// The names of the outcomes that are not answers of the protocol.
    pub(crate) const BREACHES: [&'static str; 4] = ["crashed", "timed_out", "garbled", "spawn_failed"];

    /// The name of the variant, as reports and baselines write it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Rejected { .. } => "rejected",
            Self::Unsupported(_) => "unsupported",
            Self::Fault { .. } => "fault",
            Self::Crashed(_) => "crashed",
            Self::TimedOut(_) => "timed_out",
            Self::Garbled(_) => "garbled",
            Self::SpawnFailed(_) => "spawn_failed",
        }
    }

    /// Whether it is not an answer of the protocol. Such an outcome never counts as a refusal or as a known failure.
    pub fn is_breach(&self) -> bool {
        match self {
            Self::Crashed(_) | Self::TimedOut(_) | Self::Garbled(_) | Self::SpawnFailed(_) => true,
            Self::Ok(_) | Self::Rejected { .. } | Self::Unsupported(_) | Self::Fault { .. } => false,
        }
    }
}

/// A successful answer. It is one of these:
///
/// - a canonical request, a hash, or both if the adapter has both operations;
/// - the acceptance of a request;
/// - a token, with the result of verifying it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Answer {
    /// The canonical request (QSH-C1).
    pub canonical_request: Option<Text>,
    /// The query string hash (QSH-H2), as the implementation wrote it.
    pub qsh: Option<String>,
    /// The issuer and the claims of an accepted request. For a signed token, those that our own verifier found.
    pub accepted: Option<Accepted>,
    /// The signed token.
    pub token: Option<Box<str>>,
    /// Why our own verifier refuses the token.
    pub refused: Option<Box<Refused>>,
}

/// Why our own verifier refuses a signed token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a refusal is a reason with words")]
pub struct Refused {
    /// The reason.
    pub reason: Reason,
    /// The verifier's words.
    pub message: String,
}

/// A request that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Accepted {
    /// The client key of the tenant, which is the token's `iss`.
    pub issuer: String,
    /// All claims of the token.
    pub claims: Map<String, Value>,
}

impl Accepted {
    /// Whether issuer and claims are equal. Numbers are compared as doubles, because JSON does not distinguish 1.0
    /// from 1 (RFC 8259, section 6). JavaScript writes 1.0 as 1.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.claims.len() == other.claims.len() && self.says(other)
    }

    /// Whether this has the other's issuer and all its claims. It may have more.
    pub fn says(&self, other: &Self) -> bool {
        let has = |(name, value)| self.claims.get(name).is_some_and(|own| is_same(own, value));
        self.issuer == other.issuer && other.claims.iter().all(has)
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| is_same(one, other)))
        }
        _ => one == other,
    }
}

impl Answer {
    /// An answer to `canonical_request`.
    pub fn canonical_request(text: impl Into<Text>) -> Self {
        Self { canonical_request: Some(text.into()), ..Self::default() }
    }

    /// An answer to `qsh`.
    pub fn qsh(hash: impl Into<String>) -> Self {
        Self { qsh: Some(hash.into()), ..Self::default() }
    }

    /// An answer to `sign` or `asap_sign`, not verified yet.
    pub fn token(token: impl Into<Box<str>>) -> Self {
        Self { token: Some(token.into()), ..Self::default() }
    }

    /// An answer to `authenticate`, `authenticate_install` or `asap_verify`.
    pub fn accepted(issuer: impl Into<String>, claims: Map<String, Value>) -> Self {
        Self { accepted: Some(Accepted { issuer: issuer.into(), claims }), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_agree_by_value() {
        let accepted =
            |claim: Value| Accepted { issuer: "a".to_owned(), claims: Map::from_iter([("c".to_owned(), claim)]) };
        for (one, other, agree) in [
            (json!(1), json!(1.0), true),
            (json!({ "a": [100, 1e2] }), json!({ "a": [1e2, 100] }), true),
            (json!(1.5), json!(1), false),
            (json!(1), json!("1"), false),
            (json!(1), json!(true), false),
            (json!([1]), json!([1, 2]), false),
            (json!({ "a": 1 }), json!({ "b": 1 }), false),
            (json!({ "a": 1 }), json!({ "a": 1, "b": 1 }), false),
        ] {
            assert_eq!(accepted(one.clone()).agrees_with(&accepted(other.clone())), agree, "{one} and {other}");
            assert_eq!(accepted(other.clone()).agrees_with(&accepted(one.clone())), agree, "{other} and {one}");
        }
        let nothing = Accepted { issuer: "a".to_owned(), claims: Map::new() };
        assert!(accepted(json!(1)).says(&nothing) && !nothing.says(&accepted(json!(1))));
        assert!(!accepted(json!(1)).agrees_with(&nothing));
        assert!(!nothing.agrees_with(&Accepted { issuer: "b".to_owned(), ..nothing.clone() }));
    }

    #[test]
    fn the_names_of_breaches_are_those_of_outcomes_that_are_one() {
        let text = String::new;
        let all = [
            Outcome::Ok(Answer::default()),
            Outcome::Rejected { reason: Reason::Other, message: text() },
            Outcome::Unsupported(text()),
            Outcome::Fault { kind: text(), message: text() },
            Outcome::Crashed(text()),
            Outcome::TimedOut(Duration::ZERO),
            Outcome::Garbled(text()),
            Outcome::SpawnFailed(text()),
        ];
        assert_eq!(all.each_ref().map(Outcome::kind), Outcome::KINDS);
        for outcome in all {
            assert_eq!(Outcome::BREACHES.contains(&outcome.kind()), outcome.is_breach(), "{outcome:?}");
        }
    }
}
