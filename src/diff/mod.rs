//! Implementations against one another, on requests that nobody thought of: where they differ, and why.
//!
//! A [grammar](request) that is weighted towards what implementations read differently makes requests, every
//! implementation is asked about each, and what they did is compared as data. A difference is explained by the choices of
//! their [dialects](crate::Dialect) that set them apart on this request; the dialects are those that the manifests
//! describe, and more is learnt where these do not lead to what was answered. What no dialect leads to is the news. Of
//! each cause, one request is kept and made as small as it can be.

mod batch;
mod cause;
mod compare;
mod comparison;
mod engine;
mod examples;
mod generate;
mod genome;
mod lesson;
mod relation;
mod seed;
mod shrink;
mod source;
mod study;
mod tampered;
mod tokens;
mod violation;
mod worker;

pub use cause::{Cause, Difference};
pub use comparison::{Cluster, Comparison, PeerReport};
pub use engine::{Common, NoWatch, Peer, Settings, Watch, diff};
pub use generate::request;
pub use relation::{Law, means_the_same, related, request_with_related};
pub use source::Source;
pub use tampered::tampered_token;
pub use tokens::TokenCluster;
pub use violation::{Violation, Wrong};
