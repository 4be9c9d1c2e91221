//! Implementations under test: our own in this process ([`built_in`]), any other behind the adapter protocol
//! ([`child`]).
//!
//! The rest of the suite sees an implementation only through [`Adapter`].

pub mod built_in;
pub mod child;
pub mod described;
mod groups;
mod in_process;
pub mod manifest;
pub mod package;
pub mod protocol;
pub mod provision;

use std::time::Duration;

use crate::suite::outcome::Outcome;
use protocol::{Description, Question};

/// An implementation that can be asked.
pub trait Adapter: Send {
    /// Who it is and which operations it has.
    fn description(&self) -> &Description;

    /// Asks every question and returns exactly one reply for each, in the order of the questions.
    ///
    /// `answered` is called with the position of each question when its outcome is known, in any order; a later finding
    /// about the same question (it was answered twice) changes the reply, and does not call again.
    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply>;

    /// Ends the conversation and listens to its end: whatever comes after the last answer is found here.
    ///
    /// Returns the questions of the last [`ask`](Self::ask) whose outcome is now another one, by position, the smallest
    /// first: the implementation answered them once more. An adapter that is asked again afterwards starts anew.
    fn finish(&mut self) -> Vec<(usize, Outcome)> {
        Vec::new()
    }

    /// What went wrong that no single question is to blame for, in words for a person; empty for an adapter that
    /// behaved.
    fn incidents(&self) -> &[String];

    /// What is worth telling a person and spoils nothing: lines before the introduction, an untidy end.
    fn remarks(&self) -> &[String] {
        &[]
    }
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain pair, made by every adapter")]
pub struct Reply {
    /// What the implementation did.
    pub outcome: Outcome,
    /// From the answer before it, or from the moment the question was sent if that was later, to the moment its answer
    /// was read.
    pub elapsed: Duration,
}
