//! The comparison engine. It generates requests, asks all implementations in parallel, and passes their outcomes to the
//! attribution.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::answered::Tally;
use super::attribution::Attribution;
use super::batch::{Batch, Supply};
use super::comparison::{Comparison, PeerReport};
use super::examples::{candidates, clusters, smallest_pair};
use super::setup::{Common, Peer, Profile, Settings, Watch};
use super::stale::stale_faults;
use super::tokens::TokenAttribution;
use super::violation::{Ledger, Pair};
use super::worker::{AHEAD, Reply, Workers, rows};
use crate::adapter::Adapter;
use crate::adapter::protocol::Description;
use crate::suite::outcome::Outcome;
use crate::tamper::Treatments;

/// The largest share of the time that is left for smaller examples: one in this many parts.
const SHRINKING: u32 = 3;
/// How long the last inferences and the report may take.
const LAST_STEPS: Duration = Duration::from_millis(500);
/// How many requests one example may take.
const FOR_AN_EXAMPLE: f64 = 600.0;

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
    let mut supply = Supply::new(settings, Common::of(&peers));
    let mut findings = Findings::new(&peers);
    let (mut adapters, profiles): (Vec<Box<dyn Adapter>>, Vec<Profile>) =
        peers.into_iter().map(|peer| (peer.adapter, peer.profile)).unzip();
    let (mut comparison, again) = thread::scope(|scope| {
        let started = Instant::now();
        let deadline = settings.time.and_then(|time| started.checked_add(time));
        let mut workers = Workers::start(scope, &mut adapters, deadline, watch);
        let busy = explore(&mut workers, &mut findings, &mut supply, settings.time);
        let elapsed = started.elapsed();
        workers.go_on();
        let comparison = conclude(findings, &profiles, &mut workers, busy);
        let comparison = Comparison { seed: settings.seed, corpus: supply.pool.into_kept(), elapsed, ..comparison };
        (comparison, workers.finish())
    });
    for ((report, adapter), again) in comparison.peers.iter_mut().zip(&adapters).zip(again) {
        report.description = adapter.description().clone();
        report.incidents = adapter.incidents().to_vec();
        if again > 0 {
            report.incidents.push(format!("it answered {again} of the last questions again"));
        }
    }
    comparison
}

/// Asks the batches of the supply. Returns the busy time of each implementation.
fn explore(
    workers: &mut Workers<'_>,
    findings: &mut Findings,
    supply: &mut Supply,
    time: Option<Duration>,
) -> Vec<Duration> {
    let mut busy = vec![Duration::ZERO; findings.tally.asked.len()];
    let mut on_their_way: VecDeque<Arc<Batch>> = VecDeque::new();
    let (started, mut longest_inference) = (Instant::now(), Duration::ZERO);
    loop {
        if let Some(time) = time {
            let asked = findings.attribution.cases + findings.tokens.count;
            let for_a_request = started.elapsed().as_secs_f64() / asked.max(1) as f64;
            let examples = findings.examples() as f64 * FOR_AN_EXAMPLE * for_a_request;
            let examples = Duration::try_from_secs_f64(examples).unwrap_or(time);
            workers.reserve((LAST_STEPS + longest_inference + examples.min(time)).min(time / SHRINKING));
        }
        if workers.is_explored() {
            supply.end();
        }
        while on_their_way.len() < AHEAD
            && let Some(batch) = supply.next().map(Arc::new)
        {
            workers.give(&batch);
            on_their_way.push_back(batch);
        }
        let Some(batch) = on_their_way.pop_front() else { return busy };
        let replies: Vec<Reply> = workers.take();
        busy.iter_mut().zip(&replies).for_each(|(busy, reply)| *busy += reply.took);
        // If an implementation stops answering, the comparison ends.
        if replies.iter().any(Reply::is_silence) {
            supply.end();
        }
        findings.take(&batch, replies, supply);
        let begun = Instant::now();
        findings.attribution.infer_if_due(&mut || workers.is_explored());
        longest_inference = longest_inference.max(begun.elapsed());
        let (clusters, unexplained) = findings.counts();
        workers.progress(findings.attribution.cases + findings.tokens.count, clusters, unexplained);
    }
}

