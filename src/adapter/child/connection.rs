//! The connection to one process: its introduction, its questions in flight, and the breach of the protocol that ends
//! it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use qsh_diagnose::Text;

use super::command::{Command, Limits, Reason, StartFailure};
use super::lines::Lines;
use super::process::{Event, Process};
use crate::adapter::Stop;
use crate::adapter::protocol::{self, BadAnswer, Description, Operation, Question};
use crate::suite::outcome::Outcome;

/// The length limit of a line is this plus eight times the longest question in flight. It is also the limit for output
/// without an answer.
const SPARE: usize = 1024 * 1024;
/// The most bytes of questions in flight.
const BYTES_IN_FLIGHT: usize = 1024 * 1024;
/// The id of `describe`, the first message of every connection. The ids of questions start at 1.
const DESCRIBE_ID: u64 = 0;
/// How long a process that has closed its output or its input gets to exit by itself. Its exit status is then known.
const LAST_MOMENT: Duration = Duration::from_millis(500);
/// How often a wait looks for the signal to stop.
const STOP_CHECKED: Duration = Duration::from_millis(50);

/// A process that has introduced itself.
#[derive(Debug)]
pub(super) struct Connection {
    process: Process,
    lines: Lines,
    ended: bool,
    input_failed: bool,
    /// The unanswered questions, the oldest first.
    in_flight: BTreeMap<u64, InFlight>,
    bytes_in_flight: usize,
    /// The ids of the questions that this process was asked.
    asked: Range<u64>,
    /// Whether this process has answered a question.
    proven: bool,
    /// The start of the timeout: the last answer, or the first question if all were answered.
    quiet_since: Instant,
    /// The number of bytes received since then.
    heard_since: usize,
    /// When the last bytes were received.
    heard_at: Instant,
    /// The oldest question in flight, and since when it is the oldest.
    oldest: (u64, Instant),
    stop: Stop,
}

#[derive(Debug)]
struct InFlight {
    position: usize,
    operation: Operation,
    bytes: usize,
    sent_at: Instant,
}

/// A valid line of the protocol.
#[derive(Debug)]
pub(super) enum Heard {
    /// The answer to a question in flight.
    Answer { position: usize, outcome: Outcome, elapsed: Duration },
    /// Another answer to an answered question.
    Again(u64),
}

/// What ends a connection.
#[derive(Debug)]
pub(super) enum Breach {
    /// The process ended its output.
    End,
    /// No answer within the time limit, or before the signal to stop.
    Silence,
    /// A line, or the start of one, that violates the protocol. The text says how.
    Line(String),
}

/// A breach, with its consequences for a report.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    /// The outcome of the guilty question.
    pub(super) outcome: Outcome,
    /// A message for a person.
    pub(super) text: String,
}

impl Violation {
    fn crashed(text: String) -> Self {
        Self { outcome: Outcome::Crashed(text.clone()), text }
    }
}

/// A process that has introduced itself.
pub(super) struct Introduced {
    pub(super) connection: Connection,
    pub(super) description: Description,
    /// A message about the lines before the introduction.
    pub(super) noise: Option<String>,
}

impl Connection {
    /// Starts a process and asks it to introduce itself. `first_id` will be the id of its first question.
    pub(super) fn open(
        command: &Command,
        limits: &Limits,
        first_id: u64,
        stop: &Stop,
    ) -> Result<Introduced, StartFailure> {
        let now = Instant::now();
        let process =
            Process::spawn(command).map_err(|error| StartFailure::new(command, Reason::Spawn(error), Vec::new()))?;
        let mut connection = Self {
            process,
            lines: Lines::default(),
            ended: false,
            input_failed: false,
            in_flight: BTreeMap::new(),
            bytes_in_flight: 0,
            asked: first_id..first_id,
            proven: false,
            quiet_since: now,
            heard_since: 0,
            heard_at: now,
            oldest: (0, now),
            stop: stop.clone(),
        };
        match connection.introduce(limits) {
            Ok((description, noise)) => Ok(Introduced { connection, description, noise }),
            Err(reason) => {
                let reason = match (reason, connection.process.close(LAST_MOMENT)) {
                    (Reason::Ended(_, noise), Some(status)) => Reason::Ended(status.to_string(), noise),
                    (reason, _) => reason,
                };
                Err(StartFailure::new(command, reason, connection.process.stderr()))
            }
        }
    }

