//! Implementations under test: our own in this process ([`built_in`]), any other through the adapter protocol ([`child`]),
//! and running apps (`http`).
//!
//! All other modules see an implementation only through [`Adapter`].

pub mod built_in;
pub mod child;
pub mod described;
pub(crate) mod groups;
#[cfg(feature = "http")]
pub mod http;
mod in_process;
pub mod limited;
pub mod manifest;
pub mod package;
pub mod protocol;
pub mod provision;
mod stop;

use std::time::Duration;

use crate::suite::outcome::Outcome;
use protocol::{Description, Question};
pub use stop::Stop;

/// An implementation that answers questions.
pub trait Adapter: Send {
    /// Its name, its version and its operations.
    fn description(&self) -> &Description;

    /// Asks every question and returns exactly one reply for each, in the order of the questions.
    ///
    /// `answered` is called with the position of each question when its outcome is known, in any order. A later
    /// finding about the same question, such as a second answer, changes the reply without another call.
    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply>;

    /// Asks further questions in the conversation of the last [`ask`](Self::ask), like it. An implementation that was
    /// started for the first questions is not started again.
    fn ask_more(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        self.ask(questions, answered)
    }

    /// Ends the conversation, and reads what the implementation still writes after the last answer.
    ///
    /// Returns the positions of questions whose outcome has changed, the smallest first. The implementation answered
    /// them again. Positions count the questions of the last [`ask`](Self::ask), and go on with those of each
    /// [`ask_more`](Self::ask_more) after it. A later `ask` starts a new conversation.
    fn finish(&mut self) -> Vec<(usize, Outcome)> {
        Vec::new()
    }

    /// Heeds a signal. After it, no question is asked, and no answer is waited for. The outcome of such questions is
    /// [`Outcome::TimedOut`]. An implementation that answers at once can ignore it.
    fn heed(&mut self, _stop: &Stop) {}

    /// Problems without a single guilty question, as messages for a person. Empty for a well-behaved adapter.
    fn incidents(&self) -> &[String];

    /// Notes that do not affect the result, such as lines before the introduction or an unclean exit.
    fn remarks(&self) -> &[String] {
        &[]
    }
}

/// The result of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a plain pair, made by every adapter")]
pub struct Reply {
    /// What the implementation did.
    pub outcome: Outcome,
    /// The time until its answer was read. It starts at the previous answer, or at the sending of the question if that
    /// was later.
    pub elapsed: Duration,
}
