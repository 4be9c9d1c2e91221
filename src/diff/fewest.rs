//! The fewest causes: a difference that needs several choices together is no cause of its own if each of the choices is
//! already shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A set of choices that were needed together, and how many differences needed them.
pub(super) type Needed<T> = (Vec<T>, u64);

/// For each set, the index of the set that it is counted under. A set that is a cause of its own has its own index.
///
/// A set is a cause of its own if it has one choice, or a choice that no smaller or more frequent cause has. So there
/// are never more causes than choices. Any other set is counted under the rarest cause among those that are part of it.
pub(super) fn fewest<T: Ord + Clone>(sets: &[Needed<T>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by_key(|place| (sets[*place].0.len(), Reverse(sets[*place].1), &sets[*place].0));
    let (mut shown, mut causes): (BTreeSet<&T>, Vec<usize>) = (BTreeSet::new(), Vec::new());
    for place in order {
        let choices = &sets[place].0;
        if choices.len() < 2 || choices.iter().any(|choice| !shown.contains(choice)) {
            shown.extend(choices);
            causes.push(place);
        }
    }
    let under = |place: usize| {
        let choices = &sets[place].0;
        let shared = |cause: &usize| sets[*cause].0.iter().filter(|choice| choices.contains(choice)).count();
        let is_part = |cause: &usize| shared(cause) == sets[*cause].0.len();
        let best = causes.iter().filter(|cause| shared(cause) > 0);
        best.min_by_key(|cause| (!is_part(cause), sets[**cause].1, **cause)).copied().unwrap_or(place)
    };
    (0..sets.len()).map(|place| if causes.contains(&place) { place } else { under(place) }).collect()
}

/// Counts differences under the fewest causes. The differences of two sets are joined with `join`.
pub(super) fn joined<T: Ord + Clone, D>(found: Vec<(Needed<T>, D)>, join: impl Fn(&mut D, D)) -> Vec<(Vec<T>, D)> {
    let (sets, differences): (Vec<Needed<T>>, Vec<D>) = found.into_iter().unzip();
    let under = fewest(&sets);
    let (mut causes, mut parts): (BTreeMap<usize, D>, Vec<(usize, D)>) = (BTreeMap::new(), Vec::new());
    for (place, difference) in differences.into_iter().enumerate() {
        if under[place] == place {
            causes.insert(place, difference);
        } else {
            parts.push((under[place], difference));
        }
    }
    for (place, part) in parts {
        causes.entry(place).and_modify(|cause| join(cause, part));
    }
    let mut sets = sets;
    causes.into_iter().map(|(place, it)| (std::mem::take(&mut sets[place].0), it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(sets: &[(&str, u64)]) -> Vec<usize> {
        let sets: Vec<Needed<char>> = sets.iter().map(|(choices, count)| (choices.chars().collect(), *count)).collect();
        fewest(&sets)
    }

    #[test]
    fn choices_that_show_alone_make_no_further_cause() {
        assert_eq!(under(&[("a", 9), ("b", 5), ("ab", 3)]), [0, 1, 1]);
        assert_eq!(under(&[("abc", 1), ("a", 9), ("b", 5), ("c", 7)]), [2, 1, 2, 3]);
    }

    #[test]
    fn a_choice_that_never_shows_alone_makes_one_cause() {
        assert_eq!(under(&[("a", 9), ("ab", 3), ("bc", 2), ("c", 9), ("abc", 1)]), [0, 1, 3, 3, 1]);
        // The larger set is seen only with the pair's choice.
        assert_eq!(under(&[("ab", 3), ("abc", 9)]), [0, 1]);
    }

    #[test]
    fn there_are_never_more_causes_than_choices() {
        let pairs = ["ab", "ac", "ad", "bc", "bd", "cd"].map(|pair| (pair, 1));
        let under = under(&pairs);
        let causes = under.iter().enumerate().filter(|(place, under)| place == *under).count();
        assert_eq!((causes, under), (3, vec![0, 1, 2, 0, 0, 1]));
    }

    #[test]
    fn counts_are_kept() {
        let found = [("a", 9), ("b", 5), ("ab", 3)].map(|(choices, count)| ((choices.chars().collect(), count), count));
        let joined = joined(found.into(), |cause, part| *cause += part);
        assert_eq!(joined, [(vec!['a'], 9), (vec!['b'], 8)]);
    }
}
