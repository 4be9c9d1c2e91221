//! The adapter protocol, version 1: one JSON object per line, in UTF-8, on a child's stdin and stdout.
//!
//! `docs/adapter-protocol.md` describes it for authors of adapters. This module reads and writes it for both sides:
//! for the harness ([`super::child`]), and for our own implementation in `qsh adapters serve`. A question is
//! written as [`Question`] serializes it; the answers are in the private module `answer`.

mod answer;

use serde::{Deserialize, Deserializer, Serialize};

pub use crate::suite::case::{Operation, Question};
use crate::suite::near::{did_you_mean, mistyped};
use crate::suite::outcome::Outcome;
use crate::suite::strict_json::Object;
use answer::{AnswerMessage, Fault, Rejection, Written};
pub use answer::{BadAnswer, MOST_FIXED_LEEWAY};

/// The only version of the protocol.
pub const VERSION: u32 = 1;

/// The description of an implementation: the answer to `describe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// The protocol's version.
    pub protocol: u32,
    /// The library's name.
    pub name: String,
    /// The library's version, or `unknown`.
    #[serde(default = "unknown", deserialize_with = "or_unknown")]
    pub version: String,
    /// The library's language, or `unknown`.
    #[serde(default = "unknown", deserialize_with = "or_unknown")]
    pub language: String,
    /// The runtime, such as `CPython 3.11.7`, or `unknown`.
    #[serde(default = "unknown", deserialize_with = "or_unknown")]
    pub runtime: String,
    /// The names of its operations. Operations of later versions are kept and never asked.
    pub operations: Vec<String>,
    /// The leeway in seconds, if it cannot be set: at most [`MOST_FIXED_LEEWAY`]. [`Limited`](super::limited::Limited) applies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_leeway: Option<u32>,
    /// The method that it takes every request for, if it does not look at the method.
    /// [`Limited`](super::limited::Limited) applies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_method: Option<String>,
}

/// The value of a member that the adapter leaves out.
pub(super) const UNKNOWN: &str = "unknown";

fn unknown() -> String {
    UNKNOWN.to_owned()
}

/// Reads `null` like a member that is left out.
fn or_unknown<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(unknown))
}

impl Description {
    /// Whether the implementation has the operation.
    pub fn has(&self, operation: Operation) -> bool {
        self.operations.iter().any(|name| name == operation.name())
    }

    /// A message for each unknown operation whose name resembles a known one, as if it were misspelt. Other unknown
    /// operations may be those of a later version.
    pub fn misspelt_operations(&self) -> impl Iterator<Item = String> {
        let known = || Operation::ALL.into_iter().map(|operation| (operation.name(), operation.name()));
        let unknown = self.operations.iter().filter(move |name| !known().any(|(known, _)| known == name.as_str()));
        unknown.filter_map(move |name| {
            let question = did_you_mean(&mistyped(name, known()))?;
            Some(format!("it offers the unknown operation {name:?}: {question}"))
        })
    }
}

/// Writes one question as a line, with its line feed.
pub fn write_question(line: &mut Vec<u8>, id: u64, question: &Question) {
    write_with_id(line, id, question);
}

/// Writes the first question of every connection, with its line feed.
pub fn write_describe(line: &mut Vec<u8>, id: u64) {
    #[derive(Serialize)]
    struct Describe {
        op: &'static str,
        protocol: u32,
    }
    write_with_id(line, id, &Describe { op: "describe", protocol: VERSION });
}

