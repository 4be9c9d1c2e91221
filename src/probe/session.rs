//! [`Session`]: the requests of a probe, and the good request between them that shows whether they mean something.

use std::thread;
use std::time::Duration;

use super::check::{Check, Checked, bare};
use super::kind::no_token_clause;
use super::progress::Progress;
use super::settings::{Settings, now};
use super::tokens;
use crate::adapter::http::{App, Exchange, Reading};
use crate::adapter::{Adapter, Reply};
use crate::suite::case::Question;
use crate::suite::outcome::Outcome;

/// The longest time to wait for an app that takes no more requests for now.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The number of such answers in a row after which the probe ends.
const MOST_BUSY: usize = 3;
/// The age in seconds at which a token is signed again. It is good for two minutes.
const OLD: i64 = 20;

/// Why no more requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The limit of requests is reached.
    Limit,
    /// The app no longer accepts the good request. The text is its answer.
    Locked(String),
    /// The app accepts a request without a good token, after it has seen one.
    Remembers,
}

/// The requests of a probe.
pub(super) struct Session<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    progress: &'a dyn Progress,
    /// The checks that were made and that mean something.
    pub(super) made: Vec<Checked>,
    /// Whether the app refused a bad token before it saw a good one.
    refused_bad: bool,
    /// How many answers in a row said that the app takes no more requests for now.
    busy: usize,
    /// The ids of the checks after which the good request was refused, or that the app had no time for.
    pub(super) inconclusive: Vec<String>,
}

impl<'a> Session<'a> {
    pub(super) fn new(app: &'a mut App, settings: &'a Settings, progress: &'a dyn Progress) -> Self {
        Self { app, settings, progress, made: Vec::new(), refused_bad: false, busy: 0, inconclusive: Vec::new() }
    }

    pub(super) fn progress(&self, what: &str) {
        self.progress.step(what);
    }

    pub(super) fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// How many more requests may be sent.
    pub(super) fn left(&self) -> usize {
        self.app.left()
    }

    /// Sends a question once, and once more if the app takes no more requests for now.
    pub(super) fn ask(&mut self, question: &Question) -> Result<(Reply, Option<Exchange>), Stop> {
        let mut asked = self.once(question)?;
        if let Some(wait) = self.retry_after(&asked.1) {
            thread::sleep(wait);
            asked = self.once(question)?;
        }
        self.busy = if self.retry_after(&asked.1).is_some() { self.busy + 1 } else { 0 };
        match asked.1.as_ref().and_then(|exchange| exchange.response.as_ref().ok()) {
            Some(response) if self.busy == MOST_BUSY => Err(Stop::Locked(response.status.to_string())),
            _ => Ok(asked),
        }
    }

    fn once(&mut self, question: &Question) -> Result<(Reply, Option<Exchange>), Stop> {
        if self.app.left() == 0 {
            return Err(Stop::Limit);
        }
        let reply = self.app.ask(std::slice::from_ref(question), &mut |_| {}).pop();
        let exchange = self.app.exchanges().first().cloned().flatten();
        self.progress.sent(self.app.sent());
        reply.map(|reply| (reply, exchange)).ok_or(Stop::Limit)
    }

    /// How long to wait, if the app takes no more requests for now.
    fn retry_after(&self, exchange: &Option<Exchange>) -> Option<Duration> {
        let response = exchange.as_ref()?.response.as_ref().ok()?;
        let seconds = response.header("Retry-After").and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(1);
        (self.app.read(response) == Reading::Busy).then(|| Duration::from_secs(seconds).min(LONGEST_WAIT))
    }

    /// Whether the app accepts a request.
    pub(super) fn accepts(&mut self, question: &Question) -> Result<bool, Stop> {
        Ok(matches!(self.ask(question)?.0.outcome, Outcome::Ok(_)))
    }

    /// Makes one check, and keeps it.
    pub(super) fn make(&mut self, check: Check) -> Result<&Checked, Stop> {
        let (reply, exchange) = self.ask(&check.case.question)?;
        self.made.push(Checked { check, reply, exchange });
        Ok(&self.made[self.made.len() - 1])
    }

