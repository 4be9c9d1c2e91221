//! What a comparison of implementations found, for people and machines.

pub mod drafts;
pub mod human;
pub mod json;
pub mod markdown;
pub mod proposals;

use crate::diff::{Cause, Cluster, Comparison, TokenCluster};
use crate::suite::spec;
use crate::tamper::Kind;

/// The cause of a cluster in words: whose choices, or who did what no dialect leads to.
fn cause(cluster: &Cluster, comparison: &Comparison) -> String {
    let name = |peer: usize| comparison.peers[peer].name.as_str();
    match &cluster.cause {
        Cause::Unexplained { peer, what } => format!("{}: {what}", name(*peer)),
        Cause::Dialects(choices) => {
            let choices: Vec<String> = choices.iter().map(|it| format!("{}: {}", name(it.peer), it.choice)).collect();
            choices.join(", ")
        }
    }
}

/// What a token is changed in, in words.
fn changes(cluster: &TokenCluster) -> String {
    let what = match cluster.token.kind {
        Kind::Url => "token",
        Kind::Context => "context token",
        Kind::Asap => "ASAP token",
    };
    match cluster.token.changes.as_slice() {
        [] => format!("a good {what}"),
        _ => format!("{what} with {}", cluster.token.name()),
    }
}

/// What the specification says of a token, where, and how strongly.
fn rule(cluster: &TokenCluster) -> String {
    let levels = cluster.clauses().filter_map(spec::clause);
    let clauses: Vec<String> = levels.map(|clause| format!("{} {}", clause.id, clause.level.name())).collect();
    let clauses = if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(", ")) };
    format!("to be {}{clauses}", cluster.token.treatment())
}
