//! What the differences that were seen come of: implementations' dialects, learnt on the way, and clusters of causes.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::{Cause, Difference, Spoken, causes};
use super::compare::agree;
use super::lesson::Mind;
use crate::diagnose::Observation;
use crate::qsh::Dialect;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

/// So many unexplained differences are waited for until dialects are learnt from them for the first time; then four times
/// as many, and so on.
const FIRST_LESSON: usize = 64;
/// So many unexplained differences that look alike are kept.
const ALIKE: usize = 8;
/// So many unexplained differences of one kind that look unlike are new; then it is well known, and others deserve to be
/// looked for.
const NEW_OF_A_KIND: usize = 16;
/// So many unexplained differences of one kind are kept.
const OF_A_KIND: usize = 1024;

/// What all did with one request.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) input: Input,
    pub(super) outcomes: Vec<Outcome>,
    /// The places of the two implementations that differ.
    pub(super) pair: [usize; 2],
}

/// Differences with one cause.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) count: u64,
    /// The shortest request of an explained cause; of an unexplained one, many that look unlike.
    pub(super) examples: Vec<Example>,
}

/// All that was seen.
pub(super) struct Study {
    minds: Vec<Mind>,
    explained: BTreeMap<Cause, Found>,
    unexplained: BTreeMap<Cause, Waiting>,
    next_lesson: usize,
    /// How many requests all were asked.
    pub(super) cases: u64,
    /// How many of them they differ on.
    pub(super) differing: u64,
}

/// Differences that wait for an explanation.
#[derive(Default)]
struct Waiting {
    count: u64,
    alike: BTreeMap<String, usize>,
    kept: Vec<Kept>,
}

/// A difference that is kept until it is explained.
struct Kept {
    /// How many that look like it were there before.
    before: usize,
    example: Example,
}

impl Study {
    /// Nothing seen yet; of each implementation, the dialect is known that somebody described.
    pub(super) fn new(described: impl IntoIterator<Item = Dialect>) -> Self {
        Self {
            minds: described.into_iter().map(Mind::new).collect(),
            explained: BTreeMap::new(),
            unexplained: BTreeMap::new(),
            next_lesson: FIRST_LESSON,
            cases: 0,
            differing: 0,
        }
    }

    /// Takes in what all did with a request; whether that is new.
    pub(super) fn take(&mut self, input: &Input, outcomes: &[Outcome]) -> bool {
        self.cases += 1;
        for (mind, outcome) in self.minds.iter_mut().zip(outcomes) {
            mind.remember(input, outcome);
        }
        let differing = differing(outcomes);
        self.differing += u64::from(!differing.is_empty());
        let (mut is_new, mut seen) = (false, Vec::new());
        for pair in differing {
            for (cause, likeness) in self.causes(input, outcomes, pair) {
                // The first implementation may be to blame in the eyes of several.
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
        if self.unexplained.values().map(|it| it.kept.len()).sum::<usize>() >= self.next_lesson {
            self.next_lesson *= 4;
            self.learn();
        }
        is_new
    }

    /// Why two implementations differ on a request, and what that looks like.
    pub(super) fn causes(&self, input: &Input, outcomes: &[Outcome], pair: [usize; 2]) -> Vec<(Cause, String)> {
        let spoken = |peer: usize| Spoken { peer, outcome: &outcomes[peer], dialects: self.minds[peer].dialects() };
        causes(input, spoken(pair[0]), spoken(pair[1]))
    }

    /// The dialects that an implementation may speak, of which the first is the described one.
    pub(super) fn dialects(&self, peer: usize) -> &[Dialect] {
        self.minds[peer].dialects()
    }

    /// The dialect that an implementation was found to speak.
    pub(super) fn dialect(&self, peer: usize) -> &Dialect {
        self.minds[peer].learnt()
    }

    /// How many causes there are so far, and how many of them no dialect explains.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.explained.len() + self.unexplained.len(), self.unexplained.len())
    }

    /// All causes in their order: what no dialect explains first.
    pub(super) fn finish(&mut self) -> Vec<(Cause, Found)> {
        self.learn();
        let unexplained = std::mem::take(&mut self.unexplained).into_iter().map(|(cause, waiting)| {
            // Those that look unlike each other come first.
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

    /// Counts requests under what explains them; whether that is new.
    fn file(&mut self, cause: Cause, input: &Input, example: impl Fn() -> Example, count: u64) -> bool {
        let mut is_new = false;
        let found = self.explained.entry(cause).or_insert_with(|| {
            is_new = true;
            Found { count: 0, examples: vec![example()] }
        });
        // A URL that begins as URLs do is the better example.
        let size = |input: &Input| (!input.url.as_bytes().starts_with(b"/"), input.length());
        if size(input) < size(&found.examples[0].input) {
            found.examples[0] = example();
        }
        found.count += count;
        is_new
    }

    /// Looks for dialects that lead to what waits, and files what they explain.
    fn learn(&mut self) {
        let peers: BTreeSet<usize> = self.unexplained.keys().filter_map(unexplained_peer).collect();
        let before: Vec<Dialect> = self.minds.iter().map(|mind| mind.learnt().clone()).collect();
        for peer in peers {
            let waiting = self.unexplained.iter().filter(|(cause, _)| unexplained_peer(cause) == Some(peer));
            let examples = waiting.flat_map(|(_, waiting)| &waiting.kept);
            let seen = examples.filter_map(|it| Observation::new(&it.example.input, &it.example.outcomes[peer]));
            self.minds[peer].learn(seen.collect());
        }
        if self.minds.iter().zip(&before).any(|(mind, before)| mind.learnt() != before) {
            self.file_anew();
        }
        for (old, waiting) in std::mem::take(&mut self.unexplained) {
            self.sort_anew(&old, waiting);
        }
    }

    /// Files what is explained under what explains its example by now.
    fn file_anew(&mut self) {
        for (old, Found { count, examples }) in std::mem::take(&mut self.explained) {
            let example = &examples[0];
            let causes = self.causes(&example.input, &example.outcomes, example.pair).into_iter();
            let cause = causes.map(|(cause, _)| cause).find(|cause| matches!(cause, Cause::Dialects(_))).unwrap_or(old);
            self.file(cause, &example.input, || example.clone(), count);
        }
    }

    /// Files what is explained by now, and keeps the rest under what is unexplained about it by now.
    fn sort_anew(&mut self, old: &Cause, waiting: Waiting) {
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
                    // What another does waits on its own account.
                    Cause::Unexplained { .. } => {}
                }
            }
        }
        // What was only counted looked like what was kept: it is counted with what is left of that, or with the first that
        // was explained.
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

/// The first implementation that has means for a request, with each of those that differ from it.
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

/// Several fields at once are no cause of their own where each of them is one.
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

/// The causes that a cause is made of, one for each dialect field.
fn by_field(cause: &Cause) -> Vec<Cause> {
    let Cause::Dialects(differences) = cause else { return vec![cause.clone()] };
    let mut fields: BTreeMap<&str, Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        fields.entry(difference.choice.field().name).or_default().push(difference.clone());
    }
    fields.into_values().map(Cause::Dialects).collect()
}
