//! Names the mistake behind a wrong answer: the fewest deviations from the specification, and mistakes with the
//! request itself, that give it ([`diagnose()`]); and the dialect behind all answers of an implementation ([`portrait()`]).
//!
//! A hash says nothing, but it can be guessed: the dialect table lists every mistake that is known, and whatever set of
//! them gives exactly this hash is an explanation. It is one that fits, not a proof: other mistakes, unknown to the
//! table, may fit as well.

mod candidates;
mod consequence;
mod encoders;
mod hint;
mod parallel;
mod portrait;
mod rank;
mod report;
mod request;
mod search;
mod setting;
mod texts;

use std::fmt;

pub use consequence::consequences;
pub use hint::{Hint, Hints};
pub use portrait::{Nearest, Observation, Observed, Portrait, Review, ShownChoice, portrait};
pub use report::{BadReport, ReportDiagnosis, ReportedAdapter, ReportedCase};
pub use request::{RequestMistake, RequestMistakeKind};

use crate::qsh::dialect::{FIELDS, Standing};
use crate::qsh::{Canonical, Deviation, Hasher};
use crate::request::InvalidRequest;
use crate::suite::case::Input;
use crate::suite::outcome::Answer;
use crate::suite::text::Text;

/// The most mistakes that [`diagnose`] looks for together.
pub const DEEPEST: usize = candidates::DEEPEST;

/// One mistake; or one reading of a clause that leaves it open, or allows it ([`Mistake::standing`]).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a wrong answer comes of the wrong request or of the wrong work on it")]
pub enum Mistake {
    /// A choice that deviates from the specification.
    Choice(Deviation),
    /// Something else was taken for the request, for its query, or for its canonical request.
    Request(RequestMistake),
}

impl Mistake {
    /// The clause of `docs/spec.md` that it goes against.
    pub fn clause(&self) -> &'static str {
        match self {
            Self::Choice(deviation) => deviation.field().clause,
            Self::Request(mistake) => mistake.clause,
        }
    }

    /// What was done.
    pub fn does(&self) -> &str {
        match self {
            Self::Choice(deviation) => deviation.choice().does,
            Self::Request(mistake) => &mistake.does,
        }
    }

    /// What is to be done instead.
    pub fn instead(&self) -> &str {
        match self {
            Self::Choice(deviation) => deviation.field().choices[0].does,
            Self::Request(mistake) => &mistake.instead,
        }
    }

    /// What the specification says of it: a mistake where it is decided, and one of several readings where it is not.
    pub fn standing(&self) -> Standing {
        match self {
            Self::Choice(deviation) => deviation.choice().standing,
            Self::Request(_) => Standing::Decided,
        }
    }

    /// Who is known to do it; nobody, for a mistake with the request.
    pub fn seen_in(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(deviation) => deviation.choice().seen_in,
            Self::Request(_) => &[],
        }
    }

    /// What leads to a choice that nobody was seen to make; empty for every other mistake.
    pub fn origin(&self) -> &'static str {
        match self {
            Self::Choice(deviation) => deviation.choice().origin,
            Self::Request(_) => "",
        }
    }
}

/// `field=choice`, or the kind of mistake with the request.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(deviation) => deviation.fmt(f),
            Self::Request(mistake) => f.write_str(mistake.name),
        }
    }
}

/// Mistakes that together give an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes: those with the request first, then choices in the order of the clauses. None, where the answer is
    /// right.
    pub mistakes: Vec<Mistake>,
    /// The canonical request that they lead to.
    pub canonical: Canonical,
    /// The text of its hash.
    pub hash: String,
}

impl Explanation {
    /// The implementations that are known to make every one of the mistakes. One with the request is nobody's in
    /// particular.
    pub fn seen_in(&self) -> Vec<&'static str> {
        let Some((first, others)) = self.mistakes.split_first() else { return Vec::new() };
        let does_all = |name: &&&str| others.iter().all(|mistake| mistake.seen_in().contains(*name));
        first.seen_in().iter().filter(does_all).copied().collect()
    }
}

