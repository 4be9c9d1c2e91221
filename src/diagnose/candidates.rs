//! The texts that one part of the canonical request takes when mistakes are made, with the fewest that give each.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qsh_diagnose::Source;
use qsh_diagnose::canonical::query;
use qsh_diagnose::{Deviation, Dialect, Part, part_with};

use super::parallel::on_all_cores;

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
    pub(super) text: Arc<[u8]>,
    pub(super) reasons: Vec<Reason>,
}

/// All texts of a part, by the number of mistakes that they take.
///
/// A query is read first and then written, by fields of their own, so that whatever reads the same as something with
/// fewer mistakes need not be written again.
pub(super) struct Candidates<'r> {
    part: Part,
    /// What may have been hashed, and how: the request as it was given, and then one for each mistake with it.
    origins: Vec<Origin<'r>>,
    /// The choices on reading, and then all others.
    pub(super) choices: Vec<Deviation>,
    on_reading: usize,
    readings: Vec<Vec<Read>>,
    known_readings: HashSet<(usize, Reading)>,
    levels: Vec<Vec<Candidate>>,
    known: HashSet<Arc<[u8]>>,
}

/// A request that may have been hashed.
struct Origin<'r> {
    request: Source<'r>,
    /// How it is canonicalized where no choice is made.
    dialect: Dialect,
    /// Which of the choices are in a field that this dialect has settled otherwise.
    is_settled: Vec<bool>,
}

/// What is read with some mistakes, and no fewer.
#[derive(Clone)]
struct Read {
    reading: Reading,
    reason: Reason,
    dialect: Dialect,
}

/// What a part is made of.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Reading {
    /// Nothing was read yet: method and path are made at once.
    Nothing,
    Query(Arc<query::Reading>),
}

