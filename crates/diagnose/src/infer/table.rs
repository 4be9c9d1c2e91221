//! The observation table: the observations that the current dialect explains, and the effect of each change on them.

use super::observation::{Observation, Observed, ShownChoice};
use crate::dialect::{FIELDS, Field};
use crate::parallel::map_on_all_cores;
use crate::parts::{Changes, NO_CHANGES, Parts};
use crate::{Deviation, Dialect, Part};

/// Changes to a longer request are computed only on demand. A few long requests cost more than all others together.
const LONG: usize = 2048;

/// All observations, with the current dialect.
pub(super) struct ObservationTable<'o> {
    observations: &'o [Observation],
    dialect: Dialect,
    rows: Vec<Row<'o>>,
    moves: Vec<Move>,
}

/// One observation.
pub(super) struct Row<'o> {
    /// The parts of the canonical request under the dialect. `None` if the input is not a request.
    pub(super) parts: Option<Parts<'o>>,
    observed: &'o Observed,
    /// Whether the dialect explains the observation.
    pub(super) is_met: bool,
    pub(super) is_long: bool,
}

/// A choice that the dialect could make, with its effects.
pub(super) struct Move {
    pub(super) choice: Deviation,
    /// The changes that it makes to unexplained short requests, with the indexes of their rows.
    pub(super) changes: Vec<(usize, Changes)>,
}

impl<'o> ObservationTable<'o> {
    pub(super) fn new(observations: &'o [Observation], dialect: Dialect) -> Self {
        let rows = observations.iter().map(|observation| Row::new(observation, &dialect)).collect();
        let moves = FIELDS.iter().flat_map(Field::each).map(|choice| Move { choice, changes: Vec::new() }).collect();
        let mut table = Self { observations, dialect, rows, moves };
        table.foresee();
        table
    }

    pub(super) fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The dialect with these choices.
    pub(super) fn with(&self, choices: &[Deviation]) -> Dialect {
        choices.iter().copied().fold(self.dialect.clone(), Dialect::with)
    }

    pub(super) fn rows(&self) -> &[Row<'o>] {
        &self.rows
    }

    pub(super) fn observation(&self, place: usize) -> &'o Observation {
        &self.observations[place]
    }

    pub(super) fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// The indexes of the observations that the dialect does not explain.
    pub(super) fn missed(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|place| !self.rows[*place].is_met).collect()
    }

    /// Makes a choice. It replaces the current choice of its field.
    pub(super) fn make(&mut self, choice: Deviation) {
        self.dialect = self.with(&[choice]);
        for (row, observation) in self.rows.iter_mut().zip(self.observations) {
            *row = Row::new(observation, &self.dialect);
        }
        self.foresee();
    }

    /// Computes the effect of every choice on the unexplained observations.
    fn foresee(&mut self) {
        let changes = map_on_all_cores(&self.moves, |Move { choice, .. }| {
            let (fields, dialect) = ([choice.field()], self.with(&[*choice]));
            self.changes_in(|row| !row.is_met && !row.is_long, &fields, &dialect).collect()
        });
        for (step, changes) in self.moves.iter_mut().zip(changes) {
            step.changes = changes;
        }
    }

    /// The changes that another dialect makes in some of the rows. The dialects may differ only in these fields.
    fn changes_in<'s>(
        &'s self,
        is_asked_for: fn(&Row<'_>) -> bool,
        fields: &'s [&Field],
        dialect: &'s Dialect,
    ) -> impl Iterator<Item = (usize, Changes)> + 's {
        let rows = self.rows.iter().enumerate().filter(move |(_, row)| is_asked_for(row));
        rows.filter_map(|(place, row)| Some((place, row.parts.as_ref()?.changes(fields, dialect)?)))
    }

    /// An upper bound for the gain of a choice. It counts the unexplained short requests that the choice explains, and
    /// all unexplained long requests.
    pub(super) fn bound(&self, step: &Move) -> isize {
        let dialect = self.with(&[step.choice]);
        let long = self.rows.iter().filter(|row| row.is_long && !row.is_met).count();
        let met =
            step.changes.iter().filter(|(place, changes)| self.rows[*place].is_met_after(changes, &dialect)).count();
        isize::try_from(met + long).unwrap_or(isize::MAX)
    }

    /// The number of observations that these choices explain in addition. Negative if the dialect then explains fewer.
    pub(super) fn gain(&self, choices: &[Deviation]) -> isize {
        let dialect = self.with(choices);
        let fields: Vec<&Field> = choices.iter().map(|choice| choice.field()).collect();
        let changes = self.changes_in(|_| true, &fields, &dialect);
        changes.map(|(place, changes)| self.rows[place].gain(&changes, &dialect)).sum()
    }

    /// The evidence for a choice that the dialect makes.
    pub(super) fn shown(&self, deviation: Deviation) -> ShownChoice {
        let back = deviation.field().official();
        let (fields, without) = ([deviation.field()], self.with(&[back]));
        let changes = self.changes_in(|_| true, &fields, &without);
        let lost = changes.filter(|(place, changes)| self.rows[*place].gain(changes, &without) < 0);
        let shown_by: Vec<usize> = lost.map(|(place, _)| place).collect();
        let could_stand_for_it =
            |other: &Deviation| *other != deviation && self.keeps_all(&without.clone().with(*other), &shown_by);
        let alternatives = Deviation::all().filter(could_stand_for_it).collect();
        ShownChoice { deviation, shown_by, alternatives }
    }

    /// Whether a dialect explains every observation that the current one explains. It checks the rows of `first` first.
    fn keeps_all(&self, dialect: &Dialect, first: &[usize]) -> bool {
        let met = (0..self.rows.len()).filter(|place| self.rows[*place].is_met);
        first.iter().copied().chain(met).all(|place| self.observations[place].is_of(dialect))
    }
}

impl<'o> Row<'o> {
    fn new(observation: &'o Observation, dialect: &Dialect) -> Self {
        let parts = observation.input.source().ok().map(|request| Parts::new(request, dialect));
        let is_long = parts.as_ref().is_some_and(|parts| parts.length() > LONG);
        let mut row = Self { parts, observed: &observation.observed, is_met: false, is_long };
        row.is_met = row.is_met_after(&NO_CHANGES, dialect);
        row
    }

    /// Whether a dialect that makes these changes explains the observation.
    pub(super) fn is_met_after(&self, changes: &Changes, dialect: &Dialect) -> bool {
        let canonical = self.parts.as_ref().and_then(|parts| parts.canonical(changes, dialect).ok());
        self.observed.is(canonical.as_ref(), dialect)
    }

    fn gain(&self, changes: &Changes, dialect: &Dialect) -> isize {
        isize::from(self.is_met_after(changes, dialect)) - isize::from(self.is_met)
    }
}

/// Whether two fields concern the same part of the canonical request.
pub(super) fn share_a_part(a: &Field, b: &Field) -> bool {
    Part::ALL.iter().any(|part| a.concerns(*part) && b.concerns(*part))
}
