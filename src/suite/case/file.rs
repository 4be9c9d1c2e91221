//! A case as a vector file writes it. `vectors/schema.json` is generated from these types.

use std::collections::BTreeMap;

use qsh_diagnose::Text;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::operation::{Kind, Operation};
use super::question::Question;
use super::{AllowedAnswer, Alternative, BadCase, Case, Decoded, Expectation, Expected, Level, Signed};
use crate::suite::outcome::{Accepted, Issuer, Reason};
use crate::suite::strict_json;

/// A case as a vector file writes it. The operation decides the members of `input` and `expect`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Case")]
pub(in crate::suite) struct RawCase {
    /// The stable name: segments of `a-z`, `0-9` and `-`, joined by `/`.
    #[schemars(regex(pattern = "^[a-z0-9-]+(/[a-z0-9-]+)+$"))]
    id: String,
    /// What the case shows, in one sentence.
    summary: String,
    /// The clauses of the specification that the case shows, the main one first.
    #[schemars(length(min = 1), inner(regex(pattern = "^[A-Z]+-[A-Z]?[0-9]+$")))]
    clauses: Vec<String>,
    /// How binding the expectation is.
    level: Level,
    /// What is asked.
    operation: Operation,
    /// The arguments of the operation.
    input: Map<String, Value>,
    /// What the tokens of the input say, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "strict_json::list")]
    decoded: Vec<Decoded>,
    /// The expected answer.
    expect: Map<String, Value>,
    /// Other answers that are allowed.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "strict_json::list")]
    accept: Vec<RawAlternative>,
    /// What the input needs of an implementation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    features: Vec<String>,
    /// Why the case exists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    /// The source of the expectation.
    source: String,
}

/// A canonical request with its parts and its hash.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = [
    { "oneOf": [{ "required": ["canonical_request"] }, { "required": ["canonical_request_hex"] }] },
    { "oneOf": [{ "required": ["path"] }, { "required": ["path_hex"] }] },
]))]
pub(in crate::suite) struct CanonicalExpectation {
    /// The whole canonical request: `method&path&query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    /// The bytes of a canonical request that is not UTF-8, two hex digits each. It replaces `canonical_request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    /// The canonical method.
    method: String,
    /// The canonical path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The bytes of a path that is not UTF-8, two hex digits each. It replaces `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    /// The canonical query.
    query: String,
    /// The SHA-256 of the canonical request.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    qsh: String,
}

/// The token is accepted.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::suite) struct AcceptedExpectation {
    /// The issuer of the token.
    issuer: String,
    /// All claims of the token.
    claims: Map<String, Value>,
}

/// A token that verifies.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::suite) struct SignedExpectation {
    /// The issuer of the token.
    issuer: String,
    /// Claims that the token must have. It may have others, unless it is an assertion (`impersonation_sign`).
    claims: Map<String, Value>,
    /// The keys that verify the token, for each `kid`. Only `asap_sign` has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_keys: Option<BTreeMap<String, String>>,
    /// The members of the token's header, if the case is about them. It has no others, except a `typ` of `JWT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<Map<String, Value>>,
}

/// A refusal.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::suite) struct Refusal {
    /// The allowed reasons, each once.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    rejected: Vec<Reason>,
}

/// Another allowed answer: a canonical request, an issuer with claims, or a refusal.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Alternative")]
struct RawAlternative {
    /// Why the answer is allowed.
    because: String,
    /// The canonical request. Its hash is then the allowed hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    /// The bytes of a canonical request that is not UTF-8, two hex digits each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    /// The issuer of the accepted or signed token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The claims of the accepted token, or claims that the signed token must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    /// The allowed reasons of a refusal, each once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    rejected: Option<Vec<Reason>>,
}

fn read<T: DeserializeOwned>(expect: Map<String, Value>) -> Result<T, BadCase> {
    serde_json::from_value(expect.into()).map_err(|error| BadCase::Expectation(error.to_string()))
}

/// Checks that no reason is there twice.
fn distinct(reasons: Vec<Reason>) -> Result<Vec<Reason>, BadCase> {
    let repeated = reasons.iter().enumerate().find(|(place, reason)| reasons[..*place].contains(reason));
    match repeated {
        Some((_, reason)) => Err(BadCase::DuplicateReason(reason.code())),
        None => Ok(reasons),
    }
}

/// Reads the expectation of an operation.
fn expectation(operation: Operation, expect: Map<String, Value>) -> Result<Expectation, BadCase> {
    if expect.contains_key("rejected") {
        let Refusal { rejected } = read(expect)?;
        if rejected.is_empty() {
            return Err(BadCase::Missing("at least one reason in rejected"));
        }
        return distinct(rejected).map(Expectation::Rejected);
    }
    Ok(match operation.kind() {
        Kind::Canonical => {
            let raw: CanonicalExpectation = read(expect)?;
            let whole = Text::from_members(raw.canonical_request, raw.canonical_request_hex, "canonical_request")?
                .ok_or(BadCase::ExactlyOne("canonical_request and canonical_request_hex"))?;
            let path = Text::from_members(raw.path, raw.path_hex, "path")?;
            let path = path.ok_or(BadCase::ExactlyOne("path and path_hex"))?;
            Expectation::Canonical(Expected::new(whole, raw.method, path, raw.query, raw.qsh)?)
        }
        Kind::Accepted => {
            let AcceptedExpectation { issuer, claims } = read(expect)?;
            Expectation::Accepted(Accepted { issuer: issuer.into(), claims })
        }
        Kind::Token => {
            let SignedExpectation { issuer, claims, public_keys, header } = read(expect)?;
            let public_keys = match (operation, public_keys) {
                (Operation::AsapSign, Some(keys)) if !keys.is_empty() => keys,
                (Operation::Sign | Operation::ImpersonationSign, None) => BTreeMap::new(),
                _ => return Err(BadCase::Missing("public_keys in expect for asap_sign, and for no other operation")),
            };
            let accepted = Accepted { issuer: issuer.into(), claims };
            Expectation::Signed(Signed { accepted, public_keys, header })
        }
    })
}

