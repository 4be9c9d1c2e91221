//! [`Observation`]: the outcome of one request.

use crate::answer::CanonicalAnswer;
use crate::input::Input;
use crate::search::gives;
use crate::{Canonical, Deviation, Dialect, canonicalize_with};

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
    Answer(CanonicalAnswer),
    /// It refused the request, for any reason.
    Refusal,
}

impl Observation {
    /// Creates the observation of an answer or of a refusal.
    pub fn new(input: Input, observed: impl Into<Observed>) -> Self {
        Self { input, observed: observed.into() }
    }

    /// Whether this dialect explains the observation: an implementation with this dialect gives the same outcome.
    ///
    /// Every dialect refuses an input that is not a request ([`Input::request`]).
    pub fn is_of(&self, dialect: &Dialect) -> bool {
        let canonical = self.input.source().ok().and_then(|it| canonicalize_with(it, dialect).ok());
        self.observed.is(canonical.as_ref(), dialect)
    }
}

impl From<CanonicalAnswer> for Observed {
    fn from(answer: CanonicalAnswer) -> Self {
        Self::Answer(answer)
    }
}

impl Observed {
    /// Whether a canonical request under a dialect gives this observation. `canonical` is `None` if the request is
    /// refused.
    pub fn is(&self, canonical: Option<&Canonical>, dialect: &Dialect) -> bool {
        match (self, canonical) {
            (Self::Refusal, None) => true,
            (Self::Answer(answer), Some(canonical)) => gives(canonical, dialect, answer),
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
