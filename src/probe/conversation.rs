//! [`Conversation`]: the requests of a probe, and the good request between them that shows whether they mean something.

use std::thread;
use std::time::Duration;

use super::check::{Check, Checked};
use super::progress::Progress;
use super::settings::Settings;
use super::tokens;
use crate::adapter::http::{App, Exchange, Reading};
use crate::adapter::{Adapter, Reply};
use crate::suite::case::Question;
use crate::suite::outcome::Outcome;

/// The longest time to wait for an app that asks for patience.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why no more requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// The limit of requests is reached.
    Limit,
    /// The app takes the good request no more: it has locked itself, or it limits rates.
    Locked(String),
}

/// The requests of a probe.
pub(super) struct Conversation<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    progress: &'a dyn Progress,
    /// The checks that were made and that mean something.
    pub(super) made: Vec<Checked>,
    /// The ids of the checks after which the good request was refused, or that the app had no time for.
    pub(super) inconclusive: Vec<String>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(app: &'a mut App, settings: &'a Settings, progress: &'a dyn Progress) -> Self {
        Self { app, settings, progress, made: Vec::new(), inconclusive: Vec::new() }
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

    /// Sends a question once; and once more if the app asks for patience.
    pub(super) fn ask(&mut self, question: &Question) -> Result<(Reply, Option<Exchange>), Stop> {
        let mut asked = self.once(question)?;
        if let Some(wait) = self.patience(&asked.1) {
            thread::sleep(wait);
            asked = self.once(question)?;
        }
        Ok(asked)
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

    /// How long to wait, if the app asks for patience.
    fn patience(&self, exchange: &Option<Exchange>) -> Option<Duration> {
        let response = exchange.as_ref()?.response.as_ref().ok()?;
        let seconds = response.header("Retry-After").and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(1);
        (self.app.read(response) == Reading::Busy).then(|| Duration::from_secs(seconds).min(PATIENCE))
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
    pub(super) fn group(&mut self, name: &str, checks: Vec<Check>) -> Result<(), Stop> {
        self.progress.step(name);
        let before = self.made.len();
        for check in checks {
            self.make(check)?;
        }
        // What the app had no time for is no finding.
        let is_conclusive = |checked: &Checked| self.patience(&checked.exchange).is_none();
        // What HTTP cannot carry was not sent.
        let sent = self.made[before..].iter().filter(|checked| checked.exchange.is_some()).cloned();
        let (kept, busy): (Vec<_>, Vec<_>) = sent.partition(is_conclusive);
        self.made.truncate(before);
        self.inconclusive.extend(busy.into_iter().map(|it| it.check.case.id));
        let (control, _) = self.ask(&tokens::good(self.settings).case.question)?;
        if matches!(control.outcome, Outcome::Ok(_)) {
            self.made.extend(kept);
            return Ok(());
        }
        self.inconclusive.extend(kept.into_iter().map(|it| it.check.case.id));
        Err(Stop::Locked(match control.outcome {
            Outcome::Rejected { message, .. } => message,
            Outcome::Fault { kind, message } => format!("{kind} {message}"),
            Outcome::Crashed(words) | Outcome::TimedOut(words) => words,
            other => other.kind().to_owned(),
        }))
    }
}
