//! The texts that one part of the canonical request takes when mistakes are made, with the fewest that give each.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::parallel::on_all_cores;
use crate::qsh::{Deviation, Dialect, Part, part_with};
use crate::request::Request;

/// More mistakes than these are never looked for.
pub(super) const DEEPEST: usize = 3;

/// The mistakes that together give a text: with which request, and which choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reason {
    /// The place of the request in the part's list; the first is the one that was given.
    pub(super) request: u16,
    /// The places of the choices in the part's list, in order; [`Reason::NONE`] behind them.
    choices: [u16; DEEPEST],
}

impl Reason {
    const NONE: u16 = u16::MAX;

    pub(super) fn choices(self) -> impl Iterator<Item = usize> {
        self.choices.into_iter().take_while(|&choice| choice != Self::NONE).map(usize::from)
    }
}

/// A text with every reason for it that takes the fewest mistakes.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) text: Vec<u8>,
    pub(super) reasons: Vec<Reason>,
}

/// All texts of a part, by the number of mistakes that they take.
pub(super) struct Candidates<'r> {
    part: Part,
    /// What may have been hashed, and how: the request as it was given, and then one for each mistake with it.
    requests: Vec<(Request<'r>, Dialect)>,
    pub(super) choices: Vec<Deviation>,
    levels: Vec<Vec<Candidate>>,
    known: HashSet<Vec<u8>>,
    /// How many dialects were run.
    pub(super) tried: usize,
}

impl<'r> Candidates<'r> {
    pub(super) fn new(part: Part, requests: Vec<(Request<'r>, Dialect)>) -> Self {
        let choices = Deviation::all().filter(|deviation| deviation.field().concerns(part)).collect();
        Self { part, requests, choices, levels: Vec::new(), known: HashSet::new(), tried: 0 }
    }

    /// The texts that take exactly so many mistakes.
    pub(super) fn at(&self, mistakes: usize) -> &[Candidate] {
        &self.levels[mistakes]
    }

    /// Finds the texts that take up to so many mistakes. What was found before is not looked for again.
    pub(super) fn deepen(&mut self, mistakes: usize) {
        while self.levels.len() <= mistakes {
            let found = self.level(self.levels.len());
            self.known.extend(found.iter().map(|candidate| candidate.text.clone()));
            self.levels.push(found);
        }
    }

    fn level(&mut self, mistakes: usize) -> Vec<Candidate> {
        let tasks: Vec<Task> = (0..self.requests.len())
            .filter_map(|request| Some((request, mistakes.checked_sub(usize::from(request > 0))?)))
            .flat_map(|(request, left)| {
                let firsts = if left == 0 { 1 } else { self.choices.len() };
                (0..firsts).map(move |first| Task { request, first, left })
            })
            .collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut worker = Worker { candidates: self, found: HashMap::new(), tried: 0 };
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                worker.run(task);
            }
            (worker.found, worker.tried)
        };
        let results = on_all_cores(tasks.len() < 64, work);
        let mut merged: HashMap<Vec<u8>, Vec<Reason>> = HashMap::new();
        for (found, tried) in results {
            self.tried += tried;
            for (text, reasons) in found {
                merged.entry(text).or_default().extend(reasons);
            }
        }
        let mut level: Vec<Candidate> = merged.into_iter().map(|(text, reasons)| Candidate { text, reasons }).collect();
        level.iter_mut().for_each(|candidate| candidate.reasons.sort_unstable());
        level.sort_unstable_by(|a, b| a.reasons.cmp(&b.reasons));
        level
    }
}

/// All sets of `left` choices of which `first` is the first, with one of the requests.
struct Task {
    request: usize,
    first: usize,
    left: usize,
}

struct Worker<'c, 'r> {
    candidates: &'c Candidates<'r>,
    found: HashMap<Vec<u8>, Vec<Reason>>,
    tried: usize,
}

impl Worker<'_, '_> {
    fn run(&mut self, task: &Task) {
        let request = u16::try_from(task.request).unwrap_or(Reason::NONE);
        let reason = Reason { request, choices: [Reason::NONE; DEEPEST] };
        let (_, dialect) = &self.candidates.requests[task.request];
        match task.left {
            0 => self.try_one(reason, dialect),
            left => self.choose(task.first, reason, 0, left, dialect),
        }
    }

    /// Takes the choice, and then every set of further ones from the fields behind it.
    fn choose(&mut self, choice: usize, mut reason: Reason, at: usize, left: usize, dialect: &Dialect) {
        let choices = &self.candidates.choices;
        let deviation = choices[choice];
        let dialect = dialect.clone().with(deviation);
        reason.choices[at] = u16::try_from(choice).unwrap_or(Reason::NONE);
        if left == 1 {
            return self.try_one(reason, &dialect);
        }
        let behind = choices[choice..].iter().take_while(|other| other.field().name == deviation.field().name).count();
        for next in choice + behind..choices.len() {
            self.choose(next, reason, at + 1, left - 1, &dialect);
        }
    }

    fn try_one(&mut self, reason: Reason, dialect: &Dialect) {
        self.tried += 1;
        let (request, _) = &self.candidates.requests[usize::from(reason.request)];
        // A dialect that refuses the request gives no text.
        let Ok(text) = part_with(request, self.candidates.part, dialect) else { return };
        if self.candidates.known.contains(&text) {
            return;
        }
        self.found.entry(text).or_default().push(reason);
    }
}
