//! The choice of the key that verifies a token (CON-2, INS-2, INS-3, ASAP-5 to ASAP-8).

use std::collections::BTreeMap;

use crate::planted::decoding::Token;

pub(crate) type Store = BTreeMap<String, String>;

#[derive(Clone, Copy)]
pub(crate) struct Keys {
    /// The secrets that may have signed for an issuer: at most one.
    pub(crate) secrets: fn(&Store, issuer: &str, &Token) -> Vec<String>,
    /// The `kid` of a token.
    pub(crate) key_id: fn(&Token) -> Option<String>,
    /// Whether a `kid` is well formed for ASAP.
    pub(crate) is_well_formed: fn(key_id: &str) -> bool,
    /// The public keys that may have signed under a `kid`: at most one.
    pub(crate) published: fn(&Store, key_id: &str, &Token) -> Vec<String>,
}

impl Keys {
    pub(crate) const RIGHT: Self = Self {
        secrets: |tenants, issuer, _| under(tenants, |client_key| client_key == issuer),
        key_id: |token| Some(token.header.get("kid")?.as_str()?.to_owned()),
        is_well_formed: |key_id| key_id.chars().all(is_allowed) && key_id.split('/').all(is_segment),
        published: |keys, key_id, _| under(keys, |published| published == key_id),
    };
}

/// The entries of a store whose names fit.
pub(crate) fn under(store: &Store, fits: impl Fn(&str) -> bool) -> Vec<String> {
    store.iter().filter(|(name, _)| fits(name)).map(|(_, key)| key.clone()).collect()
}

pub(crate) fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_.-+/".contains(character)
}

pub(crate) fn is_segment(segment: &str) -> bool {
    !["", ".", ".."].contains(&segment)
}
