//! The model of a run. The JSON report is this model, written and read; every other format is a function of it.
//!
//! Members are only added to it. A reader ignores members that it does not know.

use std::collections::{BTreeMap, HashMap};

use qsh_diagnose::{Deviation, Dialect, Text};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::causes::CauseEntry;
use super::conclusion::{ANSWERS_NONE, AdapterStatus, Conclusion, Requirements, Start};
pub use super::expected::ExpectedAnswer;
use super::part::Part;
use super::places::Places;
use super::probe::{FindingEntry, ProbeEntry};
use crate::causes::{Asked, Evidence, Expected, Explained};
use crate::runner;
use crate::suite::case::{BadCase, Level, Operation, Question};
use crate::suite::head::Format;
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::select::Shard;
use crate::suite::verdict::{Stage, Verdict};

/// The results of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunReport {
    format: String,
    version: u32,
    /// The vectors.
    pub suite: Suite,
    /// The adapters, in the order of the command line.
    pub adapters: Vec<ReportedAdapter>,
    /// The results of the adapters, one adapter after another. All have the same cases in the same order.
    pub results: Vec<CaseResult>,
    /// `as_expected`, `failed` or `not_usable`: the exit codes 0, 1 and 3.
    conclusion: Conclusion,
    /// The requirements that decide the conclusion.
    pub requirements: Requirements,
    /// The part of the selection that was run. `None` if all of it was run.
    #[serde(rename = "shard", default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// The duration of the run. A merged report has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The findings of a probe. `None` for a run of vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Box<ProbeEntry>>,
}

/// The vectors of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suite {
    /// The version of the suite.
    pub version: String,
    /// How many cases were run.
    pub cases: usize,
}

/// An adapter of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedAdapter {
    /// Its name in this run.
    pub name: String,
    /// The name of its library. `None` if it did not start.
    #[serde(default)]
    pub library: Option<String>,
    /// The version of its library.
    pub version: Option<String>,
    /// The language of its library.
    pub language: Option<String>,
    /// The runtime of its library.
    pub runtime: Option<String>,
    /// The URL of its library's documentation, from its manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// The choices of its described dialect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub described: Vec<String>,
    /// The file of its baseline, relative to the folder of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Where its results are shown in the user's repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// The causes of its failures, the gravest first. Older reports have none: the reader finds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causes: Option<Vec<CauseEntry>>,
    /// The ids of failed cases that no cause explains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_explained: Vec<String>,
    /// The number of results of each verdict. It is counted again when a report is read.
    #[serde(skip_deserializing)]
    pub summary: BTreeMap<Verdict, usize>,
    /// Why it was not run.
    pub not_run: Option<NotRun>,
    /// Problems without a guilty case.
    pub incidents: Vec<String>,
    /// Notes that do not affect the result.
    pub remarks: Vec<String>,
    /// The obsolete entries of its baseline.
    pub stale: Vec<String>,
    /// The number of known failures without an explanation.
    pub unexplained: usize,
    /// The number of good tokens of other adapters that it was asked to verify.
    pub checked: usize,
    /// The tokens among them that it does not accept with the same claims.
    pub disputes: Vec<Dispute>,
}

/// Why an adapter was not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a reason and its kind")]
pub struct NotRun {
    /// The kind of the reason.
    pub kind: NotRunKind,
    /// The reason.
    pub reason: String,
}

/// The kind of reason why an adapter was not run. The worse kind comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "either this machine lacks something, or the adapter is at fault")]
pub enum NotRunKind {
    /// This machine lacks something that it needs.
    Unavailable,
    /// It does not work.
    Unusable,
}

/// A good token of another adapter that this adapter did not accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dispute {
    /// The case that the token was signed for.
    pub case: String,
    /// The adapter that signed it.
    pub signer: String,
    /// The outcome of verifying it.
    pub outcome: Outcome,
    /// The entry of the baseline for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownEntry>,
}

/// The result of an adapter for a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct CaseResult {
    /// The id of the case.
    pub case: String,
    /// The name of the adapter.
    pub adapter: String,
    /// The level of the case.
    pub level: Level,
    /// The clauses of the case.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// What the case shows.
    #[serde(default)]
    pub summary: String,
    pub(super) operation: Operation,
    pub(super) input: Map<String, Value>,
    /// The verdict.
    pub verdict: Verdict,
    /// The outcome.
    pub outcome: Outcome,
    /// The expected answer.
    pub expected: ExpectedAnswer,
    /// Whether the outcome is the expected one or an allowed alternative. Older reports do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<bool>,
    /// The first difference between a wrong answer and the expected one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<DifferenceEntry>,
    /// The entry of the baseline that covers the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownEntry>,
    /// How long the answers took, in microseconds.
    pub micros: u64,
}

impl Serialize for CaseResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// A result is read only if its input makes a question.
impl<'de> Deserialize<'de> for CaseResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let result = Self::deserialize(deserializer)?;
        match result.try_question() {
            Ok(_) => Ok(result),
            Err(problem) => Err(D::Error::custom(format!("case {}: {problem}", result.case))),
        }
    }
}

