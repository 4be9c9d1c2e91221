//! How strong vectors are: which wrong readings of the specification they catch.
//!
//! A mutant is [`Dialect::OFFICIAL`] with one choice changed. It is caught where a must or should case does not allow what
//! it answers, and two mutants are told apart where any case gets two answers from them.

use std::collections::HashMap;

use crate::adapter::built_in::request;
use crate::qsh::dialect::Standing;
use crate::qsh::{Deviation, Dialect, canonicalize_with};
use crate::suite::case::{Case, Level};
use crate::suite::outcome::{Answer, Outcome, Reason};
use crate::suite::verdict::is_allowed;

/// What a set of vectors makes of every mutant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Strength<'v> {
    /// Every deviation of the dialect table, in the order of the clauses.
    pub mutants: Vec<Mutant<'v>>,
    /// Deviations that no case tells apart from one another, two or more in each group.
    pub alike: Vec<Vec<Deviation>>,
}

/// One deviation, and who catches it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mutant<'v> {
    /// The deviation.
    pub deviation: Deviation,
    /// The must and should cases that do not allow its answer.
    pub caught_by: Vec<&'v Case>,
}

impl Mutant<'_> {
    /// The strongest level at which a case catches it; none, if it survives.
    pub fn level(&self) -> Option<Level> {
        self.caught_by.iter().map(|case| case.level).min()
    }
}

impl Strength<'_> {
    /// The mutants that a strong set of vectors catches: those of [`Standing::Decided`].
    pub fn decided(&self) -> impl Iterator<Item = &Mutant<'_>> {
        self.mutants.iter().filter(|mutant| mutant.deviation.choice().standing == Standing::Decided)
    }

    /// Whether every decided mutant is caught, and every two mutants are told apart.
    pub fn is_full(&self) -> bool {
        self.alike.is_empty() && self.decided().all(|mutant| !mutant.caught_by.is_empty())
    }
}

/// Runs every single deviation against the cases.
///
/// # Examples
///
/// One vector catches what it was written for, every other number of slashes at the end; most mutants live on:
///
/// ```
/// use qsh::suite::load::Vectors;
///
/// let vectors = Vectors::embedded()?;
/// let one: Vec<_> = vectors.cases().filter(|case| case.id == "path/trailing-slash/two").collect();
/// let strength = qsh::mutants::measure(&one);
/// for mutant in strength.mutants.iter().filter(|mutant| mutant.deviation.field().clause == "QSH-P7") {
///     assert!(mutant.level().is_some(), "{}", mutant.deviation);
/// }
/// assert!(!strength.is_full());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure<'v>(cases: &[&'v Case]) -> Strength<'v> {
    let mut mutants: Vec<Mutant<'v>> =
        Deviation::all().map(|deviation| Mutant { deviation, caught_by: Vec::new() }).collect();
    // Mutants of one group have answered alike so far; each case may split the groups further.
    let mut groups = vec![0; mutants.len()];
    for &case in cases {
        let mut split: HashMap<(usize, Option<Answer>), usize> = HashMap::new();
        for (mutant, group) in mutants.iter_mut().zip(&mut groups) {
            let outcome = answer(case, &Dialect::OFFICIAL.with(mutant.deviation));
            if case.level != Level::Open && case.question.canonicalized().is_some() && !is_allowed(case, &outcome) {
                mutant.caught_by.push(case);
            }
            let answer = match outcome {
                Outcome::Ok(answer) => Some(answer),
                _ => None,
            };
            let next = split.len();
            *group = *split.entry((*group, answer)).or_insert(next);
        }
    }
    let mut alike: HashMap<usize, Vec<Deviation>> = HashMap::new();
    for (mutant, group) in mutants.iter().zip(groups) {
        alike.entry(group).or_default().push(mutant.deviation);
    }
    let mut alike: Vec<Vec<Deviation>> = alike.into_values().filter(|group| group.len() > 1).collect();
    alike.sort_by_key(|group| mutants.iter().position(|mutant| mutant.deviation == group[0]));
    Strength { mutants, alike }
}

/// What an implementation with this dialect answers: the canonical request with its hash, or a refusal.
fn answer(case: &Case, dialect: &Dialect) -> Outcome {
    let malformed = |message: String| Outcome::Rejected { reason: Reason::Malformed, message };
    // A dialect is one of canonical requests: of a token it has nothing to say.
    let Some(input) = case.question.canonicalized() else { return Outcome::Unsupported(String::new()) };
    let request = match request(input) {
        Ok(request) => request,
        Err(error) => return malformed(error.to_string()),
    };
    match canonicalize_with(&request, dialect) {
        Err(refusal) => malformed(refusal.to_string()),
        Ok(canonical) => {
            let mut answer = Answer::canonical_request(canonical.as_bytes().to_vec());
            answer.qsh = Some(canonical.hash_with(dialect));
            Outcome::Ok(answer)
        }
    }
}
