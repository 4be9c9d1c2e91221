//! The answers of all mutants to a case, computed once.

use std::collections::HashMap;

use qsh_diagnose::parts::{NO_CHANGES, Parts};
use qsh_diagnose::{Canonical, Deviation, Dialect, Input, Refusal};

use crate::suite::allowed::is_allowed;
use crate::suite::case::Case;
use crate::suite::outcome::{Answer, Outcome, Reason};

/// The answers of all mutants to one must or should case.
pub(super) struct Answers<'v> {
    pub(super) case: &'v Case,
    /// For each mutant, the index of its answer in `caught`. Index 0 is the specification's answer. Mutants with the
    /// same index answer alike.
    places: Vec<usize>,
    /// For each answer, whether the case does not allow it.
    caught: Vec<bool>,
}

impl<'v> Answers<'v> {
    pub(super) fn new(case: &'v Case, mutants: &[Deviation]) -> Self {
        let mut table =
            Table { answers: Self { case, places: vec![0; mutants.len()], caught: Vec::new() }, known: HashMap::new() };
        let Some(Ok(request)) = case.question.canonicalized().map(Input::source) else {
            // The input is not a valid request, so every dialect refuses it.
            table.place(refused("not a request"));
            return table.answers;
        };
        let parts = Parts::new(request, &Dialect::OFFICIAL);
        table.place(outcome(parts.canonical(&NO_CHANGES, &Dialect::OFFICIAL), &Dialect::OFFICIAL));
        for (index, mutant) in mutants.iter().enumerate() {
            let dialect = Dialect::OFFICIAL.with(*mutant);
            if let Some(changes) = parts.changes(&[mutant.field()], &dialect) {
                table.answers.places[index] = table.place(outcome(parts.canonical(&changes, &dialect), &dialect));
            }
        }
        table.answers
    }

    /// Whether the case does not allow what the mutant answers.
    pub(super) fn catches(&self, mutant: usize) -> bool {
        // If a case does not allow the specification's answer, it says nothing about mutants.
        self.caught[self.places[mutant]] && !self.caught[0]
    }

    /// The indexes of the mutants that the case catches.
    pub(super) fn caught(&self) -> impl Iterator<Item = usize> {
        (0..self.places.len()).filter(|mutant| self.catches(*mutant))
    }
}

/// Collects the answers.
struct Table<'v> {
    answers: Answers<'v>,
    /// The index of each answer. `None` is a refusal.
    known: HashMap<Option<Answer>, usize>,
}

impl Table<'_> {
    fn place(&mut self, outcome: Outcome) -> usize {
        let Answers { case, caught, .. } = &mut self.answers;
        let key = if let Outcome::Ok(answer) = &outcome { Some(answer.clone()) } else { None };
        *self.known.entry(key).or_insert_with(|| {
            caught.push(!is_allowed(case, &outcome));
            caught.len() - 1
        })
    }
}

/// What an implementation with this dialect answers: the canonical request with its hash, or a refusal.
fn outcome(canonical: Result<Canonical, Refusal>, dialect: &Dialect) -> Outcome {
    match canonical {
        Err(refusal) => refused(&refusal.to_string()),
        Ok(canonical) => {
            let mut answer = Answer::canonical_request(canonical.as_bytes().to_vec());
            answer.qsh = Some(canonical.hash_with(dialect));
            Outcome::Ok(answer)
        }
    }
}

fn refused(message: &str) -> Outcome {
    Outcome::Rejected { reason: Reason::Malformed, message: message.to_owned() }
}

/// Mutants in groups. The mutants of a group have answered alike so far.
#[derive(Clone)]
pub(super) struct Groups {
    of: Vec<usize>,
    count: usize,
}

impl Groups {
    /// All mutants in one group.
    pub(super) fn one(mutants: usize) -> Self {
        Self { of: vec![0; mutants], count: 1 }
    }

    /// Splits groups whose mutants answer this case differently.
    pub(super) fn split(&mut self, answers: &Answers<'_>) {
        let mut groups: HashMap<(usize, usize), usize> = HashMap::new();
        for (group, place) in self.of.iter_mut().zip(&answers.places) {
            let next = groups.len();
            *group = *groups.entry((*group, *place)).or_insert(next);
        }
        self.count = groups.len();
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The indexes of the mutants in each group. Groups are in the order of their first mutants.
    pub(super) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.count];
        for (mutant, group) in self.of.iter().enumerate() {
            members[*group].push(mutant);
        }
        members
    }
}
