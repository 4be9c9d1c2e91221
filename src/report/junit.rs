//! The JUnit report: a test suite for each adapter, a test case for each case, as CI systems show them.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use super::points::{Point, State, points};
use super::words;
use crate::runner::AdapterReport;

/// The report as a JUnit XML document.
///
/// A known failure, an unsupported operation and an open case are skipped, each with its reason; what never came to an
/// answer is an error. An adapter that was not started has one test case, and one that answers none of the cases has
/// one more, which is skipped or an error as the run's exit code says.
pub fn write(report: &Report<'_>) -> String {
    let mut document = Document::new("qsh");
    for adapter in &report.adapters {
        let mut suite = TestSuite::new(adapter.name.as_str());
        suite.add_test_cases(points(adapter, report).iter().map(|point| test_case(adapter, point)));
        document.add_test_suite(suite);
    }
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

fn test_case(adapter: &AdapterReport<'_>, point: &Point<'_>) -> TestCase {
    let mut status = match point.state {
        State::Passed => TestCaseStatus::success(),
        State::Skipped | State::Tolerated => TestCaseStatus::skipped(),
        State::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        State::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if let Some(message) = &point.message {
        explain(&mut status, message);
    }
    let mut case = TestCase::new(point.name(), status);
    match point.case {
        Some(result) => {
            case.set_classname(format!("{}.{}", adapter.name, result.case.clauses.join("+")));
            case.set_time(point.elapsed());
        }
        None => drop(case.set_classname(adapter.name.as_str())),
    }
    case
}

/// The first line is the message, and the others are its description.
fn explain(status: &mut TestCaseStatus, message: &str) {
    let mut lines = message.lines().map(words::message);
    status.set_message(lines.next().unwrap_or_default());
    let rest: Vec<String> = lines.collect();
    if !rest.is_empty() {
        status.set_description(rest.join("\n"));
    }
}
