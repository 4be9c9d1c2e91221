//! The report for a person: what failed first, and where and why; then what is known, and what it all comes to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::{Conclusion, Report};
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::case::{Case, Expectation, Level};
use crate::suite::outcome::{Outcome, Reason};
use crate::suite::text::Text;
use crate::suite::verdict::Verdict;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// How many characters of a long text are shown on each side of the first difference.
const CONTEXT: usize = 60;

/// The report. It holds ANSI escapes for its colours; whoever prints it takes them out where they are not wanted.
pub fn write(report: &Report<'_>, elapsed: Duration) -> String {
    let mut out = String::new();
    for adapter in &report.adapters {
        failures(&mut out, adapter, report.required);
    }
    for adapter in &report.adapters {
        known(&mut out, adapter);
        not_asked(&mut out, adapter);
    }
    for adapter in &report.adapters {
        summary(&mut out, adapter, report);
    }
    conclusion(&mut out, report, elapsed);
    out
}

/// Everything that is not as expected.
fn failures(out: &mut String, adapter: &AdapterReport<'_>, required: Level) {
    if adapter.not_started.is_some() {
        return;
    }
    for result in adapter.results.iter().filter(|result| result.verdict.fails(result.case.level, required)) {
        failure(out, adapter, result);
    }
    for incident in &adapter.incidents {
        line(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{}{BOLD:#}  {incident}\n", adapter.name));
    }
    for stale in &adapter.stale {
        let advice = "take the entry out of its baseline";
        line(
            out,
            format_args!("{BAD}STALE{BAD:#}  {BOLD}{}{BOLD:#}  {stale} matches no case: {advice}\n", adapter.name),
        );
    }
}

fn failure(out: &mut String, adapter: &AdapterReport<'_>, result: &CaseReport<'_>) {
    let case = result.case;
    let word = match result.verdict {
        Verdict::UnexpectedPass => "UNEXPECTED PASS",
        Verdict::Error => "ERROR",
        _ => "FAIL",
    };
    line(out, format_args!("{BAD}{word}{BAD:#}  {BOLD}{}{BOLD:#}  {}", case.id, adapter.name));
    line(out, format_args!("  {} ({}, {})", case.summary, case.clauses.join(" "), case.level.name()));
    line(out, format_args!("  request   {}", shortened(&case.input.to_string(), None).0));
    match (&result.difference, result.verdict) {
        (Some(difference), _) => {
            let (expected, _) = marked(&difference.expected, difference.offset);
            let (found, column) = marked(&difference.found, difference.offset);
            line(out, format_args!("  expected  {GOOD}{expected}{GOOD:#}"));
            line(out, format_args!("  answered  {BAD}{found}{BAD:#}"));
            let (place, stage) = (" ".repeat(column), difference.stage.name());
            line(out, format_args!("            {place}{BAD}^ {stage} differs at byte {}{BAD:#}", difference.at));
        }
        (None, Verdict::UnexpectedPass) => {
            let reason = result.known.as_ref().map_or("", |known| known.reason.as_str());
            line(out, format_args!("  passes, but is listed as a known failure: {reason}"));
        }
        (None, _) => {
            line(out, format_args!("  expected  {GOOD}{}{GOOD:#}", expectation(case)));
            line(out, format_args!("  answered  {BAD}{}{BAD:#}", answered(&result.outcome)));
        }
    }
    if let Some(hint) = &result.hint {
        line(out, format_args!("  {NOTE}{hint}{NOTE:#}"));
    }
    if let (Some(known), Verdict::Fail) = (&result.known, result.verdict) {
        line(out, format_args!("  listed as a known failure with another outcome: {}", known.reason));
    }
    out.push('\n');
}

/// The known failures, one line for each reason.
fn known(out: &mut String, adapter: &AdapterReport<'_>) {
    let mut reasons: BTreeMap<&str, Vec<&CaseReport<'_>>> = BTreeMap::new();
    for result in adapter.results.iter().filter(|result| result.verdict == Verdict::KnownFailure) {
        reasons.entry(result.known.as_ref().map_or("", |known| known.reason.as_str())).or_default().push(result);
    }
    if reasons.is_empty() {
        return;
    }
    let count = adapter.count(Verdict::KnownFailure);
    line(
        out,
        format_args!(
            "{NOTE}KNOWN{NOTE:#}  {BOLD}{}{BOLD:#} departs from the specification in {count} cases",
            adapter.name
        ),
    );
    for (reason, results) in reasons {
        let mut clauses: Vec<&str> = results.iter().map(|result| result.case.clauses[0].as_str()).collect();
        clauses.dedup();
        line(out, format_args!("  {reason} ({})", clauses.join(" ")));
        if let Some(known) = results.first().and_then(|result| result.known.as_ref()) {
            line(out, format_args!("  {FAINT}{}{FAINT:#}", known.link));
        }
        for result in results {
            let answered = match &result.difference {
                Some(difference) => marked(&difference.found, difference.offset).0,
                None => answered(&result.outcome),
            };
            let expected = match &result.difference {
                Some(difference) => marked(&difference.expected, difference.offset).0,
                None => expectation(result.case),
            };
            line(out, format_args!("    {}  {FAINT}{}{FAINT:#}", result.case.id, result.case.input));
            line(out, format_args!("      {answered}  {FAINT}not{FAINT:#} {expected}"));
        }
    }
    out.push('\n');
}

/// What the adapter could not be asked, counted by its own words.
fn not_asked(out: &mut String, adapter: &AdapterReport<'_>) {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &adapter.results {
        if let (Verdict::Unsupported, Outcome::Unsupported(what)) = (result.verdict, &result.outcome) {
            *words.entry(what).or_default() += 1;
        }
    }
    for (what, count) in words {
        line(out, format_args!("{NOTE}UNSUPPORTED{NOTE:#}  {BOLD}{}{BOLD:#}  {count} cases: {what}", adapter.name));
    }
}

fn summary(out: &mut String, adapter: &AdapterReport<'_>, report: &Report<'_>) {
    let name = &adapter.name;
    match &adapter.not_started {
        Some(NotStarted::Unavailable(why)) => {
            let style = if report.unavailable_is_fine { NOTE } else { BAD };
            line(out, format_args!("{style}NOT RUN{style:#}  {BOLD}{name}{BOLD:#}  {why}"));
        }
        Some(NotStarted::Unusable(why)) => {
            line(out, format_args!("{BAD}NOT USABLE{BAD:#}  {BOLD}{name}{BOLD:#}  {why}"));
        }
        None => {
            let style = if adapter.has_failed(report.required) { BAD } else { GOOD };
            let library = adapter.description.as_ref().map_or_else(String::new, |description| {
                format!("{} {}, {}", description.name, description.version, description.runtime)
            });
            let counts: Vec<String> = Verdict::ALL
                .iter()
                .filter(|verdict| **verdict == Verdict::Pass || adapter.count(**verdict) > 0)
                .map(|verdict| format!("{} {}", adapter.count(*verdict), verdict.name().replace('_', " ")))
                .collect();
            line(out, format_args!("{style}{name}{style:#} ({library}): {}", counts.join(", ")));
        }
    }
}

fn conclusion(out: &mut String, report: &Report<'_>, elapsed: Duration) {
    let ran = report.adapters.iter().filter(|adapter| adapter.not_started.is_none()).count();
    let cases =
        format!("{} cases, {ran} of {} adapters, {:.1} s", report.cases, report.adapters.len(), elapsed.as_secs_f64());
    match report.conclusion() {
        Conclusion::AsExpected => line(out, format_args!("{GOOD}All as expected{GOOD:#} ({cases})")),
        Conclusion::Failed => line(out, format_args!("{BAD}Not as expected{BAD:#} ({cases})")),
        Conclusion::NotUsable => line(out, format_args!("{BAD}An adapter could not be used{BAD:#} ({cases})")),
    }
}

/// What a case expects, in one line.
pub(super) fn expectation(case: &Case) -> String {
    match &case.expect {
        Expectation::Canonical(expected) => shortened(&expected.canonical_request.to_string(), None).0,
        Expectation::Rejected(reasons) => {
            let reasons: Vec<&str> = reasons.iter().copied().map(Reason::code).collect();
            format!("a refusal: {}", reasons.join(" or "))
        }
    }
}

/// What an implementation did, in one line.
pub(super) fn answered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(answer) => match (&answer.canonical_request, &answer.qsh) {
            (Some(text), _) => shortened(&text.to_string(), None).0,
            (None, Some(hash)) => hash.clone(),
            (None, None) => "nothing".to_owned(),
        },
        Outcome::Rejected { reason, message } => format!("refused ({}): {message}", reason.code()),
        Outcome::Unsupported(what) => what.clone(),
        Outcome::Fault { kind, message } => format!("fault, {kind}: {message}"),
        Outcome::Crashed(how) => format!("crashed: {how}"),
        Outcome::TimedOut(after) => format!("no answer within {after:?}"),
        Outcome::Garbled(how) => format!("garbled: {how}"),
        Outcome::SpawnFailed(why) => format!("not started: {why}"),
    }
}

/// A text short enough for a line, around its byte at `offset`, and where that has come to stand.
fn marked(text: &Text, offset: usize) -> (String, usize) {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let position = Text::from(before.to_vec()).to_string().chars().count();
    shortened(&text.to_string(), Some(position))
}

/// A text short enough for a line, and where the character at `at` has come to stand in it.
fn shortened(text: &str, at: Option<usize>) -> (String, usize) {
    let characters: Vec<char> = text.chars().collect();
    let at = at.unwrap_or(0);
    let start = if characters.len() > 2 * CONTEXT { at.saturating_sub(CONTEXT) } else { 0 };
    let end = if start == 0 { characters.len().min(2 * CONTEXT) } else { characters.len().min(at + CONTEXT) };
    let mut short: String = if start > 0 { "…".to_owned() } else { String::new() };
    let shift = short.chars().count();
    short.extend(&characters[start.min(end)..end]);
    if end < characters.len() {
        let _ = write!(short, "… ({} characters)", characters.len());
    }
    (short, at - start + shift)
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}
