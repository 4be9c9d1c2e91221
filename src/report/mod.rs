//! Reports of a run, in formats for people and for machines. Reporters never run anything.

pub mod annotations;
pub mod badge;
mod brief;
mod cells;
pub mod changes;
pub mod differences;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod merge;
pub mod page;
mod points;
pub mod read;
pub mod sarif;
pub mod tap;
pub mod words;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::runner::{AdapterReport, NotStarted};
use crate::suite::baseline::Baseline;
use crate::suite::case::{Case, Level};
use crate::suite::select::Shard;
use crate::suite::text::Text;

/// The results of a run.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Report<'v> {
    /// The adapters, in the order of the command line.
    pub adapters: Vec<AdapterReport<'v>>,
    /// How many cases were run.
    pub cases: usize,
    /// The required level: the weakest level whose failures make the run fail.
    pub required: Level,
    /// Whether an adapter that this machine cannot run is allowed, as long as another adapter answered.
    pub unavailable_is_fine: bool,
    /// Whether an adapter that answers no case is allowed, as long as another adapter answered. An adapter that was not
    /// named explicitly may support none of the operations that the selected cases need.
    pub silence_is_fine: bool,
    /// The part of the selection that was run. `None` if all of it was run.
    pub part: Option<Part>,
}

/// The part of a selection that a run covers, and what is known of the whole selection. It is the `shard` of a JSON
/// report. With it, a merge can tell whether its reports are complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    index: usize,
    count: usize,
    /// The number of cases in all parts together.
    cases: usize,
    /// The SHA-256 of the ids of the whole selection. Parts of one selection have the same value.
    selection: String,
    /// For each adapter, the entries of its baseline that match no case of the whole selection. Each part records them,
    /// but only the merged report is judged by them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    stale: BTreeMap<String, Vec<String>>,
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
        }
    }

    fn shard(&self) -> Option<Shard> {
        Shard::new(self.index, self.count)
    }

    /// Adds the entries of an adapter's baseline that match none of these cases.
    #[must_use]
    pub fn with_stale(mut self, adapter: &str, baseline: &Baseline, whole: &[&Case]) -> Self {
        let stale: Vec<String> = baseline.stale(whole).into_iter().map(|entry| entry.case.clone()).collect();
        if !stale.is_empty() {
            self.stale.insert(adapter.to_owned(), stale);
        }
        self
    }
}

/// The conclusion of a run. It decides the exit code of `qsh run`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "exit codes are a closed list")]
pub enum Conclusion {
    /// Everything is as expected.
    AsExpected,
    /// At least one case failed, or at least one known failure passed.
    Failed,
    /// An adapter could not be used.
    NotUsable,
}

impl Report<'_> {
    /// Returns the conclusion of the run. An unusable adapter outweighs a failure, because its results are missing.
    pub fn conclusion(&self) -> Conclusion {
        self.requirements().conclude(&self.statuses())
    }

    fn requirements(&self) -> Requirements {
        let &Self { required: level, unavailable_is_fine, silence_is_fine, .. } = self;
        Requirements { level, unavailable_is_fine, silence_is_fine }
    }

    fn statuses(&self) -> Vec<AdapterStatus> {
        let status = |adapter: &AdapterReport<'_>| AdapterStatus {
            start: match &adapter.not_started {
                Some(NotStarted::Unusable(_)) => Start::Unusable,
                Some(NotStarted::Unavailable(_)) => Start::Unavailable,
                None => Start::Ran,
            },
            answers_none: adapter.answers_none(),
            has_failed: adapter.has_failed(self.required),
        };
        self.adapters.iter().map(status).collect()
    }

    /// Whether an adapter that answers no case is allowed.
    fn lets_silence_pass(&self) -> bool {
        self.requirements().lets_silence_pass(&self.statuses())
    }
}

/// The requirements that a run is judged by: the `requirements` of a JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Requirements {
    /// The required level.
    level: Level,
    unavailable_is_fine: bool,
    silence_is_fine: bool,
}

/// The facts about an adapter that the conclusion depends on.
#[derive(Clone, Copy, Debug)]
struct AdapterStatus {
    start: Start,
    answers_none: bool,
    has_failed: bool,
}

/// Whether an adapter could be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Ran,
    Unavailable,
    Unusable,
}

impl fmt::Display for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, unavailable_is_fine, silence_is_fine } = self;
        write!(
            f,
            "level {}, unavailable_is_fine {unavailable_is_fine}, silence_is_fine {silence_is_fine}",
            level.name()
        )
    }
}

impl Requirements {
    fn conclude(self, adapters: &[AdapterStatus]) -> Conclusion {
        let is_unusable = |adapter: &AdapterStatus| match adapter.start {
            Start::Unusable => true,
            Start::Unavailable => !self.unavailable_is_fine,
            Start::Ran => adapter.answers_none && !self.lets_silence_pass(adapters),
        };
        if adapters.iter().any(is_unusable) || !has_answers(adapters) {
            Conclusion::NotUsable
        } else if adapters.iter().any(|adapter| adapter.has_failed) {
            Conclusion::Failed
        } else {
            Conclusion::AsExpected
        }
    }

    fn lets_silence_pass(self, adapters: &[AdapterStatus]) -> bool {
        self.silence_is_fine && has_answers(adapters)
    }
}

/// Whether at least one adapter ran and answered.
fn has_answers(adapters: &[AdapterStatus]) -> bool {
    adapters.iter().any(|adapter| adapter.start == Start::Ran && !adapter.answers_none)
}
