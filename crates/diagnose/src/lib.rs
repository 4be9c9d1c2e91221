//! Finds out why a query string hash is wrong. Each reading of the specification is a [`Dialect`], and the
//! canonicalizer follows any of them.
//!
//! - [`Dialect`] lists every choice that the specification leaves to an implementer. [`canonicalize_with`] follows a
//!   dialect, and [`trace()`] records each step with its clause. [`Source`] is a request with all the data that a dialect
//!   can read.
//! - [`diagnose()`] finds the mistakes that give one wrong answer to an [`Input`].
//! - [`infer()`] finds the dialect that explains all answers of an implementation.
//! - [`intake`] reads what people have when a token is refused: a URL, a token, an error message, a curl command.
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

mod answer;
mod canonical;
pub mod dialect;
pub mod examine;
pub mod hosts;
mod infer;
mod input;
pub mod intake;
mod json_body;
pub mod messages;
mod parallel;
pub mod parts;
pub mod percent;
mod search;
pub mod signature;
mod source;
mod text;
mod trace;

pub use answer::CanonicalAnswer;
pub use canonical::{Canonical, Refusal, canonicalize_with, part_with, trace};
pub use dialect::{Deviation, Dialect};
pub use infer::{Inference, Nearest, Observation, Observed, Review, ShownChoice, infer, infer_dialect, infer_from};
pub use input::{BadInput, BaseUrlProblem, Input};
pub use json_body::{BadJsonBody, JsonBody};
pub use search::{
    DEEPEST, Diagnosis, Explanation, Mistake, RequestMistake, RequestMistakeKind, Tried, consequences, diagnose,
    implementations,
};
pub use source::Source;
pub use text::{BadText, InvalidHex, Printable, Text, printable};
pub use trace::{Part, State, Step, Trace};
