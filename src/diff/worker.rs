//! Worker threads. Each one asks one implementation. Nobody waits for them longer than the comparison may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::Scope;
use std::time::{Duration, Instant};

use qsh_diagnose::Input;

use super::batch::Batch;
use super::setup::Watch;
use crate::adapter::protocol::{Operation, Question};
use crate::adapter::{Adapter, Stop};
use crate::suite::outcome::Outcome;

/// How many batches are sent ahead. Implementations then do not wait while outcomes are attributed.
pub(super) const AHEAD: usize = 3;

/// How often a wait looks for the end of the comparison.
const TICK: Duration = Duration::from_millis(20);
/// How long answers are still waited for after the end of the comparison.
const GRACE: Duration = Duration::from_millis(300);
/// How long the questions of one slice should take. Between two slices, a worker looks for the end.
const SLICE: Duration = Duration::from_millis(50);
/// How many questions the first slice has.
const FIRST_SLICE: usize = 64;
/// The most questions of a slice.
const LONGEST_SLICE: usize = 4096;

/// The outcomes of a batch. If asking ended before all of it was asked, these are the outcomes of its first questions.
pub(super) struct Reply {
    /// One outcome for each request.
    pub(super) requests: Vec<Outcome>,
    /// One outcome for each token.
    pub(super) tokens: Vec<Outcome>,
    pub(super) took: Duration,
}

impl Reply {
    /// Whether no question was answered.
    pub(super) fn is_silence(&self) -> bool {
        self.requests.iter().chain(&self.tokens).all(Outcome::is_breach)
    }
}

/// What all workers look at.
#[derive(Clone, Default)]
struct Signals {
    /// No more questions are asked.
    ending: Arc<AtomicBool>,
    /// No answer is waited for either.
    stop: Stop,
}

impl Signals {
    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }
}

/// The workers of all implementations, with the end of the comparison.
pub(super) struct Workers<'w> {
    workers: Vec<Worker>,
    signals: Signals,
    /// When exploring ends. The rest of the time is for smaller examples.
    explores_until: Option<Instant>,
    /// When no more questions are asked.
    deadline: Option<Instant>,
    /// When the last answers are given up.
    last_moment: Option<Instant>,
    watch: &'w mut dyn Watch,
    is_interrupted: bool,
}

impl<'w> Workers<'w> {
    /// Starts a worker for each implementation. All of them end at the deadline.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        adapters: &'scope mut [Box<dyn Adapter>],
        deadline: Option<Instant>,
        watch: &'w mut dyn Watch,
    ) -> Self {
        let signals = Signals::default();
        let start = |adapter: &'scope mut Box<dyn Adapter>| Worker::start(scope, adapter.as_mut(), &signals);
        let workers = adapters.iter_mut().map(start).collect();
        let last_moment = deadline.map(|deadline| deadline + GRACE);
        Self { workers, signals, explores_until: deadline, deadline, last_moment, watch, is_interrupted: false }
    }

    /// Whether the watch ended the comparison.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Reports what was found so far.
    pub(super) fn progress(&mut self, cases: u64, clusters: usize, unexplained: usize) {
        self.watch.progress(cases, clusters, unexplained);
    }

    /// Whether no more questions should be asked.
    pub(super) fn is_over(&mut self) -> bool {
        let now = Instant::now();
        if !self.is_interrupted && self.watch.is_enough() {
            self.is_interrupted = true;
            self.last_moment = Some(now + GRACE);
        }
        self.is_interrupted || self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// Sets how much of the time is left for smaller examples.
    pub(super) fn reserve(&mut self, time: Duration) {
        self.explores_until = self.deadline.and_then(|deadline| deadline.checked_sub(time));
    }

    /// Whether exploring should end.
    pub(super) fn is_explored(&mut self) -> bool {
        self.is_over() || self.explores_until.is_some_and(|end| Instant::now() >= end)
    }

    /// Ends the asking of what was given. The first questions of each batch may already be answered.
    fn wind_up(&self) {
        self.signals.ending.store(true, Ordering::SeqCst);
    }

    /// When the last inference ends: in the middle of the rest of the time, and a little after an interruption. `None` if
    /// the time is not limited.
    pub(super) fn last_inference(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let is_over = self.is_over();
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(now) / 2);
        if is_over { Some(now + GRACE) } else { left.map(|left| now + left.max(GRACE)) }
    }

    /// Uses the rest of the time, after exploring.
    pub(super) fn go_on(&mut self) {
        self.explores_until = self.deadline;
        self.signals.ending.store(false, Ordering::SeqCst);
    }

    /// Gives the same batch to all workers.
    pub(super) fn give(&self, batch: &Arc<Batch>) {
        self.workers.iter().for_each(|worker| worker.give(batch));
    }

    /// The replies to the oldest batch that was given, one of each worker.
    pub(super) fn take(&mut self) -> Vec<Reply> {
        (0..self.workers.len()).map(|place| self.take_of(place)).collect()
    }

    fn take_of(&mut self, place: usize) -> Reply {
        self.wait(|workers| workers[place].replies.recv_timeout(TICK))
            .expect("a worker answers every batch, because it ends after the last one only")
    }

    /// Waits for a worker. Gives the signals to end when it is time.
    fn wait<T>(&mut self, receive: impl Fn(&[Worker]) -> Result<T, RecvTimeoutError>) -> Option<T> {
        loop {
            match receive(&self.workers) {
                Ok(received) => return Some(received),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.is_explored() {
                self.wind_up();
                if self.last_moment.is_some_and(|last| Instant::now() >= last) {
                    self.signals.stop.give();
                }
            }
        }
    }

    /// The outcomes of all implementations, one row for each question. `None` at the end of the comparison.
    pub(super) fn rows(&mut self, batch: Batch) -> Option<Vec<Vec<Outcome>>> {
        let count = batch.inputs.len() + batch.questions.len();
        if self.is_over() {
            return None;
        }
        self.give(&Arc::new(batch));
        let replies = self.take().into_iter().map(|reply| [reply.requests, reply.tokens].concat());
        Some(rows(replies, count)).filter(|rows| rows.len() == count)
    }

    /// The outcomes of one implementation. `None` at the end of the comparison.
    pub(super) fn outcomes(&mut self, place: usize, batch: Batch) -> Option<Vec<Outcome>> {
        let count = batch.inputs.len();
        if self.is_over() {
            return None;
        }
        self.workers[place].give(&Arc::new(batch));
        Some(self.take_of(place).requests).filter(|outcomes| outcomes.len() == count)
    }

    /// Ends all conversations. Returns how many questions each implementation answered again.
    pub(super) fn finish(mut self) -> Vec<usize> {
        self.workers.iter_mut().for_each(|worker| worker.batches = None);
        let count = self.workers.len();
        let again = |place: usize| self.wait(|workers| workers[place].again.recv_timeout(TICK)).unwrap_or_default();
        (0..count).map(again).collect()
    }
}

