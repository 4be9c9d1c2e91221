//! The model of the conformance suite: cases ([`case`]), outcomes of an implementation ([`outcome`]) and verdicts on
//! them ([`verdict`]).
//!
//! This module does not start implementations and does not print results.

pub mod baseline;
pub mod case;
pub mod choices;
pub(crate) mod head;
pub mod load;
pub mod outcome;
pub mod select;
pub mod spec;
pub mod text;
mod unique;
pub mod unsupported;
pub mod verdict;
