//! [`Refusal`]: why a dialect refuses a request.

use std::error::Error;
use std::fmt;

/// The error for a request that a dialect refuses. The official dialect refuses only a method that is not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The clause of `docs/spec.md` that the dialect applies.
    pub clause: &'static str,
    /// What the dialect refuses.
    pub what: &'static str,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused by {}: {}", self.clause, self.what)
    }
}

impl Error for Refusal {}
