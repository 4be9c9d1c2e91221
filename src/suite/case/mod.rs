//! The vector model: what one case says.
//!
//! Every type is parsed once, strictly: an unknown member is an error, and so is a case that contradicts itself. What a
//! file holds is in the private modules `file`, `input` and `hex`.

mod file;
mod hex;
mod input;
mod json_body;
mod question;

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::Source;
use qsh_hash::{InvalidRequest, Request};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{Accepted, Reason};
use super::text::Text;
pub(super) use file::RawCase;
use input::RawRequest;
pub use json_body::{BadJsonBody, JsonBody};
pub(super) use question::Kind;
pub use question::{
    AsapSigning, AsapVerification, Authentication, Endpoint, Headers, InstallAuthentication, Operation, Presented,
    Question, Signing,
};

/// One case: a request, and what is to come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the vector format's version 1 closes its members")]
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
    pub question: Question,
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
    /// All of them, the strongest first.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::Open];

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
    /// The request has a JSON body.
    Json,
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
            Self::Json => "json",
            Self::Large => "large",
            Self::RawBytes => "raw-bytes",
        }
    }
}

/// The request of a case, as vectors and the adapter protocol write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawRequest", into = "RawRequest")]
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
    /// The body of an `application/json` request (QSH-F4).
    pub json: Option<JsonBody>,
}

/// What is to come of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers, signs or refuses; there is no fourth")]
pub enum Expectation {
    /// The request is accepted: the client key of its tenant, and the claims of its token.
    Accepted(Accepted),
    /// This canonical request and its hash.
    Canonical(Expected),
    /// A refusal for one of these reasons; at least one.
    Rejected(Vec<Reason>),
    /// A token that verifies, and says this.
    Signed(Signed),
}

/// What a token has to say that an implementation signs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a token is from somebody, says something, and has a key")]
pub struct Signed {
    /// Whom it is from, and the claims that it has to have; it may have others.
    pub accepted: Accepted,
    /// The keys that verify it, for each `kid`. Empty if the question has the secret.
    pub public_keys: BTreeMap<String, String>,
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
#[expect(clippy::exhaustive_structs, reason = "the vector format's version 1 closes its members")]
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
    /// The request is accepted, as in [`Expectation::Accepted`].
    Accepted(Accepted),
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
    /// A request has one body.
    #[error("expected at most one of form and json")]
    TwoBodies,
    /// Members that have to be there.
    #[error("expected {0}")]
    Missing(&'static str),
    /// A member that an operation needs.
    #[error("input: {operation} needs {member}")]
    Lacks {
        /// The operation.
        operation: &'static str,
        /// The member.
        member: &'static str,
    },
    /// Members that an operation does not have.
    #[error("input: {operation} has no {members}")]
    Unexpected {
        /// The operation.
        operation: &'static str,
        /// The members.
        members: String,
    },
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

impl Case {
    /// All questions of the case. The hash decides; the canonical request shows where a hash goes wrong. An
    /// implementation that supports both is asked for both.
    pub fn questions(&self) -> Vec<Question> {
        match &self.question {
            Question::CanonicalRequest(request) => vec![self.question.clone(), Question::Qsh(request.clone())],
            // Every token has an id of its own (ASAP-25), which one alone does not show.
            Question::AsapSign(_) => vec![self.question.clone(), self.question.clone()],
            question => vec![question.clone()],
        }
    }

    /// The part of the question that decides the answer. It is the request if its canonical request or hash is asked
    /// for, and the whole question otherwise.
    pub(super) fn subject(&self) -> Result<&Input, &Question> {
        self.question.canonicalized().ok_or(&self.question)
    }

    /// Whether the other case has the same input, and expects or allows something else.
    pub fn contradicts(&self, other: &Self) -> bool {
        let allows = |case: &Self, answer: &AllowedAnswer| case.accept.iter().any(|other| other.answer == *answer);
        let allows_all = |case: &Self, other: &Self| other.accept.iter().all(|one| allows(case, &one.answer));
        self.subject() == other.subject()
            && (self.expect != other.expect || !allows_all(self, other) || !allows_all(other, self))
    }
}

impl Input {
    /// A request without base URL and body.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::case::Input;
    ///
    /// let input = Input { base_url: Some("https://h/wiki".to_owned()), ..Input::new("GET", "/wiki/a?b=c") };
    /// assert_eq!(input.to_string(), "GET /wiki/a?b=c  base https://h/wiki");
    /// ```
    pub fn new(method: &str, url: impl Into<Text>) -> Self {
        Self { method: method.to_owned(), url: url.into(), base_url: None, form: None, json: None }
    }

    /// The request that it describes.
    ///
    /// # Errors
    ///
    /// As [`Request::new`] and [`Request::with_base_url`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::case::Input;
    ///
    /// assert_eq!(Input::new("GET", "/a?b=c").request()?.query(), Some(&b"b=c"[..]));
    /// assert!(Input::new("", "/a").request().is_err());
    /// # Ok::<(), qsh_hash::InvalidRequest>(())
    /// ```
    pub fn request(&self) -> Result<Request<'_>, InvalidRequest> {
        let mut request = Request::new(&self.method, self.url.as_bytes())?;
        if let Some(base_url) = &self.base_url {
            request = request.with_base_url(base_url)?;
        }
        if let Some(form) = &self.form {
            request = request.with_form(form);
        }
        Ok(request)
    }

    /// The request with its JSON body, as any dialect may read it.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn source(&self) -> Result<Source<'_>, InvalidRequest> {
        let source = Source::from(&self.request()?);
        Ok(self.json.as_ref().map_or(source, |json| source.with_json_members(json.members())))
    }

    /// How many bytes target and bodies have.
    pub(crate) fn length(&self) -> usize {
        let json = self.json.as_ref().map_or(0, |json| json.as_str().len());
        self.url.as_bytes().len() + self.form.as_ref().map_or(0, String::len) + json
    }

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
            (Feature::Json, self.json.is_some()),
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
        if let Some(json) = &self.json {
            write!(f, "  json {}", Text::from(json.as_str()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_path_before_its_query_and_fragment_only() {
        let has_path = |base: &str| {
            let input = Input { base_url: Some(base.to_owned()), ..Input::new("GET", "/") };
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