/// The first difference between a wrong answer and the expected one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DifferenceEntry {
    /// The stage at which they differ.
    pub stage: Stage,
    /// The offset of the first different byte in the text of that stage.
    pub at: usize,
    /// The deviation that the answer looks like, for a person.
    pub hint: Option<String>,
    /// The choices that the hint names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks_like: Vec<String>,
}

/// An entry of a baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "made by tests, field by field")]
pub struct KnownEntry {
    /// The reason.
    pub reason: String,
    /// Where to read about it.
    pub link: String,
    /// The choices of the described dialect that predict the failure. Empty for an entry that lists the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

impl KnownEntry {
    /// Whether the described dialect predicts the failure.
    pub fn is_predicted(&self) -> bool {
        !self.choices.is_empty()
    }
}

impl CaseResult {
    /// The question.
    ///
    /// # Panics
    ///
    /// Never: a result is read only if its input makes a question.
    pub fn question(&self) -> Question {
        self.try_question().expect("it was made when the result was read")
    }

    fn try_question(&self) -> Result<Question, BadCase> {
        Question::with_input(self.operation, self.input.clone())
    }

    /// The result as evidence of causes.
    pub fn evidence(&self) -> Evidence {
        let (expected, hash) = match &self.expected {
            ExpectedAnswer::Answer(answer) => (Expected::Answer, answer.hash()),
            ExpectedAnswer::Rejected(_) => (Expected::Refusal, None),
        };
        Evidence {
            case: self.case.clone(),
            clauses: self.clauses.clone(),
            level: self.level,
            verdict: self.verdict,
            asked: Asked::of(&self.question(), expected, hash),
            outcome: self.outcome.clone(),
        }
    }

    /// The texts that differ: the expected one and the found one. They are canonical requests, or hashes if only these
    /// differ. `None` if there is no difference.
    pub fn texts(&self) -> Option<(Text, Text)> {
        let (difference, ExpectedAnswer::Answer(expected), Outcome::Ok(found)) =
            (self.difference.as_ref()?, &self.expected, &self.outcome)
        else {
            return None;
        };
        let of = |answer: &Answer| match difference.stage {
            Stage::Hash => answer.qsh.as_deref().map(Text::from),
            _ => answer.canonical_request.clone(),
        };
        of(expected).zip(of(found))
    }

    /// The deviation that a wrong answer looks like, for a person.
    pub fn hint(&self) -> Option<&str> {
        self.difference.as_ref()?.hint.as_deref()
    }

    /// The choices that the hint names.
    pub(super) fn looks_like(&self) -> &[String] {
        self.difference.as_ref().map_or(&[], |difference| &difference.looks_like)
    }

    /// Whether it decides the conclusion: it failed, and its level is required.
    pub(super) fn fails(&self, required: Level) -> bool {
        self.verdict.fails(self.level, required)
    }

    /// Whether a described operation was answered with `unsupported`, and nothing allows this.
    pub(super) fn is_unlisted(&self) -> bool {
        self.verdict == Verdict::Fail && matches!(self.outcome, Outcome::Unsupported(_))
    }
}

impl RunReport {
    /// Makes a report, and computes everything that follows from its results.
    pub(super) fn new(
        suite: Suite,
        adapters: Vec<ReportedAdapter>,
        results: Vec<CaseResult>,
        requirements: Requirements,
        part: Option<Part>,
    ) -> Self {
        let format = Format::REPORT.name.to_owned();
        let conclusion = Conclusion::AsExpected;
        let mut report = Self {
            format,
            version: 1,
            suite,
            adapters,
            results,
            conclusion,
            requirements,
            part,
            seconds: None,
            probe: None,
        };
        report.compute();
        report
    }

    /// The conclusion of the run, which decides the exit code.
    pub fn conclusion(&self) -> Conclusion {
        self.conclusion
    }

    /// Returns the report as one JSON document that ends with a line feed.
    ///
    /// # Panics
    ///
    /// Never: a report holds only text and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds only text and numbers") + "\n"
    }

    /// The part of the selection that the report covers.
    pub(super) fn shard(&self) -> Shard {
        self.part.as_ref().and_then(Part::shard).unwrap_or(Shard::WHOLE)
    }

    /// The results of one adapter, in their order.
    pub fn results_of(&self, adapter: &str) -> impl Iterator<Item = &CaseResult> + Clone {
        self.results.iter().filter(move |result| result.adapter == adapter)
    }

