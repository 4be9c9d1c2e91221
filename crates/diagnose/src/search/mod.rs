//! Finds the mistakes that lead to a wrong answer.
//!
//! - [`diagnose()`] finds the fewest mistakes that give one wrong answer: deviations from the specification, and
//!   mistakes with the request itself.
//! - [`consequences()`] lists the result of each single mistake for a request.
//!
//! A hash cannot be read, but it can be guessed. The dialect table lists every known mistake. A set of mistakes that
//! gives exactly this hash is an explanation. It is not a proof, because mistakes outside the table may give the same
//! hash.

mod by_implementation;
mod candidates;
mod combine;
mod encoders;
mod limits;
mod rank;
mod rare;
mod request;
mod setting;
mod space;
mod texts;
mod wanted;

use std::fmt;

use qsh_hash::{Hasher, InvalidRequest};

use crate::answer::CanonicalAnswer;
use crate::canonical::{Canonical, canonicalize_with};
use crate::dialect::{Deviation, Dialect, FIELDS, Status};
use crate::input::Input;
use crate::text::Text;
pub use request::{RequestMistake, RequestMistakeKind};
pub(crate) use wanted::gives;

/// The maximum number of mistakes that [`diagnose`] combines.
pub const DEEPEST: usize = candidates::DEEPEST;

/// One mistake. Where a clause is open or allows several readings, it is one of the readings ([`Mistake::status`]).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the request was wrong, or the work on it was")]
pub enum Mistake {
    /// A choice that deviates from the specification.
    Choice(Deviation),
    /// Another request, another query or another text was hashed.
    Request(RequestMistake),
}

impl Mistake {
    /// The clause of `docs/spec.md` that it violates.
    pub fn clause(&self) -> &'static str {
        match self {
            Self::Choice(deviation) => deviation.field().clause,
            Self::Request(mistake) => mistake.clause,
        }
    }

    /// What the implementation did.
    pub fn does(&self) -> &str {
        match self {
            Self::Choice(deviation) => deviation.choice().does,
            Self::Request(mistake) => &mistake.does,
        }
    }

    /// What the implementation should do instead.
    pub fn instead(&self) -> &str {
        match self {
            Self::Choice(deviation) => deviation.field().choices[0].does,
            Self::Request(mistake) => &mistake.instead,
        }
    }

    /// The status of the clause in the specification. It is a mistake if the clause is decided, and one of several
    /// readings otherwise.
    pub fn status(&self) -> Status {
        match self {
            Self::Choice(deviation) => deviation.choice().status,
            Self::Request(_) => Status::Decided,
        }
    }

    /// The implementations that are known to make it. Empty for a mistake with the request.
    pub fn seen_in(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(deviation) => deviation.choice().seen_in,
            Self::Request(_) => &[],
        }
    }

    /// The reason why a mistake is plausible: a function, a library that was called in this way, or a habit. Empty if a
    /// known implementation makes the mistake, or if it needs no source.
    pub fn origin(&self) -> &'static str {
        match self {
            Self::Choice(deviation) => deviation.choice().origin,
            Self::Request(mistake) => mistake.origin,
        }
    }
}

/// Writes `field=choice`, or the name of the mistake with the request.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(deviation) => deviation.fmt(f),
            Self::Request(mistake) => f.write_str(mistake.name),
        }
    }
}

/// A set of mistakes that gives an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The mistakes: those with the request first, then choices in the order of the clauses. Empty if the answer is
    /// right.
    pub mistakes: Vec<Mistake>,
    /// The canonical request that the mistakes give.
    pub canonical: Canonical,
    /// The hash that the mistakes give.
    pub hash: String,
}

impl Explanation {
    /// The implementations that are known to make all of the mistakes. Empty if one of them is a mistake with the
    /// request.
    pub fn seen_in(&self) -> Vec<&'static str> {
        let Some((first, others)) = self.mistakes.split_first() else { return Vec::new() };
        let does_all = |name: &&&str| others.iter().all(|mistake| mistake.seen_in().contains(*name));
        first.seen_in().iter().filter(does_all).copied().collect()
    }
}

/// The result of a diagnosis.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The right canonical request.
    pub right: Text,
    /// The explanations with the fewest mistakes, the likeliest first. Empty if none was found. An explanation without
    /// a mistake says that the answer is right.
    pub explanations: Vec<Explanation>,
    /// Whether explanations were left out: the list for one canonical request is limited.
    pub is_cut: bool,
    /// What the search tried.
    pub tried: Tried,
}

/// What a diagnosis tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tried {
    /// The largest number of mistakes tried together. It is smaller than the number asked for if an explanation was
    /// found earlier, or if the request is too long. Three choices are tried together only if each of them changes the
    /// request, alone or with another choice.
    pub mistakes: usize,
    /// The largest number of mistakes tried together if they are not all in one part: method, path, or query. It is
    /// larger than `mistakes` for a long request.
    pub mistakes_in_several_parts: usize,
    /// How many known implementations were tried, each with all its choices.
    pub implementations: usize,
    /// How many mistakes with the request were tried together with each implementation: one, or two.
    pub with_implementations: usize,
    /// How many parameters were tried as missing, one at a time. If there are many, only the first ones are tried.
    pub missing_parameters: usize,
    /// How many canonical requests were compared with the answer.
    pub canonical_requests: usize,
    /// How many rarer mistakes with the request were tried: parameters that were added, values in another form, another
    /// version of the interface, and a library that was called wrongly.
    pub rare_mistakes: usize,
    /// How many optional parameters of the products' interfaces are among the rarer mistakes.
    pub added_parameters: usize,
    /// How many mistakes were tried together if one of them is a rarer one: none, one, or two.
    pub with_rare_mistakes: usize,
}

