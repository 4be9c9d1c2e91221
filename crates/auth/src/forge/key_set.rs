//! [`KeySet`]: the public keys that Forge publishes.

use std::error::Error;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use crate::jwt::{PublicKey, object};

/// A JSON Web Key Set (RFC 7517, section 5): public keys, each with its `kid`. Two keys can have one `kid` (FIT-3).
///
/// # Examples
///
/// ```
/// use qsh_auth::forge::{InvalidKeySet, KeySet};
///
/// let elliptic = br#"{"keys":[{"kty":"EC","kid":"k","crv":"P-256","x":"AA","y":"AA"}]}"#;
/// assert_eq!(KeySet::parse(elliptic)?.len(), 0);
/// assert_eq!(KeySet::parse(br#"{"keys":{}}"#).unwrap_err(), InvalidKeySet::NoKeys);
/// # Ok::<(), InvalidKeySet>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<(String, PublicKey)>,
}

impl KeySet {
    /// Reads a key set. A key that cannot verify RS256 is left out (RFC 7517, section 5): one of another type, for
    /// another use or algorithm, of fewer than 2,048 bits, or without `kid`, `n` or `e`.
    ///
    /// # Errors
    ///
    /// If the text is not a JSON object with a list `keys`, or has a member twice.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidKeySet> {
        let document = object(text).map_err(|_| InvalidKeySet::NoObject)?;
        let Some(Value::Array(keys)) = document.get("keys") else { return Err(InvalidKeySet::NoKeys) };
        Ok(Self { keys: keys.iter().filter_map(Value::as_object).filter_map(key).collect() })
    }

    /// The number of keys that can verify a token.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key can verify a token.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys with that `kid`.
    pub(super) fn named(&self, key_id: &str) -> impl Iterator<Item = &PublicKey> {
        self.keys.iter().filter(move |(name, _)| name == key_id).map(|(_, key)| key)
    }
}

fn key(members: &Map<String, Value>) -> Option<(String, PublicKey)> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let is_absent_or = |name: &str, value: &str| members.get(name).is_none_or(|found| found == value);
    if text("kty") != Some("RSA") || !is_absent_or("use", "sig") || !is_absent_or("alg", "RS256") {
        return None;
    }
    let number = |name| BASE64URL_NOPAD.decode(text(name)?.as_bytes()).ok();
    let key = PublicKey::from_rsa_components(&number("n")?, &number("e")?).ok()?;
    Some((text("kid")?.to_owned(), key))
}

/// Why a text is not a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKeySet {
    /// It has no list `keys`.
    NoKeys,
    /// It is not a JSON object with distinct members.
    NoObject,
}

impl fmt::Display for InvalidKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKeys => "the key set has no list of keys",
            Self::NoObject => "the key set is not a JSON object with distinct members",
        })
    }
}

impl Error for InvalidKeySet {}
