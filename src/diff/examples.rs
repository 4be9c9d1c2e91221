//! Shrunk examples of clusters and violations.

use std::cmp::Reverse;

use qsh_diagnose::Input;
use qsh_diagnose::dialect::Field;

use super::attribution::{Attribution, Example, Found, LOOKED_INTO, differing};
use super::batch::Batch;
use super::cause::{Cause, Difference};
use super::clauses::concerning;
use super::comparison::Cluster;
use super::setup::Profile;
use super::shape::shape;
use super::shrink::{shrink, shrink_pair};
use super::violation::{Pair, Violation, Way, way};
use super::worker::Workers;
use crate::suite::outcome::Outcome;

/// How many examples of a described exception are shrunk at least, to show that they are described.
const DESCRIBED_LOOKED_INTO: usize = 8;
/// How many examples of an exception are sorted into described ones and others.
const SORTED: usize = 256;

/// The differences of one cause, with the examples that are to be shrunk.
pub(super) struct Candidate {
    cause: Cause,
    is_described: bool,
    count: u64,
    /// The choices that no other cause shows. They are the reason why this is a cause of its own.
    own: Vec<Difference>,
    /// The examples that are not shrunk yet, the next one last.
    left: Vec<Example>,
    /// The shrunk examples, one of each kind.
    kinds: Vec<Kind>,
}

/// The causes whose examples are to be shrunk. If the time does not suffice, the examples of the news are smaller.
pub(super) fn candidates(
    found: Vec<(Cause, Found)>,
    profiles: &[Profile],
    attribution: &Attribution,
) -> Vec<Candidate> {
    let shown: Vec<Difference> = found.iter().flat_map(|(cause, _)| choices(cause)).cloned().collect();
    let is_own = |choice: &&Difference| shown.iter().filter(|it| it == choice).count() == 1;
    let candidate = |(cause, Found { count, examples }): (Cause, Found)| {
        let mut left = looked_into(&cause, examples, profiles);
        left.reverse();
        let is_described = is_described(&cause, profiles, attribution);
        let own = choices(&cause).iter().filter(is_own).cloned().collect();
        Candidate { cause, is_described, count, own, left, kinds: Vec::new() }
    };
    let mut candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
    candidates.sort_by_key(|it| (it.is_described, matches!(it.cause, Cause::Dialects(_))));
    candidates
}

impl Candidate {
    /// Shrinks the next example.
    pub(super) fn shrink_next(&mut self, profiles: &[Profile], attribution: &Attribution, workers: &mut Workers<'_>) {
        let Some(example) = self.left.pop() else { return };
        let example = self.smallest(example, attribution, workers);
        self.is_described = is_described(&self.cause, profiles, attribution);
        let mut kind = Kind::of(example, &self.cause, profiles);
        // Without the time to shrink it, only a description tells that it is of another kind.
        let is_unclear = workers.is_over();
        // Nearly every clause concerns a long request. Only a shrunk one tells that such exceptions are described.
        kind.is_described &= !is_unclear || self.kinds.iter().any(|other| other.is_described);
        let is_one =
            |other: &&mut Kind| other.is_described == kind.is_described && (is_unclear || other.is_alike(&kind));
        match self.kinds.iter_mut().find(is_one) {
            Some(other) => other.add(kind),
            None => self.kinds.push(kind),
        }
    }

    /// Shrinks all other examples, as long as there is time.
    pub(super) fn shrink_all(&mut self, profiles: &[Profile], attribution: &Attribution, workers: &mut Workers<'_>) {
        while !self.left.is_empty() && !workers.is_over() {
            self.shrink_next(profiles, attribution, workers);
        }
    }

    /// The smallest request with this cause, with all outcomes. A part of the choices is enough if it has all of their own:
    /// that part becomes the cause.
    fn smallest(&mut self, example: Example, attribution: &Attribution, workers: &mut Workers<'_>) -> Example {
        let Example { input, outcomes: mut last, pair } = example;
        let (cause, own) = (self.cause.clone(), &self.own);
        let is_part = |found: &Cause| {
            let has = |choice: &Difference| choices(found).contains(choice);
            !own.is_empty() && own.iter().all(has) && choices(found).iter().all(|it| choices(&cause).contains(it))
        };
        let mut part = cause.clone();
        let input = shrink(input, |smaller| {
            let rows = workers.rows(Batch::of_requests(smaller.to_vec()))?;
            let cause_of = |input: &Input, row: &[Outcome]| {
                let causes = differing(row).into_iter().flat_map(|pair| attribution.causes(input, row, pair));
                causes.map(|(found, _)| found).find(|found| *found == cause || is_part(found))
            };
            let mut found = smaller.iter().zip(&rows).map(|(input, row)| cause_of(input, row));
            let place = found.position(|found| found.map(|found| part = found).is_some())?;
            last = rows.into_iter().nth(place).unwrap_or_default();
            Some(place)
        });
        self.cause = part;
        Example { input, outcomes: last, pair }
    }

