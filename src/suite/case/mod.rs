//! The vector model: what one case says.
//!
//! Every type is parsed once, strictly: an unknown member is an error, and so is a case that contradicts itself. What a
//! file holds is in the private modules `file`, `input` and `hex`.

mod bad_case;
mod file;
mod hex;
mod input;
mod json_body;
mod question;
mod request;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{Accepted, Reason};
use super::text::Text;
pub use bad_case::BadCase;
pub(super) use file::RawCase;
pub use json_body::{BadJsonBody, JsonBody};
pub(super) use question::Kind;
pub use question::{
    AsapSigning, AsapVerification, Authentication, Endpoint, Headers, InstallAuthentication, Operation, Presented,
    Question, Signing,
};
pub use request::{Feature, Input};

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