/// Writes the answer to one question as a line, with its line feed, for the served side.
pub fn write_answer(line: &mut Vec<u8>, id: u64, outcome: &Outcome) {
    let answer = match outcome {
        Outcome::Ok(answer) => Written::Ok(answer),
        Outcome::Rejected { reason, message } => {
            Written::Rejected(Rejection { reason: *reason, message: message.clone() })
        }
        Outcome::Unsupported(what) => Written::Unsupported(what),
        Outcome::Fault { kind, message } => Written::Fault(Fault { kind: kind.clone(), message: message.clone() }),
        // An implementation never reports these outcomes itself.
        Outcome::Crashed(text) | Outcome::TimedOut(text) | Outcome::Garbled(text) | Outcome::SpawnFailed(text) => {
            Written::Fault(Fault { kind: outcome.kind().to_owned(), message: text.clone() })
        }
    };
    write_with_id(line, id, &answer);
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

/// Parses one answer line. Returns its id and its outcome.
///
/// Ignores unknown members, so that adapters of later versions can be asked.
///
/// # Errors
///
/// The error says what was expected.
///
/// - text that is not a JSON object with an `id` and exactly one of `ok`, `rejected`, `unsupported` and `fault`
/// - an `ok` without the member of its operation
/// - a value of the wrong type
pub fn read_answer(line: &[u8], operation: impl FnOnce(u64) -> Option<Operation>) -> Result<(u64, Outcome), BadAnswer> {
    let Object(AnswerMessage { id, ok, rejected, unsupported, fault }) = parse(line)?;
    let Some(operation) = operation(id) else { return Err(BadAnswer::UnknownId(id)) };
    let outcome = match (ok, rejected, unsupported, fault) {
        (Some(value), None, None, None) => Outcome::Ok(answer::answer(operation, value)?),
        (None, Some(Object(rejection)), None, None) => {
            Outcome::Rejected { reason: rejection.reason, message: rejection.message }
        }
        (None, None, Some(what), None) => Outcome::Unsupported(what),
        (None, None, None, Some(Object(fault))) => Outcome::Fault { kind: fault.kind, message: fault.message },
        _ => return Err(BadAnswer::NotOneAnswer),
    };
    Ok((id, outcome))
}

/// Parses the answer to `describe`. Lines that a runtime or a library prints at its start may come before it.
///
/// Returns `None` for a line that does not answer `id`. The harness skips it.
///
/// # Errors
///
/// An answer to `id` that is not `{"id":…,"ok":{…}}` with `name` and `operations`, or that has another version of the
/// protocol or a `fixed_leeway` above [`MOST_FIXED_LEEWAY`].
pub fn read_description(line: &[u8], id: u64) -> Result<Option<Description>, BadAnswer> {
    #[derive(Deserialize)]
    struct Head {
        id: u64,
    }
    #[derive(Deserialize)]
    struct Version {
        ok: Object<VersionMember>,
    }
    #[derive(Deserialize)]
    struct VersionMember {
        protocol: u32,
    }
    #[derive(Deserialize)]
    struct Body {
        ok: Object<Description>,
    }
    if !parse::<Object<Head>>(line).is_ok_and(|Object(head)| head.id == id) {
        return Ok(None);
    }
    // The version is read first, because another version may have other members.
    match parse::<Version>(line)?.ok.0.protocol {
        VERSION => match parse::<Body>(line)?.ok.0 {
            Description { fixed_leeway: Some(leeway), .. } if leeway > MOST_FIXED_LEEWAY => {
                Err(BadAnswer::LongLeeway(leeway))
            }
            description => Ok(Some(description)),
        },
        other => Err(BadAnswer::OtherVersion(other)),
    }
}

/// A line as the served side reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// `describe`, with the protocol version of the harness.
    Describe {
        /// The id for the answer.
        id: u64,
    },
    /// A question.
    Ask {
        /// The id for the answer.
        id: u64,
        /// The question.
        question: Box<Question>,
    },
    /// An operation that this version does not know. The answer is `unsupported`.
    Unknown {
        /// The id for the answer.
        id: u64,
        /// The operation's name.
        operation: String,
    },
}

/// Parses one line for the served side.
///
/// # Errors
///
/// Text that is not a JSON object with `id` and `op`, or that has an invalid `request`. Unknown members are ignored.
pub fn read_question(line: &[u8]) -> Result<Incoming, BadAnswer> {
    #[derive(Deserialize)]
    struct Head {
        id: u64,
        op: String,
    }
    let Object(Head { id, op }) = parse(line)?;
    if op == "describe" {
        return Ok(Incoming::Describe { id });
    }
    let Some(operation) = Operation::ALL.into_iter().find(|operation| operation.name() == op) else {
        return Ok(Incoming::Unknown { id, operation: op });
    };
    let question = parse::<Question>(line).map_err(|error| match error {
        BadAnswer::NotAMessage(problem) => BadAnswer::BadQuestion { operation: operation.name(), problem },
        error => error,
    })?;
    Ok(Incoming::Ask { id, question: Box::new(question) })
}

fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, BadAnswer> {
    // The whole line must be UTF-8, including the members that are ignored.
    let text = str::from_utf8(line).map_err(|error| BadAnswer::NotUtf8(error.valid_up_to()))?;
    serde_json::from_str(text).map_err(|error| BadAnswer::NotAMessage(error.to_string()))
}

