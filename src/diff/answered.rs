//! How many of the questions were answered, by whom, and by enough to compare.

use serde::{Deserialize, Serialize};

use crate::adapter::protocol::{Description, Operation};
use crate::suite::outcome::Outcome;

/// An implementation that answers fewer than one in so many questions of a kind says nothing by what it answers.
const FEWEST: u64 = 100;

/// Numbers of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a comparison asks about requests and tokens")]
pub struct Questions {
    /// About requests.
    pub requests: u64,
    /// About tokens.
    pub tokens: u64,
}

impl Questions {
    /// Whether so many answers to these questions are too few, of either kind, to say anything of an implementation.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::diff::Questions;
    ///
    /// let asked = Questions { requests: 1_000, tokens: 0 };
    /// assert!(Questions { requests: 9, tokens: 0 }.is_too_few_of(asked));
    /// assert!(!Questions { requests: 10, tokens: 0 }.is_too_few_of(asked));
    /// ```
    pub fn is_too_few_of(self, asked: Self) -> bool {
        let is_too_few = |answered: u64, asked: u64| answered.saturating_mul(FEWEST) < asked;
        is_too_few(self.requests, asked.requests) || is_too_few(self.tokens, asked.tokens)
    }

    /// Both numbers, each with the other's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { requests: self.requests + other.requests, tokens: self.tokens + other.tokens }
    }
}

/// Counts the answers of a comparison.
pub(super) struct Tally {
    /// Who each implementation is, and which operations it has.
    descriptions: Vec<Description>,
    pub(super) asked: Vec<Questions>,
    pub(super) answered: Vec<Questions>,
    /// The questions that at least two implementations answered.
    pub(super) compared: Questions,
}

impl Tally {
    pub(super) fn new(descriptions: Vec<Description>) -> Self {
        let none = vec![Questions::default(); descriptions.len()];
        Self { descriptions, asked: none.clone(), answered: none, compared: Questions::default() }
    }

    /// Counts what all did with a request.
    pub(super) fn request(&mut self, outcomes: &[Outcome]) {
        for (place, outcome) in outcomes.iter().enumerate() {
            let has = |operation| self.descriptions[place].has(operation);
            self.asked[place].requests += u64::from(has(Operation::CanonicalRequest) || has(Operation::Qsh));
            self.answered[place].requests += u64::from(is_answer(outcome));
        }
        self.compared.requests += u64::from(is_comparable(outcomes));
    }

    /// Counts what all did with a token.
    pub(super) fn token(&mut self, operation: Operation, outcomes: &[Outcome]) {
        for (place, outcome) in outcomes.iter().enumerate() {
            self.asked[place].tokens += u64::from(self.descriptions[place].has(operation));
            self.answered[place].tokens += u64::from(is_answer(outcome));
        }
        self.compared.tokens += u64::from(is_comparable(outcomes));
    }
}

fn is_answer(outcome: &Outcome) -> bool {
    !matches!(outcome, Outcome::Unsupported(_)) && !outcome.is_breach()
}

fn is_comparable(outcomes: &[Outcome]) -> bool {
    outcomes.iter().filter(|outcome| is_answer(outcome)).nth(1).is_some()
}
