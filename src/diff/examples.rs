//! Shrunk examples of clusters and violations.

use std::cmp::Reverse;

use qsh_diagnose::Input;
use qsh_diagnose::dialect::Field;

use super::attribution::{Attribution, Example, Found, differing};
use super::cause::Cause;
use super::compare::kind_of_fault;
use super::comparison::Cluster;
use super::setup::{Peer, Watch};
use super::shrink::{shrink, shrink_pair};
use super::violation::{Pair, Violation, Way, way};
use super::worker::{ask, rows};
use crate::suite::outcome::Outcome;

/// The maximum number of differences of one unexplained kind that are shrunk. Those with the same smallest request form
/// one cluster.
///
/// Only one is shrunk if the kind is described. Only one is shrunk if an implementation does not answer, too, because
/// each question then takes the whole timeout.
const LOOKED_INTO: usize = 32;

/// Makes clusters with shrunk examples.
pub(super) fn clusters(
    found: Vec<(Cause, Found)>,
    peers: &mut [Peer],
    attribution: &Attribution,
    watch: &mut dyn Watch,
) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (cause, Found { count, examples }) in found {
        let is_described = is_described(&cause, peers, attribution);
        let mut small: Vec<(Example, u64)> = Vec::new();
        let is_silence = examples.iter().any(|example| example.outcomes.iter().any(Outcome::is_breach));
        let is_one_enough = is_silence || is_described;
        for example in examples.into_iter().take(if is_one_enough { 1 } else { LOOKED_INTO }) {
            let example = smallest(&cause, example, peers, attribution, watch);
            match small.iter_mut().find(|(other, _)| other.input == example.input) {
                Some((_, count)) => *count += 1,
                None => small.push((example, 1)),
            }
        }
        // A single example represents all differences of its cause. With several examples, the count of each is not
        // known.
        let is_one = small.len() == 1;
        clusters.extend(small.into_iter().map(|(Example { input, outcomes, .. }, like_it)| Cluster {
            cause: cause.clone(),
            is_described,
            count: if is_one { count } else { like_it },
            example: input,
            outcomes,
        }));
    }
    clusters.sort_by_key(|it| (it.is_described, matches!(it.cause, Cause::Dialects(_)), Reverse(it.count)));
    clusters
}

/// Whether a cause is described: in each of its fields, every implementation makes the described choice. A choice that
/// the specification allows counts as described.
fn is_described(cause: &Cause, peers: &[Peer], attribution: &Attribution) -> bool {
    let is_as_described = |field: &'static Field| {
        let all = peers.iter().enumerate();
        all.map(|(place, peer)| (field.choice_of(&peer.described), field.choice_of(attribution.dialect(place))))
            .all(|(described, found)| described == found)
    };
    match cause {
        Cause::Unexplained { peer, what } => peers[*peer].faults.keys().any(|kind| *what == kind_of_fault(kind)),
        Cause::Dialects(differences) => {
            differences.iter().all(|it| it.is_allowed() || is_as_described(it.choice.field()))
        }
    }
}

/// The smallest request with this cause, with all outcomes.
fn smallest(
    cause: &Cause,
    example: Example,
    peers: &mut [Peer],
    attribution: &Attribution,
    watch: &mut dyn Watch,
) -> Example {
    let Example { input, outcomes: mut last, pair } = example;
    let input = shrink(input, |smaller| {
        if watch.is_enough() {
            return None;
        }
        let rows = rows(peers.iter_mut().map(|peer| ask(peer.adapter.as_mut(), smaller)), smaller.len());
        let has_cause = |input: &Input, row: &[Outcome]| {
            let mut causes = differing(row).into_iter().flat_map(|pair| attribution.causes(input, row, pair));
            causes.any(|(it, _)| it == *cause)
        };
        let place = smaller.iter().zip(&rows).position(|(input, row)| has_cause(input, row))?;
        last = rows.into_iter().nth(place).unwrap_or_default();
        Some(place)
    });
    Example { input, outcomes: last, pair }
}

/// The violation with the smallest pair.
pub(super) fn smallest_pair(
    (way, violation): (Way, Violation),
    peers: &mut [Peer],
    attribution: &Attribution,
    watch: &mut dyn Watch,
) -> Violation {
    let peer = violation.peer;
    let mut outcomes = violation.outcomes;
    let example = shrink_pair(violation.example, |smaller| {
        if watch.is_enough() {
            return None;
        }
        let inputs: Vec<Input> = smaller.iter().flatten().cloned().collect();
        let answers = ask(peers[peer].adapter.as_mut(), &inputs);
        let is_taken_so = |(pair, answers): (&[Input; 2], &[Outcome])| {
            let pair =
                Pair { relation: violation.relation, inputs: pair.each_ref(), outcomes: [&answers[0], &answers[1]] };
            self::way(peer, pair, attribution.dialects(peer)).is_some_and(|(found, _)| found == way)
        };
        let place = smaller.iter().zip(answers.chunks(2)).position(is_taken_so)?;
        outcomes = [answers[2 * place].clone(), answers[2 * place + 1].clone()];
        Some(place)
    });
    Violation { example, outcomes, ..violation }
}
