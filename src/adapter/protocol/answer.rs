//! The answers of the protocol, as serde types. [`BadAnswer`]: an invalid line.

use qsh_diagnose::Text;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::suite::case::{Kind, Operation};
use crate::suite::outcome::{Accepted, Answer, Reason};
use crate::suite::strict_json::Object;

/// An answer as it is read. The members of `ok` depend on the operation.
#[derive(Deserialize)]
pub(super) struct AnswerMessage<'a> {
    pub(super) id: u64,
    #[serde(borrow, default)]
    pub(super) ok: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) rejected: Option<Object<Rejection>>,
    #[serde(default)]
    pub(super) unsupported: Option<String>,
    #[serde(default)]
    pub(super) fault: Option<Object<Fault>>,
}

/// An answer as it is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Written<'a> {
    Ok(&'a Answer),
    Rejected(Rejection),
    Unsupported(&'a str),
    Fault(Fault),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Rejection {
    pub(super) reason: Reason,
    #[serde(default, deserialize_with = "or_empty")]
    pub(super) message: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Fault {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub(super) message: String,
}

/// Reads `null` like a member that is left out.
fn or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
struct Canonical {
    #[serde(default)]
    canonical_request: Option<String>,
    #[serde(default)]
    canonical_request_hex: Option<String>,
}

#[derive(Deserialize)]
struct Hash {
    qsh: String,
}

#[derive(Deserialize)]
struct Token {
    token: Box<str>,
}

/// The answer to an operation that an `ok` holds. Members of other operations are ignored.
pub(super) fn answer(operation: Operation, ok: &RawValue) -> Result<Answer, BadAnswer> {
    Ok(match (operation.kind(), operation) {
        (Kind::Canonical, Operation::Qsh) => Answer::qsh(members::<Hash>(ok)?.qsh),
        (Kind::Canonical, _) => {
            let Canonical { canonical_request: text, canonical_request_hex: hex } = members(ok)?;
            let text = Text::from_members(text, hex, "canonical_request");
            let text = text.map_err(|bad| BadAnswer::BadValue(bad.to_string()))?;
            Answer::canonical_request(
                text.ok_or_else(|| BadAnswer::BadValue("missing field `canonical_request`".to_owned()))?,
            )
        }
        (Kind::Token, _) => Answer::token(members::<Token>(ok)?.token),
        (Kind::Accepted, _) => {
            let Accepted { issuer, claims } = members(ok)?;
            Answer::accepted(issuer, claims)
        }
    })
}

fn members<'a, T: Deserialize<'a>>(ok: &'a RawValue) -> Result<T, BadAnswer> {
    let members = serde_json::from_str::<Object<T>>(ok.get());
    members.map(|Object(members)| members).map_err(|error| BadAnswer::BadValue(error.to_string()))
}

/// The largest leeway, in seconds, that an implementation may say is fixed. Questions that a fixed leeway answers
/// otherwise are not asked, so a leeway of years would pass every vector of an expired token.
pub const MOST_FIXED_LEEWAY: u32 = 300;

/// An invalid line of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// Not JSON, or not the shape of the message.
    #[error("expected one JSON object per line, but {0}")]
    NotAMessage(String),
    /// Bytes that are not UTF-8.
    #[error("expected UTF-8, but the byte at {0} is not")]
    NotUtf8(usize),
    /// No kind of answer, or several of the four.
    #[error("expected exactly one of \"ok\", \"rejected\", \"unsupported\" and \"fault\"")]
    NotOneAnswer,
    /// An `ok` without the value of its operation.
    #[error("the value of \"ok\": {0}")]
    BadValue(String),
    /// A question whose arguments are not those of its operation.
    #[error("the arguments of {operation}: {problem}")]
    BadQuestion {
        /// The operation.
        operation: &'static str,
        /// The problem.
        problem: String,
    },
    /// An id that was never sent or is already answered.
    #[error("answer to id {0}, which is not waiting for one")]
    UnknownId(u64),
    /// An introduction with a leeway that would excuse every expired token.
    #[error("expected a fixed_leeway of at most {MOST_FIXED_LEEWAY} seconds, found {0}")]
    LongLeeway(u32),
    /// Another version of the protocol.
    #[error("expected protocol 1, found {0}")]
    OtherVersion(u32),
}
