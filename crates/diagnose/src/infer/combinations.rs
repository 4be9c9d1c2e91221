//! Two or three changes at once, for observations that no single change explains.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::observation::{Observation, Observed};
use super::similarity::similarity;
use super::table::{ObservationTable, share_a_part};
use crate::Deviation;
use crate::parallel::map_on_all_cores;
use crate::parts::{Changes, Parts};
use crate::search::{DEEPEST, Mistake, diagnose};

/// How many unexplained observations are searched for pairs, the shortest first.
const SEARCHED_FOR_PAIRS: usize = 48;
/// How many of them are searched at once. Between two such groups, the search can end.
const SEARCHED_AT_ONCE: usize = 8;
/// How many pairs are tried on all observations: those that explain the most of the searched observations.
const PAIRS_TRIED: usize = 48;

/// How many answers are diagnosed for sets, the shortest requests first.
const DIAGNOSED: usize = 3;
/// How many unexplained observations rank the sets, the shortest first.
const RANKED_BY: usize = 16;
/// How many sets are tried on all observations: those that explain the most of the ranking observations.
const SETS_TRIED: usize = 16;

/// Two moves, by their indexes.
type Pair = (usize, usize);

/// The two choices with the highest joint gain, if that gain is positive.
pub(super) fn best_pair(table: &ObservationTable<'_>, is_over: &mut dyn FnMut() -> bool) -> Option<[Deviation; 2]> {
    let gains = map_on_all_cores(&promising(table, is_over), |pair| {
        let choices = [choice(table, pair.0), choice(table, pair.1)];
        (*pair, choices, table.gain(&choices))
    });
    let gains = gains.into_iter().filter(|(_, _, gain)| *gain > 0);
    let best =
        gains.min_by_key(|(pair, choices, gain)| (Reverse(*gain), Reverse(similarity(&table.with(choices))), *pair));
    best.map(|(_, choices, _)| choices)
}

/// Pairs that explain some of the searched observations.
fn promising(table: &ObservationTable<'_>, is_over: &mut dyn FnMut() -> bool) -> Vec<Pair> {
    let mut missed = table.missed();
    let length = |place: &usize| table.rows()[*place].parts.as_ref().map_or(usize::MAX, Parts::length);
    missed.retain(|place| table.rows()[*place].parts.is_some() && !table.rows()[*place].is_long);
    missed.sort_by_key(length);
    missed.truncate(SEARCHED_FOR_PAIRS);
    let mut counts: HashMap<Pair, usize> = HashMap::new();
    for some in missed.chunks(SEARCHED_AT_ONCE).take_while(|_| !is_over()) {
        for pair in map_on_all_cores(some, |place| meeting(table, *place)).into_iter().flatten() {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let mut pairs: Vec<(Pair, usize)> = counts.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, count)| (Reverse(*count), *pair));
    pairs.into_iter().take(PAIRS_TRIED).map(|(pair, _)| pair).collect()
}

/// Every pair that explains one observation although neither choice explains it alone. At least one of the choices
/// changes the canonical request by itself.
fn meeting(table: &ObservationTable<'_>, place: usize) -> Vec<Pair> {
    let row = &table.rows()[place];
    let Some(parts) = &row.parts else { return Vec::new() };
    let alone: Vec<Option<&Changes>> = table.moves().iter().map(|step| changes_of(&step.changes, place)).collect();
    let is_enough = |place: usize, changes: &Changes| row.is_met_after(changes, &table.with(&[choice(table, place)]));
    let mut found = Vec::new();
    for (a, changes) in alone.iter().enumerate().filter_map(|(a, changes)| Some((a, (*changes)?))) {
        if is_enough(a, changes) {
            continue;
        }
        for (b, others) in alone.iter().enumerate() {
            let choices = [choice(table, a), choice(table, b)];
            let fields = choices.map(Deviation::field);
            // If both choices change something by themselves, the outer loop finds the pair twice. It is counted once.
            let is_due = fields[0].name != fields[1].name && (others.is_none() || a < b);
            if !is_due || others.is_some_and(|others| is_enough(b, others)) {
                continue;
            }
            let dialect = table.with(&choices);
            let both = match others {
                _ if share_a_part(fields[0], fields[1]) => parts.changes(&fields, &dialect),
                others => others.map(|others| merged(changes, others)),
            };
            if both.is_some_and(|both| row.is_met_after(&both, &dialect)) {
                found.push((a.min(b), a.max(b)));
            }
        }
    }
    found
}

fn choice(table: &ObservationTable<'_>, place: usize) -> Deviation {
    table.moves()[place].choice
}

fn changes_of(changes: &[(usize, Changes)], place: usize) -> Option<&Changes> {
    changes.binary_search_by_key(&place, |(place, _)| *place).ok().map(|index| &changes[index].1)
}

/// Merges changes to different parts.
fn merged(a: &Changes, b: &Changes) -> Changes {
    [0, 1, 2].map(|part: usize| a[part].clone().or_else(|| b[part].clone()))
}

/// The set of choices with the highest gain. Empty if no set has a positive gain. The candidates are the explanations
/// of single answers, with up to [`DEEPEST`] choices each.
pub(super) fn best_set(table: &ObservationTable<'_>, is_over: &mut dyn FnMut() -> bool) -> Vec<Deviation> {
    let mut missed: Vec<&Observation> = table.missed().into_iter().map(|place| table.observation(place)).collect();
    missed.sort_by_key(|observation| observation.input.length());
    let diagnosed = missed.iter().take_while(|_| !is_over()).filter_map(|observation| match &observation.observed {
        Observed::Answer(answer) => diagnose(&observation.input, answer, DEEPEST).ok(),
        Observed::Refusal => None,
    });
    let explanations = diagnosed.take(DIAGNOSED).flat_map(|diagnosis| diagnosis.explanations);
    let mut sets: Vec<Vec<Deviation>> = Vec::new();
    for set in explanations.filter_map(|explanation| only_choices(&explanation.mistakes)) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    missed.truncate(RANKED_BY);
    let met = |set: &Vec<Deviation>| {
        let dialect = table.with(set);
        missed.iter().filter(|observation| observation.is_of(&dialect)).count()
    };
    sets.sort_by_cached_key(|set| Reverse(met(set)));
    let gains = sets.into_iter().take(SETS_TRIED).map(|set| (table.gain(&set), set)).filter(|(gain, _)| *gain > 0);
    let best = gains.min_by_key(|(gain, set)| (Reverse(*gain), Reverse(similarity(&table.with(set)))));
    best.map_or_else(Vec::new, |(_, set)| set)
}

/// The choices of an explanation. `None` if it has a mistake with the request.
fn only_choices(mistakes: &[Mistake]) -> Option<Vec<Deviation>> {
    let choice = |mistake: &Mistake| match mistake {
        Mistake::Choice(deviation) => Some(*deviation),
        Mistake::Request(_) => None,
    };
    mistakes.iter().map(choice).collect()
}
