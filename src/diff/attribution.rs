//! Attributes differences to causes, and infers dialects while it does so.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::{Dialect, Input};

use super::cause::{Cause, Difference, PeerOutcome, causes};
use super::compare::agree;
use super::dialect_model::DialectModel;
use crate::suite::outcome::Outcome;

/// The number of unexplained differences that start the first inference. Each later inference needs four times as many.
const FIRST_INFERENCE: usize = 64;
/// The maximum number of similar unexplained differences that are kept.
const ALIKE: usize = 8;
/// The maximum number of dissimilar unexplained differences of one kind that count as new. Later ones are not mutated.
const NEW_OF_A_KIND: usize = 16;
/// The maximum number of unexplained differences of one kind that are kept.
const OF_A_KIND: usize = 1024;

/// A request and the outcomes of all implementations.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) input: Input,
    pub(super) outcomes: Vec<Outcome>,
    /// The indexes of the two implementations that differ.
    pub(super) pair: [usize; 2],
}

/// Differences with one cause.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) count: u64,
    /// For an explained cause, the shortest request. For an unexplained cause, many requests.
    pub(super) examples: Vec<Example>,
}

/// The observed differences, grouped by cause.
pub(super) struct Attribution {
    models: Vec<DialectModel>,
    explained: BTreeMap<Cause, Found>,
    unexplained: BTreeMap<Cause, Waiting>,
    next_inference: usize,
    /// The number of requests that all implementations were asked.
    pub(super) cases: u64,
    /// The number of requests on which they differ.
    pub(super) differing: u64,
}

/// Unexplained differences of one kind.
#[derive(Default)]
struct Waiting {
    count: u64,
    alike: BTreeMap<String, usize>,
    kept: Vec<Kept>,
}

/// An unexplained difference that is kept.
struct Kept {
    /// The number of similar differences that were kept earlier.
    before: usize,
    example: Example,
}

impl Attribution {
    /// Creates an empty attribution with the described dialect of each implementation.
    pub(super) fn new(described: impl IntoIterator<Item = Dialect>) -> Self {
        Self {
            models: described.into_iter().map(DialectModel::new).collect(),
            explained: BTreeMap::new(),
            unexplained: BTreeMap::new(),
            next_inference: FIRST_INFERENCE,
            cases: 0,
            differing: 0,
        }
    }

    /// Records all outcomes of a request. Returns whether they show something new.
    pub(super) fn take(&mut self, input: &Input, outcomes: &[Outcome]) -> bool {
        self.cases += 1;
        for (model, outcome) in self.models.iter_mut().zip(outcomes) {
            model.remember(input, outcome);
        }
        let differing = differing(outcomes);
        self.differing += u64::from(!differing.is_empty());
        let (mut is_new, mut seen) = (false, Vec::new());
        for pair in differing {
            for (cause, likeness) in self.causes(input, outcomes, pair) {
                // Several implementations can differ from the first one for the same reason.
                if seen.contains(&cause) {
                    continue;
                }
                seen.push(cause.clone());
                let example = || Example { input: input.clone(), outcomes: outcomes.to_vec(), pair };
                is_new |= match cause {
                    Cause::Unexplained { .. } => self.wait(cause, likeness, example),
                    Cause::Dialects(_) => self.file(cause, input, example, 1),
                };
            }
        }
        if self.unexplained.values().map(|it| it.kept.len()).sum::<usize>() >= self.next_inference {
            self.next_inference *= 4;
            self.infer();
        }
        is_new
    }

    /// The causes of a difference between two implementations. Each cause has a text that is equal for similar
    /// differences.
    pub(super) fn causes(&self, input: &Input, outcomes: &[Outcome], pair: [usize; 2]) -> Vec<(Cause, String)> {
        let of_peer =
            |peer: usize| PeerOutcome { peer, outcome: &outcomes[peer], dialects: self.models[peer].dialects() };
        causes(input, of_peer(pair[0]), of_peer(pair[1]))
    }

    /// The dialects of an implementation: the described one first, then the inferred one.
    pub(super) fn dialects(&self, peer: usize) -> &[Dialect] {
        self.models[peer].dialects()
    }

    /// The inferred dialect of an implementation.
    pub(super) fn dialect(&self, peer: usize) -> &Dialect {
        self.models[peer].inferred()
    }

