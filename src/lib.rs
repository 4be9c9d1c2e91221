//! The conformance suite for Atlassian Connect's query string hash and the JSON Web Tokens around it.
//!
//! The libraries are packages of their own and know no suite: `qsh-hash` (requests, canonical requests, hashes),
//! `qsh-auth` (tokens of Connect and ASAP) and `qsh-diagnose` (every reading of the specification).
//!
//! # Map
//!
//! The suite sees an implementation only through `adapter::Adapter`. Its modules, each on top of those before it:
//!
//! - `suite`: vectors, outcomes, verdicts, baselines
//! - `tamper`: good tokens with one change or two, and the answer that the specification requires
//! - `adapter`: our own implementation, any other in a child process, and their set-up
//! - `mutants`: how strong the vectors are
//! - `runner`: the vectors against implementations
//! - `diff`: implementations against one another on generated requests and tokens
//! - `probe`: a running app, asked over HTTP (feature `http`)
//! - `strategies`: the generators of `diff` for proptest (feature `proptest`)
//! - `causes`: from many differences to few causes
//! - `report`: the result of a run or a comparison in every format
//! - `mock`: a product for a running app (feature `mock`)
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

pub mod adapter;
pub mod causes;
pub mod diff;
#[cfg(feature = "mock")]
pub mod mock;
pub mod mutants;
#[cfg(feature = "http")]
pub mod probe;
pub mod report;
pub mod runner;
#[cfg(feature = "proptest")]
pub mod strategies;
pub mod suite;
pub mod tamper;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeDoctests;
