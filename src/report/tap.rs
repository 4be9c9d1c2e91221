//! The report in the Test Anything Protocol, version 14. Each adapter is a subtest, each case a test point.

use super::points::{Point, State, points};
use super::run::{ReportedAdapter, RunReport};
use super::style::line;
use super::words;

/// Returns the report as a TAP document.
///
/// A known failure is `not ok` with a `TODO`, which test harnesses do not count as a failure. Open cases and
/// unsupported cases are skipped. Each directive has a reason. A failure has its reason in a YAML block.
pub fn write(report: &RunReport) -> String {
    let mut out = format!("TAP version 14\n1..{}\n", report.adapters.len());
    for (of, number) in report.by_adapter().iter().zip(1..) {
        let (adapter, points) = (of.adapter, points(of, report.requirements.level));
        let has_failed = points.iter().any(|point| matches!(point.state, State::Failed | State::Error));
        subtest(&mut out, adapter, &points);
        let ok = if has_failed { "not ok" } else { "ok" };
        line(&mut out, format_args!("{ok} {number} - {}", escaped(&adapter.name)));
    }
    out
}

fn subtest(out: &mut String, adapter: &ReportedAdapter, points: &[Point<'_>]) {
    line(out, format_args!("# Subtest: {}", escaped(&adapter.name)));
    line(out, format_args!("    1..{}", points.len()));
    for (point, number) in points.iter().zip(1..) {
        let why = escaped(&point.lines().join("\n"));
        let (ok, directive) = match point.state {
            State::Passed => ("ok", String::new()),
            State::Skipped => ("ok", format!(" # SKIP {why}")),
            State::Tolerated => ("not ok", format!(" # TODO {why}")),
            State::Failed | State::Error => ("not ok", String::new()),
        };
        line(out, format_args!("    {ok} {number} - {}{directive}", escaped(&point.name())));
        if matches!(point.state, State::Failed | State::Error) {
            diagnostics(out, point);
        }
    }
}

/// The YAML block of a failed test point. Its texts are JSON strings, which are valid YAML.
fn diagnostics(out: &mut String, point: &Point<'_>) {
    let severity = if point.state == State::Error { "error" } else { "fail" };
    let lines = point.lines();
    let mut say = |words: std::fmt::Arguments<'_>| line(out, format_args!("      {words}"));
    say(format_args!("---"));
    say(format_args!("message: {}", serde_json::Value::from(lines.join("\n"))));
    say(format_args!("severity: {severity}"));
    if let Some(result) = point.case() {
        say(format_args!("clauses: {}", serde_json::Value::from(result.clauses.clone())));
        say(format_args!("level: {}", result.level.name()));
    }
    say(format_args!("..."));
}

/// Escapes a text for one line, so that no `#` starts a directive.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(words::message).collect();
    lines.join(" ").replace('\\', "\\\\").replace('#', "\\#")
}
