//! The way of a request: from its genome to every implementation at once, and with their outcomes to the study.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::compare::agree;
use super::genome::Genomes;
use super::relation::{Law, request_with_related};
use super::shrink::{shrink, shrink_pair};
use super::source::Source;
use super::study::{Example, Found, Study};
use super::violation::{Ledger, Pair, Violation, Way, way};
use crate::adapter::Adapter;
use crate::adapter::protocol::{Description, Operation, Question};
use crate::qsh::Dialect;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

/// So many requests go to the implementations together.
const BATCH: u64 = 1024;
/// So many batches are on their way at once, so that nobody waits for the study of one.
const AHEAD: usize = 3;

/// An implementation that is compared with others.
pub struct Peer {
    /// The name that it is called by.
    pub name: String,
    /// The dialect that it is described to speak.
    pub described: Dialect,
    /// The implementation.
    pub adapter: Box<dyn Adapter>,
    /// Whether it is held to the laws of the hash: related requests have one hash where they mean the same, and two where
    /// they do not.
    pub is_held_to_laws: bool,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("name", &self.name).field("described", &self.described).finish_non_exhaustive()
    }
}

/// What is asked, and how much of it.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "made by who starts a comparison")]
pub struct Settings {
    /// Decides every request: the same seed makes the same ones, and so the same clusters.
    pub seed: u64,
    /// How many requests at most.
    pub cases: Option<u64>,
    /// How long at most; batches that are on their way are still waited for, and examples are made smaller afterwards.
    pub time: Option<Duration>,
    /// What was kept of an earlier comparison, to go on from.
    pub corpus: Vec<Vec<u8>>,
}

/// Looks on while implementations are compared, and may end it.
pub trait Watch {
    /// So many requests were asked; so many causes of differences were found, and so many of those are unexplained.
    fn progress(&mut self, cases: u64, clusters: usize, unexplained: usize);
    /// Whether no more requests are wanted: what was found so far is still reported, with examples as large as they are.
    fn is_enough(&mut self) -> bool;
}

/// Nobody looks on.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "nothing can be added to nothing")]
pub struct NoWatch;

impl Watch for NoWatch {
    fn progress(&mut self, _: u64, _: usize, _: usize) {}

    fn is_enough(&mut self) -> bool {
        false
    }
}

/// What came of a comparison.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Differences {
    /// The implementations, in the order that they were given in.
    pub peers: Vec<PeerReport>,
    /// The seed of the requests.
    pub seed: u64,
    /// How many requests all were asked.
    pub cases: u64,
    /// How many of them the implementations differ on.
    pub differing: u64,
    /// The choices behind the requests that showed something new, to go on from; the `grammar` fuzz target reads them, too.
    pub corpus: Vec<Vec<u8>>,
    /// How long it took, without the time in which examples were made smaller.
    pub elapsed: Duration,
    /// The pairs of requests that an implementation takes against their meaning: first those that are taken for one.
    pub violations: Vec<Violation>,
    /// The causes of the differences: first those that nothing explains, then by how often they show.
    pub clusters: Vec<Cluster>,
}

/// An implementation that was compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PeerReport {
    /// The name that it is called by.
    pub name: String,
    /// Who it says that it is.
    pub description: Description,
    /// The dialect that it is described to speak.
    pub described: Dialect,
    /// The dialect that it was found to speak: the described one, and what was learnt.
    pub found: Dialect,
    /// How long it was at work.
    pub busy: Duration,
    /// What went wrong that no single request is to blame for.
    pub incidents: Vec<String>,
}

/// Differences with one cause.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cluster {
    /// Why the implementations differ.
    pub cause: Cause,
    /// Whether every choice of the cause is one that somebody described.
    pub is_described: bool,
    /// How many requests showed it; of several unexplained ones of one kind, how many of the examples that were looked into.
    pub count: u64,
    /// The smallest request that was found to show it.
    pub example: Input,
    /// What each implementation did with that.
    pub outcomes: Vec<Outcome>,
}

