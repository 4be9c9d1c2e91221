//! [`Signer`]: signs tokens.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::{Issue, NoRandomness};
use crate::jwt::{Algorithm, CannotSign, KeyId, PrivateKey, SignedToken, sign_with_key};
use crate::kind::{Expected, InvalidClaims, Profile, TokenKind, complete};

/// A service that signs tokens (ASAP-25).
///
/// # Examples
///
/// The key decides the algorithm, and no token is valid for more than an hour:
///
/// ```
/// use qsh_auth::asap::{CannotIssue, Issue, Signer};
/// use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey};
///
/// let key = || Ok::<_, Box<dyn std::error::Error>>(PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?);
/// let signer = Signer::new("svc", KeyId::parse("svc/k1")?, key()?)?;
/// assert_eq!(signer.algorithm(), Algorithm::Es256);
/// assert!(signer.sign(&Issue::new("api", "1", 1_000, 4_600)).is_ok());
/// assert!(matches!(signer.sign(&Issue::new("api", "2", 1_000, 4_601)), Err(CannotIssue::Claims(_))));
/// assert_eq!(Signer::new("svc", KeyId::parse("other/k1")?, key()?).unwrap_err(), CannotIssue::KeyNotOwned);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Signer {
    issuer: String,
    key_id: KeyId,
    key: PrivateKey,
    algorithm: Algorithm,
}

impl Signer {
    /// Sets the issuer, its private key, and the key id of the public key. The algorithm is RS256 for an RSA key, or
    /// the only algorithm of the curve.
    ///
    /// # Errors
    ///
    /// If the key id does not begin with the issuer and a slash (ASAP-10).
    pub fn new(issuer: impl Into<String>, key_id: KeyId, key: PrivateKey) -> Result<Self, CannotIssue> {
        let issuer = issuer.into();
        if !key_id.is_owned_by(&issuer) {
            return Err(CannotIssue::KeyNotOwned);
        }
        Ok(Self { issuer, key_id, algorithm: key.kind().default_algorithm(), key })
    }

    /// Signs with another algorithm.
    ///
    /// # Errors
    ///
    /// If the algorithm needs another kind of key (ASAP-3).
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, CannotIssue> {
        if algorithm.key_kind() != self.key.kind() {
            return Err(CannotIssue::Signature(CannotSign::AnotherKind));
        }
        Ok(Self { algorithm, ..self })
    }

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Signs a token.
    ///
    /// # Errors
    ///
    /// - Every verifier would refuse the token: it would expire before it is issued (ASAP-18), be valid for more than an
    ///   hour (ASAP-17), or expire before its `nbf`.
    /// - A further claim is named as one that the signer sets itself, or is not what ASAP defines under that name.
    /// - Signing fails.
    pub fn sign(&self, issue: &Issue) -> Result<SignedToken, CannotIssue> {
        Ok(sign_with_key(self.claims(issue)?, &self.key_id, &self.key, self.algorithm)?)
    }

    /// The claims of a token.
    pub(super) fn claims(&self, issue: &Issue) -> Result<Map<String, Value>, CannotIssue> {
        let audience = match issue.audience.as_slice() {
            [one] => Value::from(one.as_str()),
            several => several.into(),
        };
        let mandatory = [
            ("iss", self.issuer.as_str().into()),
            ("aud", audience),
            ("iat", issue.issued_at.into()),
            ("exp", issue.expires_at.into()),
            ("jti", issue.id.as_str().into()),
        ];
        let not_before = issue.not_before.map(|not_before| ("nbf", not_before.into()));
        let subject = issue.subject.as_deref().map(|subject| ("sub", subject.into()));
        let own = mandatory.into_iter().chain(not_before).chain(subject);
        let expected = Expected::new().with_key_id(&self.key_id).with_delegation();
        Ok(complete(Profile::of(TokenKind::Asap), own, &issue.claims, &expected)?)
    }
}

/// Why no token was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotIssue {
    /// The claims are not those of a good token.
    Claims(InvalidClaims),
    /// The key id does not begin with the issuer and a slash (ASAP-10).
    KeyNotOwned,
    /// There are no random bytes for a `jti`.
    NoRandomness,
    /// The signature could not be computed.
    Signature(CannotSign),
}

impl From<InvalidClaims> for CannotIssue {
    fn from(error: InvalidClaims) -> Self {
        Self::Claims(error)
    }
}

impl From<CannotSign> for CannotIssue {
    fn from(error: CannotSign) -> Self {
        Self::Signature(error)
    }
}

impl From<NoRandomness> for CannotIssue {
    fn from(NoRandomness: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl fmt::Display for CannotIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claims(_) => f.write_str("the claims are not those of a good token"),
            Self::KeyNotOwned => f.write_str("the key id does not begin with the issuer and a slash"),
            Self::NoRandomness => NoRandomness.fmt(f),
            Self::Signature(_) => f.write_str("the token cannot be signed"),
        }
    }
}

impl Error for CannotIssue {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Signature(error) => Some(error),
            Self::Claims(error) => Some(error),
            Self::KeyNotOwned | Self::NoRandomness => None,
        }
    }
}
