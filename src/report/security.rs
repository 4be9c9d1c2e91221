//! The tokens that an implementation accepts and that have to be refused. Known failures count.

use super::run::{CaseResult, ExpectedAnswer};
use crate::suite::case::{Kind, Level};
use crate::suite::outcome::Outcome;

/// The tokens that an implementation was asked about and that have to be refused.
#[derive(Default)]
pub(super) struct Security {
    /// How many there are.
    pub(super) bad_tokens: usize,
    /// The cases with those that are accepted, as indexes.
    pub(super) accepts: Vec<usize>,
}

impl Security {
    pub(super) fn of(results: &[&CaseResult]) -> Self {
        let mut security = Self::default();
        for (place, result) in results.iter().enumerate().filter(|(_, result)| has_bad_token(result)) {
            let is_accepted = matches!(result.outcome, Outcome::Ok(_)) && result.allowed != Some(true);
            security.bad_tokens += usize::from(!matches!(result.outcome, Outcome::Unsupported(_)));
            security.accepts.extend(is_accepted.then_some(place));
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

/// Whether the case has a token that has to be refused. Open cases do not count: an implementation may choose.
fn has_bad_token(result: &CaseResult) -> bool {
    let has_to_be_refused = matches!(result.expected, ExpectedAnswer::Rejected(_));
    result.level != Level::Open && result.operation.kind() == Kind::Accepted && has_to_be_refused
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

    /// The ids of the bad tokens that are accepted. `change` may alter an outcome first.
    fn accepted(change: impl Fn(&Case, &mut Outcome)) -> Vec<String> {
        let vectors = Vectors::embedded().unwrap();
        let cases: Vec<&Case> = vectors.cases().collect();
        let described = Participant {
            name: "described".to_owned(),
            baseline: Baseline::default(),
            start: Box::new(|_| Ok(Box::new(Described::new("described", Dialect::OFFICIAL)))),
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
        let Security { accepts, .. } = Security::of(&report.by_adapter()[0].results);
        accepts.iter().map(|place| cases[*place].id.clone()).collect()
    }

    #[test]
    fn the_specification_accepts_none() {
        assert_eq!(accepted(|_, _| {}), Vec::<String>::new());
    }

    #[test]
    fn what_is_accepted_counts_where_it_binds() {
        let spoil = |case: &Case, outcome: &mut Outcome| match (case.id.as_str(), case.level) {
            ("claims/exp/missing", _) | (_, Level::Open) => {
                let accepted = Accepted { issuer: "a".into(), claims: Default::default() };
                *outcome = Outcome::Ok(Answer { accepted: Some(accepted), ..Answer::default() });
            }
            // An exception accepts nothing.
            ("claims/hash/missing", _) => {
                *outcome = Outcome::Fault { kind: "KeyError".to_owned(), message: String::new() }
            }
            _ => {}
        };
        assert_eq!(accepted(spoil), ["claims/exp/missing"]);
    }
}
