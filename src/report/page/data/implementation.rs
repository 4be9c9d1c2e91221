//! An implementation with its problems and its answers.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::{Deviation, Dialect};
use serde::Serialize;

use super::answer::{AnswerObject, letter};
use super::places::Places;
use super::problem::Problem;
use super::registry::{Registry, registry};
use super::sentence::sentence;
use crate::report::run::{AdapterResults, Dispute};
use crate::report::security::Security;
use crate::report::words::{self, dispute, message};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Implementation {
    /// The name of the adapter, which is also its name in addresses.
    name: String,
    /// The library, or the name of an adapter that did not say which.
    title: String,
    version: String,
    language: String,
    runtime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry: Option<Registry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documentation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_run: Option<String>,
    sentence: String,
    /// The gravest first.
    problems: Vec<Problem>,
    /// Cases that are not as expected, and that no problem explains.
    unexplained: Vec<usize>,
    /// Whatever else fails the run.
    incidents: Vec<String>,
    remarks: Vec<String>,
    /// The described dialect.
    dialect: Vec<ChoiceObject>,
    /// A letter for each case.
    verdicts: String,
    /// The answers that were not as expected, by the place of the case.
    answers: BTreeMap<usize, AnswerObject>,
}

/// A choice of a dialect.
#[derive(Serialize)]
struct ChoiceObject {
    name: String,
    does: &'static str,
    clause: &'static str,
}

impl Implementation {
    pub(super) fn new(of: &AdapterResults<'_>, places: &Places<'_>) -> Self {
        let adapter = of.adapter;
        let security = Security::of(&of.results);
        let [library, version, language, runtime] =
            [&adapter.library, &adapter.version, &adapter.language, &adapter.runtime]
                .map(|text| text.as_deref().map(message).unwrap_or_default());
        let causes = adapter.causes.iter().flatten().map(|cause| Problem::of_cause(cause, places));
        let findings = of.findings.iter().map(|finding| Problem::of_finding(finding, places));
        let problems: Vec<Problem> = causes.chain(findings).collect();
        let explained: BTreeSet<usize> = problems.iter().flat_map(|problem| &problem.cases).copied().collect();
        let wrong = of.results.iter().enumerate().filter(|(_, it)| it.verdict.is_wrong()).map(|(place, _)| place);
        let parsed = |choice: &String| choice.parse::<Deviation>().ok();
        let choices = adapter.described.iter().filter_map(parsed);
        let found = adapter.causes.iter().flatten().filter_map(|cause| parsed(&cause.name));
        let dialect = choices.clone().chain(found).fold(Dialect::OFFICIAL, Dialect::with);
        let stale = adapter.stale.iter().map(|entry| words::stale(entry));
        let (known, new): (Vec<&Dispute>, Vec<&Dispute>) = adapter.disputes.iter().partition(|it| it.known.is_some());
        let incidents = adapter.incidents.iter().map(|it| message(it)).chain(stale);
        Self {
            name: message(&adapter.name),
            title: title(&library).map_or_else(|| message(&adapter.name), ToOwned::to_owned),
            // Only a manifest names a documentation, and its library is a published one.
            registry: adapter.documentation.as_ref().and_then(|_| registry(&language, &library, &version)),
            documentation: adapter.documentation.as_deref().map(message),
            version,
            language,
            runtime,
            not_run: of.why_not_run().map(message),
            sentence: sentence(of, &security),
            problems,
            unexplained: wrong.filter(|place| !explained.contains(place)).collect(),
            incidents: incidents.chain(new.into_iter().map(dispute)).collect(),
            remarks: adapter.remarks.iter().map(|it| message(it)).chain(known.into_iter().map(dispute)).collect(),
            dialect: choices.map(ChoiceObject::from).collect(),
            verdicts: of.results.iter().map(|result| letter(result.verdict)).collect(),
            answers: answers(of, &dialect),
        }
    }
}

fn answers(of: &AdapterResults<'_>, dialect: &Dialect) -> BTreeMap<usize, AnswerObject> {
    let results = of.results.iter().enumerate();
    results.filter_map(|(place, result)| Some((place, AnswerObject::of(result, dialect)?))).collect()
}

impl From<Deviation> for ChoiceObject {
    fn from(deviation: Deviation) -> Self {
        Self { name: deviation.to_string(), does: deviation.choice().does, clause: deviation.field().clause }
    }
}

/// The name of a library for a person. A Go module loses the host.
fn title(library: &str) -> Option<&str> {
    let name = library.strip_prefix("github.com/").unwrap_or(library);
    (!name.is_empty()).then_some(name)
}
