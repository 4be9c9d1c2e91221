//! [`Observation`]: the outcome of one request.

use qsh_diagnose::{Deviation, Dialect, canonicalize_with};

use crate::diagnose::search::gives;
use crate::suite::case::Input;
use crate::suite::outcome::{Answer, Outcome};

/// The outcome of an implementation for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observation {
    /// The request.
    pub input: Input,
    /// The outcome.
    pub observed: Observed,
}

/// The outcome of an implementation, as far as a dialect can describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a dialect gives a canonical request, or refuses one")]
pub enum Observed {
    /// It gave an answer.
    Answer(Answer),
    /// It refused the request, for any reason.
    Refusal,
}

impl Observation {
    /// Creates the observation of an outcome. `None` for outcomes that no dialect describes, such as a fault.
    pub fn new(input: &Input, outcome: &Outcome) -> Option<Self> {
        let observed = match outcome {
            Outcome::Ok(answer) => Observed::Answer(answer.clone()),
            Outcome::Rejected { .. } => Observed::Refusal,
            _ => return None,
        };
        Some(Self { input: input.clone(), observed })
    }

    /// Whether this dialect explains the observation: an implementation with this dialect gives the same outcome.
    ///
    /// Every dialect refuses an input that is not a request ([`Input::request`]).
    pub fn is_of(&self, dialect: &Dialect) -> bool {
        let canonical = self.input.source().ok().and_then(|it| canonicalize_with(it, dialect).ok());
        self.observed.is(canonical.as_ref(), dialect)
    }
}

impl Observed {
    /// Whether a canonical request under a dialect gives this observation. `canonical` is `None` if the request is
    /// refused.
    pub(crate) fn is(&self, canonical: Option<&qsh_diagnose::Canonical>, dialect: &Dialect) -> bool {
        match (self, canonical) {
            (Self::Refusal, None) => true,
            (Self::Answer(answer), Some(canonical)) => {
                *answer != Answer::default() && gives(canonical, dialect, answer)
            }
            (Self::Refusal, Some(_)) | (Self::Answer(_), None) => false,
        }
    }
}

/// A choice of the inferred dialect, with the observations that show it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShownChoice {
    /// The choice.
    pub deviation: Deviation,
    /// The indexes of the observations that the dialect does not explain without it. There is at least one.
    pub shown_by: Vec<usize>,
    /// Other choices that explain the same observations in its place.
    pub alternatives: Vec<Deviation>,
}
