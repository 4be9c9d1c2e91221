//! A case as a vector file writes it; `vectors/schema.json` is generated from these types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllowedAnswer, Alternative, BadCase, Case, Expectation, Expected, Input, Level, Operation};
use crate::suite::outcome::Reason;
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
pub(super) struct RawInput {
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
    rejected: Option<Vec<Reason>>,
}

impl TryFrom<RawInput> for Input {
    type Error = BadCase;

    fn try_from(raw: RawInput) -> Result<Self, BadCase> {
        let url = either(raw.url, raw.url_hex, "url_hex")?.ok_or(BadCase::ExactlyOne("url and url_hex"))?;
        Ok(Self { method: raw.method, url, base_url: raw.base_url, form: raw.form })
    }
}

impl From<Input> for RawInput {
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
        match (whole, raw.method, path, raw.query, raw.qsh, raw.rejected) {
            (None, None, None, None, None, Some(reasons)) if !reasons.is_empty() => Ok(Self::Rejected(reasons)),
            (Some(canonical_request), Some(method), Some(path), Some(query), Some(qsh), None) => {
                Expected::new(canonical_request, method, path, query, qsh).map(Self::Canonical)
            }
            _ => Err(BadCase::Missing(
                "all of canonical_request, method, path, query and qsh in expect, or rejected alone",
            )),
        }
    }
}

impl From<Expectation> for RawExpectation {
    fn from(expectation: Expectation) -> Self {
        match expectation {
            Expectation::Rejected(reasons) => Self { rejected: Some(reasons), ..Self::default() },
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
                    rejected: None,
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
        let answer = match (text, raw.rejected) {
            (Some(canonical_request), None) => {
                let qsh = canonical_request.sha256_hex();
                AllowedAnswer::Canonical { canonical_request, qsh }
            }
            (None, Some(reasons)) if !reasons.is_empty() => AllowedAnswer::Rejected(reasons),
            _ => return Err(BadCase::ExactlyOne("canonical_request and rejected in accept")),
        };
        Ok(Self { because: raw.because, answer })
    }
}

impl From<Alternative> for RawAlternative {
    fn from(alternative: Alternative) -> Self {
        let (canonical_request, canonical_request_hex, rejected) = match alternative.answer {
            AllowedAnswer::Canonical { canonical_request, .. } => {
                let (text, hex) = split(&canonical_request);
                (text, hex, None)
            }
            AllowedAnswer::Rejected(reasons) => (None, None, Some(reasons)),
        };
        Self { because: alternative.because, canonical_request, canonical_request_hex, rejected }
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
        let input = Input::try_from(raw.input)?;
        Ok(Self {
            id: raw.id,
            summary: raw.summary,
            clauses: raw.clauses,
            level: raw.level,
            operation: raw.operation,
            input,
            expect: Expectation::try_from(raw.expect)?,
            accept: raw.accept.into_iter().map(Alternative::try_from).collect::<Result<_, _>>()?,
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
            operation: case.operation,
            input: case.input.into(),
            expect: case.expect.into(),
            accept: case.accept.into_iter().map(RawAlternative::from).collect(),
            features: case.features,
            flags: case.flags,
            source: case.source,
        }
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
