//! What an implementation did with one case. Every answer, crash and silence is data here; nothing in this module is an
//! error.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::text::Text;

/// What an implementation did with one case (or with one request of the adapter protocol).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It answered.
    Ok(Answer),
    /// It refused, in the way that it documents.
    Rejected {
        /// Why.
        reason: Reason,
        /// Its own words.
        message: String,
    },
    /// It has no such operation or option; the text says which.
    Unsupported(String),
    /// An exception outside its documented contract.
    Fault {
        /// The exception's type, such as `KeyError`.
        kind: String,
        /// Its own words.
        message: String,
    },
    /// The process ended, or closed its output, before it answered; the text says how.
    Crashed(String),
    /// Nothing came within the time allowed.
    TimedOut(Duration),
    /// What came is not an answer of the protocol; the text says what was wrong with it.
    Garbled(String),
    /// The process could not be started, or did not introduce itself.
    SpawnFailed(String),
}

impl Outcome {
    /// The name of the variant, as reports and baselines write it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::Rejected { .. } => "rejected",
            Self::Unsupported(_) => "unsupported",
            Self::Fault { .. } => "fault",
            Self::Crashed(_) => "crashed",
            Self::TimedOut(_) => "timed_out",
            Self::Garbled(_) => "garbled",
            Self::SpawnFailed(_) => "spawn_failed",
        }
    }

    /// Whether it is no answer of the protocol: what never counts as a refusal, nor as a known failure.
    pub fn is_breach(&self) -> bool {
        match self {
            Self::Crashed(_) | Self::TimedOut(_) | Self::Garbled(_) | Self::SpawnFailed(_) => true,
            Self::Ok(_) | Self::Rejected { .. } | Self::Unsupported(_) | Self::Fault { .. } => false,
        }
    }
}

/// A successful answer. A canonical string, a hash, or both when the adapter has both operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Answer {
    /// The canonical request (QSH-C1).
    pub canonical_request: Option<Text>,
    /// The query string hash (QSH-H2), as the implementation wrote it.
    pub qsh: Option<String>,
}

impl Answer {
    /// An answer to `canonical_request`.
    pub fn canonical_request(text: impl Into<Text>) -> Self {
        Self { canonical_request: Some(text.into()), qsh: None }
    }

    /// An answer to `qsh`.
    pub fn qsh(hash: impl Into<String>) -> Self {
        Self { canonical_request: None, qsh: Some(hash.into()) }
    }
}

/// Why a request or a token was refused. The list is closed: an adapter maps its library's errors to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the protocol's version 1 closes this list")]
pub enum Reason {
    /// No token where one is looked for.
    NoToken,
    /// The request or the token is not well formed.
    Malformed,
    /// The token's algorithm is not one that the verifier allows.
    AlgorithmNotAllowed,
    /// Nobody is known by the token's `iss`.
    UnknownIssuer,
    /// No key is known by the token's `kid`.
    UnknownKey,
    /// The signature does not verify.
    BadSignature,
    /// A mandatory claim is absent.
    MissingClaim,
    /// A claim has the wrong type or an impossible value.
    InvalidClaim,
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies in the future.
    NotYetValid,
    /// The `qsh` claim is not the hash of the request.
    QshMismatch,
    /// A context token where one bound to a URL is needed, or the reverse.
    ContextToken,
    /// `aud` does not name this verifier.
    AudienceMismatch,
    /// The key does not belong to the issuer.
    KeyNotOwned,
    /// `sub` is not allowed for the issuer.
    SubjectMismatch,
    /// `exp` lies too far after `iat`.
    LifetimeTooLong,
    /// The token's `jti` was seen before.
    Replayed,
    /// None of the above.
    Other,
}

impl Reason {
    /// The name that the protocol, vectors and reports use.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoToken => "no_token",
            Self::Malformed => "malformed",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::UnknownIssuer => "unknown_issuer",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::MissingClaim => "missing_claim",
            Self::InvalidClaim => "invalid_claim",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::QshMismatch => "qsh_mismatch",
            Self::ContextToken => "context_token",
            Self::AudienceMismatch => "audience_mismatch",
            Self::KeyNotOwned => "key_not_owned",
            Self::SubjectMismatch => "subject_mismatch",
            Self::LifetimeTooLong => "lifetime_too_long",
            Self::Replayed => "replayed",
            Self::Other => "other",
        }
    }
}
