//! From many differences to few causes: the deviation that a wrong answer looks like, and the dialect that explains all
//! failures of an implementation.

mod dialect;
mod hint;

use crate::suite::verdict::Verdict;
pub use dialect::{DialectDiagnosis, Evidence};
pub use hint::{Hint, Hints, hints};

/// Whether a case was not as expected. Known failures count.
fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::KnownFailure | Verdict::Error)
}
