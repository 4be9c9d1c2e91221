//! The arguments of the operations of Connect.

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::Input;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::suite::case::received::Received;

/// A request to sign, with the issuer, the secret, the dates and the claims.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Signing {
    /// The request. Its base URL is that of the receiver.
    pub request: Input,
    /// The token's `iss`.
    pub issuer: String,
    /// The secret that both sides share.
    pub shared_secret: String,
    /// The token's `iat`, in Unix seconds. It is the time of signing.
    pub issued_at: i64,
    /// The token's `exp`, in Unix seconds.
    pub expires_at: i64,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// A request, with what the app knows when it arrives.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Authentication {
    /// The request with its header fields. Its base URL is that of the app.
    pub request: Received,
    /// The tenants: the shared secret for each client key.
    pub tenants: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
    /// Which tokens the endpoint accepts.
    pub endpoint: Endpoint,
}

/// An install callback, with what the app knows when it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct InstallAuthentication {
    /// The request with its header fields. Its base URL is that of the app.
    pub request: Received,
    /// The `clientKey` of its body.
    pub client_key: String,
    /// The base URL of the app. The token names it, or a further one, as its audience (INS-6).
    pub app_base_url: String,
    /// Further base URLs of the app, such as those of its regions (INS-6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_base_urls: Vec<String>,
    /// The keys that Atlassian publishes: a PEM for each `kid`.
    pub public_keys: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// A request of an app to a product, with what the product knows when it arrives.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct ProductAuthentication {
    /// The request with its header fields. Its base URL is that of the product.
    pub request: Received,
    /// The installed apps: the shared secret for each app key.
    pub apps: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// Which tokens an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Endpoint {
    /// Those that are bound to its URL.
    Url,
    /// Context tokens (CTX-1).
    Context,
}

impl Endpoint {
    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Context => "context",
        }
    }
}

/// Hides the secret.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, issuer, issued_at, expires_at, claims, .. } = self;
        let mut shown = f.debug_struct("Signing");
        shown.field("request", request).field("issuer", issuer).field("issued_at", issued_at);
        shown.field("expires_at", expires_at).field("claims", claims).finish_non_exhaustive()
    }
}

/// Hides the secrets. Shows the client keys of the tenants.
impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, tenants, now, leeway, endpoint } = self;
        let tenants: Vec<&String> = tenants.keys().collect();
        let mut shown = f.debug_struct("Authentication");
        shown.field("request", request).field("tenants", &tenants);
        shown.field("now", now).field("leeway", leeway).field("endpoint", endpoint).finish()
    }
}

/// Hides the secrets. Shows the app keys.
impl fmt::Debug for ProductAuthentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, apps, now, leeway } = self;
        let apps: Vec<&String> = apps.keys().collect();
        let mut shown = f.debug_struct("ProductAuthentication");
        shown.field("request", request).field("apps", &apps).field("now", now).field("leeway", leeway).finish()
    }
}
