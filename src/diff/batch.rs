//! Batches of questions: generated requests, related requests, and tokens.

use std::hash::{DefaultHasher, Hash, Hasher};

use qsh_diagnose::Input;

use super::choices::ChoicePool;
use super::relation::{Relation, request_with_related};
use super::setup::{Common, Settings};
use super::source::{OddUrls, Source};
use super::tampered::tampered_token;
use crate::adapter::protocol::Question;
use crate::tamper::TamperedToken;

/// How many requests a batch has.
const REQUESTS: u64 = 1024;
/// How many requests a batch has for each token.
const REQUESTS_FOR_A_TOKEN: u64 = 16;
/// How many tokens a batch has if it has no requests.
const TOKENS: u64 = 512;

/// The most requests that a batch leaves out because they were asked before.
const SKIPPED: u64 = 4 * REQUESTS;

/// Questions that all implementations are asked together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) inputs: Vec<Input>,
    /// The choices that each request was generated from.
    pub(super) choices: Vec<Vec<u8>>,
    /// The indexes of related requests, each with its relation. Each was made from the request before it.
    pub(super) related: Vec<(usize, Relation)>,
    pub(super) tampered: Vec<TamperedToken>,
    /// The question for each of those tokens.
    pub(super) questions: Vec<Question>,
}

impl Batch {
    /// Creates a batch of these requests.
    pub(super) fn of_requests(inputs: Vec<Input>) -> Self {
        Self { inputs, ..Self::default() }
    }

    /// Creates a batch with the question about a token.
    pub(super) fn of_token(token: &TamperedToken) -> Self {
        Self { questions: vec![token.question()], ..Self::default() }
    }
}

/// The source of batches.
pub(super) struct Supply {
    common: Common,
    pub(super) pool: ChoicePool,
    /// The requests that were already asked.
    asked: Asked,
    /// Generates the choices of tokens. No choices of tokens are kept in it.
    token_pool: ChoicePool,
    /// How many requests have an odd URL.
    odd_urls: OddUrls,
    /// The number of requests left to ask. It counts tokens if there are no requests.
    left: u64,
}

impl Supply {
    /// Creates a supply for these settings and for what can be compared.
    pub(super) fn new(settings: &Settings, common: Common) -> Self {
        let is_nothing = !common.requests && common.tokens.is_empty();
        Self {
            common,
            pool: ChoicePool::new(settings.seed, &settings.corpus),
            asked: Asked::default(),
            token_pool: ChoicePool::new(settings.seed, &[]),
            odd_urls: settings.odd_urls,
            left: if is_nothing { 0 } else { settings.cases.unwrap_or(u64::MAX) },
        }
    }

    /// Ends the supply.
    pub(super) fn end(&mut self) {
        self.left = 0;
    }

    /// The next batch. `None` at the end of the supply.
    pub(super) fn next(&mut self) -> Option<Batch> {
        if self.left == 0 {
            return None;
        }
        let mut batch = Batch::default();
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
        let mut skipped = 0;
        while !is_full(batch) {
            let mut choices = self.pool.next();
            let mut source = Source::new(&choices).with_odd_urls(self.odd_urls);
            let (input, related) = request_with_related(&mut source);
            // Drop bytes that were not read. Mutating them would change nothing.
            let read = choices.len() - source.left();
            choices.truncate(read);
            if skipped < SKIPPED && related.is_none() && self.asked.has(&input) {
                skipped += 1;
                continue;
            }
            batch.inputs.push(input);
            batch.choices.push(choices.clone());
            if let Some((relation, other)) = related.filter(|_| !is_full(batch)) {
                batch.related.push((batch.inputs.len(), relation));
                batch.inputs.push(other);
                batch.choices.push(choices);
            }
        }
    }

    fn add_tokens(&mut self, batch: &mut Batch, count: u64) {
        for _ in 0..count {
            let made = tampered_token(&mut Source::new(&self.token_pool.next()), &self.common.tokens);
            batch.questions.push(made.question());
            batch.tampered.push(made);
        }
    }
}

/// The requests that were asked, as hashes in a table of fixed size. A request can replace an older one.
struct Asked(Vec<u64>);

impl Default for Asked {
    fn default() -> Self {
        Self(vec![0; 1 << 16])
    }
}

impl Asked {
    /// Whether a request was asked before. Records it as asked.
    fn has(&mut self, input: &Input) -> bool {
        let mut hasher = DefaultHasher::new();
        input.hash(&mut hasher);
        let hash = hasher.finish();
        let place = usize::try_from(hash % self.0.len() as u64).expect("a place in a vector");
        std::mem::replace(&mut self.0[place], hash) == hash
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tamper::KINDS;

    #[test]
    fn hardly_any_request_is_asked_twice() {
        let common = Common { requests: true, tokens: KINDS.to_vec() };
        let mut supply = Supply::new(&Settings { seed: 1, cases: Some(20_480), ..Settings::default() }, common);
        // Short choices in the pool have few mutations.
        supply.pool.keep(vec![1, 2, 3]);
        let (mut inputs, mut tokens) = (Vec::new(), 0);
        while let Some(batch) = supply.next() {
            inputs.extend(batch.inputs);
            tokens += batch.questions.len();
        }
        let different: HashSet<_> = inputs.iter().collect();
        assert_eq!((inputs.len(), tokens), (20_480, 1_280));
        assert!(different.len() > 18_000, "{}", different.len());
    }
}
