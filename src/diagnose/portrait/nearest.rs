//! The known implementation that comes nearest to a dialect.

use std::cmp::Reverse;

use super::Observation;
use crate::diagnose::implementations;
use crate::qsh::{Deviation, Dialect};

/// So many implementations are looked at: those that share the most choices with the dialect, and have the fewest others.
const LOOKED_AT: usize = 8;

/// A known implementation beside the dialect that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nearest {
    /// Its name in the dialect table.
    pub name: &'static str,
    /// How many of the observations are what it is known to do.
    pub met: usize,
    /// Choices that were found, and that it is not known to make.
    pub not_known_of_it: Vec<Deviation>,
    /// Choices that it is known to make, and that were not found.
    pub not_found: Vec<Deviation>,
    /// Whether it is known to do what the dialect leads to in every observation, those that neither explains among them.
    pub is_same: bool,
    /// Others that are known to do just as many of the observations.
    pub ties: Vec<&'static str>,
}

impl Nearest {
    /// The implementation that is known to do the most of what was observed, of those that share a choice with the dialect.
    /// None, where the specification itself leads to as much.
    pub(super) fn of(dialect: &Dialect, observations: &[Observation]) -> Option<Self> {
        let found: Vec<Deviation> = dialect.deviations().collect();
        let mut candidates: Vec<Self> = implementations().into_iter().map(|name| Self::new(name, &found)).collect();
        candidates.retain(|candidate| candidate.not_known_of_it.len() < found.len());
        candidates.sort_by_key(Self::distance);
        candidates.truncate(LOOKED_AT);
        let met = |dialect: &Dialect| observations.iter().filter(|seen| seen.is_of(dialect)).count();
        for candidate in &mut candidates {
            candidate.met = met(&Dialect::seen_in(candidate.name));
        }
        let by_specification = met(&Dialect::OFFICIAL);
        candidates.retain(|candidate| candidate.met > by_specification);
        candidates.sort_by_key(|candidate| Reverse(candidate.met));
        let mut candidates = candidates.into_iter();
        let mut nearest = candidates.next()?;
        nearest.ties = candidates.take_while(|other| other.met == nearest.met).map(|other| other.name).collect();
        let known = Dialect::seen_in(nearest.name);
        nearest.is_same = observations.iter().all(|seen| seen.is_of(&known) == seen.is_of(dialect));
        Some(nearest)
    }

    fn new(name: &'static str, found: &[Deviation]) -> Self {
        let known: Vec<Deviation> = Dialect::seen_in(name).deviations().collect();
        let without = |of: &[Deviation], those: &[Deviation]| {
            of.iter().copied().filter(|choice| !those.contains(choice)).collect::<Vec<_>>()
        };
        Self {
            name,
            met: 0,
            not_known_of_it: without(found, &known),
            not_found: without(&known, found),
            is_same: false,
            ties: Vec::new(),
        }
    }

    /// How many choices would have to change.
    fn distance(&self) -> usize {
        self.not_known_of_it.len() + self.not_found.len()
    }
}