    /// The adapters, each with its results.
    pub(super) fn by_adapter(&self) -> Vec<AdapterResults<'_>> {
        let statuses = self.statuses();
        let lets_silence_pass = self.requirements.lets_silence_pass(&statuses);
        let adapters = self.adapters.iter().zip(statuses);
        let results = adapters.map(|(adapter, status)| AdapterResults {
            results: self.results_of(&adapter.name).collect(),
            adapter,
            status,
            findings: self.probe.as_ref().map_or(&[], |probe| &probe.findings),
            is_fine: match status.start {
                Start::Unusable => false,
                Start::Unavailable => self.requirements.unavailable_is_fine,
                Start::Ran => !status.answers_none || lets_silence_pass,
            },
        });
        results.collect()
    }

    fn statuses(&self) -> Vec<AdapterStatus> {
        let levels: HashMap<&str, Level> = self.results.iter().map(|it| (it.case.as_str(), it.level)).collect();
        self.adapters.iter().map(|adapter| self.status(adapter, &levels)).collect()
    }

    fn status(&self, adapter: &ReportedAdapter, levels: &HashMap<&str, Level>) -> AdapterStatus {
        let required = self.requirements.level;
        let results = self.results_of(&adapter.name);
        // If no result gives the level of a case, the case counts as required.
        let decides = |case: &str| levels.get(case).is_none_or(|level| *level <= required);
        let fails = |dispute: &Dispute| {
            dispute.known.is_none() && (dispute.outcome.is_breach() || decides(dispute.case.as_str()))
        };
        AdapterStatus {
            start: match adapter.not_run.as_ref().map(|why| why.kind) {
                None => Start::Ran,
                Some(NotRunKind::Unavailable) => Start::Unavailable,
                Some(NotRunKind::Unusable) => Start::Unusable,
            },
            answers_none: adapter.not_run.is_none()
                && runner::answers_none(results.clone().map(|it| (it.level, &it.outcome))),
            has_failed: !adapter.incidents.is_empty()
                || !adapter.stale.is_empty()
                || adapter.disputes.iter().any(fails)
                || results.clone().any(|it| it.fails(required)),
        }
    }

    /// Computes what follows from the results: the count of each verdict, the causes if they are not known yet, and the
    /// conclusion.
    pub(super) fn compute(&mut self) {
        for adapter in &mut self.adapters {
            if adapter.causes.is_none() {
                let mut results: Vec<&mut CaseResult> =
                    self.results.iter_mut().filter(|it| it.adapter == adapter.name).collect();
                adapter.explain(&mut results);
            }
            adapter.summary = Verdict::ALL.map(|verdict| (verdict, 0)).into();
            for result in self.results.iter().filter(|it| it.adapter == adapter.name) {
                *adapter.summary.entry(result.verdict).or_default() += 1;
            }
        }
        self.conclusion = self.requirements.conclude(&self.statuses());
    }
}

/// An adapter with its results.
pub(super) struct AdapterResults<'r> {
    pub(super) adapter: &'r ReportedAdapter,
    pub(super) results: Vec<&'r CaseResult>,
    pub(super) status: AdapterStatus,
    /// Whether it ran and answered, or is allowed not to.
    pub(super) is_fine: bool,
    /// The findings of a probe. Empty for a run of vectors.
    pub(super) findings: &'r [FindingEntry],
}

impl AdapterResults<'_> {
    /// Why there are no answers: the adapter was not run, or it answers none of the cases.
    pub(super) fn why_not_run(&self) -> Option<&str> {
        match &self.adapter.not_run {
            Some(why) => Some(&why.reason),
            None => self.status.answers_none.then_some(ANSWERS_NONE),
        }
    }

    /// The number of cases whose outcome is not `unsupported`.
    pub(super) fn answered(&self) -> usize {
        self.results.iter().filter(|it| !matches!(it.outcome, Outcome::Unsupported(_))).count()
    }
}

impl ReportedAdapter {
    /// Finds the causes of its failures. Each wrong answer then names its own causes.
    fn explain(&mut self, results: &mut [&mut CaseResult]) {
        // A choice that this version does not know says nothing.
        let choices = self.described.iter().filter_map(|choice| choice.parse::<Deviation>().ok());
        let evidence: Vec<Evidence> = results.iter().map(|result| result.evidence()).collect();
        let explained = Explained::of(&evidence, &choices.fold(Dialect::OFFICIAL, Dialect::with));
        self.causes = Some(CauseEntry::all(&explained, &evidence));
        self.not_explained = explained.unexplained.iter().map(|place| evidence[*place].case.clone()).collect();
        for (result, hint) in results.iter_mut().zip(explained.hints(&evidence)) {
            if let Some(difference) = &mut result.difference {
                let (hint, looks_like) = hint.map(|hint| (hint.text, hint.mistakes)).unzip();
                (difference.hint, difference.looks_like) = (hint, looks_like.unwrap_or_default());
            }
        }
    }

    /// The number of wrong answers, known or not.
    pub(super) fn wrong(&self) -> usize {
        Verdict::ALL.into_iter().filter(|verdict| verdict.is_wrong()).map(|verdict| self.count(verdict)).sum()
    }

    /// The number of results with this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.summary.get(&verdict).copied().unwrap_or_default()
    }

    /// The library and its version, as a person writes them.
    pub(super) fn library(&self) -> String {
        let words = [&self.library, &self.version].into_iter().flatten().map(String::as_str);
        words.collect::<Vec<_>>().join(" ")
    }
}
