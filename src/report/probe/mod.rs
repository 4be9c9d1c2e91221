//! What a report of `qsh probe` has beside the results of its checks: the findings, and what was measured.

pub(super) mod human;
#[cfg(feature = "http")]
pub mod record;

use serde::{Deserialize, Serialize};

/// What a probe found beside the results of its checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProbeEntry {
    /// The method of every request.
    pub method: String,
    /// The URL, without the parameters that the probe adds.
    pub url: String,
    /// The base URL of the app.
    pub base_url: String,
    /// Which tokens the endpoint takes.
    pub endpoint: String,
    /// The client key of the tenant. Empty for the kinds of tokens that know no tenant.
    pub client_key: String,
    /// Who signs with a private key. `None` for the kinds of tokens that are signed with a shared secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceEntry>,
    /// How many requests were sent.
    pub requests: usize,
    /// Why not every check was made. `None` if all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// What the app would accept instead of the good request. `None` if it accepts that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<HelpEntry>,
    /// The findings, the most severe first.
    pub findings: Vec<FindingEntry>,
    /// How many seconds after its expiry a token is taken. `None` if it was not measured, or if there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leeway: Option<u32>,
    /// What was read of the canonicalizer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonicalizer: Option<CanonicalizerEntry>,
    /// The ids of checks that say nothing.
    pub inconclusive: Vec<String>,
}

/// Who signs tokens with a private key, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceEntry {
    /// The `iss` of the tokens.
    pub issuer: String,
    /// The `kid` of their header.
    pub key_id: String,
    /// Their `aud`.
    pub audience: String,
}

/// Why a good request was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HelpEntry {
    /// What the response says.
    pub response: String,
    /// Whether the app fails, which is no refusal.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails: bool,
    /// What stands out.
    pub remarks: Vec<String>,
    /// How many other requests were tried.
    pub tried: usize,
    /// What the app accepts instead, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The options that make the probe go on.
    pub options: Vec<String>,
}

/// The cause of failed checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FindingEntry {
    /// The stable name of the cause, or a clause.
    pub cause: String,
    /// `critical`, `high`, `medium`, `low` or `compatibility`.
    pub severity: String,
    /// What the app does.
    pub title: String,
    /// Who could do what with it.
    pub consequence: String,
    /// The clauses that it breaks, the main one first.
    pub clauses: Vec<String>,
    /// The ids of the checks that it explains. The first one is the example.
    pub cases: Vec<String>,
    /// What the app answered to the example.
    pub response: String,
    /// The command that sends the example again, while its token lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curl: Option<String>,
}

/// What was read of an app's canonicalizer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CanonicalizerEntry {
    /// The choices that explain what was accepted. Empty if it follows the specification.
    pub choices: Vec<String>,
    /// The implementation that it is most like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// How many requests had an accepted hash.
    pub requests: usize,
    /// The queries for which no known hash was accepted.
    pub unread: Vec<String>,
}
