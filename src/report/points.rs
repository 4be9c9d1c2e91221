//! A run as test points, for JUnit, TAP, SARIF and annotations. Each case of an adapter is one, and so is each problem outside
//! the cases.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::causes::CauseEntry;
use super::conclusion::ANSWERS_NONE;
use super::probe::FindingEntry;
use super::run::{AdapterResults, CaseResult, Dispute, NotRunKind};
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
    pub(super) subject: Subject<'r>,
    /// The cause of the wrong answer. `None` if the answer is not wrong, or if no cause explains it.
    pub(super) cause: Option<&'r CauseEntry>,
    /// The reason, if the point did not pass. Without a case, it may have several lines.
    pub(super) message: Option<String>,
}

/// What a test point is about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'r> {
    Case(&'r CaseResult),
    /// The start of the adapter.
    Start,
    /// Whether the adapter answers any case.
    Answers,
    /// A problem without a guilty case: its number, from 1.
    Incident(usize),
    /// A good token of another adapter.
    Token(&'r Dispute),
    /// An obsolete entry of the baseline.
    Stale(&'r str),
}

impl<'r> Point<'r> {
    /// The case. `None` if the point is about the adapter.
    pub(super) fn case(&self) -> Option<&'r CaseResult> {
        match self.subject {
            Subject::Case(result) => Some(result),
            _ => None,
        }
    }

    /// The id of the case, or what the point is about. No two points of an adapter have the same name.
    pub(super) fn name(&self) -> Cow<'r, str> {
        match self.subject {
            Subject::Case(result) => result.case.as_str().into(),
            Subject::Start => "adapter: start".into(),
            Subject::Answers => "adapter: answers".into(),
            Subject::Incident(number) => format!("adapter: incident {number}").into(),
            Subject::Token(dispute) => format!("adapter: token of {} for {}", dispute.signer, dispute.case).into(),
            Subject::Stale(entry) => format!("adapter: baseline entry {entry}").into(),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_micros(self.case().map_or(0, |result| result.micros))
    }

    fn of_adapter(state: State, subject: Subject<'r>, message: impl Into<String>) -> Self {
        Self { state, subject, cause: None, message: Some(message.into()) }
    }

    /// A good token of another adapter. It fails only if its case is of a required level, or if no answer came.
    fn of_token(dispute: &'r Dispute, of: &AdapterResults<'r>, required: Level) -> Self {
        let case = of.results.iter().find(|it| it.case == dispute.case);
        let decides = dispute.outcome.is_breach() || case.is_none_or(|it| it.level <= required);
        let message = words::dispute(dispute);
        match decides {
            true => Self::of_adapter(State::Failed, Subject::Token(dispute), message),
            false => Self::of_adapter(State::Tolerated, Subject::Token(dispute), format!("not required: {message}")),
        }
    }

    /// The point, with the cause of its wrong answer.
    fn with_cause(self, causes: &BTreeMap<&str, &'r CauseEntry>) -> Self {
        let is_wrong = |it: &&'r CaseResult| matches!(it.verdict, Verdict::Fail | Verdict::KnownFailure);
        let cause = self.case().filter(is_wrong).and_then(|it| causes.get(it.case.as_str()).copied());
        Self { cause, ..self }
    }

    /// The cause, if there is one, and the lines of the message. Untrusted text is printable and short.
    pub(super) fn lines(&self) -> Vec<String> {
        let cause = self.cause.map(words::headline);
        cause.into_iter().chain(self.message.iter().flat_map(|text| text.lines()).map(words::message)).collect()
    }

    /// The point, with the finding that explains it.
    fn with_finding(mut self, findings: &[FindingEntry]) -> Self {
        let finding = findings.iter().find(|finding| finding.cases.iter().any(|case| *case == self.name()));
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
        Self { state, subject: Subject::Case(result), cause: None, message }
    }
}

/// The test points of an adapter: its cases in their order, then the problems that belong to no case.
pub(super) fn points<'r>(of: &AdapterResults<'r>, required: Level) -> Vec<Point<'r>> {
    let adapter = of.adapter;
    let state = if of.is_fine { State::Skipped } else { State::Error };
    if let Some(why) = &adapter.not_run {
        let state = if why.kind == NotRunKind::Unusable { State::Error } else { state };
        return vec![Point::of_adapter(state, Subject::Start, &why.reason)];
    }
    let mut causes: BTreeMap<&str, &'r CauseEntry> = BTreeMap::new();
    for (cause, case) in
        adapter.causes.iter().flatten().flat_map(|cause| cause.cases.iter().map(move |case| (cause, case)))
    {
        // The gravest cause comes first, and stays.
        causes.entry(case).or_insert(cause);
    }
    let point =
        |result: &&'r CaseResult| Point::of_case(result, required).with_cause(&causes).with_finding(of.findings);
    let mut points: Vec<Point<'r>> = of.results.iter().map(point).collect();
    if of.status.answers_none {
        points.push(Point::of_adapter(state, Subject::Answers, ANSWERS_NONE));
    }
    let incidents = adapter.incidents.iter().zip(1..);
    points.extend(incidents.map(|(text, number)| Point::of_adapter(State::Error, Subject::Incident(number), text)));
    let disputes = adapter.disputes.iter().filter(|dispute| dispute.known.is_none());
    points.extend(disputes.map(|it| Point::of_token(it, of, required)));
    let stale = |entry: &'r String| Point::of_adapter(State::Failed, Subject::Stale(entry), words::stale(entry));
    points.extend(adapter.stale.iter().map(stale));
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
    // A single mistake is the cause, which every format names.
    if let Some(hint) = result.hint().filter(|_| result.looks_like().len() > 1) {
        let _ = write!(message, "; {}", words::message(hint));
    }
    message
}
