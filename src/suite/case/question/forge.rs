//! The arguments of the operation of Forge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::suite::case::received::{Headers, Presented};

/// An invocation token of Forge, with what the app knows when it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawForgeVerification", into = "RawForgeVerification")]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct ForgeVerification {
    /// The token, or the header fields that carry it.
    pub presented: Presented,
    /// The JSON Web Key Set that Forge publishes.
    pub key_set: Map<String, Value>,
    /// The name of the app: an Atlassian resource identifier.
    pub app_id: String,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// [`ForgeVerification`] with its members as they are written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ForgeVerification")]
#[schemars(extend("oneOf" = [{ "required": ["token"] }, { "required": ["headers"] }]))]
pub(in crate::suite) struct RawForgeVerification {
    /// The token by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The header fields that carry the token. They replace `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    /// The JSON Web Key Set that Forge publishes.
    key_set: Map<String, Value>,
    /// The name of the app: an Atlassian resource identifier.
    app_id: String,
    /// The time in Unix seconds.
    now: i64,
    /// The allowed clock difference in seconds.
    leeway: u32,
}

impl TryFrom<RawForgeVerification> for ForgeVerification {
    type Error = &'static str;

    fn try_from(raw: RawForgeVerification) -> Result<Self, &'static str> {
        let RawForgeVerification { token, headers, key_set, app_id, now, leeway } = raw;
        Ok(Self { presented: Presented::from_members(token, headers)?, key_set, app_id, now, leeway })
    }
}

impl From<ForgeVerification> for RawForgeVerification {
    fn from(asked: ForgeVerification) -> Self {
        let ForgeVerification { presented, key_set, app_id, now, leeway } = asked;
        let (token, headers) = presented.into_members();
        Self { token, headers, key_set, app_id, now, leeway }
    }
}
