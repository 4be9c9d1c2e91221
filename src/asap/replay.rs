//! Tokens that were seen before (ASAP-24).

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What remembers tokens.
pub trait ReplayGuard {
    /// What goes wrong with the memory itself.
    type Error;

    /// Whether a token is seen for the first time; from now on it has been seen. Its `jti` is the issuer's own. It
    /// cannot be accepted after `until`, and may be forgotten then. Both times are Unix seconds. Of two that ask at
    /// once, one is the first.
    ///
    /// # Errors
    ///
    /// Nobody knows.
    fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, Self::Error>;
}

/// A memory within this process, of so many tokens at most. It forgets those that have ended, and no others: when it is
/// full, nobody knows whether a token is new.
///
/// # Examples
///
/// ```
/// use qsh::asap::{Full, ReplayGuard, Seen};
///
/// let seen = Seen::new(2);
/// assert_eq!(seen.is_first_use("svc", "1", 1_060, 1_000), Ok(true));
/// assert_eq!(seen.is_first_use("svc", "1", 1_060, 1_001), Ok(false));
/// assert_eq!(seen.is_first_use("other", "1", 1_070, 1_001), Ok(true));
/// assert_eq!(seen.is_first_use("svc", "2", 1_080, 1_060), Err(Full));
/// assert_eq!(seen.is_first_use("svc", "2", 1_080, 1_061), Ok(true));
/// ```
pub struct Seen {
    capacity: usize,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The tokens, an issuer and a `jti` each.
    tokens: BTreeSet<(String, String)>,
    /// The same tokens, in the order in which they end.
    ends: BTreeSet<(i64, String, String)>,
}

impl Seen {
    /// Remembers so many tokens at most: as many as come within their lifetime.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, memory: Mutex::default() }
    }
}

impl ReplayGuard for Seen {
    type Error = Full;

    fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, Full> {
        // Nothing below panics between its two halves, so that what is held is good after a panic elsewhere.
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget(now);
        if memory.tokens.contains(&(issuer.to_owned(), id.to_owned())) {
            return Ok(false);
        }
        if memory.tokens.len() >= self.capacity {
            return Err(Full);
        }
        memory.tokens.insert((issuer.to_owned(), id.to_owned()));
        memory.ends.insert((until, issuer.to_owned(), id.to_owned()));
        Ok(true)
    }
}

impl Memory {
    /// Forgets the tokens that have ended.
    fn forget(&mut self, now: i64) {
        while self.ends.first().is_some_and(|(until, ..)| *until < now) {
            let Some((_, issuer, id)) = self.ends.pop_first() else { break };
            self.tokens.remove(&(issuer, id));
        }
    }
}

/// How many tokens, and not which.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// The memory is full of tokens that are still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the memory of tokens is full")
    }
}

impl Error for Full {}
