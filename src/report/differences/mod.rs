//! What a comparison of implementations found, for people and machines.

pub mod drafts;
pub mod human;
pub mod json;
pub mod markdown;

use crate::diff::{Cause, Cluster, Differences};

/// The cause of a cluster in words: whose choices, or who did what no dialect leads to.
fn cause(cluster: &Cluster, differences: &Differences) -> String {
    let name = |peer: usize| differences.peers[peer].name.as_str();
    match &cluster.cause {
        Cause::Unexplained { peer, what } => format!("{}: {what}", name(*peer)),
        Cause::Dialects(choices) => {
            let choices: Vec<String> = choices.iter().map(|it| format!("{}: {}", name(it.peer), it.choice)).collect();
            choices.join(", ")
        }
    }
}
