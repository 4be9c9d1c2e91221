//! The report as a page in Markdown: the tokens that each implementation should have refused, totals, clauses that an
//! implementation departs from, and reasons.
//!
//! The page contains nothing that differs between runs. A project can commit it and review its changes.

use std::collections::BTreeMap;

use super::cells::{code, head, row, words};
use super::other_reasons::other_reasons;
use super::probe::ProbeEntry;
use super::run::{AdapterResults, CaseResult, RunReport};
use super::security::Security;
use super::style::counted;
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

/// The maximum number of cases that are named for one reason.
const NAMED: usize = 3;

/// Writes the page.
///
/// It contains no times and no runtimes. Texts of implementations and reasons are escaped.
pub fn write(report: &RunReport) -> String {
    let all = report.by_adapter();
    let ran: Vec<&AdapterResults<'_>> = all.iter().filter(|it| it.adapter.not_run.is_none()).collect();
    let cases = counted(report.suite.cases as u64, "case");
    let implementations = counted(ran.len() as u64, "implementation");
    let mut out = match &report.probe {
        Some(probe) => findings(probe),
        None => format!("# Conformance\n\n{cases} against {implementations}.\n\n"),
    };
    bad_tokens(&mut out, &ran);
    summary(&mut out, &ran);
    all.iter().for_each(|of| not_run(&mut out, of));
    clauses(&mut out, &ran);
    ran.iter().for_each(|of| departures(&mut out, of));
    out
}

/// The findings of a probe.
fn findings(probe: &ProbeEntry) -> String {
    let mut out = format!("# Probe of {}\n\n", code(&format!("{} {}", probe.method, probe.url)));
    if let Some(why) = &probe.stopped {
        out += &format!("Not complete: {}.\n\n", words(why));
    }
    if probe.findings.is_empty() {
        return out + "No finding.\n\n";
    }
    out += &head(&["severity", "finding", "clause", "what follows", "shown by", "answer"]);
    for finding in &probe.findings {
        let first = |texts: &[String]| texts.first().map(|text| words(text)).unwrap_or_default();
        let (clause, shown_by) = (first(&finding.clauses), first(&finding.cases));
        let [title, consequence, response] =
            [&finding.title, &finding.consequence, &finding.response].map(|text| words(text));
        out += &row([finding.severity.clone(), title, clause, consequence, shown_by, response]);
    }
    out + "\n"
}

