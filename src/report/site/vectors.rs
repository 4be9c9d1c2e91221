//! The vectors: a list of the families, and a page for each family. Each vector has its request, the explanation of its
//! canonical request, and the answers that differ.

use qsh_diagnose::{Dialect, State, Text, Trace};
use serde_json::{Value, json};

use super::file::File;
use super::frame::Page;
use super::html::Html;
use super::model::{Site, anchor, clause, clauses, family_path, implementation, verdict};
use crate::report::run::{AdapterResults, CaseResult};
use crate::report::style::{counted, plural};
use crate::report::words::{answered, expectation, from, message};
use crate::suite::spec;
use crate::suite::verdict::Verdict;

/// The list, and the pages.
pub(super) fn files(site: &Site<'_>) -> Vec<File> {
    let families = site.families.iter();
    list(site).into_iter().chain(families.flat_map(|(family, places)| page(site, family, places))).collect()
}

fn list(site: &Site<'_>) -> [File; 2] {
    let path = "vectors.html";
    let mut content = Html::element("p", format!("{}, by id.", counted(site.cases.len() as u64, "vector")));
    let row = |(family, places): (&&str, &Vec<usize>)| {
        let ids = places.iter().map(|place| site.case(path, &site.cases[*place].case));
        let summary = Html::element("summary", counted(places.len() as u64, "vector"));
        let details = Html::element("details", [summary, Html::list(ids)].into_iter().collect::<Html>());
        vec![Html::link(&family_path(family), Html::code(message(name(family)))), details]
    };
    content.push(Html::table("Vectors by id", &["family", "vectors"], site.families.iter().map(row)));
    let data = json!({ "vectors": site.cases.iter().map(|case| &case.case).collect::<Vec<_>>() });
    Page { path: path.to_owned(), title: "Vectors".to_owned(), content, kind: "vectors", data }.files()
}

/// The name of a family. An id of one part has none.
fn name(family: &str) -> &str {
    if family.is_empty() { "others" } else { family }
}

fn page(site: &Site<'_>, family: &str, places: &[usize]) -> [File; 2] {
    let path = family_path(family);
    let content = places.iter().map(|place| vector(site, *place, &path)).collect();
    let data = json!({ "vectors": places.iter().map(|place| object(site, *place)).collect::<Vec<Value>>() });
    let title = format!("Vectors {}", message(name(family)));
    Page { path, title, content, kind: "vectors", data }.files()
}

fn vector(site: &Site<'_>, place: usize, path: &str) -> Html {
    let case = site.cases[place];
    let anchor = anchor(&case.case);
    let heading = Html::link(&format!("#{anchor}"), Html::code(message(&case.case)));
    let mut out = Html::with("h2", &[("id", &anchor)], heading);
    out.push(Html::element("p", Html::marked(message(&case.summary))));
    let facts = [
        ("clauses", clauses(path, &case.clauses)),
        ("level", case.level.name().into()),
        ("operation", Html::code(case.operation.name())),
        ("request", Html::code(from(0, &case.question().to_string()))),
        ("expected", Html::code(expectation(case))),
    ];
    let fact = |(name, value): (&'static str, Html)| [Html::element("dt", name), Html::element("dd", value)];
    out.push(Html::element("dl", facts.into_iter().flat_map(fact).collect::<Html>()));
    out.push(explanation(case, path));
    let input = serde_json::to_string_pretty(&case.input).unwrap_or_default();
    let input = Html::element("pre", Html::element("code", printable_lines(&input)));
    let summary = Html::element("summary", "Input, as the vector writes it");
    out.push(Html::element("details", [summary, input].into_iter().collect::<Html>()));
    out.push(answers(site, place, path));
    out
}

/// The lines of a text, each printable.
fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| qsh_diagnose::printable(line).to_string()).collect();
    lines.join("\n")
}

/// The steps that change something.
fn steps(case: &CaseResult) -> Option<Trace> {
    let question = case.question();
    let source = question.canonicalized()?.source().ok()?;
    let (_, trace) = qsh_diagnose::trace(source, &Dialect::OFFICIAL).ok()?;
    Some(trace)
}

