//! Runs work on all cores.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Folds items on all cores. Returns one result per core, which has the items that this core took. Uses a single core if
/// there are fewer `pieces` of work than `worth`.
pub(crate) fn fold_on_all_cores<'i, I: Sync, T: Default + Send>(
    items: &'i [I],
    pieces: usize,
    worth: usize,
    fold: impl Fn(&mut T, usize, &'i I) + Sync,
) -> Vec<T> {
    let cores = if pieces < worth { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    let next = AtomicUsize::new(0);
    let work = || {
        let mut result = T::default();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return result };
            fold(&mut result, place, item);
        }
    };
    thread::scope(|scope| {
        let mut others = Vec::new();
        for _ in 1..cores {
            others.push(scope.spawn(work));
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
    let push = |done: &mut Vec<(usize, T)>, place: usize, item: &I| done.push((place, work(item)));
    let mut done: Vec<(usize, T)> = fold_on_all_cores(items, items.len(), 2, push).into_iter().flatten().collect();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
