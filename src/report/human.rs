//! The report for a person. Failures come first, each with its place and its reason. Known failures and totals follow.
//!
//! Texts of adapters, baselines and vectors are untrusted. They are made [printable] here or earlier, so that they
//! cannot contain terminal escapes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::words::{
    ANSWERS_NONE, STALE, SideBySide, answered, both, dispute, expectation, from, message, side_by_side,
};
use super::{Conclusion, Report};
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::case::{Case, Level};
use crate::suite::outcome::Outcome;
use crate::suite::text::printable;
use crate::suite::unsupported::shortest_fronts;
use crate::suite::verdict::{Verdict, is_allowed};

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// How many similar failures are shown in full.
const SHOWN_ALIKE: usize = 3;
/// How many of the other similar failures are named.
const NAMED_ALIKE: usize = 8;

/// Writes the report. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub fn write(report: &Report<'_>, elapsed: Duration) -> String {
    let mut out = String::new();
    for adapter in &report.adapters {
        failures(&mut out, adapter, report.required);
    }
    for adapter in &report.adapters {
        not_required(&mut out, adapter, report.required);
        known(&mut out, adapter);
        unexplained(&mut out, adapter);
        not_asked(&mut out, adapter);
        for remark in &adapter.remarks {
            lines(&mut out, format_args!("{NOTE}NOTE{NOTE:#}  {BOLD}{}{BOLD:#}", printable(&adapter.name)), remark);
        }
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
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let decides = |result: &&CaseReport<'_>| result.verdict.fails(result.case.level, required) && !is_unlisted(result);
    for result in adapter.results.iter().filter(decides) {
        let group = groups.entry(likeness(result)).or_default();
        group.push(&result.case.id);
        if group.len() <= SHOWN_ALIKE {
            failure(out, adapter, result);
        }
    }
    for (likeness, ids) in groups.into_iter().filter(|(_, ids)| ids.len() > SHOWN_ALIKE) {
        more_alike(out, adapter, &likeness, &ids[SHOWN_ALIKE..]);
    }
    for incident in &adapter.incidents {
        lines(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{}{BOLD:#}", printable(&adapter.name)), incident);
        out.push('\n');
    }
    for disputed in adapter.disputes.iter().filter(|dispute| dispute.known.is_none()) {
        let (name, words) = (printable(&adapter.name), dispute(disputed));
        line(out, format_args!("{BAD}DISPUTED{BAD:#}  {BOLD}{name}{BOLD:#}  {words}\n"));
    }
    for stale in &adapter.stale {
        let (name, stale) = (printable(&adapter.name), printable(stale));
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {stale} {STALE}\n"));
    }
    unlisted(out, adapter, required);
}

/// The cases that were answered with `unsupported` and are not listed as unsupported. They are grouped by the adapter's
/// message. The entry that would allow them is shown.
fn unlisted(out: &mut String, adapter: &AdapterReport<'_>, required: Level) {
    let mut ids_by_words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for result in adapter.results.iter().filter(|result| is_unlisted(result) && result.case.level <= required) {
        if let Outcome::Unsupported(words) = &result.outcome {
            ids_by_words.entry(words).or_default().insert(&result.case.id);
        }
    }
    let all: Vec<&Case> = adapter.results.iter().map(|result| result.case).collect();
    for (words, ids) in &ids_by_words {
        let (name, count, words) = (printable(&adapter.name), cases(ids.len()), message(words));
        line(out, format_args!("{BAD}NOT SUPPORTED{BAD:#}  {BOLD}{name}{BOLD:#}  {count}: {words}"));
        let fronts = shortest_fronts(&all, ids);
        let shown: Vec<&str> = fronts.iter().copied().take(NAMED_ALIKE).collect();
        let rest = if fronts.len() > NAMED_ALIKE { ", …; --update-baseline lists them all" } else { "" };
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

fn is_unlisted(result: &CaseReport<'_>) -> bool {
    result.verdict == Verdict::Fail && matches!(result.outcome, Outcome::Unsupported(_))
}

/// The key that similar failures share: the clause and the likeliest deviation, or the message of an error.
fn likeness(result: &CaseReport<'_>) -> String {
    let clause = result.case.clauses.first().map_or("", String::as_str);
    match (result.verdict, &result.hint) {
        (Verdict::Error, _) => answered(&result.outcome),
        (Verdict::UnexpectedPass, _) => "passing, but listed as known failures".to_owned(),
        (_, Some(hint)) => format!("{clause}, looks like {}", hint.mistakes.join(" with ")),
        (_, None) => match &result.outcome {
            Outcome::Ok(_) => format!("{clause}, another answer"),
            outcome => format!("{clause}, {}", outcome.kind()),
        },
    }
}

/// Names similar failures that are not shown in full.
fn more_alike(out: &mut String, adapter: &AdapterReport<'_>, likeness: &str, ids: &[&str]) {
    let (name, likeness) = (printable(&adapter.name), printable(likeness));
    line(out, format_args!("{BAD}AND {} MORE{BAD:#}  {BOLD}{name}{BOLD:#}  {likeness}", ids.len()));
    let shown: Vec<&str> = ids.iter().copied().take(NAMED_ALIKE).collect();
    let rest = if ids.len() > NAMED_ALIKE { ", …; --format json has them all" } else { "" };
    line(out, format_args!("  {}{rest}\n", shown.join(", ")));
}

fn failure(out: &mut String, adapter: &AdapterReport<'_>, result: &CaseReport<'_>) {
    let case = result.case;
    let word = match result.verdict {
        Verdict::UnexpectedPass => "UNEXPECTED PASS",
        Verdict::Error => "ERROR",
        _ => "FAIL",
    };
    line(out, format_args!("{BAD}{word}{BAD:#}  {BOLD}{}{BOLD:#}  {}", case.id, printable(&adapter.name)));
    line(out, format_args!("  {} ({}, {})", printable(&case.summary), case.clauses.join(" "), case.level.name()));
    line(out, format_args!("  request   {}", from(0, &case.question.to_string())));
    match (&result.difference, result.verdict) {
        (Some(difference), _) => {
            let SideBySide { expected, found, column } = side_by_side(&difference.expected, &difference.found);
            line(out, format_args!("  expected  {GOOD}{expected}{GOOD:#}"));
            line(out, format_args!("  answered  {BAD}{found}{BAD:#}"));
            let (place, stage) = (" ".repeat(column), difference.stage.name());
            line(out, format_args!("            {place}{BAD}^ {stage} differs at byte {}{BAD:#}", difference.at));
        }
        (None, Verdict::UnexpectedPass) => {
            let reason = result.known.as_ref().map_or("", |known| known.reason.as_str());
            line(out, format_args!("  passes, but is listed as a known failure: {}", printable(reason)));
        }
        (None, _) => {
            line(out, format_args!("  expected  {GOOD}{}{GOOD:#}", expectation(case)));
            line(out, format_args!("  answered  {BAD}{}{BAD:#}", answered(&result.outcome)));
        }
    }
    if let Some(hint) = &result.hint {
        line(out, format_args!("  {NOTE}{}{NOTE:#}", printable(&hint.text)));
    }
    if let (Some(known), Verdict::Fail) = (&result.known, result.verdict) {
        line(out, format_args!("  listed as a known failure with another outcome: {}", printable(&known.reason)));
    }
    out.push('\n');
}

/// The failures below the required level.
fn not_required(out: &mut String, adapter: &AdapterReport<'_>, required: Level) {
    let decides = |result: &CaseReport<'_>| result.verdict.fails(result.case.level, required);
    for result in adapter.results.iter().filter(|result| result.verdict == Verdict::Fail && !decides(result)) {
        let (case, name) = (result.case, printable(&adapter.name));
        line(
            out,
            format_args!(
                "{NOTE}NOT REQUIRED{NOTE:#}  {BOLD}{}{BOLD:#}  {name}  fails ({})",
                case.id,
                case.level.name()
            ),
        );
    }
}

/// The known failures, a few for each reason.
fn known(out: &mut String, adapter: &AdapterReport<'_>) {
    let mut reasons: BTreeMap<&str, Vec<&CaseReport<'_>>> = BTreeMap::new();
    for result in adapter.results.iter().filter(|result| result.verdict == Verdict::KnownFailure) {
        reasons.entry(result.known.as_ref().map_or("", |known| known.reason.as_str())).or_default().push(result);
    }
    if reasons.is_empty() {
        return;
    }
    let (name, count) = (printable(&adapter.name), cases(adapter.count(Verdict::KnownFailure)));
    line(out, format_args!("{NOTE}KNOWN{NOTE:#}  {BOLD}{name}{BOLD:#} departs from the specification in {count}"));
    for (reason, results) in reasons {
        let mut clauses: Vec<&str> = results.iter().map(|result| result.case.clauses[0].as_str()).collect();
        clauses.dedup();
        line(out, format_args!("  {} ({})", printable(reason), clauses.join(" ")));
        if let Some(known) = results.first().and_then(|result| result.known.as_ref()) {
            line(out, format_args!("  {FAINT}{}{FAINT:#}", printable(&known.link)));
        }
        for result in results.iter().take(SHOWN_ALIKE) {
            let (expected, found) = match &result.difference {
                Some(difference) => both(difference),
                None => (expectation(result.case), answered(&result.outcome)),
            };
            let request = from(0, &result.case.question.to_string());
            line(out, format_args!("    {}  {FAINT}{request}{FAINT:#}", result.case.id));
            line(out, format_args!("      {found}  {FAINT}not{FAINT:#} {expected}"));
        }
        if results.len() > SHOWN_ALIKE {
            line(out, format_args!("    {FAINT}and {} more{FAINT:#}", results.len() - SHOWN_ALIKE));
        }
    }
    out.push('\n');
}

/// The known failures that have no explanation yet.
fn unexplained(out: &mut String, adapter: &AdapterReport<'_>) {
    let count = adapter.unexplained();
    if count > 0 {
        let (name, failures) = (printable(&adapter.name), if count == 1 { "failure is" } else { "failures are" });
        let text =
            format_args!("{NOTE}NOTE{NOTE:#}  {BOLD}{name}{BOLD:#}  {count} known {failures} still to be explained");
        line(out, text);
    }
}

/// The unsupported cases, counted by the adapter's message.
fn not_asked(out: &mut String, adapter: &AdapterReport<'_>) {
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &adapter.results {
        if let (Verdict::Unsupported, Outcome::Unsupported(what)) = (result.verdict, &result.outcome) {
            *words.entry(what).or_default() += 1;
        }
    }
    for (what, count) in words {
        let (name, count, what) = (printable(&adapter.name), cases(count), message(what));
        line(out, format_args!("{NOTE}UNSUPPORTED{NOTE:#}  {BOLD}{name}{BOLD:#}  {count}: {what}"));
    }
}

fn summary(out: &mut String, adapter: &AdapterReport<'_>, report: &Report<'_>) {
    let name = printable(&adapter.name);
    match &adapter.not_started {
        Some(NotStarted::Unavailable(why)) => {
            let style = if report.unavailable_is_fine { NOTE } else { BAD };
            lines(out, format_args!("{style}NOT RUN{style:#}  {BOLD}{name}{BOLD:#}"), why);
        }
        Some(NotStarted::Unusable(why)) => {
            lines(out, format_args!("{BAD}NOT USABLE{BAD:#}  {BOLD}{name}{BOLD:#}"), why);
        }
        None => {
            let is_unusable = adapter.answers_none() && !report.lets_silence_pass();
            if adapter.answers_none() {
                let (style, word) = if is_unusable { (BAD, "NOT USABLE") } else { (NOTE, "NOTE") };
                line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}{BOLD:#}  {ANSWERS_NONE}"));
            }
            let style = if is_unusable || adapter.has_failed(report.required) { BAD } else { GOOD };
            let library = adapter.description.as_ref().map_or_else(String::new, |description| {
                message(&format!("{} {}, {}", description.name, description.version, description.runtime))
            });
            let counts: Vec<String> = Verdict::ALL
                .iter()
                .filter(|verdict| **verdict == Verdict::Pass || adapter.count(**verdict) > 0)
                .map(|verdict| counted(adapter, *verdict))
                .collect();
            let checked = match adapter.checked {
                0 => String::new(),
                count => format!("; {} of {count} tokens of others verified", count - adapter.disputes.len()),
            };
            line(out, format_args!("{style}{name}{style:#} ({library}): {}{checked}", counts.join(", ")));
        }
    }
}

/// A verdict with its count. For open cases, it also says how many answers differ from ours.
fn counted(adapter: &AdapterReport<'_>, verdict: Verdict) -> String {
    let of_verdict = || adapter.results.iter().filter(|result| result.verdict == verdict);
    let text = format!("{} {}", of_verdict().count(), verdict.name().replace('_', " "));
    match of_verdict().filter(|result| !is_allowed(result.case, &result.outcome)).count() {
        others if others > 0 && verdict == Verdict::Open => format!("{text} ({others} answered otherwise)"),
        _ => text,
    }
}

fn conclusion(out: &mut String, report: &Report<'_>, elapsed: Duration) {
    let ran = report.adapters.iter().filter(|adapter| adapter.not_started.is_none()).count();
    let answered = match report.adapters.as_slice() {
        [only] if only.not_started.is_none() && only.answered() < report.cases => {
            format!("{} of {} answered", only.answered(), cases(report.cases))
        }
        _ => cases(report.cases),
    };
    let cases = format!("{answered}, {ran} of {} adapters, {:.1} s", report.adapters.len(), elapsed.as_secs_f64());
    match report.conclusion() {
        Conclusion::AsExpected => line(out, format_args!("{GOOD}All as expected{GOOD:#} ({cases})")),
        Conclusion::Failed => line(out, format_args!("{BAD}Not as expected{BAD:#} ({cases})")),
        Conclusion::NotUsable => line(out, format_args!("{BAD}An adapter could not be used{BAD:#} ({cases})")),
    }
}

fn cases(count: usize) -> String {
    format!("{count} {}", if count == 1 { "case" } else { "cases" })
}

pub(super) fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

/// Writes a heading and a text. The text may have several lines, such as the end of a standard error. Its further lines
/// are indented, so that they do not look like lines of the report.
pub(super) fn lines(out: &mut String, head: std::fmt::Arguments<'_>, words: &str) {
    let words: Vec<String> = words.lines().map(message).collect();
    line(out, format_args!("{head}  {}", words.join("\n  ")));
}
