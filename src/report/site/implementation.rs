//! The page of an implementation: its causes first, then every case that is not as expected.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::file::File;
use super::frame::{Page, up};
use super::html::Html;
use super::model::{Site, causes, clause, clauses, does, is_wrong, verdict};
use crate::report::findings::{self, findings};
use crate::report::page_names;
use crate::report::points::{Point, State, points};
use crate::report::run::{AdapterResults, CaseResult};
use crate::report::security::Security;
use crate::report::style::counted;
use crate::report::words::{answered, expectation, message};
use crate::suite::case::Level;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

pub(super) fn files(site: &Site<'_>, of: &AdapterResults<'_>, security: &Security) -> [File; 2] {
    let adapter = of.adapter;
    let path = page_names::implementation(&adapter.name);
    let mut content = facts(of, security, &path);
    if let Some(why) = of.why_not_run() {
        let why: Vec<String> = why.lines().map(message).collect();
        content.push(Html::element("p", format!("Not run: {}", why.join(" "))));
    }
    let problems = problems(of, site.report.requirements.level);
    if !problems.is_empty() {
        content.push(Html::element("h2", "Problems"));
        content.push(Html::list(problems.iter().map(Html::text)));
    }
    content.push(causes_of(site, of, &path));
    content.push(findings_of(of, &path));
    content.push(clauses_of(of, &path));
    content.push(cases_of(site, of, &path));
    let data = json!({
        "name": adapter.name, "library": adapter.library, "version": adapter.version, "language": adapter.language,
        "summary": adapter.summary, "described": adapter.described, "causes": adapter.causes,
        "not_explained": adapter.not_explained, "problems": problems,
        "results": of.results.iter().filter(|it| is_listed(it)).map(|it| result(it)).collect::<Vec<Value>>(),
    });
    Page { path, title: message(&adapter.name), content, kind: "implementation", data }.files()
}

/// What failed beside the cases: answers outside the protocol, obsolete entries of the baseline, tokens of others.
fn problems(of: &AdapterResults<'_>, required: Level) -> Vec<String> {
    let failed = |point: &Point<'_>| matches!(point.state, State::Failed | State::Error) && point.case().is_none();
    let text = |point: Point<'_>| point.message.unwrap_or_default().lines().map(message).collect::<Vec<_>>().join(" ");
    points(of, required).into_iter().filter(failed).map(text).collect()
}

fn facts(of: &AdapterResults<'_>, security: &Security, path: &str) -> Html {
    let adapter = of.adapter;
    let optional = |text: &Option<String>| message(text.as_deref().unwrap_or_default());
    let mut facts: Vec<(&str, Html)> = vec![
        ("library", message(&adapter.library()).into()),
        ("language", optional(&adapter.language).into()),
        ("runtime", optional(&adapter.runtime).into()),
    ];
    let counts = Verdict::ALL.iter().filter(|it| adapter.count(**it) > 0);
    let counts = counts.map(|it| [Html::text(format!("{} ", adapter.count(*it))), verdict(*it)].into_iter().collect());
    facts.push(("cases", Html::join(counts, ", ")));
    facts.extend(security.verdict_on_tokens().map(|text| ("tokens", text.into())));
    let badge = page_names::badge(&adapter.name);
    facts.push(("badge", Html::link(&format!("{}{badge}", up(path)), "data for shields.io")));
    let fact = |(name, value): (&str, Html)| [Html::element("dt", name), Html::element("dd", value)];
    Html::element("dl", facts.into_iter().flat_map(fact).collect::<Html>())
}

