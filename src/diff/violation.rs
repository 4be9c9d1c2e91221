//! Violated relations: pairs of requests whose hashes contradict their meaning.

use std::collections::BTreeMap;

use qsh_diagnose::{Deviation, Dialect, Input, canonicalize_with};
use serde::{Deserialize, Serialize};

use super::attribution::Attribution;
use super::compare::agree;
use super::fewest::{Needed, joined};
use super::relation::{Relation, means_the_same, parts_apart};
use crate::suite::outcome::Outcome;

/// The contradiction between the hashes of two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "two hashes are equal, or they differ")]
pub enum Wrong {
    /// The requests mean different things and have one hash. A token for one is valid for the other.
    Collision,
    /// The requests mean the same and have two hashes. A token for one is not valid for the other.
    Split,
}

/// Violations by one implementation that have one cause.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Violation {
    /// The index of the implementation.
    pub peer: usize,
    /// The contradiction.
    pub wrong: Wrong,
    /// How the example's second request was made from the first.
    pub relation: Relation,
    /// The parts in which the requests of a collision differ, such as `path and query`. Empty for a split.
    pub parts: String,
    /// The choices of its dialect that cause it. `None` if no dialect explains it.
    pub cause: Option<Vec<Deviation>>,
    /// Whether all of those choices are described.
    pub is_described: bool,
    /// How many pairs showed it.
    pub count: u64,
    /// A small pair that shows it.
    pub example: [Input; 2],
    /// The outcome for each of the two requests.
    pub outcomes: [Outcome; 2],
}

/// The key of violations that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) peer: usize,
    pub(super) wrong: Wrong,
    /// The relation, if no dialect explains the violation.
    relation: Option<Relation>,
    parts: String,
    cause: Vec<String>,
}

/// How many unexplained pairs are kept for each way. A dialect that is inferred later may explain them.
const KEPT: usize = 16;

/// The violations that were found.
#[derive(Default)]
pub(super) struct Ledger {
    explained: BTreeMap<Way, Violation>,
    unexplained: BTreeMap<Way, (u64, Vec<Violation>)>,
}

