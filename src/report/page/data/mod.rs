//! The data of the page, in a compact form: each case is listed once, and everything else names it by its place.

mod answer;
mod implementation;
mod places;
mod problem;
mod registry;
mod sentence;

use std::collections::BTreeSet;

use serde::Serialize;

use self::implementation::Implementation;
use self::places::Places;
use crate::report::run::{CaseResult, RunReport};
use crate::report::words::{expectation, message, shortened};
use crate::suite::spec::{self, Clause};
use crate::suite::verdict::Verdict;

/// How many characters of a question are shown. A token with its claims is shorter.
const QUESTION: usize = 900;

/// All data of the page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data<'r> {
    version: &'r str,
    /// The verdicts in the order of their letters, starting with `a`.
    verdicts: Vec<&'static str>,
    /// The chapters of the specification that have cases.
    chapters: Vec<&'static str>,
    clauses: Vec<ClauseObject>,
    cases: Vec<CaseObject<'r>>,
    implementations: Vec<Implementation>,
    /// The running app, if the report is of a probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<ProbeObject>,
}

#[derive(Serialize)]
struct ClauseObject {
    id: &'static str,
    title: &'static str,
    level: &'static str,
    chapter: &'static str,
    /// Markdown, as `docs/spec.md` has it.
    text: &'static str,
}

#[derive(Serialize)]
struct CaseObject<'r> {
    id: &'r str,
    summary: &'r str,
    clauses: &'r [String],
    level: &'static str,
    asked: String,
    expected: String,
}

#[derive(Serialize)]
struct ProbeObject {
    request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<String>,
}

impl<'r> Data<'r> {
    pub(super) fn new(report: &'r RunReport) -> Self {
        let adapters = report.by_adapter();
        // An adapter that was not started has no results. Every other adapter has one for each case.
        let cases = adapters.iter().map(|of| of.results.as_slice()).max_by_key(|results| results.len());
        let cases = cases.unwrap_or_default();
        let places = Places::of(cases.iter().map(|it| it.case.as_str()));
        let used: BTreeSet<&str> = cases.iter().flat_map(|case| &case.clauses).map(String::as_str).collect();
        let clauses: Vec<&Clause> = spec::clauses().iter().filter(|clause| used.contains(clause.id)).collect();
        let mut chapters: Vec<&str> = clauses.iter().map(|clause| clause.chapter).collect();
        chapters.dedup();
        let probe = report.probe.as_ref().map(|probe| ProbeObject {
            request: message(&format!("{} {}", probe.method, probe.url)),
            stopped: probe.stopped.as_deref().map(message),
        });
        Self {
            version: &report.suite.version,
            verdicts: Verdict::ALL.map(Verdict::name).to_vec(),
            chapters,
            clauses: clauses.into_iter().map(ClauseObject::from).collect(),
            cases: cases.iter().map(|result| CaseObject::from(*result)).collect(),
            implementations: adapters.iter().map(|of| Implementation::new(of, &places)).collect(),
            probe,
        }
    }
}

impl From<&Clause> for ClauseObject {
    fn from(clause: &Clause) -> Self {
        let Clause { id, title, level, chapter, text } = clause;
        Self { id, title, level: level.name(), chapter, text }
    }
}

impl<'r> From<&'r CaseResult> for CaseObject<'r> {
    fn from(result: &'r CaseResult) -> Self {
        Self {
            id: &result.case,
            summary: &result.summary,
            clauses: &result.clauses,
            level: result.level.name(),
            asked: shortened(QUESTION, &result.question().to_string()),
            expected: expectation(result),
        }
    }
}
