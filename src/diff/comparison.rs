//! The result of a comparison.

use std::time::Duration;

use qsh_diagnose::{Dialect, Input};

use super::answered::Questions;
use super::cause::Cause;
use super::setup::Origin;
use super::tokens::TokenCluster;
use super::violation::Violation;
use crate::adapter::protocol::Description;
use crate::suite::outcome::Outcome;

/// The result of a comparison.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// The implementations, in the order in which they were given.
    pub peers: Vec<PeerReport>,
    /// The seed of the requests.
    pub seed: u64,
    /// The number of requests that all implementations were asked.
    pub cases: u64,
    /// The number of requests that at least two implementations answered. Only these can be compared.
    pub compared: u64,
    /// The number of requests on which the implementations differ.
    pub differing: u64,
    /// The number of tokens that all implementations were asked about.
    pub tokens: u64,
    /// The number of tokens that at least two implementations answered.
    pub compared_tokens: u64,
    /// The number of tokens on which the implementations differ.
    pub differing_tokens: u64,
    /// The choices of the requests that showed something new. A later comparison can continue from them. The `grammar`
    /// fuzz target reads them, too.
    pub corpus: Vec<Vec<u8>>,
    /// The duration of asking, without the time for smaller examples.
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
    /// Where its description comes from.
    pub origin: Origin,
    /// The implementation's description of itself.
    pub description: Description,
    /// The described dialect.
    pub described: Dialect,
    /// The inferred dialect; the described one if none was inferred.
    pub found: Dialect,
    /// How many questions it was asked for which it supports the operation.
    pub asked: Questions,
    /// How many of those questions it answered. Every kind of answer counts.
    pub answered: Questions,
    /// The busy time of the implementation.
    pub busy: Duration,
    /// Problems that no single request caused.
    pub incidents: Vec<String>,
    /// The descriptions that are not true, such as `[tokens.url] exp_left_out` or `[faults.ValueError] QSH-P8`.
    pub stale: Vec<String>,
}

/// Differences with one cause.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cluster {
    /// The cause of the difference.
    pub cause: Cause,
    /// Whether all choices of the cause are described.
    pub is_described: bool,
    /// The number of requests that showed the difference. If one unexplained kind has several clusters, it is the
    /// number of shrunk examples instead.
    pub count: u64,
    /// The smallest request found that shows the difference.
    pub example: Input,
    /// The outcome of each implementation.
    pub outcomes: Vec<Outcome>,
}
