//! Keys. Their `Debug` shows nothing of them.

use std::error::Error;
use std::fmt;

use subtle::ConstantTimeEq;

/// A secret that two sides share, for HS256 (JWT-18): the bytes of its text, which is not decoded.
#[derive(Clone)]
pub struct SharedSecret(Box<[u8]>);

/// In a time that says nothing of either.
impl PartialEq for SharedSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SharedSecret {}

impl SharedSecret {
    /// Takes a secret as the `installed` callback sends it.
    ///
    /// # Errors
    ///
    /// An empty secret (JWT-19), with which anybody could sign.
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

/// A shared secret without a single byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct EmptySecret;

impl fmt::Display for EmptySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shared secret is empty")
    }
}

impl Error for EmptySecret {}
