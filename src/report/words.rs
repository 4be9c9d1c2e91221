//! The texts that all reports for people share: outcomes, expectations and untrusted messages. Each text is one
//! printable line of limited length.

use std::fmt::Write as _;

use qsh_diagnose::{Text, printable};
use serde_json::Value;

use super::causes::CauseEntry;
use super::run::{CaseResult, Dispute, ExpectedAnswer, KnownEntry};
use crate::runner::DIALECT;
use crate::suite::case::Kind;
use crate::suite::outcome::{Accepted, Answer, Issuer, Outcome, Reason};
use crate::suite::verdict::first_difference;

/// The number of characters that are shown of a long text, on each side of the first difference.
const CONTEXT: usize = 60;
/// The maximum number of characters that are shown of a message.
const MESSAGE: usize = 500;
/// How many clauses of a cause its line names.
const CLAUSES: usize = 4;
/// The text for a described operation that was answered with `unsupported`.
pub(super) const UNLISTED: &str = "not supported, and not listed as unsupported";

/// The text for an obsolete entry of a baseline, with what to do about it.
pub(super) fn stale(entry: &str) -> String {
    let (entry, why) = (
        message(entry),
        match entry.strip_prefix(DIALECT) {
            Some(_) => "predicts no failure: remove it, or its reason and link if only `qsh diff` shows it",
            None => "matches no case that can fail: remove it from the baseline or the command line",
        },
    );
    format!("{entry} {why}")
}

/// The text for a case that does not fail, although the baseline or the described dialect says so.
pub(super) fn not_failing(known: Option<&KnownEntry>) -> String {
    match known {
        Some(known) if known.is_predicted() => {
            format!("does not fail, although {} predicts it", message(&known.choices.join(" ")))
        }
        _ => "does not fail, but is listed as a known failure".to_owned(),
    }
}

/// The text for a failure of another kind than the known one.
pub(super) fn known_otherwise(known: &KnownEntry) -> String {
    let reason = message(&known.reason);
    match known.is_predicted() {
        true => format!("{} predicts another answer: {reason}", message(&known.choices.join(" "))),
        false => format!("listed as a known failure with another outcome: {reason}"),
    }
}

/// The expected answer of a result, in one line.
pub fn expectation(result: &CaseResult) -> String {
    match &result.expected {
        ExpectedAnswer::Answer(answer) => match &answer.accepted {
            Some(accepted) if result.operation.kind() == Kind::Token => {
                from(0, &format!("a token that is {}", acceptance(accepted)))
            }
            _ => answered(&Outcome::Ok((**answer).clone())),
        },
        ExpectedAnswer::Rejected(reasons) => {
            let reasons: Vec<&str> = reasons.iter().copied().map(Reason::code).collect();
            format!("a refusal: {}", reasons.join(" or "))
        }
    }
}

/// The text for an accepted request, with the issuer.
fn acceptance(accepted: &Accepted) -> String {
    let claims = Value::Object(accepted.claims.clone()).to_string();
    let issuer = match &accepted.issuer {
        Issuer::Text(text) => printable(text).to_string(),
        Issuer::Other(value) if value.is_null() => "no issuer".to_owned(),
        Issuer::Other(value) => format!("{}, which is not text", printable(&value.to_string())),
    };
    format!("accepted from {issuer}, claims {}", printable(&claims))
}

/// The outcome of an implementation, in one printable line.
pub fn answered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(Answer { refused: Some(refused), .. }) => {
            format!("a token that is refused ({}): {}", refused.reason.code(), message(&refused.message))
        }
        Outcome::Ok(Answer { accepted: Some(accepted), token: Some(_), .. }) => {
            from(0, &format!("a token that is {}", acceptance(accepted)))
        }
        Outcome::Ok(Answer { accepted: Some(accepted), .. }) => from(0, &acceptance(accepted)),
        Outcome::Ok(answer) => match (&answer.canonical_request, &answer.qsh) {
            (Some(text), _) => from(0, &text.to_string()),
            (None, Some(hash)) => from(0, &printable(hash).to_string()),
            (None, None) => "nothing".to_owned(),
        },
        Outcome::Rejected { reason, message: words } => format!("refused ({}): {}", reason.code(), message(words)),
        Outcome::Unsupported(what) => message(what),
        Outcome::Fault { kind, message: words } => format!("fault, {}: {}", message(kind), message(words)),
        Outcome::Crashed(how) => format!("crashed: {}", message(how)),
        Outcome::TimedOut(how) => message(how),
        Outcome::Garbled(how) => format!("garbled: {}", message(how)),
        Outcome::SpawnFailed(why) => format!("not started: {}", message(why)),
    }
}

