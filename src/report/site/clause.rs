//! The page of a clause: its text, who departs from it and how, and its vectors.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::file::File;
use super::frame::Page;
use super::html::Html;
use super::model::{Site, causes, clause as link, clause_path, does, implementation, is_wrong};
use super::prose::render;
use crate::report::causes::CauseEntry;
use crate::report::run::{AdapterResults, CaseResult};
use crate::report::words::message;
use crate::suite::outcome::Outcome;
use crate::suite::spec::{self, Clause};

/// The list of clauses, and a page for each.
pub(super) fn files(site: &Site<'_>) -> Vec<File> {
    let list = list(site);
    list.into_iter().chain(spec::clauses().iter().flat_map(|clause| page(site, clause))).collect()
}

fn list(site: &Site<'_>) -> [File; 2] {
    let path = "clauses.html";
    let row = |clause: &Clause| {
        let count = departing(site, clause).len();
        vec![
            link(path, clause.id),
            clause.title.into(),
            clause.level.name().into(),
            Html::text(cases(site, clause).len().to_string()),
            Html::text(count.to_string()),
        ]
    };
    let titles = ["clause", "title", "level", "vectors", "implementations that depart"];
    let content = Html::table("Clauses", &titles, spec::clauses().iter().map(row));
    let object = |clause: &Clause| json!({ "id": clause.id, "title": clause.title, "level": clause.level });
    let data = json!({ "clauses": spec::clauses().iter().map(object).collect::<Vec<Value>>() });
    Page { path: path.to_owned(), title: "Clauses".to_owned(), content, kind: "clauses", data }.files()
}

fn page(site: &Site<'_>, clause: &Clause) -> [File; 2] {
    let path = clause_path(clause.id);
    let mut content = Html::element("p", format!("Level: {}. Chapter: {}.", clause.level.name(), clause.chapter));
    content.push(render(clause.text, &path));
    let departing = departing(site, clause);
    if !departing.is_empty() {
        content.push(Html::element("h2", "Implementations that depart from it"));
        let titles = ["implementation", "wrong", "asked", "how"];
        let row = |(of, tally): &(&AdapterResults<'_>, Tally<'_>)| {
            let is_of = |cause: &&CauseEntry| cause.clauses.iter().any(|id| id == clause.id);
            let shows = |cause: &&CauseEntry| cause.cases.iter().any(|id| tally.wrong.contains(id.as_str()));
            let (own, others): (Vec<_>, Vec<_>) = causes(of).filter(shows).partition(is_of);
            let how = if own.is_empty() { others } else { own };
            let how = how.into_iter().map(|cause| Html::join([Html::text(cause.effect.words()), does(cause)], ": "));
            vec![
                implementation(&path, &of.adapter.name),
                Html::text(tally.wrong.len().to_string()),
                Html::text(tally.asked.to_string()),
                Html::join(how, "; "),
            ]
        };
        content.push(Html::table("Implementations that depart from it", &titles, departing.iter().map(row)));
    }
    let cases = cases(site, clause);
    if !cases.is_empty() {
        content.push(Html::element("h2", "Vectors"));
        let row = |case: &&CaseResult| {
            vec![site.case(&path, &case.case), case.level.name().into(), Html::marked(message(&case.summary))]
        };
        content.push(Html::table("Vectors", &["id", "level", "what it shows"], cases.iter().map(row)));
    }
    let departing = departing.iter().map(
        |(of, tally)| json!({ "implementation": of.adapter.name, "wrong": tally.wrong.len(), "asked": tally.asked }),
    );
    let data = json!({
        "id": clause.id, "title": clause.title, "level": clause.level, "text": clause.text,
        "departing": departing.collect::<Vec<Value>>(),
        "vectors": cases.iter().map(|case| &case.case).collect::<Vec<_>>(),
    });
    Page { path, title: format!("{} {}", clause.id, clause.title), content, kind: "clause", data }.files()
}

/// The cases that name a clause.
fn cases<'r>(site: &Site<'r>, clause: &Clause) -> Vec<&'r CaseResult> {
    site.cases.iter().copied().filter(|case| case.clauses.iter().any(|id| id == clause.id)).collect()
}

/// The answers of an implementation to the cases of a clause.
struct Tally<'r> {
    /// The ids of the wrong ones.
    wrong: BTreeSet<&'r str>,
    asked: usize,
}

/// The implementations with a wrong answer to a case whose first clause is this one.
fn departing<'s, 'r>(site: &'s Site<'r>, clause: &Clause) -> Vec<(&'s AdapterResults<'r>, Tally<'r>)> {
    let tally = |of: &'s AdapterResults<'r>| {
        let is_of = |it: &&&'r CaseResult| it.clauses.first().is_some_and(|id| id == clause.id);
        let results = || of.results.iter().filter(is_of);
        let asked = results().filter(|it| !matches!(it.outcome, Outcome::Unsupported(_))).count();
        let wrong: BTreeSet<&str> = results().filter(|it| is_wrong(it)).map(|it| it.case.as_str()).collect();
        (!wrong.is_empty()).then_some((of, Tally { wrong, asked }))
    };
    site.adapters.iter().filter_map(tally).collect()
}
