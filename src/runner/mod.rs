//! Runs cases against adapters in parallel, and judges the outcomes.
//!
//! A token that an adapter signs is verified by our own verifier, and then by every other adapter with a verifier.

mod ask;
mod judge;
mod others;
mod pool;

use std::fmt;
use std::time::Duration;

use qsh_diagnose::Deviation;

use crate::adapter::protocol::Description;
use crate::adapter::{Adapter, Reply};
use crate::suite::baseline::{Baseline, Known};
use crate::suite::case::{Case, Expectation, Level};
use crate::suite::outcome::Outcome;
use crate::suite::verdict::{Reasons, Verdict};
use ask::Asked;
pub use ask::ask;
pub use judge::CaseReport;
use judge::{Judge, is_asked};
pub use others::Dispute;

/// The prefix of an obsolete entry that is a choice of a dialect.
pub(crate) const DIALECT: &str = "dialect ";

/// An adapter to run, with its baseline.
pub struct Participant<'p> {
    /// Its name in this run.
    pub name: String,
    /// Its known failures.
    pub baseline: Baseline,
    /// Makes it ready and starts it. May take long, and reports its steps.
    pub start: Start<'p>,
}

/// Makes an adapter ready and starts it. Reports the steps of the set-up.
pub type Start<'p> = Box<dyn FnOnce(&mut dyn FnMut(&str)) -> Started + Send + 'p>;

/// A started adapter, or the reason why it did not start.
pub type Started = Result<Box<dyn Adapter>, NotStarted>;

impl fmt::Debug for Participant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("name", &self.name)
            .field("baseline", &self.baseline)
            .finish_non_exhaustive()
    }
}

/// Why an adapter did not start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either this machine lacks something, or the adapter is at fault")]
pub enum NotStarted {
    /// This machine lacks something that it needs, such as its language's runtime. The text says what.
    Unavailable(String),
    /// It exists, but does not work. The text says why.
    Unusable(String),
}

/// The results of one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AdapterReport<'v> {
    /// Its name in this run.
    pub name: String,
    /// Its introduction. `None` if it did not start.
    pub description: Option<Description>,
    /// Why it did not start.
    pub not_started: Option<NotStarted>,
    /// A result for every case. Empty if the adapter is unavailable on this machine.
    pub results: Vec<CaseReport<'v>>,
    /// Problems without a guilty case.
    pub incidents: Vec<String>,
    /// Notes that do not affect the result.
    pub remarks: Vec<String>,
    /// The obsolete entries of its baseline. Empty unless all cases were run.
    pub stale: Vec<String>,
    /// The number of good tokens of other adapters that it was asked to verify.
    pub checked: usize,
    /// The tokens among them that it does not accept with the same claims.
    pub disputes: Vec<Dispute<'v>>,
    /// The cases whose tokens of other adapters it answers with `unsupported`, each with its message.
    pub unsupported_tokens: Vec<(&'v Case, String)>,
}

impl<'v> AdapterReport<'v> {
    /// The runtime that the adapter reports. Empty if it did not start.
    pub fn runtime(&self) -> &str {
        self.description.as_ref().map_or("", |description| &description.runtime)
    }

    /// The number of cases with this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.results.iter().filter(|result| result.verdict == verdict).count()
    }

    /// The `unsupported` cases that can fail and whose operation the adapter offers, each with the adapter's message.
    /// Includes the cases whose tokens of other adapters it does not support.
    pub fn unsupported(&self) -> Vec<(&'v Case, &str)> {
        let Some(description) = &self.description else { return Vec::new() };
        let asked = self.results.iter().filter(|it| it.case.level != Level::Open && is_asked(description, it.case));
        let unsupported = asked.filter_map(|result| match &result.outcome {
            Outcome::Unsupported(words) => Some((result.case, words.as_str())),
            _ => None,
        });
        unsupported.chain(self.unsupported_tokens.iter().map(|(case, words)| (*case, words.as_str()))).collect()
    }

    /// The number of known failures that the baseline does not explain yet.
    pub fn unexplained(&self) -> usize {
        let is_unexplained = |known: &Known| known.is_unexplained();
        let known = self.results.iter().filter(|result| result.verdict == Verdict::KnownFailure);
        known.filter(|result| result.known.as_ref().is_some_and(is_unexplained)).count()
    }

    /// Whether it started, but every case is `unsupported`. Open cases count only if there are no others.
    pub fn answers_none(&self) -> bool {
        let results = self.results.iter().map(|result| (result.case.level, &result.outcome));
        self.not_started.is_none() && answers_none(results)
    }
}

