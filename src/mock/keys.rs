//! The keys that the product signs with, and publishes.

use std::fmt;

use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use qsh_auth::jwt::KeyId;
use serde_json::{Value, json};

use super::random;
use crate::tamper::PrivateKey;

/// An RSA key of 2,048 bits with its name.
pub(super) struct SigningKey {
    key_id: KeyId,
    key: PrivateKey,
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
        let key_id = KeyId::parse(key_id).expect("the name was just made");
        Self { key_id, key: PrivateKey::generate() }
    }

    /// A key that was saved.
    pub(super) fn read(key_id: &str, text: &str) -> Result<Self, BadKey> {
        let key_id = KeyId::parse(key_id).map_err(|_| BadKey)?;
        Ok(Self { key_id, key: PrivateKey::read(text).map_err(|_| BadKey)? })
    }

    /// The name of the key.
    pub(super) fn key_id(&self) -> &str {
        self.key_id.as_str()
    }

    /// The private key, to save it.
    pub(super) fn pem(&self) -> &str {
        self.key.pem()
    }

    /// The public key, as a key host serves it (INS-3).
    pub(super) fn public_pem(&self) -> &str {
        self.key.public_pem()
    }

    /// The key set of Forge (FIT-3).
    pub(super) fn key_set(&self) -> Value {
        json!({ "keys": [self.key.json_web_key(self.key_id())] })
    }

    /// The signature of a text with RS256, as the third segment of a token.
    pub(super) fn sign(&self, text: &str) -> String {
        self.key.sign(&RSA_PKCS1_SHA256, text)
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
    use data_encoding::BASE64URL_NOPAD;
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
