//! A case as a vector file writes it; `vectors/schema.json` is generated from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    AllowedAnswer, Alternative, Authentication, BadCase, Case, Endpoint, Expectation, Expected, Input, Level,
    Operation, Question,
};
use crate::suite::outcome::{Accepted, Reason};
use crate::suite::text::Text;

/// A case as a vector file writes it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Case")]
pub(in crate::suite) struct RawCase {
    id: String,
    summary: String,
    clauses: Vec<String>,
    level: Level,
    operation: Operation,
    input: RawInput,
    expect: RawExpectation,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accept: Vec<RawAlternative>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    features: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    source: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Input")]
struct RawInput {
    method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Vec<(String, String)>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenants: Option<BTreeMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leeway: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endpoint: Option<Endpoint>,
}

/// A request by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequest {
    method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    form: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Expectation")]
struct RawExpectation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<Vec<Reason>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Alternative")]
struct RawAlternative {
    because: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<Vec<Reason>>,
}

impl RawInput {
    /// The question that an operation makes of these members: all that it has, and no other.
    fn into_question(self, operation: Operation) -> Result<Question, BadCase> {
        let Self { method, url, url_hex, base_url, form, headers, tenants, now, leeway, endpoint } = self;
        let request = Input::try_from(RawRequest { method, url, url_hex, base_url, form })?;
        match (operation, (headers, tenants, now, leeway, endpoint)) {
            (Operation::CanonicalRequest, (None, None, None, None, None)) => Ok(Question::CanonicalRequest(request)),
            (Operation::Qsh, (None, None, None, None, None)) => Ok(Question::Qsh(request)),
            (Operation::Authenticate, (Some(headers), Some(tenants), Some(now), Some(leeway), Some(endpoint))) => {
                Ok(Question::Authenticate(Authentication { request, headers, tenants, now, leeway, endpoint }))
            }
            (Operation::Authenticate, _) => {
                Err(BadCase::Missing("headers, tenants, now, leeway and endpoint in the input of authenticate"))
            }
            (Operation::CanonicalRequest | Operation::Qsh, _) => {
                Err(BadCase::Missing("a request and nothing else in the input of canonical_request and qsh"))
            }
        }
    }
}

impl From<Question> for RawInput {
    fn from(question: Question) -> Self {
        let bare = |request: Input| {
            let RawRequest { method, url, url_hex, base_url, form } = request.into();
            Self {
                method,
                url,
                url_hex,
                base_url,
                form,
                headers: None,
                tenants: None,
                now: None,
                leeway: None,
                endpoint: None,
            }
        };
        match question {
            Question::CanonicalRequest(request) | Question::Qsh(request) => bare(request),
            Question::Authenticate(Authentication { request, headers, tenants, now, leeway, endpoint }) => Self {
                headers: Some(headers),
                tenants: Some(tenants),
                now: Some(now),
                leeway: Some(leeway),
                endpoint: Some(endpoint),
                ..bare(request)
            },
        }
    }
}

/// The input of a case, as its file writes it.
impl Serialize for Question {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawInput::from(self.clone()).serialize(serializer)
    }
}

impl TryFrom<RawRequest> for Input {
    type Error = BadCase;

    fn try_from(raw: RawRequest) -> Result<Self, BadCase> {
        let url = either(raw.url, raw.url_hex, "url_hex")?.ok_or(BadCase::ExactlyOne("url and url_hex"))?;
        Ok(Self { method: raw.method, url, base_url: raw.base_url, form: raw.form })
    }
}

impl From<Input> for RawRequest {
    fn from(input: Input) -> Self {
        let (url, url_hex) = split(&input.url);
        Self { method: input.method, url, url_hex, base_url: input.base_url, form: input.form }
    }
}

impl TryFrom<RawExpectation> for Expectation {
    type Error = BadCase;

    fn try_from(raw: RawExpectation) -> Result<Self, BadCase> {
        let whole = either(raw.canonical_request, raw.canonical_request_hex, "canonical_request_hex")?;
        let path = either(raw.path, raw.path_hex, "path_hex")?;
        let accepted = accepted(raw.issuer, raw.claims)?;
        match ((whole, raw.method, path, raw.query, raw.qsh), accepted, raw.rejected) {
            ((None, None, None, None, None), None, Some(reasons)) if !reasons.is_empty() => Ok(Self::Rejected(reasons)),
            ((None, None, None, None, None), Some(accepted), None) => Ok(Self::Accepted(accepted)),
            ((Some(canonical_request), Some(method), Some(path), Some(query), Some(qsh)), None, None) => {
                Expected::new(canonical_request, method, path, query, qsh).map(Self::Canonical)
            }
            _ => Err(BadCase::Missing(
                "all of canonical_request, method, path, query and qsh in expect, or issuer and claims, or rejected alone",
            )),
        }
    }
}

