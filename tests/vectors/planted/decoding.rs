//! Decoding of tokens (JWT-1 to JWT-6, JWT-10, JWT-13, JWT-14).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use qsh::suite::outcome::Reason;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

pub(crate) type Members = Map<String, Value>;

/// A token that was decoded and not verified.
pub(crate) struct Token {
    pub(crate) segments: [Vec<u8>; 3],
    pub(crate) header: Members,
    pub(crate) claims: Members,
    pub(crate) algorithm: String,
    pub(crate) signature: Vec<u8>,
}

#[derive(Clone, Copy)]
pub(crate) struct Decoding {
    pub(crate) is_too_long: fn(&[u8]) -> bool,
    pub(crate) segments: fn(&[u8]) -> Option<[Vec<u8>; 3]>,
    /// Decodes the header and the claims.
    pub(crate) bytes: fn(&[u8]) -> Option<Vec<u8>>,
    /// Decodes the signature.
    pub(crate) signature: fn(&[u8]) -> Option<Vec<u8>>,
    pub(crate) object: fn(&[u8]) -> Option<Members>,
    /// The algorithm that a header names.
    pub(crate) algorithm: fn(&Members) -> Option<String>,
    pub(crate) is_critical: fn(&Members) -> bool,
    /// Whether the other members of a header are allowed.
    pub(crate) is_fine: fn(&Members) -> bool,
}

impl Decoding {
    pub(crate) const RIGHT: Self = Self {
        is_too_long: |text| text.len() > 65_536,
        segments: |text| split(text).try_into().ok(),
        bytes: base64url,
        signature: base64url,
        object: |bytes| object(std::str::from_utf8(bytes).ok()?),
        algorithm: |header| Some(header.get("alg")?.as_str()?.to_owned()),
        is_critical: |header| header.contains_key("crit"),
        is_fine: |_| true,
    };

    pub(crate) fn token(&self, text: &[u8]) -> Result<Token, Reason> {
        self.read(text).ok_or(Reason::Malformed)
    }

    fn read(&self, text: &[u8]) -> Option<Token> {
        if (self.is_too_long)(text) {
            return None;
        }
        let segments = (self.segments)(text)?;
        let header = (self.object)(&(self.bytes)(&segments[0])?)?;
        let claims = (self.object)(&(self.bytes)(&segments[1])?)?;
        let signature = (self.signature)(&segments[2])?;
        if (self.is_critical)(&header) || !(self.is_fine)(&header) {
            return None;
        }
        let algorithm = (self.algorithm)(&header)?;
        Some(Token { segments, header, claims, algorithm, signature })
    }
}

pub(crate) fn split(text: &[u8]) -> Vec<Vec<u8>> {
    text.split(|&byte| byte == b'.').map(<[u8]>::to_vec).collect()
}

pub(crate) fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text).ok()
}

/// A JSON object within the allowed depth and without duplicate names.
pub(crate) fn object(text: &str) -> Option<Members> {
    unique(members(text)?).filter(|object| object.values().all(|value| depth(value) < 32))
}

/// An object of these members. `None` if a name occurs twice.
pub(crate) fn unique(members: Vec<(String, Value)>) -> Option<Members> {
    let count = members.len();
    let object: Members = members.into_iter().collect();
    (object.len() == count).then_some(object)
}

/// The members of a JSON object, in their order.
pub(crate) fn members(text: &str) -> Option<Vec<(String, Value)>> {
    serde_json::from_str::<Listed>(text).ok().map(|Listed(members)| members)
}

fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Array(values) => values.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or_default()
}

struct Listed(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Lister)
    }
}

struct Lister;

impl<'de> Visitor<'de> for Lister {
    type Value = Listed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listed, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Listed(members))
    }
}
