//! [`Issue`]: the claims of a token to be signed. [`random_id`]: its `jti`.

use std::error::Error;
use std::fmt;

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value};

/// The claims of a token, except for its issuer (ASAP-25).
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    pub(super) audience: Vec<String>,
    pub(super) id: String,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    pub(super) not_before: Option<i64>,
    pub(super) subject: Option<String>,
    pub(super) claims: Map<String, Value>,
}

impl Issue {
    /// Sets the service that the token is for, a `jti` that no other token has ([`random_id`]), and the times in Unix
    /// seconds.
    pub fn new(audience: impl Into<String>, id: impl Into<String>, issued_at: i64, expires_at: i64) -> Self {
        Self {
            audience: vec![audience.into()],
            id: id.into(),
            issued_at,
            expires_at,
            not_before: None,
            subject: None,
            claims: Map::new(),
        }
    }

    /// Adds another service that the token is for.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// Sets `nbf`. Without it, the token is valid from its `iat` on (ASAP-15).
    #[must_use]
    pub fn with_not_before(self, not_before: i64) -> Self {
        Self { not_before: Some(not_before), ..self }
    }

    /// Sets `sub`. Without it, the subject is the issuer (ASAP-22). Some verifiers refuse other subjects (ASAP-23).
    #[must_use]
    pub fn with_subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Adds a further claim. Claims that the signer sets itself cannot be added (ASAP-25).
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }
}

/// Writes only the names of further claims, without the `jti`: a claim can be as secret as the token.
impl fmt::Debug for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claims: Vec<&String> = self.claims.keys().collect();
        let Self { audience, issued_at, expires_at, .. } = self;
        let mut shown = f.debug_struct("Issue");
        shown.field("audience", audience).field("issued_at", issued_at).field("expires_at", expires_at);
        shown.field("claims", &claims).finish_non_exhaustive()
    }
}

/// Creates a new `jti` (ASAP-25): 16 random bytes in hex. They come from the random number generator of `aws-lc-rs`,
/// which the operating system seeds.
///
/// # Errors
///
/// If there are no random bytes.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::random_id;
///
/// assert_eq!(random_id()?.len(), 32);
/// assert_ne!(random_id()?, random_id()?);
/// # Ok::<(), qsh_auth::asap::NoRandomness>(())
/// ```
pub fn random_id() -> Result<String, NoRandomness> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(HEXLOWER.encode(&bytes))
}

/// The error when the operating system has no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are no random bytes")
    }
}

impl Error for NoRandomness {}
