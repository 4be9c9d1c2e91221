//! The answers of the protocol, as serde types.

use qsh_diagnose::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bad_answer::BadAnswer;
use crate::suite::case::{Kind, Operation};
use crate::suite::outcome::{Answer, Reason};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct AnswerMessage {
    pub(super) id: u64,
    /// Its members depend on the operation. Those of other operations are ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ok: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rejected: Option<Rejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unsupported: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Fault>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Rejection {
    pub(super) reason: Reason,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Fault {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
}

/// The members of an answer.
pub(super) fn to_members(answer: &Answer) -> Map<String, Value> {
    match serde_json::to_value(answer) {
        Ok(Value::Object(members)) => members,
        _ => unreachable!("an answer is an object of text and numbers"),
    }
}

/// The answer to an operation that these members give.
pub(super) fn from_members(operation: Operation, mut members: Map<String, Value>) -> Result<Answer, BadAnswer> {
    let mut text = |name: &'static str| match members.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(BadAnswer::MissingValue(name)),
    };
    match (operation.kind(), operation) {
        (Kind::Canonical, Operation::Qsh) => text("qsh")?.map(Answer::qsh).ok_or(BadAnswer::MissingValue("qsh")),
        (Kind::Canonical, _) => {
            let (utf8, hex) = (text("canonical_request")?, text("canonical_request_hex")?);
            let found = Text::from_members(utf8, hex, "canonical_request").map_err(BadAnswer::BadText)?;
            found.map(Answer::canonical_request).ok_or(BadAnswer::MissingValue("canonical_request"))
        }
        (Kind::Token, _) => text("token")?.map(Answer::token).ok_or(BadAnswer::MissingValue("token")),
        (Kind::Accepted, _) => {
            let issuer = text("issuer")?.ok_or(BadAnswer::MissingValue("issuer"))?;
            match members.remove("claims") {
                Some(Value::Object(claims)) => Ok(Answer::accepted(issuer, claims)),
                _ => Err(BadAnswer::MissingValue("claims")),
            }
        }
    }
}
