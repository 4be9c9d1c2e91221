//! The comparison engine. It generates requests, asks all implementations in parallel, and passes their outcomes to the
//! attribution.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use qsh_diagnose::Dialect;

use super::answered::{Questions, Tally};
use super::attribution::Attribution;
use super::batch::{Batch, Supply};
use super::comparison::{Comparison, PeerReport};
use super::examples::{clusters, smallest_pair};
use super::setup::{Common, Peer, Settings, Watch};
use super::tokens::TokenAttribution;
use super::violation::{Ledger, Pair};
use super::worker::{Reply, Worker, outcomes, rows};
use crate::suite::outcome::Outcome;
use crate::tamper::Treatments;

/// How many batches are sent ahead. Implementations then do not wait while outcomes are attributed.
const AHEAD: usize = 3;

/// Compares all implementations with the first one, until the settings or the watch stop it. A single implementation is
/// compared with its described dialect.
///
/// # Panics
///
/// If there is no implementation.
///
/// # Examples
///
/// Two dialects that differ in one choice. The comparison names the choice and shows a small request:
///
/// ```
/// use qsh_diagnose::Dialect;
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
/// // A token for `/a` is valid for `/a/` in one of them. That choice explains all violations.
/// assert!(comparison.violations.iter().all(|it| it.cause.is_some()));
/// # Ok::<(), qsh_diagnose::dialect::UnknownChoice>(())
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
    let Findings { mut attribution, ledger, tokens, tally, .. } = findings;
    let found = attribution.finish();
    let clusters = clusters(found, &mut peers, &attribution, watch);
    let violations = ledger.finish(&attribution).into_iter();
    let violations = violations.map(|it| smallest_pair(it, &mut peers, &attribution, watch)).collect();
    let (token_count, differing_tokens) = (tokens.count, tokens.differing);
    let treatments: Vec<Treatments> = peers.iter().map(|peer| peer.treatments.clone()).collect();
    let (token_clusters, stale) = tokens.finish(&treatments, |token| {
        let question = [token.question()];
        let ask = |peer: &mut Peer| outcomes(peer.adapter.as_mut(), &question);
        (!watch.is_enough()).then(|| peers.iter_mut().flat_map(ask).collect())
    });
    let reports = peers.into_iter().zip(busy).zip(stale).enumerate();
    let report = |(place, ((peer, busy), stale))| PeerReport {
        asked: tally.asked[place],
        answered: tally.answered[place],
        ..report(peer, busy, attribution.dialect(place).clone(), stale)
    };
    Comparison {
        peers: reports.map(report).collect(),
        seed: settings.seed,
        cases: attribution.cases,
        compared: tally.compared.requests,
        differing: attribution.differing,
        tokens: token_count,
        compared_tokens: tally.compared.tokens,
        differing_tokens,
        corpus: supply.pool.into_kept(),
        elapsed,
        violations,
        clusters,
        token_clusters,
    }
}

/// Creates the report of an implementation after its last question.
fn report(mut peer: Peer, busy: Duration, found: Dialect, stale: Vec<String>) -> PeerReport {
    let answered_again = peer.adapter.finish().len();
    let mut incidents = peer.adapter.incidents().to_vec();
    if answered_again > 0 {
        incidents.push(format!("it answered {answered_again} of the last questions again"));
    }
    PeerReport {
        description: peer.adapter.description().clone(),
        incidents,
        found,
        name: peer.name,
        described: peer.described,
        asked: Questions::default(),
        answered: Questions::default(),
        busy,
        stale,
    }
}

/// Asks the batches of the supply. Returns the busy time of each implementation.
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
            // If an implementation stops answering, the comparison ends.
            if replies.iter().any(Reply::is_silence) {
                supply.end();
            }
            findings.take(&batch, replies, supply);
            let (clusters, unexplained) = findings.counts();
            watch.progress(findings.attribution.cases + findings.tokens.count, clusters, unexplained);
        }
    });
    busy
}

/// Everything that the comparison found.
struct Findings {
    attribution: Attribution,
    ledger: Ledger,
    tokens: TokenAttribution,
    tally: Tally,
    /// The indexes of the implementations on which the relations are checked.
    held: Vec<usize>,
}

impl Findings {
    fn new(peers: &[Peer]) -> Self {
        Self {
            attribution: Attribution::new(peers.iter().map(|peer| peer.described.clone())),
            ledger: Ledger::default(),
            tokens: TokenAttribution::default(),
            tally: Tally::new(peers.iter().map(|peer| peer.adapter.description().clone()).collect()),
            held: (0..peers.len()).filter(|place| peers[*place].is_tested_with_relations).collect(),
        }
    }

    /// Records the outcomes of a batch. Choices of requests that show something new are added to the pool.
    fn take(&mut self, batch: &Batch, replies: Vec<Reply>, supply: &mut Supply) {
        let (requests, tokens): (Vec<_>, Vec<_>) = replies.into_iter().map(|it| (it.requests, it.tokens)).unzip();
        let rows_of_requests = rows(requests.into_iter(), batch.inputs.len());
        for ((input, choices), row) in batch.inputs.iter().zip(&batch.choices).zip(&rows_of_requests) {
            self.tally.request(row);
            if self.attribution.take(input, row) {
                supply.pool.keep(choices.clone());
            }
        }
        self.take_related(batch, &rows_of_requests, supply);
        for (token, row) in batch.tampered.iter().zip(rows(tokens.into_iter(), batch.tampered.len())) {
            self.tally.token(token.operation(), &row);
            self.tokens.take(token, &row);
        }
    }

    fn take_related(&mut self, batch: &Batch, rows: &[Vec<Outcome>], supply: &mut Supply) {
        for (at, relation) in &batch.related {
            let inputs = [&batch.inputs[at - 1], &batch.inputs[*at]];
            for peer in &self.held {
                let outcomes = [&rows[at - 1][*peer], &rows[*at][*peer]];
                if self.ledger.take(
                    *peer,
                    Pair { relation: *relation, inputs, outcomes },
                    self.attribution.dialects(*peer),
                ) {
                    supply.pool.keep(batch.choices[*at].clone());
                }
            }
        }
    }

    /// The number of causes so far, and the number of unexplained causes.
    fn counts(&self) -> (usize, usize) {
        let (clusters, unexplained) = self.attribution.counts();
        (clusters + self.tokens.clusters(), unexplained)
    }
}
