//! [`Draft`]: a token before it is signed.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::keys::SigningKey;
use super::site::Site;
use crate::tamper;

/// Who signs a token.
pub(super) enum Signer {
    /// There is no token.
    Nobody,
    /// The signature is empty.
    Empty,
    /// Somebody with this secret, with HS256.
    Secret(String),
    /// The product, with the key that it publishes.
    PublishedKey,
    /// Somebody with another key, under the name of the published one.
    OwnKey,
}

/// A token before it is signed.
pub(super) struct Draft<'d> {
    pub(super) site: &'d Site,
    /// The secret of another site, if there is one.
    pub(super) other_secret: Option<String>,
    /// The key that the product publishes for this kind of token.
    pub(super) key: &'d SigningKey,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) signer: Signer,
}

impl Draft<'_> {
    pub(super) fn set(&mut self, claim: &str, value: impl Into<Value>) {
        self.claims.insert(claim.to_owned(), value.into());
    }

    /// Changes the algorithm in the header, and nothing else of it.
    pub(super) fn set_algorithm(&mut self, algorithm: &str) {
        self.header.insert("alg".to_owned(), algorithm.into());
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

    /// The token. `None` if nobody signs one.
    pub(super) fn signed(self) -> Option<String> {
        let Self { key, header, claims, signer, .. } = self;
        let segment = |members: &Map<String, Value>| {
            let text = Value::Object(members.clone()).to_string();
            BASE64URL_NOPAD.encode(text.as_bytes())
        };
        let text = format!("{}.{}", segment(&header), segment(&claims));
        Some(match signer {
            Signer::Nobody => return None,
            Signer::Empty => format!("{text}."),
            Signer::Secret(secret) => tamper::signed_with_header(&Value::Object(header), &claims, secret.as_bytes()),
            Signer::PublishedKey => format!("{text}.{}", key.sign(&text)),
            Signer::OwnKey => format!("{text}.{}", SigningKey::for_callbacks().sign(&text)),
        })
    }
}
