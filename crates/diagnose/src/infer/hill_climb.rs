//! The greedy search from the official dialect to the one that explains the most observations.

use std::cmp::Reverse;

use super::combinations::{best_pair, best_set};
use super::similarity::similarity;
use super::table::ObservationTable;
use crate::Deviation;

/// Changes the dialect as long as it explains more observations. Then removes choices that are not needed. Ends early if
/// `is_over` says so; it is asked before each change.
pub(super) fn hill_climb(table: &mut ObservationTable<'_>, is_over: &mut dyn FnMut() -> bool) {
    while !is_over() {
        let steps = match best_move(table) {
            Some(choice) => vec![choice],
            None => best_pair(table, is_over).map_or_else(Vec::new, Vec::from),
        };
        // Removing a choice can make another change useful.
        let steps = if steps.is_empty() { needless(table).into_iter().collect() } else { steps };
        let steps = if steps.is_empty() { best_set(table, is_over) } else { steps };
        if steps.is_empty() {
            return;
        }
        steps.into_iter().for_each(|choice| table.make(choice));
    }
}

/// The single choice with the highest gain, if that gain is positive.
fn best_move(table: &ObservationTable<'_>) -> Option<Deviation> {
    let bounds = table.moves().iter().enumerate().map(|(place, step)| (table.bound(step), place));
    let mut bounds: Vec<(isize, usize)> = bounds.filter(|(bound, _)| *bound > 0).collect();
    bounds.sort_by_key(|(bound, _)| Reverse(*bound));
    let (mut most, mut best) = (1, Vec::new());
    for (bound, place) in bounds {
        if bound < most {
            break;
        }
        let gain = table.gain(&[table.moves()[place].choice]);
        if gain > most {
            (most, best) = (gain, Vec::new());
        }
        if gain == most {
            best.push(place);
        }
    }
    let choice = |place: usize| table.moves()[place].choice;
    let best = best.into_iter().min_by_key(|place| (Reverse(similarity(&table.with(&[choice(*place)]))), *place));
    best.map(choice)
}

/// A field that can be reset to the official choice without a loss.
fn needless(table: &ObservationTable<'_>) -> Option<Deviation> {
    let back = table.dialect().deviations().map(|deviation| deviation.field().official());
    let free = back.filter(|choice| table.gain(&[*choice]) >= 0);
    free.max_by_key(|choice| similarity(&table.with(&[*choice])))
}

/// Breaks ties: among choices that explain the same observations, prefers those that one known implementation makes
/// together.
pub(super) fn break_ties(table: &mut ObservationTable<'_>) {
    while let Some((old, new)) = likelier(table) {
        table.make(old.field().official());
        table.make(new);
    }
}

/// A choice of the dialect, and an alternative that makes the dialect more similar to a known implementation.
fn likelier(table: &ObservationTable<'_>) -> Option<(Deviation, Deviation)> {
    let now = similarity(table.dialect());
    table.dialect().deviations().find_map(|old| {
        let is_likelier = |new: &Deviation| similarity(&table.with(&[old.field().official(), *new])) > now;
        table.shown(old).alternatives.into_iter().find(is_likelier).map(|new| (old, new))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::answer::CanonicalAnswer;
    use crate::infer::{Observation, Observed};
    use crate::input::Input;

    #[test]
    fn choices_that_are_not_needed_are_removed() {
        let input = Input::new("GET", "/a?x=1&x=2");
        let observed = Observed::Answer(CanonicalAnswer::canonical_request("GET&/a&x=12"));
        let observations = [Observation { input, observed }];
        let mut table = ObservationTable::new(&observations, Dialect::OFFICIAL);
        for choice in ["trailing_slash=kept", "plus=literal"] {
            table.make(choice.parse().unwrap());
        }
        hill_climb(&mut table, &mut || false);
        assert_eq!(table.dialect().to_string(), "repeat=concatenated");
        assert!(table.missed().is_empty());
    }
}
