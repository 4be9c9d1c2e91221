//! The way from the official dialect to the one that meets the most observations.

use std::cmp::Reverse;

use super::deeper::best_set;
use super::pairs::best_pair;
use super::sheet::Sheet;
use crate::diagnose::implementations;
use crate::qsh::{Deviation, Dialect};

/// Makes choices as long as they meet more observations, and takes back those that are not needed.
pub(super) fn climb(sheet: &mut Sheet<'_>) {
    loop {
        let steps = match best_move(sheet) {
            Some(choice) => vec![choice],
            None => best_pair(sheet).map_or_else(Vec::new, Vec::from),
        };
        // What is taken back may open another way up.
        let steps = if steps.is_empty() { needless(sheet).into_iter().collect() } else { steps };
        let steps = if steps.is_empty() { best_set(sheet) } else { steps };
        if steps.is_empty() {
            return;
        }
        steps.into_iter().for_each(|choice| sheet.make(choice));
    }
}

/// The choice that meets the most observations more; nothing, where none does.
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
    let best = best.into_iter().min_by_key(|place| (Reverse(kinship(&sheet.with(&[choice(*place)]))), *place));
    best.map(choice)
}

/// The official choice for a field in which the dialect deviates for nothing.
fn needless(sheet: &Sheet<'_>) -> Option<Deviation> {
    let back = sheet.dialect().deviations().map(|deviation| deviation.field().official());
    let free = back.filter(|choice| sheet.gain(&[*choice]) >= 0);
    free.max_by_key(|choice| kinship(&sheet.with(&[*choice])))
}

/// Of choices that the observations cannot tell apart, makes those that a known implementation makes together.
pub(super) fn settle(sheet: &mut Sheet<'_>) {
    while let Some((old, new)) = kinder(sheet) {
        sheet.make(old.field().official());
        sheet.make(new);
    }
}

/// A choice of the dialect, and one that could stand in its place and goes better with the others.
fn kinder(sheet: &Sheet<'_>) -> Option<(Deviation, Deviation)> {
    let now = kinship(sheet.dialect());
    sheet.dialect().deviations().find_map(|old| {
        let goes_better = |new: &Deviation| kinship(&sheet.with(&[old.field().official(), *new])) > now;
        sheet.shown(old).alternatives.into_iter().find(goes_better).map(|new| (old, new))
    })
}

/// What the likeliest of several dialects has the most of: choices that one implementation is known to make, all of
/// them, and then implementations that make any of its choices.
pub(super) fn kinship(dialect: &Dialect) -> (usize, usize) {
    let seen_in = || dialect.deviations().map(|choice| choice.choice().seen_in);
    let made_by = |name: &str| seen_in().filter(|names| names.contains(&name)).count();
    (implementations().into_iter().map(made_by).max().unwrap_or(0), seen_in().map(<[_]>::len).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::portrait::{Observation, Observed};
    use crate::suite::case::Input;
    use crate::suite::outcome::Answer;

    #[test]
    fn choices_that_are_not_needed_are_taken_back() {
        let input = Input::new("GET", "/a?x=1&x=2");
        let observed = Observed::Answer(Answer::canonical_request("GET&/a&x=12"));
        let observations = [Observation { input, observed }];
        let mut sheet = Sheet::new(&observations);
        for choice in ["trailing_slash=kept", "plus=literal"] {
            sheet.make(choice.parse().unwrap());
        }
        climb(&mut sheet);
        assert_eq!(sheet.dialect().to_string(), "repeat=concatenated");
        assert!(sheet.missed().is_empty());
    }
}
