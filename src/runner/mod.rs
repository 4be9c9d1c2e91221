//! Runs cases against adapters, side by side, and judges what comes of each.
//!
//! A token that an adapter signs is judged by verifying it: by our own verifier, and then by every other adapter that
//! has one.

mod ask;
mod others;
mod pool;

use std::fmt;
use std::time::Duration;

use crate::adapter::protocol::Description;
use crate::adapter::{Adapter, Reply};
use crate::diagnose::{Hint, Hints};
use crate::suite::baseline::{Baseline, Known};
use crate::suite::case::{Case, Expectation, Level};
use crate::suite::outcome::Outcome;
use crate::suite::verdict::{Difference, Verdict, difference, judge};
pub use ask::ask;
use ask::ask_all;
pub use others::Dispute;

/// An adapter that is to be run, and what is known of it.
pub struct Participant<'p> {
    /// The name that the run calls it by.
    pub name: String,
    /// Its known failures.
    pub baseline: Baseline,
    /// Makes it ready; may take its time, and tells its steps.
    pub start: Start<'p>,
}

/// Makes an adapter ready and starts it, telling the steps of its set-up.
pub type Start<'p> = Box<dyn FnOnce(&mut dyn FnMut(&str)) -> Started + Send + 'p>;

/// A started adapter, or why there is none.
pub type Started = Result<Box<dyn Adapter>, NotStarted>;

impl fmt::Debug for Participant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("name", &self.name)
            .field("baseline", &self.baseline)
            .finish_non_exhaustive()
    }
}

/// Why an adapter could not be started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either this machine lacks something, or the adapter is at fault")]
pub enum NotStarted {
    /// This machine lacks what it needs, such as its language's runtime; the text says what.
    Unavailable(String),
    /// It was found, and is of no use; the text says why.
    Unusable(String),
}

/// What became of one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AdapterReport<'v> {
    /// The name that the run calls it by.
    pub name: String,
    /// How it introduced itself; nothing, when it was not started.
    pub description: Option<Description>,
    /// Why it was not started.
    pub not_started: Option<NotStarted>,
    /// A result for every case; empty where the machine lacks what the adapter needs.
    pub results: Vec<CaseReport<'v>>,
    /// What went wrong that no case is to blame for.
    pub incidents: Vec<String>,
    /// What is worth telling a person and spoils nothing.
    pub remarks: Vec<String>,
    /// Entries of its baseline that cover no case; only looked for when every case is run.
    pub stale: Vec<String>,
    /// How many good tokens of other adapters it was asked about.
    pub checked: usize,
    /// Those that it does not take for good.
    pub disputes: Vec<Dispute<'v>>,
}

/// What became of one case with one adapter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CaseReport<'v> {
    /// The case.
    pub case: &'v Case,
    /// What the implementation did.
    pub outcome: Outcome,
    /// What that means.
    pub verdict: Verdict,
    /// Where a wrong answer first differs.
    pub difference: Option<Difference>,
    /// What a wrong answer looks like.
    pub hint: Option<Hint>,
    /// The baseline's entry for it.
    pub known: Option<Known>,
    /// How long the answers took; pipelined ones wait for one another.
    pub elapsed: Duration,
}

impl<'v> AdapterReport<'v> {
    /// What the adapter says that it runs on; empty, when it was not started.
    pub fn runtime(&self) -> &str {
        self.description.as_ref().map_or("", |description| &description.runtime)
    }

    /// How many cases came to a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.results.iter().filter(|result| result.verdict == verdict).count()
    }

    /// How many cases came to an answer, of whatever kind.
    pub fn answered(&self) -> usize {
        self.results.iter().filter(|result| !matches!(result.outcome, Outcome::Unsupported(_))).count()
    }

    /// The cases that can fail and were answered with `unsupported` though the adapter offers their operation, each with
    /// the adapter's words.
    pub fn unsupported(&self) -> Vec<(&'v Case, &str)> {
        let Some(description) = &self.description else { return Vec::new() };
        let asked = self.results.iter().filter(|it| it.case.level != Level::Open && is_asked(description, it.case));
        asked
            .filter_map(|result| match &result.outcome {
                Outcome::Unsupported(words) => Some((result.case, words.as_str())),
                _ => None,
            })
            .collect()
    }

    /// How many cases fail as its baseline says, which does not say why yet.
    pub fn unexplained(&self) -> usize {
        let is_unexplained = |known: &Known| known.is_unexplained();
        let known = self.results.iter().filter(|result| result.verdict == Verdict::KnownFailure);
        known.filter(|result| result.known.as_ref().is_some_and(is_unexplained)).count()
    }

    /// Whether something is not as expected, when `required` is the weakest level that decides. An adapter that was not
    /// started is not asked here.
    pub fn has_failed(&self, required: Level) -> bool {
        !self.incidents.is_empty()
            || !self.stale.is_empty()
            || self.disputes.iter().any(|dispute| dispute.fails(required))
            || self.results.iter().any(|result| result.verdict.fails(result.case.level, required))
    }

    /// Whether it was started and answers none of the cases that can fail; none of the open ones, where no other was
    /// selected.
    pub fn answers_none(&self) -> bool {
        let is_unsupported = |outcome: &Outcome| matches!(outcome, Outcome::Unsupported(_));
        let results = self.results.iter().map(|result| (result.case.level, is_unsupported(&result.outcome)));
        self.not_started.is_none() && answers_none(results)
    }
}

