//! The cases of a run for a person: failures with their place and their reason, known failures, and refusals for another
//! reason.

use std::collections::BTreeMap;

use qsh_diagnose::printable;

use super::Detail;
use super::table::cases;
use crate::report::other_reasons::other_reasons;
use crate::report::run::{AdapterResults, CaseResult, ReportedAdapter};
use crate::report::security::Security;
use crate::report::style::{BAD, BOLD, FAINT, GOOD, NOTE, line, plural};
use crate::report::words::{
    SideBySide, answered, compared, expectation, from, known_otherwise, message, not_failing, side_by_side,
};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;
use crate::suite::verdict::Verdict;

/// How many similar failures are shown in full.
const SHOWN_ALIKE: usize = 3;
/// How many of the other similar failures are named.
const NAMED_ALIKE: usize = 8;

/// The cases of an adapter: failures, known failures and refusals for another reason; then their counts.
pub(super) fn write(out: &mut String, of: &AdapterResults<'_>, required: Level, detail: Detail) {
    if of.adapter.not_run.is_some() {
        return;
    }
    let shown = if detail == Detail::Everything { usize::MAX } else { SHOWN_ALIKE };
    failures(out, of, required, shown);
    not_required(out, of, required);
    known(out, of, shown);
    refused_otherwise(out, of, shown);
    summary(out, of);
    out.push('\n');
}

/// Everything that is not as expected.
fn failures(out: &mut String, of: &AdapterResults<'_>, required: Level, shown: usize) {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for result in of.results.iter().filter(|it| it.fails(required) && !it.is_unlisted()) {
        let group = groups.entry(likeness(result)).or_default();
        group.push(&result.case);
        if group.len() <= shown {
            failure(out, result);
        }
    }
    for (likeness, ids) in groups.into_iter().filter(|(_, ids)| ids.len() > shown) {
        more_alike(out, of.adapter, &likeness, &ids[shown..]);
    }
}

/// The key that similar failures share: the clause and the likeliest deviation, or the message of an error.
fn likeness(result: &CaseResult) -> String {
    let clause = result.clauses.first().map_or("", String::as_str);
    let looks_like = result.difference.as_ref().map_or(&[][..], |difference| &difference.looks_like);
    match (result.verdict, &result.outcome) {
        (Verdict::Error, outcome) => answered(outcome),
        (Verdict::UnexpectedPass, _) => "not failing, but listed as known failures".to_owned(),
        _ if !looks_like.is_empty() => format!("{clause}, looks like {}", looks_like.join(" with ")),
        (_, Outcome::Ok(_)) => format!("{clause}, another answer"),
        (_, outcome) => format!("{clause}, {}", outcome.kind()),
    }
}

/// Names similar failures that are not shown in full.
fn more_alike(out: &mut String, adapter: &ReportedAdapter, likeness: &str, ids: &[&str]) {
    let (name, likeness) = (printable(&adapter.name), printable(likeness));
    line(out, format_args!("{BAD}AND {} MORE{BAD:#}  {BOLD}{name}{BOLD:#}  {likeness}", ids.len()));
    let shown: Vec<String> = ids.iter().take(NAMED_ALIKE).map(|id| message(id)).collect();
    let rest = if ids.len() > NAMED_ALIKE { ", …; -vv shows them all" } else { "" };
    line(out, format_args!("  {}{rest}\n", shown.join(", ")));
}

fn failure(out: &mut String, result: &CaseResult) {
    let word = match result.verdict {
        Verdict::UnexpectedPass => "UNEXPECTED PASS",
        Verdict::Error => "ERROR",
        _ => "FAIL",
    };
    let (case, name) = (message(&result.case), printable(&result.adapter));
    line(out, format_args!("{BAD}{word}{BAD:#}  {BOLD}{case}{BOLD:#}  {name}"));
    let (summary, clauses) = (message(&result.summary), message(&result.clauses.join(" ")));
    line(out, format_args!("  {summary} ({clauses}, {})", result.level.name()));
    line(out, format_args!("  request   {}", from(0, &result.question().to_string())));
    match (result.texts().zip(result.difference.as_ref()), result.verdict) {
        (Some(((expected, found), difference)), _) => {
            let SideBySide { expected, found, column } = side_by_side(&expected, &found);
            line(out, format_args!("  expected  {GOOD}{expected}{GOOD:#}"));
            line(out, format_args!("  answered  {BAD}{found}{BAD:#}"));
            let (place, stage) = (" ".repeat(column), difference.stage.name());
            line(out, format_args!("            {place}{BAD}^ {stage} differs at byte {}{BAD:#}", difference.at));
        }
        (None, Verdict::UnexpectedPass) => {
            let known = result.known.as_ref();
            let reason = known.map_or("", |known| known.reason.as_str());
            line(out, format_args!("  {}: {}", not_failing(known), printable(reason)));
        }
        (None, _) => {
            line(out, format_args!("  expected  {GOOD}{}{GOOD:#}", expectation(result)));
            line(out, format_args!("  answered  {BAD}{}{BAD:#}", answered(&result.outcome)));
        }
    }
    if let Some(hint) = result.hint() {
        line(out, format_args!("  {NOTE}{}{NOTE:#}", printable(hint)));
    }
    if let Some(known) = result.known.as_ref().filter(|_| result.verdict == Verdict::Fail) {
        line(out, format_args!("  {}", known_otherwise(known)));
    }
    out.push('\n');
}

