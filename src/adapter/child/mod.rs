//! An implementation in a child process that follows the adapter protocol.
//!
//! [`Child`] keeps many questions in flight, takes their answers in any order, and survives every failure of the
//! process.
//!
//! A breach of the protocol (an exit, a timeout or an invalid line) does not tell which question caused it. All
//! questions in flight are suspects.
//!
//! 1. The process and its group are killed.
//! 2. The suspects are asked one at a time, the oldest first.
//! 3. A question is guilty only if it causes a breach as the first question of a new process. All other questions get
//!    their true outcome.
//! 4. If no suspect repeats the breach alone, the breach is an [incident](Adapter::incidents) and not an outcome.
//!
//! | what the process does while a question waits | outcome of the guilty question |
//! |---|---|
//! | exits with any status; closes its output; closes its input while more is written to it | [`Outcome::Crashed`] |
//! | answers nothing for [`Limits::timeout`] | [`Outcome::TimedOut`] |
//! | writes a line that is not an answer, or answers an id that waits for none | [`Outcome::Garbled`] |
//! | writes a line of more than 1 MiB and eight times the longest question in flight | [`Outcome::Garbled`] |
//! | answers a question twice, however late | [`Outcome::Garbled`], without being asked again |
//!
//! Processes that the child leaves in its group are killed with it. A process that has left the group cannot be found,
//! but the harness never waits for it.

mod command;
mod connection;
mod lines;
mod process;

use std::collections::BTreeSet;
use std::mem;
use std::ops::Range;
use std::time::Duration;

use super::protocol::{Description, Question};
use super::{Adapter, Reply, Stop};
pub use crate::adapter::groups::kill_all;
use crate::suite::outcome::Outcome;
pub use command::{Command, Limits, StartFailure};
use connection::{Breach, Connection, Heard, Introduced, Violation};

/// The most questions in flight.
const WIDTH: usize = 256;
/// After this many violations in a row, a few questions spread over the rest are tried.
const DOUBTFUL: usize = 20;
/// The same for timeouts, which cost the whole time limit each.
const DOUBTFUL_SILENCES: usize = 5;
/// The number of these questions. If all fail, the rest is not asked.
const PROBES: usize = 5;
/// The most incidents, and the most remarks, that are kept.
const NOTES_KEPT: usize = 100;

/// An adapter in a child process. Dropping it kills the process.
#[derive(Debug)]
pub struct Child {
    command: Command,
    limits: Limits,
    description: Description,
    /// `None` after a violation, until the next question.
    connection: Option<Connection>,
    /// The positions of the questions of this conversation, in the order of sending. The first has the id `first_id`.
    sent: Vec<usize>,
    first_id: u64,
    /// The positions in this conversation of the questions that are asked now.
    now: Range<usize>,
    /// The positions of earlier questions of this conversation that were answered again.
    spoilt: BTreeSet<usize>,
    /// The number of violations since the last answer.
    violations: usize,
    incidents: Notes,
    remarks: Notes,
    stop: Stop,
}

impl Child {
    /// Starts the process and asks it to introduce itself.
    ///
    /// Lines before its introduction, up to 1 MiB, are skipped and make a [remark](Adapter::remarks). So does an operation
    /// whose name is like that of an operation of the protocol.
    ///
    /// # Errors
    ///
    /// The program cannot be started. The process ends, or is silent for [`Limits::start`], before it introduces
    /// itself. It has another version of the protocol, or leaves out a required member of [`Description`].
    pub fn start(command: Command, limits: Limits) -> Result<Self, StartFailure> {
        let (first_id, stop) = (1, Stop::default());
        let Introduced { connection, description, noise } = Connection::open(&command, &limits, first_id, &stop)?;
        let mut remarks = Notes::default();
        noise.into_iter().for_each(|noise| remarks.note(noise));
        description.misspelt_operations().for_each(|remark| remarks.note(remark));
        let (connection, incidents) = (Some(connection), Notes::default());
        Ok(Self {
            command,
            limits,
            description,
            connection,
            sent: Vec::new(),
            first_id,
            now: 0..0,
            spoilt: BTreeSet::new(),
            violations: 0,
            incidents,
            remarks,
            stop,
        })
    }

