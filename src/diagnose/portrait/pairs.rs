//! Two choices at once, where no single one helps.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::climb::kinship;
use super::sheet::{Sheet, share_a_part};
use crate::diagnose::parallel::map_on_all_cores;
use crate::parts::{Changes, Parts};
use crate::qsh::Deviation;

/// So many observations are looked at for pairs that meet them, the shortest first.
const LOOKED_AT: usize = 48;
/// So many pairs are tried on all observations: those that meet the most of what was looked at.
const TRIED: usize = 48;

/// Two moves, by their places.
type Pair = (usize, usize);

/// The two choices that together meet the most observations more; nothing, where none do.
pub(super) fn best_pair(sheet: &Sheet<'_>) -> Option<[Deviation; 2]> {
    let gains = map_on_all_cores(&promising(sheet), |pair| {
        let choices = [choice(sheet, pair.0), choice(sheet, pair.1)];
        (*pair, choices, sheet.gain(&choices))
    });
    let gains = gains.into_iter().filter(|(_, _, gain)| *gain > 0);
    let best =
        gains.min_by_key(|(pair, choices, gain)| (Reverse(*gain), Reverse(kinship(&sheet.with(choices))), *pair));
    best.map(|(_, choices, _)| choices)
}

/// Pairs that meet any of the observations that are looked at.
fn promising(sheet: &Sheet<'_>) -> Vec<Pair> {
    let mut missed = sheet.missed();
    let length = |place: &usize| sheet.rows()[*place].parts.as_ref().map_or(usize::MAX, Parts::length);
    missed.retain(|place| sheet.rows()[*place].parts.is_some() && !sheet.rows()[*place].is_long);
    missed.sort_by_key(length);
    missed.truncate(LOOKED_AT);
    let mut counts: HashMap<Pair, usize> = HashMap::new();
    for pair in map_on_all_cores(&missed, |place| meeting(sheet, *place)).into_iter().flatten() {
        *counts.entry(pair).or_default() += 1;
    }
    let mut pairs: Vec<(Pair, usize)> = counts.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, count)| (Reverse(*count), *pair));
    pairs.into_iter().take(TRIED).map(|(pair, _)| pair).collect()
}

/// Every pair that meets one observation, where neither of the two does, and at least one makes a difference by itself.
fn meeting(sheet: &Sheet<'_>, place: usize) -> Vec<Pair> {
    let row = &sheet.rows()[place];
    let Some(parts) = &row.parts else { return Vec::new() };
    let alone: Vec<Option<&Changes>> = sheet.moves().iter().map(|step| changes_of(&step.changes, place)).collect();
    let is_enough = |place: usize, changes: &Changes| row.is_met_after(changes, &sheet.with(&[choice(sheet, place)]));
    let mut found = Vec::new();
    for (a, changes) in alone.iter().enumerate().filter_map(|(a, changes)| Some((a, (*changes)?))) {
        if is_enough(a, changes) {
            continue;
        }
        for (b, others) in alone.iter().enumerate() {
            let choices = [choice(sheet, a), choice(sheet, b)];
            let fields = choices.map(Deviation::field);
            // Where both make a difference by themselves, the pair is come to from either side.
            let is_due = fields[0].name != fields[1].name && (others.is_none() || a < b);
            if !is_due || others.is_some_and(|others| is_enough(b, others)) {
                continue;
            }
            let dialect = sheet.with(&choices);
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

fn choice(sheet: &Sheet<'_>, place: usize) -> Deviation {
    sheet.moves()[place].choice
}

fn changes_of(changes: &[(usize, Changes)], place: usize) -> Option<&Changes> {
    changes.binary_search_by_key(&place, |(place, _)| *place).ok().map(|index| &changes[index].1)
}

/// Changes to different parts.
fn merged(a: &Changes, b: &Changes) -> Changes {
    [0, 1, 2].map(|part: usize| a[part].clone().or_else(|| b[part].clone()))
}
