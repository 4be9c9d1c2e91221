//! Signing.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Map, Value};

use super::key::SharedSecret;

/// The header of every token that is signed with HS256.
const HEADER: &[u8] = br#"{"typ":"JWT","alg":"HS256"}"#;

/// A signed token. Whoever holds it can use it, so its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl SignedToken {
    /// The token: three segments.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedToken(…)")
    }
}

/// Signs claims with HS256 (JWT-8).
///
/// # Examples
///
/// What is signed verifies with the same secret, and with no other:
///
/// ```
/// use qsh::jwt::danger::Unverified;
/// use qsh::jwt::{SharedSecret, sign};
///
/// let secret = SharedSecret::new("a secret")?;
/// let token = sign([("iss".to_owned(), "app".into())].into_iter().collect(), &secret);
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// assert!(token.clone().verify(&SharedSecret::new("another")?).is_err());
/// assert_eq!(token.verify(&secret)?.get("iss"), Some(&"app".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign(claims: Map<String, Value>, secret: &SharedSecret) -> SignedToken {
    let payload = Value::Object(claims).to_string();
    let signed = format!("{}.{}", BASE64URL_NOPAD.encode(HEADER), BASE64URL_NOPAD.encode(payload.as_bytes()));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = crypto::sign(signed.as_bytes(), &key, Algorithm::HS256)
        .expect("an HMAC takes any key and any message; the key is one for an HMAC");
    SignedToken(format!("{signed}.{signature}"))
}
