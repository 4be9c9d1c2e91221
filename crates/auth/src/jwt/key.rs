//! Shared secrets. Their `Debug` output is masked.

use std::error::Error;
use std::fmt;

use subtle::ConstantTimeEq;

/// A secret shared by two sides, for HS256 (JWT-18). The key is the bytes of the text, which is not decoded.
#[derive(Clone)]
pub struct SharedSecret(Box<[u8]>);

/// Compares in constant time.
impl PartialEq for SharedSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SharedSecret {}

impl SharedSecret {
    /// Creates a secret from the text of the `installed` callback.
    ///
    /// # Errors
    ///
    /// If the secret is empty (JWT-19). Anybody could sign with an empty secret.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::SharedSecret;
    ///
    /// let secret = SharedSecret::new("7512836e-9137-48ac-baaf-a1935b96e17a")?;
    /// assert_eq!(format!("{secret:?}"), "SharedSecret(…)");
    /// assert!(SharedSecret::new("").is_err());
    /// # Ok::<(), qsh_auth::jwt::EmptySecret>(())
    /// ```
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, EmptySecret> {
        let secret = secret.as_ref();
        if secret.is_empty() { Err(EmptySecret) } else { Ok(Self(secret.into())) }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}

/// The error for an empty shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct EmptySecret;

impl fmt::Display for EmptySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shared secret is empty")
    }
}

impl Error for EmptySecret {}
