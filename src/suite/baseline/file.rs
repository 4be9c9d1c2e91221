//! The format of a `known.toml`.

use std::collections::BTreeMap;

use qsh_diagnose::Text;
use serde::{Deserialize, Serialize};

use super::{Known, KnownOutcome, glob, glob_on_ids};
use crate::suite::outcome::{Issuer, Reason};

pub(super) const FORMAT: &str = "qsh-known";
pub(super) const VERSION: u32 = 1;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) format: String,
    pub(super) version: u32,
    /// The cases that the implementation does not support: terms with their reasons.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) unsupported: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) known: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) case: String,
    kind: KnownKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The JSON of an issuer that is not text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer_json: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runtime: Option<String>,
    reason: String,
    link: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KnownKind {
    Ok,
    Rejected,
    Fault,
}

impl TryFrom<Entry> for Known {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        for (text, what) in [(&entry.reason, "reason"), (&entry.link, "link")] {
            if text.trim().is_empty() {
                return Err(format!("expected a {what}"));
            }
        }
        let canonical_request = match (entry.canonical_request, entry.canonical_request_hex) {
            (Some(text), None) => Some(Text::from(text)),
            (None, Some(hex)) => Some(Text::from_hex(&hex).map_err(|error| error.to_string())?),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("expected one of canonical_request and canonical_request_hex".to_owned()),
        };
        let issuer = match (entry.issuer, entry.issuer_json) {
            (text, None) => text.map(Issuer::Text),
            (None, Some(json)) => Some(serde_json::from_str(&json).map_err(|error| format!("issuer_json: {error}"))?),
            (Some(_), Some(_)) => return Err("expected one of issuer and issuer_json".to_owned()),
        };
        let ok = (canonical_request, entry.qsh, issuer, entry.refused);
        let outcome = match (entry.kind, ok, entry.rejected, entry.fault) {
            (KnownKind::Ok, (Some(text), None, None, None), None, None) => KnownOutcome::Canonical(text),
            (KnownKind::Ok, (None, Some(hash), None, None), None, None) => KnownOutcome::Hash(hash),
            (KnownKind::Ok, (Some(canonical_request), Some(qsh), None, None), None, None) => {
                KnownOutcome::Torn { canonical_request, qsh }
            }
            (KnownKind::Ok, (None, None, Some(issuer), None), None, None) => KnownOutcome::Accepted(issuer),
            (KnownKind::Ok, (None, None, None, Some(reason)), None, None) => KnownOutcome::Refused(reason),
            (KnownKind::Rejected, (None, None, None, None), Some(reason), None) => KnownOutcome::Rejected(reason),
            (KnownKind::Fault, (None, None, None, None), None, Some(kind)) => KnownOutcome::Fault(kind),
            _ => {
                return Err(
                    "expected today's outcome: kind \"ok\" with canonical_request (or _hex), qsh or both, or with \
                            issuer (or _json) or refused, kind \"rejected\" with rejected, or kind \"fault\" with fault"
                        .to_owned(),
                );
            }
        };
        let cases = glob_on_ids(&entry.case)?;
        let runtimes = entry.runtime.as_deref().map(glob).transpose()?;
        Ok(Self {
            case: entry.case,
            outcome,
            reason: entry.reason,
            link: entry.link,
            runtime: entry.runtime,
            cases,
            runtimes,
        })
    }
}

impl Entry {
    fn set_canonical_request(&mut self, text: &Text) {
        match text.as_str() {
            Some(utf8) => self.canonical_request = Some(utf8.to_owned()),
            None => self.canonical_request_hex = Some(text.to_hex()),
        }
    }
}

impl From<Known> for Entry {
    fn from(known: Known) -> Self {
        let mut entry = Self {
            case: known.case,
            kind: KnownKind::Ok,
            canonical_request: None,
            canonical_request_hex: None,
            qsh: None,
            issuer: None,
            issuer_json: None,
            refused: None,
            rejected: None,
            fault: None,
            runtime: known.runtime,
            reason: known.reason,
            link: known.link,
        };
        match known.outcome {
            KnownOutcome::Canonical(text) => entry.set_canonical_request(&text),
            KnownOutcome::Hash(hash) => entry.qsh = Some(hash),
            KnownOutcome::Torn { canonical_request, qsh } => {
                entry.set_canonical_request(&canonical_request);
                entry.qsh = Some(qsh);
            }
            KnownOutcome::Accepted(Issuer::Text(issuer)) => entry.issuer = Some(issuer),
            KnownOutcome::Accepted(Issuer::Other(issuer)) => entry.issuer_json = Some(issuer.to_string()),
            KnownOutcome::Refused(reason) => entry.refused = Some(reason),
            KnownOutcome::Rejected(reason) => {
                entry.kind = KnownKind::Rejected;
                entry.rejected = Some(reason);
            }
            KnownOutcome::Fault(kind) => {
                entry.kind = KnownKind::Fault;
                entry.fault = Some(kind);
            }
        }
        entry
    }
}
