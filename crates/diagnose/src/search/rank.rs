//! The likelihood of explanations.

use std::cmp::Reverse;

use super::{Explanation, Mistake, RequestMistakeKind};
use crate::Deviation;
use crate::dialect::Status;

/// The choices that remove the context path of Confluence.
const OF_CONFLUENCE: [&str; 2] = ["wiki", "wiki_anywhere"];

/// The sort key of an explanation; the likeliest has the lowest. It compares, in this order:
///
/// 1. the number of mistakes;
/// 2. whether a choice is about `/wiki` although the target has none;
/// 3. whether no single implementation makes all of the mistakes;
/// 4. the number of unlikely mistakes: choices that no implementation makes, other encoders, and other texts;
/// 5. the number of mistakes with the request;
/// 6. the number of choices that the specification leaves open or allows;
/// 7. how many implementations make the mistakes, the most first;
/// 8. the order of the table, and the text of mistakes with the request. This makes the order stable.
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
            count(|mistake| mistake.status() != Status::Decided),
        ],
        Reverse(explanation.mistakes.iter().map(|mistake| mistake.seen_in().len()).sum::<usize>()),
        explanation.mistakes.iter().map(place).collect::<Vec<_>>(),
    )
}

/// Whether a mistake violates several clauses at once: another encoder, or another text.
fn is_of_many_clauses(mistake: &Mistake) -> bool {
    matches!(mistake, Mistake::Request(mistake) if mistake.kind != RequestMistakeKind::Request)
}

fn place(mistake: &Mistake) -> (usize, String) {
    match mistake {
        Mistake::Choice(choice) => (Deviation::all().take_while(|other| other != choice).count(), String::new()),
        // Another request is likelier than another encoder. Another encoder is likelier than another text.
        Mistake::Request(mistake) => (mistake.kind as usize, format!("{} {}", mistake.name, mistake.does)),
    }
}
