//! The checks of issuer, audience and subject (INS-4 to INS-8, ASAP-10, ASAP-11, ASAP-20 to ASAP-23).

use std::iter;

use serde_json::Value;

#[derive(Clone, Copy)]
pub(crate) struct IdentityChecks {
    /// Whether an issuer may install a tenant.
    pub(crate) installs: fn(issuer: &str, client_key: &str) -> bool,
    /// The values of `aud`.
    pub(crate) audiences: fn(&Value) -> Option<Vec<String>>,
    /// Whether an audience is an app's base URL.
    pub(crate) is_app: fn(audience: &str, base_url: &str) -> bool,
    /// The base URLs of an app, the main one and further ones.
    pub(crate) base_urls: for<'q> fn(&'q str, &'q [String]) -> Vec<&'q str>,
    /// Whether an audience is a server's name.
    pub(crate) is_server: fn(audience: &str, name: &str) -> bool,
    /// Whether enough audiences match.
    pub(crate) are_enough: fn(&[bool]) -> bool,
    /// Whether a key belongs to the issuer.
    pub(crate) owns: fn(issuer: &str, key_id: &str) -> bool,
    /// Whether an issuer may act for a subject.
    pub(crate) speaks_for: fn(issuer: &str, subject: Option<&str>) -> bool,
}

impl IdentityChecks {
    pub(crate) const RIGHT: Self = Self {
        installs: |issuer, client_key| issuer == client_key,
        audiences: |value| match value {
            Value::String(one) => Some(vec![one.clone()]),
            Value::Array(values) if !values.is_empty() => {
                values.iter().map(|value| value.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        },
        is_app: |audience, base_url| slashless(audience) == slashless(base_url),
        base_urls: |main, further| iter::once(main).chain(further.iter().map(String::as_str)).collect(),
        is_server: |audience, name| audience == name,
        are_enough: |fit| fit.contains(&true),
        owns: |issuer, key_id| key_id.strip_prefix(issuer).is_some_and(|rest| rest.starts_with('/')),
        speaks_for: |issuer, subject| subject.is_none_or(|subject| subject == issuer),
    };
}

/// The URL without one trailing slash (INS-7).
pub(crate) fn slashless(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}
