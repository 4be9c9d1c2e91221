//! The inputs of a comparison: the implementations, the settings, and the caller's watch.

use std::time::Duration;

use qsh_diagnose::Dialect;

use super::source::OddUrls;
use crate::adapter::Adapter;
use crate::adapter::described::Described;
use crate::adapter::manifest::Faults;
use crate::adapter::protocol::Operation;
use crate::tamper::{KINDS, TokenKind, Treatments, operation};

/// An implementation that is compared with others.
pub struct Peer {
    /// The implementation.
    pub adapter: Box<dyn Adapter>,
    /// Its name, and what is described of it.
    pub profile: Profile,
}

/// The name of an implementation, and what is described of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Its name in reports.
    pub name: String,
    /// Whether somebody described it. If nobody did, its differences cannot be missing in its description.
    pub origin: Origin,
    /// The described dialect.
    pub described: Dialect,
    /// The described treatments of tokens that deviate from the specification.
    pub treatments: Treatments,
    /// The described exceptions.
    pub faults: Faults,
    /// Whether the metamorphic relations are checked on this implementation. Related requests must have one hash if
    /// they mean the same, and two hashes if they do not.
    pub is_tested_with_relations: bool,
}

/// Where the description of an implementation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an implementation has a description, or none")]
pub enum Origin {
    /// From its `adapter.toml`; for our own implementation, from the specification.
    Description,
    /// It has none, and is measured by the specification.
    Specification,
}

impl Profile {
    /// Creates the profile of an implementation that follows the specification.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            origin: Origin::Description,
            described: Dialect::OFFICIAL,
            treatments: Treatments::new(),
            faults: Faults::default(),
            is_tested_with_relations: true,
        }
    }
}

impl Peer {
    /// Creates a peer whose description follows the specification.
    pub fn new(name: impl Into<String>, adapter: Box<dyn Adapter>) -> Self {
        Self { adapter, profile: Profile::new(name) }
    }

    /// Creates a peer that has the described dialect of an implementation, to compare it with. Without a description,
    /// that is the dialect of the specification.
    pub(super) fn described_of(peer: &Self) -> Self {
        let described = peer.profile.described.clone();
        let name = match peer.profile.origin {
            Origin::Description => "described",
            Origin::Specification => "specification",
        };
        let adapter = Box::new(Described::new(name, described.clone()));
        Self { adapter, profile: Profile { described, is_tested_with_relations: false, ..Profile::new(name) } }
    }

    fn has(&self, operation: Operation) -> bool {
        self.adapter.description().has(operation)
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("profile", &self.profile).finish_non_exhaustive()
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
    /// The maximum time, with that for smaller examples. Answers that are not there soon after it are not waited for.
    pub time: Option<Duration>,
    /// How many requests have a URL or a base URL that no app has.
    pub odd_urls: OddUrls,
    /// The corpus of an earlier comparison, to continue from.
    pub corpus: Vec<Vec<u8>>,
}

/// Watches a comparison, and can end it.
pub trait Watch {
    /// Reports how many requests were asked, how many causes were found, and how many of those are unexplained.
    fn progress(&mut self, cases: u64, clusters: usize, unexplained: usize);
    /// Whether the comparison should end. Differences found so far are still reported. Their examples are not shrunk
    /// further, and outstanding answers are soon given up.
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
