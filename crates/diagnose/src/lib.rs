//! Finds out why a query string hash is wrong. Each reading of the specification is a [`Dialect`], and the
//! canonicalizer follows any of them.
//!
//! [`Dialect`] lists every choice that the specification leaves to an implementer. [`canonicalize_with`] follows a
//! dialect, and [`trace()`] records each step with its clause. [`Source`] is a request with all the data that a dialect
//! can read.
#![forbid(unsafe_code)]
#![warn(
    missing_docs,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::exhaustive_enums
)]
#![deny(rustdoc::broken_intra_doc_links)]

pub mod canonical;
pub mod dialect;
pub mod parts;
pub mod percent;
mod source;
mod trace;

pub use canonical::{Canonical, Refusal, canonicalize_with, part_with, trace};
pub use dialect::{Deviation, Dialect};
pub use source::Source;
pub use trace::{Part, State, Step, Trace};
