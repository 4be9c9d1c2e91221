//! How strong vectors are: which wrong readings of the specification they catch.
//!
//! A mutant is [`Dialect::OFFICIAL`] with one choice changed. It is caught where a must or should case does not allow what
//! it answers, and two decided mutants are told apart where such a case gets two answers from them. Open cases count for
//! nothing: no build fails them.
//!
//! [`Dialect::OFFICIAL`]: qsh_diagnose::Dialect::OFFICIAL

mod answers;
mod smoke;

use qsh_diagnose::Deviation;
use qsh_diagnose::dialect::Standing;

use crate::suite::case::{Case, Level};
use answers::{Answers, Groups};
pub use smoke::smoke;

/// What a set of vectors makes of every mutant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Strength<'v> {
    /// Every deviation of the dialect table, in the order of the clauses.
    pub mutants: Vec<Mutant<'v>>,
    /// Decided deviations that no must or should case tells apart from one another, two or more in each group.
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

    /// Whether every decided mutant is caught, and every two of them are told apart.
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
    let deviations: Vec<Deviation> = Deviation::all().collect();
    let is_decided = |mutant: &usize| deviations[*mutant].choice().standing == Standing::Decided;
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

/// Whether a case can tell anything of a mutant: it decides, and asks for a canonical request.
fn counts(case: &Case) -> bool {
    case.level != Level::Open && case.question.canonicalized().is_some()
}
