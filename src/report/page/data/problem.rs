//! The problems of an implementation: the causes of a run, or the findings of a probe.

use serde::Serialize;

use super::places::Places;
use crate::causes::Effect;
use crate::report::causes::CauseEntry;
use crate::report::probe::FindingEntry;
use crate::report::words::message;
use crate::suite::spec;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    /// Somebody can do what a token does not allow.
    Hole,
    /// The implementation does not work with others, or it fails.
    Fault,
    /// The specification leaves it open, or nothing follows from it.
    Note,
}

impl Grade {
    pub(super) fn of(effect: Effect) -> Self {
        match effect {
            Effect::AcceptsBad | Effect::SignsBad | Effect::OneHash => Self::Hole,
            Effect::OtherHash | Effect::RefusesGood | Effect::OtherAnswer | Effect::Exception | Effect::NoAnswer => {
                Self::Fault
            }
            Effect::OtherReason | Effect::Open => Self::Note,
        }
    }

    /// The grade of a finding's severity. A word that this version does not know is grave.
    fn of_severity(severity: &str) -> Self {
        match severity {
            "compatibility" | "medium" => Self::Fault,
            "low" => Self::Note,
            _ => Self::Hole,
        }
    }
}

/// A cause or a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Problem {
    pub(super) grade: Grade,
    /// What follows: the words of the effect, or the severity of a finding.
    pub(super) effect: String,
    name: String,
    does: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    /// Who could do what with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    consequence: Option<String>,
    clauses: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seen_in: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<String>,
    /// The cases that it explains, as places. The best example comes first.
    pub(super) cases: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collisions: Vec<[usize; 2]>,
}

impl Problem {
    pub(super) fn of_cause(cause: &CauseEntry, places: &Places<'_>) -> Self {
        let pair = |[one, other]: &[String; 2]| Some([places.get(one)?, places.get(other)?]);
        Self {
            grade: Grade::of(cause.effect),
            effect: cause.effect.words().to_owned(),
            name: message(&cause.name),
            does: does(cause),
            instead: cause.instead.as_deref().map(message),
            consequence: None,
            clauses: messages(&cause.clauses),
            seen_in: messages(&cause.seen_in),
            alternatives: messages(&cause.alternatives),
            cases: places.all(&cause.cases),
            allowed: places.all(&cause.allowed),
            collisions: cause.collisions.iter().filter_map(pair).collect(),
        }
    }

    pub(super) fn of_finding(finding: &FindingEntry, places: &Places<'_>) -> Self {
        Self {
            grade: Grade::of_severity(&finding.severity),
            effect: message(&finding.severity),
            name: message(&finding.cause),
            does: message(&finding.title),
            instead: None,
            consequence: Some(message(&finding.consequence)),
            clauses: messages(&finding.clauses),
            seen_in: Vec::new(),
            alternatives: Vec::new(),
            cases: places.all(&finding.cases),
            allowed: Vec::new(),
            collisions: Vec::new(),
        }
    }
}

/// What a cause does. If that is the title of its clause, it is written as the title is.
fn does(cause: &CauseEntry) -> String {
    let clause = cause.clauses.first().and_then(|id| spec::clause(id));
    match clause.filter(|clause| clause.title.to_lowercase() == cause.does) {
        Some(clause) => clause.title.to_owned(),
        None => message(&cause.does),
    }
}

fn messages(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| message(text)).collect()
}
