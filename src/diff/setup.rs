//! The inputs of a comparison: the implementations, the settings, and the caller's watch.

use std::collections::BTreeMap;
use std::time::Duration;

use qsh_diagnose::Dialect;

use crate::adapter::Adapter;
use crate::adapter::described::Described;
use crate::adapter::protocol::Operation;
use crate::tamper::{KINDS, TokenKind, Treatments, operation};

/// An implementation that is compared with others.
pub struct Peer {
    /// Its name in reports.
    pub name: String,
    /// The described dialect.
    pub described: Dialect,
    /// The described treatments of tokens that deviate from the specification.
    pub treatments: Treatments,
    /// The described exceptions: the type of each, with the reason.
    pub faults: BTreeMap<String, String>,
    /// The implementation.
    pub adapter: Box<dyn Adapter>,
    /// Whether the metamorphic relations are checked on this implementation. Related requests must have one hash if
    /// they mean the same, and two hashes if they do not.
    pub is_tested_with_relations: bool,
}

impl Peer {
    /// Creates a peer whose description follows the specification.
    pub fn new(name: impl Into<String>, adapter: Box<dyn Adapter>) -> Self {
        let (described, treatments, faults) = (Dialect::OFFICIAL, Treatments::new(), BTreeMap::new());
        Self { name: name.into(), described, treatments, faults, adapter, is_tested_with_relations: true }
    }

    /// Creates a peer that has the described dialect of an implementation, to compare it with.
    pub(super) fn described_of(peer: &Self) -> Self {
        let described = peer.described.clone();
        let adapter = Box::new(Described::new("described", described.clone()));
        Self { described, is_tested_with_relations: false, ..Self::new("described", adapter) }
    }

    fn has(&self, operation: Operation) -> bool {
        self.adapter.description().has(operation)
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("name", &self.name).field("described", &self.described).finish_non_exhaustive()
    }
}

/// The operations that enough implementations support to compare them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Common {
    /// Whether enough implementations give a canonical request or a hash.
    pub requests: bool,
    /// The kinds of tokens that enough implementations verify.
    pub tokens: Vec<TokenKind>,
}

impl Common {
    /// The operations that at least two peers support. A single peer is compared with its description, so one is
    /// enough.
    pub fn of(peers: &[Peer]) -> Self {
        let least = if peers.len() == 1 { 1 } else { 2 };
        let is_had = |operations: &[Operation]| {
            peers.iter().filter(|peer| operations.iter().any(|it| peer.has(*it))).count() >= least
        };
        Self {
            requests: is_had(&[Operation::CanonicalRequest, Operation::Qsh]),
            tokens: KINDS.into_iter().filter(|kind| operation(*kind).is_some_and(|it| is_had(&[it]))).collect(),
        }
    }
}

/// The settings of a comparison.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "made by who starts a comparison")]
pub struct Settings {
    /// The seed of all requests. The same seed gives the same requests and the same clusters.
    pub seed: u64,
    /// The maximum number of requests, or of tokens if only tokens can be compared.
    pub cases: Option<u64>,
    /// The maximum time for asking. The engine still waits for batches that were sent, and shrinks examples afterwards.
    pub time: Option<Duration>,
    /// The corpus of an earlier comparison, to continue from.
    pub corpus: Vec<Vec<u8>>,
}

/// Watches a comparison, and can end it.
pub trait Watch {
    /// Reports how many requests were asked, how many causes were found, and how many of those are unexplained.
    fn progress(&mut self, cases: u64, clusters: usize, unexplained: usize);
    /// Whether the comparison should end. Differences found so far are still reported. Their examples are not shrunk
    /// further.
    fn is_enough(&mut self) -> bool;
}

/// A watch that does nothing.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct NoWatch;

impl Watch for NoWatch {
    fn progress(&mut self, _: u64, _: usize, _: usize) {}

    fn is_enough(&mut self) -> bool {
        false
    }
}
