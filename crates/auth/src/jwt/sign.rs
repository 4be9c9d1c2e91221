//! Signs tokens.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

#[cfg(feature = "public-key")]
use super::algorithm::Algorithm;
use super::key::SharedSecret;
#[cfg(feature = "public-key")]
use super::key_id::KeyId;
#[cfg(feature = "public-key")]
use super::private_key::{CannotSign, PrivateKey};

/// The header of every token signed with HS256.
const HEADER: &[u8] = br#"{"typ":"JWT","alg":"HS256"}"#;

/// A signed token. Anybody who has it can use it, so `Debug` masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl SignedToken {
    /// The token: three segments, separated by dots.
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
/// A token verifies only with the secret that it was signed with:
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{SharedSecret, sign};
///
/// let secret = SharedSecret::new("a secret")?;
/// let token = sign([("iss".to_owned(), "app".into())].into_iter().collect(), &secret);
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// assert!(token.clone().verify(&SharedSecret::new("another")?).is_err());
/// assert_eq!(token.verify(&secret)?.get("iss"), Some(&"app".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn sign(claims: Map<String, Value>, secret: &SharedSecret) -> SignedToken {
    let signed = unsigned(HEADER, claims);
    let signature = secret.sign(&signed);
    with_signature(signed, &signature)
}

/// Signs claims with a private key. The key id names the matching public key (INS-1, ASAP-25).
///
/// # Errors
///
/// If the algorithm needs another kind of key, or signing fails.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{Algorithm, CannotSign, KeyId, PrivateKey, sign_with_key};
///
/// let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
/// let key_id = KeyId::parse("svc/k1")?;
/// let claims = serde_json::Map::from_iter([("iss".to_owned(), "svc".into())]);
/// let token = sign_with_key(claims.clone(), &key_id, &key, Algorithm::Es256)?;
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// assert_eq!(token.verify_with_key(key.public_key(), &[Algorithm::Es256])?.get("iss"), Some(&"svc".into()));
/// assert_eq!(sign_with_key(claims, &key_id, &key, Algorithm::Rs256), Err(CannotSign::AnotherKind));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "public-key")]
pub fn sign_with_key(
    claims: Map<String, Value>,
    key_id: &KeyId,
    key: &PrivateKey,
    algorithm: Algorithm,
) -> Result<SignedToken, CannotSign> {
    // Neither name contains a character that JSON would escape.
    let header = format!(r#"{{"typ":"JWT","alg":"{algorithm}","kid":"{key_id}"}}"#);
    let signed = unsigned(header.as_bytes(), claims);
    let signature = key.sign(algorithm, &signed)?;
    Ok(with_signature(signed, &signature))
}

/// The text that is signed: encoded header and claims (JWT-16).
fn unsigned(header: &[u8], claims: Map<String, Value>) -> String {
    let payload = Value::Object(claims).to_string();
    format!("{}.{}", BASE64URL_NOPAD.encode(header), BASE64URL_NOPAD.encode(payload.as_bytes()))
}

fn with_signature(mut token: String, signature: &[u8]) -> SignedToken {
    token.push('.');
    BASE64URL_NOPAD.encode_append(signature, &mut token);
    SignedToken(token)
}
