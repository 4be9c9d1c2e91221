//! The report of a run for a person. Failures come first, each with its place and its reason. Known failures and totals
//! follow.
//!
//! Texts of adapters, baselines and vectors are untrusted. They are made [printable] here or earlier, so that they
//! cannot contain terminal escapes.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::printable;

use super::conclusion::{ANSWERS_NONE, Conclusion};
use super::other_reasons::other_reasons;
use super::probe;
use super::run::{AdapterResults, CaseResult, NotRunKind, ReportedAdapter, RunReport};
use super::security::Security;
use super::style::{BAD, BOLD, FAINT, GOOD, NOTE, counted, line, lines, plural};
use super::words::{
    NOT_FAILING, STALE, SideBySide, answered, compared, dispute, expectation, from, message, side_by_side,
};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;
use crate::suite::unsupported::shortest_prefixes;
use crate::suite::verdict::Verdict;

/// How many similar failures are shown in full.
const SHOWN_ALIKE: usize = 3;
/// How many of the other similar failures are named.
const NAMED_ALIKE: usize = 8;

/// Writes the report. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub fn write(report: &RunReport) -> String {
    if let Some(probe) = &report.probe {
        return probe::human::write(report, probe);
    }
    let mut out = String::new();
    let required = report.requirements.level;
    let adapters = report.by_adapter();
    for of in &adapters {
        failures(&mut out, of, required);
    }
    for of in &adapters {
        not_required(&mut out, of, required);
        known(&mut out, of);
        refused_otherwise(&mut out, of);
        unexplained(&mut out, of.adapter);
        unsupported(&mut out, of);
        for remark in &of.adapter.remarks {
            heading(&mut out, "NOTE", of.adapter, remark);
        }
    }
    for of in &adapters {
        summary(&mut out, of);
    }
    conclusion(&mut out, report, &adapters);
    out
}

/// Writes a note about an adapter. The text may have several lines.
fn heading(out: &mut String, word: &str, adapter: &ReportedAdapter, text: &str) {
    let style = if word == "NOTE" { NOTE } else { BAD };
    lines(out, format_args!("{style}{word}{style:#}  {BOLD}{}{BOLD:#}", printable(&adapter.name)), text);
}

/// Everything that is not as expected.
fn failures(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    if of.adapter.not_run.is_some() {
        return;
    }
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for result in of.results.iter().filter(|it| it.fails(required) && !it.is_unlisted()) {
        let group = groups.entry(likeness(result)).or_default();
        group.push(&result.case);
        if group.len() <= SHOWN_ALIKE {
            failure(out, result);
        }
    }
    for (likeness, ids) in groups.into_iter().filter(|(_, ids)| ids.len() > SHOWN_ALIKE) {
        more_alike(out, of.adapter, &likeness, &ids[SHOWN_ALIKE..]);
    }
    for incident in &of.adapter.incidents {
        heading(out, "MISBEHAVED", of.adapter, incident);
        out.push('\n');
    }
    let name = printable(&of.adapter.name);
    for disputed in of.adapter.disputes.iter().filter(|dispute| dispute.known.is_none()) {
        line(out, format_args!("{BAD}DISPUTED{BAD:#}  {BOLD}{name}{BOLD:#}  {}\n", dispute(disputed)));
    }
    for stale in &of.adapter.stale {
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {} {STALE}\n", message(stale)));
    }
    unlisted(out, of, required);
}

