//! The arguments of the operations of ASAP.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::suite::case::received::{Headers, Presented};

/// The inputs of an ASAP token.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct AsapSigning {
    /// The token's `iss`.
    pub issuer: String,
    /// The token's `kid`.
    pub key_id: String,
    /// The private key, in PEM.
    pub private_key_pem: String,
    /// The token's `alg`.
    pub algorithm: String,
    /// The token's `aud`.
    pub audience: String,
    /// The token's `iat`, in Unix seconds. It is the time of signing.
    pub issued_at: i64,
    /// The token's `exp`, in Unix seconds.
    pub expires_at: i64,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// An ASAP token, with what the server knows when it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawAsapVerification", into = "RawAsapVerification")]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct AsapVerification {
    /// The token, or the header fields that carry it.
    pub presented: Presented,
    /// The keys of the issuers: a PEM for each `kid`.
    pub public_keys: BTreeMap<String, String>,
    /// The name of the server.
    pub audience: String,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// [`AsapVerification`] with its members as they are written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AsapVerification")]
#[schemars(extend("oneOf" = [{ "required": ["token"] }, { "required": ["headers"] }]))]
pub(in crate::suite) struct RawAsapVerification {
    /// The token by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The header fields that carry the token. They replace `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    /// The keys of the issuers: a PEM for each `kid`.
    public_keys: BTreeMap<String, String>,
    /// The name of the server.
    audience: String,
    /// The time in Unix seconds.
    now: i64,
    /// The allowed clock difference in seconds.
    leeway: u32,
}

impl TryFrom<RawAsapVerification> for AsapVerification {
    type Error = &'static str;

    fn try_from(raw: RawAsapVerification) -> Result<Self, &'static str> {
        let RawAsapVerification { token, headers, public_keys, audience, now, leeway } = raw;
        let presented = Presented::from_members(token, headers)?;
        Ok(Self { presented, public_keys, audience, now, leeway })
    }
}

impl From<AsapVerification> for RawAsapVerification {
    fn from(asked: AsapVerification) -> Self {
        let AsapVerification { presented, public_keys, audience, now, leeway } = asked;
        let (token, headers) = presented.into_members();
        Self { token, headers, public_keys, audience, now, leeway }
    }
}

/// Hides the private key.
impl fmt::Debug for AsapSigning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, key_id, algorithm, audience, issued_at, expires_at, claims, .. } = self;
        let mut shown = f.debug_struct("AsapSigning");
        shown.field("issuer", issuer).field("key_id", key_id).field("algorithm", algorithm);
        shown.field("audience", audience).field("issued_at", issued_at).field("expires_at", expires_at);
        shown.field("claims", claims).finish_non_exhaustive()
    }
}
