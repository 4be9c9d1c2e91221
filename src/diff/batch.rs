//! What implementations are asked together: generated requests, with related ones, and tokens.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::engine::{Common, Settings};
use super::genome::Genomes;
use super::relation::{Law, request_with_related};
use super::source::Source;
use super::tampered::tampered_token;
use crate::adapter::protocol::Question;
use crate::suite::case::Input;
use crate::tamper::TamperedToken;

/// So many requests go to the implementations together.
const REQUESTS: u64 = 1024;
/// For each token, so many requests.
const REQUESTS_FOR_A_TOKEN: u64 = 16;
/// So many tokens go to them together, where there are no requests.
const TOKENS: u64 = 512;

/// So many requests at most are left out of a batch, since they were asked already.
const SKIPPED: u64 = 4 * REQUESTS;

/// Questions that are asked together.
pub(super) struct Batch {
    pub(super) inputs: Vec<Input>,
    /// What each request was made of.
    pub(super) genomes: Vec<Vec<u8>>,
    /// Where a request stands that was made of the one before it, and how.
    pub(super) related: Vec<(usize, Law)>,
    pub(super) tampered: Vec<TamperedToken>,
    /// One for each of those.
    pub(super) questions: Vec<Question>,
}

/// Where batches come from.
pub(super) struct Supply {
    common: Common,
    pub(super) genomes: Genomes,
    /// What was asked.
    asked: Asked,
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
            asked: Asked::default(),
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
            tampered: Vec::new(),
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
        let mut skipped = 0;
        while !is_full(batch) {
            let mut genome = self.genomes.next();
            let mut source = Source::new(&genome);
            let (input, related) = request_with_related(&mut source);
            // Changes of what nobody read would change nothing.
            let read = genome.len() - source.left();
            genome.truncate(read);
            if skipped < SKIPPED && related.is_none() && self.asked.has(&input) {
                skipped += 1;
                continue;
            }
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
            let made = tampered_token(&mut Source::new(&self.choices.next()), &self.common.tokens);
            batch.questions.push(made.question());
            batch.tampered.push(made);
        }
    }
}

/// The requests that were asked, as far as there is room to remember them: the last ones of their kind.
struct Asked(Vec<u64>);

impl Default for Asked {
    fn default() -> Self {
        Self(vec![0; 1 << 16])
    }
}

impl Asked {
    /// Whether a request was asked; from now on, it was.
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
    use crate::tamper::Kind;

    #[test]
    fn hardly_any_request_is_asked_twice() {
        let common = Common { requests: true, tokens: Kind::ALL.to_vec() };
        let mut supply = Supply::new(&Settings { seed: 1, cases: Some(20_480), ..Settings::default() }, common);
        // What is kept is changed: a short one has few forms.
        supply.genomes.keep(vec![1, 2, 3]);
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