/// Two related requests, and one implementation's outcomes.
#[derive(Clone, Copy)]
pub(super) struct Pair<'p> {
    pub(super) relation: Relation,
    pub(super) inputs: [&'p Input; 2],
    pub(super) outcomes: [&'p Outcome; 2],
}

impl Ledger {
    /// Records the outcomes of a pair. Returns whether they show a new violation. The first dialect is the described
    /// one.
    pub(super) fn take(&mut self, peer: usize, pair: Pair<'_>, dialects: &[Dialect]) -> bool {
        let Some((way, cause)) = way(peer, pair, dialects) else { return false };
        let is_described = |cause: &[Deviation]| cause.iter().all(|it| it.field().choice_of(&dialects[0]) == *it);
        let violation = Violation {
            peer,
            wrong: way.wrong,
            relation: pair.relation,
            parts: way.parts.clone(),
            is_described: cause.as_deref().is_some_and(is_described),
            cause,
            count: 1,
            example: pair.inputs.map(Clone::clone),
            outcomes: pair.outcomes.map(Clone::clone),
        };
        if violation.cause.is_some() {
            return self.explain(way, violation);
        }
        let (count, kept) = self.unexplained.entry(way).or_default();
        *count += 1;
        if kept.len() < KEPT {
            kept.push(violation);
        }
        *count == 1
    }

    /// The number of violations so far.
    pub(super) fn kept(&self) -> usize {
        self.explained.len() + self.unexplained.len()
    }

    fn explain(&mut self, way: Way, violation: Violation) -> bool {
        let length = |it: &Violation| it.example.iter().map(Input::length).sum::<usize>();
        let Some(known) = self.explained.get_mut(&way) else {
            self.explained.insert(way, violation);
            return true;
        };
        known.count += violation.count;
        if length(&violation) < length(known) {
            *known = Violation { count: known.count, ..violation };
        }
        false
    }

    /// All violations, in this order: collisions before splits, undescribed ones before described ones, unexplained
    /// ones before explained ones.
    pub(super) fn finish(mut self, attribution: &Attribution) -> Vec<(Way, Violation)> {
        let mut found: Vec<(Way, Violation)> = Vec::new();
        for (old, (count, kept)) in std::mem::take(&mut self.unexplained) {
            let (mut left, mut explained_by, mut unexplained) = (None, None, count);
            for it in kept {
                let pair =
                    Pair { relation: it.relation, inputs: it.example.each_ref(), outcomes: it.outcomes.each_ref() };
                // A dialect that was inferred later may explain the pair.
                match way(it.peer, pair, attribution.dialects(it.peer)) {
                    Some((way, Some(_))) => {
                        self.take(it.peer, pair, attribution.dialects(it.peer));
                        unexplained -= 1;
                        explained_by.get_or_insert(way);
                    }
                    _ => {
                        left.get_or_insert(it);
                    }
                }
            }
            match (left, explained_by.and_then(|way| self.explained.get_mut(&way))) {
                (Some(left), _) => found.push((old, Violation { count: unexplained, ..left })),
                // Pairs that were counted but not kept are attributed to the cause of the kept ones.
                (None, Some(explained)) => explained.count += unexplained,
                (None, None) => {}
            }
        }
        found.extend(fewest(self.explained));
        found.sort_by_key(|(way, it)| {
            (way.wrong, it.is_described, it.cause.is_some(), !way.parts.contains("and"), std::cmp::Reverse(it.count))
        });
        found
    }
}

/// The fewest violations. If each of several choices already violates a relation in the same manner, a violation that
/// needs them together is counted under one of them.
fn fewest(explained: BTreeMap<Way, Violation>) -> impl Iterator<Item = (Way, Violation)> {
    type Of = (Needed<String>, (Way, Violation));
    let mut by_peer: BTreeMap<(usize, Wrong), Vec<Of>> = BTreeMap::new();
    for (way, violation) in explained {
        let needed = (way.cause.clone(), violation.count);
        by_peer.entry((way.peer, way.wrong)).or_default().push((needed, (way, violation)));
    }
    let join = |violation: &mut (Way, Violation), part: (Way, Violation)| violation.1.count += part.1.count;
    by_peer.into_values().flat_map(move |found| joined(found, join)).map(|(_, violation)| violation)
}

/// The way in which a pair violates its relation, with the choices that cause it. `None` if there is no violation. A
/// refused request has no hash and violates no relation.
pub(super) fn way(peer: usize, pair: Pair<'_>, dialects: &[Dialect]) -> Option<(Way, Option<Vec<Deviation>>)> {
    let [Outcome::Ok(_), Outcome::Ok(_)] = pair.outcomes else { return None };
    let is_one = agree(pair.outcomes[0], pair.outcomes[1]);
    let wrong = match (is_one, means_the_same(pair.inputs[0], pair.inputs[1])) {
        (true, false) => Wrong::Collision,
        (false, true) => Wrong::Split,
        _ => return None,
    };
    let is_of = |dialect: &&Dialect| {
        let mut both = pair.inputs.into_iter().zip(pair.outcomes);
        both.all(|(input, outcome)| outcome.observation(input).is_some_and(|it| it.is_of(dialect)))
    };
    let cause = dialects.iter().find(is_of).map(|dialect| cause(pair.inputs, dialect, is_one));
    let names = cause.iter().flatten().map(ToString::to_string).collect();
    let parts = parts_apart(pair.inputs[0], pair.inputs[1]);
    Some((Way { peer, wrong, parts, relation: cause.is_none().then_some(pair.relation), cause: names }, cause))
}

/// The smallest set of choices found in a dialect that causes the violation.
fn cause(inputs: [&Input; 2], dialect: &Dialect, is_one: bool) -> Vec<Deviation> {
    let shows = |choices: &[Deviation]| {
        let dialect = choices.iter().copied().fold(Dialect::OFFICIAL, Dialect::with);
        let canonical = |it: &Input| Some(canonicalize_with(it.source().ok()?, &dialect).ok()?.as_bytes().to_vec());
        let [one, other] = inputs.map(canonical);
        one.is_some() && other.is_some() && (one == other) == is_one
    };
    let all: Vec<Deviation> = dialect.deviations().collect();
    if let Some(single) = all.iter().find(|choice| shows(&[**choice])) {
        return vec![*single];
    }
    all.iter().fold(all.clone(), |needed, choice| {
        let without: Vec<Deviation> = needed.iter().copied().filter(|it| it != choice).collect();
        if shows(&without) { without } else { needed }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::outcome::Answer;

    fn taken(urls: [&str; 2], answers: [&str; 2], dialect: &str) -> Option<(Wrong, Option<String>)> {
        let inputs = urls.map(|url| Input::new("GET", url));
        let outcomes = answers.map(|text| Outcome::Ok(Answer::canonical_request(text)));
        let dialect = dialect.split_whitespace().map(|it| it.parse().unwrap()).fold(Dialect::OFFICIAL, Dialect::with);
        let pair = Pair { relation: Relation::Sign, inputs: inputs.each_ref(), outcomes: outcomes.each_ref() };
        let (way, cause) = way(0, pair, &[dialect])?;
        Some((way.wrong, cause.map(|it| it.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))))
    }

    #[test]
    fn one_hash_of_two_meanings_is_a_collision() {
        let urls = ["/a;b&c=1&d=2", "/a;b?c=1&d=2&"];
        let python = "trailing_slash=all path_parameters=split_off part_join=second_omitted";
        assert_eq!(
            taken(["/a;b&c=1?d=2", "/a;b?c=1&d=2"], ["GET&/a;b&c=1&d=2"; 2], python),
            Some((Wrong::Collision, Some("path_parameters=split_off".to_owned())))
        );
        assert_eq!(taken(urls, ["GET&/a;b%26c=1%26d=2&", "GET&/a;b&c=1&d=2"], ""), None);
        assert_eq!(taken(["/a", "/b"], ["GET&/&"; 2], ""), Some((Wrong::Collision, None)));
    }

    #[test]
    fn two_hashes_of_one_meaning_are_a_split() {
        assert_eq!(
            taken(["/?b=1&a=2", "/?a=2&b=1"], ["GET&/&b=1&a=2", "GET&/&a=2&b=1"], "name_order=as_given space=plus"),
            Some((Wrong::Split, Some("name_order=as_given".to_owned())))
        );
        assert_eq!(taken(["/?b=1&a=2", "/?a=2&b=1"], ["GET&/&a=2&b=1"; 2], ""), None);
    }

    #[test]
    fn refused_requests_violate_nothing() {
        let inputs = [Input::new("GET", "/a"), Input::new("GET", "/b")];
        let fault = Outcome::Fault { kind: "E".to_owned(), message: String::new() };
        let pair = Pair { relation: Relation::Sign, inputs: inputs.each_ref(), outcomes: [&fault, &fault] };
        assert!(way(0, pair, &[Dialect::OFFICIAL]).is_none());
    }
}
