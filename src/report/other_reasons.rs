//! Groups the refusals for another reason than expected.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::run::{AdapterResults, CaseResult, ExpectedAnswer};
use crate::suite::outcome::{Outcome, Reason};
use crate::suite::verdict::Verdict;

/// The ids of the cases that are refused for another reason than expected, by both reasons. The largest group comes
/// first.
pub(super) fn other_reasons<'r>(of: &AdapterResults<'r>) -> Vec<(String, Vec<&'r str>)> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &result in of.results.iter().filter(|it| it.verdict == Verdict::OtherReason) {
        groups.entry(reasons(result)).or_default().push(&result.case);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, ids)| Reverse(ids.len()));
    groups
}

fn reasons(result: &CaseResult) -> String {
    let found = match &result.outcome {
        Outcome::Rejected { reason, .. } => reason.code(),
        outcome => outcome.kind(),
    };
    let expected = match &result.expected {
        ExpectedAnswer::Rejected(reasons) => reasons.iter().copied().map(Reason::code).collect::<Vec<_>>().join(" or "),
        ExpectedAnswer::Answer(_) => "an allowed reason".to_owned(),
    };
    format!("{found}, not {expected}")
}
