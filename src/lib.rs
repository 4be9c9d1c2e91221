//! Atlassian Connect's query string hash.
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
#[cfg(feature = "suite")]
pub mod diagnose;
pub mod percent;
pub mod qsh;
#[cfg(feature = "suite")]
#[cfg(feature = "suite")]
pub mod report;
pub mod request;
#[cfg(feature = "suite")]
pub mod runner;
#[cfg(feature = "suite")]
pub mod suite;

pub use qsh::{
    Canonical, Deviation, Dialect, Hasher, Part, Qsh, Refusal, State, Step, Trace, canonicalize_with, hash, trace,
};
pub use request::{InvalidRequest, Request};
