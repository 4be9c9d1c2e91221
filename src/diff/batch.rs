//! What implementations are asked together: generated requests, with related ones, and tokens.

use super::engine::{Common, Settings};
use super::genome::Genomes;
use super::relation::{Law, request_with_related};
use super::source::Source;
use super::trials::trial;
use crate::adapter::protocol::Question;
use crate::suite::case::Input;
use crate::suite::trial::Trial;

/// So many requests go to the implementations together.
const REQUESTS: u64 = 1024;
/// For each token, so many requests.
const REQUESTS_FOR_A_TOKEN: u64 = 16;
/// So many tokens go to them together, where there are no requests.
const TOKENS: u64 = 512;

/// Questions that are asked together.
pub(super) struct Batch {
    pub(super) inputs: Vec<Input>,
    /// What each request was made of.
    pub(super) genomes: Vec<Vec<u8>>,
    /// Where a request stands that was made of the one before it, and how.
    pub(super) related: Vec<(usize, Law)>,
    pub(super) trials: Vec<Trial>,
    /// One for each of those.
    pub(super) questions: Vec<Question>,
}

/// Where batches come from.
pub(super) struct Supply {
    common: Common,
    pub(super) genomes: Genomes,
    /// The choices of tokens; none of them is kept.
    choices: Genomes,
    /// How many are still wanted.
    left: u64,
}

impl Supply {
    /// What these settings want, of what the implementations have in common.
    pub(super) fn new(settings: &Settings, common: Common) -> Self {
        let is_nothing = !common.requests && common.tokens.is_empty();
        Self {
            common,
            genomes: Genomes::new(settings.seed, &settings.corpus),
            choices: Genomes::new(settings.seed, &[]),
            left: if is_nothing { 0 } else { settings.cases.unwrap_or(u64::MAX) },
        }
    }

    /// Nothing more is wanted.
    pub(super) fn end(&mut self) {
        self.left = 0;
    }

    /// The next batch, if one is wanted.
    pub(super) fn next(&mut self) -> Option<Batch> {
        if self.left == 0 {
            return None;
        }
        let mut batch = Batch {
            inputs: Vec::new(),
            genomes: Vec::new(),
            related: Vec::new(),
            trials: Vec::new(),
            questions: Vec::new(),
        };
        let tokens = if self.common.requests {
            let count = self.left.min(REQUESTS);
            self.left -= count;
            self.add_requests(&mut batch, count);
            count / REQUESTS_FOR_A_TOKEN
        } else {
            let count = self.left.min(TOKENS);
            self.left -= count;
            count
        };
        if !self.common.tokens.is_empty() {
            self.add_tokens(&mut batch, tokens);
        }
        Some(batch)
    }

    fn add_requests(&mut self, batch: &mut Batch, count: u64) {
        let is_full = |batch: &Batch| batch.inputs.len() as u64 >= count;
        while !is_full(batch) {
            let genome = self.genomes.next();
            let (input, related) = request_with_related(&mut Source::new(&genome));
            batch.inputs.push(input);
            batch.genomes.push(genome.clone());
            if let Some((law, other)) = related.filter(|_| !is_full(batch)) {
                batch.related.push((batch.inputs.len(), law));
                batch.inputs.push(other);
                batch.genomes.push(genome);
            }
        }
    }

    fn add_tokens(&mut self, batch: &mut Batch, count: u64) {
        for _ in 0..count {
            let made = trial(&mut Source::new(&self.choices.next()), &self.common.tokens);
            batch.questions.push(made.question());
            batch.trials.push(made);
        }
    }
}
