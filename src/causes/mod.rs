//! From many differences to few causes: the deviation that a wrong answer looks like, and the dialect that explains all
//! failures of an implementation.

mod dialect;
mod hint;

pub use dialect::{DialectDiagnosis, Evidence};
pub use hint::{Hint, Hints, hints};

use crate::suite::verdict::Verdict;

/// Whether a case was not as expected. Known failures count.
fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::KnownFailure | Verdict::Error)
}