/// The failures below the required level.
fn not_required(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    let name = printable(&of.adapter.name);
    for result in of.results.iter().filter(|it| it.verdict == Verdict::Fail && !it.fails(required)) {
        let (case, level) = (message(&result.case), result.level.name());
        line(out, format_args!("{NOTE}NOT REQUIRED{NOTE:#}  {BOLD}{case}{BOLD:#}  {name}  fails ({level})"));
    }
}

/// The known failures, a few for each reason.
fn known(out: &mut String, of: &AdapterResults<'_>, shown: usize) {
    let mut reasons: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for result in of.results.iter().filter(|result| result.verdict == Verdict::KnownFailure) {
        reasons.entry(result.known.as_ref().map_or("", |known| known.reason.as_str())).or_default().push(result);
    }
    if reasons.is_empty() {
        return;
    }
    let (name, count) = (printable(&of.adapter.name), cases(of.adapter.count(Verdict::KnownFailure)));
    line(out, format_args!("{NOTE}KNOWN{NOTE:#}  {BOLD}{name}{BOLD:#} departs from the specification in {count}"));
    for (reason, results) in reasons {
        let mut clauses: Vec<&str> =
            results.iter().filter_map(|result| result.clauses.first()).map(String::as_str).collect();
        clauses.dedup();
        line(out, format_args!("  {} ({})", printable(reason), message(&clauses.join(" "))));
        if let Some(known) = results.first().and_then(|result| result.known.as_ref()) {
            line(out, format_args!("  {FAINT}{}{FAINT:#}", printable(&known.link)));
        }
        for result in results.iter().take(shown) {
            let (expected, found) = compared(result);
            let (case, request) = (message(&result.case), from(0, &result.question().to_string()));
            line(out, format_args!("    {case}  {FAINT}{request}{FAINT:#}"));
            line(out, format_args!("      {found}  {FAINT}not{FAINT:#} {expected}"));
        }
        if results.len() > shown {
            line(out, format_args!("    {FAINT}and {} more{FAINT:#}", results.len() - shown));
        }
    }
    out.push('\n');
}

/// The refusals for another reason than expected, a few for each pair of reasons.
fn refused_otherwise(out: &mut String, of: &AdapterResults<'_>, shown_ids: usize) {
    let groups = other_reasons(of);
    if groups.is_empty() {
        return;
    }
    let (name, count) = (printable(&of.adapter.name), of.adapter.count(Verdict::OtherReason) as u64);
    let count = plural(count, "case is", "cases are");
    line(out, format_args!("{NOTE}OTHER REASON{NOTE:#}  {BOLD}{name}{BOLD:#}  {count} refused for another reason"));
    for (reasons, ids) in groups {
        let shown: Vec<String> = ids.iter().take(shown_ids).map(|id| message(id)).collect();
        let more = match ids.len().saturating_sub(shown_ids) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        line(out, format_args!("  {reasons}: {FAINT}{}{more}{FAINT:#}", shown.join(", ")));
    }
    out.push('\n');
}

fn summary(out: &mut String, of: &AdapterResults<'_>) {
    let (adapter, name) = (of.adapter, printable(&of.adapter.name));
    let style = if of.is_fine && !of.status.has_failed { GOOD } else { BAD };
    let library = format!("{}, {}", adapter.library(), adapter.runtime.as_deref().unwrap_or_default());
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .filter(|verdict| **verdict == Verdict::Pass || adapter.count(**verdict) > 0)
        .map(|verdict| count_of(of, *verdict))
        .collect();
    let checked = match adapter.checked {
        0 => String::new(),
        count => {
            format!("; {} of {count} tokens of other adapters verified", count.saturating_sub(adapter.disputes.len()))
        }
    };
    let tokens = Security::of(&of.results);
    let style_of_tokens = if tokens.accepts.is_empty() { GOOD } else { BAD };
    let tokens = tokens
        .verdict_on_tokens()
        .map_or_else(String::new, |verdict| format!("{style_of_tokens}{verdict}{style_of_tokens:#}; "));
    line(out, format_args!("{style}{name}{style:#} ({}): {tokens}{}{checked}", message(&library), counts.join(", ")));
}

/// A verdict with its count. For open cases, it also says how many answers differ from ours.
fn count_of(of: &AdapterResults<'_>, verdict: Verdict) -> String {
    let text = format!("{} {}", of.adapter.count(verdict), verdict.name().replace('_', " "));
    match of.results.iter().filter(|it| it.verdict == Verdict::Open && it.allowed == Some(false)).count() {
        others if others > 0 && verdict == Verdict::Open => format!("{text} ({others} answered differently)"),
        _ => text,
    }
}
