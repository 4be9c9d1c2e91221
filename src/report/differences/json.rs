//! The JSON report of a comparison, version 1. Members are only added.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diff::{Cause, Cluster, Comparison, PeerReport, Questions, TokenCluster, Violation, Wrong};
use crate::report::json::{OutcomeObject, outcome};
use crate::suite::case::{Input, Question};
use crate::suite::outcome::Outcome;

#[derive(Serialize)]
struct Document<'d> {
    format: &'static str,
    version: u32,
    cases: u64,
    /// How many requests were answered by at least two implementations.
    compared: u64,
    differing: u64,
    seed: u64,
    seconds: f64,
    adapters: Vec<Adapter<'d>>,
    violations: Vec<ViolationObject<'d>>,
    clusters: Vec<ClusterObject<'d>>,
    asked_tokens: u64,
    compared_tokens: u64,
    differing_tokens: u64,
    tokens: Vec<TokenObject<'d>>,
}

#[derive(Serialize)]
struct Adapter<'d> {
    name: &'d str,
    version: &'d str,
    language: &'d str,
    runtime: &'d str,
    described: Vec<String>,
    found: Vec<String>,
    asked: Questions,
    answered: Questions,
    seconds: f64,
    incidents: &'d [String],
    stale: &'d [String],
}

#[derive(Serialize)]
struct ClusterObject<'d> {
    /// The dialect fields that cause the difference.
    cause: Vec<&'static str>,
    explained: bool,
    described: bool,
    count: u64,
    choices: Vec<ChoiceObject<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unexplained: Option<Unexplained<'d>>,
    example: &'d Input,
    outputs: BTreeMap<&'d str, OutcomeObject<'d>>,
}

#[derive(Serialize)]
struct TokenObject<'d> {
    operation: &'static str,
    kind: &'static str,
    changes: Vec<&'static str>,
    clauses: Vec<&'static str>,
    /// What the specification requires for the token.
    specified: String,
    described: bool,
    count: u64,
    example: Question,
    outputs: BTreeMap<&'d str, OutcomeObject<'d>>,
}

#[derive(Serialize)]
struct ViolationObject<'d> {
    adapter: &'d str,
    kind: &'static str,
    law: &'static str,
    parts: &'d str,
    explained: bool,
    described: bool,
    count: u64,
    choices: Vec<String>,
    examples: &'d [Input; 2],
    outputs: [OutcomeObject<'d>; 2],
}

#[derive(Serialize)]
struct ChoiceObject<'d> {
    adapter: &'d str,
    choice: String,
    clause: &'static str,
    does: &'static str,
}

#[derive(Serialize)]
struct Unexplained<'d> {
    adapter: &'d str,
    what: &'d str,
}

/// Returns the comparison as one JSON document.
///
/// # Panics
///
/// Never: a comparison holds only text and numbers.
pub fn write(comparison: &Comparison) -> String {
    let document = Document {
        format: "qsh-differences",
        version: 1,
        cases: comparison.cases,
        compared: comparison.compared,
        differing: comparison.differing,
        seed: comparison.seed,
        seconds: comparison.elapsed.as_secs_f64(),
        adapters: comparison.peers.iter().map(adapter).collect(),
        violations: comparison.violations.iter().map(|it| violation(it, comparison)).collect(),
        clusters: comparison.clusters.iter().map(|it| cluster(it, comparison)).collect(),
        asked_tokens: comparison.tokens,
        compared_tokens: comparison.compared_tokens,
        differing_tokens: comparison.differing_tokens,
        tokens: comparison.token_clusters.iter().map(|it| token(it, comparison)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).expect("a comparison holds only text and numbers");
    text.push('\n');
    text
}

fn adapter(peer: &PeerReport) -> Adapter<'_> {
    let choices = |dialect: &qsh_diagnose::Dialect| dialect.deviations().map(|it| it.to_string()).collect();
    Adapter {
        name: &peer.name,
        version: &peer.description.version,
        language: &peer.description.language,
        runtime: &peer.description.runtime,
        described: choices(&peer.described),
        found: choices(&peer.found),
        asked: peer.asked,
        answered: peer.answered,
        seconds: peer.busy.as_secs_f64(),
        incidents: &peer.incidents,
        stale: &peer.stale,
    }
}

fn violation<'d>(violation: &'d Violation, comparison: &'d Comparison) -> ViolationObject<'d> {
    ViolationObject {
        adapter: &comparison.peers[violation.peer].name,
        kind: match violation.wrong {
            Wrong::Collision => "collision",
            Wrong::Split => "split",
        },
        law: violation.relation.name(),
        parts: &violation.parts,
        explained: violation.cause.is_some(),
        described: violation.is_described,
        count: violation.count,
        choices: violation.cause.iter().flatten().map(ToString::to_string).collect(),
        examples: &violation.example,
        outputs: violation.outcomes.each_ref().map(outcome),
    }
}

fn cluster<'d>(cluster: &'d Cluster, comparison: &'d Comparison) -> ClusterObject<'d> {
    let name = |peer: usize| comparison.peers[peer].name.as_str();
    let choices = match &cluster.cause {
        Cause::Dialects(choices) => choices.as_slice(),
        Cause::Unexplained { .. } => &[],
    };
    let mut fields: Vec<&str> = choices.iter().map(|it| it.choice.field().name).collect();
    fields.sort_unstable();
    fields.dedup();
    ClusterObject {
        cause: fields,
        explained: matches!(cluster.cause, Cause::Dialects(_)),
        described: cluster.is_described,
        count: cluster.count,
        choices: choices
            .iter()
            .map(|it| ChoiceObject {
                adapter: name(it.peer),
                choice: it.choice.to_string(),
                clause: it.choice.field().clause,
                does: it.choice.choice().does,
            })
            .collect(),
        unexplained: match &cluster.cause {
            Cause::Unexplained { peer, what } => Some(Unexplained { adapter: name(*peer), what }),
            Cause::Dialects(_) => None,
        },
        example: &cluster.example,
        outputs: outputs(&cluster.outcomes, comparison),
    }
}

fn token<'d>(cluster: &'d TokenCluster, comparison: &'d Comparison) -> TokenObject<'d> {
    TokenObject {
        operation: cluster.token.kind.operation().name(),
        kind: cluster.token.kind.name(),
        changes: cluster.token.changes.iter().map(|change| change.name).collect(),
        clauses: cluster.clauses().collect(),
        specified: cluster.token.treatment().to_string(),
        described: cluster.is_described,
        count: cluster.count,
        example: cluster.token.question(),
        outputs: outputs(&cluster.outcomes, comparison),
    }
}

fn outputs<'d>(outcomes: &'d [Outcome], comparison: &'d Comparison) -> BTreeMap<&'d str, OutcomeObject<'d>> {
    comparison.peers.iter().zip(outcomes).map(|(peer, it)| (peer.name.as_str(), outcome(it))).collect()
}
