//! [`Evidence`]: the result of one case, from which causes are found.

use qsh_diagnose::{Dialect, Input, Observation};

use crate::suite::case::{Case, Expectation, Kind, Level, Question};
use crate::suite::outcome::Outcome;
use crate::suite::verdict::Verdict;

/// The result of one case.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by reports and by tests, field by field")]
pub struct Evidence {
    /// The id of the case.
    pub case: String,
    /// The clauses of the case.
    pub clauses: Vec<String>,
    /// How binding the case is.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// What the case asks for.
    pub asked: Asked,
    /// The outcome.
    pub outcome: Outcome,
}

/// What a case asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the operations of the protocol are of these kinds")]
pub enum Asked {
    /// The canonical request of this request, or its hash.
    Canonical {
        /// The request.
        input: Box<Input>,
        /// The right hash. `None` if the request has to be refused.
        hash: Option<String>,
    },
    /// Whether a token is accepted.
    Verification(Expected),
    /// A token.
    Signature(Expected),
}

/// What a case expects of a verifier or of a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
pub enum Expected {
    /// It accepts, or signs.
    Answer,
    /// It refuses.
    Refusal,
}

impl Asked {
    /// What a question asks for.
    pub(crate) fn of(question: &Question, expected: Expected, hash: Option<String>) -> Self {
        match (question.canonicalized(), question.operation().kind()) {
            (Some(input), _) => Self::Canonical { input: Box::new(input.clone()), hash },
            (None, Kind::Token) => Self::Signature(expected),
            (None, _) => Self::Verification(expected),
        }
    }
}

impl Evidence {
    /// The result of a case of the suite.
    pub fn of(case: &Case, verdict: Verdict, outcome: &Outcome) -> Self {
        let expected = match &case.expect {
            Expectation::Rejected(_) => Expected::Refusal,
            _ => Expected::Answer,
        };
        let hash = match &case.expect {
            Expectation::Canonical(canonical) => Some(canonical.qsh.clone()),
            _ => None,
        };
        Self {
            case: case.id.clone(),
            clauses: case.clauses.clone(),
            level: case.level,
            verdict,
            asked: Asked::of(&case.question, expected, hash),
            outcome: outcome.clone(),
        }
    }

    /// Whether the case was not as expected. Known failures count. A case that the adapter does not support is no evidence.
    pub fn has_failed(&self) -> bool {
        self.verdict.is_wrong() && !matches!(self.outcome, Outcome::Unsupported(_))
    }

    /// The request whose canonical request is asked for.
    pub fn input(&self) -> Option<&Input> {
        match &self.asked {
            Asked::Canonical { input, .. } => Some(input),
            _ => None,
        }
    }

    /// Whether the outcome is the one that the specification gives. The expectation of the case does not matter.
    pub fn is_as_specified(&self) -> bool {
        self.observation().is_some_and(|observation| observation.is_of(&Dialect::OFFICIAL))
    }

    /// Whether it is an answer with another hash than the right one.
    pub(super) fn is_wrong(&self) -> bool {
        let (Asked::Canonical { hash: Some(right), .. }, Outcome::Ok(answer)) = (&self.asked, &self.outcome) else {
            return false;
        };
        answer.hash().is_some_and(|hash| hash != *right)
    }

    /// The outcome, as far as a dialect can describe it. `None` for a fault or a crash, and for tokens.
    pub(super) fn observation(&self) -> Option<Observation> {
        self.outcome.observation(self.input()?)
    }
}
