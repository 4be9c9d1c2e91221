//! The causes of differences: the choices of two dialects that make a request differ.

use std::collections::BTreeSet;
use std::fmt;

use qsh_diagnose::dialect::{FIELDS, Field, Status};
use qsh_diagnose::{Deviation, Dialect, Input, Observed, Part, Source, canonicalize_with};

use super::compare::kind;
use crate::suite::outcome::Outcome;

/// A choice that one implementation makes and the other one does not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The index of the implementation.
    pub peer: usize,
    /// The choice, which deviates from the specification.
    pub choice: Deviation,
}

impl Difference {
    /// Whether the specification allows the choice in addition to its own.
    pub fn is_allowed(&self) -> bool {
        self.choice.choice().status == Status::Allowed
    }
}

/// Orders by implementation, then by the name of the choice.
impl Ord for Difference {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |it: &Self| (it.peer, it.choice.to_string());
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Difference {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The cause of a difference between two implementations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "their dialects explain it, or do not")]
pub enum Cause {
    /// No dialect of one implementation explains its outcome.
    Unexplained {
        /// The index of the implementation.
        peer: usize,
        /// Its outcome. For an answer, the first part of the canonical request that differs.
        what: String,
    },
    /// Dialects explain both outcomes. These choices cause the difference.
    Dialects(Vec<Difference>),
}

/// The outcome of an implementation, with its dialects. The first dialect that explains the outcome is used.
#[derive(Clone, Copy)]
pub(super) struct PeerOutcome<'s> {
    pub(super) peer: usize,
    pub(super) outcome: &'s Outcome,
    pub(super) dialects: &'s [Dialect],
}

impl PeerOutcome<'_> {
    fn dialect(&self, input: &Input) -> Option<&Dialect> {
        let observation = self.outcome.observation(input)?;
        self.dialects.iter().find(|dialect| observation.is_of(dialect))
    }

    /// The cause of an outcome that no dialect explains. The text is what the first dialect has at the first
    /// difference.
    fn unexplained(&self, input: &Input) -> (Cause, String) {
        let cause = |what: String| Cause::Unexplained { peer: self.peer, what };
        let Outcome::Ok(answer) = self.outcome else { return (cause(kind(self.outcome)), signs(input)) };
        let canonical = input.source().ok().and_then(|it| canonicalize_with(it, &self.dialects[0]).ok());
        let Some((found, expected)) = answer.canonical_request.as_ref().zip(canonical) else {
            return (cause("another answer".to_owned()), signs(input));
        };
        let at = found.as_bytes().iter().zip(expected.as_bytes()).take_while(|(a, b)| a == b).count();
        let part = part(expected.part(Part::Path), at, expected.part(Part::Method));
        (cause(format!("another {part}")), token(expected.as_bytes(), at))
    }
}

/// The signs of a URL, each once. They describe a request that has no canonical request to compare.
fn signs(input: &Input) -> String {
    let signs: BTreeSet<char> = input.url.to_string().chars().filter(char::is_ascii_punctuation).collect();
    signs.into_iter().collect()
}

/// The name of the part at an offset of the canonical request.
fn part(path: &[u8], at: usize, method: &[u8]) -> &'static str {
    match at {
        at if at <= method.len() => "method",
        at if at <= method.len() + 1 + path.len() => "path",
        _ => "query",
    }
}

/// The text at an offset of a canonical request: an escape, a sign, or a class of characters.
fn token(text: &[u8], at: usize) -> String {
    let from = (at.saturating_sub(2)..=at).find(|from| text.get(*from) == Some(&b'%')).unwrap_or(at);
    match text.get(from) {
        None => "its end".to_owned(),
        Some(b'%') => String::from_utf8_lossy(&text[from..text.len().min(from + 3)]).into_owned(),
        Some(byte) if byte.is_ascii_alphanumeric() => "a letter or digit".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => char::from(*byte).to_string(),
        Some(_) => "another character".to_owned(),
    }
}

/// The causes of a difference between two outcomes. Each cause has a text that is equal for similar differences. There
/// are two causes if no dialect explains either outcome.
pub(super) fn causes(input: &Input, one: PeerOutcome<'_>, other: PeerOutcome<'_>) -> Vec<(Cause, String)> {
    match (one.dialect(input), other.dialect(input)) {
        (Some(ours), Some(theirs)) => vec![explained(input, (one, ours), (other, theirs))],
        (None, Some(_)) => vec![one.unexplained(input)],
        (Some(_), None) => vec![other.unexplained(input)],
        (None, None) => vec![other.unexplained(input), one.unexplained(input)],
    }
}

