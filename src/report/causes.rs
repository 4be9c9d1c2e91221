//! [`CauseEntry`]: a cause as a report has it.

use serde::{Deserialize, Serialize};

use crate::causes::{Cause, Effect, Evidence, Explained};

/// One reason for several wrong results of an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CauseEntry {
    /// The name: a choice of the dialect table, a claim, a clause, or the type of an exception.
    pub name: String,
    /// What follows from it.
    pub effect: Effect,
    /// What the implementation does. For tokens, what about them is wrong.
    pub does: String,
    /// What the specification does instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The clauses, the main one first.
    pub clauses: Vec<String>,
    /// Who else does it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_in: Vec<String>,
    /// Choices that would explain the same results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// The ids of the failed cases that it explains. The best example comes first.
    pub cases: Vec<String>,
    /// The ids of other cases that show it: the specification leaves them open, or allows several answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Pairs of cases whose requests have one hash and must not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collisions: Vec<[String; 2]>,
}

impl CauseEntry {
    /// The causes, with the ids of their cases.
    pub(super) fn all(explained: &Explained, evidence: &[Evidence]) -> Vec<Self> {
        let id = |place: &usize| evidence[*place].case.clone();
        let ids = |places: &[usize]| places.iter().map(id).collect();
        let entry = |cause: &Cause| Self {
            name: cause.name.clone(),
            effect: cause.effect,
            does: cause.does.clone(),
            instead: cause.instead.clone(),
            clauses: cause.clauses.clone(),
            seen_in: cause.seen_in.clone(),
            alternatives: cause.alternatives.clone(),
            cases: ids(&cause.cases),
            allowed: ids(&cause.allowed),
            collisions: cause.collisions.iter().map(|pair| pair.each_ref().map(id)).collect(),
        };
        explained.causes.iter().map(entry).collect()
    }
}