/// Whether all results are `unsupported`. Each result has the level of its case and its outcome. Open cases count only
/// if there are no others. Without results it is false.
pub(crate) fn answers_none<'o>(results: impl Iterator<Item = (Level, &'o Outcome)> + Clone) -> bool {
    let can_fail = |(level, _): &(Level, &Outcome)| *level != Level::Open;
    let is_any_decisive = results.clone().any(|result| can_fail(&result));
    let mut counting = results.filter(|result| !is_any_decisive || can_fail(result)).peekable();
    counting.peek().is_some() && counting.all(|(_, outcome)| matches!(outcome, Outcome::Unsupported(_)))
}

impl<'v> AdapterReport<'v> {
    /// The replies of an implementation that was asked outside of a run, such as a running app, judged.
    pub fn judged(
        description: &Description,
        replies: impl IntoIterator<Item = (&'v Case, Reply)>,
        baseline: &Baseline,
        options: Options,
    ) -> Self {
        let mut report = Self::of(description.name.clone());
        let here = Judge { baseline: &baseline.on(&description.runtime), reasons: options.reasons };
        let judged =
            |(case, reply): (&'v Case, Reply)| here.judge(case, reply.outcome, reply.elapsed, Some(description));
        report.results = replies.into_iter().map(judged).collect();
        report.description = Some(description.clone());
        report.stale = report.stale_by(baseline, options.coverage);
        report
    }

    /// A report without results.
    pub fn of(name: String) -> Self {
        Self {
            name,
            description: None,
            not_started: None,
            results: Vec::new(),
            incidents: Vec::new(),
            remarks: Vec::new(),
            stale: Vec::new(),
            checked: 0,
            disputes: Vec::new(),
            unsupported_tokens: Vec::new(),
        }
    }

    /// The same results, judged with another baseline.
    #[must_use]
    pub fn judged_by(self, baseline: &Baseline, options: Options) -> Self {
        let here = Judge { baseline: &baseline.on(self.runtime()), reasons: options.reasons };
        let description = self.description.as_ref();
        let again = |result: CaseReport<'v>| here.judge(result.case, result.outcome, result.elapsed, description);
        let results = self.results.into_iter().map(again).collect();
        let disputes = self.disputes.into_iter().map(|dispute| dispute.judged_by(here.baseline)).collect();
        let judged = Self { results, disputes, ..self };
        Self { stale: judged.stale_by(baseline, options.coverage), ..judged }
    }

    /// The entries of a baseline that no result needs.
    fn stale_by(&self, baseline: &Baseline, coverage: Coverage) -> Vec<String> {
        if coverage == Coverage::Some {
            return Vec::new();
        }
        let cases: Vec<&Case> = self.results.iter().map(|result| result.case).collect();
        let known = baseline.stale(&cases).into_iter().map(|entry| entry.case.clone());
        let choices = baseline.dialect().explained().map(|choice| choice.deviation);
        let is_needed = |choice: &Deviation| self.results.iter().any(|result| result.is_known_by(*choice));
        let choices = choices.filter(|choice| !is_needed(choice)).map(|choice| format!("{DIALECT}{choice}"));
        // A term can be about tokens that other adapters sign, even if no other adapter takes part in this run.
        let is_about_others = |case: &&Case| {
            let is_asked = self.description.as_ref().is_some_and(|description| is_asked(description, case));
            matches!(case.expect, Expectation::Signed(_)) && !is_asked
        };
        let about_others = cases.iter().copied().filter(is_about_others);
        let unsupported: Vec<&Case> =
            self.unsupported().into_iter().map(|(case, _)| case).chain(about_others).collect();
        let allowed = baseline.unsupported().stale(&unsupported).into_iter().map(|term| format!("unsupported {term}"));
        known.chain(choices).chain(allowed).collect()
    }
}

/// Receives the progress of a run. Calls come from several threads. `adapter` is the participant's position.
pub trait Progress: Sync {
    /// An adapter begins a step of its set-up.
    fn step(&self, adapter: usize, what: &str);
    /// An adapter is ready. This is the number of its questions.
    fn started(&self, adapter: usize, questions: usize);
    /// An adapter has answered a question.
    fn answered(&self, adapter: usize);
    /// An adapter has finished.
    fn finished(&self, adapter: usize);
}

/// Ignores the progress.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no state")]
pub struct NoProgress;

impl Progress for NoProgress {
    fn step(&self, _: usize, _: &str) {}
    fn started(&self, _: usize, _: usize) {}
    fn answered(&self, _: usize) {}
    fn finished(&self, _: usize) {}
}

/// Options of a run.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Options {
    /// The most adapters that run at once. At least one.
    pub jobs: usize,
    /// Which cases are run.
    pub coverage: Coverage,
    /// Which reason a refusal needs.
    pub reasons: Reasons,
}

/// Whether a run has all cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing between all and some")]
pub enum Coverage {
    /// All cases. Entries of a baseline that cover none of them are obsolete.
    All,
    /// Some cases. The run does not look for obsolete entries.
    Some,
}

/// Runs every case against every participant. Reports are in the order of the participants.
///
/// # Examples
///
/// Run our own implementation against the cases of one clause:
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::runner::{CaseReport, Coverage, NoProgress, Options, Participant, run};
/// use qsh::suite::baseline::Baseline;
/// use qsh::suite::case::{Case, Level};
/// use qsh::suite::load::Vectors;
/// use qsh::suite::verdict::Reasons;
///
/// let vectors = Vectors::embedded()?;
/// let cases: Vec<&Case> = vectors.cases().filter(|case| case.clauses[0] == "QSH-P7").collect();
/// let ours = Participant {
///     name: "built-in".to_owned(),
///     baseline: Baseline::default(),
///     start: Box::new(|_| Ok(Box::<BuiltIn>::default())),
/// };
/// let options = Options { jobs: 1, coverage: Coverage::Some, reasons: Reasons::Exact };
/// let reports = run(vec![ours], &cases, options, &NoProgress);
/// assert_eq!(reports[0].results.len(), cases.len());
/// let has_failed = |result: &CaseReport<'_>| result.verdict.fails(result.case.level, Level::Should);
/// assert!(!reports[0].results.iter().any(has_failed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run<'v>(
    participants: Vec<Participant<'_>>,
    cases: &[&'v Case],
    options: Options,
    progress: &dyn Progress,
) -> Vec<AdapterReport<'v>> {
    let order: Vec<usize> = (0..participants.len()).collect();
    run_in_order(&order, participants, cases, options, progress)
}

