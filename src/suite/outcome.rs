//! What an implementation did with one case. Answers, crashes and timeouts are data here, not errors.

pub use qsh_auth::jwt::Reason;
use qsh_diagnose::{CanonicalAnswer, Input, Observation, Observed, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an implementation did with one case (or with one request of the adapter protocol).
///
/// Reports write it with a `kind` and the members of that kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawOutcome", into = "RawOutcome")]
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
    /// It did not answer in time. The text names the limit.
    TimedOut(String),
    /// The line is not an answer of the protocol. The text says why.
    Garbled(String),
    /// The process could not be started, or did not introduce itself.
    SpawnFailed(String),
}

impl Outcome {
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

    /// The outcome for a request, as far as a dialect can describe it. `None` for outcomes that no dialect describes,
    /// such as a fault.
    pub fn observation(&self, input: &Input) -> Option<Observation> {
        match self {
            Self::Ok(answer) => Some(Observation::new(input.clone(), answer.canonical())),
            Self::Rejected { .. } => Some(Observation::new(input.clone(), Observed::Refusal)),
            _ => None,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawAnswer", into = "RawAnswer")]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a refusal is a reason with words")]
pub struct Refused {
    /// The reason.
    pub reason: Reason,
    /// The verifier's words.
    pub message: String,
}

/// A request that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Accepted {
    /// The client key of the tenant, which is the token's `iss`.
    #[serde(default)]
    pub issuer: Issuer,
    /// All claims of the token.
    pub claims: Map<String, Value>,
}

/// The issuer of an accepted token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Value", into = "Value")]
#[expect(clippy::exhaustive_enums, reason = "an issuer is text, or it is not")]
pub enum Issuer {
    /// A text, as it has to be.
    Text(String),
    /// Any other value that an implementation accepted; null if there was none.
    Other(Box<Value>),
}

impl Default for Issuer {
    fn default() -> Self {
        Self::Other(Box::default())
    }
}

impl From<Value> for Issuer {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            other => Self::Other(other.into()),
        }
    }
}

impl From<Issuer> for Value {
    fn from(issuer: Issuer) -> Self {
        match issuer {
            Issuer::Text(text) => Self::String(text),
            Issuer::Other(value) => *value,
        }
    }
}

impl From<&str> for Issuer {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Issuer {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Accepted {
    /// Whether issuer and claims are equal. Numbers are compared as doubles, because JSON does not distinguish 1.0
    /// from 1 (RFC 8259, section 6). JavaScript writes 1.0 as 1. An `aud` with one text is the same as a list of it
    /// (RFC 7519, section 4.1.3).
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.claims.len() == other.claims.len() && self.says(other)
    }

