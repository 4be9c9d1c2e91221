//! Whether an outcome is what a case expects, or what it allows.

use qsh_diagnose::Text;

use super::case::{AllowedAnswer, Case, Expectation};
use super::outcome::{Accepted, Answer, Outcome};

/// Whether an outcome is a refusal, as the case expects or allows, for a reason that the case does not name.
pub fn is_other_reason(case: &Case, outcome: &Outcome) -> bool {
    let may_refuse = matches!(case.expect, Expectation::Rejected(_))
        || case.accept.iter().any(|alternative| matches!(alternative.answer, AllowedAnswer::Rejected(_)));
    matches!(outcome, Outcome::Rejected { .. }) && may_refuse && !is_allowed(case, outcome)
}

/// Whether an outcome is the expectation of a case, or one of its alternatives.
pub fn is_allowed(case: &Case, outcome: &Outcome) -> bool {
    let by_expectation = match (&case.expect, outcome) {
        (Expectation::Canonical(expected), Outcome::Ok(answer)) => {
            agrees(answer, &expected.canonical_request, &expected.qsh)
        }
        (Expectation::Accepted(accepted), Outcome::Ok(answer)) => {
            answer.accepted.as_ref().is_some_and(|found| found.agrees_with(accepted))
        }
        (Expectation::Signed(signed), Outcome::Ok(answer)) => signs(answer, &signed.accepted),
        (Expectation::Rejected(reasons), Outcome::Rejected { reason, .. }) => reasons.contains(reason),
        _ => false,
    };
    by_expectation
        || case.accept.iter().any(|alternative| match (&alternative.answer, outcome) {
            (AllowedAnswer::Canonical { canonical_request, qsh }, Outcome::Ok(answer)) => {
                agrees(answer, canonical_request, qsh)
            }
            (AllowedAnswer::Accepted(accepted), Outcome::Ok(answer)) if answer.token.is_some() => {
                signs(answer, accepted)
            }
            (AllowedAnswer::Accepted(accepted), Outcome::Ok(answer)) => {
                answer.accepted.as_ref().is_some_and(|found| found.agrees_with(accepted))
            }
            (AllowedAnswer::Rejected(reasons), Outcome::Rejected { reason, .. }) => reasons.contains(reason),
            _ => false,
        })
}

/// Whether the answer's token verifies and has these claims. It may have others.
fn signs(answer: &Answer, expected: &Accepted) -> bool {
    answer.refused.is_none() && answer.accepted.as_ref().is_some_and(|accepted| accepted.says(expected))
}

/// Whether the answer's canonical request and hash match these. An answer may have only one of the two.
fn agrees(answer: &Answer, canonical_request: &Text, qsh: &str) -> bool {
    answer.canonical_request.as_ref().is_none_or(|text| text == canonical_request)
        && answer.qsh.as_ref().is_none_or(|text| text == qsh)
        && (answer.canonical_request.is_some() || answer.qsh.is_some())
}