/// Whether of these results, each with the level of its case and whether it is unsupported, none that counts is an
/// answer: none of the cases that can fail; none of the open ones, where there is no other.
pub(crate) fn answers_none(results: impl Iterator<Item = (Level, bool)> + Clone) -> bool {
    let can_fail = |(level, _): &(Level, bool)| *level != Level::Open;
    let is_any_decisive = results.clone().any(|result| can_fail(&result));
    let mut counting = results.filter(|result| !is_any_decisive || can_fail(result)).peekable();
    counting.peek().is_some() && counting.all(|(_, is_unsupported)| is_unsupported)
}

impl<'v> AdapterReport<'v> {
    /// The same results, judged by another baseline.
    #[must_use]
    pub fn judged_by(self, baseline: &Baseline, coverage: Coverage) -> Self {
        let stale = self.stale_by(baseline, coverage);
        let here = baseline.on(self.runtime());
        let description = self.description.as_ref();
        let again = |result: CaseReport<'v>| CaseReport {
            hint: result.hint,
            ..judged(result.case, result.outcome, result.elapsed, &here, description)
        };
        let results = self.results.into_iter().map(again).collect();
        let disputes = self.disputes.into_iter().map(|dispute| dispute.judged_by(&here)).collect();
        Self { results, disputes, stale, ..self }
    }

    /// The entries of a baseline that no result needs.
    fn stale_by(&self, baseline: &Baseline, coverage: Coverage) -> Vec<String> {
        if coverage == Coverage::Some {
            return Vec::new();
        }
        let cases: Vec<&Case> = self.results.iter().map(|result| result.case).collect();
        let known = baseline.stale(&cases).into_iter().map(|entry| entry.case.clone());
        let unsupported: Vec<&Case> = self.unsupported().into_iter().map(|(case, _)| case).collect();
        let allowed = baseline.unsupported().stale(&unsupported).into_iter().map(|term| format!("unsupported {term}"));
        known.chain(allowed).collect()
    }
}

/// What a run tells while it works. Calls come from several threads; `adapter` is the participant's position.
pub trait Progress: Sync {
    /// An adapter takes a step of its set-up.
    fn step(&self, adapter: usize, what: &str);
    /// An adapter is ready and will be asked so many questions.
    fn started(&self, adapter: usize, questions: usize);
    /// A question is answered.
    fn answered(&self, adapter: usize);
    /// An adapter is done.
    fn finished(&self, adapter: usize);
}

/// Tells nothing.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no state")]
pub struct NoProgress;

impl Progress for NoProgress {
    fn step(&self, _: usize, _: &str) {}
    fn started(&self, _: usize, _: usize) {}
    fn answered(&self, _: usize) {}
    fn finished(&self, _: usize) {}
}

/// How a run is made.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Options {
    /// How many adapters run at once; at least one.
    pub jobs: usize,
    /// Which cases of all that there are.
    pub coverage: Coverage,
}

/// Which cases a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nothing between all and some")]
pub enum Coverage {
    /// All that there are, so that a baseline's entries must all cover one.
    All,
    /// Some, which say nothing about the entries that cover none of them.
    Some,
}

/// Runs every case against every participant. The reports are in the order of the participants.
///
/// # Examples
///
/// Our own implementation against the cases of one clause:
///
/// ```
/// use qsh::adapter::built_in::BuiltIn;
/// use qsh::runner::{Coverage, NoProgress, Options, Participant, run};
/// use qsh::suite::baseline::Baseline;
/// use qsh::suite::case::{Case, Level};
/// use qsh::suite::load::Vectors;
///
/// let vectors = Vectors::embedded()?;
/// let cases: Vec<&Case> = vectors.cases().filter(|case| case.clauses[0] == "QSH-P7").collect();
/// let ours = Participant {
///     name: "built-in".to_owned(),
///     baseline: Baseline::default(),
///     start: Box::new(|_| Ok(Box::<BuiltIn>::default())),
/// };
/// let reports = run(vec![ours], &cases, Options { jobs: 1, coverage: Coverage::Some }, &NoProgress);
/// assert_eq!(reports[0].results.len(), cases.len());
/// assert!(!reports[0].has_failed(Level::Should));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run<'v>(
    participants: Vec<Participant<'_>>,
    cases: &[&'v Case],
    options: Options,
    progress: &dyn Progress,
) -> Vec<AdapterReport<'v>> {
    let mut ran = pool::each(participants, options.jobs, |index, participant| {
        let ran = run_one(index, participant, cases, options, progress);
        progress.finished(index);
        ran
    });
    others::verify(&mut ran, options.jobs);
    ran.into_iter().map(|ran| ran.report).collect()
}

