//! Runs the same work for several items in parallel.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

/// Does the work for each item, at most `jobs` at once. `order` has the positions of the items, and they start in this
/// order. Returns the results in the order of the items.
pub(super) fn each<T: Send, R: Send>(
    all: Vec<T>,
    order: &[usize],
    jobs: usize,
    work: impl Fn(usize, T) -> R + Sync,
) -> Vec<R> {
    let workers = jobs.clamp(1, all.len().max(1));
    let mut all: Vec<(usize, T)> = all.into_iter().enumerate().collect();
    all.sort_by_key(|(index, _)| order.iter().position(|place| place == index));
    let waiting: Mutex<VecDeque<(usize, T)>> = Mutex::new(all.into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_start_in_the_given_order_and_results_keep_that_of_the_items() {
        let started = Mutex::new(Vec::new());
        let results = each(vec!["a", "b", "c", "d"], &[2, 0, 3, 1], 1, |place, item| {
            started.lock().unwrap().push(item);
            (place, item)
        });
        assert_eq!(started.into_inner().unwrap(), ["c", "a", "d", "b"]);
        assert_eq!(results, [(0, "a"), (1, "b"), (2, "c"), (3, "d")]);
    }
}
