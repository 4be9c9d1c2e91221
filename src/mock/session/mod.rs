//! [`Session`]: what came of the requests between product and app.

mod human;
mod junit;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use super::exchange::{CanonicalRequests, Direction, Exchange, FlawEntry, Outcome, Refusal};
use super::product::Product;

/// What came of the requests between product and app: the JSON report of `qsh mock`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Session {
    /// `qsh-mock-report`.
    pub format: &'static str,
    /// The version of the format.
    pub version: u32,
    /// The app.
    pub app: AppEntry,
    /// The product.
    pub product: Product,
    /// The requests to the app, each kind once.
    pub checks: Vec<CheckEntry>,
    /// How many calls of the app were accepted.
    pub accepted_calls: usize,
    /// The causes of refused calls, the most frequent first.
    pub refused: Vec<CauseEntry>,
    /// What should have come and never came.
    pub missing: Vec<String>,
    /// What never came and need not: facts that may surprise.
    pub notes: Vec<String>,
    /// The command that was run.
    pub command: Option<CommandEntry>,
    /// How long it all took, in milliseconds.
    pub millis: u64,
}

/// An app.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "made by the product, field by field")]
pub struct AppEntry {
    /// Its key.
    pub key: String,
    /// The URL that requests went to.
    pub url: String,
    /// The base URL of its descriptor.
    pub base_url: String,
}

/// Requests of one kind to the app.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckEntry {
    /// The name of the site.
    pub site: String,
    /// The title of the order.
    pub what: String,
    /// What was wrong with them on purpose.
    pub flaw: Option<FlawEntry>,
    /// What should have come of them.
    pub expected: Outcome,
    /// What came of the first one that was not as expected, or of the first one.
    pub outcome: Outcome,
    /// Whether all were as expected.
    pub is_fine: bool,
    /// How many there were.
    pub count: usize,
    /// The answer, in one line.
    pub answer: String,
    /// What is known of a right request that was refused.
    pub diagnosis: Option<String>,
}

/// Calls of the app that were refused for the same cause.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CauseEntry {
    /// Why.
    pub refusal: Refusal,
    /// The mistakes that explain it.
    pub mistakes: Vec<String>,
    /// How many there were.
    pub count: usize,
    /// The first one.
    pub example: String,
    /// What was hashed for it, if the hash is wrong.
    pub canonical: Option<CanonicalRequests>,
    /// What is known of it.
    pub diagnosis: Option<String>,
}

/// The command of `--exec`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line, field by field")]
pub struct CommandEntry {
    /// The command.
    pub line: String,
    /// Its exit code. `None` if a signal ended it.
    pub code: Option<i32>,
}

impl Session {
    /// Whether nothing went wrong: every request to the app was treated as expected, no call of the app was refused, everything
    /// that should have come came, and the command succeeded.
    pub fn is_fine(&self) -> bool {
        self.checks.iter().all(|check| check.is_fine)
            && self.refused.is_empty()
            && self.missing.is_empty()
            && self.command.as_ref().is_none_or(|command| command.code == Some(0))
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").expect("the report has only texts and numbers")
    }

    /// The report for people.
    pub fn to_human(&self) -> String {
        human::write(self)
    }

    /// The report as JUnit XML: a test case for each kind of request to the app, for each cause of refused calls, for each call
    /// that never came, and for the command.
    pub fn to_junit(&self) -> String {
        junit::write(self)
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

/// The most causes, and the most kinds of requests, that are told apart.
const MOST: usize = 500;

/// Counts the exchanges.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    checks: Vec<CheckEntry>,
    causes: Vec<CauseEntry>,
    accepted_calls: usize,
    calls: BTreeSet<String>,
    fixtures: BTreeSet<String>,
}

impl Tally {
    pub(super) fn add(&mut self, exchange: &Exchange) {
        match exchange.direction {
            Direction::ToApp => self.add_check(exchange),
            Direction::FromApp => self.add_call(exchange),
        }
    }

