//! The keys that the product signs with, and publishes.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::BASE64URL_NOPAD;
use pem::Pem;
use qsh_auth::jwt::KeyId;
use serde_json::{Value, json};

use super::random;

/// An RSA key of 2,048 bits with its name.
pub(super) struct SigningKey {
    key_id: KeyId,
    key: KeyPair,
    pem: String,
    public_pem: String,
}

/// A key that the state has and that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("expected the PKCS #8 text of an RSA key and its kid, found another text")]
pub(super) struct BadKey;

impl SigningKey {
    /// A new key for install callbacks. Its `kid` has the form of those of Atlassian (INS-3).
    pub(super) fn for_callbacks() -> Self {
        Self::generate(&format!("generic-keypair/cs-migrations/installation-key-pair--{}", random::hexadecimal(16)))
    }

    /// A new key of Forge (FIT-2).
    pub(super) fn for_forge() -> Self {
        Self::generate(&format!("forge/invocation-token/wf-{}", random::uuid()))
    }

    fn generate(key_id: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("the cryptography library generates keys of this size");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("a generated key has this form");
        Self::read(key_id, &pem::encode(&Pem::new("PRIVATE KEY", der.as_ref()))).expect("the key was just made")
    }

    /// A key that was saved.
    pub(super) fn read(key_id: &str, text: &str) -> Result<Self, BadKey> {
        let der = pem::parse(text).map_err(|_| BadKey)?;
        let key = KeyPair::from_pkcs8(der.contents()).map_err(|_| BadKey)?;
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| BadKey)?;
        let public_pem = pem::encode(&Pem::new("PUBLIC KEY", public.as_ref()));
        Ok(Self { key_id: KeyId::parse(key_id).map_err(|_| BadKey)?, key, pem: text.to_owned(), public_pem })
    }

    /// The name of the key.
    pub(super) fn key_id(&self) -> &str {
        self.key_id.as_str()
    }

    /// The private key, to save it.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// The public key, as a key host serves it (INS-3).
    pub(super) fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The key set of Forge (FIT-3).
    pub(super) fn key_set(&self) -> Value {
        let public = self.key.public_key();
        let [modulus, exponent] = [public.modulus(), public.exponent()]
            .map(|number| BASE64URL_NOPAD.encode(number.big_endian_without_leading_zero()));
        let key = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id(), "n": modulus, "e": exponent,
        });
        json!({ "keys": [key] })
    }

    /// The signature of a text with RS256, as the third segment of a token.
    pub(super) fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.expect("a key of this size signs every text");
        BASE64URL_NOPAD.encode(&signature)
    }
}

/// Shows only the name.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.key_id()).finish()
    }
}

#[cfg(test)]
mod tests {
    use qsh_auth::forge::{KeySet, Verifier};
    use qsh_auth::jwt::Time;

    use super::*;

    #[test]
    fn a_token_is_verified_with_the_published_key() {
        let key = SigningKey::for_forge();
        let claims = json!({ "iss": "forge/invocation-token", "aud": "app", "iat": 10, "nbf": 10, "exp": 35 });
        let segment = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let text = format!("{}.{}", segment(&json!({ "alg": "RS256", "kid": key.key_id() })), segment(&claims));
        let token = format!("{text}.{}", key.sign(&text));
        let published = KeySet::parse(key.key_set().to_string().as_bytes()).unwrap();
        assert!(Verifier::new("app").verify(token.as_bytes(), &published, Time::new(11)).is_ok());
        let saved = SigningKey::read(key.key_id(), key.pem()).unwrap();
        assert_eq!((saved.key_set(), saved.public_pem()), (key.key_set(), key.public_pem()));
        assert!(SigningKey::read("a//b", key.pem()).is_err());
    }
}
