//! The fast path of the official dialect against the general canonicalizer.

use qsh_diagnose::{Dialect, canonicalize_with};
use qsh_hash::{Hasher, Qsh, Request};

use crate::request::{RequestBytes, seeds};
use crate::{Oracle, Violation};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "canonical",
    property: "the fast path gives the canonical request and the hash of the general canonicalizer",
    check,
    seeds,
};

/// The input is [a request](RequestBytes).
pub(crate) fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_fast_path(bytes, |request| {
        let mut hasher = Hasher::new();
        (hasher.canonical_request(request).to_vec(), hasher.hash(request))
    })
}

/// Compares a fast path, which returns the canonical request and the hash, with the general canonicalizer.
fn check_fast_path(bytes: &[u8], fast: impl Fn(&Request<'_>) -> (Vec<u8>, Qsh)) -> Result<(), Violation> {
    let Some(read) = RequestBytes::split(bytes) else { return Ok(()) };
    let Some(request) = read.request() else { return Ok(()) };
    let Ok(general) = canonicalize_with(&request, &Dialect::OFFICIAL) else {
        return Err(Violation::new(
            "the official dialect refuses a request",
            read.reproducer("qsh_diagnose::canonicalize_with(&request, &qsh_diagnose::Dialect::OFFICIAL)?;"),
        ));
    };
    let (canonical_request, hash) = fast(&request);
    if canonical_request != general.as_bytes() {
        return Err(Violation::new(
            "the fast path and the general canonicalizer give different canonical requests",
            read.reproducer(
                "let general = qsh_diagnose::canonicalize_with(&request, &qsh_diagnose::Dialect::OFFICIAL)?;\n\
                 assert_eq!(qsh_hash::Hasher::new().canonical_request(&request), general.as_bytes());",
            ),
        ));
    }
    if hash != general.hash() {
        return Err(Violation::new(
            "the fast path and the general canonicalizer give different hashes",
            read.reproducer(
                "let general = qsh_diagnose::canonicalize_with(&request, &qsh_diagnose::Dialect::OFFICIAL)?;\n\
                 assert_eq!(qsh_hash::hash(&request), general.hash());",
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_fast_path_that_sorts_encoded_values_is_found() {
        let dialect = Dialect::OFFICIAL.with("value_order=encoded".parse().unwrap());
        let violation = testing::violation(seeds, |bytes| {
            check_fast_path(bytes, |request| {
                let wrong = canonicalize_with(request, &dialect).unwrap();
                (wrong.as_bytes().to_vec(), wrong.hash())
            })
        });
        assert_eq!(violation.what, "the fast path and the general canonicalizer give different canonical requests");
        assert!(violation.reproducer.starts_with("let request = qsh_hash::Request::new("), "{violation}");
    }
}
