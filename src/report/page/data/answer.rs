//! The answers of an implementation that were not as expected.

use qsh_diagnose::{Dialect, Text, canonicalize_with};
use serde::Serialize;

use crate::report::run::{CaseResult, ExpectedAnswer};
use crate::report::words::{SideBySide, answered, expectation, from, message, side_by_side};
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::verdict::Verdict;

/// The letter of a verdict: `a` is the first of `Verdict::ALL`.
pub(super) fn letter(verdict: Verdict) -> char {
    let place = Verdict::ALL.iter().position(|it| *it == verdict).unwrap_or_default();
    char::from(b'a' + u8::try_from(place).unwrap_or_default())
}

/// An answer to one case.
#[derive(Serialize)]
pub(super) struct AnswerObject {
    answered: String,
    /// The answer, if it was this hash alone. `answered` is then the canonical request that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<DifferenceObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// Where an answer differs from the expected one.
#[derive(Serialize)]
struct DifferenceObject {
    stage: &'static str,
    at: usize,
    /// The expected and the found text around the first difference. `None` if they are short enough to be shown whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<[String; 2]>,
}

impl AnswerObject {
    /// `None` if the page can tell it without: an answer that is the expected one, or an operation that is not supported.
    /// `dialect` is what is known of the implementation's canonical requests.
    pub(super) fn of(result: &CaseResult, dialect: &Dialect) -> Option<Self> {
        if result.verdict == Verdict::Unsupported || is_expected(result) {
            return None;
        }
        let hashed = hashed(result, dialect);
        let words = hashed.as_ref().map_or_else(|| answered(&result.outcome), |(_, text)| from(0, &text.to_string()));
        let texts = match &hashed {
            Some((_, found)) => expected_request(result).cloned().zip(Some(found.clone())),
            None => result.texts(),
        };
        let known = result.known.as_ref();
        Some(Self {
            difference: result.difference.as_ref().map(|difference| DifferenceObject {
                stage: difference.stage.name(),
                at: difference.at,
                texts: texts.and_then(|(expected, found)| around_difference(result, &expected, &found, &words)),
            }),
            answered: words,
            hash: hashed.map(|(hash, _)| message(hash)),
            hint: result.hint().map(message),
            reason: known.map(|known| message(&known.reason)),
            link: known.map(|known| message(&known.link)),
        })
    }
}

/// Whether the answer is the expected one, and not an alternative that the case allows.
fn is_expected(result: &CaseResult) -> bool {
    if !matches!(result.verdict, Verdict::Pass | Verdict::Open) {
        return false;
    }
    match (&result.expected, &result.outcome) {
        (ExpectedAnswer::Answer(expected), Outcome::Ok(found)) => match expected.hash() {
            Some(hash) => found.hash() == Some(hash),
            // Other claims of a token may differ, such as a random `jti`.
            None => result.allowed != Some(false),
        },
        (ExpectedAnswer::Rejected(reasons), Outcome::Rejected { reason, .. }) => reasons.contains(reason),
        _ => false,
    }
}

/// The answer of an implementation that gives no canonical request: its hash, and the canonical request of this dialect if
/// that has the hash.
fn hashed<'r>(result: &'r CaseResult, dialect: &Dialect) -> Option<(&'r str, Text)> {
    let Outcome::Ok(Answer { canonical_request: None, qsh: Some(hash), .. }) = &result.outcome else { return None };
    let question = result.question();
    let canonical = canonicalize_with(question.canonicalized()?.source().ok()?, dialect).ok()?;
    let text = Text::from(canonical.as_bytes().to_vec());
    (text.sha256_hex() == *hash).then_some((hash, text))
}

fn expected_request(result: &CaseResult) -> Option<&Text> {
    match &result.expected {
        ExpectedAnswer::Answer(answer) => answer.canonical_request.as_ref(),
        ExpectedAnswer::Rejected(_) => None,
    }
}

/// The expected and the found text, if they are cut.
fn around_difference(result: &CaseResult, expected: &Text, found: &Text, words: &str) -> Option<[String; 2]> {
    let SideBySide { expected, found, .. } = side_by_side(expected, found);
    let is_whole = expected == expectation(result) && found == words;
    (!is_whole).then_some([expected, found])
}
