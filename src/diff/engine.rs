//! The way of a request: from its genome to every implementation at once, and with their outcomes to the study.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::batch::{Batch, Supply};
use super::comparison::{Comparison, PeerReport};
use super::examples::{clusters, smallest_pair};
use super::study::Study;
use super::tokens::TokenStudy;
use super::violation::{Ledger, Pair};
use super::worker::{Reply, Worker, outcomes, rows};
use crate::adapter::Adapter;
use crate::adapter::described::Described;
use crate::adapter::protocol::Operation;
use crate::qsh::Dialect;
use crate::suite::outcome::Outcome;
use crate::tamper::{Kind, Treatments};

/// So many batches are on their way at once, so that nobody waits for the study of one.
const AHEAD: usize = 3;

/// An implementation that is compared with others.
pub struct Peer {
    /// The name that it is called by.
    pub name: String,
    /// The dialect that it is described to speak.
    pub described: Dialect,
    /// What it is described to do with tokens against the specification.
    pub treatments: Treatments,
    /// The types of exceptions that it is described to raise over requests, each with the reason.
    pub faults: BTreeMap<String, String>,
    /// The implementation.
    pub adapter: Box<dyn Adapter>,
    /// Whether it is held to the laws of the hash: related requests have one hash where they mean the same, and two where
    /// they do not.
    pub is_held_to_laws: bool,
}

impl Peer {
    /// An implementation of which nobody has described anything but what the specification says.
    pub fn new(name: impl Into<String>, adapter: Box<dyn Adapter>) -> Self {
        let (described, treatments, faults) = (Dialect::OFFICIAL, Treatments::new(), BTreeMap::new());
        Self { name: name.into(), described, treatments, faults, adapter, is_held_to_laws: true }
    }

    /// What is described of an implementation, as one to compare it with.
    fn described_of(peer: &Self) -> Self {
        let described = peer.described.clone();
        let adapter = Box::new(Described::new("described", described.clone()));
        Self { described, is_held_to_laws: false, ..Self::new("described", adapter) }
    }

    fn has(&self, operation: Operation) -> bool {
        self.adapter.description().has(operation)
    }
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
    /// How many requests at most; where only tokens can be compared, how many of those.
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

/// What implementations have in common, so that they can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Common {
    /// Two at least have canonical requests, or hashes.
    pub requests: bool,
    /// Two at least take such tokens.
    pub tokens: Vec<Kind>,
}

impl Common {
    /// What at least two of them have; one alone has it in common with what is described of it.
    pub fn of(peers: &[Peer]) -> Self {
        let least = if peers.len() == 1 { 1 } else { 2 };
        let is_had = |operations: &[Operation]| {
            peers.iter().filter(|peer| operations.iter().any(|it| peer.has(*it))).count() >= least
        };
        Self {
            requests: is_had(&[Operation::CanonicalRequest, Operation::Qsh]),
            tokens: Kind::ALL.into_iter().filter(|kind| is_had(&[kind.operation()])).collect(),
        }
    }
}

/// Compares implementations, every one with the first, until the settings or the watch say that it is enough. One alone is
/// compared with what is described of it.
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
/// let peers = vec![Peer::new("built-in", Box::new(BuiltIn::new())), Peer::new("other", Box::new(other))];
/// let comparison = diff(peers, &Settings { seed: 1, cases: Some(5_000), ..Settings::default() }, &mut NoWatch);
/// let [cluster] = comparison.clusters.as_slice() else { panic!("{comparison:?}") };
/// assert_eq!(cluster.cause.to_string(), "1: trailing_slash=kept");
/// assert_eq!(cluster.example.to_string(), "GET //");
/// assert!(!cluster.is_described);
/// // A token for one of them is good for the other, and so with other slashes.
/// assert!(comparison.violations.iter().all(|it| it.cause.is_some()));
/// # Ok::<(), qsh::qsh::dialect::UnknownChoice>(())
/// ```
pub fn diff(mut peers: Vec<Peer>, settings: &Settings, watch: &mut dyn Watch) -> Comparison {
    assert!(!peers.is_empty(), "there is nothing to compare");
    if let [alone] = peers.as_slice() {
        peers.insert(0, Peer::described_of(alone));
    }
    let started = Instant::now();
    let mut supply = Supply::new(settings, Common::of(&peers));
    let mut findings = Findings::new(&peers);
    let busy = explore(&mut peers, &mut findings, &mut supply, settings.time, watch);
    let elapsed = started.elapsed();
    let Findings { mut study, ledger, tokens, .. } = findings;
    let found = study.finish();
    let clusters = clusters(found, &mut peers, &study, watch);
    let violations = ledger.finish(&study).into_iter();
    let violations = violations.map(|it| smallest_pair(it, &mut peers, &study, watch)).collect();
    let (token_count, differing_tokens) = (tokens.count, tokens.differing);
    let treatments: Vec<Treatments> = peers.iter().map(|peer| peer.treatments.clone()).collect();
    let (token_clusters, stale) = tokens.finish(&treatments, |token| {
        let question = [token.question()];
        let ask = |peer: &mut Peer| outcomes(peer.adapter.as_mut(), &question);
        (!watch.is_enough()).then(|| peers.iter_mut().flat_map(ask).collect())
    });
    let reports = peers.into_iter().zip(busy).zip(stale).enumerate();
    let report = |(place, ((peer, busy), stale))| report(peer, busy, study.dialect(place).clone(), stale);
    Comparison {
        peers: reports.map(report).collect(),
        seed: settings.seed,
        cases: study.cases,
        differing: study.differing,
        tokens: token_count,
        differing_tokens,
        corpus: supply.genomes.into_kept(),
        elapsed,
        violations,
        clusters,
        token_clusters,
    }
}