impl Diagnosis {
    /// Whether the answer is right.
    pub fn is_right(&self) -> bool {
        self.explanations.iter().any(|explanation| explanation.mistakes.is_empty())
    }
}

/// Finds the fewest mistakes that give an answer. It combines at most `most` mistakes, and never more than [`DEEPEST`].
/// If the answer has a canonical request and a hash, the mistakes must give both.
///
/// A mistake is one of these:
///
/// - a choice of the dialect table;
/// - another request in place of this one;
/// - the query of another encoder;
/// - another text in place of the canonical request.
///
/// Mistakes are combined. There is at most one mistake with the request for each of method, path and query. Another
/// text can be combined with mistakes in how it is hashed.
///
/// If nothing is found with as many mistakes, rarer mistakes with the request are tried, each alone or with one other
/// mistake:
///
/// - parameters that were hashed and not sent;
/// - values in another form;
/// - another version of the interface;
/// - a query that was given to a library in the wrong form.
///
/// If no combination explains the answer, the search tries all choices of each known implementation together, with up
/// to two mistakes with the request.
///
/// The work is bounded. A request of 2,000 bytes with 20 parameters takes about three seconds of one core; the example
/// `search_time` measures it. For a long request fewer mistakes are combined, and [`Tried`] says how many.
///
/// # Errors
///
/// The method or the base URL cannot be part of a canonical request.
///
/// # Examples
///
/// Repeated values were not sorted. The hash alone shows it:
///
/// ```
/// use qsh_diagnose::{CanonicalAnswer, Input, diagnose};
///
/// let input = Input::new("GET", "/a?x=2&x=1");
/// let hash = qsh_hash::Qsh::of_canonical(b"GET&/a&x=2,1").to_string();
/// let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash), 1)?;
/// assert_eq!(diagnosis.explanations[0].mistakes[0].to_string(), "value_order=as_given");
/// assert_eq!(diagnosis.tried.mistakes, 1);
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
pub fn diagnose(input: &Input, answer: &CanonicalAnswer, most: usize) -> Result<Diagnosis, InvalidRequest> {
    let settings = setting::settings(input)?;
    let right = Text::from(Hasher::new().canonical_request(&input.request()?).to_vec());
    let mut search = combine::Search::new(&settings, answer);
    let missing_parameters = setting::missing_parameters(&settings);
    let mut tried = Tried { missing_parameters, ..Tried::default() };
    let mut explanations = Vec::new();
    for mistakes in 0..=most.min(DEEPEST) {
        if let Some(found) = search.at(mistakes) {
            (explanations, tried.mistakes, tried.mistakes_in_several_parts) = (found, mistakes, mistakes);
        } else if mistakes == DEEPEST
            && let Some(found) = search.in_several_parts(mistakes)
        {
            (explanations, tried.mistakes_in_several_parts) = (found, mistakes);
        } else {
            break;
        }
        if !explanations.is_empty() {
            break;
        }
    }
    if explanations.is_empty()
        && most > 1
        && let Some(found) = search.by_implementation()
    {
        (explanations, tried.implementations) = (found.explanations, implementations().len());
        tried.with_implementations = found.requests;
    }
    explanations.sort_by_cached_key(|it| rank::likelihood(it, input.url.as_bytes()));
    // Longer explanations are not needed. Two mistakes with a request can give the same explanation, which is kept
    // once.
    let fewest = explanations.first().map_or(0, |explanation| explanation.mistakes.len());
    explanations.retain(|explanation| explanation.mistakes.len() == fewest);
    explanations.dedup();
    tried.canonical_requests = search.compared;
    if let Some(rare) = search.rare() {
        (tried.rare_mistakes, tried.added_parameters) = (rare.variants().len(), rare.names());
        tried.with_rare_mistakes = rare.deepest;
        tried.canonical_requests += rare.compared;
    }
    Ok(Diagnosis { right, explanations, is_cut: search.is_cut, tried })
}

/// Lists the wrong hashes of a request: the result of each single deviation, in the order of the clauses. Deviations
/// that give the right hash or refuse the request are left out.
///
/// # Errors
///
/// The method or the base URL cannot be part of a canonical request.
///
/// # Examples
///
/// A trailing slash shows several deviations:
///
/// ```
/// use qsh_diagnose::{Input, consequences};
///
/// let input = Input::new("GET", "/a/");
/// let wrong = consequences(&input)?;
/// let kept = wrong.iter().find(|wrong| wrong.mistakes[0].to_string() == "trailing_slash=kept").unwrap();
/// assert_eq!(kept.canonical.as_bytes(), b"GET&/a/&");
/// assert!(!wrong.iter().any(|wrong| wrong.mistakes[0].to_string() == "trailing_slash=all"));
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
pub fn consequences(input: &Input) -> Result<Vec<Explanation>, InvalidRequest> {
    let request = input.source()?;
    let right = qsh_hash::hash(&input.request()?).to_string();
    let consequence = |deviation: Deviation| {
        let dialect = Dialect::OFFICIAL.with(deviation);
        let canonical = canonicalize_with(request, &dialect).ok()?;
        let hash = canonical.hash_with(&dialect);
        Some(Explanation { mistakes: vec![Mistake::Choice(deviation)], canonical, hash })
    };
    Ok(Deviation::all().filter_map(consequence).filter(|wrong| wrong.hash != right).collect())
}

/// Every implementation in the dialect table, in the order of the table.
///
/// # Examples
///
/// ```
/// let names = qsh_diagnose::implementations();
/// assert!(names.contains(&"npm atlassian-jwt") && names.contains(&"PyPI atlassian-jwt"));
/// ```
pub fn implementations() -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}
