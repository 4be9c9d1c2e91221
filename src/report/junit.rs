//! The JUnit report, which CI systems show. Each clause of an adapter is a test suite, each case a test case.
//!
//! CI systems group test cases in different ways, so that names and class names repeat the adapter and the clause:
//!
//! - GitLab shows the class name as the suite, and keeps one test case of each pair of class name and name;
//! - Jenkins takes the text before the last dot of the class name as the package, and the rest as the class;
//! - dorny/test-reporter shows the name of the suite, and the text of a failure without its message.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::points::{Point, State, points};
use super::run::RunReport;
use super::words;
use crate::suite::spec;

/// Returns the report as a JUnit XML document.
///
/// The cases of a clause are a suite of their own; a case is of the first clause that it names. What belongs to no case, such
/// as an adapter that did not start, is in the suite of the adapter.
///
/// Known failures, unsupported operations and open cases are skipped, each with its reason. A case without an answer is
/// an error. An adapter that was not started has one test case. An adapter that answers no case has one additional test
/// case. That one is skipped or an error, in line with the exit code of the run.
pub fn write(report: &RunReport) -> String {
    let mut document = Document::new("qsh");
    for of in report.by_adapter() {
        let name = words::message(&of.adapter.name);
        let points = points(&of, report.requirements.level);
        let mut groups: Vec<(Option<&str>, Vec<&Point<'_>>)> = Vec::new();
        for point in &points {
            let clause = point.case().and_then(|result| result.clauses.first()).map(String::as_str);
            match groups.iter_mut().find(|(of, _)| *of == clause) {
                Some((_, group)) => group.push(point),
                None => groups.push((clause, vec![point])),
            }
        }
        for (clause, group) in groups {
            let mut suite = TestSuite::new(suite_name(&name, clause));
            let class = clause.map_or_else(|| name.clone(), |clause| format!("{name}.{}", words::message(clause)));
            suite.add_test_cases(group.into_iter().map(|point| test_case(&class, point)));
            document.add_test_suite(suite);
        }
    }
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

fn suite_name(adapter: &str, clause: Option<&str>) -> String {
    let Some(id) = clause else { return adapter.to_owned() };
    match spec::clause(id) {
        Some(clause) => format!("{adapter}: {id} {}", clause.title),
        None => format!("{adapter}: {}", words::message(id)),
    }
}

fn test_case(class: &str, point: &Point<'_>) -> TestCase {
    let mut status = match point.state {
        State::Passed => TestCaseStatus::success(),
        State::Skipped | State::Tolerated => TestCaseStatus::skipped(),
        State::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        State::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    explain(&mut status, point);
    let mut case = TestCase::new(words::message(&point.name()), status);
    case.set_classname(class);
    if point.case().is_some() {
        case.set_time(point.elapsed());
    }
    case
}

/// Sets the message. A failure has all lines as its description, too: some CI systems show the one, and some the other.
fn explain(status: &mut TestCaseStatus, point: &Point<'_>) {
    let lines = point.lines();
    let Some(first) = lines.first() else { return };
    status.set_message(if point.cause.is_some() { lines.join("; ") } else { first.clone() });
    if matches!(point.state, State::Failed | State::Error) || lines.len() > 1 {
        status.set_description(lines.join("\n"));
    }
}
