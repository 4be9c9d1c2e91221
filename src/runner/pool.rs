//! Runs the same work for several items in parallel.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

/// Does the work for each item, at most `jobs` at once. Returns the results in the order of the items.
pub(super) fn each<T: Send, R: Send>(all: Vec<T>, jobs: usize, work: impl Fn(usize, T) -> R + Sync) -> Vec<R> {
    let workers = jobs.clamp(1, all.len().max(1));
    let waiting: Mutex<VecDeque<(usize, T)>> = Mutex::new(all.into_iter().enumerate().collect());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let some = || {
            let mut done = Vec::new();
            while let Some((index, one)) = next() {
                done.push((index, work(index, one)));
            }
            done
        };
        #[expect(
            clippy::needless_collect,
            reason = "a lazy iterator would start each thread after the one before it has ended"
        )]
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(some)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