/// One row for each implementation that verifies tokens: how many it accepts that have to be refused.
fn bad_tokens(out: &mut String, ran: &[&AdapterResults<'_>]) {
    let verifiers = ran.iter().map(|of| (of, Security::of(&of.results))).filter(|(_, found)| found.bad_tokens > 0);
    let rows: Vec<String> = verifiers
        .map(|(of, found)| {
            let accepted: Vec<&str> = found.accepts.iter().map(|place| of.results[*place].case.as_str()).collect();
            let count = match accepted.len() {
                0 => "0".to_owned(),
                count => format!("**{count}**"),
            };
            row([words(&of.adapter.name), count, found.bad_tokens.to_string(), named(&accepted)])
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    *out += "## Tokens that have to be refused\n\nKnown failures count.\n\n";
    *out += &head(&["implementation", "accepted", "of", "such as"]);
    out.extend(rows);
    *out += "\n## Verdicts\n\n";
}

/// One row for each implementation, with the count of each verdict.
fn summary(out: &mut String, ran: &[&AdapterResults<'_>]) {
    let verdicts = Verdict::ALL.map(|verdict| verdict.name().replace('_', " "));
    let titles: Vec<&str> =
        ["implementation", "library", "language"].into_iter().chain(verdicts.iter().map(String::as_str)).collect();
    *out += &head(&titles);
    for AdapterResults { adapter, .. } in ran {
        let (library, language) = (words(&adapter.library()), words(adapter.language.as_deref().unwrap_or_default()));
        let counts = Verdict::ALL.map(|verdict| adapter.count(verdict).to_string());
        *out += &row([words(&adapter.name), library, language].into_iter().chain(counts));
    }
}

/// The adapters that were not run or answered no case, with the reason.
fn not_run(out: &mut String, of: &AdapterResults<'_>) {
    let Some(why) = of.why_not_run() else { return };
    let why = why.lines().map(|line| words(line.trim())).collect::<Vec<_>>().join(" ");
    *out += &format!("\nNot run: {}, {why}\n", words(&of.adapter.name));
}

/// The clauses that an implementation departs from. Each cell counts the binding cases that deviate, of those that the
/// implementation supports.
fn clauses(out: &mut String, ran: &[&AdapterResults<'_>]) {
    let rows: Vec<Vec<String>> = spec::clauses().iter().filter_map(|clause| clause_row(clause, ran)).collect();
    if rows.is_empty() {
        return;
    }
    *out += "\n## Clauses\n\nFor each clause: how many binding cases depart from it, of those that the implementation \
             supports.\n\n";
    let names = ran.iter().map(|of| words(&of.adapter.name));
    let titles: Vec<String> = ["clause".to_owned(), "level".to_owned()].into_iter().chain(names).collect();
    *out += &head(&titles);
    out.extend(rows.into_iter().map(row));
}

fn clause_row(clause: &spec::Clause, ran: &[&AdapterResults<'_>]) -> Option<Vec<String>> {
    let tallies: Vec<Tally> = ran.iter().map(|of| Tally::of(of, clause.id)).collect();
    tallies.iter().any(|tally| tally.departing > 0).then(|| {
        let title = format!("{} {}", clause.id, words(clause.title));
        [title, clause.level.name().to_owned()].into_iter().chain(tallies.iter().map(Tally::cell)).collect()
    })
}

/// The results of an implementation for the cases of a clause.
struct Tally {
    asked: usize,
    departing: usize,
}

impl Tally {
    /// Counts each case for the first clause that it names.
    fn of(of: &AdapterResults<'_>, clause: &str) -> Self {
        let is_of_clause = |result: &&&CaseResult| {
            result.clauses.first().is_some_and(|first| first == clause) && result.level != Level::Open
        };
        let results = || of.results.iter().filter(is_of_clause);
        Self {
            asked: results().filter(|result| !matches!(result.outcome, Outcome::Unsupported(_))).count(),
            departing: results().filter(|result| departs(result) && !result.is_unlisted()).count(),
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

fn departs(result: &CaseResult) -> bool {
    matches!(result.verdict, Verdict::Fail | Verdict::KnownFailure | Verdict::Error)
}

/// The reasons why an implementation departs from the specification. The reason with the most cases comes first.
fn departures(out: &mut String, of: &AdapterResults<'_>) {
    let mut reasons: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for result in of.results.iter().filter(|result| departs(result)) {
        let known = result.known.as_ref().filter(|_| result.verdict == Verdict::KnownFailure);
        let reason = known.map_or(("", ""), |known| (known.reason.as_str(), known.link.as_str()));
        reasons.entry(reason).or_default().push(&result.case);
    }
    let refused_otherwise = other_reasons(of);
    if reasons.is_empty() && refused_otherwise.is_empty() {
        return;
    }
    *out += &format!("\n## {}\n\n", words(&of.adapter.name));
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    for ((reason, link), cases) in reasons {
        let reason = if reason.is_empty() { "not listed as known".to_owned() } else { words(reason) };
        let link = match link {
            "" => String::new(),
            link if link.contains("://") => format!(", <{}>", words(link)),
            placeholder => format!(", {}", words(placeholder)),
        };
        *out += &format!("- {}: {reason}{link}: {}\n", counted(cases.len() as u64, "case"), named(&cases));
    }
    for (reasons, cases) in refused_otherwise {
        let count = counted(cases.len() as u64, "case");
        *out += &format!("- {count}: refused for another reason ({reasons}): {}\n", named(&cases));
    }
}

/// Names the first of these cases, and counts the others.
fn named(cases: &[&str]) -> String {
    let first: Vec<String> = cases.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    match cases.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        others => format!("{}, and {others} more", first.join(", ")),
    }
}
