//! Why two implementations differ on a request, as far as their dialects say.

use std::collections::BTreeSet;
use std::fmt;

use crate::diagnose::{Observation, Observed};
use crate::qsh::dialect::{FIELDS, Field};
use crate::qsh::{Deviation, Dialect, Part, canonicalize_with};
use crate::request::Request;
use crate::suite::case::Input;
use crate::suite::outcome::Outcome;

use super::compare::kind;

/// A choice that one of the implementations makes and the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The place of the implementation.
    pub peer: usize,
    /// Its choice, which deviates from the specification.
    pub choice: Deviation,
}

/// In the order of the implementations, and then of their choices' names.
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

/// Why two implementations differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "their dialects say why, or do not")]
pub enum Cause {
    /// One of them did what its dialect does not lead to, in this way.
    Unexplained {
        /// The place of that implementation.
        peer: usize,
        /// What it did, and in which part of the canonical request.
        what: String,
    },
    /// Both did what their dialects lead to, and these choices set them apart.
    Dialects(Vec<Difference>),
}

/// An implementation's outcome, and the dialects that it may speak: the first that leads to the outcome counts.
#[derive(Clone, Copy)]
pub(super) struct Spoken<'s> {
    pub(super) peer: usize,
    pub(super) outcome: &'s Outcome,
    pub(super) dialects: &'s [Dialect],
}

impl Spoken<'_> {
    fn dialect(&self, input: &Input) -> Option<&Dialect> {
        let observation = Observation::new(input, self.outcome)?;
        self.dialects.iter().find(|dialect| observation.is_of(dialect))
    }

    /// That no dialect leads to it; and what the first of them has in the place where it differs.
    fn beyond(&self, input: &Input) -> (Cause, String) {
        let unexplained = |what: String| Cause::Unexplained { peer: self.peer, what };
        let Outcome::Ok(answer) = self.outcome else { return (unexplained(kind(self.outcome)), signs(input)) };
        let canonical = input.request().ok().and_then(|it| canonicalize_with(&it, &self.dialects[0]).ok());
        let Some((found, expected)) = answer.canonical_request.as_ref().zip(canonical) else {
            return (unexplained("another answer".to_owned()), signs(input));
        };
        let at = found.as_bytes().iter().zip(expected.as_bytes()).take_while(|(a, b)| a == b).count();
        let part = part(expected.part(Part::Path), at, expected.part(Part::Method));
        (unexplained(format!("another {part}")), token(expected.as_bytes(), at))
    }
}

/// The signs of a URL, each once: what a request looks like where no canonical request says more.
fn signs(input: &Input) -> String {
    let signs: BTreeSet<char> = input.url.to_string().chars().filter(char::is_ascii_punctuation).collect();
    signs.into_iter().collect()
}

/// The name of the part that a place is in.
fn part(path: &[u8], at: usize, method: &[u8]) -> &'static str {
    match at {
        at if at <= method.len() => "method",
        at if at <= method.len() + 1 + path.len() => "path",
        _ => "query",
    }
}

/// What stands at a place of a canonical request: an escape, a sign, or anything that is like others.
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

/// Why two outcomes differ, each reason with something that sets this difference apart from others that have it: both
/// implementations may have done what no dialect leads to.
pub(super) fn causes(input: &Input, one: Spoken<'_>, other: Spoken<'_>) -> Vec<(Cause, String)> {
    match (one.dialect(input), other.dialect(input)) {
        (Some(ours), Some(theirs)) => vec![set_apart(input, (one, ours), (other, theirs))],
        (None, Some(_)) => vec![one.beyond(input)],
        (Some(_), None) => vec![other.beyond(input)],
        (None, None) => vec![other.beyond(input), one.beyond(input)],
    }
}

/// The choices of two dialects that lead to two outcomes.
fn set_apart(input: &Input, one: (Spoken<'_>, &Dialect), other: (Spoken<'_>, &Dialect)) -> (Cause, String) {
    let ((one, ours), (other, theirs)) = (one, other);
    let (Ok(request), Some(seen)) = (input.request(), Observation::new(input, other.outcome)) else {
        return other.beyond(input);
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

/// The fewest fields that were found to lead from one dialect to what was observed of another.
pub(super) fn needed(request: &Request<'_>, from: &Dialect, to: &Dialect, observed: &Observed) -> Vec<&'static Field> {
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

/// `field=choice` of each implementation, with its place.
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
    use super::*;
    use crate::suite::outcome::Answer;

    fn dialect(choices: &str) -> Dialect {
        choices.split_whitespace().map(|choice| choice.parse().unwrap()).fold(Dialect::OFFICIAL, Dialect::with)
    }

    fn cause_of(url: &str, [one, other]: [(&str, &str); 2]) -> String {
        let outcome = |text: &str| Outcome::Ok(Answer::canonical_request(text));
        let (outcomes, dialects) = ([outcome(one.1), outcome(other.1)], [[dialect(one.0)], [dialect(other.0)]]);
        let spoken = |peer: usize| Spoken { peer, outcome: &outcomes[peer], dialects: &dialects[peer] };
        let causes = causes(&Input::new("GET", url), spoken(0), spoken(1)).into_iter();
        let shown = causes.map(|(cause, at)| format!("{cause}{}{at}", if at.is_empty() { "" } else { " at " }));
        shown.collect::<Vec<_>>().join(" and ")
    }

    #[test]
    fn of_many_choices_those_are_named_that_show() {
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
    fn what_a_dialect_does_not_lead_to_is_said_with_its_place() {
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
    fn of_two_that_do_what_no_dialect_leads_to_both_are_named() {
        assert_eq!(
            cause_of("/a", [("", "GET&/b&"), ("", "GET&/a&c")]),
            "1: another query at its end and 0: another path at a letter or digit"
        );
    }
}
