//! Ends the wait for the answers of an implementation, from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A signal that no answer is waited for any more. Its clones share one state.
///
/// # Examples
///
/// ```
/// use qsh::adapter::Stop;
///
/// let stop = Stop::default();
/// let shared = stop.clone();
/// assert!(!shared.is_given());
/// stop.give();
/// assert!(shared.is_given());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Gives the signal. It cannot be taken back.
    pub fn give(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the signal was given.
    pub fn is_given(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