impl From<Expectation> for RawExpectation {
    fn from(expectation: Expectation) -> Self {
        match expectation {
            Expectation::Rejected(reasons) => Self { rejected: Some(reasons), ..Self::default() },
            Expectation::Accepted(Accepted { issuer, claims }) => {
                Self { issuer: Some(issuer), claims: Some(claims), ..Self::default() }
            }
            Expectation::Canonical(expected) => {
                let (canonical_request, canonical_request_hex) = split(&expected.canonical_request);
                let (path, path_hex) = split(&expected.path);
                Self {
                    canonical_request,
                    canonical_request_hex,
                    method: Some(expected.method),
                    path,
                    path_hex,
                    query: Some(expected.query),
                    qsh: Some(expected.qsh),
                    ..Self::default()
                }
            }
        }
    }
}

impl TryFrom<RawAlternative> for Alternative {
    type Error = BadCase;

    fn try_from(raw: RawAlternative) -> Result<Self, BadCase> {
        if raw.because.trim().is_empty() {
            return Err(BadCase::Missing("a because in accept"));
        }
        let text = either(raw.canonical_request, raw.canonical_request_hex, "canonical_request_hex")?;
        let answer = match (text, accepted(raw.issuer, raw.claims)?, raw.rejected) {
            (Some(canonical_request), None, None) => {
                let qsh = canonical_request.sha256_hex();
                AllowedAnswer::Canonical { canonical_request, qsh }
            }
            (None, Some(accepted), None) => AllowedAnswer::Accepted(accepted),
            (None, None, Some(reasons)) if !reasons.is_empty() => AllowedAnswer::Rejected(reasons),
            _ => return Err(BadCase::ExactlyOne("canonical_request, issuer with claims, and rejected in accept")),
        };
        Ok(Self { because: raw.because, answer })
    }
}

impl From<Alternative> for RawAlternative {
    fn from(alternative: Alternative) -> Self {
        let mut raw = Self {
            because: alternative.because,
            canonical_request: None,
            canonical_request_hex: None,
            issuer: None,
            claims: None,
            rejected: None,
        };
        match alternative.answer {
            AllowedAnswer::Canonical { canonical_request, .. } => {
                (raw.canonical_request, raw.canonical_request_hex) = split(&canonical_request);
            }
            AllowedAnswer::Accepted(Accepted { issuer, claims }) => {
                (raw.issuer, raw.claims) = (Some(issuer), Some(claims));
            }
            AllowedAnswer::Rejected(reasons) => raw.rejected = Some(reasons),
        }
        raw
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
        let question = raw.input.into_question(raw.operation)?;
        let expect = Expectation::try_from(raw.expect)?;
        let accept = raw.accept.into_iter().map(Alternative::try_from).collect::<Result<Vec<_>, _>>()?;
        fits(&question, &expect, &accept)?;
        Ok(Self {
            id: raw.id,
            summary: raw.summary,
            clauses: raw.clauses,
            level: raw.level,
            question,
            expect,
            accept,
            features: raw.features,
            flags: raw.flags,
            source: raw.source,
        })
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
            input: case.question.into(),
            expect: case.expect.into(),
            accept: case.accept.into_iter().map(RawAlternative::from).collect(),
            features: case.features,
            flags: case.flags,
            source: case.source,
        }
    }
}

/// Whether the answers are those of the operation.
fn fits(question: &Question, expect: &Expectation, accept: &[Alternative]) -> Result<(), BadCase> {
    let is_canonical = question.canonicalized().is_some();
    let fits = match expect {
        Expectation::Canonical(_) => is_canonical,
        Expectation::Accepted(_) => !is_canonical,
        Expectation::Rejected(_) => true,
    };
    let all_fit = accept.iter().all(|alternative| match alternative.answer {
        AllowedAnswer::Canonical { .. } => is_canonical,
        AllowedAnswer::Accepted(_) => !is_canonical,
        AllowedAnswer::Rejected(_) => true,
    });
    if fits && all_fit { Ok(()) } else { Err(BadCase::Missing("the answer of the operation in expect and accept")) }
}

/// An issuer with claims: both, or neither.
fn accepted(issuer: Option<String>, claims: Option<Map<String, Value>>) -> Result<Option<Accepted>, BadCase> {
    match (issuer, claims) {
        (Some(issuer), Some(claims)) => Ok(Some(Accepted { issuer, claims })),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(BadCase::Missing("issuer and claims together")),
    }
}

fn is_id(id: &str) -> bool {
    let segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    id.contains('/') && id.split('/').all(segment)
}

/// The value of a pair of members such as `url` and `url_hex`, of which at most one may be there.
fn either(text: Option<String>, hex: Option<String>, hex_member: &'static str) -> Result<Option<Text>, BadCase> {
    match (text, hex) {
        (Some(text), None) => Ok(Some(Text::from(text))),
        (None, Some(hex)) => Text::from_hex(&hex).map(Some).map_err(|_| BadCase::Hex { member: hex_member }),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(BadCase::ExactlyOne(match hex_member {
            "url_hex" => "url and url_hex",
            "path_hex" => "path and path_hex",
            _ => "canonical_request and canonical_request_hex",
        })),
    }
}

/// The reverse of [`either`].
fn split(text: &Text) -> (Option<String>, Option<String>) {
    match text.as_str() {
        Some(utf8) => (Some(utf8.to_owned()), None),
        None => (None, Some(text.to_hex())),
    }
}
