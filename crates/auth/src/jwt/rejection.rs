//! Why a token is refused: the closed list of reasons, and the rejection with its message.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why a request or a token was refused. The list is closed: an adapter maps its library's errors to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
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
    /// The stable name, used in the protocol, vectors and reports.
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

/// A refusal: its reason, the clause of `docs/spec.md` that requires it, and a message for a log. It never contains the
/// token or a secret.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::Reason;
/// use qsh_auth::jwt::danger::Unverified;
///
/// let refused = Unverified::parse(b"no token").unwrap_err();
/// assert_eq!((refused.reason(), refused.clause()), (Reason::Malformed, "JWT-1"));
/// assert_eq!(refused.reason().code(), "malformed");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    clause: &'static str,
    what: Cow<'static, str>,
}

impl Rejection {
    /// A refusal. The text says what is wrong, and contains neither a token nor a secret.
    pub fn new(reason: Reason, clause: &'static str, what: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, clause, what: what.into() }
    }

    /// The reason.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The clause.
    pub fn clause(&self) -> &'static str {
        self.clause
    }
}

/// Writes the message, without the reason's code.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.clause)
    }
}

impl Error for Rejection {}