impl Differences {
    /// Whether the implementations do exactly what is described of them.
    pub fn is_as_described(&self) -> bool {
        self.clusters.iter().all(|cluster| cluster.is_described)
            && self.violations.iter().all(|violation| violation.is_described)
            && self.peers.iter().all(|it| it.incidents.is_empty())
    }
}

/// Requests that are asked together.
struct Batch {
    inputs: Vec<Input>,
    genomes: Vec<Vec<u8>>,
    /// Where a request stands that was made of the one before it, and how.
    related: Vec<(usize, Law)>,
}

/// Compares implementations, every one with the first, until the settings or the watch say that it is enough.
///
/// # Panics
///
/// With no implementation at all.
///
/// # Examples
///
/// Two dialects that differ in one choice, found by that choice and shown by a small request:
///
/// ```
/// use qsh::Dialect;
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::adapter::described::Described;
/// use qsh::diff::{NoWatch, Peer, Settings, diff};
///
/// let other = Described::new("other", Dialect::OFFICIAL.with("trailing_slash=kept".parse()?));
/// let peers = vec![
///     Peer { name: "built-in".to_owned(), described: Dialect::OFFICIAL, adapter: Box::new(BuiltIn::new()), is_held_to_laws: true },
///     Peer { name: "other".to_owned(), described: Dialect::OFFICIAL, adapter: Box::new(other), is_held_to_laws: true },
/// ];
/// let differences = diff(peers, &Settings { seed: 1, cases: Some(5_000), ..Settings::default() }, &mut NoWatch);
/// let [cluster] = differences.clusters.as_slice() else { panic!("{differences:?}") };
/// assert_eq!(cluster.cause.to_string(), "1: trailing_slash=kept");
/// assert_eq!(cluster.example.to_string(), "GET //");
/// assert!(!cluster.is_described);
/// // A token for one of them is good for the other, and so with other slashes.
/// assert!(differences.violations.iter().all(|it| it.cause.is_some()));
/// # Ok::<(), qsh::qsh::dialect::UnknownChoice>(())
/// ```
pub fn diff(mut peers: Vec<Peer>, settings: &Settings, watch: &mut dyn Watch) -> Differences {
    assert!(!peers.is_empty(), "there is nothing to compare");
    let started = Instant::now();
    let mut study = Study::new(peers.iter().map(|peer| peer.described.clone()));
    let mut ledger = Ledger::default();
    let mut genomes = Genomes::new(settings.seed, &settings.corpus);
    let busy = explore(&mut peers, &mut study, &mut ledger, &mut genomes, settings, watch);
    let elapsed = started.elapsed();
    let found = study.finish();
    let clusters = clusters(found, &mut peers, &study, watch);
    let violations = ledger.finish(&study).into_iter();
    let violations = violations.map(|it| smallest_pair(it, &mut peers, &study, watch)).collect();
    let reports = peers.into_iter().zip(busy).enumerate().map(|(place, (mut peer, busy))| {
        let answered_again = peer.adapter.finish().len();
        let mut incidents = peer.adapter.incidents().to_vec();
        if answered_again > 0 {
            incidents.push(format!("it answered {answered_again} of the last questions once more"));
        }
        PeerReport {
            description: peer.adapter.description().clone(),
            incidents,
            found: study.dialect(place).clone(),
            name: peer.name,
            described: peer.described,
            busy,
        }
    });
    Differences {
        peers: reports.collect(),
        seed: settings.seed,
        cases: study.cases,
        differing: study.differing,
        corpus: genomes.into_kept(),
        elapsed,
        violations,
        clusters,
    }
}

