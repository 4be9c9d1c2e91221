//! The report in the Test Anything Protocol, version 14: a subtest for each adapter, a test point for each case.

use std::fmt::Write as _;

use super::Report;
use super::points::{Point, State, points};
use super::words;
use crate::runner::AdapterReport;

/// The report as a TAP document.
///
/// A known failure is `not ok` with a `TODO`, which harnesses take for no failure; an open case, and one that the adapter
/// has no means for, is skipped. Each has its reason, and a failure has it in a YAML block.
pub fn write(report: &Report<'_>) -> String {
    let mut out = format!("TAP version 14\n1..{}\n", report.adapters.len());
    for (adapter, number) in report.adapters.iter().zip(1..) {
        let points = points(adapter, report);
        let has_failed = points.iter().any(|point| matches!(point.state, State::Failed | State::Error));
        subtest(&mut out, adapter, &points);
        let ok = if has_failed { "not ok" } else { "ok" };
        line(&mut out, format_args!("{ok} {number} - {}", escaped(&adapter.name)));
    }
    out
}

fn subtest(out: &mut String, adapter: &AdapterReport<'_>, points: &[Point<'_>]) {
    line(out, format_args!("# Subtest: {}", escaped(&adapter.name)));
    line(out, format_args!("    1..{}", points.len()));
    for (point, number) in points.iter().zip(1..) {
        let why = escaped(point.message.as_deref().unwrap_or_default());
        let (ok, directive) = match point.state {
            State::Passed => ("ok", String::new()),
            State::Skipped => ("ok", format!(" # SKIP {why}")),
            State::Tolerated => ("not ok", format!(" # TODO {why}")),
            State::Failed | State::Error => ("not ok", String::new()),
        };
        line(out, format_args!("    {ok} {number} - {}{directive}", escaped(point.name())));
        if matches!(point.state, State::Failed | State::Error) {
            diagnostics(out, point);
        }
    }
}

/// What a failed test point has to say, as YAML. Its texts are JSON, which YAML reads.
fn diagnostics(out: &mut String, point: &Point<'_>) {
    let severity = if point.state == State::Error { "error" } else { "fail" };
    let lines: Vec<String> = point.message.iter().flat_map(|text| text.lines()).map(words::message).collect();
    let mut say = |words: std::fmt::Arguments<'_>| line(out, format_args!("      {words}"));
    say(format_args!("---"));
    say(format_args!("message: {}", serde_json::Value::from(lines.join("\n"))));
    say(format_args!("severity: {severity}"));
    if let Some(result) = point.case {
        say(format_args!("clauses: {}", serde_json::Value::from(result.case.clauses.clone())));
        say(format_args!("level: {}", result.case.level.name()));
    }
    say(format_args!("..."));
}

/// Words in one line, in which no `#` begins a directive.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(words::message).collect();
    lines.join(" ").replace('\\', "\\\\").replace('#', "\\#")
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}
