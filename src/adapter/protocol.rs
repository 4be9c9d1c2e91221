//! The adapter protocol, version 1: one JSON object per line, UTF-8, on a child's stdin and stdout.
//!
//! `docs/adapter-protocol.md` is its description for authors of adapters; this module is its only reader and writer, used by both sides:
//! the harness ([`super::child`]) and our own implementation when it is served (`qsh adapters serve`).

use serde::{Deserialize, Serialize};

use crate::suite::case::Input;
use crate::suite::outcome::{Answer, Outcome, Reason};
use crate::suite::text::Text;

/// The only version there is.
pub const VERSION: u32 = 1;

/// An operation of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// The canonical request (QSH-C1) of a request.
    CanonicalRequest,
    /// The query string hash (QSH-H2) of a request.
    Qsh,
}

impl Operation {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical_request",
            Self::Qsh => "qsh",
        }
    }
}

/// One question, without its `id`: ids belong to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain pair, made by the runner and by the differential engine")]
pub struct Question {
    /// What is asked.
    pub operation: Operation,
    /// Of which request.
    pub request: Input,
}

/// Who an implementation is: the answer to `describe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// The protocol's version.
    pub protocol: u32,
    /// The library's name.
    pub name: String,
    /// The library's version.
    pub version: String,
    /// Its language.
    pub language: String,
    /// What it runs on, such as `CPython 3.11.7`.
    pub runtime: String,
    /// What it can be asked. Operations of later versions are kept as text and never asked.
    pub operations: Vec<String>,
}

impl Description {
    /// Whether the implementation has the operation.
    pub fn has(&self, operation: Operation) -> bool {
        self.operations.iter().any(|name| name == operation.name())
    }
}

/// Writes one question as a line, with its line feed.
pub fn write_question(line: &mut Vec<u8>, id: u64, question: &Question) {
    let message = Message { id, op: question.operation.name(), protocol: None, request: Some(&question.request) };
    write_line(line, &message);
}

/// Writes the question that opens every connection, with its line feed.
pub fn write_describe(line: &mut Vec<u8>, id: u64) {
    write_line(line, &Message { id, op: "describe", protocol: Some(VERSION), request: None });
}

/// Writes the answer to one question as a line, with its line feed: what our own implementation does when it is served.
pub fn write_answer(line: &mut Vec<u8>, id: u64, outcome: &Outcome) {
    let mut answer = AnswerMessage { id, ..AnswerMessage::default() };
    match outcome {
        Outcome::Ok(value) => answer.ok = Some(WireAnswer::from(value)),
        Outcome::Rejected { reason, message } => {
            answer.rejected = Some(WireRejection { reason: *reason, message: message.clone() });
        }
        Outcome::Unsupported(what) => answer.unsupported = Some(what.clone()),
        Outcome::Fault { kind, message } => {
            answer.fault = Some(WireFault { kind: kind.clone(), message: message.clone() });
        }
        // An implementation never says these of itself.
        Outcome::Crashed(text) | Outcome::Garbled(text) | Outcome::SpawnFailed(text) => {
            answer.fault = Some(WireFault { kind: outcome.kind().to_owned(), message: text.clone() });
        }
        Outcome::TimedOut(after) => {
            answer.fault = Some(WireFault { kind: outcome.kind().to_owned(), message: format!("{after:?}") });
        }
    }
    write_line(line, &answer);
}

/// Writes the answer to `describe` as a line, with its line feed.
pub fn write_description(line: &mut Vec<u8>, id: u64, description: &Description) {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: u64,
        ok: &'a Description,
    }
    write_line(line, &Answer { id, ok: description });
}

/// Reads one answer line: its id and what it says.
///
/// Members that this version does not know are passed over, so that a later version's adapter can still be asked.
///
/// # Errors
///
/// Text that is not a JSON object with an `id` and exactly one of `ok`, `rejected`, `unsupported` and `fault`; an `ok` without the member that the
/// operation asks for; a value of the wrong type. The error says what was expected.
pub fn read_answer(line: &[u8], operation: impl FnOnce(u64) -> Option<Operation>) -> Result<(u64, Outcome), BadAnswer> {
    let answer: AnswerMessage = parse(line)?;
    let id = answer.id;
    let Some(operation) = operation(id) else { return Err(BadAnswer::UnknownId(id)) };
    let mut outcomes = Vec::with_capacity(1);
    if let Some(value) = answer.ok {
        outcomes.push(Outcome::Ok(value.into_answer(operation)?));
    }
    if let Some(rejection) = answer.rejected {
        outcomes.push(Outcome::Rejected { reason: rejection.reason, message: rejection.message });
    }
    if let Some(what) = answer.unsupported {
        outcomes.push(Outcome::Unsupported(what));
    }
    if let Some(fault) = answer.fault {
        outcomes.push(Outcome::Fault { kind: fault.kind, message: fault.message });
    }
    match (outcomes.pop(), outcomes.is_empty()) {
        (Some(outcome), true) => Ok((id, outcome)),
        _ => Err(BadAnswer::NotOneAnswer),
    }
}

