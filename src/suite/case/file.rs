//! A case as a vector file writes it; `vectors/schema.json` is generated from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::hex::{either, split};
use super::input::RawInput;
use super::{AllowedAnswer, Alternative, BadCase, Case, Expectation, Expected, Kind, Level, Operation, Signed};
use crate::suite::outcome::{Accepted, Reason};

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
    public_keys: Option<BTreeMap<String, String>>,
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

impl RawExpectation {
    /// Makes the expectation for an operation from these members.
    fn into_expectation(self, operation: Operation) -> Result<Expectation, BadCase> {
        let whole = either(self.canonical_request, self.canonical_request_hex, "canonical_request_hex")?;
        let path = either(self.path, self.path_hex, "path_hex")?;
        let accepted = accepted(self.issuer, self.claims)?;
        let canonical = (whole, self.method, path, self.query, self.qsh);
        match (operation.kind(), canonical, accepted, self.public_keys, self.rejected) {
            (_, (None, None, None, None, None), None, None, Some(reasons)) if !reasons.is_empty() => {
                Ok(Expectation::Rejected(reasons))
            }
            (Kind::Canonical, (Some(whole), Some(method), Some(path), Some(query), Some(qsh)), None, None, None) => {
                Expected::new(whole, method, path, query, qsh).map(Expectation::Canonical)
            }
            (Kind::Accepted, (None, None, None, None, None), Some(accepted), None, None) => {
                Ok(Expectation::Accepted(accepted))
            }
            (Kind::Token, (None, None, None, None, None), Some(accepted), keys, None)
                if keys.as_ref().is_some_and(|keys| !keys.is_empty()) == (operation == Operation::AsapSign) =>
            {
                Ok(Expectation::Signed(Signed { accepted, public_keys: keys.unwrap_or_default() }))
            }
            (kind, ..) => Err(BadCase::Missing(match kind {
                Kind::Canonical => "all of canonical_request, method, path, query and qsh in expect, or rejected alone",
                Kind::Accepted => "issuer and claims in expect, or rejected alone",
                Kind::Token => "issuer and claims, and public_keys for asap_sign, in expect, or rejected alone",
            })),
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
            Expectation::Signed(Signed { accepted: Accepted { issuer, claims }, public_keys }) => Self {
                issuer: Some(issuer),
                claims: Some(claims),
                public_keys: Some(public_keys).filter(|keys| !keys.is_empty()),
                ..Self::default()
            },
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
        let expect = raw.expect.into_expectation(raw.operation)?;
        let accept = raw.accept.into_iter().map(Alternative::try_from).collect::<Result<Vec<_>, _>>()?;
        all_fit(raw.operation, &accept)?;
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

/// Checks that every allowed answer has the kind that the operation answers with.
fn all_fit(operation: Operation, accept: &[Alternative]) -> Result<(), BadCase> {
    let all_fit = accept.iter().all(|alternative| match alternative.answer {
        AllowedAnswer::Canonical { .. } => operation.kind() == Kind::Canonical,
        AllowedAnswer::Accepted(_) => operation.kind() == Kind::Accepted,
        AllowedAnswer::Rejected(_) => true,
    });
    if all_fit { Ok(()) } else { Err(BadCase::Missing("an answer of the operation in accept")) }
}

/// An issuer with its claims. Both members must be there, or neither.
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