/// A cause in one line: what follows from it, its name if that is a choice, what the implementation does, and the clauses.
pub(super) fn headline(cause: &CauseEntry) -> String {
    // The text of a choice does not have its name, and all others do.
    let choice = cause.instead.as_ref().map(|_| format!("{}: ", message(&cause.name)));
    format!("{}: {}{}", cause.effect.words(), choice.unwrap_or_default(), deed(cause))
}

/// The same without the name, for a text that stands below it.
pub(super) fn headline_below_name(cause: &CauseEntry) -> String {
    format!("{}: {}", cause.effect.words(), deed(cause))
}

/// What an implementation does, and the first clauses.
fn deed(cause: &CauseEntry) -> String {
    let clauses: Vec<String> = cause.clauses.iter().take(CLAUSES).map(|clause| message(clause)).collect();
    match clauses.is_empty() {
        true => message(&cause.does),
        false => format!("{} ({})", message(&cause.does), clauses.join(" ")),
    }
}

/// The text for a good token of another adapter that was not accepted, in one line.
pub(super) fn dispute(dispute: &Dispute) -> String {
    let (signer, outcome) = (message(&dispute.signer), answered(&dispute.outcome));
    format!("does not accept the token of {signer} for {}: {outcome}", message(&dispute.case))
}

/// The expected and the found answer of a result, each in one printable line.
pub fn compared(result: &CaseResult) -> (String, String) {
    match result.texts() {
        Some((expected, found)) => {
            let SideBySide { expected, found, .. } = side_by_side(&expected, &found);
            (expected, found)
        }
        None => (expectation(result), answered(&result.outcome)),
    }
}

/// The expected and the found text, and the column of the first difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SideBySide {
    /// The expected text, printable.
    pub expected: String,
    /// The found text, printable.
    pub found: String,
    /// The number of characters before the first difference.
    pub column: usize,
}

/// Shortens two texts to one line each, at the same place around their first difference.
///
/// # Examples
///
/// ```
/// use qsh::report::words::side_by_side;
///
/// assert_eq!(side_by_side(&"GET&/a&".into(), &"GET&/b&".into()).column, 5);
/// ```
pub fn side_by_side(expected: &Text, found: &Text) -> SideBySide {
    let offset = first_difference(expected.as_bytes(), found.as_bytes());
    // The first byte that differs may be inside a character.
    let start = match (expected.as_str(), found.as_str()) {
        (Some(a), Some(b)) => a.floor_char_boundary(offset).min(b.floor_char_boundary(offset)),
        _ => offset,
    };
    let before = expected.as_bytes().get(..start).unwrap_or(expected.as_bytes());
    let at = Text::from(before.to_vec()).to_string().chars().count();
    let (expected, found) = (expected.to_string(), found.to_string());
    let is_long = |text: &str| text.chars().count() > 2 * CONTEXT;
    let first = if is_long(&expected) || is_long(&found) { at.saturating_sub(CONTEXT) } else { 0 };
    let ellipsis = usize::from(first > 0);
    SideBySide { expected: from(first, &expected), found: from(first, &found), column: at - first + ellipsis }
}

/// Shortens a text to one line, starting at the character with the index `first`.
///
/// # Examples
///
/// ```
/// use qsh::report::words::from;
///
/// assert_eq!(from(0, "GET&/a&"), "GET&/a&");
/// assert!(from(0, &"a".repeat(1000)).ends_with("a… (1000 characters)"));
/// ```
pub fn from(first: usize, text: &str) -> String {
    let mut short = if first > 0 { "…".to_owned() } else { String::new() };
    short.push_str(&cut(2 * CONTEXT, text.chars().skip(first)));
    if text.chars().count() > first + 2 * CONTEXT {
        let _ = write!(short, " ({} characters)", text.chars().count());
    }
    short
}

/// The first `most` characters of a printable text.
pub(super) fn shortened(most: usize, text: &str) -> String {
    cut(most, text.chars())
}

/// An untrusted text, made printable and shortened.
///
/// # Examples
///
/// ```
/// assert_eq!(qsh::report::words::message("one\ntwo"), r"one\ntwo");
/// ```
pub fn message(words: &str) -> String {
    cut(MESSAGE, printable(words).to_string().chars())
}

/// The first characters of a text, with an ellipsis if there are more.
fn cut(most: usize, mut text: impl Iterator<Item = char>) -> String {
    let mut short: String = text.by_ref().take(most).collect();
    if text.next().is_some() {
        short.push('…');
    }
    short
}
