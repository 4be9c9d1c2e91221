//! The model of a comparison. The JSON report is this model, written and read; every other format is a function of it.
//!
//! Members are only added to it. A reader ignores members that it does not know.

use std::collections::BTreeMap;

use qsh_diagnose::Input;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::conclusion::Conclusion;
use crate::diff::{self, Cause, Cluster, Comparison, Questions, Relation, TokenCluster, Violation, Wrong};
use crate::suite::case::Operation;
use crate::suite::head::Format;
use crate::suite::outcome::Outcome;
use crate::tamper::TokenKind;

/// The results of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ComparisonReport {
    format: String,
    version: u32,
    /// How many requests all implementations were asked.
    pub cases: u64,
    /// How many requests were answered by at least two implementations. Older reports lack this member.
    #[serde(default)]
    pub compared: u64,
    /// How many requests were answered differently.
    pub differing: u64,
    /// The seed of the requests.
    pub seed: u64,
    /// All seeds of a merged report. The first one is `seed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<u64>,
    /// The duration.
    pub seconds: f64,
    /// The implementations.
    pub adapters: Vec<ReportedPeer>,
    /// The violated relations.
    pub violations: Vec<ViolationEntry>,
    /// The differences on requests, by cause.
    pub clusters: Vec<ClusterEntry>,
    /// How many tokens all implementations were asked about. Reports of the first versions lack it.
    #[serde(default)]
    pub asked_tokens: u64,
    /// How many tokens were answered by at least two implementations.
    #[serde(default)]
    pub compared_tokens: u64,
    /// How many tokens were answered differently.
    #[serde(default)]
    pub differing_tokens: u64,
    /// The differences on tokens, by the changes of the token.
    #[serde(default)]
    pub tokens: Vec<TokenEntry>,
}

/// An implementation that was compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedPeer {
    /// Its name.
    pub name: String,
    /// The version of its library.
    pub version: String,
    /// The language of its library.
    pub language: String,
    /// The runtime of its library.
    pub runtime: String,
    /// Whether somebody described it. If nobody did, the specification stands for its description.
    #[serde(default = "yes")]
    pub has_description: bool,
    /// The choices of its described dialect.
    pub described: Vec<String>,
    /// The choices of its inferred dialect.
    pub found: Vec<String>,
    /// How many questions it was asked.
    #[serde(default)]
    pub asked: Questions,
    /// How many of them it answered.
    #[serde(default)]
    pub answered: Questions,
    /// How long it was busy.
    pub seconds: f64,
    /// Problems that no single request caused.
    pub incidents: Vec<String>,
    /// The described treatments of tokens and exceptions that were not observed.
    #[serde(default)]
    pub stale: Vec<String>,
}

/// Differences on requests with one cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClusterEntry {
    /// The dialect fields that cause the difference.
    pub cause: Vec<String>,
    /// Whether choices explain it.
    pub explained: bool,
    /// Whether all of it is described.
    pub described: bool,
    /// How many requests showed it.
    pub count: u64,
    /// The choices that differ.
    pub choices: Vec<ChoiceEntry>,
    /// What is not explained, if nothing explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unexplained: Option<UnexplainedEntry>,
    /// The smallest request that shows it.
    pub example: Input,
    /// The outcome of each implementation.
    pub outputs: BTreeMap<String, Outcome>,
}

/// A choice that one implementation makes and another one does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChoiceEntry {
    /// The implementation.
    pub adapter: String,
    /// The choice, such as `space=plus`.
    pub choice: String,
    /// The clause that it violates.
    #[serde(default)]
    pub clause: String,
    /// What an implementation with it does.
    #[serde(default)]
    pub does: String,
    /// Whether the specification allows it in addition to its own choice.
    #[serde(default)]
    pub allowed: bool,
}

/// An outcome that no dialect explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnexplainedEntry {
    /// The implementation.
    pub adapter: String,
    /// The part of its answer that is not explained.
    pub what: String,
}

/// Differences on tokens with the same changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenEntry {
    /// The operation that verifies the token.
    pub operation: Operation,
    /// The kind of the token.
    pub kind: TokenKind,
    /// The changes of the token.
    pub changes: Vec<String>,
    /// The clauses that the changes concern.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// What the specification requires for the token.
    pub specified: String,
    /// Whether every deviation from that is described.
    pub described: bool,
    /// How many tokens showed it.
    pub count: u64,
    /// The question about the smallest token that shows it, as the input of a vector.
    pub example: Map<String, Value>,
    /// The outcome of each implementation.
    pub outputs: BTreeMap<String, Outcome>,
}

/// Two related requests that one implementation confuses or tells apart wrongly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ViolationEntry {
    /// The implementation.
    pub adapter: String,
    /// Whether two meanings have one hash, or one meaning has two hashes.
    pub kind: Wrong,
    /// The violated relation.
    pub law: Relation,
    /// The parts of the request that differ.
    pub parts: String,
    /// Whether choices explain it.
    pub explained: bool,
    /// Whether these choices are described.
    pub described: bool,
    /// How many pairs showed it.
    pub count: u64,
    /// The choices that cause it.
    pub choices: Vec<String>,
    /// The two requests.
    pub examples: [Input; 2],
    /// The outcome of each request.
    pub outputs: [Outcome; 2],
}

