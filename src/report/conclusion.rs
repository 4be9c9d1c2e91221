//! The conclusion of a run, and the requirements that it is judged by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::suite::case::Level;
use crate::suite::verdict::Reasons;

/// The text for an adapter that supports none of the operations it was asked for.
pub(super) const ANSWERS_NONE: &str = "answers none of the cases";

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

/// The requirements that a run is judged by: the `requirements` of a JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Requirements {
    /// The required level: the weakest level whose failures make the run fail.
    pub level: Level,
    /// Whether an adapter that this machine cannot run is allowed, as long as another adapter answered.
    pub unavailable_is_fine: bool,
    /// Whether an adapter that answers no case is allowed, as long as another adapter answered. An adapter that was not
    /// named explicitly may support none of the operations that the selected cases need.
    pub silence_is_fine: bool,
    /// Which reason a refusal needs. Reports from before this member needed exact reasons.
    #[serde(default = "exact")]
    pub reasons: Reasons,
}

fn exact() -> Reasons {
    Reasons::Exact
}

/// The facts about an adapter that the conclusion depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct AdapterStatus {
    pub(super) start: Start,
    pub(super) answers_none: bool,
    pub(super) has_failed: bool,
}

/// Whether an adapter could be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Ran,
    Unavailable,
    Unusable,
}

impl fmt::Display for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, unavailable_is_fine, silence_is_fine, reasons } = self;
        let (level, reasons) = (level.name(), reasons.name());
        write!(
            f,
            "level {level}, unavailable_is_fine {unavailable_is_fine}, silence_is_fine {silence_is_fine}, reasons {reasons}"
        )
    }
}

impl Requirements {
    pub(super) fn conclude(self, adapters: &[AdapterStatus]) -> Conclusion {
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

    pub(super) fn lets_silence_pass(self, adapters: &[AdapterStatus]) -> bool {
        self.silence_is_fine && has_answers(adapters)
    }
}

/// Whether at least one adapter ran and answered.
fn has_answers(adapters: &[AdapterStatus]) -> bool {
    adapters.iter().any(|adapter| adapter.start == Start::Ran && !adapter.answers_none)
}
