//! The brief report of a comparison.

use serde_json::Value;

use super::{BAD, BOLD, FAINT, GOOD, NOTE, counted, line, lines, request};
use crate::report::differences::human::{NOT_COMPARED, compared_words, few_answers, grouped};
use crate::report::read::{DifferencesReport, Entry, Peer};
use crate::report::words::{message, outcome_in_json};
use crate::suite::text::printable;

/// Writes the report of a comparison. It contains ANSI escapes for colours.
pub(in crate::report) fn differences(report: &DifferencesReport) -> String {
    let mut out = String::new();
    report.violations.iter().for_each(|it| violation(&mut out, it));
    report.clusters.iter().for_each(|it| cluster(&mut out, it));
    report.tokens.iter().for_each(|it| token(&mut out, it));
    for Peer { name, incidents, stale, asked, answered, .. } in &report.adapters {
        if answered.is_too_few_of(*asked) {
            let (name, few) = (printable(name), few_answers(*answered, *asked));
            line(&mut out, format_args!("{BAD}NOT USABLE{BAD:#}  {BOLD}{name}{BOLD:#}  {few}"));
        }
        for stale in stale {
            let (name, stale) = (printable(name), printable(stale));
            line(&mut out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {stale} is described and not so"));
        }
        for incident in incidents {
            lines(&mut out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{}{BOLD:#}", printable(name)), incident);
        }
    }
    report.adapters.iter().for_each(|it| spoken(&mut out, it));
    conclusion(&mut out, report);
    out
}

fn violation(out: &mut String, entry: &Entry) {
    let style = if entry.is("described") { FAINT } else { BAD };
    let word = if entry.text("kind") == "collision" { "COLLISION" } else { "SPLIT" };
    let choices = texts(entry.member("choices")).collect::<Vec<_>>().join(" ");
    let cause = if entry.is("explained") { choices } else { format!("unexplained, relation {}", entry.text("law")) };
    let (name, cause, pairs) = (printable(entry.text("adapter")), message(&cause), count(entry, "pair", "pairs"));
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}: {cause}{BOLD:#}  {pairs}"));
    let outputs = entry.member("outputs").as_array().into_iter().flatten();
    for (example, output) in entry.member("examples").as_array().into_iter().flatten().zip(outputs) {
        line(out, format_args!("   {}", request(example).unwrap_or_default()));
        line(out, format_args!("     {}", outcome_in_json(output)));
    }
    out.push('\n');
}

fn cluster(out: &mut String, entry: &Entry) {
    let (style, word) = match (entry.is("explained"), entry.is("described")) {
        (_, true) => (FAINT, "DESCRIBED"),
        (false, false) => (BAD, "UNEXPLAINED"),
        (true, false) => (NOTE, "NOT DESCRIBED"),
    };
    let said = |it: &Value, what: &str| {
        format!("{}: {}", it["adapter"].as_str().unwrap_or_default(), it[what].as_str().unwrap_or_default())
    };
    let choices = entry.member("choices").as_array().into_iter().flatten().map(|it| said(it, "choice"));
    let cause = if entry.is("explained") {
        choices.collect::<Vec<_>>().join(", ")
    } else {
        said(entry.member("unexplained"), "what")
    };
    let (cause, requests) = (message(&cause), count(entry, "request", "requests"));
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{cause}{BOLD:#}  {requests}"));
    line(out, format_args!("   {}", request(entry.member("example")).unwrap_or_default()));
    outputs(out, entry);
}

fn token(out: &mut String, entry: &Entry) {
    let (style, word) = if entry.is("described") { (FAINT, "DESCRIBED") } else { (BAD, "NOT DESCRIBED") };
    let what = match entry.text("kind") {
        "asap" => "ASAP token",
        "context" => "context token",
        _ => "token",
    };
    let changes = texts(entry.member("changes")).collect::<Vec<_>>().join("+");
    let token =
        if changes.is_empty() { format!("a good {what}") } else { format!("{what} with {}", message(&changes)) };
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{token}{BOLD:#}  {}", count(entry, "token", "tokens")));
    let clauses = texts(entry.member("clauses")).collect::<Vec<_>>().join(", ");
    let clauses = if clauses.is_empty() { clauses } else { format!(" ({})", message(&clauses)) };
    line(out, format_args!("   to be {}{clauses}", message(entry.text("specified"))));
    outputs(out, entry);
}

/// The outcome of each implementation, one per line.
fn outputs(out: &mut String, entry: &Entry) {
    for (name, output) in entry.member("outputs").as_object().into_iter().flatten() {
        line(out, format_args!("     {}  {}", printable(name), outcome_in_json(output)));
    }
    out.push('\n');
}

/// The inferred dialect of an implementation, if it differs from the described one.
fn spoken(out: &mut String, peer: &Peer) {
    if peer.found != peer.described {
        let dialect = |choices: &[String]| match choices {
            [] => "official".to_owned(),
            choices => message(&choices.join(" ")),
        };
        let (described, found) = (dialect(&peer.described), dialect(&peer.found));
        line(
            out,
            format_args!("{BOLD}{}{BOLD:#} is described as {described}, and speaks {found}", printable(&peer.name)),
        );
    }
}

fn conclusion(out: &mut String, report: &DifferencesReport) {
    let name = |peer: &Peer| format!("{} {}", printable(&peer.name), printable(&peer.version));
    let names: Vec<String> = report.adapters.iter().map(name).collect();
    let seeds: Vec<String> = report.seeds().iter().map(u64::to_string).collect();
    let asked = [
        (report.cases, report.compared, report.differing, "requests"),
        (report.asked_tokens, report.compared_tokens, report.differing_tokens, "tokens"),
    ];
    let asked: Vec<String> = asked
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, compared, differing, what)| {
            compared_words(&format!("{} {what}", grouped(count)), compared, differing)
        })
        .collect();
    let (names, seeds, what) = (names.join(" and "), seeds.join(", "), if seeds.len() == 1 { "seed" } else { "seeds" });
    line(out, format_args!("{names}, {what} {seeds}: {}; {:.1} s", asked.join("; "), report.seconds));
    if !report.is_usable() {
        line(out, format_args!("{BAD}{NOT_COMPARED}{BAD:#}"));
        return;
    }
    let (style, words) = if report.is_as_described() { (GOOD, "All as described") } else { (BAD, "Not as described") };
    let count = |wanted: fn(&Entry) -> bool| report.clusters.iter().filter(|it| wanted(it)).count();
    let unexplained = count(|it| !it.is("explained") && !it.is("described"));
    let described = count(|it| it.is("described")) + report.tokens.iter().filter(|it| it.is("described")).count();
    let all = report.clusters.len() + report.tokens.len();
    let new = all - unexplained - described;
    let causes = counted(all as u64, "cause", "causes");
    line(
        out,
        format_args!(
            "{style}{words}{style:#} ({causes}: {unexplained} unexplained, {new} not described, {described} described)"
        ),
    );
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn count(entry: &Entry, one: &str, more: &str) -> String {
    format!("{} {}", grouped(entry.count()), if entry.count() == 1 { one } else { more })
}
