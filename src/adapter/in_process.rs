//! Implementations in this process.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use super::Reply;
use super::protocol::Question;
use crate::suite::outcome::Outcome;

/// Asks every question. A panic is the outcome [`Outcome::Crashed`].
pub(super) fn ask(
    questions: &[Question],
    answered: &mut dyn FnMut(usize),
    mut answer: impl FnMut(&Question) -> Outcome,
) -> Vec<Reply> {
    let mut replies = Vec::with_capacity(questions.len());
    for (position, question) in questions.iter().enumerate() {
        let started = Instant::now();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| answer(question)))
            .unwrap_or_else(|panic| Outcome::Crashed(format!("panicked: {}", words(panic.as_ref()))));
        replies.push(Reply { outcome, elapsed: started.elapsed() });
        answered(position);
    }
    replies
}

/// The message of a panic.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;

    use super::*;
    use crate::suite::outcome::Answer;

    #[test]
    fn a_panic_is_the_crash_of_one_question() {
        let questions = ["/a", "/b", "/c"].map(|url| Question::CanonicalRequest(Input::new("GET", url)));
        let mut answered = Vec::new();
        let replies = ask(&questions, &mut |position| answered.push(position), |question| {
            assert!(*question != questions[1], "no {}", "b");
            Outcome::Ok(Answer::canonical_request("it"))
        });
        let outcomes: Vec<&Outcome> = replies.iter().map(|reply| &reply.outcome).collect();
        let ok = Outcome::Ok(Answer::canonical_request("it"));
        assert_eq!(outcomes, [&ok, &Outcome::Crashed("panicked: no b".to_owned()), &ok]);
        assert_eq!(answered, [0, 1, 2]);
    }
}
