//! What comes of a comparison.

use std::time::Duration;

use super::cause::Cause;
use super::tokens::TokenCluster;
use super::violation::Violation;
use crate::adapter::protocol::Description;
use crate::qsh::Dialect;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

/// What came of a comparison.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// The implementations, in the order that they were given in.
    pub peers: Vec<PeerReport>,
    /// The seed of the requests.
    pub seed: u64,
    /// How many requests all were asked.
    pub cases: u64,
    /// How many of them the implementations differ on.
    pub differing: u64,
    /// How many tokens all were asked about.
    pub tokens: u64,
    /// How many of them the implementations differ on.
    pub differing_tokens: u64,
    /// The choices of the requests that showed something new, to continue from. The `grammar` fuzz target reads them,
    /// too.
    pub corpus: Vec<Vec<u8>>,
    /// How long it took, without the time in which examples were made smaller.
    pub elapsed: Duration,
    /// The pairs of requests that an implementation takes against their meaning: first those that are taken for one.
    pub violations: Vec<Violation>,
    /// The causes of the differences on requests: first those that nothing explains, then by how often they show.
    pub clusters: Vec<Cluster>,
    /// The differences on tokens: first those that nobody described.
    pub token_clusters: Vec<TokenCluster>,
}

/// An implementation that was compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PeerReport {
    /// The name that it is called by.
    pub name: String,
    /// Who it says that it is.
    pub description: Description,
    /// The dialect that it is described to speak.
    pub described: Dialect,
    /// The inferred dialect; the described one if none was inferred.
    pub found: Dialect,
    /// How long it was at work.
    pub busy: Duration,
    /// What went wrong that no single request is to blame for.
    pub incidents: Vec<String>,
    /// What is described of its tokens and is not so, such as `[tokens.url] exp_left_out`.
    pub stale: Vec<String>,
}

/// Differences with one cause.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cluster {
    /// Why the implementations differ.
    pub cause: Cause,
    /// Whether every choice of the cause is one that somebody described.
    pub is_described: bool,
    /// How many requests showed it; of several unexplained ones of one kind, how many of the examples that were looked
    /// into.
    pub count: u64,
    /// The smallest request that was found to show it.
    pub example: Input,
    /// What each implementation did with that.
    pub outcomes: Vec<Outcome>,
}

impl Comparison {
    /// Whether the implementations do exactly what is described of them.
    pub fn is_as_described(&self) -> bool {
        self.clusters.iter().all(|cluster| cluster.is_described)
            && self.token_clusters.iter().all(|cluster| cluster.is_described)
            && self.violations.iter().all(|violation| violation.is_described)
            && self.peers.iter().all(|it| it.incidents.is_empty() && it.stale.is_empty())
    }
}
