//! The query string hash (QSH-H2).
use sha2::{Digest, Sha256};
use std::fmt;

/// A query string hash: 64 lower-case hexadecimal digits (QSH-H2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Qsh([u8; 64]);

impl Qsh {
    /// The hash of a canonical request that stands already.
    pub fn of_canonical(canonical_request: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(Sha256::digest(canonical_request)) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("the digits are ASCII")
    }
}

impl fmt::Display for Qsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