/// A thread that asks one implementation.
struct Worker {
    /// `None` after the last batch.
    batches: Option<SyncSender<Arc<Batch>>>,
    replies: Receiver<Reply>,
    /// The number of questions that were answered again, once the conversation has ended.
    again: Receiver<usize>,
}

impl Worker {
    fn start<'scope>(scope: &'scope Scope<'scope, '_>, adapter: &'scope mut dyn Adapter, signals: &Signals) -> Self {
        let (batches, given) = mpsc::sync_channel::<Arc<Batch>>(AHEAD);
        let (taken, replies) = mpsc::sync_channel(AHEAD);
        let (ended, again) = mpsc::sync_channel(1);
        let signals = signals.clone();
        adapter.heed(&signals.stop);
        scope.spawn(move || {
            let mut slice = FIRST_SLICE;
            for batch in given {
                let started = Instant::now();
                let requests = questions(adapter, &batch.inputs);
                let requests = ask(adapter, &requests, &mut slice, &signals);
                let tokens = ask(adapter, &batch.questions, &mut slice, &signals);
                if taken.send(Reply { requests, tokens, took: started.elapsed() }).is_err() {
                    return;
                }
            }
            // Nobody waits for it if the comparison has failed.
            let _ = ended.send(adapter.finish().len());
        });
        Self { batches: Some(batches), replies, again }
    }

    fn give(&self, batch: &Arc<Batch>) {
        if let Some(batches) = &self.batches {
            batches.send(Arc::clone(batch)).expect("a worker waits for batches as long as it is there");
        }
    }
}

/// The questions about requests. The answers have canonical requests, or hashes if the implementation gives only those.
fn questions(adapter: &dyn Adapter, inputs: &[Input]) -> Vec<Question> {
    let has_text = adapter.description().has(Operation::CanonicalRequest);
    let question = |input: &Input| match has_text {
        true => Question::CanonicalRequest(input.clone()),
        false => Question::Qsh(input.clone()),
    };
    inputs.iter().map(question).collect()
}

/// Asks in slices until the end, or until all questions are asked. Learns how long a slice can be.
fn ask(adapter: &mut dyn Adapter, questions: &[Question], slice: &mut usize, signals: &Signals) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(questions.len());
    while outcomes.len() < questions.len() && !signals.is_ending() {
        let rest = &questions[outcomes.len()..];
        let asked = &rest[..rest.len().min(*slice)];
        let started = Instant::now();
        let replies = adapter.ask(asked, &mut |_| {}).into_iter().map(|reply| reply.outcome);
        if signals.stop.is_given() {
            // From the first question that was not waited for, nothing is known.
            outcomes.extend(replies.take_while(|outcome| !outcome.is_breach()));
            break;
        }
        outcomes.extend(replies);
        match started.elapsed() {
            took if took > 2 * SLICE => *slice = (*slice / 2).max(1),
            took if took < SLICE && asked.len() == *slice => *slice = (*slice * 2).min(LONGEST_SLICE),
            _ => {}
        }
    }
    outcomes
}

/// Transposes outcomes: from one list for each implementation to one row for each question. If some lists are shorter
/// than `count`, there are fewer rows.
pub(super) fn rows(columns: impl Iterator<Item = Vec<Outcome>>, count: usize) -> Vec<Vec<Outcome>> {
    let columns: Vec<Vec<Outcome>> = columns.collect();
    let count = columns.iter().map(Vec::len).min().unwrap_or(0).min(count);
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    (0..count).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_row_for_each_question_that_all_were_asked() {
        let outcome = |text: &str| Outcome::Unsupported(text.to_owned());
        let columns = [vec![outcome("a"), outcome("b")], vec![outcome("c")]];
        assert_eq!(rows(columns.into_iter(), 2), [[outcome("a"), outcome("c")]]);
    }
}
