//! The vector model: what one case says.
//!
//! Every type is parsed once, strictly: an unknown member is an error, and so is a case that contradicts itself. The
//! wire form is in the private `Raw…` types, from which `vectors/schema.json` is generated.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::Reason;
use super::text::Text;

/// One case: a request, and what is to come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The stable name, such as `query/repeat/decoded-order`.
    pub id: String,
    /// One sentence: what is shown.
    pub summary: String,
    /// The clauses of `docs/spec.md` that the case shows, the main one first; at least one.
    pub clauses: Vec<String>,
    /// How binding the expectation is.
    pub level: Level,
    /// What is asked.
    pub operation: Operation,
    /// The request.
    pub input: Input,
    /// What is to come of it.
    pub expect: Expectation,
    /// Other answers that are allowed.
    pub accept: Vec<Alternative>,
    /// What an implementation must be able to take, for those who pick cases by it; a [`Feature`]'s name for each that
    /// the input needs.
    pub features: Vec<String>,
    /// Why the case exists; `vectors/README.md` explains each.
    pub flags: Vec<String>,
    /// Where the fact comes from.
    pub source: String,
}

/// An operation of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// The canonical request (QSH-C1) of a request.
    CanonicalRequest,
    /// The query string hash (QSH-H2) of a request.
    Qsh,
}

impl Operation {
    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical_request",
            Self::Qsh => "qsh",
        }
    }
}

/// How binding a case's expectation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the vector format's version 1 closes this list")]
pub enum Level {
    /// An official vector or explicit text says so.
    Must,
    /// The documents are silent; the official implementations agree.
    Should,
    /// They disagree: the answer is recorded and never failed.
    Open,
}

impl Level {
    /// The name in vectors and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Open => "open",
        }
    }
}

/// What an implementation must be able to take for a case to make sense to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// The base URL has a path.
    BasePath,
    /// The request has a form body.
    Form,
    /// The URL is longer than 4,096 bytes.
    Large,
    /// The URL is not UTF-8.
    RawBytes,
}

impl Feature {
    /// The name in vectors and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::BasePath => "base-path",
            Self::Form => "form",
            Self::Large => "large",
            Self::RawBytes => "raw-bytes",
        }
    }
}

/// The request of a case, as vectors and the adapter protocol write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawInput", into = "RawInput")]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Input {
    /// The method as it was sent.
    pub method: String,
    /// The target: an absolute URL, a path with a query, or either without its leading slash.
    pub url: Text,
    /// The base URL of the app or of the product (QSH-P3).
    pub base_url: Option<String>,
    /// The body of an `application/x-www-form-urlencoded` request, as it was sent (QSH-F1).
    pub form: Option<String>,
}

/// What is to come of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers or refuses; there is no third")]
pub enum Expectation {
    /// This canonical request and its hash.
    Canonical(Expected),
    /// A refusal for one of these reasons; at least one.
    Rejected(Vec<Reason>),
}

/// The canonical request and its parts, which name the first stage that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The whole: `method&path&query`.
    pub canonical_request: Text,
    /// The canonical method.
    pub method: String,
    /// The canonical path.
    pub path: Text,
    /// The canonical query.
    pub query: String,
    /// The hash of the whole.
    pub qsh: String,
}

/// Another answer that is allowed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alternative {
    /// Why it is allowed.
    pub because: String,
    /// What is allowed.
    pub answer: AllowedAnswer,
}

/// An answer that an [`Alternative`] allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers or refuses; there is no third")]
pub enum AllowedAnswer {
    /// This canonical request, or its hash.
    Canonical {
        /// The canonical request.
        canonical_request: Text,
        /// Its hash.
        qsh: String,
    },
    /// A refusal for one of these reasons.
    Rejected(Vec<Reason>),
}

