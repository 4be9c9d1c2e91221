//! The brief report of a run.

use serde_json::Value;

use super::{BAD, BOLD, GOOD, NOTE, counted, line, lines, request};
use crate::report::read::{NotRun, NotRunKind, ReportedAdapter, Row, RunReport};
use crate::report::words::{ANSWERS_NONE, STALE, expectation_in_json, message, outcome_in_json};
use crate::report::{AdapterStatus, Conclusion, Start};
use crate::suite::text::printable;
use crate::suite::verdict::Verdict;

/// The maximum number of failures that are shown for an adapter.
const SHOWN: usize = 20;

/// Writes the report of a run. It contains ANSI escapes for colours.
pub(in crate::report) fn run(report: &RunReport) -> String {
    let mut out = String::new();
    let statuses = report.statuses();
    for adapter in &report.adapters {
        failures(&mut out, adapter, report);
        others(&mut out, adapter);
    }
    for (adapter, status) in report.adapters.iter().zip(&statuses) {
        let is_fine = match status.start {
            Start::Unusable => false,
            Start::Unavailable => report.requirements.unavailable_is_fine,
            Start::Ran => !status.answers_none || report.requirements.lets_silence_pass(&statuses),
        };
        summary(&mut out, adapter, *status, is_fine);
    }
    conclusion(&mut out, report);
    out
}

fn failures(out: &mut String, adapter: &ReportedAdapter, report: &RunReport) {
    let required = report.requirements.level;
    // The reason why an adapter was not started is given once.
    let is_told = |row: &&Row| adapter.not_run.is_some() && row.head.is_unstarted();
    let failed = |row: &&Row| row.head.verdict.fails(row.head.level, required) && !is_told(row);
    let failures: Vec<&Row> = report.results_of(&adapter.name).filter(failed).collect();
    for row in failures.iter().take(SHOWN) {
        failure(out, row);
    }
    if failures.len() > SHOWN {
        let (name, count) = (printable(&adapter.name), failures.len() - SHOWN);
        line(out, format_args!("{BAD}AND {count} MORE{BAD:#}  {BOLD}{name}{BOLD:#}  --format json has them all\n"));
    }
}

fn failure(out: &mut String, row: &Row) {
    let json = row.json();
    let word = match row.head.verdict {
        Verdict::UnexpectedPass => "UNEXPECTED PASS",
        Verdict::Error => "ERROR",
        _ => "FAIL",
    };
    let (case, name) = (message(&row.head.case), printable(&row.head.adapter));
    line(out, format_args!("{BAD}{word}{BAD:#}  {BOLD}{case}{BOLD:#}  {name}"));
    let clauses: Vec<&str> = json["clauses"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let summary = message(json["summary"].as_str().unwrap_or_default());
    line(out, format_args!("  {summary} ({}, {})", message(&clauses.join(" ")), row.head.level.name()));
    if let Some(request) = request(&json["input"]) {
        line(out, format_args!("  request   {request}"));
    }
    let known = json["known"]["reason"].as_str().map(message);
    if row.head.verdict == Verdict::UnexpectedPass {
        let reason = known.unwrap_or_default();
        line(out, format_args!("  passes, but is listed as a known failure: {reason}\n"));
        return;
    }
    line(out, format_args!("  expected  {GOOD}{}{GOOD:#}", expectation_in_json(&json["expected"])));
    line(out, format_args!("  answered  {BAD}{}{BAD:#}", outcome_in_json(&json["outcome"])));
    if let Some(hint) = json["difference"]["hint"].as_str() {
        line(out, format_args!("  {NOTE}{}{NOTE:#}", message(hint)));
    }
    if let Some(reason) = known {
        line(out, format_args!("  listed as a known failure with another outcome: {reason}"));
    }
    out.push('\n');
}

/// Everything else that is not as expected or worth knowing.
fn others(out: &mut String, adapter: &ReportedAdapter) {
    let name = printable(&adapter.name);
    for incident in &adapter.incidents {
        lines(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{name}{BOLD:#}"), incident);
        out.push('\n');
    }
    for dispute in adapter.disputes.iter().filter(|dispute| !dispute.head.is_known()) {
        let (signer, case) = (message(&dispute.head.signer), message(&dispute.head.case));
        let outcome = outcome_in_json(&dispute.json()["outcome"]);
        let words = format!("does not take the token of {signer} for {case}: {outcome}");
        line(out, format_args!("{BAD}DISPUTED{BAD:#}  {BOLD}{name}{BOLD:#}  {words}\n"));
    }
    for stale in &adapter.stale {
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {} {STALE}\n", message(stale)));
    }
    if adapter.unexplained > 0 {
        let count = counted(adapter.unexplained as u64, "known failure is", "known failures are");
        line(out, format_args!("{NOTE}NOTE{NOTE:#}  {BOLD}{name}{BOLD:#}  {count} still to be explained"));
    }
    for remark in &adapter.remarks {
        lines(out, format_args!("{NOTE}NOTE{NOTE:#}  {BOLD}{name}{BOLD:#}"), remark);
    }
}

fn summary(out: &mut String, adapter: &ReportedAdapter, status: AdapterStatus, is_fine: bool) {
    let name = printable(&adapter.name);
    let style = if is_fine { NOTE } else { BAD };
    if let Some(NotRun { kind, reason }) = &adapter.not_run {
        let word = if *kind == NotRunKind::Unusable { "NOT USABLE" } else { "NOT RUN" };
        return lines(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}"), reason);
    }
    if status.answers_none {
        let word = if is_fine { "NOTE" } else { "NOT USABLE" };
        line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}  {ANSWERS_NONE}"));
    }
    let style = if is_fine && !status.has_failed { GOOD } else { BAD };
    let about: Vec<&str> = [&adapter.version, &adapter.runtime].into_iter().flatten().map(String::as_str).collect();
    let counts: Vec<String> = Verdict::ALL
        .iter()
        .map(|verdict| (*verdict, adapter.summary.get(verdict.name()).copied().unwrap_or_default()))
        .filter(|(verdict, count)| *verdict == Verdict::Pass || *count > 0)
        .map(|(verdict, count)| format!("{count} {}", verdict.name().replace('_', " ")))
        .collect();
    let checked = match adapter.checked {
        0 => String::new(),
        count => format!("; {} of {count} tokens of others verified", count.saturating_sub(adapter.disputes.len())),
    };
    let about = message(&about.join(", "));
    line(out, format_args!("{style}{name}{style:#} ({about}): {}{checked}", counts.join(", ")));
}

fn conclusion(out: &mut String, report: &RunReport) {
    let ran = report.adapters.iter().filter(|adapter| adapter.not_run.is_none()).count();
    let cases = counted(report.suite.cases as u64, "case", "cases");
    let (style, words) = match report.conclusion() {
        Conclusion::AsExpected => (GOOD, "All as expected"),
        Conclusion::Failed => (BAD, "Not as expected"),
        Conclusion::NotUsable => (BAD, "An adapter could not be used"),
    };
    line(out, format_args!("{style}{words}{style:#} ({cases}, {ran} of {} adapters)", report.adapters.len()));
}
