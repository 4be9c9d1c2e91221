//! Three choices at once, where neither one nor two help: what a single answer could come of.

use std::cmp::Reverse;

use super::climb::kinship;
use super::sheet::Sheet;
use super::{Observation, Observed};
use crate::diagnose::{DEEPEST, Mistake, diagnose};
use crate::qsh::Deviation;

/// So many answers are searched, the shortest requests first.
const SEARCHED: usize = 3;
/// So many observations are looked at first, the shortest of those that are missed.
const LOOKED_AT: usize = 16;
/// So many sets are tried on all observations: those that meet the most of what was looked at.
const TRIED: usize = 16;

/// The choices that together meet the most observations more; none, where none do.
pub(super) fn best_set(sheet: &Sheet<'_>) -> Vec<Deviation> {
    let mut missed: Vec<&Observation> = sheet.missed().into_iter().map(|place| sheet.observation(place)).collect();
    missed.sort_by_key(|observation| observation.input.length());
    let searched = missed.iter().filter_map(|observation| match &observation.observed {
        Observed::Answer(answer) => diagnose(&observation.input, answer, DEEPEST).ok(),
        Observed::Refusal => None,
    });
    let explanations = searched.take(SEARCHED).flat_map(|diagnosis| diagnosis.explanations);
    let mut sets: Vec<Vec<Deviation>> = Vec::new();
    for set in explanations.filter_map(|explanation| choices(&explanation.mistakes)) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    missed.truncate(LOOKED_AT);
    let met = |set: &Vec<Deviation>| {
        let dialect = sheet.with(set);
        missed.iter().filter(|observation| observation.is_of(&dialect)).count()
    };
    sets.sort_by_cached_key(|set| Reverse(met(set)));
    let gains = sets.into_iter().take(TRIED).map(|set| (sheet.gain(&set), set)).filter(|(gain, _)| *gain > 0);
    let best = gains.min_by_key(|(gain, set)| (Reverse(*gain), Reverse(kinship(&sheet.with(set)))));
    best.map_or_else(Vec::new, |(_, set)| set)
}

/// The choices of an explanation that is made of nothing else.
fn choices(mistakes: &[Mistake]) -> Option<Vec<Deviation>> {
    let choice = |mistake: &Mistake| match mistake {
        Mistake::Choice(deviation) => Some(*deviation),
        Mistake::Request(_) => None,
    };
    mistakes.iter().map(choice).collect()
}
