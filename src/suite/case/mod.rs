//! The vector model: a case, its input and its expectation.
//!
//! The parsers are strict: an unknown member and a case that contradicts itself are errors. The file format is in the
//! private modules `file` and `input`.

mod bad_case;
mod feature;
mod file;
mod input;
mod operation;
mod question;
mod received;

use std::collections::BTreeMap;

use qsh_diagnose::{Input, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::outcome::{Accepted, Reason};
pub use bad_case::BadCase;
pub use feature::Feature;
pub(crate) use feature::features;
pub(super) use file::{AcceptedExpectation, CanonicalExpectation, RawCase, Refusal, SignedExpectation};
pub(crate) use operation::Kind;
pub use operation::Operation;
pub use question::{
    AsapSigning, AsapVerification, Authentication, Endpoint, ForgeVerification, ImpersonationSigning,
    ImpersonationVerification, InstallAuthentication, ProductAuthentication, Question, Signing,
};
pub(super) use question::{RawAsapVerification, RawForgeVerification};
pub use received::{Headers, Presented, Received};

/// One case: a question, and the expected answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the vector format's version 1 closes its members")]
pub struct Case {
    /// The stable name, such as `query/repeat/decoded-order`.
    pub id: String,
    /// What the case shows, in one sentence.
    pub summary: String,
    /// The clauses of `docs/spec.md` that the case shows, the main one first. At least one.
    pub clauses: Vec<String>,
    /// How binding the expectation is.
    pub level: Level,
    /// The question.
    pub question: Question,
    /// What the tokens of the question say, for people. Implementations do not get it.
    pub decoded: Vec<Decoded>,
    /// The expected answer.
    pub expect: Expectation,
    /// Other answers that are allowed.
    pub accept: Vec<Alternative>,
    /// What the input needs of an implementation: the names of [`Feature`]s. Cases can be selected by them.
    pub features: Vec<String>,
    /// Why the case exists; `vectors/README.md` explains each.
    pub flags: Vec<String>,
    /// The source of the expectation.
    pub source: String,
}

/// What a token says, for people.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
///
/// let vectors = Vectors::embedded()?;
/// let case = vectors.cases().find(|case| case.id == "token/algorithm/none").unwrap();
/// assert_eq!(case.decoded[0].header.as_ref().unwrap()["alg"], "none");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the vector format's version 1 closes its members")]
pub struct Decoded {
    /// The first segment. `None` if it cannot be decoded.
    pub header: Option<Map<String, Value>>,
    /// The second segment. `None` if it cannot be decoded.
    pub claims: Option<Map<String, Value>>,
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

/// The expected answer to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers, signs or refuses; there is no fourth")]
pub enum Expectation {
    /// The request is accepted: the client key of its tenant, and the claims of its token.
    Accepted(Accepted),
    /// This canonical request and its hash.
    Canonical(Expected),
    /// A refusal for one of these reasons. At least one.
    Rejected(Vec<Reason>),
    /// A token that verifies and has these claims.
    Signed(Signed),
}

/// The requirements for a token that an implementation signs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the vector format's version 1 closes its members")]
pub struct Signed {
    /// The issuer, and the claims that the token must have. It may have others, unless it is an assertion (IMP-9).
    pub accepted: Accepted,
    /// The keys that verify it, for each `kid`. Empty if the question has the secret.
    pub public_keys: BTreeMap<String, String>,
    /// The members of its header, if the case is about them. The token has no others, except a `typ` of `JWT`.
    pub header: Option<Map<String, Value>>,
}

/// The canonical request, and its parts, which tell the first stage that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// The whole canonical request: `method&path&query`.
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
    /// The reason.
    pub because: String,
    /// The allowed answer.
    pub answer: AllowedAnswer,
}

/// An answer that an [`Alternative`] allows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation answers or refuses; there is no third")]
pub enum AllowedAnswer {
    /// The request is accepted, as in [`Expectation::Accepted`]. For an operation that signs: a token that verifies and has
    /// these claims, as in [`Expectation::Signed`].
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
    /// Makes an expectation. Checks that the parts make the whole, and that the hash is that of the whole.
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
    /// The questions of the case. An implementation that supports both operations is asked for the canonical request
    /// and for the hash. The hash decides; the canonical request shows where a hash goes wrong.
    pub fn questions(&self) -> Vec<Question> {
        match &self.question {
            Question::CanonicalRequest(request) => vec![self.question.clone(), Question::Qsh(request.clone())],
            // Every token has its own id (ASAP-25). Two tokens are needed to check this.
            Question::AsapSign(_) => vec![self.question.clone(), self.question.clone()],
            question => vec![question.clone()],
        }
    }

    /// The part of the question that decides the answer. For a canonical request or a hash it is the request. For
    /// other operations it is the whole question.
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
