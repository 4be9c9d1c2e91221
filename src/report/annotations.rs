//! The failures as workflow commands of GitHub Actions, which shows them as annotations of the run: one for each cause, at the
//! file of the adapter's baseline. Refusals for another reason than expected are one notice for each adapter.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::CauseEntry;
use super::points::{Point, State, points};
use super::run::{AdapterResults, CaseResult, RunReport};
use super::style::{counted, plural};
use super::words::{compared, from, message};
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// GitHub shows at most ten errors and ten notices of a step.
const SHOWN: usize = 10;

/// Writes an `::error` line for each cause of new failures, then for each failure that has none, then the `::notice` lines. The
/// result is empty if there is nothing to say.
pub fn write(report: &RunReport) -> String {
    let required = report.requirements.level;
    let adapters = report.by_adapter();
    let errors = adapters.iter().flat_map(|of| {
        // A file outside the folder of the run is not shown.
        let file = of.adapter.baseline.as_deref().map(|file| format!("file={},", property(&message(file))));
        let file = file.unwrap_or_default();
        told_of(of, required).into_iter().map(move |(name, text)| {
            let lines: Vec<String> = text.lines().map(message).collect();
            let title = property(&message(&format!("{}: {name}", of.adapter.name)));
            format!("::error {file}title={title}::{}\n", data(&lines.join("\n")))
        })
    });
    let notices = adapters.iter().filter_map(|of| {
        let count = of.adapter.count(Verdict::OtherReason) as u64;
        let cases = plural(count, "case is", "cases are");
        let title = property(&message(&of.adapter.name));
        (count > 0).then(|| format!("::notice title={title}::{cases} refused for another reason than expected\n"))
    });
    errors.take(SHOWN).chain(notices.take(SHOWN)).collect()
}

/// The names and the texts of the causes, and of the failures that have none.
fn told_of(of: &AdapterResults<'_>, required: Level) -> Vec<(String, String)> {
    let causes = causes(of, required);
    let ids: BTreeSet<&str> = causes.iter().flat_map(|(cause, _)| &cause.cases).map(String::as_str).collect();
    let failed = |point: &Point<'_>| {
        let is_explained = point.case.is_some() && ids.contains(point.name());
        matches!(point.state, State::Failed | State::Error) && !is_explained
    };
    let others = points(of, required).into_iter().filter(failed);
    let others = others.map(|point| (point.name().to_owned(), point.message.unwrap_or_default()));
    causes.iter().map(|(cause, example)| (cause.name.clone(), told(cause, example))).chain(others).collect()
}

/// The causes of failures that decide the conclusion, each with such a failure.
fn causes<'r>(of: &AdapterResults<'r>, required: Level) -> Vec<(&'r CauseEntry, &'r CaseResult)> {
    let results: BTreeMap<&str, &'r CaseResult> = of.results.iter().map(|it| (it.case.as_str(), *it)).collect();
    let failing = |cause: &'r CauseEntry| {
        let of_cause = cause.cases.iter().filter_map(|id| results.get(id.as_str()).copied());
        Some((cause, of_cause.into_iter().find(|result| result.fails(required))?))
    };
    of.adapter.causes.iter().flatten().filter_map(failing).collect()
}

/// What a cause does, in how many cases, and an example.
fn told(cause: &CauseEntry, example: &CaseResult) -> String {
    let (expected, found) = compared(example);
    let (effect, does, clauses) = (cause.effect.words(), &cause.does, cause.clauses.join(" "));
    let (count, request) = (counted(cause.cases.len() as u64, "case"), from(0, &example.question().to_string()));
    format!("{effect}: {does} ({clauses}); {count}\n{}: {request}: expected {expected}, answered {found}", example.case)
}

/// Escapes the message, which follows the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which ends at a colon or comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