    /// Asks all of `queue`. An error holds the outcome of all questions that have none yet.
    fn ask_all(&mut self, queue: &mut dyn Iterator<Item = usize>, table: &mut ReplyTable<'_>) -> Result<(), Outcome> {
        loop {
            match self.exchange(queue, WIDTH, table)? {
                Exchange::Done => return Ok(()),
                Exchange::Broken(violation, suspects) => self.find_guilty(violation, suspects, table)?,
            }
        }
    }

    /// Asks the suspects of a violation one at a time.
    fn find_guilty(
        &mut self,
        violation: Violation,
        suspects: Vec<(usize, Duration)>,
        table: &mut ReplyTable<'_>,
    ) -> Result<(), Outcome> {
        self.despair(&violation, table)?;
        let mut unexplained = Some(violation);
        for (position, _) in suspects {
            if table.is_open(position) && self.ask_alone(position, table)?.is_some() {
                unexplained = None;
            }
        }
        if let Some(violation) = unexplained {
            self.incidents.note(format!("{}; no question did this when it was asked alone", violation.text));
        }
        Ok(())
    }

    /// Asks one question alone. Returns the violation if the question is guilty.
    fn ask_alone(&mut self, position: usize, table: &mut ReplyTable<'_>) -> Result<Option<Violation>, Outcome> {
        let mut unexplained = None;
        loop {
            let proven = self.connection.as_ref().is_some_and(Connection::is_proven);
            match self.exchange(&mut std::iter::once(position), 1, table)? {
                Exchange::Done => {
                    if let Some(Violation { text, .. }) = unexplained {
                        self.incidents.note(format!("{text}; the question did not do this in a new process"));
                    }
                    return Ok(None);
                }
                // An earlier question to this process may be guilty. Ask again in a new process.
                Exchange::Broken(violation, _) if proven => {
                    self.despair(&violation, table)?;
                    unexplained = Some(violation);
                }
                Exchange::Broken(violation, suspects) => {
                    let elapsed = suspects.first().map_or(Duration::ZERO, |&(_, elapsed)| elapsed);
                    table.settle(position, violation.outcome.clone(), elapsed);
                    self.despair(&violation, table)?;
                    return Ok(Some(violation));
                }
            }
        }
    }

