//! The report of a comparison as Markdown, for an issue or a pull request.

use std::collections::BTreeMap;

use super::NOT_COMPARED;
use crate::diff::Wrong;
use crate::report::cells::{code, head, row, words};
use crate::report::comparison::{ComparisonReport, ViolationEntry};
use crate::report::words::{answered, message};
use crate::suite::outcome::Outcome;

/// Returns the comparison as a page.
pub fn write(report: &ComparisonReport) -> String {
    let names: Vec<String> = report.names().iter().map(|name| words(name)).collect();
    let seeds: Vec<String> = report.seeds().iter().map(u64::to_string).collect();
    let seed = if seeds.len() == 1 { "seed" } else { "seeds" };
    let mut out = format!("# Comparison\n\n{}, {seed} {}:\n\n", names.join(" and "), seeds.join(", "));
    out.extend(report.totals().iter().map(|total| format!("- {total}\n")));
    if !report.is_usable() {
        out += &format!("\n**{NOT_COMPARED}.**\n");
    }
    violations(&mut out, report, "Collisions", Wrong::Collision);
    violations(&mut out, report, "Splits", Wrong::Split);
    causes(&mut out, report, &names);
    tokens(&mut out, report, &names);
    out
}

fn violations(out: &mut String, report: &ComparisonReport, title: &str, kind: Wrong) {
    let found: Vec<&ViolationEntry> = report.violations.iter().filter(|it| it.kind == kind).collect();
    if found.is_empty() {
        return;
    }
    let titles = ["implementation", "because of", "pairs", "one request", "the other", "answer"];
    *out += &format!("\n## {title}\n\n{}", head(&titles));
    out.extend(found.into_iter().map(|violation| row(violation_cells(violation))));
}

fn violation_cells(violation: &ViolationEntry) -> Vec<String> {
    let [one, other] = violation.examples.each_ref().map(|input| code(&input.to_string()));
    let mut answers: Vec<String> = violation.outputs.iter().map(|outcome| code(&answered(outcome))).collect();
    answers.dedup();
    let (name, because) = (words(&violation.adapter), words(&violation.words()));
    vec![name, because, violation.count.to_string(), one, other, answers.join(" and ")]
}

fn causes(out: &mut String, report: &ComparisonReport, names: &[String]) {
    if report.clusters.is_empty() {
        return;
    }
    *out += &format!("\n## Causes\n\n{}", head(&titles(["cause", "described", "requests", "example"], names)));
    for cluster in &report.clusters {
        let described = report.status_of(cluster).word();
        let (cause, example) = (words(&cluster.words()), code(&cluster.example.to_string()));
        let cells = [cause, described.to_owned(), cluster.count.to_string(), example];
        let answers = answers(report, &cluster.outputs);
        *out += &row(cells.into_iter().chain(answers));
    }
}

fn tokens(out: &mut String, report: &ComparisonReport, names: &[String]) {
    if report.tokens.is_empty() {
        return;
    }
    let titles = titles(["token", "by the specification", "described", "tokens"], names);
    *out += &format!("\n## Tokens\n\n{}", head(&titles));
    for token in &report.tokens {
        let described = report.status_of_token(token).word();
        let cells = [words(&token.words()), message(&token.rule()), described.to_owned(), token.count.to_string()];
        let answers = answers(report, &token.outputs);
        *out += &row(cells.into_iter().chain(answers));
    }
}

/// A cell for the outcome of each implementation.
fn answers<'r>(
    report: &'r ComparisonReport,
    outputs: &'r BTreeMap<String, Outcome>,
) -> impl Iterator<Item = String> + 'r {
    let cell = |outcome: Option<&Outcome>| outcome.map_or_else(|| "–".to_owned(), |outcome| code(&answered(outcome)));
    report.outcomes(outputs).map(move |(_, outcome)| cell(outcome))
}

fn titles<'t>(own: [&'t str; 4], names: &'t [String]) -> Vec<&'t str> {
    own.into_iter().chain(names.iter().map(String::as_str)).collect()
}
