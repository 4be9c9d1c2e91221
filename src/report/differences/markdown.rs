//! The report of a comparison as Markdown, for an issue or a pull request.

use super::human::{NOT_COMPARED, compared_words};
use super::{cause, changes, rule};
use crate::diff::{Cause, Comparison, Violation, Wrong};
use crate::report::cells::{code, head, row, words};
use crate::report::words::answered;
use crate::suite::outcome::Outcome;

/// Returns the comparison as a page.
pub fn write(comparison: &Comparison) -> String {
    let names: Vec<String> =
        comparison.peers.iter().map(|peer| words(&format!("{} {}", peer.name, peer.description.version))).collect();
    let (who, seed) = (names.join(" and "), comparison.seed);
    let requests = format!("{} requests of seed {seed}", comparison.cases);
    let requests = compared_words(&requests, comparison.compared, comparison.differing);
    let mut out = format!("# Comparison\n\n{who}: {requests}.\n");
    if comparison.tokens > 0 {
        let tokens = format!("{} tokens", comparison.tokens);
        let tokens = compared_words(&tokens, comparison.compared_tokens, comparison.differing_tokens);
        out += &format!("{tokens}.\n");
    }
    if !comparison.is_usable() {
        out += &format!("\n**{NOT_COMPARED}.**\n");
    }
    violations(&mut out, comparison, "Collisions", Wrong::Collision);
    violations(&mut out, comparison, "Splits", Wrong::Split);
    causes(&mut out, comparison, &names);
    tokens(&mut out, comparison, &names);
    out
}

fn violations(out: &mut String, comparison: &Comparison, title: &str, wrong: Wrong) {
    let found: Vec<&Violation> = comparison.violations.iter().filter(|it| it.wrong == wrong).collect();
    if found.is_empty() {
        return;
    }
    let titles = ["implementation", "because of", "pairs", "one request", "the other", "answer"];
    *out += &format!("\n## {title}\n\n{}", head(&titles));
    out.extend(found.into_iter().map(|violation| row(violation_cells(violation, comparison))));
}

fn causes(out: &mut String, comparison: &Comparison, names: &[String]) {
    if comparison.clusters.is_empty() {
        return;
    }
    *out += &format!("\n## Causes\n\n{}", head(&titles(["cause", "described", "requests", "example"], names)));
    for cluster in &comparison.clusters {
        let described = match (&cluster.cause, cluster.is_described) {
            (Cause::Unexplained { .. }, false) => "unexplained",
            (_, true) => "yes",
            (Cause::Dialects(_), false) => "no",
        };
        let cause = words(&cause(cluster, comparison));
        let cells = [cause, described.to_owned(), cluster.count.to_string(), code(&cluster.example.to_string())];
        *out += &row(cells.into_iter().chain(answers(&cluster.outcomes)));
    }
}

fn tokens(out: &mut String, comparison: &Comparison, names: &[String]) {
    if comparison.token_clusters.is_empty() {
        return;
    }
    let titles = titles(["token", "by the specification", "described", "tokens"], names);
    *out += &format!("\n## Tokens\n\n{}", head(&titles));
    for cluster in &comparison.token_clusters {
        let described = if cluster.is_described { "yes" } else { "no" };
        let cells = [words(&changes(cluster)), rule(cluster), described.to_owned(), cluster.count.to_string()];
        *out += &row(cells.into_iter().chain(answers(&cluster.outcomes)));
    }
}

fn titles<'t>(own: [&'t str; 4], names: &'t [String]) -> Vec<&'t str> {
    own.into_iter().chain(names.iter().map(String::as_str)).collect()
}

fn answers(outcomes: &[Outcome]) -> impl Iterator<Item = String> {
    outcomes.iter().map(|outcome| code(&answered(outcome)))
}

fn violation_cells(violation: &Violation, comparison: &Comparison) -> Vec<String> {
    let because = match &violation.cause {
        Some(choices) => choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        None => words(&format!("unexplained, where {}", violation.relation.does())),
    };
    let [one, other] = violation.example.each_ref().map(|input| code(&input.to_string()));
    let name = comparison.peers[violation.peer].name.clone();
    let mut answers: Vec<String> = violation.outcomes.iter().map(|outcome| code(&answered(outcome))).collect();
    answers.dedup();
    vec![name, because, violation.count.to_string(), one, other, answers.join(" and ")]
}
