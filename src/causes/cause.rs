//! [`Cause`]: one reason for several wrong results of an implementation.

use super::effect::Effect;

/// One reason for several wrong results of an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// The name: a choice of the dialect table, a claim, a clause, or the type of an exception.
    pub name: String,
    /// What follows from it.
    pub effect: Effect,
    /// What the implementation does. For tokens, what about them is wrong: [`Effect`] says what it does with them.
    pub does: String,
    /// What the specification does instead. `None` if `does` says it.
    pub instead: Option<String>,
    /// The clauses, the main one first.
    pub clauses: Vec<String>,
    /// Who else does it.
    pub seen_in: Vec<String>,
    /// Choices that would explain the same results.
    pub alternatives: Vec<String>,
    /// The indexes of the failed cases that it explains. The best example comes first.
    pub cases: Vec<usize>,
    /// The indexes of other cases that show it: the specification leaves them open, or allows several answers.
    pub allowed: Vec<usize>,
    /// Pairs of cases whose requests have one hash and must not.
    pub collisions: Vec<[usize; 2]>,
}

impl Default for Cause {
    fn default() -> Self {
        Self {
            name: String::new(),
            effect: Effect::Open,
            does: String::new(),
            instead: None,
            clauses: Vec::new(),
            seen_in: Vec::new(),
            alternatives: Vec::new(),
            cases: Vec::new(),
            allowed: Vec::new(),
            collisions: Vec::new(),
        }
    }
}