    fn introduce(&mut self, limits: &Limits) -> Result<(Description, Option<String>), Reason> {
        let mut question = Vec::new();
        protocol::write_describe(&mut question, DESCRIBE_ID);
        self.process.send(question);
        let deadline = Instant::now() + limits.start;
        let mut noise: Option<String> = None;
        let after_noise = |noise: Option<String>| noise.map(|noise| format!("; {noise}")).unwrap_or_default();
        loop {
            while let Some(range) = self.lines.take() {
                let line = self.lines.get(range);
                match protocol::read_description(line, DESCRIBE_ID) {
                    Ok(Some(description)) => {
                        self.heard_since = 0;
                        return Ok((description, noise));
                    }
                    Ok(None) => {
                        noise.get_or_insert_with(|| format!("wrote before it introduced itself: {}", quote(line)));
                    }
                    Err(error) => return Err(Reason::Introduction(error, quote(line))),
                }
            }
            if self.heard_since > SPARE {
                return Err(Reason::Flood(after_noise(noise)));
            }
            match self.listen(deadline) {
                Ok(()) => {}
                Err(Breach::End) => {
                    let how = "its output is closed, but it has not exited".to_owned();
                    return Err(Reason::Ended(how, after_noise(noise)));
                }
                Err(_) => return Err(Reason::Silent(limits.start, after_noise(noise))),
            }
        }
    }

    /// Heeds another signal to stop.
    pub(super) fn heed(&mut self, stop: &Stop) {
        self.stop = stop.clone();
    }

    /// Whether no question is in flight.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Whether this process has answered any question.
    pub(super) fn is_proven(&self) -> bool {
        self.proven
    }

    /// Sends questions with consecutive ids until `width` of them are in flight.
    ///
    /// Waits until half of them are answered, to send many lines at once.
    ///
    /// Sends nothing if the oldest question has waited for `timeout`, even if later ones were answered. The later ones
    /// are then answered, and the timeout hits the oldest.
    pub(super) fn fill<'a>(
        &mut self,
        width: usize,
        timeout: Duration,
        mut next: impl FnMut() -> Option<(usize, &'a Question)>,
    ) {
        if self.in_flight.len() > width / 2 || self.bytes_in_flight > BYTES_IN_FLIGHT / 2 {
            return;
        }
        let now = Instant::now();
        if let Some((&id, _)) = self.in_flight.first_key_value() {
            if self.oldest.0 != id {
                self.oldest = (id, now);
            } else if now.duration_since(self.oldest.1) >= timeout {
                return;
            }
        } else {
            self.quiet_since = now;
            self.heard_since = 0;
        }
        let mut batch = Vec::new();
        while self.in_flight.len() < width && self.bytes_in_flight < BYTES_IN_FLIGHT {
            let Some((position, question)) = next() else { break };
            let (id, before) = (self.asked.end, batch.len());
            protocol::write_question(&mut batch, id, question);
            let bytes = batch.len() - before;
            self.in_flight.insert(id, InFlight { position, operation: question.operation(), bytes, sent_at: now });
            self.bytes_in_flight += bytes;
            self.asked.end += 1;
        }
        if !batch.is_empty() {
            self.process.send(batch);
        }
    }

    /// Waits for the next answer, up to `timeout` after the previous one.
    pub(super) fn hear(&mut self, timeout: Duration) -> Result<Heard, Breach> {
        loop {
            if let Some(range) = self.lines.take() {
                return self.read(range);
            }
            let patience = if self.input_failed { timeout.min(LAST_MOMENT) } else { timeout };
            let deadline = self.quiet_since + patience;
            // Input that has arrived is read even after the deadline, in case this process was slow. `SPARE` is the
            // limit.
            if self.heard_since > SPARE && Instant::now() > deadline {
                return Err(Breach::Silence);
            }
            self.listen(deadline)?;
            let rest = self.lines.rest();
            if rest.len() > SPARE && rest.len() > self.line_limit() {
                return Err(self.too_long(rest));
            }
        }
    }

    /// The next line that has arrived while no question waits. Returns `None` if there is none.
    pub(super) fn overhear(&mut self) -> Option<Result<Heard, Breach>> {
        self.quiet_since = Instant::now();
        match self.hear(Duration::ZERO) {
            Err(Breach::Silence) => None,
            heard => Some(heard),
        }
    }

    /// Closes the input of a process that has answered everything. Later lines can still be [read](Self::hear).
    pub(super) fn hang_up(&mut self) {
        self.process.close_input();
        self.quiet_since = Instant::now();
        self.heard_since = 0;
    }

    /// Whether the process has written more without an answer than is allowed.
    pub(super) fn is_flooding(&self) -> bool {
        self.heard_since > SPARE
    }

    /// Waits for the exit of a process after the end of its input. Returns a message if it did not exit cleanly.
    pub(super) fn close(&mut self, patience: Duration) -> Option<String> {
        let text = match self.process.close(patience) {
            Some(status) if status.success() && self.lines.rest().is_empty() => return None,
            Some(status) => format!("exited with {status}"),
            None => "did not exit".to_owned(),
        };
        Some(format!("{text} after the end of its input{}{}", self.unfinished_line(), self.last_words()))
    }

