//! Replay protection: remembers tokens that were seen (ASAP-24).

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers tokens, so that each is accepted once (ASAP-24). [`Seen`] does so within a process. Several processes share
/// a database.
pub trait ReplayGuard {
    /// The error of the memory.
    type Error;

    /// Records a token and returns whether it is seen for the first time. A `jti` belongs to its issuer: two issuers
    /// may use the same one. The token expires at `until` and may be forgotten then. Both times are Unix seconds. If
    /// two callers ask at once, exactly one of them is the first.
    ///
    /// # Errors
    ///
    /// The memory cannot tell whether the token is new.
    fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, Self::Error>;
}

/// A pointer to a guard is the guard.
macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<G: ReplayGuard + ?Sized> ReplayGuard for $pointer {
            type Error = G::Error;

            fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, G::Error> {
                (**self).is_first_use(issuer, id, until, now)
            }
        }
    )*};
}

through!(&G, Box<G>, Rc<G>, Arc<G>);

/// A memory in this process with a limited capacity. It forgets only tokens that have expired. When it is full, new
/// tokens are an error.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::{CapacityExceeded, ReplayGuard, Seen};
///
/// let seen = Seen::new(2);
/// assert_eq!(seen.is_first_use("svc", "1", 1_060, 1_000), Ok(true));
/// assert_eq!(seen.is_first_use("svc", "1", 1_060, 1_001), Ok(false));
/// assert_eq!(seen.is_first_use("other", "1", 1_070, 1_001), Ok(true));
/// assert_eq!(seen.is_first_use("svc", "2", 1_080, 1_060), Err(CapacityExceeded));
/// assert_eq!(seen.is_first_use("svc", "2", 1_080, 1_061), Ok(true));
/// ```
pub struct Seen {
    capacity: usize,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The tokens: an issuer and a `jti` each.
    tokens: BTreeSet<(String, String)>,
    /// The same tokens, in the order of their expiry.
    ends: BTreeSet<(i64, String, String)>,
}

impl Seen {
    /// A memory for this many tokens. It needs room for all tokens that arrive within their lifetime.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, memory: Mutex::default() }
    }
}

impl ReplayGuard for Seen {
    type Error = CapacityExceeded;

    fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, CapacityExceeded> {
        // The code below does not panic between its two insertions. So the memory is consistent after a panic
        // elsewhere.
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget(now);
        if memory.tokens.contains(&(issuer.to_owned(), id.to_owned())) {
            return Ok(false);
        }
        if memory.tokens.len() >= self.capacity {
            return Err(CapacityExceeded);
        }
        memory.tokens.insert((issuer.to_owned(), id.to_owned()));
        memory.ends.insert((until, issuer.to_owned(), id.to_owned()));
        Ok(true)
    }
}

impl Memory {
    /// Forgets expired tokens.
    fn forget(&mut self, now: i64) {
        while self.ends.first().is_some_and(|(until, ..)| *until < now) {
            let Some((_, issuer, id)) = self.ends.pop_first() else { break };
            self.tokens.remove(&(issuer, id));
        }
    }
}

/// Writes the capacity and no tokens.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// The error of a memory that is full of tokens that are still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct CapacityExceeded;

impl fmt::Display for CapacityExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the memory of tokens is full")
    }
}

impl Error for CapacityExceeded {}
