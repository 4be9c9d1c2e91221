//! [`Site`]: the report, as the pages look at it.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::up;
use super::html::Html;
use crate::causes::Effect;
use crate::report::causes::CauseEntry;
use crate::report::page_names::{self, file_name};
use crate::report::run::{AdapterResults, CaseResult, RunReport};
use crate::report::security::Security;
use crate::report::words::message;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

/// A report with its cases, and the places of its pages.
pub(super) struct Site<'r> {
    pub(super) report: &'r RunReport,
    pub(super) adapters: Vec<AdapterResults<'r>>,
    /// What the cases show of the security of each adapter.
    security: Vec<Security>,
    /// A result of each case. Every adapter that ran has the same cases in the same order.
    pub(super) cases: Vec<&'r CaseResult>,
    /// The families of vectors: for each front of ids, the places of its cases.
    pub(super) families: BTreeMap<&'r str, Vec<usize>>,
    /// The ids of the cases.
    ids: BTreeSet<&'r str>,
}

impl<'r> Site<'r> {
    pub(super) fn new(report: &'r RunReport) -> Self {
        let adapters = report.by_adapter();
        let cases = adapters.iter().map(|of| of.results.clone()).max_by_key(Vec::len).unwrap_or_default();
        let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, case) in cases.iter().enumerate() {
            families.entry(family(&case.case)).or_default().push(place);
        }
        let security = adapters.iter().map(|of| Security::of(&of.results)).collect();
        let ids = cases.iter().map(|case| case.case.as_str()).collect();
        Self { report, adapters, security, cases, families, ids }
    }

    /// The adapters, each with what the cases show of its security.
    pub(super) fn with_security(&self) -> impl Iterator<Item = (&AdapterResults<'r>, &Security)> {
        self.adapters.iter().zip(&self.security)
    }

    /// A link from a page to a case. A case that the report does not have is plain text.
    pub(super) fn case(&self, from: &str, id: &str) -> Html {
        let text = Html::code(message(id));
        match self.ids.contains(id) {
            true => Html::link(&format!("{}{}", up(from), case_path(id)), text),
            false => text,
        }
    }
}

/// A link from a page to an implementation.
pub(super) fn implementation(from: &str, name: &str) -> Html {
    Html::link(&format!("{}{}", up(from), page_names::implementation(name)), message(name))
}

/// A link from a page to a clause. What is no clause is plain text.
pub(super) fn clause(from: &str, id: &str) -> Html {
    match spec::clause(id) {
        Some(clause) => {
            let to = format!("{}{}", up(from), clause_path(clause.id));
            Html::with("a", &[("class", "clause"), ("href", &to), ("title", clause.title)], id)
        }
        None => Html::text(message(id)),
    }
}

/// Links to several clauses.
pub(super) fn clauses(from: &str, ids: &[String]) -> Html {
    Html::join(ids.iter().map(|id| clause(from, id)), " ")
}

pub(super) fn clause_path(id: &str) -> String {
    format!("clauses/{id}.html")
}

/// The front of an id: all parts but the last.
fn family(id: &str) -> &str {
    id.rsplit_once('/').map_or("", |(family, _)| family)
}

/// The page of a family.
pub(super) fn family_path(family: &str) -> String {
    let parts: Vec<String> = family.split('/').map(file_name).collect();
    format!("vectors/{}.html", parts.join("/"))
}

/// The anchor of a case on the page of its family.
pub(super) fn anchor(id: &str) -> String {
    file_name(id.rsplit('/').next().unwrap_or_default())
}

pub(super) fn case_path(id: &str) -> String {
    format!("{}#{}", family_path(family(id)), anchor(id))
}

/// Whether an answer is wrong. Known failures are.
pub(super) fn is_wrong(result: &CaseResult) -> bool {
    result.verdict.is_wrong()
}

/// The causes of an implementation's wrong answers, the gravest first.
pub(super) fn causes<'r>(of: &AdapterResults<'r>) -> impl Iterator<Item = &'r CauseEntry> {
    of.adapter.causes.iter().flatten().filter(|cause| cause.effect != Effect::Open)
}

/// What a cause does, with its name if that is a choice of the dialect table.
pub(super) fn does(cause: &CauseEntry) -> Html {
    let does = message(&cause.does);
    match &cause.instead {
        Some(_) => [Html::code(message(&cause.name)), Html::text(": "), Html::marked(does)].into_iter().collect(),
        None => Html::marked(does),
    }
}

/// A verdict in its colour.
pub(super) fn verdict(verdict: Verdict) -> Html {
    Html::with("span", &[("class", verdict.name())], verdict.name().replace('_', " "))
}