    /// Makes the checks of a group, and then sends the good request. If that is refused, the checks say nothing.
    ///
    /// `checks` makes the same list each time. A list whose tokens have become old is made again.
    pub(super) fn group(&mut self, name: &str, checks: &dyn Fn() -> Vec<Check>) -> Result<(), Stop> {
        let mut fresh = Fresh::new(checks);
        let is_selected = |check: &Check| self.settings.selection.takes(&check.case);
        // Without checks there is nothing to control.
        if !fresh.list().iter().any(is_selected) {
            return Ok(());
        }
        self.controlled(name, |session| {
            for place in 0..fresh.list().len() {
                let check = fresh.list()[place].clone();
                if session.settings.selection.takes(&check.case) {
                    session.make(check)?;
                }
            }
            Ok(())
        })
    }

    /// Does work that makes checks, and then sends the good request. If that is refused, or if the work ends early, the checks
    /// say nothing.
    pub(super) fn controlled<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        self.progress.step(name);
        let before = self.made.len();
        let done = work(self);
        let made = self.made.split_off(before);
        // What HTTP cannot carry was not sent. What the app had no time for is no finding.
        let sent = made.into_iter().filter(|checked| checked.exchange.is_some());
        let (kept, busy): (Vec<_>, Vec<_>) = sent.partition(|checked| self.retry_after(&checked.exchange).is_none());
        self.inconclusive.extend(busy.into_iter().map(|it| it.check.case.id));
        match done.and_then(|done| self.control().map(|()| done)) {
            Ok(done) => {
                self.made.extend(kept);
                Ok(done)
            }
            Err(stop) => {
                self.inconclusive.extend(kept.into_iter().map(|it| it.check.case.id));
                Err(stop)
            }
        }
    }

    /// Sends a token with a wrong signature, before the app has seen a good one.
    pub(super) fn send_bad(&mut self) -> Result<(), Stop> {
        if let Some(check) = tokens::bad(self.settings) {
            self.refused_bad = !self.accepts(&check.case.question)?;
        }
        Ok(())
    }

    /// Sends the good request, and then one without a token and one with a bad token. An app that accepts one of these now
    /// remembers the good one.
    fn control(&mut self) -> Result<(), Stop> {
        let (control, _) = self.ask(&tokens::good(self.settings).case.question)?;
        let refused = match control.outcome {
            Outcome::Ok(_) => {
                let question = bare(self.settings, self.settings.request());
                let clause = no_token_clause(self.settings.kind);
                let none = Check::new("start", "no_token_after_good", clause, false, question);
                let none = none.with_summary("a request without a token is refused, after a good one");
                let bad = tokens::bad(self.settings).filter(|_| self.refused_bad);
                for check in [none].into_iter().chain(bad) {
                    let (reply, exchange) = self.ask(&check.case.question)?;
                    if matches!(reply.outcome, Outcome::Ok(_)) {
                        self.made.push(Checked { check, reply, exchange });
                        return Err(Stop::Remembers);
                    }
                }
                return Ok(());
            }
            Outcome::Rejected { message, .. } => message,
            Outcome::Fault { kind, message } => format!("{kind} {message}"),
            Outcome::Crashed(words) | Outcome::TimedOut(words) => words,
            other => other.kind().to_owned(),
        };
        Err(Stop::Locked(refused))
    }
}

/// A list of checks or of other requests whose tokens are signed again when they have become old.
pub(super) struct Fresh<'f, T> {
    make: &'f dyn Fn() -> Vec<T>,
    list: Vec<T>,
    signed: i64,
}

impl<'f, T> Fresh<'f, T> {
    /// A list, signed now. `make` makes the same list each time.
    pub(super) fn new(make: &'f dyn Fn() -> Vec<T>) -> Self {
        Self { make, list: make(), signed: now() }
    }

    /// The list, with tokens that are not old.
    pub(super) fn list(&mut self) -> &[T] {
        if now() - self.signed > OLD {
            (self.list, self.signed) = ((self.make)(), now());
        }
        &self.list
    }
}
