//! [`Renewal`]: reuses one token for many requests.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::{CannotIssue, Issue, NoRandomness, Signer, random_id};
use crate::jwt::SignedToken;

/// Returns the same token until shortly before it expires, and then a new one. The time is an argument. The `jti` is
/// random, or comes from the caller.
///
/// Do not use it with a verifier that refuses a second use of a token (ASAP-24).
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::{Renewal, Signer};
/// use qsh_auth::jwt::{KeyId, PrivateKey};
///
/// let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
/// let tokens = Renewal::new(Signer::new("svc", KeyId::parse("svc/k1")?, key)?, "api", 60)?.renewed_before(10);
/// let first = tokens.token(1_000)?;
/// assert_eq!(tokens.token(1_049)?, first);
/// assert_ne!(tokens.token(1_050)?, first);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Renewal {
    signer: Signer,
    audience: String,
    lifetime: u32,
    renewed_before: u32,
    ids: Box<dyn Fn() -> Result<String, NoRandomness> + Send + Sync>,
    current: Mutex<Option<Current>>,
}

struct Current {
    issued_at: i64,
    token: SignedToken,
}

impl Renewal {
    /// Tokens of that signer for that audience. Each is valid for this many seconds.
    ///
    /// # Errors
    ///
    /// If the lifetime is zero or more than an hour.
    pub fn new(signer: Signer, audience: impl Into<String>, lifetime: u32) -> Result<Self, CannotIssue> {
        let audience = audience.into();
        signer.claims(&Issue::new(&audience, "", 0, lifetime.into()))?;
        Ok(Self { signer, audience, lifetime, renewed_before: 0, ids: Box::new(random_id), current: Mutex::new(None) })
    }

    /// Renews a token this many seconds before it expires. Allow for the difference between two clocks and the duration
    /// of a request.
    #[must_use]
    pub fn renewed_before(self, seconds: u32) -> Self {
        Self { renewed_before: seconds, ..self }
    }

    /// Uses the `jti` that the caller returns for each token.
    #[must_use]
    pub fn with_ids(self, ids: impl Fn() -> Result<String, NoRandomness> + Send + Sync + 'static) -> Self {
        Self { ids: Box::new(ids), ..self }
    }

    /// A token that is valid at that time, in Unix seconds.
    ///
    /// # Errors
    ///
    /// If there is no `jti`, or signing fails.
    pub fn token(&self, now: i64) -> Result<SignedToken, CannotIssue> {
        // The value is always replaced as a whole. So it is consistent after a panic elsewhere.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = current.as_ref().filter(|held| self.is_good(held, now)) {
            return Ok(held.token.clone());
        }
        let issue = Issue::new(&self.audience, (self.ids)()?, now, now.saturating_add(self.lifetime.into()));
        let token = self.signer.sign(&issue)?;
        *current = Some(Current { issued_at: now, token: token.clone() });
        Ok(token)
    }

    /// Whether the time is not before the issue of the token, and enough of its lifetime is left.
    fn is_good(&self, held: &Current, now: i64) -> bool {
        let age = i128::from(now) - i128::from(held.issued_at);
        age >= 0 && age + i128::from(self.renewed_before) < i128::from(self.lifetime)
    }
}

/// Writes the configuration without a token.
impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal")
            .field("signer", &self.signer)
            .field("audience", &self.audience)
            .field("lifetime", &self.lifetime)
            .field("renewed_before", &self.renewed_before)
            .finish_non_exhaustive()
    }
}
