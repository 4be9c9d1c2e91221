//! `[faults]` of `adapter.toml`: exceptions of a library over requests, which no dialect describes.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::suite::spec;

/// The described exceptions over requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(BTreeMap<String, Fault>);

/// What is described of an exception.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// Why the library raises it.
    reason: String,
    /// The clauses that concern the requests over which the library raises it.
    clauses: Vec<String>,
}

/// An invalid description of exceptions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadFault {
    #[error("{0:?}: expected the type of an exception, a reason, and at least one clause")]
    Empty(String),
    #[error("{kind:?}: {clause:?} is not a clause of the specification")]
    Clause { kind: String, clause: String },
}

impl Faults {
    /// Checks the section of a manifest.
    pub(super) fn of(section: BTreeMap<String, Fault>) -> Result<Self, BadFault> {
        for (kind, Fault { reason, clauses }) in &section {
            if kind.trim().is_empty() || reason.trim().is_empty() || clauses.is_empty() {
                return Err(BadFault::Empty(kind.clone()));
            }
            if let Some(clause) = clauses.iter().find(|id| spec::clause(id).is_none()) {
                return Err(BadFault::Clause { kind: kind.clone(), clause: clause.clone() });
            }
        }
        Ok(Self(section))
    }

    /// Whether an exception of this type is described for a request that these clauses concern.
    pub fn describes(&self, kind: &str, clauses: &[impl AsRef<str>]) -> bool {
        let is_concerned = |clause: &String| clauses.iter().any(|concerning| concerning.as_ref() == clause);
        self.0.get(kind).is_some_and(|fault| fault.clauses.iter().any(is_concerned))
    }

    /// Each described type with each of its clauses.
    pub fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(kind, fault)| fault.clauses.iter().map(move |clause| (kind.as_str(), clause.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Result<Faults, BadFault> {
        Faults::of(toml::from_str(text).unwrap())
    }

    #[test]
    fn an_exception_is_described_for_its_clauses_only() {
        let faults = faults("[ValueError]\nreason = \"a host\"\nclauses = [\"QSH-P8\", \"QSH-P14\"]\n").unwrap();
        assert!(faults.describes("ValueError", &["QSH-P1", "QSH-P14"]));
        assert!(!faults.describes("ValueError", &["QSH-P1"]) && !faults.describes("TypeError", &["QSH-P14"]));
        assert_eq!(faults.each().collect::<Vec<_>>(), [("ValueError", "QSH-P8"), ("ValueError", "QSH-P14")]);
    }

    #[test]
    fn err_faults() {
        let error = |text: &str| faults(text).unwrap_err().to_string();
        let empty = "\"E\": expected the type of an exception, a reason, and at least one clause";
        assert_eq!(error("[E]\nreason = \" \"\nclauses = [\"QSH-P8\"]"), empty);
        assert_eq!(error("[E]\nreason = \"a\"\nclauses = []"), empty);
        let unknown = error("[E]\nreason = \"a\"\nclauses = [\"QSH-P99\"]");
        assert_eq!(unknown, "\"E\": \"QSH-P99\" is not a clause of the specification");
    }
}