    /// Asks all of `queue`, `width` at a time. Stops when the process breaks the protocol, which ends the process. The
    /// signal to stop ends the process, too, and is an error.
    fn exchange(
        &mut self,
        queue: &mut dyn Iterator<Item = usize>,
        width: usize,
        table: &mut ReplyTable<'_>,
    ) -> Result<Exchange, Outcome> {
        let Limits { timeout, .. } = self.limits;
        if self.stop.is_given() {
            return Err(not_waited_for());
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                Connection::open(&self.command, &self.limits, self.first_id + self.sent.len() as u64, &self.stop)
                    .map_err(|failure| Outcome::SpawnFailed(failure.to_string()))?
                    .connection
            }
        };
        let questions = table.questions;
        loop {
            connection.fill(width, timeout, || {
                let position = Iterator::find(&mut &mut *queue, |&position| table.is_open(position))?;
                self.sent.push(self.now.start + position);
                Some((position, &questions[position]))
            });
            if connection.is_idle() {
                self.connection = Some(connection);
                return Ok(Exchange::Done);
            }
            match connection.hear(timeout) {
                Ok(Heard::Answer { position, outcome, elapsed }) => {
                    self.violations = 0;
                    table.settle(position, outcome, elapsed);
                }
                Ok(Heard::Again(id)) => {
                    if let Some(position) = self.note_again(id) {
                        table.spoil(position);
                    }
                }
                // The process ends with its connection.
                Err(_) if self.stop.is_given() => return Err(not_waited_for()),
                Err(breach) => {
                    let (violation, suspects) = connection.break_off(breach, timeout);
                    self.violations += 1;
                    return Ok(Exchange::Broken(violation, suspects));
                }
            }
        }
    }

    /// Gives up after many violations in a row, if the questions that are then tried fail as well.
    fn despair(&mut self, violation: &Violation, table: &mut ReplyTable<'_>) -> Result<(), Outcome> {
        let patience = if matches!(violation.outcome, Outcome::TimedOut(_)) { DOUBTFUL_SILENCES } else { DOUBTFUL };
        if self.violations < patience || self.answers_a_probe(table)? {
            return Ok(());
        }
        let text = format!(
            "not asked: {} violations in a row without an answer; the last: {}",
            self.violations, violation.text
        );
        self.incidents.note(format!("the remaining questions were {text}"));
        Err(match &violation.outcome {
            Outcome::Garbled(_) => Outcome::Garbled(text),
            Outcome::TimedOut(silence) => Outcome::TimedOut(silence.clone()),
            _ => Outcome::Crashed(text),
        })
    }

    /// Tries a few open questions, spread over all of them, each in a new process. Returns whether one is answered.
    /// The others are guilty.
    fn answers_a_probe(&mut self, table: &mut ReplyTable<'_>) -> Result<bool, Outcome> {
        let open: Vec<usize> = (0..table.replies.len()).filter(|&position| table.is_open(position)).collect();
        let probes = open.iter().rev().step_by(open.len().div_ceil(PROBES).max(1));
        for &position in probes {
            self.connection = None;
            match self.exchange(&mut std::iter::once(position), 1, table)? {
                Exchange::Done => return Ok(true),
                Exchange::Broken(violation, suspects) => {
                    let elapsed = suspects.first().map_or(Duration::ZERO, |&(_, elapsed)| elapsed);
                    table.settle(position, violation.outcome, elapsed);
                }
            }
        }
        Ok(open.is_empty())
    }

    /// Reads what the process wrote since all its questions were answered.
    fn catch_up(&mut self) {
        self.violations = 0;
        let Some(mut connection) = self.connection.take() else { return };
        loop {
            match connection.overhear() {
                None => break self.connection = Some(connection),
                Some(Ok(Heard::Again(id))) => drop(self.note_again(id)),
                // No question is in flight, so there is no answer.
                Some(Ok(Heard::Answer { .. })) => {}
                // Between two rounds of a conversation, it may end as after the last one.
                Some(Err(Breach::End)) if !self.sent.is_empty() => break self.close(connection, self.limits.grace),
                Some(Err(breach)) => {
                    let (violation, _) = connection.break_off(breach, Duration::ZERO);
                    break self.incidents.note(format!("{}; no question waited for an answer", violation.text));
                }
            }
        }
    }

    /// Ends the input of the process, and reads what it still writes.
    fn part_from(&mut self, mut connection: Connection) {
        connection.hang_up();
        let grace = self.limits.grace;
        loop {
            match connection.hear(grace) {
                Ok(Heard::Again(id)) => drop(self.note_again(id)),
                // No question is in flight, so there is no answer.
                Ok(Heard::Answer { .. }) => {}
                Err(Breach::End) => return self.close(connection, grace),
                Err(Breach::Silence) => return self.close(connection, Duration::ZERO),
                Err(Breach::Line(text)) => return self.incidents.note(format!("after the end of its input: {text}")),
            }
            if connection.is_flooding() {
                return self.incidents.note("wrote more than 1 MiB after everything was answered".to_owned());
            }
        }
    }

    /// Waits for the exit of the process, and notes how it ended if that is not clean.
    fn close(&mut self, mut connection: Connection, patience: Duration) {
        connection.close(patience).into_iter().for_each(|text| self.remarks.note(text));
    }

    /// Notes another answer to a question. Returns the position of the question if it is one of those that are asked now.
    fn note_again(&mut self, id: u64) -> Option<usize> {
        let index = id.checked_sub(self.first_id).and_then(|index| usize::try_from(index).ok());
        let Some(&position) = index.and_then(|index| self.sent.get(index)) else {
            self.incidents.note(answered_too_late(id));
            return None;
        };
        let place = position.checked_sub(self.now.start);
        if place.is_none() {
            self.spoilt.insert(position);
        }
        place
    }

    /// Asks questions after those of this conversation.
    fn continue_with(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        let mut table = ReplyTable { questions, replies: questions.iter().map(|_| None).collect(), answered };
        let mut askable = Vec::with_capacity(questions.len());
        for (position, operation) in questions.iter().map(Question::operation).enumerate() {
            if self.description.has(operation) {
                askable.push(position);
            } else {
                let unsupported = format!("{} is not among its operations", operation.name());
                table.settle(position, Outcome::Unsupported(unsupported), Duration::ZERO);
            }
        }
        match self.ask_all(&mut askable.into_iter(), &mut table) {
            Ok(()) => table.into_replies(None),
            Err(rest) => table.into_replies(Some(rest)),
        }
    }
}

