//! Version 1 of the format of a `known.toml`: one entry for each case. It is still read, and rewritten by an update.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answers::Answers;
use super::known::{Known, KnownOutcome};
use crate::suite::described::Why;
use crate::suite::outcome::Reason;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OldFile {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    /// The cases that the implementation does not support: terms with their reasons.
    #[serde(default)]
    pub(super) unsupported: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) known: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) case: String,
    kind: KnownKind,
    canonical_request: Option<String>,
    canonical_request_hex: Option<String>,
    qsh: Option<String>,
    issuer: Option<String>,
    issuer_json: Option<String>,
    refused: Option<Reason>,
    rejected: Option<Reason>,
    fault: Option<String>,
    runtime: Option<String>,
    reason: String,
    link: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KnownKind {
    Ok,
    Rejected,
    Fault,
}

impl TryFrom<Entry> for Known {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        let answers = Answers {
            canonical_request: entry.canonical_request,
            canonical_request_hex: entry.canonical_request_hex,
            qsh: entry.qsh,
            issuer: entry.issuer,
            issuer_json: entry.issuer_json,
            refused: entry.refused,
            rejected: entry.rejected,
            fault: entry.fault,
            as_expected: false,
            cases: Vec::new(),
        };
        let (_, outcome) = answers.of()?;
        let kind = match outcome {
            KnownOutcome::Rejected(_) => KnownKind::Rejected,
            KnownOutcome::Fault(_) => KnownKind::Fault,
            _ => KnownKind::Ok,
        };
        if kind != entry.kind {
            return Err(
                "kind: expected \"rejected\" with rejected, \"fault\" with fault, and \"ok\" with any other outcome"
                    .to_owned(),
            );
        }
        let why = Why { reason: entry.reason, link: entry.link };
        Self::new(entry.case, outcome, why, entry.runtime)
    }
}