/// [`run`], with the positions of the participants in the order in which they start. A run takes least time if those that
/// take longest start first.
pub fn run_in_order<'v>(
    order: &[usize],
    participants: Vec<Participant<'_>>,
    cases: &[&'v Case],
    options: Options,
    progress: &dyn Progress,
) -> Vec<AdapterReport<'v>> {
    let is_alone = participants.len() < 2;
    let is_asked_later = |adapter: &dyn Adapter| !is_alone && others::is_asked(adapter.description(), cases);
    let mut ran = pool::each(participants, order, options.jobs, |index, participant| {
        let ran = run_one(index, participant, cases, options.reasons, is_asked_later, progress);
        progress.finished(index);
        ran
    });
    others::verify(&mut ran, order, options);
    let finished = ran.into_iter().map(|Ran { mut report, baseline, .. }| {
        if report.description.is_some() {
            report.stale = report.stale_by(&baseline, options.coverage);
        }
        report
    });
    finished.collect()
}

/// An adapter after its run.
struct Ran<'v> {
    report: AdapterReport<'v>,
    /// The adapter, whose conversation goes on. `None` if it did not start, or if there are no further questions for it.
    open: Option<(Box<dyn Adapter>, Asked<'v>)>,
    baseline: Baseline,
}

impl<'v> Ran<'v> {
    /// Judges the answers to the cases.
    fn judge(&mut self, description: &Description, asked: &Asked<'v>, reasons: Reasons) {
        let here = Judge { baseline: &self.baseline.on(&description.runtime), reasons };
        let judged =
            |(case, reply): (&'v Case, Reply)| here.judge(case, reply.outcome, reply.elapsed, Some(description));
        self.report.results = asked.replies(reasons).into_iter().map(judged).collect();
    }

    /// Takes over what an adapter noted in its conversation.
    fn note(&mut self, adapter: &dyn Adapter) {
        self.report.incidents = adapter.incidents().to_vec();
        self.report.remarks = adapter.remarks().to_vec();
    }
}

fn run_one<'v>(
    index: usize,
    participant: Participant<'_>,
    cases: &[&'v Case],
    reasons: Reasons,
    is_asked_later: impl Fn(&dyn Adapter) -> bool,
    progress: &dyn Progress,
) -> Ran<'v> {
    let Participant { name, baseline, start } = participant;
    let mut ran = Ran { report: AdapterReport::of(name), open: None, baseline };
    match start(&mut |what| progress.step(index, what)) {
        Err(why) => {
            if let NotStarted::Unusable(text) = &why {
                let judge = Judge { baseline: &ran.baseline, reasons };
                let failed =
                    |case: &&'v Case| judge.judge(case, Outcome::SpawnFailed(text.clone()), Duration::ZERO, None);
                ran.report.results = cases.iter().map(failed).collect();
            }
            ran.report.not_started = Some(why);
        }
        Ok(mut adapter) => {
            let (started, answered) = (|count| progress.started(index, count), || progress.answered(index));
            let mut asked = Asked::begin(adapter.as_mut(), cases, started, answered);
            let is_asked_later = is_asked_later(adapter.as_ref());
            if !is_asked_later {
                asked.correct(adapter.finish());
            }
            ran.judge(adapter.description(), &asked, reasons);
            ran.report.description = Some(adapter.description().clone());
            ran.note(adapter.as_ref());
            ran.open = is_asked_later.then_some((adapter, asked));
        }
    }
    ran
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;
    use crate::adapter::built_in::BuiltIn;
    use crate::suite::load::Vectors;

