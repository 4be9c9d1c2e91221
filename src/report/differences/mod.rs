//! Reports of a comparison of implementations, in formats for people and for machines.

pub mod drafts;
pub mod human;
pub mod json;
pub mod markdown;
pub mod proposals;

use crate::diff::{Cause, Cluster, Comparison, TokenCluster};
use crate::suite::spec;
use crate::tamper::Kind;

/// The cause of a cluster in words: the choices that differ, or the implementations whose answers no dialect predicts.
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

/// The changes of a token, in words.
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

/// What the specification requires for a token, with the clauses and their levels.
fn rule(cluster: &TokenCluster) -> String {
    let levels = cluster.clauses().filter_map(spec::clause);
    let clauses: Vec<String> = levels.map(|clause| format!("{} {}", clause.id, clause.level.name())).collect();
    let clauses = if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(", ")) };
    format!("to be {}{clauses}", cluster.token.treatment())
}