/// An implementation after its last question.
fn report(mut peer: Peer, busy: Duration, found: Dialect, stale: Vec<String>) -> PeerReport {
    let answered_again = peer.adapter.finish().len();
    let mut incidents = peer.adapter.incidents().to_vec();
    if answered_again > 0 {
        incidents.push(format!("it answered {answered_again} of the last questions once more"));
    }
    PeerReport {
        description: peer.adapter.description().clone(),
        incidents,
        found,
        name: peer.name,
        described: peer.described,
        busy,
        stale,
    }
}

/// Asks about whatever the supply gives; returns how long each implementation was at work.
fn explore(
    peers: &mut [Peer],
    findings: &mut Findings,
    supply: &mut Supply,
    time: Option<Duration>,
    watch: &mut dyn Watch,
) -> Vec<Duration> {
    let started = Instant::now();
    let mut busy = vec![Duration::ZERO; peers.len()];
    thread::scope(|scope| {
        let start = |peer| Worker::start(scope, peer, AHEAD);
        let workers: Vec<Worker> = peers.iter_mut().map(|peer| start(peer.adapter.as_mut())).collect();
        let mut on_their_way: VecDeque<Arc<Batch>> = VecDeque::new();
        loop {
            if time.is_some_and(|time| started.elapsed() >= time) || watch.is_enough() {
                supply.end();
            }
            while on_their_way.len() < AHEAD
                && let Some(batch) = supply.next().map(Arc::new)
            {
                workers.iter().for_each(|worker| worker.give(&batch));
                on_their_way.push_back(batch);
            }
            let Some(batch) = on_their_way.pop_front() else { break };
            let replies: Vec<Reply> = workers.iter().map(Worker::take).collect();
            busy.iter_mut().zip(&replies).for_each(|(busy, reply)| *busy += reply.took);
            // Whoever answers nothing any more has nothing more to show.
            if replies.iter().any(Reply::is_silence) {
                supply.end();
            }
            findings.take(&batch, replies, supply);
            let (clusters, unexplained) = findings.counts();
            watch.progress(findings.study.cases + findings.tokens.count, clusters, unexplained);
        }
    });
    busy
}

/// All that was found.
struct Findings {
    study: Study,
    ledger: Ledger,
    tokens: TokenStudy,
    /// The implementations that are held to the laws.
    held: Vec<usize>,
}

impl Findings {
    fn new(peers: &[Peer]) -> Self {
        Self {
            study: Study::new(peers.iter().map(|peer| peer.described.clone())),
            ledger: Ledger::default(),
            tokens: TokenStudy::default(),
            held: (0..peers.len()).filter(|place| peers[*place].is_held_to_laws).collect(),
        }
    }

    /// Takes in what all did with a batch; the choices behind what is new are kept.
    fn take(&mut self, batch: &Batch, replies: Vec<Reply>, supply: &mut Supply) {
        let (requests, tokens): (Vec<_>, Vec<_>) = replies.into_iter().map(|it| (it.requests, it.tokens)).unzip();
        let rows_of_requests = rows(requests.into_iter(), batch.inputs.len());
        for ((input, genome), row) in batch.inputs.iter().zip(&batch.genomes).zip(&rows_of_requests) {
            if self.study.take(input, row) {
                supply.genomes.keep(genome.clone());
            }
        }
        self.take_related(batch, &rows_of_requests, supply);
        for (token, row) in batch.tampered.iter().zip(rows(tokens.into_iter(), batch.tampered.len())) {
            self.tokens.take(token, &row);
        }
    }

    fn take_related(&mut self, batch: &Batch, rows: &[Vec<Outcome>], supply: &mut Supply) {
        for (at, law) in &batch.related {
            let inputs = [&batch.inputs[at - 1], &batch.inputs[*at]];
            for peer in &self.held {
                let outcomes = [&rows[at - 1][*peer], &rows[*at][*peer]];
                if self.ledger.take(*peer, Pair { law: *law, inputs, outcomes }, self.study.dialects(*peer)) {
                    supply.genomes.keep(batch.genomes[*at].clone());
                }
            }
        }
    }

    /// How many causes there are so far, and how many of them nothing explains.
    fn counts(&self) -> (usize, usize) {
        let (clusters, unexplained) = self.study.counts();
        (clusters + self.tokens.clusters(), unexplained)
    }
}
