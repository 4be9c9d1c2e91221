//! Which of several explanations is the likelier.

use std::cmp::Reverse;

use super::{Explanation, Mistake};
use crate::qsh::dialect::Standing;

/// What explanations are sorted by, the likeliest first: the fewest mistakes; then what one implementation does all of;
/// then choices that were seen before mistakes with the request, and those before choices that nobody was seen to make;
/// then what the specification decides before what it leaves open or allows; then what more implementations do. The names
/// decide the rest, so that the order is always the same.
pub(super) fn likelihood(explanation: &Explanation) -> (usize, bool, [usize; 3], Reverse<usize>, String) {
    let count =
        |is_counted: fn(&Mistake) -> bool| explanation.mistakes.iter().filter(|mistake| is_counted(mistake)).count();
    (
        explanation.mistakes.len(),
        explanation.seen_in().is_empty(),
        [
            count(|mistake| matches!(mistake, Mistake::Choice(_)) && mistake.seen_in().is_empty()),
            count(|mistake| matches!(mistake, Mistake::Request(_))),
            count(|mistake| mistake.standing() != Standing::Decided),
        ],
        Reverse(explanation.mistakes.iter().map(|mistake| mistake.seen_in().len()).sum()),
        explanation.mistakes.iter().map(|mistake| format!("{mistake} {}\n", mistake.does())).collect(),
    )
}
