//! The security problems that the cases show in an implementation. Known failures count: a hole is a hole.

use serde::Serialize;

use super::run::{CaseResult, ExpectedAnswer};
use crate::causes::collisions;
use crate::suite::case::{Kind, Level};
use crate::suite::outcome::Outcome;

/// Problems of an implementation, as indexes of cases.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Security {
    /// How many tokens it was asked about that have to be refused.
    pub(super) bad_tokens: usize,
    /// Tokens that have to be refused and are accepted.
    pub(super) accepts: Vec<usize>,
    /// Cases in which no token may be signed and one is.
    signs: Vec<usize>,
    /// Cases that end in an undocumented exception. Anyone can send such a request.
    faults: Vec<usize>,
    /// Pairs of requests with one hash. A token for one is valid for the other.
    collisions: Vec<[usize; 2]>,
}

impl Security {
    pub(super) fn of(results: &[&CaseResult]) -> Self {
        let mut security = Self {
            collisions: collisions(&results.iter().map(|it| it.evidence()).collect::<Vec<_>>()),
            ..Self::default()
        };
        for (place, result) in results.iter().enumerate().filter(|(_, result)| is_binding(result)) {
            let has_to_be_refused = matches!(result.expected, ExpectedAnswer::Rejected(_));
            let is_answered = !matches!(result.outcome, Outcome::Unsupported(_));
            let is_accepted =
                has_to_be_refused && matches!(result.outcome, Outcome::Ok(_)) && result.allowed != Some(true);
            match result.operation.kind() {
                Kind::Accepted => {
                    security.bad_tokens += usize::from(has_to_be_refused && is_answered);
                    security.accepts.extend(is_accepted.then_some(place));
                }
                Kind::Token => security.signs.extend(is_accepted.then_some(place)),
                Kind::Canonical => {}
            }
            security.faults.extend(matches!(result.outcome, Outcome::Fault { .. }).then_some(place));
        }
        security
    }

    /// Says how many tokens are accepted that have to be refused. `None` if it was asked about none.
    pub(super) fn verdict_on_tokens(&self) -> Option<String> {
        let Self { bad_tokens, accepts, .. } = self;
        (*bad_tokens > 0).then(|| match accepts.len() {
            0 => format!("accepts none of {bad_tokens} tokens that have to be refused"),
            count => format!("accepts {count} of {bad_tokens} tokens that have to be refused"),
        })
    }
}

/// Open cases do not count: an implementation may choose.
fn is_binding(result: &CaseResult) -> bool {
    result.level != Level::Open
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use qsh_diagnose::Dialect;

    use super::*;
    use crate::adapter::described::Described;
    use crate::report::{Recording, Requirements};
    use crate::runner::{Coverage, NoProgress, Options, Participant, run};
    use crate::suite::baseline::Baseline;
    use crate::suite::case::Case;
    use crate::suite::load::Vectors;
    use crate::suite::outcome::{Accepted, Answer};
    use crate::suite::verdict::Reasons;

    /// The ids of the problem cases of a dialect. `change` may alter an outcome first.
    fn shown(dialect: &str, change: impl Fn(&Case, &mut Outcome)) -> (Vec<String>, Vec<String>, Vec<[String; 2]>) {
        let vectors = Vectors::embedded().unwrap();
        let cases: Vec<&Case> = vectors.cases().collect();
        let dialect =
            dialect.split_whitespace().map(|choice| choice.parse().unwrap()).fold(Dialect::OFFICIAL, Dialect::with);
        let described = Participant {
            name: "described".to_owned(),
            baseline: Baseline::default(),
            start: Box::new(move |_| Ok(Box::new(Described::new("described", dialect.clone())))),
        };
        let options = Options { jobs: 1, coverage: Coverage::All, reasons: Reasons::Any };
        let mut reports = run(vec![described], &cases, options, &NoProgress);
        for result in &mut reports[0].results {
            change(result.case, &mut result.outcome);
        }
        let requirements = Requirements {
            level: Level::Should,
            unavailable_is_fine: true,
            silence_is_fine: true,
            reasons: Reasons::Any,
        };
        let recording = Recording {
            cases: cases.len(),
            requirements,
            part: None,
            elapsed: Duration::ZERO,
            described: Default::default(),
        };
        let report = recording.report(&reports);
        let Security { accepts, faults, collisions, .. } = Security::of(&report.by_adapter()[0].results);
        let id = |place: &usize| cases[*place].id.clone();
        let ids = |places: Vec<usize>| places.iter().map(id).collect();
        (ids(accepts), ids(faults), collisions.iter().map(|pair| pair.each_ref().map(id)).collect())
    }

    #[test]
    fn the_specification_shows_nothing() {
        assert_eq!(shown("", |_, _| {}), (Vec::new(), Vec::new(), Vec::new()));
    }

    #[test]
    fn two_requests_with_one_hash_are_shown_together() {
        let (accepts, faults, collisions) = shown("path_ampersand=kept", |_, _| {});
        assert!(accepts.is_empty() && faults.is_empty());
        assert_eq!(collisions, [["path/document/ampersand-in-path", "path/document/ampersand-in-query"]]);
        // Different hashes for one request are not a collision.
        assert_eq!(shown("name_order=decoded_utf16", |_, _| {}).2, Vec::<[String; 2]>::new());
    }

    #[test]
    fn what_is_taken_and_what_throws_is_shown_where_it_binds() {
        let spoil = |case: &Case, outcome: &mut Outcome| match (case.id.as_str(), case.level) {
            ("claims/exp/missing", _) | (_, Level::Open) => {
                let accepted = Accepted { issuer: "a".into(), claims: Default::default() };
                *outcome = Outcome::Ok(Answer { accepted: Some(accepted), ..Answer::default() });
            }
            ("claims/hash/missing", _) => {
                *outcome = Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() }
            }
            _ => {}
        };
        let (accepts, faults, collisions) = shown("", spoil);
        assert_eq!((accepts, faults), (vec!["claims/exp/missing".to_owned()], vec!["claims/hash/missing".to_owned()]));
        assert_eq!(collisions, Vec::<[String; 2]>::new());
    }
}