/// Writes a message with its id as the first member. The message is an object with at least one member.
fn write_with_id(line: &mut Vec<u8>, id: u64, message: &impl Serialize) {
    line.extend_from_slice(format!("{{\"id\":{id},").as_bytes());
    let start = line.len();
    write_line(line, message);
    // The brace that opens the message.
    line.remove(start);
}

fn write_line(line: &mut Vec<u8>, message: &impl Serialize) {
    serde_json::to_writer(&mut *line, message).expect("messages are text and numbers, and a Vec takes every byte");
    line.push(b'\n');
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::{Input, Text};
    use serde_json::json;

    use super::*;
    use crate::suite::outcome::{Answer, Reason};

    fn question(url: impl Into<Text>) -> Question {
        let request = Input::new("GET", url);
        Question::CanonicalRequest(request)
    }

    fn line_of(question: &Question) -> String {
        let mut line = Vec::new();
        write_question(&mut line, 7, question);
        String::from_utf8(line).unwrap()
    }

    fn answer(line: &str) -> Result<(u64, Outcome), BadAnswer> {
        read_answer(line.as_bytes(), |id| (id == 7).then_some(Operation::CanonicalRequest))
    }

    #[test]
    fn a_question_always_has_its_base_and_form() {
        assert_eq!(
            line_of(&question("/a?b")),
            "{\"id\":7,\"op\":\"canonical_request\",\"request\":\
             {\"method\":\"GET\",\"url\":\"/a?b\",\"base_url\":null,\"form\":null}}\n"
        );
    }

    #[test]
    fn a_url_that_is_not_utf8_travels_as_hex_and_comes_back() {
        let question = question(b"/\xff".to_vec());
        let line = line_of(&question);
        assert!(line.contains("\"url_hex\":\"2fff\""), "{line}");
        assert_eq!(read_question(line.as_bytes()), Ok(Incoming::Ask { id: 7, question: Box::new(question) }));
    }

    #[test]
    fn members_of_later_versions_are_passed_over() {
        let line = br#"{"id":7,"op":"qsh","trace":1,"request":{"method":"GET","url":"/\u0061","headers":[]}}"#;
        let expected = Question::Qsh(question("/a").request().unwrap().clone());
        assert_eq!(read_question(line), Ok(Incoming::Ask { id: 7, question: Box::new(expected) }));
        let line = r#"{"id":7,"ok":{"canonical_request":"GET&/&","raw":[1]},"micros":3}"#;
        assert_eq!(answer(line), Ok((7, Outcome::Ok(Answer::canonical_request("GET&/&")))));
    }

    #[test]
    fn an_answer_is_exactly_one_of_four() {
        for line in
            [r#"{"id":7}"#, r#"{"id":7,"ok":null}"#, r#"{"id":7,"ok":{"canonical_request":"x"},"unsupported":"y"}"#]
        {
            assert_eq!(answer(line), Err(BadAnswer::NotOneAnswer), "{line}");
        }
    }

    #[test]
    fn an_optional_text_may_be_null() {
        let rejected = Outcome::Rejected { reason: Reason::Expired, message: String::new() };
        let fault = Outcome::Fault { kind: "E".to_owned(), message: String::new() };
        for (line, outcome) in [
            (r#"{"id":7,"rejected":{"reason":"expired","message":null}}"#, rejected),
            (r#"{"id":7,"fault":{"type":"E","message":null},"rejected":null}"#, fault),
            (
                r#"{"id":7,"ok":{"canonical_request":"a","canonical_request_hex":null}}"#,
                Outcome::Ok(Answer::canonical_request("a")),
            ),
        ] {
            assert_eq!(answer(line), Ok((7, outcome)), "{line}");
        }
        assert!(answer(r#"{"id":7,"rejected":{"reason":null}}"#).is_err());
        let introduction = br#"{"id":0,"ok":{"protocol":1,"name":"n","version":null,"language":null,"runtime":null,
            "operations":[],"fixed_leeway":null,"fixed_method":null}}"#;
        let Ok(Some(description)) = read_description(introduction, 0) else { panic!("it introduces itself") };
        assert_eq!([&description.version, &description.language, &description.runtime], [UNKNOWN; 3]);
        assert_eq!((description.fixed_leeway, description.fixed_method), (None, None));
    }

    /// A library can accept a token whose issuer is not text, or that has none.
    #[test]
    fn an_issuer_may_be_anything() {
        let accepted = |line: &str| read_answer(line.as_bytes(), |_| Some(Operation::Authenticate));
        for (issuer, expected) in [
            ("\"issuer\":12,", json!(12)),
            ("\"issuer\":[\"a\"],", json!(["a"])),
            ("\"issuer\":null,", json!(null)),
            ("", json!(null)),
        ] {
            let line = format!("{{\"id\":7,\"ok\":{{{issuer}\"claims\":{{}}}}}}");
            let outcome = Outcome::Ok(Answer::accepted(expected, serde_json::Map::new()));
            assert_eq!(accepted(&line), Ok((7, outcome)), "{line}");
        }
        assert!(accepted(r#"{"id":7,"ok":{"issuer":"a"}}"#).is_err(), "without claims it is no answer");
        assert!(accepted(r#"{"id":7,"ok":{"issuer":"a","claims":null}}"#).is_err());
    }

    #[test]
    fn an_array_is_not_taken_for_an_object() {
        for line in [
            r#"[7,null,null,"what",null]"#,
            r#"{"id":7,"ok":["GET&/&",null]}"#,
            r#"{"id":7,"rejected":["expired","late"]}"#,
            r#"{"id":7,"fault":["KeyError","'qsh'"]}"#,
        ] {
            let error = answer(line).unwrap_err().to_string();
            assert!(error.contains("expected an object"), "{line}: {error}");
        }
        let description = br#"{"id":0,"ok":[1,"name","1.0","Rust","none",[]]}"#;
        assert!(matches!(read_description(description, 0), Err(BadAnswer::NotAMessage(_))));
    }

    #[test]
    fn an_ok_needs_the_member_that_was_asked_for() {
        for line in [r#"{"id":7,"ok":{}}"#, r#"{"id":7,"ok":{"qsh":"00"}}"#] {
            let expected = BadAnswer::BadValue("missing field `canonical_request`".to_owned());
            assert_eq!(answer(line), Err(expected), "{line}");
        }
        let both = r#"{"id":7,"ok":{"canonical_request":"a","canonical_request_hex":"61"}}"#;
        assert!(matches!(answer(both), Err(BadAnswer::BadValue(_))));
        // Members of other operations and of later versions are ignored, whatever they hold.
        let more = r#"{"id":7,"ok":{"canonical_request":"a","qsh":1,"issuer":[],"refused":"r","token":null}}"#;
        assert_eq!(answer(more), Ok((7, Outcome::Ok(Answer::canonical_request("a")))));
    }

    #[test]
    fn text_that_is_not_unicode_is_not_repaired() {
        let line = b"{\"id\":7,\"ok\":{\"canonical_request\":\"\xff\"}}";
        assert_eq!(read_answer(line, |_| Some(Operation::CanonicalRequest)), Err(BadAnswer::NotUtf8(35)));
        let lone_surrogate = r#"{"id":7,"ok":{"canonical_request":"\ud800"}}"#;
        assert!(matches!(answer(lone_surrogate), Err(BadAnswer::BadValue(_))));
    }

    #[test]
    fn a_description_may_stand_behind_noise() {
        for noise in ["", "hello", "{}", r#"{"id":3,"ok":{}}"#] {
            assert_eq!(read_description(noise.as_bytes(), 0), Ok(None), "{noise}");
        }
        assert_eq!(read_description(br#"{"id":0,"ok":{"protocol":2}}"#, 0), Err(BadAnswer::OtherVersion(2)));
        let nameless = br#"{"id":0,"ok":{"protocol":1}}"#;
        assert!(matches!(read_description(nameless, 0), Err(BadAnswer::NotAMessage(_))));
    }

    #[test]
    fn what_is_written_is_read() {
        let outcomes = [
            Outcome::Ok(Answer::canonical_request("GET&/\u{e9}&")),
            Outcome::Ok(Answer::canonical_request(b"GET&/\xff&".to_vec())),
            Outcome::Rejected { reason: Reason::Malformed, message: "no".to_owned() },
            Outcome::Unsupported("what".to_owned()),
            Outcome::Fault { kind: "KeyError".to_owned(), message: "'qsh'".to_owned() },
        ];
        for outcome in outcomes {
            let mut line = Vec::new();
            write_answer(&mut line, 7, &outcome);
            assert_eq!(read_answer(&line, |_| Some(Operation::CanonicalRequest)), Ok((7, outcome)));
        }
    }
}
