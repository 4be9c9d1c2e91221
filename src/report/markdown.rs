//! The report as a page in Markdown: what each implementation comes to, the clauses that somebody departs from, and why.
//!
//! Nothing in it changes from run to run, so that a project can keep the page and see every change of it.

use std::collections::BTreeMap;

use super::Report;
use super::cells::{head, row, words};
use super::words::ANSWERS_NONE;
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::case::Level;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

/// How many cases of one reason are named.
const NAMED: usize = 3;

/// The page.
///
/// It has no times and no runtimes; what an implementation says of itself, and anybody's reasons, stand in it as words.
pub fn write(report: &Report<'_>) -> String {
    let ran: Vec<&AdapterReport<'_>> = report.adapters.iter().filter(|it| it.not_started.is_none()).collect();
    let (cases, implementations) = (counted(report.cases, "case"), counted(ran.len(), "implementation"));
    let mut out = format!("# Conformance\n\n{cases} against {implementations}.\n\n");
    summary(&mut out, &ran);
    for adapter in &report.adapters {
        not_run(&mut out, adapter);
    }
    clauses(&mut out, &ran);
    for adapter in ran {
        departures(&mut out, adapter);
    }
    out
}

/// A row for each implementation, with its verdicts.
fn summary(out: &mut String, ran: &[&AdapterReport<'_>]) {
    let verdicts = Verdict::ALL.map(|verdict| verdict.name().replace('_', " "));
    let titles: Vec<&str> =
        ["implementation", "library", "language"].into_iter().chain(verdicts.iter().map(String::as_str)).collect();
    *out += &head(&titles);
    for adapter in ran {
        let (library, language) = adapter.description.as_ref().map_or_else(Default::default, |description| {
            (words(&format!("{} {}", description.name, description.version)), words(&description.language))
        });
        let counts = Verdict::ALL.map(|verdict| adapter.count(verdict).to_string());
        *out += &row([words(&adapter.name), library, language].into_iter().chain(counts));
    }
}

/// What was not run, or answered nothing, and why.
fn not_run(out: &mut String, adapter: &AdapterReport<'_>) {
    let why = match &adapter.not_started {
        Some(NotStarted::Unavailable(why) | NotStarted::Unusable(why)) => why,
        None if adapter.answers_none() => ANSWERS_NONE,
        None => return,
    };
    let why = why.lines().map(|line| words(line.trim())).collect::<Vec<_>>().join(" ");
    *out += &format!("\nNot run: {}, {why}\n", words(&adapter.name));
}

/// The clauses that somebody departs from: how many of the cases of each that it was asked.
fn clauses(out: &mut String, ran: &[&AdapterReport<'_>]) {
    let rows: Vec<Vec<String>> = spec::clauses().iter().filter_map(|clause| clause_row(clause, ran)).collect();
    if rows.is_empty() {
        return;
    }
    *out += "\n## Clauses\n\nHow many of the binding cases of a clause come out otherwise than it says, of those that an \
             implementation has the means for.\n\n";
    let names = ran.iter().map(|adapter| words(&adapter.name));
    let titles: Vec<String> = ["clause".to_owned(), "level".to_owned()].into_iter().chain(names).collect();
    *out += &head(&titles);
    out.extend(rows.into_iter().map(row));
}

fn clause_row(clause: &spec::Clause, ran: &[&AdapterReport<'_>]) -> Option<Vec<String>> {
    let tallies: Vec<Tally> = ran.iter().map(|adapter| Tally::of(adapter, clause.id)).collect();
    tallies.iter().any(|tally| tally.departing > 0).then(|| {
        let title = format!("{} {}", clause.id, words(clause.title));
        [title, clause.level.name().to_owned()].into_iter().chain(tallies.iter().map(Tally::cell)).collect()
    })
}

/// What an implementation does with the cases of a clause.
struct Tally {
    asked: usize,
    departing: usize,
}

impl Tally {
    /// A case counts for the clause that it names first.
    fn of(adapter: &AdapterReport<'_>, clause: &str) -> Self {
        let is_of_clause = |result: &&CaseReport<'_>| {
            result.case.clauses.first().is_some_and(|first| first == clause) && result.case.level != Level::Open
        };
        let results = || adapter.results.iter().filter(is_of_clause);
        Self {
            asked: results().filter(|result| result.verdict != Verdict::Unsupported).count(),
            departing: results().filter(|result| departs(result)).count(),
        }
    }

    fn cell(&self) -> String {
        match (self.asked, self.departing) {
            (0, _) => "–".to_owned(),
            (_, 0) => "0".to_owned(),
            (asked, departing) => format!("**{departing}** of {asked}"),
        }
    }
}

fn departs(result: &CaseReport<'_>) -> bool {
    matches!(result.verdict, Verdict::Fail | Verdict::KnownFailure | Verdict::Error)
}

/// Why an implementation departs from the specification, the reason of most cases first.
fn departures(out: &mut String, adapter: &AdapterReport<'_>) {
    let mut reasons: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for result in adapter.results.iter().filter(|result| departs(result)) {
        let known = result.known.as_ref().filter(|_| result.verdict == Verdict::KnownFailure);
        let reason = known.map_or(("", ""), |known| (known.reason.as_str(), known.link.as_str()));
        reasons.entry(reason).or_default().push(&result.case.id);
    }
    if reasons.is_empty() {
        return;
    }
    *out += &format!("\n## {}\n\n", words(&adapter.name));
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    for ((reason, link), cases) in reasons {
        let reason = if reason.is_empty() { "not listed as known".to_owned() } else { words(reason) };
        let link = if link.is_empty() { String::new() } else { format!(", <{}>", words(link)) };
        *out += &format!("- {}: {reason}{link}: {}\n", counted(cases.len(), "case"), named(&cases));
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The first of some cases, and how many others there are.
fn named(cases: &[&str]) -> String {
    let first: Vec<String> = cases.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    match cases.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        others => format!("{}, and {others} more", first.join(", ")),
    }
}
