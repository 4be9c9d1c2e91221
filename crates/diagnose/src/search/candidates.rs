//! The texts that one part of the canonical request can have because of mistakes, each with the smallest number of
//! mistakes.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::canonical::query;
use crate::parallel::fold_on_all_cores;
use crate::{Deviation, Dialect, Part, Source, part_with};

/// The maximum number of mistakes in a search.
pub(super) const DEEPEST: usize = 3;

/// From this number of mistakes on, choices are left out that change nothing: neither alone nor with another choice.
const PRUNED_FROM: usize = 3;

/// The mistakes that together give a text: a request, and choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reason {
    /// The index of the request in the part's list. The first one is the given request.
    pub(super) request: u16,
    /// The indexes of the choices in the part's list, in order. Unused places at the end are [`Reason::NONE`].
    choices: [u16; DEEPEST],
}

impl Reason {
    const NONE: u16 = u16::MAX;

    pub(super) fn choices(self) -> impl Iterator<Item = usize> {
        self.choices.into_iter().take_while(|&choice| choice != Self::NONE).map(usize::from)
    }
}

/// A text with all of its reasons. They have the smallest number of mistakes that gives the text.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) text: Arc<[u8]>,
    pub(super) reasons: Vec<Reason>,
}

/// All texts of a part, by number of mistakes.
///
/// A query is first read and then written. Reading and writing depend on different fields. A reading that fewer
/// mistakes give is not written again.
pub(super) struct Candidates<'r> {
    part: Part,
    /// The requests that may have been hashed. The given request comes first, followed by one for each mistake with it.
    origins: Vec<Origin<'r>>,
    /// The choices for reading, followed by all other choices.
    pub(super) choices: Vec<Deviation>,
    on_reading: usize,
    readings: Vec<Vec<Read>>,
    known_readings: HashSet<(usize, Reading)>,
    levels: Vec<Vec<Candidate>>,
    known: HashSet<Arc<[u8]>>,
    /// From this number of mistakes on, choices that change nothing are left out.
    pruned_from: usize,
    /// Whether choices that change nothing are left out now.
    prunes: bool,
}

/// A request that may have been hashed.
struct Origin<'r> {
    request: Source<'r>,
    /// The dialect that canonicalizes the request before any choice is made.
    dialect: Dialect,
    /// Whether each choice is of a field that this dialect already sets.
    is_settled: Vec<bool>,
    activity: Activity,
}

/// Which choices change the text of a request. Texts are kept as hashes of themselves.
struct Activity {
    /// The text without any choice.
    bare: AtomicU64,
    /// The text of each choice alone.
    alone: Vec<AtomicU64>,
    /// Whether each choice changes the text, alone or with another choice.
    active: Vec<AtomicBool>,
}

/// The text is not known.
const UNKNOWN: u64 = 2;

/// A reading, with the smallest number of mistakes that gives it.
#[derive(Clone)]
struct Read {
    reading: Reading,
    reason: Reason,
    dialect: Dialect,
}