    /// The current and the highest number of running adapters.
    #[derive(Default)]
    struct AtWork {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    fn participants(count: usize, at_work: &AtWork) -> Vec<Participant<'_>> {
        let participant = |index: usize| Participant {
            name: format!("adapter-{index}"),
            baseline: Baseline::default(),
            start: Box::new(move |_| {
                let now = at_work.now.fetch_add(1, Ordering::SeqCst) + 1;
                at_work.most.fetch_max(now, Ordering::SeqCst);
                // Later ones finish earlier.
                thread::sleep(Duration::from_millis(5 * (count - index) as u64));
                at_work.now.fetch_sub(1, Ordering::SeqCst);
                Ok(Box::new(BuiltIn::new()))
            }),
        };
        (0..count).map(participant).collect()
    }

    #[test]
    fn no_more_adapters_run_at_once_than_jobs_allow_and_reports_keep_their_order() {
        let vectors = Vectors::embedded().unwrap();
        let cases: Vec<&Case> = vectors.cases().take(3).collect();
        for (jobs, most) in [(0, 1), (1, 1), (2, 2), (100, 4)] {
            let at_work = AtWork::default();
            let options = Options { jobs, coverage: Coverage::Some, reasons: Reasons::Exact };
            let reports = run(participants(4, &at_work), &cases, options, &NoProgress);
            let names: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
            assert_eq!(names, ["adapter-0", "adapter-1", "adapter-2", "adapter-3"]);
            assert!(at_work.most.into_inner() <= most, "{jobs} jobs");
            assert!(reports.iter().all(|report| report.count(Verdict::Pass) + report.count(Verdict::Open) == 3));
        }
        let options = Options { jobs: 1, coverage: Coverage::All, reasons: Reasons::Exact };
        assert!(run(Vec::new(), &cases, options, &NoProgress).is_empty());
    }

    #[test]
    fn what_is_not_there_has_no_results_and_what_is_of_no_use_fails_every_case() {
        let vectors = Vectors::embedded().unwrap();
        let cases: Vec<&Case> = vectors.cases().take(3).collect();
        let participant = |why: NotStarted| Participant {
            name: "a".to_owned(),
            baseline: Baseline::default(),
            start: Box::new(move |_| Err(why)),
        };
        let both = vec![
            participant(NotStarted::Unavailable("no Python".to_owned())),
            participant(NotStarted::Unusable("broken".to_owned())),
        ];
        let options = Options { jobs: 2, coverage: Coverage::All, reasons: Reasons::Exact };
        let reports = run(both, &cases, options, &NoProgress);
        assert!(reports[0].results.is_empty());
        assert_eq!(reports[1].count(Verdict::Error), 3);
        assert_eq!(reports[1].results[0].outcome, Outcome::SpawnFailed("broken".to_owned()));
    }
}
