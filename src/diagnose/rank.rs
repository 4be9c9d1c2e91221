//! Which of several explanations is the likelier.

use std::cmp::Reverse;

use super::{Explanation, Mistake};

/// What explanations are sorted by, the likeliest first: the fewest mistakes; then what one implementation does all of;
/// then choices that were seen before mistakes with the request, and those before choices that nobody was seen to make;
/// then what more implementations do.
pub(super) fn likelihood(explanation: &Explanation) -> (usize, bool, usize, usize, Reverse<usize>) {
    let with_request = |mistake: &&Mistake| matches!(mistake, Mistake::Request(_));
    let unseen = |mistake: &&Mistake| matches!(mistake, Mistake::Choice(_)) && mistake.seen_in().is_empty();
    (
        explanation.mistakes.len(),
        explanation.seen_in().is_empty(),
        explanation.mistakes.iter().filter(unseen).count(),
        explanation.mistakes.iter().filter(with_request).count(),
        Reverse(explanation.mistakes.iter().map(|mistake| mistake.seen_in().len()).sum()),
    )
}
