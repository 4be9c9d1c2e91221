//! Handling of interruptions. An interruption ends the program, unless a command wants to finish first.

use std::sync::atomic::{AtomicU8, Ordering};

/// An interruption ends the program.
const AT_ONCE: u8 = 0;
/// An interruption is only noted.
const IN_ORDER: u8 = 1;
/// An interruption was noted.
const INTERRUPTED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(AT_ONCE);

/// From now on, the first interruption is only noted; the second still ends the program.
pub(super) fn heed() {
    STATE.store(IN_ORDER, Ordering::SeqCst);
}

/// Whether an interruption was noted.
pub(super) fn is_noted() -> bool {
    STATE.load(Ordering::SeqCst) == INTERRUPTED
}

/// Called by the handler. Notes the interruption if a command wants that, and returns whether it did.
pub(super) fn is_heeded() -> bool {
    STATE.compare_exchange(IN_ORDER, INTERRUPTED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
}
