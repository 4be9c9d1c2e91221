//! Work on all cores.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// Does the same work on every core at once; on one alone, where the work is too `small` to be worth a thread.
pub(super) fn on_all_cores<T: Send>(small: bool, work: impl Fn() -> T + Sync) -> Vec<T> {
    let cores = if small { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    thread::scope(|scope| {
        let mut others = Vec::new();
        for _ in 1..cores {
            others.push(scope.spawn(&work));
        }
        let mut results = vec![work()];
        for other in others {
            results.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    })
}
