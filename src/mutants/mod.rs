//! The strength of vectors: which wrong readings of the specification they catch.
//!
//! A mutant is [`Dialect::OFFICIAL`] with one choice changed.
//!
//! - A case catches a mutant if it does not allow the mutant's answer.
//! - A case distinguishes two decided mutants if their answers differ.
//!
//! Only must and should cases count. Open cases never fail a build.
//!
//! [`Dialect::OFFICIAL`]: qsh_diagnose::Dialect::OFFICIAL

mod answers;
mod smoke;

use qsh_diagnose::Deviation;
use qsh_diagnose::dialect::Status;

use crate::suite::case::{Case, Level};
use answers::{Answers, Groups};
pub use smoke::smoke;

/// The strength of a set of vectors.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Strength<'v> {
    /// Every deviation of the dialect table, in the order of clauses.
    pub mutants: Vec<Mutant<'v>>,
    /// Groups of two or more decided deviations that no must or should case distinguishes.
    pub alike: Vec<Vec<Deviation>>,
}

/// One deviation, and the cases that catch it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Mutant<'v> {
    /// The deviation.
    pub deviation: Deviation,
    /// The must and should cases that catch it.
    pub caught_by: Vec<&'v Case>,
}

impl Mutant<'_> {
    /// The strongest level of the cases that catch it. `None` if it survives.
    pub fn level(&self) -> Option<Level> {
        self.caught_by.iter().map(|case| case.level).min()
    }
}

impl Strength<'_> {
    /// The mutants that a strong set of vectors catches: those with [`Status::Decided`].
    pub fn decided(&self) -> impl Iterator<Item = &Mutant<'_>> {
        self.mutants.iter().filter(|mutant| mutant.deviation.choice().status == Status::Decided)
    }

    /// Whether every decided mutant is caught, and every two of them are distinguished.
    pub fn is_full(&self) -> bool {
        self.alike.is_empty() && self.decided().all(|mutant| !mutant.caught_by.is_empty())
    }
}

/// Runs every single deviation against the cases.
///
/// # Examples
///
/// The vector for one trailing slash catches every mutant that keeps it. Most other mutants survive:
///
/// ```
/// use qsh::suite::load::Vectors;
///
/// let vectors = Vectors::embedded()?;
/// let one: Vec<_> = vectors.cases().filter(|case| case.id == "path/trailing-slash/one").collect();
/// let strength = qsh::mutants::measure(&one);
/// let caught = |name: &str| {
///     let is_it = |mutant: &&qsh::mutants::Mutant<'_>| mutant.deviation.to_string() == name;
///     strength.mutants.iter().find(is_it).unwrap().level().is_some()
/// };
/// assert!(caught("trailing_slash=kept") && caught("trailing_slash=added"));
/// assert!(!caught("trailing_slash=all"));
/// assert!(!strength.is_full());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure<'v>(cases: &[&'v Case]) -> Strength<'v> {
    let deviations: Vec<Deviation> = Deviation::all().collect();
    let is_decided = |mutant: &usize| deviations[*mutant].choice().status == Status::Decided;
    let mut caught_by: Vec<Vec<&'v Case>> = vec![Vec::new(); deviations.len()];
    let mut groups = Groups::one(deviations.len());
    for case in cases.iter().filter(|case| counts(case)) {
        let answers = Answers::new(case, &deviations);
        answers.caught().for_each(|mutant| caught_by[mutant].push(case));
        groups.split(&answers);
    }
    let groups = groups.members().into_iter().map(|group| group.into_iter().filter(is_decided).collect());
    let groups = groups.filter(|group: &Vec<usize>| group.len() > 1);
    let alike = groups.map(|group| group.into_iter().map(|mutant| deviations[mutant]).collect()).collect();
    let mutant = |(deviation, caught_by)| Mutant { deviation, caught_by };
    Strength { mutants: deviations.into_iter().zip(caught_by).map(mutant).collect(), alike }
}

/// Whether a case can catch mutants: it is not open, and asks for a canonical request or its hash.
fn counts(case: &Case) -> bool {
    case.level != Level::Open && case.question.canonicalized().is_some()
}
