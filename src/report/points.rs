//! A run as test points, for JUnit, TAP, SARIF and annotations. Each case of an adapter is one, and so is each problem outside
//! the cases.

use std::fmt::Write as _;
use std::time::Duration;

use super::conclusion::ANSWERS_NONE;
use super::probe::FindingEntry;
use super::run::{AdapterResults, CaseResult, NotRunKind};
use super::words::{self, UNLISTED, answered, compared};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;
use crate::suite::verdict::Verdict;

/// The state of a test point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Passed,
    /// Nothing can pass or fail: an open case, an unsupported operation, or an adapter that this machine cannot run.
    Skipped,
    /// The failure is allowed: it is a known failure, a refusal for another reason, or below the required level.
    Tolerated,
    Failed,
    /// The case got no answer.
    Error,
}

/// A test point.
pub(super) struct Point<'r> {
    pub(super) state: State,
    /// The case. `None` if the point is about the adapter.
    pub(super) case: Option<&'r CaseResult>,
    /// The reason, if the point did not pass. Without a case, it may have several lines.
    pub(super) message: Option<String>,
}

impl<'r> Point<'r> {
    /// The id of the case, or `adapter`.
    pub(super) fn name(&self) -> &'r str {
        self.case.map_or("adapter", |result| result.case.as_str())
    }

    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_micros(self.case.map_or(0, |result| result.micros))
    }

    fn of_adapter(state: State, message: impl Into<String>) -> Self {
        Self { state, case: None, message: Some(message.into()) }
    }

    /// The point, with the finding that explains it.
    fn with_finding(mut self, findings: &[FindingEntry]) -> Self {
        let finding = findings.iter().find(|finding| finding.cases.iter().any(|case| case == self.name()));
        if let (Some(finding), Some(message)) = (finding, &self.message) {
            let FindingEntry { severity, title, consequence, response, .. } = finding;
            let [title, consequence, response] = [title, consequence, response].map(|it| words::message(it));
            self.message = Some(format!("{severity}: {title}; {consequence} ({response}); {message}"));
        }
        self
    }

    fn of_case(result: &'r CaseResult, required: Level) -> Self {
        let decides = result.fails(required);
        let tolerated = |message: String| (State::Tolerated, Some(format!("not required: {message}")));
        let (state, message) = match result.verdict {
            Verdict::Pass => (State::Passed, None),
            Verdict::Open => (State::Skipped, Some(format!("open: answered {}", answered(&result.outcome)))),
            Verdict::Unsupported => (State::Skipped, Some(format!("unsupported: {}", answered(&result.outcome)))),
            Verdict::KnownFailure => {
                let reason = result.known.as_ref().map_or("", |known| known.reason.as_str());
                (State::Tolerated, Some(format!("known failure: {}", words::message(reason))))
            }
            Verdict::OtherReason => {
                let (expected, found) = compared(result);
                (State::Tolerated, Some(format!("another reason: expected {expected}, answered {found}")))
            }
            Verdict::Error => (State::Error, Some(answered(&result.outcome))),
            Verdict::Fail if decides => (State::Failed, Some(mismatch(result))),
            Verdict::Fail => tolerated(mismatch(result)),
            Verdict::UnexpectedPass if decides => (State::Failed, Some(words::not_failing(result.known.as_ref()))),
            Verdict::UnexpectedPass => tolerated(words::not_failing(result.known.as_ref())),
        };
        Self { state, case: Some(result), message }
    }
}

/// The test points of an adapter: its cases in their order, then the problems that belong to no case.
pub(super) fn points<'r>(of: &AdapterResults<'r>, required: Level) -> Vec<Point<'r>> {
    let adapter = of.adapter;
    let state = if of.is_fine { State::Skipped } else { State::Error };
    if let Some(why) = &adapter.not_run {
        let state = if why.kind == NotRunKind::Unusable { State::Error } else { state };
        return vec![Point::of_adapter(state, &why.reason)];
    }
    let point = |result: &&'r CaseResult| Point::of_case(result, required).with_finding(of.findings);
    let mut points: Vec<Point<'r>> = of.results.iter().map(point).collect();
    if of.status.answers_none {
        points.push(Point::of_adapter(state, ANSWERS_NONE));
    }
    points.extend(adapter.incidents.iter().map(|incident| Point::of_adapter(State::Error, incident)));
    let disputes = adapter.disputes.iter().filter(|dispute| dispute.known.is_none());
    points.extend(disputes.map(|dispute| Point::of_adapter(State::Failed, words::dispute(dispute))));
    let stale = adapter.stale.iter().map(|stale| words::stale(stale));
    points.extend(stale.map(|message| Point::of_adapter(State::Failed, message)));
    points
}

/// The request, and how the answer differs.
fn mismatch(result: &CaseResult) -> String {
    let request = words::from(0, &result.question().to_string());
    if let Outcome::Unsupported(words) = &result.outcome {
        return format!("{request}: {UNLISTED}: {}", words::message(words));
    }
    let (expected, found) = compared(result);
    let mut message = format!("{request}: expected {expected}, answered {found}");
    if let Some(known) = &result.known {
        let _ = write!(message, "; {}", words::known_otherwise(known));
    }
    if let Some(hint) = result.hint() {
        let _ = write!(message, "; {}", words::message(hint));
    }
    message
}
