//! The greedy search from the official dialect to the one that explains the most observations.

use std::cmp::Reverse;

use super::combinations::{best_pair, best_set};
use super::sheet::Sheet;
use super::similarity::similarity;
use crate::qsh::Deviation;

/// Changes the dialect as long as that explains more observations, then removes choices that are not needed.
pub(super) fn hill_climb(sheet: &mut Sheet<'_>) {
    loop {
        let steps = match best_move(sheet) {
            Some(choice) => vec![choice],
            None => best_pair(sheet).map_or_else(Vec::new, Vec::from),
        };
        // Removing a choice can make another change useful.
        let steps = if steps.is_empty() { needless(sheet).into_iter().collect() } else { steps };
        let steps = if steps.is_empty() { best_set(sheet) } else { steps };
        if steps.is_empty() {
            return;
        }
        steps.into_iter().for_each(|choice| sheet.make(choice));
    }
}

/// The single choice with the highest gain, if any choice has a gain above zero.
fn best_move(sheet: &Sheet<'_>) -> Option<Deviation> {
    let bounds = sheet.moves().iter().enumerate().map(|(place, step)| (sheet.bound(step), place));
    let mut bounds: Vec<(isize, usize)> = bounds.filter(|(bound, _)| *bound > 0).collect();
    bounds.sort_by_key(|(bound, _)| Reverse(*bound));
    let (mut most, mut best) = (1, Vec::new());
    for (bound, place) in bounds {
        if bound < most {
            break;
        }
        let gain = sheet.gain(&[sheet.moves()[place].choice]);
        if gain > most {
            (most, best) = (gain, Vec::new());
        }
        if gain == most {
            best.push(place);
        }
    }
    let choice = |place: usize| sheet.moves()[place].choice;
    let best = best.into_iter().min_by_key(|place| (Reverse(similarity(&sheet.with(&[choice(*place)]))), *place));
    best.map(choice)
}

/// The official choice of a field whose deviation explains nothing.
fn needless(sheet: &Sheet<'_>) -> Option<Deviation> {
    let back = sheet.dialect().deviations().map(|deviation| deviation.field().official());
    let free = back.filter(|choice| sheet.gain(&[*choice]) >= 0);
    free.max_by_key(|choice| similarity(&sheet.with(&[*choice])))
}

/// Breaks ties: of choices that explain the same observations, takes those that a known implementation makes together.
pub(super) fn break_ties(sheet: &mut Sheet<'_>) {
    while let Some((old, new)) = likelier(sheet) {
        sheet.make(old.field().official());
        sheet.make(new);
    }
}

/// A choice of the dialect, and an alternative that makes the dialect more similar to a known implementation.
fn likelier(sheet: &Sheet<'_>) -> Option<(Deviation, Deviation)> {
    let now = similarity(sheet.dialect());
    sheet.dialect().deviations().find_map(|old| {
        let is_likelier = |new: &Deviation| similarity(&sheet.with(&[old.field().official(), *new])) > now;
        sheet.shown(old).alternatives.into_iter().find(is_likelier).map(|new| (old, new))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::portrait::{Observation, Observed};
    use crate::suite::case::Input;
    use crate::suite::outcome::Answer;

    #[test]
    fn choices_that_are_not_needed_are_removed() {
        let input = Input::new("GET", "/a?x=1&x=2");
        let observed = Observed::Answer(Answer::canonical_request("GET&/a&x=12"));
        let observations = [Observation { input, observed }];
        let mut sheet = Sheet::new(&observations);
        for choice in ["trailing_slash=kept", "plus=literal"] {
            sheet.make(choice.parse().unwrap());
        }
        hill_climb(&mut sheet);
        assert_eq!(sheet.dialect().to_string(), "repeat=concatenated");
        assert!(sheet.missed().is_empty());
    }
}
