//! [`Refusal`]: a request that a dialect does not take.

use std::error::Error;
use std::fmt;

/// A request that a dialect refuses. The official one refuses none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The clause of `docs/spec.md` that the dialect reads so.
    pub clause: &'static str,
    /// What it does not take.
    pub what: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused by {}: {}", self.clause, self.what)
    }
}

impl Error for Refusal {}