/// The issuer of an expectation, which is text.
fn text(issuer: Issuer) -> String {
    match issuer {
        Issuer::Text(text) => text,
        Issuer::Other(value) => value.to_string(),
    }
}

/// Writes an expectation.
fn written(expectation: Expectation) -> Map<String, Value> {
    let value = match expectation {
        Expectation::Rejected(rejected) => serde_json::to_value(Refusal { rejected }),
        Expectation::Accepted(Accepted { issuer, claims }) => {
            serde_json::to_value(AcceptedExpectation { issuer: text(issuer), claims })
        }
        Expectation::Signed(Signed { accepted: Accepted { issuer, claims }, public_keys, header }) => {
            let public_keys = Some(public_keys).filter(|keys| !keys.is_empty());
            serde_json::to_value(SignedExpectation { issuer: text(issuer), claims, public_keys, header })
        }
        Expectation::Canonical(expected) => {
            let Expected { canonical_request, method, path, query, qsh } = expected;
            let (canonical_request, canonical_request_hex) = Text::into_members(Some(canonical_request));
            let (path, path_hex) = Text::into_members(Some(path));
            let expected =
                CanonicalExpectation { canonical_request, canonical_request_hex, method, path, path_hex, query, qsh };
            serde_json::to_value(expected)
        }
    };
    let Ok(Value::Object(members)) = value else { unreachable!("an expectation is an object of text and numbers") };
    members
}

impl TryFrom<RawAlternative> for Alternative {
    type Error = BadCase;

    fn try_from(raw: RawAlternative) -> Result<Self, BadCase> {
        let RawAlternative { because, canonical_request, canonical_request_hex, issuer, claims, rejected } = raw;
        if because.trim().is_empty() {
            return Err(BadCase::Missing("a because in accept"));
        }
        let text = Text::from_members(canonical_request, canonical_request_hex, "canonical_request")?;
        let answer = match (text, issuer, claims, rejected) {
            (Some(canonical_request), None, None, None) => {
                let qsh = canonical_request.sha256_hex();
                AllowedAnswer::Canonical { canonical_request, qsh }
            }
            (None, Some(issuer), Some(claims), None) => {
                AllowedAnswer::Accepted(Accepted { issuer: issuer.into(), claims })
            }
            (None, None, None, Some(reasons)) if !reasons.is_empty() => AllowedAnswer::Rejected(distinct(reasons)?),
            _ => return Err(BadCase::ExactlyOne("canonical_request, issuer with claims, and rejected in accept")),
        };
        Ok(Self { because, answer })
    }
}

impl From<Alternative> for RawAlternative {
    fn from(Alternative { because, answer }: Alternative) -> Self {
        let raw = Self { because, ..Self::default() };
        match answer {
            AllowedAnswer::Canonical { canonical_request, .. } => {
                let (canonical_request, canonical_request_hex) = Text::into_members(Some(canonical_request));
                Self { canonical_request, canonical_request_hex, ..raw }
            }
            AllowedAnswer::Accepted(Accepted { issuer, claims }) => {
                Self { issuer: Some(text(issuer)), claims: Some(claims), ..raw }
            }
            AllowedAnswer::Rejected(reasons) => Self { rejected: Some(reasons), ..raw },
        }
    }
}

impl TryFrom<RawCase> for Case {
    type Error = BadCase;

    fn try_from(raw: RawCase) -> Result<Self, BadCase> {
        if !is_id(&raw.id) {
            return Err(BadCase::Id(raw.id));
        }
        if raw.clauses.is_empty() {
            return Err(BadCase::Missing("at least one clause"));
        }
        for (text, what) in [(&raw.summary, "a summary"), (&raw.source, "a source")] {
            if text.trim().is_empty() {
                return Err(BadCase::Missing(what));
            }
        }
        let RawCase { id, summary, clauses, level, operation, input, decoded, expect, accept, features, flags, source } =
            raw;
        let question = Question::with_exact_input(operation, input)?;
        let expect = expectation(operation, expect)?;
        let accept = accept.into_iter().map(Alternative::try_from).collect::<Result<Vec<_>, _>>()?;
        all_fit(operation, &accept)?;
        Ok(Self { id, summary, clauses, level, question, decoded, expect, accept, features, flags, source })
    }
}

impl From<Case> for RawCase {
    fn from(case: Case) -> Self {
        Self {
            id: case.id,
            summary: case.summary,
            clauses: case.clauses,
            level: case.level,
            operation: case.question.operation(),
            input: case.question.input(),
            decoded: case.decoded,
            expect: written(case.expect),
            accept: case.accept.into_iter().map(RawAlternative::from).collect(),
            features: case.features,
            flags: case.flags,
            source: case.source,
        }
    }
}

/// Checks that every allowed answer has the kind that the operation answers with.
fn all_fit(operation: Operation, accept: &[Alternative]) -> Result<(), BadCase> {
    let all_fit = accept.iter().all(|alternative| match alternative.answer {
        AllowedAnswer::Canonical { .. } => operation.kind() == Kind::Canonical,
        AllowedAnswer::Accepted(_) => operation.kind() != Kind::Canonical,
        AllowedAnswer::Rejected(_) => true,
    });
    if all_fit { Ok(()) } else { Err(BadCase::Missing("an answer of the operation in accept")) }
}

fn is_id(id: &str) -> bool {
    let segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.contains('/') && id.split('/').all(segment)
}
