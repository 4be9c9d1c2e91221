//! A small set of cases that is as strong as all of them.

use std::collections::HashSet;

use qsh_diagnose::Deviation;
use qsh_diagnose::dialect::Status;

use super::answers::{Answers, Groups};
use super::counts;
use crate::suite::case::{Case, Level, features};

/// A small set of cases with the strength of all of them, found by a greedy search. The cases keep their order. None
/// of them is open.
///
/// - It catches every mutant that the given cases catch, at the same strongest level.
/// - It distinguishes every two decided mutants that the given cases distinguish.
///
/// Of equally useful cases it takes the one with the fewest features, then the one with the shortest request.
///
/// # Examples
///
/// A fifth of the vectors is as strong as all of them:
///
/// ```
/// use qsh::mutants::{measure, smoke};
/// use qsh::suite::case::Level;
/// use qsh::suite::load::Vectors;
///
/// let vectors = Vectors::embedded()?;
/// let all: Vec<_> = vectors.cases().collect();
/// let few = smoke(&all);
/// assert!(5 * few.len() <= all.len());
/// assert!(few.iter().all(|case| case.level != Level::Open));
/// assert!(measure(&few).is_full());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn smoke<'v>(cases: &[&'v Case]) -> Vec<&'v Case> {
    let is_decided = |mutant: &Deviation| mutant.choice().status == Status::Decided;
    let mutants: Vec<Deviation> = Deviation::all().filter(is_decided).collect();
    let deciding = cases.iter().filter(|case| counts(case));
    let mut table: Vec<Answers<'v>> = deciding.map(|case| Answers::new(case, &mutants)).collect();
    // Of equals, the first is taken.
    table.sort_by_key(|answers| burden(answers.case));
    let aim = Aim::of(&table, mutants.len());
    let mut taken = Vec::new();
    aim.catch_all(&table, &mut taken);
    tell_all_apart(&table, mutants.len(), &mut taken);
    let taken = aim.without_redundant(taken);
    let ids: HashSet<&str> = taken.iter().map(|answers| answers.case.id.as_str()).collect();
    cases.iter().copied().filter(|case| ids.contains(case.id.as_str())).collect()
}

/// What a case needs of an implementation: the number of features, and the length of its request.
fn burden(case: &Case) -> (usize, usize) {
    let Some(input) = case.question.canonicalized() else { return (0, 0) };
    let base_url = input.base_url.as_ref().map_or(0, String::len);
    (features(input).len(), input.method.len() + base_url + input.length())
}

/// The strongest level at which each mutant is caught. `None` for a mutant that survives.
struct Aim(Vec<Option<Level>>);

impl Aim {
    fn of(table: &[Answers<'_>], mutants: usize) -> Self {
        let strongest = |mutant| table.iter().filter(|it| it.catches(mutant)).map(|answers| answers.case.level).min();
        Self((0..mutants).map(strongest).collect())
    }

    /// Whether a case catches a mutant at its strongest level.
    fn is_met_by(&self, answers: &Answers<'_>, mutant: usize) -> bool {
        answers.catches(mutant) && self.0[mutant] == Some(answers.case.level)
    }

    /// Adds cases until every mutant is caught. Each time it adds the case that catches most of the rest.
    fn catch_all<'t, 'v>(&self, table: &'t [Answers<'v>], taken: &mut Vec<&'t Answers<'v>>) {
        let mut free: HashSet<usize> = (0..self.0.len()).filter(|mutant| self.0[*mutant].is_some()).collect();
        while !free.is_empty() {
            let gain = |answers: &&Answers<'v>| free.iter().filter(|it| self.is_met_by(answers, **it)).count();
            let Some(best) = first_max(table.iter(), gain) else { return };
            free.retain(|mutant| !self.is_met_by(best, *mutant));
            taken.push(best);
        }
    }

    /// Removes redundant cases, the largest burden first.
    fn without_redundant<'t, 'v>(&self, mut taken: Vec<&'t Answers<'v>>) -> Vec<&'t Answers<'v>> {
        let mutants = self.0.len();
        let strength = |cases: &[&Answers<'v>]| {
            let is_caught = |mutant: &usize| cases.iter().any(|answers| self.is_met_by(answers, *mutant));
            ((0..mutants).filter(is_caught).count(), groups(mutants, cases.iter().copied()).count())
        };
        let all = strength(&taken);
        taken.sort_by_key(|answers| burden(answers.case));
        for index in (0..taken.len()).rev() {
            let without = taken.remove(index);
            if strength(&taken) != all {
                taken.insert(index, without);
            }
        }
        taken
    }
}

