//! [`Draft`]: the claims of a request before they are signed.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::keys::SigningKey;
use super::site::Site;
use crate::tamper;

/// Who signs a token.
pub(super) enum Signer {
    /// There is no token.
    Nobody,
    /// The token has the algorithm `none` and no signature.
    None,
    /// The product, with the secret of the tenant or another one.
    Secret(String),
    /// The product, with the key that it publishes.
    PublishedKey,
    /// Somebody, with a key that nobody publishes.
    OwnKey,
}

/// A request before its token is signed.
pub(super) struct Draft<'d> {
    pub(super) site: &'d Site,
    pub(super) claims: Map<String, Value>,
    pub(super) signer: Signer,
}

impl Draft<'_> {
    pub(super) fn set(&mut self, claim: &str, value: impl Into<Value>) {
        self.claims.insert(claim.to_owned(), value.into());
    }

    /// Makes the token older.
    pub(super) fn age(&mut self, seconds: i64) {
        for claim in ["iat", "nbf", "exp"] {
            let date = self.claims.get(claim).and_then(Value::as_i64);
            if let Some(date) = date {
                self.set(claim, date - seconds);
            }
        }
    }

    /// The token, with the key that the product publishes. `None` if nobody signs one.
    pub(super) fn signed(self, key: &SigningKey) -> Option<String> {
        let Self { claims, signer, .. } = self;
        Some(match signer {
            Signer::Nobody => return None,
            Signer::None => {
                let segment = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
                format!("{}.{}.", segment(&json!({ "alg": "none", "typ": "JWT" })), segment(&Value::Object(claims)))
            }
            Signer::Secret(secret) => tamper::signed(&claims, secret.as_bytes()),
            Signer::PublishedKey => key.sign(claims),
            Signer::OwnKey => SigningKey::for_callbacks().sign_as(key.id(), claims),
        })
    }
}
