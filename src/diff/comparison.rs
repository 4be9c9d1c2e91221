//! The result of a comparison.

use std::time::Duration;

use qsh_diagnose::Dialect;

use super::answered::Questions;
use super::cause::Cause;
use super::tokens::TokenCluster;
use super::violation::Violation;
use crate::adapter::protocol::Description;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

/// The result of a comparison.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// The implementations, in the order that they were given in.
    pub peers: Vec<PeerReport>,
    /// The seed of the requests.
    pub seed: u64,
    /// How many requests all were asked.
    pub cases: u64,
    /// How many of them at least two implementations answered, so that there was something to compare.
    pub compared: u64,
    /// On how many of them the implementations differ.
    pub differing: u64,
    /// How many tokens all were asked about.
    pub tokens: u64,
    /// How many of them at least two implementations answered.
    pub compared_tokens: u64,
    /// On how many of them the implementations differ.
    pub differing_tokens: u64,
    /// The choices of the requests that showed something new, to continue from. The `grammar` fuzz target reads them,
    /// too.
    pub corpus: Vec<Vec<u8>>,
    /// How long it took, without the time for shrinking examples.
    pub elapsed: Duration,
    /// The violated relations, collisions first.
    pub violations: Vec<Violation>,
    /// The differences on requests by cause: undescribed ones first, then unexplained ones, then the most frequent.
    pub clusters: Vec<Cluster>,
    /// The differences on tokens, undescribed ones first.
    pub token_clusters: Vec<TokenCluster>,
}

/// An implementation that was compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PeerReport {
    /// Its name in reports.
    pub name: String,
    /// Its own description of itself.
    pub description: Description,
    /// The described dialect.
    pub described: Dialect,
    /// The inferred dialect; the described one if none was inferred.
    pub found: Dialect,
    /// How many questions it was asked that it has an operation for.
    pub asked: Questions,
    /// How many of them it answered, of whatever kind the answer was.
    pub answered: Questions,
    /// How long it was at work.
    pub busy: Duration,
    /// Problems that no single request caused.
    pub incidents: Vec<String>,
    /// The described treatments of tokens that are not true, such as `[tokens.url] exp_left_out`.
    pub stale: Vec<String>,
}

/// Differences with one cause.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cluster {
    /// Why the implementations differ.
    pub cause: Cause,
    /// Whether all choices of the cause are described.
    pub is_described: bool,
    /// How many requests showed it. If one unexplained kind has several clusters, it counts the shrunk examples
    /// instead.
    pub count: u64,
    /// The smallest request that was found to show it.
    pub example: Input,
    /// The outcome of each implementation.
    pub outcomes: Vec<Outcome>,
}

impl Comparison {
    /// Whether something was compared, and every implementation answered enough for the comparison to say something of it.
    ///
    /// Where it is not, nothing that the comparison found says that all is well.
    pub fn is_usable(&self) -> bool {
        self.compared + self.compared_tokens > 0
            && self.peers.iter().all(|peer| !peer.answered.is_too_few_of(peer.asked))
    }

    /// Whether the implementations do exactly what their descriptions say.
    pub fn is_as_described(&self) -> bool {
        self.clusters.iter().all(|cluster| cluster.is_described)
            && self.token_clusters.iter().all(|cluster| cluster.is_described)
            && self.violations.iter().all(|violation| violation.is_described)
            && self.peers.iter().all(|it| it.incidents.is_empty() && it.stale.is_empty())
    }
}