impl Adapter for Child {
    fn description(&self) -> &Description {
        &self.description
    }

    fn ask(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        self.first_id += self.sent.len() as u64;
        self.sent.clear();
        self.spoilt.clear();
        self.now = 0..questions.len();
        self.catch_up();
        self.continue_with(questions, answered)
    }

    fn ask_more(&mut self, questions: &[Question], answered: &mut dyn FnMut(usize)) -> Vec<Reply> {
        self.now = self.now.end..self.now.end + questions.len();
        self.catch_up();
        self.continue_with(questions, answered)
    }

    fn finish(&mut self) -> Vec<(usize, Outcome)> {
        // From here on every question is an earlier one.
        self.now = self.now.end..self.now.end;
        if let Some(connection) = self.connection.take() {
            self.part_from(connection);
        }
        mem::take(&mut self.spoilt).into_iter().map(|position| (position, answered_twice())).collect()
    }

    fn heed(&mut self, stop: &Stop) {
        self.stop = stop.clone();
        self.connection.iter_mut().for_each(|connection| connection.heed(stop));
    }

    fn incidents(&self) -> &[String] {
        &self.incidents.texts
    }

    fn remarks(&self) -> &[String] {
        &self.remarks.texts
    }
}

/// How an exchange ended.
enum Exchange {
    /// All questions were answered.
    Done,
    /// A violation, with the questions in flight and their waiting times, the oldest first.
    Broken(Violation, Vec<(usize, Duration)>),
}

/// The questions of one `ask`, with their replies so far.
struct ReplyTable<'a> {
    questions: &'a [Question],
    replies: Vec<Option<Reply>>,
    answered: &'a mut dyn FnMut(usize),
}

impl ReplyTable<'_> {
    fn settle(&mut self, position: usize, outcome: Outcome, elapsed: Duration) {
        self.replies[position] = Some(Reply { outcome, elapsed });
        (self.answered)(position);
    }

    /// Whether a question has no outcome yet.
    fn is_open(&self, position: usize) -> bool {
        self.replies[position].is_none()
    }

    /// Records that the question was answered again.
    fn spoil(&mut self, position: usize) {
        if let Some(reply) = &mut self.replies[position] {
            reply.outcome = answered_twice();
        }
    }

    /// One reply for each question. `rest` is the outcome of those without one.
    fn into_replies(mut self, rest: Option<Outcome>) -> Vec<Reply> {
        if let Some(outcome) = rest {
            for position in 0..self.replies.len() {
                if self.replies[position].is_none() {
                    self.settle(position, outcome.clone(), Duration::ZERO);
                }
            }
        }
        let replies: Vec<Reply> = self.replies.into_iter().flatten().collect();
        debug_assert_eq!(replies.len(), self.questions.len(), "every question is asked until it has an outcome");
        replies
    }
}

/// The first messages of a kind. The limit bounds the memory that an adapter's failures can take.
#[derive(Debug, Default)]
struct Notes {
    texts: Vec<String>,
    more: usize,
}

impl Notes {
    fn note(&mut self, text: String) {
        if self.texts.len() < NOTES_KEPT {
            self.texts.push(text);
            return;
        }
        self.more += 1;
        // The last place holds the number of the other messages.
        self.texts[NOTES_KEPT - 1] = format!("and {} more", self.more + 1);
    }
}

fn not_waited_for() -> Outcome {
    Outcome::TimedOut("the question was not waited for".to_owned())
}

fn answered_twice() -> Outcome {
    Outcome::Garbled("the question was answered more than once".to_owned())
}

fn answered_too_late(id: u64) -> String {
    format!("another answer to id {id}, after the outcomes of its round were reported")
}
