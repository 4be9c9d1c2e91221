//! What came of it all, as JUnit XML for CI systems.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Session;
use crate::report::words::message;

/// The report as a JUnit XML document: a test case for each kind of request to the app, for each cause of refused calls, for each
/// call that never came, and for the command.
pub(super) fn write(session: &Session) -> String {
    let mut suite = TestSuite::new("qsh mock");
    for check in &session.checks {
        let name = match &check.flaw {
            Some(flaw) => format!("{}: {}, {}", check.site, check.what, flaw.title),
            None => format!("{}: {}", check.site, check.what),
        };
        let failure = (!check.is_fine).then(|| format!("{:?}: {}", check.outcome, check.answer));
        suite.add_test_case(case("to the app", &name, failure));
    }
    if session.accepted_calls > 0 {
        suite.add_test_case(case("from the app", &format!("{} calls are accepted", session.accepted_calls), None));
    }
    for cause in &session.refused {
        let mistakes = cause.mistakes.join(" with ");
        let separator = if mistakes.is_empty() { "" } else { ": " };
        let why = format!("{}{separator}{mistakes}", cause.refusal.message);
        suite.add_test_case(case("from the app", &cause.example, Some(format!("{} x {why}", cause.count))));
    }
    for call in &session.missing {
        suite.add_test_case(case("from the app", call, Some("this call never came".to_owned())));
    }
    if let Some(command) = &session.command {
        let failure = (command.code != Some(0)).then(|| format!("exit code {:?}", command.code));
        suite.add_test_case(case("command", &command.line, failure));
    }
    let mut document = Report::new("qsh");
    document.add_test_suite(suite);
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

fn case(class: &str, name: &str, failure: Option<String>) -> TestCase {
    let status = match failure {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(message(&failure));
            status
        }
    };
    let mut case = TestCase::new(message(name), status);
    case.set_classname(class);
    case
}
