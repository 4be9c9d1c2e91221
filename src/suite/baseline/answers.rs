//! [`Answers`]: several cases with one outcome, as a `known.toml` lists them.

use qsh_diagnose::Text;
use serde::Deserialize;
use toml::Value;

use super::known::KnownOutcome;
use crate::suite::outcome::{Issuer, Reason};

/// Several cases with one outcome.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answers {
    pub(super) canonical_request: Option<String>,
    pub(super) canonical_request_hex: Option<String>,
    pub(super) qsh: Option<String>,
    pub(super) issuer: Option<String>,
    /// The JSON of an issuer that is not text.
    pub(super) issuer_json: Option<String>,
    pub(super) refused: Option<Reason>,
    pub(super) rejected: Option<Reason>,
    pub(super) fault: Option<String>,
    #[serde(default)]
    pub(super) as_expected: bool,
    /// Ids, or globs on ids.
    pub(super) cases: Vec<String>,
}

impl Answers {
    /// The cases and their outcome.
    ///
    /// # Errors
    ///
    /// No outcome, several, or one that is not complete.
    pub(super) fn of(self) -> Result<(Vec<String>, KnownOutcome), String> {
        let canonical_request = match (self.canonical_request, self.canonical_request_hex) {
            (Some(text), None) => Some(Text::from(text)),
            (None, Some(hex)) => Some(Text::from_hex(&hex).map_err(|error| error.to_string())?),
            (None, None) => None,
            (Some(_), Some(_)) => return Err("expected one of canonical_request and canonical_request_hex".to_owned()),
        };
        let issuer = match (self.issuer, self.issuer_json) {
            (text, None) => text.map(Issuer::Text),
            (None, Some(json)) => Some(serde_json::from_str(&json).map_err(|error| format!("issuer_json: {error}"))?),
            (Some(_), Some(_)) => return Err("expected one of issuer and issuer_json".to_owned()),
        };
        let answer = match (canonical_request, self.qsh) {
            (Some(text), None) => Some(KnownOutcome::Canonical(text)),
            (None, Some(hash)) => Some(KnownOutcome::Hash(hash)),
            (Some(canonical_request), Some(qsh)) => Some(KnownOutcome::Torn { canonical_request, qsh }),
            (None, None) => None,
        };
        let outcomes = [
            answer,
            issuer.map(KnownOutcome::Accepted),
            self.refused.map(KnownOutcome::Refused),
            self.rejected.map(KnownOutcome::Rejected),
            self.fault.map(KnownOutcome::Fault),
            self.as_expected.then_some(KnownOutcome::AsExpected),
        ];
        let mut outcomes = outcomes.into_iter().flatten();
        match (outcomes.next(), outcomes.next()) {
            (Some(outcome), None) => Ok((self.cases, outcome)),
            _ => Err(EXPECTED.to_owned()),
        }
    }
}

const EXPECTED: &str = "expected today's outcome: canonical_request (or _hex), qsh or both, issuer (or _json), refused, \
                        rejected, fault, or as_expected = true";

/// The keys of an outcome, with their values. Empty for a predicted one, which no file lists.
pub(super) fn keys(outcome: &KnownOutcome) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::String(text.to_owned());
    let canonical = |canonical: &Text| match canonical.as_str() {
        Some(utf8) => ("canonical_request", text(utf8)),
        None => ("canonical_request_hex", text(&canonical.to_hex())),
    };
    match outcome {
        KnownOutcome::Canonical(request) => vec![canonical(request)],
        KnownOutcome::Hash(hash) => vec![("qsh", text(hash))],
        KnownOutcome::Torn { canonical_request, qsh } => vec![canonical(canonical_request), ("qsh", text(qsh))],
        KnownOutcome::Accepted(Issuer::Text(issuer)) => vec![("issuer", text(issuer))],
        KnownOutcome::Accepted(Issuer::Other(issuer)) => vec![("issuer_json", text(&issuer.to_string()))],
        KnownOutcome::Refused(reason) => vec![("refused", text(reason.code()))],
        KnownOutcome::Rejected(reason) => vec![("rejected", text(reason.code()))],
        KnownOutcome::Fault(kind) => vec![("fault", text(kind))],
        KnownOutcome::AsExpected => vec![("as_expected", Value::Boolean(true))],
        KnownOutcome::Predicted(_) => Vec::new(),
    }
}
