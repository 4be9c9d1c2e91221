//! [`Log`]: the exchanges so far.

use std::collections::VecDeque;

use super::exchange::Exchange;

/// The most exchanges that are kept. Older ones are dropped, and counted.
const MOST: usize = 1_000;

/// The exchanges so far, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    kept: VecDeque<Exchange>,
    added: u64,
}

impl Log {
    /// Adds an exchange, and gives it its number.
    pub(super) fn add(&mut self, mut exchange: Exchange) -> &Exchange {
        self.added += 1;
        exchange.id = self.added;
        if self.kept.len() == MOST {
            self.kept.pop_front();
        }
        self.kept.push_back(exchange);
        &self.kept[self.kept.len() - 1]
    }

    /// The exchanges with a greater number.
    pub(super) fn after(&self, id: u64) -> impl Iterator<Item = &Exchange> {
        self.kept.iter().filter(move |exchange| exchange.id > id)
    }

    /// How many exchanges are no longer kept.
    pub(super) fn dropped(&self) -> u64 {
        self.added - self.kept.len() as u64
    }
}
