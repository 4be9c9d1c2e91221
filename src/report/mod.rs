//! What a run found, in the formats that people and machines read. Reporters never run anything.

pub mod differences;
pub mod human;
pub mod json;
pub mod junit;
pub mod words;

use crate::runner::{AdapterReport, NotStarted};
use crate::suite::case::Level;

/// What a run found.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Report<'v> {
    /// The adapters, in the order in which they were named.
    pub adapters: Vec<AdapterReport<'v>>,
    /// How many cases were run.
    pub cases: usize,
    /// The weakest level whose failures decide.
    pub required: Level,
    /// Whether an adapter that this machine cannot run is let pass, as long as another one answered.
    pub unavailable_is_fine: bool,
    /// Whether an adapter that answers none of the cases is let pass, as long as another one answered: where nobody
    /// named it, it may have none of the operations that the selected cases ask.
    pub silence_is_fine: bool,
}

/// What a run comes to; the exit codes of `qsh run`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "exit codes are a closed list")]
pub enum Conclusion {
    /// All as expected.
    AsExpected,
    /// At least one failure, or a listed failure that passes.
    Failed,
    /// An adapter could not be used.
    NotUsable,
}

impl Report<'_> {
    /// What the run comes to. An adapter that could not be used outweighs a failure: the rest of its results are not
    /// there.
    pub fn conclusion(&self) -> Conclusion {
        let unusable = |adapter: &AdapterReport<'_>| match &adapter.not_started {
            Some(NotStarted::Unusable(_)) => true,
            Some(NotStarted::Unavailable(_)) => !self.unavailable_is_fine,
            None => adapter.answers_none() && !self.lets_silence_pass(),
        };
        if self.adapters.iter().any(unusable) || !self.has_answers() {
            Conclusion::NotUsable
        } else if self.adapters.iter().any(|adapter| adapter.has_failed(self.required)) {
            Conclusion::Failed
        } else {
            Conclusion::AsExpected
        }
    }

    /// Whether an adapter that answers none of the cases is let pass.
    fn lets_silence_pass(&self) -> bool {
        self.silence_is_fine && self.has_answers()
    }

    /// Whether any adapter ran and answered.
    fn has_answers(&self) -> bool {
        self.adapters.iter().any(|adapter| adapter.not_started.is_none() && !adapter.answers_none())
    }
}
