//! Differential testing: compares implementations on generated requests and explains where they differ.
//!
//! 1. A weighted [grammar](request) generates requests. It favours requests that implementations read differently.
//! 2. All implementations are asked about each request, and their outcomes are compared as data.
//! 3. A difference is attributed to the choices of their [dialects](qsh_diagnose::Dialect) that make it. Where a
//!    described dialect does not predict an answer, the engine infers one. Unexplained differences come first.
//! 4. One request is kept for each cause and shrunk.
//!
//! [Metamorphic relations](Relation) between requests show collisions and splits of hashes.

mod alphabet;
mod answered;
mod attribution;
mod batch;
mod cause;
mod choices;
mod clauses;
mod compare;
mod comparison;
mod dialect_model;
mod engine;
mod examples;
mod fewest;
mod generate;
mod mutate;
mod plain;
mod relation;
mod setup;
mod shape;
mod shrink;
mod source;
mod stale;
mod tampered;
mod tokens;
mod violation;
mod worker;

pub use answered::Questions;
pub use cause::{Cause, Difference};
pub use comparison::{Cluster, Comparison, PeerReport};
pub use engine::diff;
pub use generate::request;
pub use relation::{Relation, means_the_same, related, request_with_related};
pub use setup::{Common, NoWatch, Origin, Peer, Profile, Settings, Watch};
pub use source::{OddUrls, Source};
pub use tampered::tampered_token;
pub use tokens::TokenCluster;
pub use violation::{Violation, Wrong};