/// What is found out about an answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The right canonical request.
    pub right: Text,
    /// The explanations with the fewest mistakes, likeliest first: first what one implementation is known to do, and
    /// then what more of them do. None, if nothing was found. An explanation without a mistake says that the answer is
    /// right.
    pub explanations: Vec<Explanation>,
    /// Whether there are more explanations: one canonical request with very many ways to it has only some of them here.
    pub is_cut: bool,
    /// What was looked for.
    pub tried: Tried,
}

/// What a diagnosis has looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// How many mistakes together: as many as were asked for, fewer where some were found, or where the request is so
    /// long that more would be too much work.
    pub mistakes: usize,
    /// How many known implementations, each with everything that it does.
    pub implementations: usize,
    /// Of how many parameters each was tried as one that is missing: the first ones, where there are many.
    pub missing_parameters: usize,
    /// How many canonical requests were held against the answer.
    pub canonical_requests: usize,
}

impl Diagnosis {
    /// Whether the answer is the right one.
    pub fn is_right(&self) -> bool {
        self.explanations.iter().any(|explanation| explanation.mistakes.is_empty())
    }
}

/// Looks for the fewest mistakes, `most` of them and [`DEEPEST`] at most, that give an answer; where the answer has a
/// canonical request and a hash, they give both.
///
/// A mistake is a choice of the dialect table, another request in place of this one, the query of another encoder, or
/// another text in place of a canonical request. They are tried together, one with each of method, path and query where
/// they are mistakes with the request, and a text with what goes wrong in hashing it. Where no two or three explain the
/// answer, everything that a known implementation does is tried, however much that is.
///
/// The work is bounded: for a long request fewer mistakes are looked for together, and [`Tried`] says how many.
///
/// # Errors
///
/// A method or base URL that no canonical request can be made of.
///
/// # Examples
///
/// Repeated values that were not sorted, found by the hash alone:
///
/// ```
/// use qsh::diagnose::diagnose;
/// use qsh::suite::case::Input;
/// use qsh::suite::outcome::Answer;
///
/// let input = Input::new("GET", "/a?x=2&x=1");
/// let hash = qsh::Qsh::of_canonical(b"GET&/a&x=2,1").to_string();
/// let diagnosis = diagnose(&input, &Answer::qsh(hash), 1)?;
/// assert_eq!(diagnosis.explanations[0].mistakes[0].to_string(), "value_order=as_given");
/// assert_eq!(diagnosis.tried.mistakes, 1);
/// # Ok::<(), qsh::InvalidRequest>(())
/// ```
pub fn diagnose(input: &Input, answer: &Answer, most: usize) -> Result<Diagnosis, InvalidRequest> {
    let settings = setting::settings(input)?;
    let right = Text::from(Hasher::new().canonical_request(&input.request()?).to_vec());
    let mut search = search::Search::new(&settings, answer);
    let missing_parameters = setting::missing_parameters(&settings);
    let mut tried = Tried { mistakes: 0, implementations: 0, missing_parameters, canonical_requests: 0 };
    let mut explanations = Vec::new();
    for mistakes in 0..=most.min(DEEPEST) {
        let Some(found) = search.at(mistakes) else { break };
        (explanations, tried.mistakes) = (found, mistakes);
        if !explanations.is_empty() {
            break;
        }
    }
    if explanations.is_empty()
        && most > 1
        && let Some(found) = search.by_implementation()
    {
        (explanations, tried.implementations) = (found, implementations().len());
    }
    explanations.sort_by_cached_key(|it| rank::likelihood(it, input.url.as_bytes()));
    // One that takes fewer mistakes leaves no need for another; and two mistakes with a request can have one result.
    let fewest = explanations.first().map_or(0, |explanation| explanation.mistakes.len());
    explanations.retain(|explanation| explanation.mistakes.len() == fewest);
    explanations.dedup();
    tried.canonical_requests = search.compared;
    Ok(Diagnosis { right, explanations, is_cut: search.is_cut, tried })
}

/// Every implementation that the dialect table knows, in the order of the table.
fn implementations() -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}
