//! [`Session`]: the report of `qsh mock`.

mod human;
mod junit;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use super::exchange::{CanonicalRequests, Exchange, FlawEntry, Outcome, Refusal};
use super::flaw::OWN_KEY;
use super::order::INSTALLED;
use super::product::Product;

/// The report of `qsh mock`: the requests between product and app, and their outcomes.
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
    /// The calls that should have come and never came, each as method and path below the base URL.
    pub missing: Vec<String>,
    /// What else is wrong or not known, as sentences.
    pub problems: Vec<String>,
    /// What was not sent because of `--skip` or `--state`, as `ORDER` or `ORDER/FLAW`.
    pub skipped: Vec<String>,
    /// What did not happen and need not, as sentences.
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
    /// The name of the order.
    pub order: String,
    /// What was wrong with them on purpose.
    pub flaw: Option<FlawEntry>,
    /// What should have come of them.
    pub expected: Outcome,
    /// What came of the first one that was not as expected, or of the first one.
    pub outcome: Outcome,
    /// Whether all were as expected.
    pub is_fine: bool,
    /// Whether that says something. A refusal says nothing if the app refuses the right request, too.
    pub is_conclusive: bool,
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
    /// Whether nothing was sent in either direction.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.refused.is_empty() && self.accepted_calls == 0
    }

    /// Whether nothing is wrong or unknown:
    ///
    /// - Something was sent, and the app treated every request as expected.
    /// - No call of the app was refused, and every expected call came.
    /// - The command succeeded.
    pub fn is_fine(&self) -> bool {
        !self.is_empty()
            && self.checks.iter().all(|check| check.is_fine && check.is_conclusive)
            && self.refused.is_empty()
            && self.missing.is_empty()
            && self.problems.is_empty()
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

/// The most causes of refused calls that are told apart.
const MOST: usize = 500;

/// Counts the exchanges.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    checks: Vec<CheckEntry>,
    causes: Vec<CauseEntry>,
    accepted_calls: usize,
    /// The calls that have to come, and whether they came.
    expected: BTreeMap<String, bool>,
    /// The calls that have a file, and whether they came.
    fixtures: BTreeMap<String, bool>,
    problems: Vec<String>,
    notes: BTreeSet<String>,
}

impl Tally {
    pub(super) fn new(expected: &[String], fixtures: impl Iterator<Item = String>) -> Self {
        let expected = expected.iter().map(|call| (call.clone(), false)).collect();
        Self { expected, fixtures: fixtures.map(|call| (call, false)).collect(), ..Self::default() }
    }

    pub(super) fn add(&mut self, exchange: &Exchange) {
        match &exchange.order {
            Some(order) => self.add_check(exchange, order),
            None => self.add_call(exchange),
        }
    }

    /// Notes that a call came: method, and path below the base URL.
    pub(super) fn note_call(&mut self, call: &str) {
        for calls in [&mut self.expected, &mut self.fixtures] {
            calls.get_mut(call).into_iter().for_each(|came| *came = true);
        }
    }

    /// Notes that something is wrong or not known. The same is noted once.
    pub(super) fn note_problem(&mut self, problem: &str) {
        if self.problems.len() < MOST && !self.problems.iter().any(|it| it == problem) {
            self.problems.push(problem.to_owned());
        }
    }

    /// Notes a fact that may surprise. The same is noted once.
    pub(super) fn note(&mut self, what: &str) {
        if self.notes.len() < MOST {
            self.notes.insert(what.to_owned());
        }
    }

    /// Notes that refusals of an order with a flaw say nothing.
    pub(super) fn note_inconclusive(&mut self, site: &str, order: &str) {
        let is_refusal = |check: &&mut CheckEntry| check.flaw.is_some() && check.is_fine;
        let checks =
            self.checks.iter_mut().filter(|check| (check.site.as_str(), check.order.as_str()) == (site, order));
        checks.filter(is_refusal).for_each(|check| check.is_conclusive = false);
    }

    fn add_check(&mut self, exchange: &Exchange, order: &str) {
        let Exchange { site, what, flaw, expected, outcome, is_fine, .. } = exchange;
        let is_same = |it: &CheckEntry| (it.site.as_str(), it.order.as_str(), &it.flaw) == (site, order, flaw);
        match self.checks.iter().position(is_same) {
            Some(place) => {
                let check = &mut self.checks[place];
                check.count += 1;
                if check.is_fine && !is_fine {
                    (check.is_fine, check.outcome, check.answer) = (false, *outcome, answer(exchange));
                    check.diagnosis.clone_from(&exchange.diagnosis);
                }
            }
            None => self.checks.push(CheckEntry {
                site: site.clone(),
                what: what.clone(),
                order: order.to_owned(),
                flaw: *flaw,
                expected: *expected,
                outcome: *outcome,
                is_fine: *is_fine,
                is_conclusive: true,
                count: 1,
                answer: answer(exchange),
                diagnosis: exchange.diagnosis.clone(),
            }),
        }
    }

    fn add_call(&mut self, exchange: &Exchange) {
        let Some(refusal) = &exchange.refusal else {
            self.accepted_calls += usize::from(exchange.is_fine);
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
            None => self.note_problem("more calls were refused, for more causes than are told apart"),
        }
    }

    pub(super) fn session(
        self,
        app: AppEntry,
        product: Product,
        is_key_asked_for: bool,
        limits: Vec<String>,
    ) -> Session {
        let never = |calls: BTreeMap<String, bool>| calls.into_iter().filter(|(_, came)| !came).map(|(call, _)| call);
        let of_install = |check: &&CheckEntry| check.order == INSTALLED;
        let is_installed = |check: &CheckEntry| check.flaw.is_none() && check.outcome == Outcome::Accepted;
        // An app that knows the key from before refuses another one.
        let refuses_keys = |check: &CheckEntry| check.flaw.is_some_and(|flaw| flaw.name == OWN_KEY) && check.is_fine;
        let mut installs = self.checks.iter().filter(of_install);
        let mut problems = self.problems;
        if !is_key_asked_for && installs.clone().any(is_installed) && !installs.any(refuses_keys) {
            let what = "the app never asked for the key of install callbacks: it cannot have verified one with it";
            problems.insert(0, what.to_owned());
        }
        problems.extend(limits.into_iter().map(|what| format!("not read: {what}")));
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
            missing: never(self.expected).collect(),
            problems,
            skipped: Vec::new(),
            notes: never(self.fixtures)
                .map(|call| format!("{call}: the fixture was never asked for"))
                .chain(self.notes)
                .collect(),
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
