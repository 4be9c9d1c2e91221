//! Attributes differences to causes, and infers dialects while it does so.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::{Dialect, Input};

use super::cause::{Cause, Difference, PeerOutcome, causes};
use super::compare::agree;
use super::dialect_model::DialectModel;
use super::fewest::joined;
use crate::suite::outcome::Outcome;

/// The number of unexplained differences that start the first inference. Each later inference needs four times as many.
const FIRST_INFERENCE: usize = 64;
/// How often the last differences are inferred from, as long as the dialects change.
const LAST_INFERENCES: usize = 3;
/// The maximum number of similar unexplained differences that are kept.
const ALIKE: usize = 8;
/// The maximum number of dissimilar unexplained differences of one kind that count as new. Later ones are not mutated.
const NEW_OF_A_KIND: usize = 16;
/// The maximum number of unexplained differences of one kind that are kept.
const OF_A_KIND: usize = 1024;

/// The maximum number of differences of one unexplained kind that are looked into.
///
/// Only one is looked into if an implementation does not answer, because each question then takes the whole timeout.
pub(super) const LOOKED_INTO: usize = 32;

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
        is_new
    }

    /// Infers dialects if there are enough unexplained differences. An inference ends early if `is_over` says so.
    pub(super) fn infer_if_due(&mut self, is_over: &mut dyn FnMut() -> bool) {
        if self.unexplained.values().map(|it| it.kept.len()).sum::<usize>() >= self.next_inference {
            self.next_inference *= 4;
            self.infer(is_over);
        }
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
        let shown: BTreeSet<Vec<Difference>> = self.explained.keys().flat_map(by_field).collect();
        (shown.len() + self.unexplained.len(), self.unexplained.len())
    }

    /// The number of differences that are kept to be looked into.
    pub(super) fn kept(&self) -> usize {
        self.explained.len()
            + self.unexplained.values().map(|waiting| waiting.kept.len().min(LOOKED_INTO)).sum::<usize>()
    }

    /// All causes, unexplained ones first.
    pub(super) fn finish(&mut self, is_over: &mut dyn FnMut() -> bool) -> Vec<(Cause, Found)> {
        for _ in 0..LAST_INFERENCES {
            if is_over() || !self.infer(is_over) {
                break;
            }
        }
        let unexplained = std::mem::take(&mut self.unexplained).into_iter().map(|(cause, waiting)| {
            // The first difference of each group of similar ones comes first.
            let mut kept = waiting.kept;
            kept.sort_by_key(|kept| kept.before);
            let examples = kept.into_iter().map(|kept| kept.example).collect();
            (cause, Found { count: waiting.count, examples })
        });
        unexplained.chain(fewest(std::mem::take(&mut self.explained))).collect()
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

    /// Infers dialects from the unexplained differences, and attributes the differences that they explain. Returns
    /// whether a dialect changed.
    fn infer(&mut self, is_over: &mut dyn FnMut() -> bool) -> bool {
        let peers: BTreeSet<usize> = self.unexplained.keys().filter_map(unexplained_peer).collect();
        let before: Vec<Dialect> = self.models.iter().map(|model| model.inferred().clone()).collect();
        for peer in peers {
            let waiting = self.unexplained.iter().filter(|(cause, _)| unexplained_peer(cause) == Some(peer));
            let examples = waiting.flat_map(|(_, waiting)| &waiting.kept);
            let seen = examples.filter_map(|it| it.example.outcomes[peer].observation(&it.example.input));
            self.models[peer].infer(seen.collect(), is_over);
        }
        let has_changed = self.models.iter().zip(&before).any(|(model, before)| model.inferred() != before);
        if has_changed {
            self.refile_explained();
        }
        for (old, waiting) in std::mem::take(&mut self.unexplained) {
            self.refile_unexplained(&old, waiting);
        }
        has_changed
    }

    /// Attributes explained differences again, each to the current cause of its example.
    fn refile_explained(&mut self) {
        for (_, Found { count, examples }) in std::mem::take(&mut self.explained) {
            for example in examples {
                let causes = self.causes(&example.input, &example.outcomes, example.pair);
                let is_explained = |(cause, _): &&(Cause, String)| matches!(cause, Cause::Dialects(_));
                match causes.iter().find(is_explained).or_else(|| causes.first()).cloned() {
                    Some((cause @ Cause::Dialects(_), _)) => {
                        self.file(cause, &example.input, || example.clone(), count);
                    }
                    // The dialect no longer has a choice that explained it.
                    Some((cause, likeness)) => {
                        self.wait(cause.clone(), likeness, || example);
                        self.unexplained.entry(cause).or_default().count += count - 1;
                    }
                    None => {}
                }
            }
        }
    }

    /// Attributes unexplained differences again. Those without an explanation are kept.
    fn refile_unexplained(&mut self, old: &Cause, waiting: Waiting) {
        let kept_count = waiting.kept.len() as u64;
        let counted_only = waiting.count - kept_count;
        let (mut explained_by, mut left_count) = (None, 0);
        for kept in waiting.kept {
            let Example { input, outcomes, pair } = &kept.example;
            for (cause, _) in self.causes(input, outcomes, *pair) {
                match cause {
                    Cause::Dialects(_) => {
                        self.file(cause.clone(), input, || kept.example.clone(), 1);
                        explained_by.get_or_insert(cause);
                    }
                    Cause::Unexplained { .. } if unexplained_peer(&cause) == unexplained_peer(old) => {
                        left_count += 1;
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
        // Differences that were counted but not kept are similar to the kept ones. The same share of them is explained,
        // and counted for the first cause found.
        let explained_by = explained_by.and_then(|cause| self.explained.get_mut(&cause));
        let left_too = match explained_by {
            Some(found) => {
                let left_too = counted_only * left_count / kept_count.max(1);
                found.count += counted_only - left_too;
                left_too
            }
            None => counted_only,
        };
        if left_count > 0 || left_too > 0 {
            let left = self.unexplained.entry(old.clone()).or_default();
            left.count += left_too;
            left.alike.extend(waiting.alike);
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

/// The fewest causes. A cause whose choices are all shown by others is counted under one of them.
fn fewest(causes: BTreeMap<Cause, Found>) -> impl Iterator<Item = (Cause, Found)> {
    let found = causes.into_iter().map(|(cause, found)| ((by_field(&cause), found.count), found)).collect();
    let causes = joined(found, |cause: &mut Found, part| cause.count += part.count);
    causes.into_iter().map(|(fields, found)| {
        let mut differences: Vec<Difference> = fields.into_iter().flatten().collect();
        differences.sort();
        (Cause::Dialects(differences), found)
    })
}

/// The choices of a cause, together where they are of one dialect field. Empty if no choice explains it.
fn by_field(cause: &Cause) -> Vec<Vec<Difference>> {
    let Cause::Dialects(differences) = cause else { return Vec::new() };
    let mut fields: BTreeMap<&str, Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        fields.entry(difference.choice.field().name).or_default().push(difference.clone());
    }
    fields.into_values().collect()
}
