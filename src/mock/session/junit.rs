//! The report as JUnit XML, for CI systems.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Session;
use crate::report::words::message;

/// The report as a JUnit XML document. It has a test case for each kind of request to the app, each cause of refused calls, each
/// call that never came, each problem, and the command.
pub(super) fn write(session: &Session) -> String {
    let mut suite = TestSuite::new("qsh mock");
    let failed = |failure: Option<String>| failure.map_or(State::Passed, State::Failed);
    for check in &session.checks {
        let name = match &check.flaw {
            Some(flaw) => format!("{}: {}/{}, {}", check.site, check.order, flaw.name, flaw.title),
            None => format!("{}: {}", check.site, check.order),
        };
        let state = match () {
            () if !check.is_fine => State::Failed(format!("{}: {}", check.outcome.name(), check.answer)),
            () if !check.is_conclusive => State::Skipped("the right request was refused after it, too".to_owned()),
            () => State::Passed,
        };
        suite.add_test_case(case("to the app", &name, state));
    }
    for skipped in &session.skipped {
        suite.add_test_case(case("to the app", skipped, State::Skipped("not sent".to_owned())));
    }
    if session.accepted_calls > 0 {
        suite.add_test_case(case("from the app", "calls that are accepted", State::Passed));
    }
    for cause in &session.refused {
        let mistakes = cause.mistakes.join(" with ");
        let separator = if mistakes.is_empty() { "" } else { ": " };
        let why = format!("{} x {}{separator}{mistakes}", cause.count, cause.refusal.message);
        suite.add_test_case(case(
            "from the app",
            &format!("{}: {}", cause.refusal.reason, cause.example),
            State::Failed(why),
        ));
    }
    for call in &session.missing {
        suite.add_test_case(case("from the app", call, State::Failed("this call never came".to_owned())));
    }
    for problem in &session.problems {
        suite.add_test_case(case("problem", problem, State::Failed(problem.clone())));
    }
    if session.is_empty() {
        suite.add_test_case(case("problem", "something is sent", State::Failed("nothing was sent".to_owned())));
    }
    if let Some(command) = &session.command {
        let ended = match command.code {
            Some(0) => None,
            Some(code) => Some(format!("it ended with exit code {code}")),
            None => Some("a signal ended it".to_owned()),
        };
        suite.add_test_case(case("command", &command.line, failed(ended)));
    }
    let mut document = Report::new("qsh");
    document.add_test_suite(suite);
    document.to_string().expect("the report's text is escaped by the library, and it is written to memory")
}

enum State {
    Passed,
    Skipped(String),
    Failed(String),
}

fn case(class: &str, name: &str, state: State) -> TestCase {
    let (mut status, why) = match state {
        State::Passed => (TestCaseStatus::success(), None),
        State::Skipped(why) => (TestCaseStatus::skipped(), Some(why)),
        State::Failed(why) => (TestCaseStatus::non_success(NonSuccessKind::Failure), Some(why)),
    };
    if let Some(why) = why {
        status.set_message(message(&why));
    }
    let mut case = TestCase::new(message(name), status);
    case.set_classname(class);
    case
}