/// Makes the result of a comparison, with small examples as long as there is time.
fn conclude(findings: Findings, profiles: &[Profile], workers: &mut Workers<'_>, busy: Vec<Duration>) -> Comparison {
    let Findings { mut attribution, ledger, tokens, tally, descriptions, .. } = findings;
    let last_inference = workers.last_inference();
    let found = attribution.finish(&mut || last_inference.is_some_and(|end| Instant::now() >= end));
    let mut stale = match workers.is_interrupted() {
        true => vec![Vec::new(); profiles.len()],
        false => stale_faults(&found, profiles, &tally.answered),
    };
    let mut candidates = candidates(found, profiles, &attribution);
    candidates.iter_mut().for_each(|it| it.shrink_next(profiles, &attribution, workers));
    let violations = ledger.finish(&attribution).into_iter();
    let violations = violations.map(|it| smallest_pair(it, &attribution, workers)).collect();
    let (token_count, differing_tokens) = (tokens.count, tokens.differing);
    let treatments: Vec<Treatments> = profiles.iter().map(|peer| peer.treatments.clone()).collect();
    let (token_clusters, stale_tokens) =
        tokens.finish(&treatments, |token| workers.rows(Batch::of_token(token))?.into_iter().next());
    candidates.iter_mut().for_each(|it| it.shrink_all(profiles, &attribution, workers));
    stale.iter_mut().zip(stale_tokens).for_each(|(stale, tokens)| stale.extend(tokens));
    let reports = profiles.iter().zip(descriptions).zip(busy).zip(stale).enumerate();
    let report = |(place, (((profile, description), busy), stale)): (usize, (((&Profile, _), _), _))| PeerReport {
        name: profile.name.clone(),
        origin: profile.origin,
        description,
        described: profile.described.clone(),
        found: attribution.dialect(place).clone(),
        asked: tally.asked[place],
        answered: tally.answered[place],
        busy,
        incidents: Vec::new(),
        stale,
    };
    Comparison {
        peers: reports.map(report).collect(),
        seed: 0,
        cases: attribution.cases,
        compared: tally.compared.requests,
        differing: attribution.differing,
        tokens: token_count,
        compared_tokens: tally.compared.tokens,
        differing_tokens,
        corpus: Vec::new(),
        elapsed: Duration::ZERO,
        violations,
        clusters: clusters(candidates),
        token_clusters,
    }
}

/// Everything that the comparison found.
struct Findings {
    attribution: Attribution,
    ledger: Ledger,
    tokens: TokenAttribution,
    tally: Tally,
    /// The introduction of each implementation.
    descriptions: Vec<Description>,
    /// The indexes of the implementations on which the relations are checked.
    held: Vec<usize>,
}

impl Findings {
    fn new(peers: &[Peer]) -> Self {
        let descriptions: Vec<Description> = peers.iter().map(|peer| peer.adapter.description().clone()).collect();
        Self {
            attribution: Attribution::new(peers.iter().map(|peer| peer.profile.described.clone())),
            ledger: Ledger::default(),
            tokens: TokenAttribution::default(),
            tally: Tally::new(descriptions.clone()),
            descriptions,
            held: (0..peers.len()).filter(|place| peers[*place].profile.is_tested_with_relations).collect(),
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
        for (at, relation) in batch.related.iter().filter(|(at, _)| *at < rows.len()) {
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

    /// The number of examples that are to be shrunk.
    fn examples(&self) -> usize {
        self.attribution.kept() + self.ledger.kept() + self.tokens.clusters()
    }

    /// The number of causes so far, and the number of unexplained causes.
    fn counts(&self) -> (usize, usize) {
        let (clusters, unexplained) = self.attribution.counts();
        (clusters + self.tokens.clusters(), unexplained)
    }
}