/// The cases that were answered with `unsupported` and are not listed as unsupported. They are grouped by the adapter's
/// message. The entry that would allow them is shown.
fn unlisted(out: &mut String, of: &AdapterResults<'_>, required: Level) {
    let mut ids_by_words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in of.results.iter().filter(|it| it.is_unlisted() && it.level <= required) {
        if let Outcome::Unsupported(words) = &result.outcome {
            ids_by_words.entry(words).or_default().insert(&result.case);
        }
    }
    let all: Vec<&str> = of.results.iter().map(|result| result.case.as_str()).collect();
    for (words, ids) in &ids_by_words {
        let (name, count, words) = (printable(&of.adapter.name), cases(ids.len()), message(words));
        line(out, format_args!("{BAD}NOT SUPPORTED{BAD:#}  {BOLD}{name}{BOLD:#}  {count}: {words}"));
        let prefixes = shortest_prefixes(&all, ids);
        let shown: Vec<String> = prefixes.iter().take(NAMED_ALIKE).map(|prefix| message(prefix)).collect();
        let rest = if prefixes.len() > NAMED_ALIKE { ", …; --update-baseline lists them all" } else { "" };
        line(out, format_args!("  {}{rest}", shown.join(", ")));
    }
    if !ids_by_words.is_empty() {
        line(
            out,
            format_args!(
                "  Allow each with --allow-unsupported TERM, or with TERM = \"reason\" in [unsupported] of its baseline.\n"
            ),
        );
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
    let rest = if ids.len() > NAMED_ALIKE { ", …; --format json has them all" } else { "" };
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
    let known = result.known.as_ref().map_or("", |known| known.reason.as_str());
    match (result.texts().zip(result.difference.as_ref()), result.verdict) {
        (Some(((expected, found), difference)), _) => {
            let SideBySide { expected, found, column } = side_by_side(&expected, &found);
            line(out, format_args!("  expected  {GOOD}{expected}{GOOD:#}"));
            line(out, format_args!("  answered  {BAD}{found}{BAD:#}"));
            let (place, stage) = (" ".repeat(column), difference.stage.name());
            line(out, format_args!("            {place}{BAD}^ {stage} differs at byte {}{BAD:#}", difference.at));
        }
        (None, Verdict::UnexpectedPass) => {
            line(out, format_args!("  {NOT_FAILING}: {}", printable(known)));
        }
        (None, _) => {
            line(out, format_args!("  expected  {GOOD}{}{GOOD:#}", expectation(result)));
            line(out, format_args!("  answered  {BAD}{}{BAD:#}", answered(&result.outcome)));
        }
    }
    if let Some(hint) = result.hint() {
        line(out, format_args!("  {NOTE}{}{NOTE:#}", printable(hint)));
    }
    if result.known.is_some() && result.verdict == Verdict::Fail {
        line(out, format_args!("  listed as a known failure with another outcome: {}", printable(known)));
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
fn known(out: &mut String, of: &AdapterResults<'_>) {
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
        for result in results.iter().take(SHOWN_ALIKE) {
            let (expected, found) = compared(result);
            let (case, request) = (message(&result.case), from(0, &result.question().to_string()));
            line(out, format_args!("    {case}  {FAINT}{request}{FAINT:#}"));
            line(out, format_args!("      {found}  {FAINT}not{FAINT:#} {expected}"));
        }
        if results.len() > SHOWN_ALIKE {
            line(out, format_args!("    {FAINT}and {} more{FAINT:#}", results.len() - SHOWN_ALIKE));
        }
    }
    out.push('\n');
}

/// The refusals for another reason than expected, a few for each pair of reasons.
fn refused_otherwise(out: &mut String, of: &AdapterResults<'_>) {
    let groups = other_reasons(of);
    if groups.is_empty() {
        return;
    }
    let (name, count) = (printable(&of.adapter.name), of.adapter.count(Verdict::OtherReason) as u64);
    let count = plural(count, "case is", "cases are");
    line(out, format_args!("{NOTE}OTHER REASON{NOTE:#}  {BOLD}{name}{BOLD:#}  {count} refused for another reason"));
    for (reasons, ids) in groups {
        let shown: Vec<String> = ids.iter().take(SHOWN_ALIKE).map(|id| message(id)).collect();
        let more = match ids.len().saturating_sub(SHOWN_ALIKE) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        line(out, format_args!("  {reasons}: {FAINT}{}{more}{FAINT:#}", shown.join(", ")));
    }
    out.push('\n');
}

/// The known failures that have no explanation yet.
fn unexplained(out: &mut String, adapter: &ReportedAdapter) {
    if adapter.unexplained > 0 {
        let verb = if adapter.unexplained == 1 { "is" } else { "are" };
        let count = counted(adapter.unexplained as u64, "known failure");
        heading(out, "NOTE", adapter, &format!("{count} {verb} still to be explained"));
    }
}

/// The unsupported cases, counted by the adapter's message.
fn unsupported(out: &mut String, of: &AdapterResults<'_>) {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &of.results {
        if let (Verdict::Unsupported, Outcome::Unsupported(what)) = (result.verdict, &result.outcome) {
            *words.entry(what).or_default() += 1;
        }
    }
    for (what, count) in words {
        let (name, count, what) = (printable(&of.adapter.name), cases(count), message(what));
        line(out, format_args!("{NOTE}UNSUPPORTED{NOTE:#}  {BOLD}{name}{BOLD:#}  {count}: {what}"));
    }
}

fn summary(out: &mut String, of: &AdapterResults<'_>) {
    let (adapter, name) = (of.adapter, printable(&of.adapter.name));
    let style = if of.is_fine { NOTE } else { BAD };
    if let Some(why) = &adapter.not_run {
        let word = if why.kind == NotRunKind::Unusable { "NOT USABLE" } else { "NOT RUN" };
        return lines(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}"), &why.reason);
    }
    if of.status.answers_none {
        let word = if of.is_fine { "NOTE" } else { "NOT USABLE" };
        line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}  {ANSWERS_NONE}"));
    }
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

fn conclusion(out: &mut String, report: &RunReport, adapters: &[AdapterResults<'_>]) {
    let ran = adapters.iter().filter(|of| of.adapter.not_run.is_none()).count();
    let all = cases(report.suite.cases);
    let answered = match adapters {
        [only] if only.adapter.not_run.is_none() && only.answered() < report.suite.cases => {
            format!("{} of {all} answered", only.answered())
        }
        _ => all,
    };
    let elapsed = report.seconds.map_or_else(String::new, |seconds| format!(", {seconds:.1} s"));
    let shard = report.part.as_ref().map_or_else(String::new, |_| format!("shard {}: ", report.shard()));
    let (style, words) = match report.conclusion() {
        Conclusion::AsExpected => (GOOD, "All as expected"),
        Conclusion::Failed => (BAD, "Not as expected"),
        Conclusion::NotUsable => (BAD, "An adapter could not be used"),
    };
    line(
        out,
        format_args!("{style}{words}{style:#} ({shard}{answered}, {ran} of {} adapters{elapsed})", adapters.len()),
    );
}

fn cases(count: usize) -> String {
    counted(count as u64, "case")
}