/// Asks about generated requests; returns how long each implementation was at work.
fn explore(
    peers: &mut [Peer],
    study: &mut Study,
    ledger: &mut Ledger,
    genomes: &mut Genomes,
    settings: &Settings,
    watch: &mut dyn Watch,
) -> Vec<Duration> {
    let started = Instant::now();
    let held: Vec<usize> = (0..peers.len()).filter(|place| peers[*place].is_held_to_laws).collect();
    let mut busy = vec![Duration::ZERO; peers.len()];
    thread::scope(|scope| {
        let workers: Vec<Worker> = peers.iter_mut().map(|peer| Worker::start(scope, peer.adapter.as_mut())).collect();
        let mut on_their_way: VecDeque<Arc<Batch>> = VecDeque::new();
        let mut left = settings.cases.unwrap_or(u64::MAX);
        loop {
            let is_over = settings.time.is_some_and(|time| started.elapsed() >= time) || watch.is_enough();
            left = if is_over { 0 } else { left };
            while left > 0 && on_their_way.len() < AHEAD {
                let batch = Arc::new(Batch::next(genomes, left.min(BATCH)));
                left -= batch.inputs.len() as u64;
                workers.iter().for_each(|worker| worker.give(&batch));
                on_their_way.push_back(batch);
            }
            let Some(batch) = on_their_way.pop_front() else { break };
            let replies: Vec<(Vec<Outcome>, Duration)> = workers.iter().map(Worker::take).collect();
            busy.iter_mut().zip(&replies).for_each(|(busy, (_, took))| *busy += *took);
            let rows = rows(replies.into_iter().map(|(outcomes, _)| outcomes), batch.inputs.len());
            for ((input, genome), row) in batch.inputs.iter().zip(&batch.genomes).zip(&rows) {
                if study.take(input, row) {
                    genomes.keep(genome.clone());
                }
            }
            for (at, law) in &batch.related {
                let inputs = [&batch.inputs[at - 1], &batch.inputs[*at]];
                for peer in &held {
                    let outcomes = [&rows[at - 1][*peer], &rows[*at][*peer]];
                    if ledger.take(*peer, Pair { law: *law, inputs, outcomes }, study.dialects(*peer)) {
                        genomes.keep(batch.genomes[*at].clone());
                    }
                }
            }
            let (clusters, unexplained) = study.counts();
            watch.progress(study.cases, clusters, unexplained);
        }
    });
    busy
}

/// What all did with each of so many requests, from what each did with all of them.
fn rows(columns: impl Iterator<Item = Vec<Outcome>>, count: usize) -> Vec<Vec<Outcome>> {
    let mut columns: Vec<_> = columns.map(Vec::into_iter).collect();
    (0..count).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
}

impl Batch {
    fn next(genomes: &mut Genomes, count: u64) -> Self {
        let mut batch = Self { inputs: Vec::new(), genomes: Vec::new(), related: Vec::new() };
        while (batch.inputs.len() as u64) < count {
            let genome = genomes.next();
            let (input, related) = request_with_related(&mut Source::new(&genome));
            batch.inputs.push(input);
            batch.genomes.push(genome.clone());
            if let Some((law, other)) = related.filter(|_| (batch.inputs.len() as u64) < count) {
                batch.related.push((batch.inputs.len(), law));
                batch.inputs.push(other);
                batch.genomes.push(genome);
            }
        }
        batch
    }
}

/// A thread that asks one implementation.
struct Worker {
    batches: SyncSender<Arc<Batch>>,
    outcomes: Receiver<(Vec<Outcome>, Duration)>,
}

impl Worker {
    fn start<'scope>(scope: &'scope Scope<'scope, '_>, adapter: &'scope mut dyn Adapter) -> Self {
        let (batches, given) = mpsc::sync_channel::<Arc<Batch>>(AHEAD);
        let (taken, outcomes) = mpsc::sync_channel(AHEAD);
        scope.spawn(move || {
            for batch in given {
                let started = Instant::now();
                let outcomes = ask(adapter, &batch.inputs);
                if taken.send((outcomes, started.elapsed())).is_err() {
                    break;
                }
            }
        });
        Self { batches, outcomes }
    }

    fn give(&self, batch: &Arc<Batch>) {
        self.batches.send(Arc::clone(batch)).expect("a worker waits for batches as long as it is there");
    }

    fn take(&self) -> (Vec<Outcome>, Duration) {
        self.outcomes.recv().expect("a worker answers every batch")
    }
}

