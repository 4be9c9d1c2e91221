//! The JUnit report, which CI systems show. Each adapter is a test suite, each case a test case.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::points::{Point, State, points};
use super::run::{ReportedAdapter, RunReport};
use super::words;

/// Returns the report as a JUnit XML document.
///
/// Known failures, unsupported operations and open cases are skipped, each with its reason. A case without an answer is
/// an error. An adapter that was not started has one test case. An adapter that answers no case has one additional test
/// case. That one is skipped or an error, in line with the exit code of the run.
pub fn write(report: &RunReport) -> String {
    let mut document = Document::new("qsh");
    for of in report.by_adapter() {
        let mut suite = TestSuite::new(of.adapter.name.as_str());
        let points = points(&of, report.requirements.level);
        suite.add_test_cases(points.iter().map(|point| test_case(of.adapter, point)));
        document.add_test_suite(suite);
    }
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

fn test_case(adapter: &ReportedAdapter, point: &Point<'_>) -> TestCase {
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
            case.set_classname(format!("{}.{}", adapter.name, result.clauses.join("+")));
            case.set_time(point.elapsed());
        }
        None => drop(case.set_classname(adapter.name.as_str())),
    }
    case
}

/// Sets the first line as the message, and the other lines as the description.
fn explain(status: &mut TestCaseStatus, message: &str) {
    let mut lines = message.lines().map(words::message);
    status.set_message(lines.next().unwrap_or_default());
    let rest: Vec<String> = lines.collect();
    if !rest.is_empty() {
        status.set_description(rest.join("\n"));
    }
}
