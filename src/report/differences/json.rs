//! The JSON of a comparison, version 1: append-only.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diff::{Cause, Cluster, Differences, PeerReport, Violation, Wrong};
use crate::report::json::{OutcomeObject, outcome};
use crate::suite::case::Input;

#[derive(Serialize)]
struct Document<'d> {
    format: &'static str,
    version: u32,
    cases: u64,
    differing: u64,
    seed: u64,
    seconds: f64,
    adapters: Vec<Adapter<'d>>,
    violations: Vec<ViolationObject<'d>>,
    clusters: Vec<ClusterObject<'d>>,
}

#[derive(Serialize)]
struct Adapter<'d> {
    name: &'d str,
    version: &'d str,
    language: &'d str,
    runtime: &'d str,
    described: Vec<String>,
    found: Vec<String>,
    seconds: f64,
    incidents: &'d [String],
}

#[derive(Serialize)]
struct ClusterObject<'d> {
    /// The dialect fields.
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

/// The comparison as one JSON document.
///
/// # Panics
///
/// Never: a comparison holds only text and numbers.
pub fn write(differences: &Differences) -> String {
    let document = Document {
        format: "qsh-differences",
        version: 1,
        cases: differences.cases,
        differing: differences.differing,
        seed: differences.seed,
        seconds: differences.elapsed.as_secs_f64(),
        adapters: differences.peers.iter().map(adapter).collect(),
        violations: differences.violations.iter().map(|it| violation(it, differences)).collect(),
        clusters: differences.clusters.iter().map(|it| cluster(it, differences)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document).expect("a comparison holds only text and numbers");
    text.push('\n');
    text
}

fn adapter(peer: &PeerReport) -> Adapter<'_> {
    let choices = |dialect: &crate::Dialect| dialect.deviations().map(|it| it.to_string()).collect();
    Adapter {
        name: &peer.name,
        version: &peer.description.version,
        language: &peer.description.language,
        runtime: &peer.description.runtime,
        described: choices(&peer.described),
        found: choices(&peer.found),
        seconds: peer.busy.as_secs_f64(),
        incidents: &peer.incidents,
    }
}

fn violation<'d>(violation: &'d Violation, differences: &'d Differences) -> ViolationObject<'d> {
    ViolationObject {
        adapter: &differences.peers[violation.peer].name,
        kind: match violation.wrong {
            Wrong::Collision => "collision",
            Wrong::Split => "split",
        },
        law: violation.law.name(),
        parts: &violation.parts,
        explained: violation.cause.is_some(),
        described: violation.is_described,
        count: violation.count,
        choices: violation.cause.iter().flatten().map(ToString::to_string).collect(),
        examples: &violation.example,
        outputs: violation.outcomes.each_ref().map(outcome),
    }
}

fn cluster<'d>(cluster: &'d Cluster, differences: &'d Differences) -> ClusterObject<'d> {
    let name = |peer: usize| differences.peers[peer].name.as_str();
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
        outputs: cluster.outcomes.iter().enumerate().map(|(place, it)| (name(place), outcome(it))).collect(),
    }
}
