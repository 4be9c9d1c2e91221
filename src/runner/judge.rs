//! Judges the answers of an adapter by its baseline.

use std::borrow::Cow;
use std::time::Duration;

use qsh_diagnose::Deviation;

use crate::adapter::protocol::Description;
use crate::suite::baseline::{Baseline, Known};
use crate::suite::case::{Case, Expectation, Level};
use crate::suite::outcome::Outcome;
use crate::suite::verdict::{Difference, Reasons, Verdict, difference, judge};

/// The result of one case with one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseReport<'v> {
    /// The case.
    pub case: &'v Case,
    /// The outcome.
    pub outcome: Outcome,
    /// The verdict on it.
    pub verdict: Verdict,
    /// The first difference between a wrong answer and the expectation.
    pub difference: Option<Difference>,
    /// The entry of the baseline that covers the case.
    pub known: Option<Known>,
    /// How long the answers took. Pipelined questions wait for one another.
    pub elapsed: Duration,
}

impl CaseReport<'_> {
    /// Whether this choice of the described dialect makes it a known failure.
    pub(super) fn is_known_by(&self, choice: Deviation) -> bool {
        let choices = || self.known.iter().flat_map(|known| &known.choices);
        self.verdict == Verdict::KnownFailure && choices().any(|other| *other == choice)
    }
}

/// What results are judged by.
pub(super) struct Judge<'b> {
    pub(super) baseline: &'b Baseline,
    pub(super) reasons: Reasons,
}

impl Judge<'_> {
    /// Judges one case. `description` is that of a started adapter.
    pub(super) fn judge<'v>(
        &self,
        case: &'v Case,
        outcome: Outcome,
        elapsed: Duration,
        description: Option<&Description>,
    ) -> CaseReport<'v> {
        let is_asked = description.is_none_or(|description| is_asked(description, case));
        // If the adapter does not sign, the entry for a signing case is about the tokens of other adapters.
        let is_about_others = !is_asked && matches!(case.expect, Expectation::Signed(_));
        let known = self.baseline.known(case).filter(|_| !is_about_others);
        // A prediction is about answers.
        let is_answer = !matches!(outcome, Outcome::Unsupported(_));
        let known = known.filter(|known| is_answer || !known.is_predicted());
        let is_listed = || self.baseline.unsupported().covers(case);
        let verdict = match judge(case, &outcome, known.as_deref(), self.reasons) {
            Verdict::Unsupported if is_asked && case.level != Level::Open && !is_listed() => Verdict::Fail,
            verdict => verdict,
        };
        let difference = match verdict {
            Verdict::Fail | Verdict::KnownFailure | Verdict::Open => difference(case, &outcome),
            _ => None,
        };
        CaseReport { case, outcome, verdict, difference, known: known.map(Cow::into_owned), elapsed }
    }
}

/// Whether the adapter offers an operation of this case.
pub(super) fn is_asked(description: &Description, case: &Case) -> bool {
    case.questions().iter().any(|question| description.has(question.operation()))
}