/// A member of a case that contradicts another, or lacks what it needs. The loader adds file and case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadCase {
    /// Two members that exclude each other, or none of them.
    #[error("expected exactly one of {0}")]
    ExactlyOne(&'static str),
    /// A member that has to be there.
    #[error("expected {0}")]
    Missing(&'static str),
    /// Hexadecimal text that is none.
    #[error("{member}: expected pairs of hexadecimal digits")]
    Hex {
        /// The member.
        member: &'static str,
    },
    /// An id that is not of the form that ids have.
    #[error("id {0:?}: expected segments of a-z, 0-9 and -, joined by /, at least two")]
    Id(String),
    /// The parts do not make the whole.
    #[error("method&path&query is {parts:?}, but canonical_request is {whole:?}")]
    Parts {
        /// The parts, joined.
        parts: Text,
        /// The whole.
        whole: Text,
    },
    /// The hash is not that of the canonical request.
    #[error("qsh is {found:?}, but the SHA-256 of canonical_request is {expected}")]
    Hash {
        /// The case's hash.
        found: String,
        /// The right one.
        expected: String,
    },
}

impl Case {
    /// Whether the other case has the same input, and expects or allows something else.
    pub fn contradicts(&self, other: &Self) -> bool {
        let allows = |case: &Self, answer: &AllowedAnswer| case.accept.iter().any(|other| other.answer == *answer);
        let allows_all = |case: &Self, other: &Self| other.accept.iter().all(|one| allows(case, &one.answer));
        self.input == other.input
            && (self.expect != other.expect || !allows_all(self, other) || !allows_all(other, self))
    }
}

impl Input {
    /// The features that this request needs, in the order of their names.
    pub fn features(&self) -> Vec<Feature> {
        let base_path = self.base_url.as_deref().is_some_and(|base| {
            // Query and fragment, in which there may be anything, are no part of the path.
            let base = base.split(['?', '#']).next().unwrap_or_default();
            let after_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
            after_scheme.split_once('/').is_some_and(|(_, path)| !path.is_empty())
        });
        [
            (Feature::BasePath, base_path),
            (Feature::Form, self.form.is_some()),
            (Feature::Large, self.url.as_bytes().len() > 4096),
            (Feature::RawBytes, self.url.as_str().is_none()),
        ]
        .into_iter()
        .filter_map(|(feature, applies)| applies.then_some(feature))
        .collect()
    }
}

/// In one line, escaped as [`Text`] is.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Text::from(self.method.as_str()), self.url)?;
        if let Some(base) = &self.base_url {
            write!(f, "  base {}", Text::from(base.as_str()))?;
        }
        if let Some(form) = &self.form {
            write!(f, "  form {}", Text::from(form.as_str()))?;
        }
        Ok(())
    }
}

/// A case as a vector file writes it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Case")]
pub(super) struct RawCase {
    pub(super) id: String,
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

impl Expected {
    /// An expectation whose parts make the whole, and whose hash is that of the whole.
    ///
    /// # Errors
    ///
    /// Parts or a hash that do not belong to the canonical request.
    pub fn new(
        canonical_request: Text,
        method: String,
        path: Text,
        query: String,
        qsh: String,
    ) -> Result<Self, BadCase> {
        let parts = Text::from([method.as_bytes(), path.as_bytes(), query.as_bytes()].join(&b'&'));
        if parts != canonical_request {
            return Err(BadCase::Parts { parts, whole: canonical_request });
        }
        let expected = canonical_request.sha256_hex();
        if qsh != expected {
            return Err(BadCase::Hash { found: qsh, expected });
        }
        Ok(Self { canonical_request, method, path, query, qsh })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_path_before_its_query_and_fragment_only() {
        let has_path = |base: &str| {
            let input = Input { method: "GET".into(), url: "/".into(), base_url: Some(base.into()), form: None };
            input.features().contains(&Feature::BasePath)
        };
        for base in ["https://h/jira", "https://h/jira/?x", "/jira", "https://h:8080/a?b=https://c/"] {
            assert!(has_path(base), "{base}");
        }
        for base in [
            "https://h",
            "https://h/",
            "https://h?x=/y",
            "https://h/?x=/y",
            "https://h#/y",
            "https://h?u=http://a/b",
            "/",
            "",
        ] {
            assert!(!has_path(base), "{base}");
        }
    }
}
