//! `qsh adapters doctor`: checks that an adapter is the declared library, and infers its dialect.

use std::time::Duration;

use qsh::adapter::protocol::Question;
use qsh::adapter::provision::Provisioner;
use qsh::report::words::answered;
use qsh::runner::NotStarted;
use qsh::suite::outcome::Outcome;
use qsh_diagnose::Input;

use super::Finding;
use super::dialect::DialectFinding;
use crate::cli::output;
use crate::cli::participants::AdapterChoice;

/// A simple request that every implementation reads alike.
const PROBE: (&str, &str) = ("GET", "/path?b=2&a=1");

pub(super) fn examine(chosen: &AdapterChoice, provisioner: &Provisioner) -> Finding {
    let mut progress = |what: &str| output::say(&format!("{}: {what}", chosen.name()));
    let mut adapter = match chosen.start(provisioner, Duration::from_secs(10), &mut progress) {
        Ok(adapter) => adapter,
        Err(why) => {
            let unavailable = matches!(why, NotStarted::Unavailable(_));
            let (NotStarted::Unavailable(text) | NotStarted::Unusable(text)) = why;
            return Finding { unavailable, ..Finding::problems(vec![text]) };
        }
    };
    let description = adapter.description().clone();
    let input = Input::new(PROBE.0, PROBE.1);
    let questions: Vec<Question> = [Question::CanonicalRequest(input.clone()), Question::Qsh(input)]
        .into_iter()
        .filter(|question| description.has(question.operation()))
        .collect();
    let replies = adapter.ask(&questions, &mut |_| {});
    adapter.finish();
    let mut problems = chosen.mismatches(&description);
    problems.extend(description.misspelt_operations());
    for (question, reply) in questions.iter().zip(replies) {
        if !matches!(reply.outcome, Outcome::Ok(_)) {
            let (operation, said) = (question.operation().name(), answered(&reply.outcome));
            problems.push(format!("{operation} of {} {}: {said}", PROBE.0, PROBE.1));
        }
    }
    problems.extend(adapter.incidents().iter().cloned());
    let operations = description.operations.join(", ");
    let good = format!("{} {} on {} answers {operations}", description.name, description.version, description.runtime);
    // An adapter that fails the simple request is not asked the vectors.
    let dialect = if problems.is_empty() { DialectFinding::by(adapter.as_mut(), chosen.described()) } else { None };
    problems.extend(dialect.iter().flat_map(|dialect| dialect.problems.clone()));
    Finding { problems, dialect, ..Finding::good(good) }
}