    /// One cluster for each kind. A single kind represents all differences of its cause. With several kinds, the count of
    /// each is not known.
    fn into_clusters(self) -> impl Iterator<Item = Cluster> {
        let is_one = self.kinds.len() == 1;
        self.kinds.into_iter().map(move |kind| Cluster {
            cause: self.cause.clone(),
            is_described: kind.is_described || self.is_described,
            count: if is_one { self.count } else { kind.count },
            example: kind.example.input,
            outcomes: kind.example.outcomes,
        })
    }
}

/// The clusters of all causes, the news first.
pub(super) fn clusters(candidates: Vec<Candidate>) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = candidates.into_iter().flat_map(Candidate::into_clusters).collect();
    clusters.sort_by_key(|it| (it.is_described, matches!(it.cause, Cause::Dialects(_)), Reverse(it.count)));
    clusters
}

/// The examples of a cause to shrink. If some are of a described exception, those that are not come first.
fn looked_into(cause: &Cause, examples: Vec<Example>, profiles: &[Profile]) -> Vec<Example> {
    if examples.iter().any(|example| example.outcomes.iter().any(Outcome::is_breach)) {
        return examples.into_iter().take(1).collect();
    }
    let (described, mut others): (Vec<Example>, Vec<Example>) =
        examples.into_iter().take(SORTED).partition(|example| is_described_fault(cause, example, profiles));
    others.truncate(LOOKED_INTO);
    others.extend(described.into_iter().take(DESCRIBED_LOOKED_INTO));
    others
}

/// Shrunk examples of one kind.
struct Kind {
    example: Example,
    count: u64,
    shape: String,
    /// The message of an exception, without what it quotes.
    message: Option<String>,
    /// Whether the example is a described exception.
    is_described: bool,
}

impl Kind {
    fn of(example: Example, cause: &Cause, profiles: &[Profile]) -> Self {
        let is_described = is_described_fault(cause, &example, profiles);
        let message = match (cause, &example.outcomes[..]) {
            (Cause::Unexplained { peer, .. }, outcomes) => unquoted_message(&outcomes[*peer]),
            _ => None,
        };
        Self { count: 1, shape: shape(&example.input), message, is_described, example }
    }

    /// Whether two examples of a cause are of one kind, if both are described or none is. All described exceptions of a
    /// type are.
    fn is_alike(&self, other: &Self) -> bool {
        let has_one_message = self.message.is_some() && self.message == other.message;
        self.is_described || self.shape == other.shape || has_one_message
    }

    /// Counts another example of the kind, and keeps the smaller one.
    fn add(&mut self, other: Self) {
        let count = self.count + other.count;
        if other.example.input.length() < self.example.input.length() {
            *self = other;
        }
        self.count = count;
    }
}

/// The message of an exception, without the parts in quotes, which are often parts of the request. `None` if nothing is
/// left, or if the outcome is no exception.
fn unquoted_message(outcome: &Outcome) -> Option<String> {
    let Outcome::Fault { message, .. } = outcome else { return None };
    let unquoted: String = message.split('"').step_by(2).collect();
    Some(unquoted).filter(|text| text.contains(char::is_alphabetic))
}

/// Whether an example is an exception that is described for a clause that concerns its request.
fn is_described_fault(cause: &Cause, example: &Example, profiles: &[Profile]) -> bool {
    let Cause::Unexplained { peer, .. } = cause else { return false };
    let Outcome::Fault { kind, .. } = &example.outcomes[*peer] else { return false };
    let faults = &profiles[*peer].faults;
    faults.each().any(|(described, _)| described == kind)
        && faults.describes(kind, &concerning(&example.input).into_iter().collect::<Vec<_>>())
}

/// Whether a cause is described: in each of its fields, every implementation makes the described choice. A choice that
/// the specification allows counts as described.
fn is_described(cause: &Cause, profiles: &[Profile], attribution: &Attribution) -> bool {
    let is_as_described = |field: &'static Field| {
        let all = profiles.iter().enumerate();
        all.map(|(place, peer)| (field.choice_of(&peer.described), field.choice_of(attribution.dialect(place))))
            .all(|(described, found)| described == found)
    };
    match cause {
        Cause::Unexplained { .. } => false,
        Cause::Dialects(differences) => {
            differences.iter().all(|it| it.is_allowed() || is_as_described(it.choice.field()))
        }
    }
}

/// The choices of a cause. None if no choice explains it.
fn choices(cause: &Cause) -> &[Difference] {
    match cause {
        Cause::Dialects(differences) => differences,
        Cause::Unexplained { .. } => &[],
    }
}

/// The violation with the smallest pair.
pub(super) fn smallest_pair(
    (way, violation): (Way, Violation),
    attribution: &Attribution,
    workers: &mut Workers<'_>,
) -> Violation {
    let peer = violation.peer;
    let mut outcomes = violation.outcomes;
    let example = shrink_pair(violation.example, |smaller| {
        let inputs: Vec<Input> = smaller.iter().flatten().cloned().collect();
        let answers = workers.outcomes(peer, Batch::of_requests(inputs))?;
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
