//! The query string hash: [`hash`] for the specification, [`canonicalize_with`] for any [`Dialect`] of it.
//!
//! There are two canonicalizers. The general one ([`canonicalize_with`], [`trace()`]) runs on any dialect and can say
//! what it does; the fast one ([`Hasher`]) knows the official dialect only. A property test holds them equal.

mod canonical;
pub mod dialect;
mod fast;
mod order;
mod path;
mod query;
mod trace;

use std::fmt;

use sha2::{Digest, Sha256};

pub use canonical::{Canonical, Refusal, canonicalize_with, trace};
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
pub struct Qsh([[u8; 2]; 32]);

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut hex = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        hex[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    hex
};

impl Qsh {
    /// The hash of a canonical request that stands already (QSH-H1).
    pub fn of_canonical(canonical_request: &[u8]) -> Self {
        let mut text = [[0; 2]; 32];
        for (pair, byte) in text.iter_mut().zip(Sha256::digest(canonical_request)) {
            *pair = HEX[usize::from(byte)];
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
