//! A comparison as Markdown, for an issue or a pull request.

use std::fmt::Write as _;

use super::{cause, changes, rule};
use crate::diff::{Cause, Comparison, Violation, Wrong};
use crate::report::words::answered;

/// The comparison as a page.
pub fn write(comparison: &Comparison) -> String {
    let mut out = String::from("# Comparison\n\n");
    let names: Vec<String> =
        comparison.peers.iter().map(|peer| format!("{} {}", peer.name, peer.description.version)).collect();
    let (cases, differing, seed) = (comparison.cases, comparison.differing, comparison.seed);
    line(
        &mut out,
        &format!("{}: {cases} requests of seed {seed}, {differing} of them answered differently.", names.join(" and ")),
    );
    if comparison.tokens > 0 {
        let (tokens, differing) = (comparison.tokens, comparison.differing_tokens);
        line(&mut out, &format!("Of {tokens} tokens, {differing} were treated differently."));
    }
    for (title, wrong) in [("Collisions", Wrong::Collision), ("Splits", Wrong::Split)] {
        let found: Vec<&Violation> = comparison.violations.iter().filter(|it| it.wrong == wrong).collect();
        if !found.is_empty() {
            line(
                &mut out,
                &format!(
                    "\n## {title}\n\n| implementation | because of | pairs | one request | the other | answer |\n|---|---|---|---|---|---|"
                ),
            );
        }
        for violation in found {
            row(&mut out, &violation_cells(violation, comparison));
        }
    }
    if !comparison.clusters.is_empty() {
        line(&mut out, &format!("\n## Causes\n\n| cause | described | requests | example | {} |", names.join(" | ")));
        line(&mut out, &format!("|---|---|---|---|{}", "---|".repeat(names.len())));
    }
    for cluster in &comparison.clusters {
        let described = match (&cluster.cause, cluster.is_described) {
            (Cause::Unexplained { .. }, false) => "unexplained",
            (_, true) => "yes",
            (Cause::Dialects(_), false) => "no",
        };
        let mut cells = vec![
            cause(cluster, comparison),
            described.to_owned(),
            cluster.count.to_string(),
            code(&cluster.example.to_string()),
        ];
        cells.extend(cluster.outcomes.iter().map(|outcome| code(&answered(outcome))));
        row(&mut out, &cells);
    }
    tokens(&mut out, comparison, &names);
    out
}

fn tokens(out: &mut String, comparison: &Comparison, names: &[String]) {
    if comparison.token_clusters.is_empty() {
        return;
    }
    line(out, &format!("\n## Tokens\n\n| token | by the specification | described | tokens | {} |", names.join(" | ")));
    line(out, &format!("|---|---|---|---|{}", "---|".repeat(names.len())));
    for cluster in &comparison.token_clusters {
        let described = if cluster.is_described { "yes" } else { "no" };
        let mut cells = vec![changes(cluster), rule(cluster), described.to_owned(), cluster.count.to_string()];
        cells.extend(cluster.outcomes.iter().map(|outcome| code(&answered(outcome))));
        row(out, &cells);
    }
}

fn violation_cells(violation: &Violation, comparison: &Comparison) -> Vec<String> {
    let because = match &violation.cause {
        Some(choices) => choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        None => format!("unexplained, where {}", violation.law.does()),
    };
    let [one, other] = violation.example.each_ref().map(|input| code(&input.to_string()));
    let name = comparison.peers[violation.peer].name.clone();
    let mut answers: Vec<String> = violation.outcomes.iter().map(|outcome| code(&answered(outcome))).collect();
    answers.dedup();
    vec![name, because, violation.count.to_string(), one, other, answers.join(" and ")]
}

/// Text as it is, in a cell: a longer fence than any in it stands around it, and what ends a cell is escaped.
fn code(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank on both sides is no part of the code.
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('|', "\\|"))
}

fn row(out: &mut String, cells: &[String]) {
    line(out, &format!("| {} |", cells.join(" | ")));
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a String takes everything");
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn code_stays_in_its_cell() {
        assert_eq!(code("GET /a|b"), "`GET /a\\|b`");
        assert_eq!(code("GET /`a``b"), "```GET /`a``b```");
        assert_eq!(code("GET /`"), "`` GET /` ``");
    }
}
