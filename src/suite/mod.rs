//! The model of the conformance suite: cases ([`case`]), outcomes of an implementation ([`outcome`]) and verdicts on
//! them ([`verdict`]).
//!
//! This module does not start implementations and does not print results.

pub mod allowed;
pub mod baseline;
pub mod case;
pub mod choices;
pub mod described;
#[cfg(test)]
mod generated;
pub(crate) mod head;
pub mod known_messages;
pub mod load;
pub mod near;
pub mod outcome;
mod schema;
pub mod select;
pub mod spec;
pub(crate) mod strict_json;
pub mod token_kinds;
pub(crate) mod toml_problem;
pub mod unsupported;
mod vector_file;
pub mod verdict;
