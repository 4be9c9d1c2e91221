//! Signs tokens directly with the cryptography library.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::private_key::PrivateKey;

/// The public key of another service, and its modulus as in a JSON Web Key.
pub(super) const ANOTHER_PUBLIC_KEY: &str = include_str!("keys/another.public.pem");
pub(super) const ANOTHER_MODULUS: &str = include_str!("keys/another.modulus.txt");

/// How a token is signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Hs256(Vec<u8>),
    Hs384(Vec<u8>),
    Hs512(Vec<u8>),
    Rs256(PrivateKey),
    Rs512(PrivateKey),
}

impl Key {
    /// Signs the first two segments and encodes the signature as the third.
    pub(super) fn sign(&self, text: &str) -> String {
        match self {
            Self::Hs256(secret) => mac(hmac::HMAC_SHA256, secret, text),
            Self::Hs384(secret) => mac(hmac::HMAC_SHA384, secret, text),
            Self::Hs512(secret) => mac(hmac::HMAC_SHA512, secret, text),
            Self::Rs256(private) => rsa(&RSA_PKCS1_SHA256, private, self, text),
            Self::Rs512(private) => rsa(&RSA_PKCS1_SHA512, private, self, text),
        }
    }
}

fn mac(algorithm: hmac::Algorithm, secret: &[u8], text: &str) -> String {
    BASE64URL_NOPAD.encode(hmac::sign(&hmac::Key::new(algorithm, secret), text.as_bytes()).as_ref())
}

/// An RSA signature. Signing is slow and there are few texts, so each is signed once and remembered.
fn rsa(encoding: &'static dyn RsaEncoding, private: &PrivateKey, key: &Key, text: &str) -> String {
    static SIGNED: LazyLock<Mutex<HashMap<(Key, String), String>>> = LazyLock::new(Mutex::default);
    let signed = (key.clone(), text.to_owned());
    if let Some(known) = SIGNED.lock().unwrap_or_else(PoisonError::into_inner).get(&signed) {
        return known.clone();
    }
    let signature = private.sign(encoding, text);
    SIGNED.lock().unwrap_or_else(PoisonError::into_inner).insert(signed, signature.clone());
    signature
}

/// A token of HS256 with these claims, whatever they are.
///
/// # Examples
///
/// ```
/// let claims = serde_json::json!({ "iss": "it" });
/// let token = qsh::tamper::signed(claims.as_object().unwrap(), b"secret");
/// assert!(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJpdCJ9."));
/// ```
pub fn signed(claims: &Map<String, Value>, secret: &[u8]) -> String {
    signed_with_header(&json!({ "alg": "HS256", "typ": "JWT" }), claims, secret)
}

/// A token with these claims and this header, signed with HS256, whatever the header says.
///
/// # Examples
///
/// ```
/// use serde_json::{Map, json};
///
/// let token = qsh::tamper::signed_with_header(&json!({ "alg": "none" }), &Map::new(), b"secret");
/// assert!(token.starts_with("eyJhbGciOiJub25lIn0.e30."));
/// ```
pub fn signed_with_header(header: &Value, claims: &Map<String, Value>, secret: &[u8]) -> String {
    written(header, claims, &Key::Hs256(secret.to_vec()))
}

/// A token of RS256 with these claims and this header, signed with this key.
///
/// # Examples
///
/// ```
/// use qsh::tamper::{PrivateKey, signed_with_key};
/// use serde_json::{Map, json};
///
/// let token = signed_with_key(&json!({ "alg": "RS256", "kid": "k" }), &Map::new(), &PrivateKey::generate());
/// assert_eq!(token.split('.').nth(1), Some("e30"));
/// ```
pub fn signed_with_key(header: &Value, claims: &Map<String, Value>, key: &PrivateKey) -> String {
    written(header, claims, &Key::Rs256(key.clone()))
}

fn written(header: &Value, claims: &Map<String, Value>, key: &Key) -> String {
    let segment = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let text = format!("{}.{}", segment(header.to_string()), segment(Value::Object(claims.clone()).to_string()));
    let signature = key.sign(&text);
    format!("{text}.{signature}")
}