    /// The number of causes so far, and the number of unexplained causes.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.explained.len() + self.unexplained.len(), self.unexplained.len())
    }

    /// All causes, unexplained ones first.
    pub(super) fn finish(&mut self) -> Vec<(Cause, Found)> {
        self.infer();
        let unexplained = std::mem::take(&mut self.unexplained).into_iter().map(|(cause, waiting)| {
            // The first difference of each group of similar ones comes first.
            let mut kept = waiting.kept;
            kept.sort_by_key(|kept| kept.before);
            let examples = kept.into_iter().map(|kept| kept.example).collect();
            (cause, Found { count: waiting.count, examples })
        });
        unexplained.chain(taken_apart(std::mem::take(&mut self.explained))).collect()
    }

    fn wait(&mut self, cause: Cause, likeness: String, example: impl FnOnce() -> Example) -> bool {
        let waiting = self.unexplained.entry(cause).or_default();
        waiting.count += 1;
        let alike = waiting.alike.entry(likeness).or_default();
        *alike += 1;
        let is_first = *alike == 1;
        if *alike <= ALIKE && waiting.kept.len() < OF_A_KIND {
            waiting.kept.push(Kept { before: *alike - 1, example: example() });
        }
        is_first && waiting.alike.len() <= NEW_OF_A_KIND
    }

    /// Counts requests for a cause. Returns whether the cause is new.
    fn file(&mut self, cause: Cause, input: &Input, example: impl Fn() -> Example, count: u64) -> bool {
        let mut is_new = false;
        let found = self.explained.entry(cause).or_insert_with(|| {
            is_new = true;
            Found { count: 0, examples: vec![example()] }
        });
        // A URL that starts with a slash is a better example.
        let size = |input: &Input| (!input.url.as_bytes().starts_with(b"/"), input.length());
        if size(input) < size(&found.examples[0].input) {
            found.examples[0] = example();
        }
        found.count += count;
        is_new
    }

    /// Infers dialects from the unexplained differences, and attributes the differences that they explain.
    fn infer(&mut self) {
        let peers: BTreeSet<usize> = self.unexplained.keys().filter_map(unexplained_peer).collect();
        let before: Vec<Dialect> = self.models.iter().map(|model| model.inferred().clone()).collect();
        for peer in peers {
            let waiting = self.unexplained.iter().filter(|(cause, _)| unexplained_peer(cause) == Some(peer));
            let examples = waiting.flat_map(|(_, waiting)| &waiting.kept);
            let seen = examples.filter_map(|it| it.example.outcomes[peer].observation(&it.example.input));
            self.models[peer].infer(seen.collect());
        }
        if self.models.iter().zip(&before).any(|(model, before)| model.inferred() != before) {
            self.refile_explained();
        }
        for (old, waiting) in std::mem::take(&mut self.unexplained) {
            self.refile_unexplained(&old, waiting);
        }
    }

    /// Attributes explained differences again, each to the current cause of its example.
    fn refile_explained(&mut self) {
        for (old, Found { count, examples }) in std::mem::take(&mut self.explained) {
            let example = &examples[0];
            let causes = self.causes(&example.input, &example.outcomes, example.pair).into_iter();
            let cause = causes.map(|(cause, _)| cause).find(|cause| matches!(cause, Cause::Dialects(_))).unwrap_or(old);
            self.file(cause, &example.input, || example.clone(), count);
        }
    }

    /// Attributes unexplained differences again. Those without an explanation are kept.
    fn refile_unexplained(&mut self, old: &Cause, waiting: Waiting) {
        let counted_only = waiting.count - waiting.kept.len() as u64;
        let (mut explained_by, mut is_left) = (None, false);
        for kept in waiting.kept {
            let Example { input, outcomes, pair } = &kept.example;
            for (cause, _) in self.causes(input, outcomes, *pair) {
                match cause {
                    Cause::Dialects(_) => {
                        self.file(cause.clone(), input, || kept.example.clone(), 1);
                        explained_by.get_or_insert(cause);
                    }
                    Cause::Unexplained { .. } if unexplained_peer(&cause) == unexplained_peer(old) => {
                        is_left = true;
                        let left = self.unexplained.entry(cause).or_default();
                        left.count += 1;
                        left.kept.push(kept);
                        break;
                    }
                    // An unexplained outcome of another implementation has its own entry.
                    Cause::Unexplained { .. } => {}
                }
            }
        }
        // Differences that were counted but not kept are similar to the kept ones. If some of those stay unexplained,
        // they are counted with them. Otherwise they are counted for the first cause found.
        match explained_by.filter(|_| !is_left).and_then(|cause| self.explained.get_mut(&cause)) {
            Some(found) => found.count += counted_only,
            None if is_left || counted_only > 0 => {
                let left = self.unexplained.entry(old.clone()).or_default();
                left.count += counted_only;
                left.alike.extend(waiting.alike);
            }
            None => {}
        }
    }
}

/// Pairs of implementations that differ: the first one that supports the request, and each one that differs from it.
pub(super) fn differing(outcomes: &[Outcome]) -> Vec<[usize; 2]> {
    let is_answer = |place: &usize| !matches!(outcomes[*place], Outcome::Unsupported(_));
    let Some(first) = (0..outcomes.len()).find(is_answer) else { return Vec::new() };
    let others = first + 1..outcomes.len();
    others.filter(|other| !agree(&outcomes[first], &outcomes[*other])).map(|other| [first, other]).collect()
}

fn unexplained_peer(cause: &Cause) -> Option<usize> {
    match cause {
        Cause::Unexplained { peer, .. } => Some(*peer),
        Cause::Dialects(_) => None,
    }
}

/// Splits causes of several fields. If each field is a cause by itself, the joint cause is counted for those fields.
fn taken_apart(causes: BTreeMap<Cause, Found>) -> BTreeMap<Cause, Found> {
    let (mut singles, joint): (BTreeMap<_, _>, BTreeMap<_, _>) =
        causes.into_iter().partition(|(cause, _)| by_field(cause).len() < 2);
    for (cause, found) in joint {
        let parts = by_field(&cause);
        if parts.iter().all(|part| singles.contains_key(part)) {
            for part in parts {
                singles.entry(part).and_modify(|single| single.count += found.count);
            }
        } else {
            singles.insert(cause, found);
        }
    }
    singles
}

/// The parts of a cause, one for each dialect field.
fn by_field(cause: &Cause) -> Vec<Cause> {
    let Cause::Dialects(differences) = cause else { return vec![cause.clone()] };
    let mut fields: BTreeMap<&str, Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        fields.entry(difference.choice.field().name).or_default().push(difference.clone());
    }
    fields.into_values().map(Cause::Dialects).collect()
}
