//! Worker threads. Each one asks one implementation.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::Scope;
use std::time::{Duration, Instant};

use qsh_diagnose::Input;

use super::batch::Batch;
use crate::adapter::Adapter;
use crate::adapter::protocol::{Operation, Question};
use crate::suite::outcome::Outcome;

/// The outcomes of a batch.
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

/// A thread that asks one implementation.
pub(super) struct Worker {
    batches: SyncSender<Arc<Batch>>,
    replies: Receiver<Reply>,
}

impl Worker {
    /// Starts a worker. At most `ahead` batches wait for it.
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        adapter: &'scope mut dyn Adapter,
        ahead: usize,
    ) -> Self {
        let (batches, given) = mpsc::sync_channel::<Arc<Batch>>(ahead);
        let (taken, replies) = mpsc::sync_channel(ahead);
        scope.spawn(move || {
            for batch in given {
                let started = Instant::now();
                let (requests, tokens) = (ask(adapter, &batch.inputs), outcomes(adapter, &batch.questions));
                if taken.send(Reply { requests, tokens, took: started.elapsed() }).is_err() {
                    break;
                }
            }
        });
        Self { batches, replies }
    }

    pub(super) fn give(&self, batch: &Arc<Batch>) {
        self.batches.send(Arc::clone(batch)).expect("a worker waits for batches as long as it is there");
    }

    pub(super) fn take(&self) -> Reply {
        self.replies.recv().expect("a worker answers every batch")
    }
}

/// Asks about requests. The outcomes have canonical requests, or hashes if the implementation gives only those.
pub(super) fn ask(adapter: &mut dyn Adapter, inputs: &[Input]) -> Vec<Outcome> {
    let has_text = adapter.description().has(Operation::CanonicalRequest);
    let question = |input: &Input| match has_text {
        true => Question::CanonicalRequest(input.clone()),
        false => Question::Qsh(input.clone()),
    };
    let questions: Vec<Question> = inputs.iter().map(question).collect();
    outcomes(adapter, &questions)
}

pub(super) fn outcomes(adapter: &mut dyn Adapter, questions: &[Question]) -> Vec<Outcome> {
    adapter.ask(questions, &mut |_| {}).into_iter().map(|reply| reply.outcome).collect()
}

/// Transposes outcomes: from one list for each implementation to one row for each question.
pub(super) fn rows(columns: impl Iterator<Item = Vec<Outcome>>, count: usize) -> Vec<Vec<Outcome>> {
    let mut columns: Vec<_> = columns.map(Vec::into_iter).collect();
    (0..count).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
}