/// Reads the answer to `describe`.
///
/// # Errors
///
/// Text that is not `{"id":…,"ok":{…}}` with all members of a [`Description`], another id, or another version of the protocol.
pub fn read_description(line: &[u8], id: u64) -> Result<Description, BadAnswer> {
    #[derive(Deserialize)]
    struct Answer {
        id: u64,
        ok: Description,
    }
    let answer: Answer = parse(line)?;
    if answer.id != id {
        return Err(BadAnswer::UnknownId(answer.id));
    }
    if answer.ok.protocol != VERSION {
        return Err(BadAnswer::OtherVersion(answer.ok.protocol));
    }
    Ok(answer.ok)
}

/// A question as the served side reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// `describe`, with the version that the harness speaks.
    Describe {
        /// The id to answer to.
        id: u64,
    },
    /// A question.
    Ask {
        /// The id to answer to.
        id: u64,
        /// What is asked.
        question: Question,
    },
    /// An operation that this version does not know; to be answered with `unsupported`.
    Unknown {
        /// The id to answer to.
        id: u64,
        /// The operation's name.
        operation: String,
    },
}

/// Reads one line as the served side does.
///
/// # Errors
///
/// Text that is not a JSON object with `id` and `op`, or whose `request` is not one.
pub fn read_question(line: &[u8]) -> Result<Incoming, BadAnswer> {
    #[derive(Deserialize)]
    struct Head {
        id: u64,
        op: String,
    }
    #[derive(Deserialize)]
    struct Body {
        request: Input,
    }
    let Head { id, op } = parse(line)?;
    let operation = match op.as_str() {
        "describe" => return Ok(Incoming::Describe { id }),
        "canonical_request" => Operation::CanonicalRequest,
        "qsh" => Operation::Qsh,
        _ => return Ok(Incoming::Unknown { id, operation: op }),
    };
    let Body { request } = parse(line)?;
    Ok(Incoming::Ask { id, question: Question { operation, request } })
}

/// A line that is not what the protocol asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// Not JSON, or not of the message's shape.
    #[error("expected one JSON object per line, but {0}")]
    NotAMessage(String),
    /// None or several of the four kinds of answer.
    #[error("expected exactly one of \"ok\", \"rejected\", \"unsupported\" and \"fault\"")]
    NotOneAnswer,
    /// An `ok` without the member that was asked for.
    #[error("expected \"{0}\" as text in \"ok\"")]
    MissingValue(&'static str),
    /// An id that was never sent, or was answered before.
    #[error("answer to id {0}, which is not waiting for one")]
    UnknownId(u64),
    /// Another version of the protocol.
    #[error("expected protocol 1, found {0}")]
    OtherVersion(u32),
}

#[derive(Serialize)]
struct Message<'a> {
    id: u64,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a Input>,
}

#[derive(Default, Serialize, Deserialize)]
struct AnswerMessage {
    id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ok: Option<WireAnswer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<WireRejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unsupported: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<WireFault>,
}

#[derive(Serialize, Deserialize)]
struct WireAnswer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WireRejection {
    reason: Reason,
    #[serde(default)]
    message: String,
}

#[derive(Serialize, Deserialize)]
struct WireFault {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
}

impl WireAnswer {
    fn into_answer(self, operation: Operation) -> Result<Answer, BadAnswer> {
        match operation {
            Operation::CanonicalRequest => match (self.canonical_request, self.canonical_request_hex) {
                (Some(text), None) => Ok(Answer::canonical_request(text)),
                (None, Some(hex)) => Text::from_hex(&hex)
                    .map(Answer::canonical_request)
                    .map_err(|_| BadAnswer::MissingValue("canonical_request_hex")),
                _ => Err(BadAnswer::MissingValue("canonical_request")),
            },
            Operation::Qsh => self.qsh.map(Answer::qsh).ok_or(BadAnswer::MissingValue("qsh")),
        }
    }
}

impl From<&Answer> for WireAnswer {
    fn from(answer: &Answer) -> Self {
        let text = answer.canonical_request.as_ref();
        let utf8 = text.and_then(Text::as_str);
        Self {
            canonical_request: utf8.map(str::to_owned),
            canonical_request_hex: text.filter(|_| utf8.is_none()).map(Text::to_hex),
            qsh: answer.qsh.clone(),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, BadAnswer> {
    serde_json::from_slice(line).map_err(|error| BadAnswer::NotAMessage(error.to_string()))
}

fn write_line(line: &mut Vec<u8>, message: &impl Serialize) {
    serde_json::to_writer(&mut *line, message)
        .expect("messages hold only text and numbers, and a Vec takes every byte");
    line.push(b'\n');
}
