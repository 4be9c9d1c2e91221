//! [`Places`]: the places of the cases in the page's list.

use std::collections::HashMap;

/// The places of the cases, by their ids.
pub(super) struct Places<'r>(HashMap<&'r str, usize>);

impl<'r> Places<'r> {
    pub(super) fn of(ids: impl Iterator<Item = &'r str>) -> Self {
        Self(ids.enumerate().map(|(place, id)| (id, place)).collect())
    }

    /// The place of a case. `None` if the report does not have it.
    pub(super) fn get(&self, id: &str) -> Option<usize> {
        self.0.get(id).copied()
    }

    /// The places of these cases. Cases that the report does not have are left out.
    pub(super) fn all(&self, ids: &[String]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.get(id)).collect()
    }
}