fn explanation(case: &CaseResult, path: &str) -> Html {
    let Some(trace) = steps(case) else { return Html::default() };
    let changing = trace.steps().iter().filter(|step| step.before != step.after);
    let row = |step: &qsh_diagnose::Step| {
        let title = spec::clause(step.clause).map_or("", |clause| clause.title);
        let clause = Html::join([clause(path, step.clause), title.into()], " ");
        vec![clause, step.part.name().into(), Html::code(show(&step.before)), Html::code(show(&step.after))]
    };
    let rows: Vec<Vec<Html>> = changing.map(row).collect();
    if rows.is_empty() {
        return Html::default();
    }
    let label = format!("Explanation of {}", message(&case.case));
    Html::table(&label, &["step", "part", "before", "after"], rows)
}

/// A state in one line, as `qsh explain` shows it.
fn show(state: &State) -> String {
    let text = |bytes: &Vec<u8>| Text::from(bytes.clone()).to_string();
    match state {
        State::Text(bytes) if bytes.is_empty() => "(empty)".to_owned(),
        State::Text(bytes) => from(0, &text(bytes)),
        State::Parameters(list) if list.is_empty() => "(no parameters)".to_owned(),
        State::Parameters(list) => {
            let all: Vec<String> = list.iter().map(|it| format!("[{}]", text(it))).collect();
            from(0, &all.join(" "))
        }
    }
}

/// The answers that are not as expected, and how many are.
fn answers(site: &Site<'_>, place: usize, path: &str) -> Html {
    let answer = |of: &AdapterResults<'_>| of.results.get(place).map(|it| it.verdict);
    let count = |wanted: Verdict| site.adapters.iter().filter(|of| answer(of) == Some(wanted)).count() as u64;
    let passed = plural(count(Verdict::Pass), "implementation passes", "implementations pass");
    let unsupported = plural(count(Verdict::Unsupported), "does not support it", "do not support it");
    let mut out = Html::element("p", format!("{passed}, {unsupported}."));
    let others = site.adapters.iter().filter_map(|of| Some((of, *of.results.get(place)?)));
    let others = others.filter(|(_, it)| !matches!(it.verdict, Verdict::Pass | Verdict::Unsupported));
    let row = |(of, it): (&AdapterResults<'_>, &CaseResult)| {
        let why = it.hint().map(message).or_else(|| Some(message(&it.known.as_ref()?.reason)));
        vec![
            implementation(path, &of.adapter.name),
            verdict(it.verdict),
            Html::code(answered(&it.outcome)),
            Html::marked(why.unwrap_or_default()),
        ]
    };
    let rows: Vec<Vec<Html>> = others.map(row).collect();
    if !rows.is_empty() {
        let label = format!("Other answers to {}", message(&site.cases[place].case));
        out.push(Html::table(&label, &["implementation", "verdict", "answered", "why"], rows));
    }
    out
}

fn object(site: &Site<'_>, place: usize) -> Value {
    let case = site.cases[place];
    let steps: Vec<Value> = steps(case).iter().flat_map(Trace::steps).map(step).collect();
    let answers: serde_json::Map<String, Value> = site
        .adapters
        .iter()
        .filter_map(|of| {
            let it = of.results.get(place)?;
            let answer = json!({ "verdict": it.verdict, "answered": answered(&it.outcome) });
            (it.verdict != Verdict::Unsupported).then(|| (of.adapter.name.clone(), answer))
        })
        .collect();
    json!({
        "id": case.case, "summary": case.summary, "clauses": case.clauses, "level": case.level,
        "operation": case.operation, "input": case.input, "expected": case.expected, "steps": steps, "answers": answers,
    })
}

fn step(step: &qsh_diagnose::Step) -> Value {
    json!({ "clause": step.clause, "part": step.part.name(), "before": show(&step.before), "after": show(&step.after) })
}
