//! Signs tokens directly with the cryptography library.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

/// Test keys: the private and the public key of the service, and the public key of another service. They are RSA keys,
/// because RSA signatures are the same each time.
pub(super) const PRIVATE_KEY: &str = include_str!("keys/service.pem");
pub(super) const PUBLIC_KEY: &str = include_str!("keys/service.public.pem");
pub(super) const ANOTHER_PUBLIC_KEY: &str = include_str!("keys/another.public.pem");

/// The modulus of each public key, as in a JSON Web Key.
pub(super) const MODULUS: &str = include_str!("keys/service.modulus.txt");
pub(super) const ANOTHER_MODULUS: &str = include_str!("keys/another.modulus.txt");

/// The key set with one key.
pub(super) fn key_set(key_id: &str, modulus: &str) -> Map<String, Value> {
    let key = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, "n": modulus, "e": "AQAB" });
    Map::from_iter([("keys".to_owned(), json!([key]))])
}

/// How a token is signed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Hs256(Vec<u8>),
    Hs384(Vec<u8>),
    Hs512(Vec<u8>),
    Rs256,
    Rs512,
}

impl Key {
    /// Signs the first two segments and encodes the signature as the third.
    pub(super) fn sign(&self, text: &str) -> String {
        match self {
            Self::Hs256(secret) => mac(hmac::HMAC_SHA256, secret, text),
            Self::Hs384(secret) => mac(hmac::HMAC_SHA384, secret, text),
            Self::Hs512(secret) => mac(hmac::HMAC_SHA512, secret, text),
            Self::Rs256 => rsa(&RSA_PKCS1_SHA256, self, text),
            Self::Rs512 => rsa(&RSA_PKCS1_SHA512, self, text),
        }
    }
}

fn mac(algorithm: hmac::Algorithm, secret: &[u8], text: &str) -> String {
    BASE64URL_NOPAD.encode(hmac::sign(&hmac::Key::new(algorithm, secret), text.as_bytes()).as_ref())
}

/// An RSA signature. Signing is slow and there are few texts, so each is signed once and remembered.
fn rsa(encoding: &'static dyn RsaEncoding, key: &Key, text: &str) -> String {
    static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| {
        let pem = pem::parse(PRIVATE_KEY).expect("the key is a PEM text");
        RsaKeyPair::from_pkcs8(pem.contents()).expect("the key is one of RSA")
    });
    static SIGNED: LazyLock<Mutex<HashMap<(Key, String), String>>> = LazyLock::new(Mutex::default);
    let signed = (key.clone(), text.to_owned());
    if let Some(known) = SIGNED.lock().unwrap_or_else(PoisonError::into_inner).get(&signed) {
        return known.clone();
    }
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .expect("a signature of a short text by a key of 2,048 bits");
    let signature = BASE64URL_NOPAD.encode(&signature);
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

/// A token of RS256 that is signed with the key of the tests, which its header has as `jwk`.
///
/// # Examples
///
/// ```
/// let token = qsh::tamper::signed_with_own_key(&serde_json::Map::new());
/// assert_eq!(token.split('.').count(), 3);
/// ```
pub fn signed_with_own_key(claims: &Map<String, Value>) -> String {
    let key = json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB" });
    written(&json!({ "alg": "RS256", "typ": "JWT", "jwk": key }), claims, &Key::Rs256)
}

fn written(header: &Value, claims: &Map<String, Value>, key: &Key) -> String {
    let segment = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let text = format!("{}.{}", segment(header.to_string()), segment(Value::Object(claims.clone()).to_string()));
    let signature = key.sign(&text);
    format!("{text}.{signature}")
}
