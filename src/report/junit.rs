//! The JUnit report: a test suite for each adapter, a test case for each case, as CI systems show them.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use super::words::{self, ANSWERS_NONE, answered, both, expectation};
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// The report as a JUnit XML document.
///
/// A known failure, an unsupported operation and an open case are skipped, each with its reason; what never came to an
/// answer is an error. An adapter that was not started has one test case, and one that answers none of the cases has
/// one more, which is skipped or an error as the run's exit code says.
pub fn write(report: &Report<'_>) -> String {
    let mut document = Document::new("qsh");
    for adapter in &report.adapters {
        document.add_test_suite(suite(adapter, report));
    }
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

fn suite(adapter: &AdapterReport<'_>, report: &Report<'_>) -> TestSuite {
    let mut suite = TestSuite::new(adapter.name.as_str());
    match &adapter.not_started {
        Some(NotStarted::Unavailable(reason)) => {
            let kind = if report.unavailable_is_fine { None } else { Some(NonSuccessKind::Error) };
            suite.add_test_case(whole_adapter(adapter, kind, reason));
        }
        Some(NotStarted::Unusable(reason)) => {
            suite.add_test_case(whole_adapter(adapter, Some(NonSuccessKind::Error), reason));
        }
        None => {
            suite.add_test_cases(adapter.results.iter().map(|case| test_case(adapter, case, report.required)));
            if adapter.answers_none() {
                let kind = if report.lets_silence_pass() { None } else { Some(NonSuccessKind::Error) };
                suite.add_test_case(whole_adapter(adapter, kind, ANSWERS_NONE));
            }
            for incident in &adapter.incidents {
                suite.add_test_case(whole_adapter(adapter, Some(NonSuccessKind::Error), incident));
            }
            for dispute in adapter.disputes.iter().filter(|dispute| dispute.known.is_none()) {
                let message = words::dispute(dispute);
                suite.add_test_case(whole_adapter(adapter, Some(NonSuccessKind::Failure), &message));
            }
            for stale in &adapter.stale {
                let message = format!("the baseline lists {stale}, which matches no case");
                suite.add_test_case(whole_adapter(adapter, Some(NonSuccessKind::Failure), &message));
            }
        }
    }
    suite
}

fn whole_adapter(adapter: &AdapterReport<'_>, kind: Option<NonSuccessKind>, message: &str) -> TestCase {
    let mut status = kind.map_or_else(TestCaseStatus::skipped, TestCaseStatus::non_success);
    let mut lines = message.lines().map(words::message);
    status.set_message(lines.next().unwrap_or_default());
    let rest: Vec<String> = lines.collect();
    if !rest.is_empty() {
        status.set_description(rest.join("\n"));
    }
    let mut case = TestCase::new("adapter", status);
    case.set_classname(adapter.name.as_str());
    case
}

fn test_case(adapter: &AdapterReport<'_>, report: &CaseReport<'_>, required: Level) -> TestCase {
    let (mut status, message) = match report.verdict {
        Verdict::Pass => (TestCaseStatus::success(), None),
        Verdict::Open => (TestCaseStatus::skipped(), Some(format!("open: answered {}", answered(&report.outcome)))),
        Verdict::Unsupported => {
            (TestCaseStatus::skipped(), Some(format!("unsupported: {}", answered(&report.outcome))))
        }
        Verdict::KnownFailure => {
            let reason = report.known.as_ref().map_or("", |known| known.reason.as_str());
            (TestCaseStatus::skipped(), Some(format!("known failure: {}", words::message(reason))))
        }
        Verdict::Error => (TestCaseStatus::non_success(NonSuccessKind::Error), Some(answered(&report.outcome))),
        Verdict::Fail if !report.verdict.fails(report.case.level, required) => {
            (TestCaseStatus::skipped(), Some(format!("not required: {}", mismatch(report))))
        }
        Verdict::UnexpectedPass if !report.verdict.fails(report.case.level, required) => {
            (TestCaseStatus::skipped(), Some("not required: passes, but is listed as a known failure".to_owned()))
        }
        Verdict::Fail => (TestCaseStatus::non_success(NonSuccessKind::Failure), Some(mismatch(report))),
        Verdict::UnexpectedPass => {
            let message = "passes, but the baseline lists it as a known failure".to_owned();
            (TestCaseStatus::non_success(NonSuccessKind::Failure), Some(message))
        }
    };
    if let Some(message) = message {
        status.set_message(message);
    }
    let mut case = TestCase::new(report.case.id.as_str(), status);
    case.set_classname(format!("{}.{}", adapter.name, report.case.clauses.join("+")));
    case.set_time(report.elapsed);
    case
}

fn mismatch(report: &CaseReport<'_>) -> String {
    let (expected, found) = match &report.difference {
        Some(difference) => both(difference),
        None => (expectation(report.case), answered(&report.outcome)),
    };
    let mut message = format!("expected {expected}, answered {found}");
    if let Some(known) = &report.known {
        let _ = write!(message, "; listed as a known failure with another outcome: {}", words::message(&known.reason));
    }
    if let Some(hint) = &report.hint {
        message.push_str("; ");
        message.push_str(&hint.text);
    }
    message
}