/// What an implementation does with requests: the canonical request, or the hash where it has no other.
fn ask(adapter: &mut dyn Adapter, inputs: &[Input]) -> Vec<Outcome> {
    let has_text = adapter.description().has(Operation::CanonicalRequest);
    let question = |input: &Input| match has_text {
        true => Question::CanonicalRequest(input.clone()),
        false => Question::Qsh(input.clone()),
    };
    let questions: Vec<Question> = inputs.iter().map(question).collect();
    adapter.ask(&questions, &mut |_| {}).into_iter().map(|reply| reply.outcome).collect()
}

/// So many differences of one unexplained kind are made smaller, to see which of them come to the same.
const LOOKED_INTO: usize = 32;
/// So many, where an implementation does not answer: each question may take as long as it is given.
const LOOKED_INTO_OF_SILENCE: usize = 1;

/// Clusters with small examples.
fn clusters(found: Vec<(Cause, Found)>, peers: &mut [Peer], study: &Study, watch: &mut dyn Watch) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (cause, Found { count, examples }) in found {
        let is_described = match &cause {
            Cause::Unexplained { .. } => false,
            Cause::Dialects(differences) => {
                differences.iter().all(|it| it.choice.field().choice_of(&peers[it.peer].described) == it.choice)
            }
        };
        let mut small: Vec<(Example, u64)> = Vec::new();
        let is_silence = examples.iter().any(|example| example.outcomes.iter().any(Outcome::is_breach));
        let looked_into = if is_silence { LOOKED_INTO_OF_SILENCE } else { LOOKED_INTO };
        for example in examples.into_iter().take(looked_into) {
            let example = smallest(&cause, example, peers, study, watch);
            match small.iter_mut().find(|(other, _)| other.input == example.input) {
                Some((_, count)) => *count += 1,
                None => small.push((example, 1)),
            }
        }
        // One example stands for all that have its cause; of several, nobody knows how many are like which.
        let is_one = small.len() == 1;
        clusters.extend(small.into_iter().map(|(Example { input, outcomes }, like_it)| Cluster {
            cause: cause.clone(),
            is_described,
            count: if is_one { count } else { like_it },
            example: input,
            outcomes,
        }));
    }
    clusters.sort_by_key(|it| (matches!(it.cause, Cause::Dialects(_)), it.is_described, std::cmp::Reverse(it.count)));
    clusters
}

/// The smallest request with that cause, and what all do with it.
fn smallest(cause: &Cause, example: Example, peers: &mut [Peer], study: &Study, watch: &mut dyn Watch) -> Example {
    let Example { input, outcomes: mut last } = example;
    let input = shrink(input, |smaller| {
        if watch.is_enough() {
            return None;
        }
        let rows = rows(peers.iter_mut().map(|peer| ask(peer.adapter.as_mut(), smaller)), smaller.len());
        let has_cause = |input: &Input, row: &[Outcome]| {
            (1..row.len()).any(|other| !agree(&row[0], &row[other]) && study.cause(input, row, other).0 == *cause)
        };
        let place = smaller.iter().zip(&rows).position(|(input, row)| has_cause(input, row))?;
        last = rows.into_iter().nth(place).unwrap_or_default();
        Some(place)
    });
    Example { input, outcomes: last }
}

/// The smallest pair that is taken wrongly in that way.
fn smallest_pair(
    (way, violation): (Way, Violation),
    peers: &mut [Peer],
    study: &Study,
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
            let pair = Pair { law: violation.law, inputs: pair.each_ref(), outcomes: [&answers[0], &answers[1]] };
            self::way(peer, pair, study.dialects(peer)).is_some_and(|(found, _)| found == way)
        };
        let place = smaller.iter().zip(answers.chunks(2)).position(is_taken_so)?;
        outcomes = [answers[2 * place].clone(), answers[2 * place + 1].clone()];
        Some(place)
    });
    Violation { example, outcomes, ..violation }
}
