//! The arguments of the operations of user impersonation.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The inputs of an assertion with which an app asks to act as a user.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct ImpersonationSigning {
    /// The `oauthClientId` of the tenant, without the URN before it.
    pub client_id: String,
    /// The account id of the user, without the URN before it.
    pub account_id: String,
    /// The base URL of the site: the token's `tnt`.
    pub site: String,
    /// The base URL of the authorization server: the token's `aud`.
    pub authorization_server: String,
    /// The secret that both sides share.
    pub shared_secret: String,
    /// The token's `iat`, in Unix seconds. It is the time of signing.
    pub issued_at: i64,
    /// The token's `exp`, in Unix seconds.
    pub expires_at: i64,
}

/// An assertion, with what the authorization server knows when it arrives.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct ImpersonationVerification {
    /// The assertion.
    pub token: String,
    /// The `oauthClientId` of the app, without the URN before it.
    pub client_id: String,
    /// The secret that both sides share.
    pub shared_secret: String,
    /// The base URL of the authorization server.
    pub authorization_server: String,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// Hides the secret.
impl fmt::Debug for ImpersonationSigning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client_id, account_id, site, authorization_server, issued_at, expires_at, .. } = self;
        let mut shown = f.debug_struct("ImpersonationSigning");
        shown.field("client_id", client_id).field("account_id", account_id).field("site", site);
        shown.field("authorization_server", authorization_server).field("issued_at", issued_at);
        shown.field("expires_at", expires_at).finish_non_exhaustive()
    }
}

/// Hides the secret.
impl fmt::Debug for ImpersonationVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { token, client_id, authorization_server, now, leeway, .. } = self;
        let mut shown = f.debug_struct("ImpersonationVerification");
        shown.field("token", token).field("client_id", client_id).field("authorization_server", authorization_server);
        shown.field("now", now).field("leeway", leeway).finish_non_exhaustive()
    }
}
