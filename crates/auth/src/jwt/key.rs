//! Shared secrets. Their `Debug` output is masked.

use std::error::Error;
use std::fmt;

use bitcoin_hashes::{Hash, HashEngine, HmacEngine, sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret shared by two sides, for HS256 (JWT-18). The key is the bytes of the text, which is not decoded. Its memory
/// is overwritten with zeros when it is dropped.
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Box<[u8]>>);

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
        if secret.is_empty() { Err(EmptySecret) } else { Ok(Self(Zeroizing::new(secret.into()))) }
    }

    /// Signs a text with HMAC and SHA-256 (JWT-8, JWT-16).
    pub(super) fn sign(&self, message: &str) -> [u8; 32] {
        let mut engine = HmacEngine::<sha256::HashEngine>::new(&self.0);
        engine.input(message.as_bytes());
        engine.finalize().to_byte_array()
    }

    /// Whether the bytes are the signature of the text. The comparison takes the same time for every signature of 32
    /// bytes (JWT-17).
    pub(super) fn verifies(&self, message: &str, signature: &[u8]) -> bool {
        self.sign(message).ct_eq(signature).into()
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

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// Test cases 2 and 6 of RFC 4231: a short key, and one that is longer than a block of SHA-256.
    #[test]
    fn a_signature_is_the_hmac_of_the_rfc() {
        for (key, message, expected) in [
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let secret = SharedSecret::new(key).unwrap();
            let signature = secret.sign(message);
            assert_eq!(HEXLOWER.encode(&signature), expected);
            assert!(secret.verifies(message, &signature));
            for wrong in [&signature[..31], &[], &[signature, signature].concat(), &[0; 32]] {
                assert!(!secret.verifies(message, wrong));
            }
        }
    }
}
