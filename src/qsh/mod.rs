//! The query string hash: [`hash`] for the specification, [`canonicalize_with`] for any [`Dialect`] of it.
//!
//! There are two canonicalizers. The general one ([`canonicalize_with`], [`trace()`]) runs on any dialect and can say
//! what it does; the fast one ([`Hasher`]) knows the official dialect only. A property test holds them equal.

mod base;
mod blanks;
mod canonical;
pub mod dialect;
mod digest;
mod escape;
mod fast;
mod go_url;
mod join;
mod node_url;
mod order;
mod pairs;
mod path;
pub(crate) mod query;
mod special_names;
pub(crate) mod text;
mod trace;
mod whatwg_url;

use std::fmt;

use sha2::{Digest, Sha256};

pub use canonical::{Canonical, Refusal, canonicalize_with, part_with, trace};
pub use dialect::{Deviation, Dialect};
pub use fast::Hasher;
pub use trace::{Part, State, Step, Trace};

use crate::request::Request;

/// The query string hash of a request (QSH-H2), under [`Dialect::OFFICIAL`].
///
/// To hash many requests, keep a [`Hasher`].
///
/// # Examples
///
/// The order of the parameters does not matter, a `jwt` parameter does not count, and the base URL is not part of the
/// path:
///
/// ```
/// use qsh::{Request, hash};
///
/// let sent = Request::new("GET", "https://example.com/jira/issue?b=2&a=1")?.with_base_url("https://example.com/jira")?;
/// let received = Request::new("get", "/issue?a=1&jwt=abc.def.ghi&b=2")?;
/// assert_eq!(hash(&sent), hash(&received));
/// # Ok::<(), qsh::InvalidRequest>(())
/// ```
pub fn hash(request: &Request<'_>) -> Qsh {
    Hasher::new().hash(request)
}

/// A query string hash: 64 lower-case hexadecimal digits (QSH-H2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Qsh([[u8; 8]; 8]);

impl Qsh {
    /// The hash of a canonical request that stands already (QSH-H1).
    ///
    /// # Examples
    ///
    /// The check value of the specification's sources, which is the SHA-256 of `foo`:
    ///
    /// ```
    /// let hash = qsh::Qsh::of_canonical(b"foo");
    /// assert_eq!(hash.as_str(), "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae");
    /// ```
    pub fn of_canonical(canonical_request: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(canonical_request).into();
        let mut text = [[0; 8]; 8];
        for (digits, bytes) in text.iter_mut().zip(digest.as_chunks().0) {
            *digits = hex(u32::from_be_bytes(*bytes)).to_be_bytes();
        }
        Self(text)
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        // The digits are ASCII, so that this never is the default.
        str::from_utf8(self.0.as_flattened()).unwrap_or_default()
    }
}

impl fmt::Display for Qsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Qsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Qsh({self})")
    }
}

/// The eight lower-case digits of four bytes, all at once: a byte of the result is a digit.
fn hex(bytes: u32) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let x = u64::from(bytes);
    let x = (x << 16 | x) & 0x0000_ffff_0000_ffff;
    let x = (x << 8 | x) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (x << 4 | x) & (0x0f * EACH);
    // 6 more than a nibble reaches 16 for those that are letters.
    let letters = ((nibbles + 0x06 * EACH) >> 4) & EACH;
    nibbles + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'0' - 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_two_digits_in_every_place() {
        for byte in 0..=255_u8 {
            for place in 0..4 {
                let bytes = u32::from(byte) << (8 * place);
                assert_eq!(hex(bytes).to_be_bytes().as_slice(), format!("{bytes:08x}").as_bytes());
            }
        }
        assert_eq!(hex(0xdead_beef).to_be_bytes(), *b"deadbeef");
    }
}
