//! The part of a selection that a run covers.

use std::collections::BTreeMap;

use qsh_diagnose::Text;
use serde::{Deserialize, Serialize};

use crate::suite::baseline::Baseline;
use crate::suite::case::Case;
use crate::suite::select::Shard;

/// The part of a selection that a run covers, and what is known of the whole selection. It is the `shard` of a JSON
/// report. With it, a merge can tell whether its reports are complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    index: usize,
    count: usize,
    /// The number of cases in all parts together.
    pub(super) cases: usize,
    /// The SHA-256 of the ids of the whole selection. Parts of one selection have the same value.
    pub(super) selection: String,
    /// For each adapter, the entries of its baseline that match no case of the whole selection. Each part records them,
    /// but only the merged report is judged by them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) stale: BTreeMap<String, Vec<String>>,
    /// For each adapter, the choices of its described dialect that have a reason. Each must predict a failure of the whole
    /// selection.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) explained: BTreeMap<String, Vec<String>>,
}

impl Part {
    /// Creates a part of these cases.
    pub fn new(shard: Shard, whole: &[&Case]) -> Self {
        let ids: String = whole.iter().map(|case| format!("{}\n", case.id)).collect();
        Self {
            index: shard.index(),
            count: shard.count(),
            cases: whole.len(),
            selection: Text::from(ids).sha256_hex(),
            stale: BTreeMap::new(),
            explained: BTreeMap::new(),
        }
    }

    pub(super) fn shard(&self) -> Option<Shard> {
        Shard::new(self.index, self.count)
    }

    /// Adds what the whole selection tells about an adapter's baseline: the entries that match none of these cases, and the
    /// choices that the merged report has to show.
    #[must_use]
    pub fn with_baseline(mut self, adapter: &str, baseline: &Baseline, whole: &[&Case]) -> Self {
        let stale: Vec<String> = baseline.stale(whole).into_iter().map(|entry| entry.case.clone()).collect();
        if !stale.is_empty() {
            self.stale.insert(adapter.to_owned(), stale);
        }
        let explained: Vec<String> = baseline.dialect().explained().map(|it| it.deviation.to_string()).collect();
        if !explained.is_empty() {
            self.explained.insert(adapter.to_owned(), explained);
        }
        self
    }
}
