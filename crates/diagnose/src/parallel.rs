//! Runs work on all cores.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs `work` on every core in parallel. Runs it on a single core if there are fewer `pieces` than `worth`.
pub(crate) fn on_all_cores<T: Send>(pieces: usize, worth: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let cores = if pieces < worth { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
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

/// Maps each item on all cores. The results have the order of the items.
pub(crate) fn map_on_all_cores<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return done };
            done.push((place, work(item)));
        }
    };
    let mut done: Vec<(usize, T)> = on_all_cores(items.len(), 2, worker).into_iter().flatten().collect();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
