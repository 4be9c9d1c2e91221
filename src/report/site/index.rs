//! The first page: the search, and the implementations.

use serde_json::{Value, json};

use super::file::File;
use super::frame::Page;
use super::html::Html;
use super::model::{Site, causes, implementation};
use crate::report::run::AdapterResults;
use crate::report::security::Security;
use crate::report::style::counted;
use crate::report::words::message;
use crate::suite::verdict::Verdict;

const PATH: &str = "index.html";
const INPUT: &str = r#"<input type="search" id="text" name="text" autocomplete="off">"#;
const TITLES: [&str; 10] = [
    "implementation",
    "library",
    "language",
    "right",
    "wrong",
    "other reason",
    "unsupported",
    "bad tokens accepted",
    "causes",
    "gravest cause",
];

pub(super) fn files(site: &Site<'_>) -> [File; 2] {
    let cases = counted(site.report.suite.cases as u64, "case");
    let implementations = counted(site.adapters.len() as u64, "implementation");
    let mut content =
        Html::element("p", format!("{cases} against {implementations}. Wrong answers include known failures."));
    content.push(search());
    content.push(Html::element("h2", "Implementations"));
    content.push(Html::table("Implementations", &TITLES, site.with_security().map(row)));
    let data = json!({
        "suite": site.report.suite.version, "cases": site.report.suite.cases,
        "implementations": site.with_security().map(summary).collect::<Vec<Value>>(),
    });
    let page = Page { path: PATH.to_owned(), title: "Conformance".to_owned(), content, kind: "index", data };
    page.files_with(&["search.js", "site.js"])
}

/// The field of the search. Its script shows it.
fn search() -> Html {
    let field = Html::with("label", &[("for", "text")], "Search implementations, clauses, findings and vectors");
    let form = Html::with(
        "form",
        &[("id", "search"), ("role", "search"), ("hidden", "")],
        Html::join([field, Html::constant(INPUT)], " "),
    );
    let count = Html::with("p", &[("id", "count"), ("role", "status")], "");
    let found = Html::with("ul", &[("id", "found"), ("aria-label", "Found")], "");
    [form, count, found].into_iter().collect()
}

fn row((of, security): (&AdapterResults<'_>, &Security)) -> Vec<Html> {
    let adapter = of.adapter;
    let mut cells = vec![
        implementation(PATH, &adapter.name),
        Html::text(message(&adapter.library())),
        Html::text(message(adapter.language.as_deref().unwrap_or_default())),
    ];
    if let Some(why) = of.why_not_run() {
        let why = why.lines().next().unwrap_or_default();
        cells.push(Html::text(format!("not run: {}", message(why))));
        cells.resize(TITLES.len(), Html::default());
        return cells;
    }
    let accepts = match (security.bad_tokens, security.accepts.len()) {
        (0, _) => "–".to_owned(),
        (asked, accepted) => format!("{accepted} of {asked}"),
    };
    let gravest = causes(of).next().map(|cause| format!("{}: {}", cause.effect.words(), message(&cause.does)));
    let counts = [Verdict::OtherReason, Verdict::Unsupported].map(|verdict| of.adapter.count(verdict));
    cells.extend([right(of), of.adapter.wrong()].into_iter().chain(counts).map(|it| Html::text(it.to_string())));
    cells.extend([accepts, causes(of).count().to_string()].map(Html::text));
    cells.push(Html::marked(gravest.unwrap_or_default()));
    cells
}

fn right(of: &AdapterResults<'_>) -> usize {
    of.adapter.count(Verdict::Pass)
}

fn summary((of, security): (&AdapterResults<'_>, &Security)) -> Value {
    json!({
        "name": of.adapter.name, "library": of.adapter.library, "version": of.adapter.version,
        "language": of.adapter.language, "not_run": of.why_not_run(), "right": right(of), "wrong": of.adapter.wrong(),
        "other_reason": of.adapter.count(Verdict::OtherReason),
        "unsupported": of.adapter.count(Verdict::Unsupported), "bad_tokens": security.bad_tokens,
        "bad_tokens_accepted": security.accepts.len(), "causes": causes(of).count(),
    })
}