    /// Notes that a file was asked for.
    pub(super) fn note_fixture(&mut self, call: &str) {
        self.fixtures.insert(call.to_owned());
    }

    fn add_check(&mut self, exchange: &Exchange) {
        let Exchange { site, what, flaw, expected, outcome, is_fine, .. } = exchange;
        let is_same = |it: &CheckEntry| (&it.site, &it.what, &it.flaw) == (site, what, flaw);
        match self.checks.iter().position(is_same) {
            Some(place) => {
                let check = &mut self.checks[place];
                check.count += 1;
                if check.is_fine && !is_fine {
                    (check.is_fine, check.outcome, check.answer) = (false, *outcome, answer(exchange));
                    check.diagnosis.clone_from(&exchange.diagnosis);
                }
            }
            None if self.checks.len() < MOST => self.checks.push(CheckEntry {
                site: site.clone(),
                what: what.clone(),
                flaw: *flaw,
                expected: *expected,
                outcome: *outcome,
                is_fine: *is_fine,
                count: 1,
                answer: answer(exchange),
                diagnosis: exchange.diagnosis.clone(),
            }),
            None => {}
        }
    }

    fn add_call(&mut self, exchange: &Exchange) {
        if self.calls.len() < MOST {
            self.calls.insert(exchange.what.clone());
        }
        let Some(refusal) = &exchange.refusal else {
            self.accepted_calls += 1;
            return;
        };
        let mistakes = &exchange.mistakes;
        let is_same = |it: &CauseEntry| (&it.refusal, &it.mistakes) == (refusal, mistakes);
        match self.causes.iter().position(is_same) {
            Some(place) => self.causes[place].count += 1,
            None if self.causes.len() < MOST => self.causes.push(CauseEntry {
                refusal: refusal.clone(),
                mistakes: mistakes.clone(),
                count: 1,
                example: format!("{} {}", exchange.request.method, exchange.request.target),
                canonical: exchange.canonical.clone(),
                diagnosis: exchange.diagnosis.clone(),
            }),
            None => {}
        }
    }

    pub(super) fn session(
        self,
        app: AppEntry,
        product: Product,
        key_requests: usize,
        fixtures: impl Iterator<Item = String>,
        expected: &[String],
    ) -> Session {
        let mut notes: Vec<String> = fixtures
            .filter(|call| !self.fixtures.contains(call))
            .map(|call| format!("{call}: the fixture was never asked for"))
            .collect();
        let is_installed = |check: &CheckEntry| {
            check.flaw.is_none() && check.outcome == Outcome::Accepted && check.what.starts_with("Install")
        };
        if key_requests == 0 && self.checks.iter().any(is_installed) {
            notes.insert(
                0,
                "the app never asked for the key of install callbacks: it cannot have verified one with it".to_owned(),
            );
        }
        let mut refused = self.causes;
        refused.sort_by_key(|cause| std::cmp::Reverse(cause.count));
        Session {
            format: "qsh-mock-report",
            version: 1,
            app,
            product,
            checks: self.checks,
            accepted_calls: self.accepted_calls,
            refused,
            missing: expected.iter().filter(|call| !self.calls.contains(*call)).cloned().collect(),
            notes,
            command: None,
            millis: 0,
        }
    }
}

/// The answer to a request, in one line.
fn answer(exchange: &Exchange) -> String {
    const LONGEST: usize = 160;
    match (&exchange.response, &exchange.problem) {
        (Some(response), _) => {
            let body = response.body.split_whitespace().collect::<Vec<_>>().join(" ");
            let cut = body.char_indices().nth(LONGEST).map_or(body.as_str(), |(end, _)| &body[..end]);
            format!("{} {cut}", response.status).trim_end().to_owned()
        }
        (None, problem) => problem.clone().unwrap_or_default(),
    }
}