/// The input from which a part is written.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Reading {
    /// There is no reading: method and path are computed in one step.
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
            pruned_from: PRUNED_FROM,
            prunes: false,
        }
    }

    /// Whether each choice changes the given request, alone or with another choice.
    pub(super) fn active(&self) -> Vec<bool> {
        self.origins[0].activity.active.iter().map(|active| active.load(Ordering::Relaxed)).collect()
    }

    /// Leaves out choices that change neither the given request nor, alone, this one.
    pub(super) fn inherit(&mut self, active: &[bool]) {
        for (own, active) in self.origins[0].activity.active.iter().zip(active) {
            own.fetch_or(*active, Ordering::Relaxed);
        }
        self.pruned_from = PRUNED_FROM - 1;
    }

    /// The number of sets with exactly this number of mistakes.
    pub(super) fn sets(&self, mistakes: usize) -> usize {
        let of_origin = |(request, left): (usize, usize)| {
            if mistakes < self.pruned_from {
                return sets_of(&self.choices, left);
            }
            let tried = (0..self.choices.len()).filter(|choice| self.is_tried(request, *choice));
            sets_of(&tried.map(|choice| self.choices[choice]).collect::<Vec<_>>(), left)
        };
        let all = (0..self.origins.len()).filter_map(|request| {
            let left = mistakes.checked_sub(usize::from(request > 0))?;
            Some((request, left))
        });
        all.map(of_origin).sum()
    }

    /// Whether a choice is tried where choices that change nothing are left out.
    fn is_tried(&self, request: usize, choice: usize) -> bool {
        let is_active = |origin: &Origin<'_>| origin.activity.active[choice].load(Ordering::Relaxed);
        is_active(&self.origins[0]) || is_active(&self.origins[request])
    }

    /// The texts that need exactly this number of mistakes. Empty if they were not searched.
    pub(super) fn at(&self, mistakes: usize) -> &[Candidate] {
        self.levels.get(mistakes).map_or(&[], Vec::as_slice)
    }

    /// Finds the texts with up to this number of mistakes. Texts that were found before are not searched again.
    pub(super) fn deepen(&mut self, mistakes: usize) {
        while self.levels.len() <= mistakes {
            self.read(self.levels.len());
            let found = self.write(self.levels.len());
            self.known.extend(found.iter().map(|candidate| candidate.text.clone()));
            self.levels.push(found);
        }
    }

    /// Finds the readings with exactly this number of mistakes.
    fn read(&mut self, mistakes: usize) {
        self.prunes = mistakes >= self.pruned_from;
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

    /// Reads the request. `None` if fewer mistakes give the same reading, or if the dialect refuses the request.
    fn reading(&self, read: &Read) -> Option<Read> {
        if self.part != Part::Query {
            return Some(read.clone());
        }
        let request = &self.origins[usize::from(read.reason.request)].request;
        let known = (self.manner(read.reason), Reading::Query(Arc::new(query::read(request, &read.dialect).ok()?)));
        (!self.known_readings.contains(&known)).then(|| Read { reading: known.1, ..read.clone() })
    }

    /// The way in which a reading is written. It is the same for all requests that start with the official dialect.
    fn manner(&self, reason: Reason) -> usize {
        let request = usize::from(reason.request);
        if self.origins[request].dialect == Dialect::OFFICIAL { 0 } else { request }
    }

    /// Finds the texts with exactly this number of mistakes.
    fn write(&mut self, mistakes: usize) -> Vec<Candidate> {
        let range = self.on_reading..self.choices.len();
        let mut tasks = Vec::new();
        for (taken, readings) in self.readings.iter().enumerate() {
            for read in readings {
                tasks.extend(Self::tasks(read, mistakes - taken, range.clone()));
            }
        }
        let found = self.search(&tasks, range.end, |read, found: &mut HashMap<Arc<[u8]>, Vec<Reason>>| {
            let text = self.text(read);
            self.note(read.reason, text.as_deref());
            if let Some(text) = text.filter(|text| !self.known.contains(text.as_slice())) {
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

    /// Writes the text. `None` if the dialect refuses the request.
    fn text(&self, read: &Read) -> Option<Vec<u8>> {
        match &read.reading {
            Reading::Query(reading) => Some(query::write(reading.as_ref().clone(), &read.dialect)),
            Reading::Nothing => {
                part_with(self.origins[usize::from(read.reason.request)].request, self.part, &read.dialect).ok()
            }
        }
    }

    /// Notes which choices of a reason change its text.
    fn note(&self, reason: Reason, text: Option<&[u8]>) {
        let activity = &self.origins[usize::from(reason.request)].activity;
        let print = text.map_or(0, |text| {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            hasher.finish() | 1
        });
        let mut choices = reason.choices();
        let differs_from = |other: &AtomicU64| {
            !matches!(other.load(Ordering::Relaxed), UNKNOWN) && other.load(Ordering::Relaxed) != print
        };
        match (choices.next(), choices.next(), choices.next()) {
            (None, ..) => activity.bare.store(print, Ordering::Relaxed),
            (Some(one), None, _) => {
                activity.alone[one].store(print, Ordering::Relaxed);
                activity.active[one].fetch_or(differs_from(&activity.bare), Ordering::Relaxed);
            }
            // A choice that was not written alone gives the same reading as no choice.
            (Some(one), Some(two), None) => {
                let alone = |choice: usize| match activity.alone[choice].load(Ordering::Relaxed) {
                    UNKNOWN => &activity.bare,
                    _ => &activity.alone[choice],
                };
                activity.active[two].fetch_or(differs_from(alone(one)), Ordering::Relaxed);
                activity.active[one].fetch_or(differs_from(alone(two)), Ordering::Relaxed);
            }
            _ => {}
        }
    }

    /// The tasks that add `left` choices of a range.
    fn tasks<'t>(start: &'t Read, left: usize, range: Range<usize>) -> Vec<Task<'t>> {
        match left {
            0 => vec![Task { start, first: None, left }],
            _ => range.map(|first| Task { start, first: Some(first), left }).collect(),
        }
    }

    /// Visits every set of choices of every task, on all cores. Each core has its own results.
    fn search<T: Default + Send>(
        &self,
        tasks: &[Task<'_>],
        end: usize,
        visit: impl Fn(&Read, &mut T) + Sync,
    ) -> Vec<T> {
        let read_all = |found: &mut T, _: usize, task: &Task<'_>| {
            let mut visit = |read: &Read| visit(read, found);
            match task.first {
                None => visit(task.start),
                Some(first) => self.choose(task.start, first, task.left, end, &mut visit),
            }
        };
        fold_on_all_cores(tasks, tasks.len(), 64, read_all)
    }

    /// Makes this choice, and then adds every set of further choices of later fields. A choice of a field that the
    /// request's dialect already sets is skipped.
    fn choose(&self, read: &Read, choice: usize, left: usize, end: usize, visit: &mut impl FnMut(&Read)) {
        let request = usize::from(read.reason.request);
        if self.origins[request].is_settled[choice] || self.prunes && !self.is_tried(request, choice) {
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
        let activity = Activity {
            bare: AtomicU64::new(UNKNOWN),
            alone: choices.iter().map(|_| AtomicU64::new(UNKNOWN)).collect(),
            active: choices.iter().map(|_| AtomicBool::new(false)).collect(),
        };
        Self { request, dialect, is_settled, activity }
    }
}

/// The number of sets with this many choices, each of a different field.
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

/// All sets of `left` choices that begin with `first`, added to the choices of `start`.
struct Task<'t> {
    start: &'t Read,
    first: Option<usize>,
    left: usize,
}