impl<'r> Candidates<'r> {
    pub(super) fn new(part: Part, requests: Vec<(Source<'r>, Dialect)>) -> Self {
        let is_on_reading = |deviation: &Deviation| part == Part::Query && deviation.field().is_on_reading();
        let (reading, writing): (Vec<Deviation>, Vec<Deviation>) =
            Deviation::all().filter(|deviation| deviation.field().concerns(part)).partition(is_on_reading);
        let on_reading = reading.len();
        let choices = [reading, writing].concat();
        let origins = requests.into_iter().map(|(request, dialect)| Origin::new(request, dialect, &choices)).collect();
        Self {
            part,
            origins,
            on_reading,
            choices,
            readings: Vec::new(),
            known_readings: HashSet::new(),
            levels: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// How many sets of exactly so many mistakes there are.
    pub(super) fn sets(&self, mistakes: usize) -> usize {
        let official = sets_of(&self.choices, mistakes);
        let more = mistakes.checked_sub(1).map_or(0, |left| sets_of(&self.choices, left));
        official + more * (self.origins.len() - 1)
    }

    /// The texts that take exactly so many mistakes.
    pub(super) fn at(&self, mistakes: usize) -> &[Candidate] {
        &self.levels[mistakes]
    }

    /// Finds the texts that take up to so many mistakes. What was found before is not looked for again.
    pub(super) fn deepen(&mut self, mistakes: usize) {
        while self.levels.len() <= mistakes {
            self.read(self.levels.len());
            let found = self.write(self.levels.len());
            self.known.extend(found.iter().map(|candidate| candidate.text.clone()));
            self.levels.push(found);
        }
    }

    /// Finds what is read with exactly so many mistakes.
    fn read(&mut self, mistakes: usize) {
        let starts: Vec<Read> = (0..self.origins.len()).map(|request| self.unread(request)).collect();
        let tasks = starts.iter().flat_map(|start| {
            let left = mistakes.checked_sub(usize::from(start.reason.request > 0));
            left.map_or_else(Vec::new, |left| Self::tasks(start, left, 0..self.on_reading))
        });
        let tasks: Vec<Task<'_>> = tasks.collect();
        let found =
            self.search(&tasks, self.on_reading, |read, found: &mut Vec<Read>| found.extend(self.reading(read)));
        let mut new: Vec<Read> = found.into_iter().flatten().collect();
        new.sort_unstable_by_key(|read| read.reason);
        for read in &new {
            let known = (self.manner(read.reason), read.reading.clone());
            self.known_readings.insert(known);
        }
        self.readings.push(new);
    }

    fn unread(&self, request: usize) -> Read {
        let reason =
            Reason { request: u16::try_from(request).unwrap_or(Reason::NONE), choices: [Reason::NONE; DEEPEST] };
        Read { reading: Reading::Nothing, reason, dialect: self.origins[request].dialect.clone() }
    }

    /// What is read; nothing, where that takes fewer mistakes, or where the dialect refuses the request.
    fn reading(&self, read: &Read) -> Option<Read> {
        if self.part != Part::Query {
            return Some(read.clone());
        }
        let request = &self.origins[usize::from(read.reason.request)].request;
        let known = (self.manner(read.reason), Reading::Query(Arc::new(query::read(request, &read.dialect).ok()?)));
        (!self.known_readings.contains(&known)).then(|| Read { reading: known.1, ..read.clone() })
    }

    /// How readings are written: those of requests that begin with the official dialect are written alike.
    fn manner(&self, reason: Reason) -> usize {
        let request = usize::from(reason.request);
        if self.origins[request].dialect == Dialect::OFFICIAL { 0 } else { request }
    }

    /// Finds the texts that are written with exactly so many mistakes.
    fn write(&mut self, mistakes: usize) -> Vec<Candidate> {
        let range = self.on_reading..self.choices.len();
        let mut tasks = Vec::new();
        for (taken, readings) in self.readings.iter().enumerate() {
            for read in readings {
                tasks.extend(Self::tasks(read, mistakes - taken, range.clone()));
            }
        }
        let found = self.search(&tasks, range.end, |read, found: &mut HashMap<Arc<[u8]>, Vec<Reason>>| {
            if let Some(text) = self.text(read).filter(|text| !self.known.contains(text.as_slice())) {
                match found.get_mut(text.as_slice()) {
                    Some(reasons) => reasons.push(read.reason),
                    None => drop(found.insert(text.into(), vec![read.reason])),
                }
            }
        });
        let mut merged: HashMap<Arc<[u8]>, Vec<Reason>> = HashMap::new();
        for (text, reasons) in found.into_iter().flatten() {
            merged.entry(text).or_default().extend(reasons);
        }
        let mut level: Vec<Candidate> = merged.into_iter().map(|(text, reasons)| Candidate { text, reasons }).collect();
        level.iter_mut().for_each(|candidate| candidate.reasons.sort_unstable());
        level.sort_unstable_by(|a, b| a.reasons.cmp(&b.reasons));
        level
    }

    /// What is written; nothing, where the dialect refuses the request.
    fn text(&self, read: &Read) -> Option<Vec<u8>> {
        match &read.reading {
            Reading::Query(reading) => Some(query::write(reading.as_ref().clone(), &read.dialect)),
            Reading::Nothing => {
                part_with(self.origins[usize::from(read.reason.request)].request, self.part, &read.dialect).ok()
            }
        }
    }

    /// The tasks that take `left` choices more of a range.
    fn tasks<'t>(start: &'t Read, left: usize, range: Range<usize>) -> Vec<Task<'t>> {
        match left {
            0 => vec![Task { start, first: None, left }],
            _ => range.map(|first| Task { start, first: Some(first), left }).collect(),
        }
    }

    /// Visits every set of choices of every task, on all cores; each core has findings of its own.
    fn search<T: Default + Send>(
        &self,
        tasks: &[Task<'_>],
        end: usize,
        visit: impl Fn(&Read, &mut T) + Sync,
    ) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = T::default();
            let mut visit = |read: &Read| visit(read, &mut found);
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                match task.first {
                    None => visit(task.start),
                    Some(first) => self.choose(task.start, first, task.left, end, &mut visit),
                }
            }
            found
        };
        on_all_cores(tasks.len(), 64, work)
    }

    /// Takes the choice, and then every set of further ones from the fields behind it. A choice that would undo what the
    /// request begins with is none.
    fn choose(&self, read: &Read, choice: usize, left: usize, end: usize, visit: &mut impl FnMut(&Read)) {
        if self.origins[usize::from(read.reason.request)].is_settled[choice] {
            return;
        }
        let deviation = self.choices[choice];
        let mut read = Read { dialect: read.dialect.clone().with(deviation), ..read.clone() };
        let at = read.reason.choices().count();
        read.reason.choices[at] = u16::try_from(choice).unwrap_or(Reason::NONE);
        if left == 1 {
            return visit(&read);
        }
        let name = deviation.field().name;
        let behind = self.choices[choice..end].iter().take_while(|other| other.field().name == name).count();
        for next in choice + behind..end {
            self.choose(&read, next, left - 1, end, visit);
        }
    }
}

impl<'r> Origin<'r> {
    fn new(request: Source<'r>, dialect: Dialect, choices: &[Deviation]) -> Self {
        let settled: Vec<&str> = dialect.deviations().map(|settled| settled.field().name).collect();
        let is_settled = choices.iter().map(|choice| settled.contains(&choice.field().name)).collect();
        Self { request, dialect, is_settled }
    }
}

/// How many sets of so many choices there are, each of a field of its own.
fn sets_of(choices: &[Deviation], count: usize) -> usize {
    let mut sets = vec![0; count + 1];
    sets[0] = 1;
    for field in choices.chunk_by(|a, b| a.field().name == b.field().name) {
        for taken in (1..=count).rev() {
            sets[taken] += sets[taken - 1] * field.len();
        }
    }
    sets[count]
}

/// All sets of `left` choices of which `first` is the first, beside those of a start.
struct Task<'t> {
    start: &'t Read,
    first: Option<usize>,
    left: usize,
}