    /// Whether this has the other's issuer and all its claims. It may have more.
    pub fn says(&self, other: &Self) -> bool {
        let has = |(name, value): (&String, &Value)| match (name.as_str(), self.claims.get(name)) {
            ("aud", Some(own)) => is_same(audience(own), audience(value)),
            (_, Some(own)) => is_same(own, value),
            (_, None) => false,
        };
        self.issuer == other.issuer && other.claims.iter().all(has)
    }
}

/// The text of an `aud` that is a list of one text, and any other value as it is.
fn audience(claim: &Value) -> &Value {
    match claim.as_array().map(Vec::as_slice) {
        Some([only @ Value::String(_)]) => only,
        _ => claim,
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
    /// Its canonical request and its hash.
    pub fn canonical(&self) -> CanonicalAnswer {
        CanonicalAnswer { canonical_request: self.canonical_request.clone(), qsh: self.qsh.clone() }
    }

    /// Its hash: the one that it has, or that of its canonical request.
    pub(crate) fn hash(&self) -> Option<String> {
        self.qsh.clone().or_else(|| self.canonical_request.as_ref().map(|text| text.sha256_hex()))
    }

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

    /// An answer to an operation that verifies a token, such as `authenticate`.
    pub fn accepted(issuer: impl Into<Issuer>, claims: Map<String, Value>) -> Self {
        Self { accepted: Some(Accepted { issuer: issuer.into(), claims }), ..Self::default() }
    }
}

/// An outcome as reports write it.
#[derive(Default, Serialize, Deserialize)]
struct RawOutcome {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Ok,
    Rejected,
    Unsupported,
    Fault,
    Crashed,
    TimedOut,
    Garbled,
    SpawnFailed,
}

impl TryFrom<RawOutcome> for Outcome {
    type Error = &'static str;

    fn try_from(raw: RawOutcome) -> Result<Self, &'static str> {
        let message = raw.message.unwrap_or_default();
        Ok(match raw.kind {
            Kind::Ok => Self::Ok(raw.value.ok_or("an outcome of the kind ok needs the member value")?),
            Kind::Rejected => {
                let reason = raw.reason.ok_or("an outcome of the kind rejected needs the member reason")?;
                Self::Rejected { reason, message }
            }
            Kind::Unsupported => Self::Unsupported(message),
            Kind::Fault => Self::Fault { kind: raw.r#type.unwrap_or_default(), message },
            Kind::Crashed => Self::Crashed(message),
            Kind::TimedOut => Self::TimedOut(message),
            Kind::Garbled => Self::Garbled(message),
            Kind::SpawnFailed => Self::SpawnFailed(message),
        })
    }
}

impl From<Outcome> for RawOutcome {
    fn from(outcome: Outcome) -> Self {
        let said = |kind, message| Self { kind, message: Some(message), ..Self::default() };
        match outcome {
            Outcome::Ok(answer) => Self { value: Some(answer), ..Self::default() },
            Outcome::Rejected { reason, message } => Self { reason: Some(reason), ..said(Kind::Rejected, message) },
            Outcome::Unsupported(message) => said(Kind::Unsupported, message),
            Outcome::Fault { kind, message } => Self { r#type: Some(kind), ..said(Kind::Fault, message) },
            Outcome::Crashed(message) => said(Kind::Crashed, message),
            Outcome::TimedOut(message) => said(Kind::TimedOut, message),
            Outcome::Garbled(message) => said(Kind::Garbled, message),
            Outcome::SpawnFailed(message) => said(Kind::SpawnFailed, message),
        }
    }
}

/// The members of an answer, side by side.
#[derive(Serialize, Deserialize)]
struct RawAnswer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<Issuer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<Box<Refused>>,
}

impl TryFrom<RawAnswer> for Answer {
    type Error = String;

    fn try_from(raw: RawAnswer) -> Result<Self, String> {
        let RawAnswer { canonical_request, canonical_request_hex, qsh, issuer, claims, token, refused } = raw;
        let canonical_request = Text::from_members(canonical_request, canonical_request_hex, "canonical_request")
            .map_err(|bad| bad.to_string())?;
        let accepted = match (issuer, claims) {
            (issuer, Some(claims)) => Some(Accepted { issuer: issuer.unwrap_or_default(), claims }),
            (None, None) => None,
            (Some(_), None) => return Err("expected claims with the issuer".to_owned()),
        };
        Ok(Self { canonical_request, qsh, accepted, token, refused })
    }
}

impl From<Answer> for RawAnswer {
    fn from(answer: Answer) -> Self {
        let Answer { canonical_request, qsh, accepted, token, refused } = answer;
        let (canonical_request, canonical_request_hex) = Text::into_members(canonical_request);
        let (issuer, claims) = accepted.map(|it| (it.issuer, it.claims)).unzip();
        Self { canonical_request, canonical_request_hex, qsh, issuer, claims, token, refused }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_agree_by_value() {
        let accepted =
            |claim: Value| Accepted { issuer: "a".into(), claims: Map::from_iter([("c".to_owned(), claim)]) };
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
        let nothing = Accepted { issuer: "a".into(), claims: Map::new() };
        assert!(accepted(json!(1)).says(&nothing) && !nothing.says(&accepted(json!(1))));
        assert!(!accepted(json!(1)).agrees_with(&nothing));
        assert!(!nothing.agrees_with(&Accepted { issuer: "b".into(), ..nothing.clone() }));
    }

    #[test]
    fn an_audience_is_the_same_alone_and_as_the_only_one_of_a_list() {
        let accepted = |claim: &str, value: Value| Accepted {
            issuer: "a".into(),
            claims: Map::from_iter([(claim.to_owned(), value)]),
        };
        for (claim, one, other, agree) in [
            ("aud", json!("x"), json!(["x"]), true),
            ("aud", json!("x"), json!(["y"]), false),
            ("aud", json!("x"), json!(["x", "x"]), false),
            ("aud", json!("x"), json!([["x"]]), false),
            ("aud", json!(1), json!([1]), false),
            ("aud", json!(""), json!([]), false),
            ("aud", json!(null), json!([null]), false),
            ("sub", json!("x"), json!(["x"]), false),
            ("context", json!({ "aud": "x" }), json!({ "aud": ["x"] }), false),
        ] {
            let (one, other) = (accepted(claim, one), accepted(claim, other));
            assert_eq!((one.agrees_with(&other), one.says(&other)), (agree, agree), "{one:?} and {other:?}");
            assert_eq!((other.agrees_with(&one), other.says(&one)), (agree, agree), "{other:?} and {one:?}");
        }
    }

    #[test]
    fn every_outcome_is_read_as_it_was_written() {
        let text = || "some text".to_owned();
        let accepted = Answer::accepted("a", Map::from_iter([("c".to_owned(), json!(1))]));
        let refused = Refused { reason: Reason::Expired, message: text() };
        for outcome in [
            Outcome::Ok(Answer { qsh: Some(text()), ..Answer::canonical_request("GET&/&") }),
            Outcome::Ok(Answer::canonical_request(b"\xff".to_vec())),
            Outcome::Ok(accepted),
            Outcome::Ok(Answer::accepted(json!(12), Map::new())),
            Outcome::Ok(Answer::accepted(Value::Null, Map::new())),
            Outcome::Ok(Answer { refused: Some(refused.into()), ..Answer::token("a.b.c") }),
            Outcome::Rejected { reason: Reason::Other, message: text() },
            Outcome::Unsupported(text()),
            Outcome::Fault { kind: text(), message: text() },
            Outcome::Crashed(text()),
            Outcome::TimedOut(text()),
            Outcome::Garbled(text()),
            Outcome::SpawnFailed(text()),
        ] {
            let written = serde_json::to_value(&outcome).unwrap();
            assert_eq!(written["kind"], outcome.kind());
            assert_eq!(serde_json::from_value::<Outcome>(written).unwrap(), outcome);
        }
    }
}
