//! The conformance suite's own vocabulary: what a case says ([`case`]), what an implementation did ([`outcome`]) and
//! what that means ([`verdict`]).
//!
//! Nothing here knows how an implementation is reached or how a result is shown.

pub mod baseline;
pub mod case;
pub(crate) mod head;
pub mod load;
pub mod outcome;
pub mod select;
pub mod spec;
pub mod text;
mod unique;
pub mod unsupported;
pub mod verdict;