    /// Ends the process after a breach. Returns the violation, and the questions in flight with their waiting times,
    /// the oldest first.
    pub(super) fn break_off(&mut self, breach: Breach, timeout: Duration) -> (Violation, Vec<(usize, Duration)>) {
        let now = Instant::now();
        let suspects =
            self.in_flight.values().map(|question| (question.position, now.duration_since(question.sent_at)));
        let suspects = suspects.collect();
        let may_have_exited = matches!(breach, Breach::End) || self.input_failed;
        let status = self.process.close(if may_have_exited { LAST_MOMENT } else { Duration::ZERO });
        let words = format!("{}{}", self.unfinished_line(), self.last_words());
        let violation = match (breach, status) {
            (Breach::Line(text), _) => {
                let text = text + &self.last_words();
                Violation { outcome: Outcome::Garbled(text.clone()), text }
            }
            (Breach::Silence, _) if !self.input_failed => {
                let silence = format!("no answer within {timeout:?}");
                Violation { text: format!("{silence}{words}"), outcome: Outcome::TimedOut(silence) }
            }
            (_, Some(status)) => Violation::crashed(format!("the process ended ({status}){words}")),
            (Breach::End, None) => Violation::crashed(format!("the process closed its output without exiting{words}")),
            (Breach::Silence, None) => {
                Violation::crashed(format!("the process closed its input without exiting{words}"))
            }
        };
        (violation, suspects)
    }

    fn read(&mut self, range: Range<usize>) -> Result<Heard, Breach> {
        let line = self.lines.get(range);
        if line.len() > SPARE && line.len() > self.line_limit() {
            return Err(self.too_long(line));
        }
        match protocol::read_answer(line, |id| self.in_flight.get(&id).map(|question| question.operation)) {
            Ok((id, outcome)) => {
                // `read_answer` looked the id up in `in_flight`, so the question is there.
                let Some(question) = self.in_flight.remove(&id) else { return Ok(Heard::Again(id)) };
                self.bytes_in_flight -= question.bytes;
                // Pipelined questions wait for one another. The time of a question starts at the previous answer.
                let elapsed = self.heard_at.saturating_duration_since(question.sent_at.max(self.quiet_since));
                self.quiet_since = self.heard_at;
                self.heard_since = 0;
                self.proven = true;
                Ok(Heard::Answer { position: question.position, outcome, elapsed })
            }
            Err(BadAnswer::UnknownId(id)) if self.asked.contains(&id) => Ok(Heard::Again(id)),
            Err(error) => Err(Breach::Line(format!("{error}; the line starts with {}", quote(line)))),
        }
    }

    /// The next event. `None` if there is none before the deadline, or before the signal to stop.
    fn next_event(&mut self, deadline: Instant) -> Option<Event> {
        loop {
            let next = deadline.min(Instant::now() + STOP_CHECKED);
            let event = self.process.next_event(next);
            if event.is_some() || next == deadline || self.stop.is_given() {
                return event;
            }
        }
    }

    /// Waits for the next event and stores its data.
    fn listen(&mut self, deadline: Instant) -> Result<(), Breach> {
        if self.ended {
            return Err(Breach::End);
        }
        match self.next_event(deadline) {
            Some(Event::Output(chunk)) => {
                self.heard_at = Instant::now();
                self.heard_since += chunk.len();
                self.lines.push(chunk);
                Ok(())
            }
            Some(Event::InputFailed) => {
                // It may have answered before this. Its earlier output counts.
                self.input_failed = true;
                Ok(())
            }
            Some(Event::End) => {
                self.ended = true;
                Err(Breach::End)
            }
            None => Err(Breach::Silence),
        }
    }

    fn line_limit(&self) -> usize {
        let longest = self.in_flight.values().map(|question| question.bytes).max().unwrap_or_default();
        SPARE + 8 * longest
    }

    fn too_long(&self, line: &[u8]) -> Breach {
        Breach::Line(format!("a line of more than {} bytes; it starts with {}", self.line_limit(), quote(line)))
    }

    fn unfinished_line(&self) -> String {
        match self.lines.rest() {
            [] => String::new(),
            rest => format!("; it left an unfinished line: {}", quote(rest)),
        }
    }

    fn last_words(&self) -> String {
        match self.process.stderr().last() {
            Some(line) => format!("; its standard error ends with {}", quote(line.as_bytes())),
            None => String::new(),
        }
    }
}

/// The start of a line, escaped for messages.
fn quote(line: &[u8]) -> String {
    const SHOWN: usize = 120;
    let shown = Text::from(line[..line.len().min(SHOWN)].to_vec());
    if line.len() > SHOWN { format!("{shown:?}…") } else { format!("{shown:?}") }
}
