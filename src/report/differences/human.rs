//! The report of a comparison for a person. Unexplained differences come first.
//!
//! Texts of implementations are untrusted. They are made [printable] here.

use std::collections::BTreeMap;

use qsh_diagnose::printable;

use super::status::Status;
use super::{NOT_COMPARED, few_answers};
use crate::diff::Wrong;
use crate::report::comparison::{ClusterEntry, ComparisonReport, ReportedPeer, TokenEntry, ViolationEntry};
use crate::report::style::{BAD, BOLD, FAINT, GOOD, NOTE, counted, grouped, line, lines};
use crate::report::words::{answered, from, message};
use crate::suite::outcome::Outcome;

/// Writes the comparison. It contains ANSI escapes for colours; the caller removes them where they are not wanted.
pub fn write(report: &ComparisonReport) -> String {
    let mut out = String::new();
    report.violations.iter().for_each(|it| violation(&mut out, it));
    report.clusters.iter().for_each(|it| cluster(&mut out, it, report));
    report.tokens.iter().for_each(|it| token(&mut out, it, report));
    report.adapters.iter().for_each(|it| peer(&mut out, it));
    conclusion(&mut out, report);
    out
}

fn cluster(out: &mut String, cluster: &ClusterEntry, report: &ComparisonReport) {
    let status = report.status_of(cluster);
    let word = status.heading();
    let style = match status {
        Status::Unexplained => BAD,
        Status::NotDescribed | Status::Cause => NOTE,
        Status::Described => FAINT,
    };
    let (cause, count) = (message(&cluster.words()), counted(cluster.count, "request"));
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{cause}{BOLD:#}  {count}"));
    for choice in cluster.choices.iter().filter(|choice| !choice.does.is_empty()) {
        let allowed = if choice.allowed { ", which allows it" } else { "" };
        line(out, format_args!("   {} ({}{allowed})", message(&choice.does), message(&choice.clause)));
    }
    line(out, format_args!("   {}", from(0, &cluster.example.to_string())));
    outcomes(out, &cluster.outputs, report);
}

fn token(out: &mut String, token: &TokenEntry, report: &ComparisonReport) {
    let (style, word) = (if token.described { FAINT } else { BAD }, report.status_of_token(token).heading());
    let (changes, count) = (message(&token.words()), counted(token.count, "token"));
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{changes}{BOLD:#}  {count}"));
    line(out, format_args!("   {}", message(&token.rule())));
    outcomes(out, &token.outputs, report);
}

/// Writes the outcome of each implementation, one per line.
fn outcomes(out: &mut String, outputs: &BTreeMap<String, Outcome>, report: &ComparisonReport) {
    let width = report.adapters.iter().map(|peer| peer.name.chars().count()).max().unwrap_or_default();
    for (name, outcome) in report.outcomes(outputs) {
        let outcome = outcome.map_or_else(|| "–".to_owned(), answered);
        line(out, format_args!("     {:width$}  {outcome}", printable(name).to_string()));
    }
    out.push('\n');
}

fn violation(out: &mut String, violation: &ViolationEntry) {
    let style = if violation.described { FAINT } else { BAD };
    let (word, what) = match violation.kind {
        Wrong::Collision => ("COLLISION", format!("different {}, same hash", message(&violation.parts))),
        Wrong::Split => ("SPLIT", "same meaning, different hashes".to_owned()),
    };
    let (name, cause) = (printable(&violation.adapter), message(&violation.words()));
    let pairs = counted(violation.count, "pair");
    line(out, format_args!("{style}{word}{style:#}  {BOLD}{name}: {cause}{BOLD:#}  {pairs}: {what}"));
    for (input, outcome) in violation.examples.iter().zip(&violation.outputs) {
        line(out, format_args!("   {}", from(0, &input.to_string())));
        if violation.kind == Wrong::Split {
            line(out, format_args!("     {}", answered(outcome)));
        }
    }
    if violation.kind == Wrong::Collision {
        line(out, format_args!("     {}", answered(&violation.outputs[0])));
    }
    out.push('\n');
}

fn peer(out: &mut String, peer: &ReportedPeer) {
    let name = printable(&peer.name);
    if peer.answered.is_too_few_of(peer.asked) {
        let few = few_answers(peer.answered, peer.asked);
        line(out, format_args!("{BAD}NOT USABLE{BAD:#}  {BOLD}{name}{BOLD:#}  {few}"));
    }
    for incident in &peer.incidents {
        lines(out, format_args!("{BAD}MISBEHAVED{BAD:#}  {BOLD}{name}{BOLD:#}"), incident);
    }
    for stale in &peer.stale {
        let stale = message(stale);
        line(out, format_args!("{BAD}STALE{BAD:#}  {BOLD}{name}{BOLD:#}  {stale} is described, but was not observed"));
    }
    if peer.found != peer.described {
        let dialect = |choices: &[String]| match choices {
            [] => "official".to_owned(),
            choices => message(&choices.join(" ")),
        };
        if peer.has_description {
            line(out, format_args!("{BOLD}{name}{BOLD:#} is described as {}", dialect(&peer.described)));
            let width = peer.name.chars().count();
            line(out, format_args!("{:width$} and observed as {}", "", dialect(&peer.found)));
        } else {
            line(out, format_args!("{BOLD}{name}{BOLD:#} is observed as {}", dialect(&peer.found)));
        }
    }
}

fn conclusion(out: &mut String, report: &ComparisonReport) {
    let names: Vec<String> = report.names().iter().map(|name| printable(name).to_string()).collect();
    let seeds: Vec<String> = report.seeds().iter().map(u64::to_string).collect();
    let (names, seed) = (names.join(" and "), if seeds.len() == 1 { "seed" } else { "seeds" });
    let rate = (report.cases as f64 + report.asked_tokens as f64) / report.seconds.max(1e-3);
    let (seeds, totals, rate) = (seeds.join(", "), report.totals().join("; "), grouped(rate as u64));
    line(out, format_args!("{names}, {seed} {seeds}: {totals}; {:.1} s, {rate} a second", report.seconds));
    if !report.is_usable() {
        line(out, format_args!("{BAD}{NOT_COMPARED}{BAD:#}"));
        return;
    }
    let of = |status| report.count_of(status);
    let (unexplained, new, causes) = (of(Status::Unexplained), of(Status::NotDescribed), of(Status::Cause));
    let (style, words) = match report.is_as_described() {
        true => (GOOD, "All as described"),
        false if report.adapters.iter().all(|peer| peer.has_description) => (BAD, "Not as described"),
        false => (BAD, "Differences found"),
    };
    let explained = if causes > 0 { format!("{causes} explained, ") } else { String::new() };
    let (all, described) = (report.clusters.len() + report.tokens.len(), of(Status::Described));
    let all = counted(all as u64, "cause");
    let counts = format!("{all}: {unexplained} unexplained, {explained}{new} not described, {described} described");
    line(out, format_args!("{style}{words}{style:#} ({counts})"));
}