/// The causes, each with an example.
fn causes_of(site: &Site<'_>, of: &AdapterResults<'_>, path: &str) -> Html {
    let rows: Vec<Vec<Html>> = causes(of)
        .map(|cause| {
            let example = cause.cases.first().map(|id| site.case(path, id)).unwrap_or_default();
            let pair =
                cause.collisions.first().map(|pair| Html::join(pair.iter().map(|id| site.case(path, id)), " and "));
            vec![
                does(cause),
                cause.effect.words().into(),
                clauses(path, &cause.clauses),
                Html::text(cause.cases.len().to_string()),
                pair.unwrap_or(example),
                Html::text(message(&cause.seen_in.join(", "))),
            ]
        })
        .collect();
    if rows.is_empty() && of.adapter.not_explained.is_empty() {
        return Html::default();
    }
    let mut out = Html::element("h2", "Causes");
    let titles = ["what it does", "what follows", "clauses", "cases", "example", "who else"];
    out.push(Html::table("Causes", &titles, rows));
    if !of.adapter.not_explained.is_empty() {
        let ids = of.adapter.not_explained.iter().map(|id| site.case(path, id));
        let ids = Html::join(ids, ", ");
        out.push(Html::element("p", [Html::text("Without a cause: "), ids].into_iter().collect::<Html>()));
    }
    out
}

/// The findings about this version of the library.
fn findings_of(of: &AdapterResults<'_>, path: &str) -> Html {
    let adapter = of.adapter;
    let section = adapter.library.as_deref().zip(adapter.version.as_deref());
    let Some(section) = section.and_then(|(name, version)| findings::of_library(name, version)) else {
        return Html::default();
    };
    let is_about = |part: &findings::Section| {
        part == section || part.parent.is_some_and(|parent| &findings::sections()[parent] == section)
    };
    let item = |finding: &findings::Finding| {
        let to = format!("{}findings/{}.html", up(path), finding.section.anchor);
        let severity = Html::with("span", &[("class", finding.severity)], finding.severity);
        Html::join([severity, Html::link(&to, Html::marked(finding.follows))], " ")
    };
    let items = findings().iter().filter(|finding| is_about(finding.section)).map(item);
    [Html::element("h2", "Findings"), Html::list(items)].into_iter().collect()
}

/// The clauses that it departs from.
fn clauses_of(of: &AdapterResults<'_>, path: &str) -> Html {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in of.results.iter().filter(|it| is_wrong(it)).filter_map(|it| it.clauses.first()) {
        *counts.entry(id).or_default() += 1;
    }
    if counts.is_empty() {
        return Html::default();
    }
    let row = |it: &spec::Clause| {
        let count = counts.get(it.id)?;
        Some(vec![clause(path, it.id), it.title.into(), it.level.name().into(), Html::text(count.to_string())])
    };
    let table = Html::table("Clauses", &["clause", "title", "level", "wrong"], spec::clauses().iter().filter_map(row));
    [Html::element("h2", "Clauses that it departs from"), table].into_iter().collect()
}

/// Whether a result is in the list of cases.
fn is_listed(result: &CaseResult) -> bool {
    !matches!(result.verdict, Verdict::Pass | Verdict::Unsupported | Verdict::Open)
}

fn cases_of(site: &Site<'_>, of: &AdapterResults<'_>, path: &str) -> Html {
    let listed: Vec<&&CaseResult> = of.results.iter().filter(|it| is_listed(it)).collect();
    if listed.is_empty() {
        return Html::default();
    }
    let row = |it: &&CaseResult| {
        let known = it.known.as_ref().map(|known| message(&known.reason)).unwrap_or_default();
        vec![
            site.case(path, &it.case),
            verdict(it.verdict),
            Html::code(expectation(it)),
            Html::code(answered(&it.outcome)),
            Html::marked(known),
        ]
    };
    let titles = ["case", "verdict", "expected", "answered", "known reason"];
    let heading = format!("{} not as expected", counted(listed.len() as u64, "case"));
    let table = Html::table("Cases that are not as expected", &titles, listed.into_iter().map(row));
    [Html::element("h2", heading), table].into_iter().collect()
}

fn result(it: &CaseResult) -> Value {
    json!({
        "case": it.case, "verdict": it.verdict, "expected": expectation(it), "answered": answered(&it.outcome),
        "known": it.known.as_ref().map(|known| &known.reason),
    })
}
