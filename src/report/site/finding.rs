//! The findings of `docs/findings.md`: a table, and a page for each.

use serde_json::{Value, json};

use super::file::File;
use super::frame::{Page, up};
use super::html::Html;
use super::prose::render;
use crate::report::findings::{Finding, findings, sections};

/// The table, and the pages.
pub(super) fn files() -> Vec<File> {
    table().into_iter().chain(findings().iter().flat_map(page)).collect()
}

fn table() -> [File; 2] {
    let path = "findings.html";
    let row = |it: &Finding| {
        let follows = Html::link(&finding_path(it), Html::marked(it.follows));
        let severity = Html::with("span", &[("class", it.severity)], it.severity);
        vec![follows, severity, it.library.into(), it.reported.into()]
    };
    let titles = ["what follows", "severity", "library", "reported"];
    let mut content = Html::element("p", "What comparing and fuzzing have found in released libraries.");
    content.push(Html::table("Findings", &titles, findings().iter().map(row)));
    let data = json!({ "findings": findings().iter().map(object).collect::<Vec<Value>>() });
    Page { path: path.to_owned(), title: "Findings".to_owned(), content, kind: "findings", data }.files()
}

fn page(finding: &Finding) -> [File; 2] {
    let section = finding.section;
    let path = finding_path(finding);
    let severity = Html::with("span", &[("class", finding.severity)], finding.severity);
    let facts = [
        ("severity", severity),
        ("library", finding.library.into()),
        ("what follows", Html::marked(finding.follows)),
        ("reported", finding.reported.into()),
    ];
    let fact = |(name, value): (&'static str, Html)| [Html::element("dt", name), Html::element("dd", value)];
    let mut content = Html::element("dl", facts.into_iter().flat_map(fact).collect::<Html>());
    // The section of the library says how it was seen.
    if let Some(library) = section.parent.map(|place| &sections()[place]) {
        content.push(render(library.text, &path));
    }
    content.push(render(section.text, &path));
    let more = Html::link(&format!("{}findings.html", up(&path)), "All findings");
    content.push(Html::element("p", more));
    let title = match section.parent {
        Some(place) => format!("{}: {}", sections()[place].title, section.title),
        None => section.title.to_owned(),
    };
    let mut data = object(finding);
    data["text"] = section.text.into();
    Page { path, title, content, kind: "finding", data }.files()
}

fn finding_path(finding: &Finding) -> String {
    format!("findings/{}.html", finding.section.anchor)
}

fn object(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity, "library": finding.library, "follows": finding.follows,
        "reported": finding.reported, "anchor": finding.section.anchor,
    })
}
