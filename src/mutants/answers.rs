//! What every mutant answers to a case, worked out once.

use std::collections::HashMap;

use qsh_diagnose::parts::{NO_CHANGES, Parts};
use qsh_diagnose::{Canonical, Deviation, Dialect, Refusal};

use crate::suite::case::{Case, Input};
use crate::suite::outcome::{Answer, Outcome, Reason};
use crate::suite::verdict::is_allowed;

/// What every mutant answers to one must or should case.
pub(super) struct Answers<'v> {
    pub(super) case: &'v Case,
    /// For each mutant the place of its answer in `caught`, where that of the specification comes first; mutants with one
    /// place answer alike.
    places: Vec<usize>,
    /// For each answer whether the case does not allow it.
    caught: Vec<bool>,
}

impl<'v> Answers<'v> {
    pub(super) fn new(case: &'v Case, mutants: &[Deviation]) -> Self {
        let mut table =
            Table { answers: Self { case, places: vec![0; mutants.len()], caught: Vec::new() }, known: HashMap::new() };
        let Some(Ok(request)) = case.question.canonicalized().map(Input::source) else {
            // No dialect makes a request of what is none.
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
        // A case that does not allow what the specification leads to says nothing of a mutant.
        self.caught[self.places[mutant]] && !self.caught[0]
    }

    /// The mutants that the case catches, by their places.
    pub(super) fn caught(&self) -> impl Iterator<Item = usize> {
        (0..self.places.len()).filter(|mutant| self.catches(*mutant))
    }
}

/// Answers while they are put together.
struct Table<'v> {
    answers: Answers<'v>,
    /// The place of every answer, and of a refusal.
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

/// Mutants in groups: those of one group have answered alike so far.
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

    /// Puts mutants apart that answer otherwise to this case.
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

    /// The mutants of every group, by their places; groups in the order of their first mutants.
    pub(super) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.count];
        for (mutant, group) in self.of.iter().enumerate() {
            members[*group].push(mutant);
        }
        members
    }
}
