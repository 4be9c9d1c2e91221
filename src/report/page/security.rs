//! The security problems that the cases show in an implementation.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::run::{CaseResult, ExpectedAnswer};
use crate::suite::case::Level;
use crate::suite::outcome::{Answer, Outcome};

/// Problems of an implementation, as indexes of cases.
#[derive(Default, Serialize)]
pub(super) struct Security {
    /// Cases that must be refused and are accepted.
    accepts: Vec<usize>,
    /// Cases that end in an undocumented exception. Anyone can send such a request.
    faults: Vec<usize>,
    /// Pairs of requests with one hash. A token for one is valid for the other.
    collisions: Vec<[usize; 2]>,
}

impl Security {
    pub(super) fn of(results: &[&CaseResult]) -> Self {
        let mut security = Self { collisions: collisions(results), ..Self::default() };
        for (place, result) in results.iter().enumerate().filter(|(_, result)| is_binding(result)) {
            match (&result.expected, &result.outcome) {
                (ExpectedAnswer::Rejected(_), Outcome::Ok(_)) => security.accepts.push(place),
                (_, Outcome::Fault { .. }) => security.faults.push(place),
                _ => {}
            }
        }
        security
    }
}

/// Open cases do not count: an implementation may choose.
fn is_binding(result: &CaseResult) -> bool {
    result.level != Level::Open
}

fn collisions(results: &[&CaseResult]) -> Vec<[usize; 2]> {
    let mut first_with: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    let mut collisions = Vec::new();
    for (place, result) in results.iter().enumerate().filter(|(_, result)| is_binding(result)) {
        let (ExpectedAnswer::Answer(right), Outcome::Ok(answer)) = (&result.expected, &result.outcome) else {
            continue;
        };
        let (Some(right), Some(hash)) = (&right.qsh, hash(answer)) else { continue };
        let (first, expected) = first_with.entry(hash).or_insert((place, right));
        if expected != right {
            collisions.push([*first, place]);
        }
    }
    collisions
}

fn hash(answer: &Answer) -> Option<String> {
    answer.qsh.clone().or_else(|| answer.canonical_request.as_ref().map(|text| text.sha256_hex()))
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
    use crate::suite::outcome::Accepted;

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
        let options = Options { jobs: 1, coverage: Coverage::All };
        let mut reports = run(vec![described], &cases, options, &NoProgress);
        for result in &mut reports[0].results {
            change(result.case, &mut result.outcome);
        }
        let requirements = Requirements { level: Level::Should, unavailable_is_fine: true, silence_is_fine: true };
        let recording = Recording { cases: cases.len(), requirements, part: None, elapsed: Duration::ZERO };
        let report = recording.report(&reports);
        let Security { accepts, faults, collisions } = Security::of(&report.by_adapter()[0].results);
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
                let accepted = Accepted { issuer: "a".to_owned(), claims: Default::default() };
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
