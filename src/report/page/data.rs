//! The data of the page, in a compact form.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::Dialect;
use serde::Serialize;

use super::security::Security;
use crate::report::Report;
use crate::report::words::{ANSWERS_NONE, answered, expectation, from, message};
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::case::Case;
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
    pub(super) fn new(report: &'r Report<'_>, dialects: &BTreeMap<&str, Dialect>) -> Self {
        // An adapter that was not started has no results. Every other adapter has one for each case.
        let results = report.adapters.iter().map(|adapter| &adapter.results).max_by_key(|results| results.len());
        let cases: Vec<&Case> = results.into_iter().flatten().map(|result| result.case).collect();
        let used: BTreeSet<&str> = cases.iter().flat_map(|case| &case.clauses).map(String::as_str).collect();
        let clauses = spec::clauses().iter().filter(|clause| used.contains(clause.id));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            verdicts: Verdict::ALL.map(Verdict::name).to_vec(),
            clauses: clauses
                .map(|clause| ClauseObject { id: clause.id, title: clause.title, level: clause.level.name() })
                .collect(),
            cases: cases.into_iter().map(case).collect(),
            implementations: report.adapters.iter().map(|adapter| implementation(adapter, dialects)).collect(),
        }
    }
}

fn case(case: &Case) -> CaseObject<'_> {
    CaseObject {
        id: &case.id,
        summary: &case.summary,
        clauses: &case.clauses,
        level: case.level.name(),
        asked: from(0, &case.question.to_string()),
        expected: expectation(case),
    }
}

fn implementation(adapter: &AdapterReport<'_>, dialects: &BTreeMap<&str, Dialect>) -> Implementation {
    let described = dialects.get(adapter.name.as_str()).into_iter().flat_map(Dialect::deviations);
    let (library, language) = adapter.description.as_ref().map_or_else(Default::default, |description| {
        (message(&format!("{} {}", description.name, description.version)), message(&description.language))
    });
    Implementation {
        name: message(&adapter.name),
        library,
        language,
        not_run: not_run(adapter),
        dialect: described.map(|it| [it.field().name, it.choice().name, it.choice().does]).collect(),
        security: Security::of(&adapter.results),
        verdicts: adapter.results.iter().map(|result| letter(result.verdict)).collect(),
        answers: adapter.results.iter().enumerate().filter_map(|(place, it)| Some((place, answer(it)?))).collect(),
    }
}

fn not_run(adapter: &AdapterReport<'_>) -> Option<String> {
    match &adapter.not_started {
        Some(NotStarted::Unavailable(why) | NotStarted::Unusable(why)) => Some(message(why)),
        None => adapter.answers_none().then(|| ANSWERS_NONE.to_owned()),
    }
}

/// The letter of a verdict: `a` is the first of `Verdict::ALL`.
fn letter(verdict: Verdict) -> char {
    let place = Verdict::ALL.iter().position(|it| *it == verdict).unwrap_or_default();
    char::from(b'a' + u8::try_from(place).unwrap_or_default())
}

fn answer(result: &CaseReport<'_>) -> Option<AnswerObject> {
    let known = result.known.as_ref();
    (result.verdict != Verdict::Pass).then(|| AnswerObject {
        answered: answered(&result.outcome),
        stage: result.difference.as_ref().map(|difference| difference.stage.name()),
        at: result.difference.as_ref().map(|difference| difference.at),
        hint: result.hint.as_ref().map(|hint| message(&hint.text)),
        reason: known.map(|known| message(&known.reason)),
        link: known.map(|known| message(&known.link)),
    })
}
