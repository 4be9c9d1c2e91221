//! The answers of the protocol, as serde types.

use serde::{Deserialize, Serialize};

use super::bad_answer::BadAnswer;
use crate::suite::case::{Kind, Operation};
use crate::suite::outcome::{Answer, Reason};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct AnswerMessage {
    pub(super) id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ok: Option<Answer>,
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

/// The part of an answer that the operation asks for. Members of other operations are ignored.
pub(super) fn to_operation(operation: Operation, answer: Answer) -> Result<Answer, BadAnswer> {
    let found = match (operation.kind(), operation) {
        (Kind::Canonical, Operation::Qsh) => answer.qsh.map(Answer::qsh).ok_or("qsh"),
        (Kind::Canonical, _) => answer.canonical_request.map(Answer::canonical_request).ok_or("canonical_request"),
        (Kind::Token, _) => answer.token.map(Answer::token).ok_or("token"),
        (Kind::Accepted, _) => {
            answer.accepted.map(|it| Answer::accepted(it.issuer, it.claims)).ok_or("issuer\" and \"claims")
        }
    };
    found.map_err(BadAnswer::MissingValue)
}