impl ComparisonReport {
    /// The conclusion of the comparison, which decides the exit code.
    pub fn conclusion(&self) -> Conclusion {
        match (self.is_usable(), self.is_as_described()) {
            (false, _) => Conclusion::NotUsable,
            (true, true) => Conclusion::AsExpected,
            (true, false) => Conclusion::Failed,
        }
    }

    /// Whether the comparison is usable: something was compared, and every implementation answered enough questions. A
    /// report that does not say how many questions were answered is not usable.
    pub fn is_usable(&self) -> bool {
        self.compared.max(self.compared_tokens) > 0
            && self.adapters.iter().all(|peer| !peer.answered.is_too_few_of(peer.asked))
    }

    /// Whether every implementation does exactly what is described.
    pub fn is_as_described(&self) -> bool {
        self.violations.iter().all(|it| it.described)
            && self.clusters.iter().all(|it| it.described)
            && self.tokens.iter().all(|it| it.described)
            && self.adapters.iter().all(|it| it.incidents.is_empty() && it.stale.is_empty())
    }

    /// All seeds that requests were generated from.
    pub fn seeds(&self) -> Vec<u64> {
        if self.seeds.is_empty() { vec![self.seed] } else { self.seeds.clone() }
    }

    /// Returns the report as one JSON document that ends with a line feed.
    ///
    /// # Panics
    ///
    /// Never: a report holds only text and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds only text and numbers") + "\n"
    }
}

impl From<&Comparison> for ComparisonReport {
    fn from(comparison: &Comparison) -> Self {
        let names: Vec<&str> = comparison.peers.iter().map(|peer| peer.name.as_str()).collect();
        Self {
            format: Format::DIFFERENCES.name.to_owned(),
            version: 1,
            cases: comparison.cases,
            compared: comparison.compared,
            differing: comparison.differing,
            seed: comparison.seed,
            seeds: Vec::new(),
            seconds: comparison.elapsed.as_secs_f64(),
            adapters: comparison.peers.iter().map(peer).collect(),
            violations: comparison.violations.iter().map(|it| violation(it, &names)).collect(),
            clusters: comparison.clusters.iter().map(|it| cluster(it, &names)).collect(),
            asked_tokens: comparison.tokens,
            compared_tokens: comparison.compared_tokens,
            differing_tokens: comparison.differing_tokens,
            tokens: comparison.token_clusters.iter().map(|it| token(it, &names)).collect(),
        }
    }
}

/// Reports of the first versions do not say it.
fn yes() -> bool {
    true
}

fn peer(peer: &diff::PeerReport) -> ReportedPeer {
    let choices = |dialect: &qsh_diagnose::Dialect| dialect.deviations().map(|it| it.to_string()).collect();
    ReportedPeer {
        name: peer.name.clone(),
        version: peer.description.version.clone(),
        language: peer.description.language.clone(),
        runtime: peer.description.runtime.clone(),
        has_description: peer.origin == diff::Origin::Description,
        described: choices(&peer.described),
        found: choices(&peer.found),
        asked: peer.asked,
        answered: peer.answered,
        seconds: peer.busy.as_secs_f64(),
        incidents: peer.incidents.clone(),
        stale: peer.stale.clone(),
    }
}

fn violation(violation: &Violation, names: &[&str]) -> ViolationEntry {
    ViolationEntry {
        adapter: names[violation.peer].to_owned(),
        kind: violation.wrong,
        law: violation.relation,
        parts: violation.parts.clone(),
        explained: violation.cause.is_some(),
        described: violation.is_described,
        count: violation.count,
        choices: violation.cause.iter().flatten().map(ToString::to_string).collect(),
        examples: violation.example.clone(),
        outputs: violation.outcomes.clone(),
    }
}

fn cluster(cluster: &Cluster, names: &[&str]) -> ClusterEntry {
    let (choices, unexplained) = match &cluster.cause {
        Cause::Dialects(choices) => (choices.as_slice(), None),
        Cause::Unexplained { peer, what } => {
            (&[][..], Some(UnexplainedEntry { adapter: names[*peer].to_owned(), what: what.clone() }))
        }
    };
    let mut fields: Vec<String> = choices.iter().map(|it| it.choice.field().name.to_owned()).collect();
    fields.sort_unstable();
    fields.dedup();
    let choice = |it: &diff::Difference| ChoiceEntry {
        adapter: names[it.peer].to_owned(),
        choice: it.choice.to_string(),
        clause: it.choice.field().clause.to_owned(),
        does: it.choice.choice().does.to_owned(),
        allowed: it.is_allowed(),
    };
    ClusterEntry {
        cause: fields,
        explained: unexplained.is_none(),
        described: cluster.is_described,
        count: cluster.count,
        choices: choices.iter().map(choice).collect(),
        unexplained,
        example: cluster.example.clone(),
        outputs: outputs(&cluster.outcomes, names),
    }
}

fn token(cluster: &TokenCluster, names: &[&str]) -> TokenEntry {
    TokenEntry {
        operation: cluster.token.operation(),
        kind: cluster.token.kind,
        changes: cluster.token.changes.iter().map(|change| change.name.to_owned()).collect(),
        clauses: cluster.clauses().map(str::to_owned).collect(),
        specified: cluster.token.treatment().to_string(),
        described: cluster.is_described,
        count: cluster.count,
        example: cluster.token.question().input(),
        outputs: outputs(&cluster.outcomes, names),
    }
}

fn outputs(outcomes: &[Outcome], names: &[&str]) -> BTreeMap<String, Outcome> {
    names.iter().map(ToString::to_string).zip(outcomes.iter().cloned()).collect()
}
