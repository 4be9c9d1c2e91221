//! Which of several explanations is the likelier.

use std::cmp::Reverse;

use super::{Explanation, Mistake, RequestMistakeKind};
use crate::qsh::Deviation;
use crate::qsh::dialect::Standing;

/// What explanations are sorted by, the likeliest first: the fewest mistakes; then what one implementation does all of;
/// then choices that were seen before mistakes with the request, those before choices that nobody was seen to make, and
/// these before other encoders and other texts, which go against several clauses at once; then what the specification decides before what it leaves open or allows; then what more implementations do. The
/// order of the table decides the rest, and the words of a mistake with the request, so that the order is always the same.
pub(super) fn likelihood(explanation: &Explanation) -> impl Ord + use<> {
    let count =
        |is_counted: fn(&Mistake) -> bool| explanation.mistakes.iter().filter(|mistake| is_counted(mistake)).count();
    (
        explanation.mistakes.len(),
        explanation.seen_in().is_empty(),
        [
            count(|mistake| {
                is_of_many_clauses(mistake) || matches!(mistake, Mistake::Choice(_)) && mistake.seen_in().is_empty()
            }),
            count(|mistake| matches!(mistake, Mistake::Request(_))),
            count(|mistake| mistake.standing() != Standing::Decided),
        ],
        Reverse(explanation.mistakes.iter().map(|mistake| mistake.seen_in().len()).sum::<usize>()),
        explanation.mistakes.iter().map(place).collect::<Vec<_>>(),
    )
}

fn is_of_many_clauses(mistake: &Mistake) -> bool {
    matches!(mistake, Mistake::Request(mistake) if mistake.kind != RequestMistakeKind::Request)
}

fn place(mistake: &Mistake) -> (usize, String) {
    match mistake {
        Mistake::Choice(choice) => (Deviation::all().take_while(|other| other != choice).count(), String::new()),
        // Another request is likelier than another encoder, and that than another text.
        Mistake::Request(mistake) => (mistake.kind as usize, format!("{} {}", mistake.name, mistake.does)),
    }
}
