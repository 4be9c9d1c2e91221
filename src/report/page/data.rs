//! The data of the page, in a compact form.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::Deviation;
use serde::Serialize;

use crate::report::run::{AdapterResults, CaseResult, RunReport};
use crate::report::security::Security;
use crate::report::words::{answered, expectation, from, message};
use crate::suite::spec;
use crate::suite::verdict::Verdict;

/// All data of the page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data<'r> {
    version: &'static str,
    /// The verdicts in the order of their letters, starting with `a`.
    verdicts: Vec<&'static str>,
    clauses: Vec<ClauseObject>,
    cases: Vec<CaseObject<'r>>,
    implementations: Vec<Implementation>,
}

#[derive(Serialize)]
struct ClauseObject {
    id: &'static str,
    title: &'static str,
    level: &'static str,
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
#[serde(rename_all = "camelCase")]
struct Implementation {
    name: String,
    library: String,
    language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_run: Option<String>,
    /// The described dialect: each choice with its clause and its effect.
    dialect: Vec<[&'static str; 3]>,
    security: Security,
    /// A letter for each case.
    verdicts: String,
    /// The answers that were not as expected, by the index of the case.
    answers: BTreeMap<usize, AnswerObject>,
}

#[derive(Serialize)]
struct AnswerObject {
    answered: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl<'r> Data<'r> {
    pub(super) fn new(report: &'r RunReport) -> Self {
        let adapters = report.by_adapter();
        // An adapter that was not started has no results. Every other adapter has one for each case.
        let cases = adapters.iter().map(|of| of.results.as_slice()).max_by_key(|results| results.len());
        let cases = cases.unwrap_or_default();
        let used: BTreeSet<&str> = cases.iter().flat_map(|case| &case.clauses).map(String::as_str).collect();
        let clauses = spec::clauses().iter().filter(|clause| used.contains(clause.id));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            verdicts: Verdict::ALL.map(Verdict::name).to_vec(),
            clauses: clauses
                .map(|clause| ClauseObject { id: clause.id, title: clause.title, level: clause.level.name() })
                .collect(),
            cases: cases.iter().map(|result| case(result)).collect(),
            implementations: adapters.iter().map(implementation).collect(),
        }
    }
}

fn case(result: &CaseResult) -> CaseObject<'_> {
    CaseObject {
        id: &result.case,
        summary: &result.summary,
        clauses: &result.clauses,
        level: result.level.name(),
        asked: from(0, &result.question().to_string()),
        expected: expectation(result),
    }
}

fn implementation(of: &AdapterResults<'_>) -> Implementation {
    let adapter = of.adapter;
    let described = adapter.described.iter().filter_map(|choice| choice.parse::<Deviation>().ok());
    Implementation {
        name: message(&adapter.name),
        library: message(&adapter.library()),
        language: message(adapter.language.as_deref().unwrap_or_default()),
        not_run: of.why_not_run().map(message),
        dialect: described.map(|it| [it.field().name, it.choice().name, it.choice().does]).collect(),
        security: Security::of(&of.results),
        verdicts: of.results.iter().map(|result| letter(result.verdict)).collect(),
        answers: of.results.iter().enumerate().filter_map(|(place, it)| Some((place, answer(it)?))).collect(),
    }
}

/// The letter of a verdict: `a` is the first of `Verdict::ALL`.
fn letter(verdict: Verdict) -> char {
    let place = Verdict::ALL.iter().position(|it| *it == verdict).unwrap_or_default();
    char::from(b'a' + u8::try_from(place).unwrap_or_default())
}

fn answer(result: &CaseResult) -> Option<AnswerObject> {
    let known = result.known.as_ref();
    (result.verdict != Verdict::Pass).then(|| AnswerObject {
        answered: answered(&result.outcome),
        stage: result.difference.as_ref().map(|difference| difference.stage.name()),
        at: result.difference.as_ref().map(|difference| difference.at),
        hint: result.hint().map(message),
        reason: known.map(|known| message(&known.reason)),
        link: known.map(|known| message(&known.link)),
    })
}
