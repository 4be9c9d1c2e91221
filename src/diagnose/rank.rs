//! Which of several explanations is the likelier.

use std::cmp::Reverse;

use super::{Explanation, Mistake, RequestMistakeKind};
use crate::qsh::Deviation;
use crate::qsh::dialect::Standing;

/// The choices that take a context path of Confluence away.
const OF_CONFLUENCE: [&str; 2] = ["wiki", "wiki_anywhere"];

/// What explanations are sorted by, the likeliest first: the fewest mistakes; then what is not about a `/wiki` that the
/// request has not; then what one implementation does all of;
/// then choices that were seen before mistakes with the request, those before choices that nobody was seen to make, and
/// these before other encoders and other texts, which go against several clauses at once; then what the specification decides before what it leaves open or allows; then what more implementations do. The
/// order of the table decides the rest, and the words of a mistake with the request, so that the order is always the same.
pub(super) fn likelihood(explanation: &Explanation, target: &[u8]) -> impl Ord + use<> {
    let has_wiki = target.windows(5).any(|window| window == b"/wiki");
    let is_of_confluence = |mistake: &Mistake| match mistake {
        Mistake::Choice(choice) => {
            choice.field().name == "base_removal" && OF_CONFLUENCE.contains(&choice.choice().name)
        }
        Mistake::Request(_) => false,
    };
    let count =
        |is_counted: fn(&Mistake) -> bool| explanation.mistakes.iter().filter(|mistake| is_counted(mistake)).count();
    (
        explanation.mistakes.len(),
        !has_wiki && explanation.mistakes.iter().any(is_of_confluence),
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