/// An adapter behind its run.
struct Ran<'v> {
    report: AdapterReport<'v>,
    /// The adapter, which can be asked again; nothing, when it was not started.
    adapter: Option<Box<dyn Adapter>>,
    baseline: Baseline,
}

fn run_one<'v>(
    index: usize,
    participant: Participant<'_>,
    cases: &[&'v Case],
    options: Options,
    progress: &dyn Progress,
) -> Ran<'v> {
    let Participant { name, baseline, start } = participant;
    let mut report = AdapterReport {
        name,
        description: None,
        not_started: None,
        results: Vec::new(),
        incidents: Vec::new(),
        remarks: Vec::new(),
        stale: Vec::new(),
        checked: 0,
        disputes: Vec::new(),
    };
    match start(&mut |what| progress.step(index, what)) {
        Err(why) => {
            if let NotStarted::Unusable(text) = &why {
                let failed =
                    |case: &&'v Case| judged(case, Outcome::SpawnFailed(text.clone()), Duration::ZERO, &baseline, None);
                report.results = cases.iter().map(failed).collect();
            }
            report.not_started = Some(why);
            Ran { report, adapter: None, baseline }
        }
        Ok(mut adapter) => {
            let answers =
                ask_all(adapter.as_mut(), cases, |count| progress.started(index, count), || progress.answered(index));
            let here = baseline.on(&adapter.description().runtime);
            let description = adapter.description();
            let judged = |(case, reply): (&&'v Case, Reply)| {
                judged(case, reply.outcome, reply.elapsed, &here, Some(description))
            };
            report.results = with_hints(cases.iter().zip(answers).map(judged).collect());
            report.description = Some(adapter.description().clone());
            report.incidents = adapter.incidents().to_vec();
            report.remarks = adapter.remarks().to_vec();
            report.stale = report.stale_by(&baseline, options.coverage);
            Ran { report, adapter: Some(adapter), baseline }
        }
    }
}

/// Whether the adapter offers an operation that this case asks for.
fn is_asked(description: &Description, case: &Case) -> bool {
    case.questions().iter().any(|question| description.has(question.operation()))
}

/// The result of one case. `description` is that of a started adapter.
fn judged<'v>(
    case: &'v Case,
    outcome: Outcome,
    elapsed: Duration,
    baseline: &Baseline,
    description: Option<&Description>,
) -> CaseReport<'v> {
    let is_asked = description.is_none_or(|description| is_asked(description, case));
    // What the baseline says of a case of signing is about the tokens of others where the adapter does not sign.
    let is_about_others = !is_asked && matches!(case.expect, Expectation::Signed(_));
    let known = baseline.covering(case).filter(|_| !is_about_others);
    let verdict = match judge(case, &outcome, known) {
        Verdict::Unsupported if is_asked && case.level != Level::Open && !baseline.unsupported().covers(case) => {
            Verdict::Fail
        }
        verdict => verdict,
    };
    let difference = match verdict {
        Verdict::Fail | Verdict::KnownFailure | Verdict::Open => difference(case, &outcome),
        _ => None,
    };
    CaseReport { case, outcome, verdict, difference, hint: None, known: known.cloned(), elapsed }
}

/// Says of wrong answers what they look like.
fn with_hints(mut results: Vec<CaseReport<'_>>) -> Vec<CaseReport<'_>> {
    let mut hints = Hints::default();
    for result in results.iter_mut().filter(|result| result.difference.is_some()) {
        if let Outcome::Ok(answer) = &result.outcome {
            result.hint = hints.hint(result.case, answer);
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;
    use crate::adapter::built_in::BuiltIn;
    use crate::suite::load::Vectors;

    /// How many adapters are at work, now and at most.
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
                // The later ones are done earlier.
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
            let reports =
                run(participants(4, &at_work), &cases, Options { jobs, coverage: Coverage::Some }, &NoProgress);
            let names: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
            assert_eq!(names, ["adapter-0", "adapter-1", "adapter-2", "adapter-3"]);
            assert!(at_work.most.into_inner() <= most, "{jobs} jobs");
            assert!(reports.iter().all(|report| report.count(Verdict::Pass) + report.count(Verdict::Open) == 3));
        }
        assert!(run(Vec::new(), &cases, Options { jobs: 1, coverage: Coverage::All }, &NoProgress).is_empty());
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
        let reports = run(both, &cases, Options { jobs: 2, coverage: Coverage::All }, &NoProgress);
        assert!(reports[0].results.is_empty());
        assert_eq!(reports[1].count(Verdict::Error), 3);
        assert_eq!(reports[1].results[0].outcome, Outcome::SpawnFailed("broken".to_owned()));
    }
}
