//! Counts the answers of each implementation, and decides whether they are enough to compare.

use serde::{Deserialize, Serialize};

use crate::adapter::protocol::{Description, Operation};
use crate::suite::outcome::Outcome;

/// An implementation must answer at least one in this many questions. With fewer answers, it is not compared.
const FEWEST: u64 = 100;

/// Numbers of questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a comparison asks about requests and tokens")]
pub struct Questions {
    /// Questions about requests.
    pub requests: u64,
    /// Questions about tokens.
    pub tokens: u64,
}

impl Questions {
    /// Whether these answers are too few of the questions in `asked`, for requests or for tokens.
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

    /// Adds the numbers of two counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            tokens: self.tokens.saturating_add(other.tokens),
        }
    }
}

/// Counts the answers of a comparison.
pub(super) struct Tally {
    /// The description of each implementation, which lists its operations.
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

    /// Counts the outcomes of a request.
    pub(super) fn request(&mut self, outcomes: &[Outcome]) {
        for (place, outcome) in outcomes.iter().enumerate() {
            let has = |operation| self.descriptions[place].has(operation);
            self.asked[place].requests += u64::from(has(Operation::CanonicalRequest) || has(Operation::Qsh));
            self.answered[place].requests += u64::from(is_answer(outcome));
        }
        self.compared.requests += u64::from(is_comparable(outcomes));
    }

    /// Counts the outcomes of a token.
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
