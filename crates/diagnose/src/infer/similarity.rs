//! The similarity of a dialect to those of known implementations.

use std::cmp::Reverse;

use super::observation::Observation;
use crate::search::implementations;
use crate::{Deviation, Dialect};

/// How many implementations are compared with the observations: those with the fewest different choices.
const COMPARED: usize = 8;

/// Ranks a dialect by its similarity to known implementations. A higher value is likelier.
///
/// The first number is the largest number of its choices that one implementation makes. The second number counts, over
/// all implementations, the choices that they share with it.
pub(super) fn similarity(dialect: &Dialect) -> (usize, usize) {
    let seen_in = || dialect.deviations().map(|choice| choice.choice().seen_in);
    let made_by = |name: &str| seen_in().filter(|names| names.contains(&name)).count();
    (implementations().into_iter().map(made_by).max().unwrap_or(0), seen_in().map(<[_]>::len).sum())
}

/// A known implementation, compared with the inferred dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nearest {
    /// Its name in the dialect table.
    pub name: &'static str,
    /// How many observations its known dialect explains.
    pub met: usize,
    /// Inferred choices that it is not known to make.
    pub not_known_of_it: Vec<Deviation>,
    /// Choices that it is known to make and that were not inferred.
    pub not_found: Vec<Deviation>,
    /// Whether its known dialect explains exactly the observations that the inferred dialect explains.
    pub is_same: bool,
    /// Other implementations that explain the same number of observations.
    pub ties: Vec<&'static str>,
}

impl Nearest {
    /// The known implementation that explains the most observations. It shares a choice with the dialect, and explains
    /// more than the specification does.
    pub(super) fn of(dialect: &Dialect, observations: &[Observation]) -> Option<Self> {
        let found: Vec<Deviation> = dialect.deviations().collect();
        let mut candidates: Vec<Self> = implementations().into_iter().map(|name| Self::new(name, &found)).collect();
        candidates.retain(|candidate| candidate.not_known_of_it.len() < found.len());
        candidates.sort_by_key(Self::distance);
        candidates.truncate(COMPARED);
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

    /// How many choices differ.
    fn distance(&self) -> usize {
        self.not_known_of_it.len() + self.not_found.len()
    }
}
