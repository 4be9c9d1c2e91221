//! Atlassian Connect's query string hash: the reference canonicalizer, and the conformance suite around it.
//!
//! Atlassian Connect signs requests with a JSON Web Token whose `qsh` claim is the SHA-256 of a canonical request,
//! `METHOD&path&query`. `docs/spec.md` says in numbered clauses how that text comes about; every item here names the
//! clause that it implements.
//!
//! ```
//! use qsh::{Request, hash};
//!
//! let request = Request::new("GET", "https://example.com/jira/hello-world?b=2&a=1")?.with_base_url("https://example.com/jira")?;
//! assert_eq!(hash(&request).as_str(), "ee42d72c7c77a5dab42c1fa28a9dbf0b264519015cb5c0a825ae2340265fcb7d");
//! # Ok::<(), qsh::InvalidRequest>(())
//! ```
//!
//! # Map
//!
//! The implementation knows no suite: [`percent`] <- [`request`] <- [`mod@qsh`]. It is all there is without default
//! features, and depends on nothing but byte searching, encodings, hashes and Unicode's normal forms.
//!
//! Tokens (feature `jwt`) stand on it: `jwt` (decoding, signatures, keys) <- `connect` (requests, install callbacks) and
//! `asap` (tokens between services, stores of keys; one on the web with the feature `https`).
//!
//! The suite (feature `suite`) sees an implementation only through `adapter::Adapter`. Its modules, each on top of those
//! before it:
//!
//! - `suite`: vectors, outcomes, verdicts, baselines
//! - `tamper`: good tokens with one change or two, and the answer that the specification requires
//! - `adapter`: our own implementation, any other in a child process, and their set-up
//! - `diagnose` and `mutants`: one request under many dialects (both use `parts`)
//! - `runner`: the vectors against implementations
//! - `diff`: implementations against one another on generated requests and tokens
//! - `strategies`: the generators of `diff` for proptest (feature `proptest`)
//! - `report`: the result of a run or a comparison in every format
//!
//! The command line (feature `cli`) is the `qsh` binary.
#![warn(
    missing_docs,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::exhaustive_enums
)]
#![deny(rustdoc::broken_intra_doc_links)]

#[cfg(feature = "suite")]
pub mod adapter;
#[cfg(feature = "jwt")]
pub mod asap;
#[cfg(feature = "jwt")]
pub mod connect;
#[cfg(feature = "suite")]
pub mod diagnose;
#[cfg(feature = "suite")]
pub mod diff;
#[cfg(feature = "jwt")]
pub mod jwt;
#[cfg(feature = "suite")]
pub mod mutants;
#[cfg(feature = "suite")]
mod parts;
pub mod percent;
pub mod qsh;
#[cfg(feature = "suite")]
pub mod report;
pub mod request;
#[cfg(feature = "suite")]
pub mod runner;
#[cfg(feature = "proptest")]
pub mod strategies;
#[cfg(feature = "suite")]
pub mod suite;
#[cfg(feature = "suite")]
pub mod tamper;

pub use qsh::{
    Canonical, Deviation, Dialect, Hasher, Part, Qsh, Refusal, State, Step, Trace, canonicalize_with, hash, part_with,
    trace,
};
pub use request::{InvalidRequest, Request};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;
