//! [`Signer`]: signs tokens.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::{Issue, LONGEST, NoRandomness};
use crate::jwt::{Algorithm, CannotSign, KeyId, PrivateKey, SignedToken, sign_with_key};

/// The claims that a further claim cannot replace.
const OWN: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

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
/// assert_eq!(signer.sign(&Issue::new("api", "2", 1_000, 4_601)), Err(CannotIssue::TooLong));
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
    /// - The token would expire before it is issued (ASAP-18), or be valid for more than an hour (ASAP-17).
    /// - A further claim has the name of a claim that ASAP defines.
    /// - Signing fails.
    pub fn sign(&self, issue: &Issue) -> Result<SignedToken, CannotIssue> {
        Ok(sign_with_key(self.claims(issue)?, &self.key_id, &self.key, self.algorithm)?)
    }

    fn claims(&self, issue: &Issue) -> Result<Map<String, Value>, CannotIssue> {
        let lifetime = i128::from(issue.expires_at) - i128::from(issue.issued_at);
        if lifetime <= 0 {
            return Err(CannotIssue::NoLifetime);
        }
        if lifetime > i128::from(LONGEST) {
            return Err(CannotIssue::TooLong);
        }
        if issue.claims.keys().any(|name| OWN.contains(&name.as_str())) {
            return Err(CannotIssue::OwnClaim);
        }
        let mut claims = issue.claims.clone();
        let audience = match issue.audience.as_slice() {
            [one] => Value::from(one.as_str()),
            several => several.into(),
        };
        claims.extend([
            ("iss".to_owned(), self.issuer.as_str().into()),
            ("aud".to_owned(), audience),
            ("iat".to_owned(), issue.issued_at.into()),
            ("exp".to_owned(), issue.expires_at.into()),
            ("jti".to_owned(), issue.id.as_str().into()),
        ]);
        claims.extend(issue.not_before.map(|not_before| ("nbf".to_owned(), not_before.into())));
        claims.extend(issue.subject.as_deref().map(|subject| ("sub".to_owned(), subject.into())));
        Ok(claims)
    }
}

/// Why no token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotIssue {
    /// The key id does not begin with the issuer and a slash (ASAP-10).
    KeyNotOwned,
    /// The token would not expire after its issue (ASAP-18).
    NoLifetime,
    /// There are no random bytes for a `jti`.
    NoRandomness,
    /// An additional claim has the name of a claim that ASAP defines.
    OwnClaim,
    /// The signature could not be computed.
    Signature(CannotSign),
    /// The token would be valid for more than an hour (ASAP-17).
    TooLong,
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
            Self::KeyNotOwned => f.write_str("the key id does not begin with the issuer and a slash"),
            Self::NoLifetime => f.write_str("the token would not expire after its issue"),
            Self::NoRandomness => NoRandomness.fmt(f),
            Self::OwnClaim => f.write_str("an additional claim has the name of a claim that ASAP defines"),
            Self::Signature(_) => f.write_str("the token cannot be signed"),
            Self::TooLong => f.write_str("the token would be valid for more than an hour"),
        }
    }
}

impl Error for CannotIssue {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Signature(error) => Some(error),
            Self::KeyNotOwned | Self::NoLifetime | Self::NoRandomness | Self::OwnClaim | Self::TooLong => None,
        }
    }
}