/// The cause of a difference that both dialects explain: the choices that make the difference.
fn explained(input: &Input, one: (PeerOutcome<'_>, &Dialect), other: (PeerOutcome<'_>, &Dialect)) -> (Cause, String) {
    let ((one, ours), (other, theirs)) = (one, other);
    let (Ok(request), Some(seen)) = (input.source(), other.outcome.observation(input)) else {
        return other.unexplained(input);
    };
    let fields = needed(&request, ours, theirs, &seen.observed);
    let mut differences: Vec<Difference> = fields
        .into_iter()
        .flat_map(|field| [(one.peer, ours), (other.peer, theirs)].map(|it| (it.0, field.choice_of(it.1))))
        .filter(|(_, choice)| *choice != choice.field().official())
        .map(|(peer, choice)| Difference { peer, choice })
        .collect();
    differences.sort();
    (Cause::Dialects(differences), String::new())
}

/// The smallest set of fields found that explains the other outcome. These fields change from one dialect to the other.
pub(super) fn needed(request: &Source<'_>, from: &Dialect, to: &Dialect, observed: &Observed) -> Vec<&'static Field> {
    let gives = |fields: &[&'static Field]| {
        let dialect = fields.iter().fold(from.clone(), |dialect, field| dialect.with(field.choice_of(to)));
        observed.is(canonicalize_with(request, &dialect).ok().as_ref(), &dialect)
    };
    let differing: Vec<&Field> = FIELDS.iter().filter(|field| field.choice_of(from) != field.choice_of(to)).collect();
    if let Some(one) = differing.iter().find(|field| gives(&[field])) {
        return vec![one];
    }
    let mut needed = differing.clone();
    for field in differing {
        let without: Vec<&Field> = needed.iter().copied().filter(|it| it.name != field.name).collect();
        if gives(&without) {
            needed = without;
        }
    }
    needed
}

/// Writes the index of each implementation with its `field=choice`.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexplained { peer, what } => write!(f, "{peer}: {what}"),
            Self::Dialects(differences) => {
                let texts: Vec<String> = differences.iter().map(|it| format!("{}: {}", it.peer, it.choice)).collect();
                f.write_str(&texts.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use super::*;
    use crate::suite::outcome::Answer;

    fn dialect(choices: &str) -> Dialect {
        choices.split_whitespace().map(|choice| choice.parse().unwrap()).fold(Dialect::OFFICIAL, Dialect::with)
    }

    fn cause_of(url: &str, [one, other]: [(&str, &str); 2]) -> String {
        let outcome = |text: &str| Outcome::Ok(Answer::canonical_request(text));
        let (outcomes, dialects) = ([outcome(one.1), outcome(other.1)], [[dialect(one.0)], [dialect(other.0)]]);
        let of_peer = |peer: usize| PeerOutcome { peer, outcome: &outcomes[peer], dialects: &dialects[peer] };
        let causes = causes(&Input::new("GET", url), of_peer(0), of_peer(1)).into_iter();
        let shown = causes.map(|(cause, at)| format!("{cause}{}{at}", if at.is_empty() { "" } else { " at " }));
        shown.collect::<Vec<_>>().join(" and ")
    }

    #[test]
    fn only_choices_that_make_the_difference_are_named() {
        let python = "trailing_slash=all value_order=decoded_code_point form_body=ignored";
        assert_eq!(
            cause_of("/a//?b=1&b=2", [("", "GET&/a/&b=1,2"), (python, "GET&/a&b=1,2")]),
            "1: trailing_slash=all"
        );
        assert_eq!(
            cause_of(
                "/a//?b=2&b=1",
                [
                    ("trailing_slash=kept", "GET&/a//&b=1,2"),
                    ("trailing_slash=all value_order=as_given", "GET&/a&b=2,1")
                ]
            ),
            "0: trailing_slash=kept, 1: trailing_slash=all, 1: value_order=as_given"
        );
    }

    #[test]
    fn an_unexplained_answer_is_named_by_the_place_that_differs() {
        for (url, found, what) in [
            ("/a?b=%0A", "GET&/a&b=", "another query at %0A"),
            ("/a;b", "GET&/a&", "another path at ;"),
            ("/a", "HEAD&/a&", "another method at a letter or digit"),
            ("/a", "GET&/a&b", "another query at its end"),
        ] {
            let official = canonicalize_with(&Request::new("GET", url).unwrap(), &Dialect::OFFICIAL).unwrap();
            let official = str::from_utf8(official.as_bytes()).unwrap();
            assert_eq!(cause_of(url, [("", official), ("trailing_slash=all", found)]), format!("1: {what}"), "{url}");
        }
    }

    #[test]
    fn two_unexplained_outcomes_are_both_named() {
        assert_eq!(
            cause_of("/a", [("", "GET&/b&"), ("", "GET&/a&c")]),
            "1: another query at its end and 0: another path at a letter or digit"
        );
    }
}