/// Adds cases until they distinguish all mutants that the table distinguishes. Each time it adds the case that makes
/// most groups.
fn tell_all_apart<'t, 'v>(table: &'t [Answers<'v>], mutants: usize, taken: &mut Vec<&'t Answers<'v>>) {
    let wanted = groups(mutants, table).count();
    let mut now = groups(mutants, taken.iter().copied());
    while now.count() < wanted {
        let after = |answers: &&Answers<'v>| {
            let mut after = now.clone();
            after.split(answers);
            after.count()
        };
        let Some(best) = first_max(table.iter(), after) else { return };
        now.split(best);
        taken.push(best);
    }
}

fn groups<'t, 'v: 't>(mutants: usize, answers: impl IntoIterator<Item = &'t Answers<'v>>) -> Groups {
    let mut groups = Groups::one(mutants);
    answers.into_iter().for_each(|answers| groups.split(answers));
    groups
}

/// The first item with the greatest key. `None` if there are no items.
fn first_max<T>(items: impl DoubleEndedIterator<Item = T>, key: impl FnMut(&T) -> usize) -> Option<T> {
    // `max_by_key` takes the last of equals.
    items.rev().max_by_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::{Strength, measure};
    use crate::suite::load::Vectors;

    /// The caught mutants with their levels, and the groups that are not distinguished.
    fn found(strength: &Strength<'_>) -> (Vec<(Deviation, Level)>, Vec<Vec<Deviation>>) {
        let caught = strength.mutants.iter().filter_map(|mutant| Some((mutant.deviation, mutant.level()?)));
        (caught.collect(), strength.alike.clone())
    }

    #[test]
    fn few_cases_find_what_all_of_them_find_whichever_they_are() {
        let vectors = Vectors::embedded().unwrap();
        for front in ["", "path/", "form/", "path/trailing-slash/", "shape/"] {
            let all: Vec<&Case> = vectors.cases().filter(|case| case.id.starts_with(front)).collect();
            let few = smoke(&all);
            assert!(few.len() < all.len(), "{front}");
            assert_eq!(found(&measure(&few)), found(&measure(&all)), "{front}");
        }
    }

    #[test]
    fn none_of_the_few_can_be_left_out() {
        let vectors = Vectors::embedded().unwrap();
        let few = smoke(&vectors.cases().collect::<Vec<_>>());
        let all = found(&measure(&few));
        for index in 0..few.len() {
            let mut fewer = few.clone();
            let without = fewer.remove(index);
            assert_ne!(found(&measure(&fewer)), all, "{} is not needed", without.id);
        }
    }

    /// Cases with these ids that ask for `/a/`, each with further members of its input.
    fn cases(inputs: &[(&str, &str)]) -> Vectors {
        let cases: Vec<String> = inputs
            .iter()
            .map(|(id, more)| {
                let qsh = qsh_hash::Qsh::of_canonical(b"GET&/a&");
                format!(
                    r#"{{"id":"{id}","summary":"s","clauses":["QSH-P7"],"level":"must","operation":"canonical_request",
                    "input":{{"method":"GET","url":"/a/"{more}}},"expect":{{"canonical_request":"GET&/a&","method":"GET",
                    "path":"/a","query":"","qsh":"{qsh}"}},"source":"x"}}"#
                )
            })
            .collect();
        let file = format!(r#"{{"format":"qsh-vectors","version":1,"cases":[{}]}}"#, cases.join(","));
        Vectors::parse("cases.json".as_ref(), file.as_bytes()).unwrap()
    }

    #[test]
    fn of_equals_the_one_with_the_fewest_features_and_then_the_shortest_is_taken() {
        let vectors = cases(&[
            ("a/form", r#","form":"""#),
            ("a/long", r#","base_url":"https://example.com""#),
            ("a/short", r#","base_url":"/""#),
            ("a/short-too", r#","base_url":"/""#),
        ]);
        let ids = |cases: &[&Case]| smoke(cases).iter().map(|case| case.id.clone()).collect::<Vec<_>>();
        let mut all: Vec<&Case> = vectors.cases().collect();
        assert_eq!(ids(&all), ["a/short"]);
        all.remove(2);
        assert_eq!(ids(&all), ["a/short-too"]);
        assert_eq!(ids(&all[..2]), ["a/long"]);
        assert_eq!(ids(&all[..1]), ["a/form"]);
    }

    #[test]
    fn what_catches_nothing_and_tells_nothing_apart_is_left_out() {
        let vectors = Vectors::embedded().unwrap();
        let verifies = |case: &&Case| case.question.canonicalized().is_none();
        let of_tokens: Vec<&Case> = vectors.cases().filter(verifies).collect();
        assert!(of_tokens.len() > 1_000);
        assert!(smoke(&of_tokens).is_empty());
    }
}
