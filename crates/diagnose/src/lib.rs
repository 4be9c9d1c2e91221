//! Why a query string hash is wrong: every reading of the specification as a [`Dialect`], and a canonicalizer that follows
//! any of them.
//!
//! [`Dialect`] lists every choice that the canonical request leaves to an implementer, [`canonicalize_with`] follows one, and
//! [`trace()`] says how, step by step and clause by clause. [`Source`] is a request as any dialect may read it.
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
