//! The report as a table in Markdown: one row for each implementation. New failures follow, each with its cause.
//!
//! The table contains nothing that differs between runs. A project can commit it and review its changes.

use super::cells::{code, head, row, words};
use super::findings;
use super::new_failures::new_failures;
use super::page_names;
use super::probe::ProbeEntry;
use super::run::{AdapterResults, ReportedAdapter, RunReport};
use super::security::Security;
use super::style::counted;
use super::words::message;
use crate::causes::Effect;
use crate::suite::verdict::Verdict;

/// The titles of the table.
const TITLES: [&str; 9] =
    ["implementation", "library", "right", "wrong", "other", "unsupported", "accepts", "causes", "gravest cause"];
/// The maximum number of new failures that are told for one implementation.
const TOLD: usize = 20;

/// The longest description of a cause in the table.
const LONGEST: usize = 80;

/// Where the table links to.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the two targets")]
pub struct Links {
    /// The address of `docs/findings.md`. The row of a library that it is about links to its section.
    pub findings: Option<String>,
    /// The address of the folder that `qsh report site` wrote. Each implementation links to its page.
    pub site: Option<String>,
}

/// Writes the table.
///
/// It contains no times and no runtimes. Texts of implementations and reasons are escaped.
pub fn write(report: &RunReport, links: &Links) -> String {
    let all = report.by_adapter();
    let ran: Vec<&AdapterResults<'_>> = all.iter().filter(|it| it.adapter.not_run.is_none()).collect();
    let cases = counted(report.suite.cases as u64, "case");
    let implementations = counted(ran.len() as u64, "implementation");
    let mut out = match &report.probe {
        Some(probe) => findings_of(probe),
        None => format!("# Conformance\n\n{cases} against {implementations}.\n\n"),
    };
    out += &head(&TITLES);
    out.extend(ran.iter().map(|of| summary(of, links)));
    out += "\n*Wrong*: wrong answers, with known failures. *Other*: refusals for another reason. *Accepts*: bad tokens that are \
            accepted, of all bad tokens that were tried. *Causes*: the mistakes behind the wrong answers.\n";
    all.iter().for_each(|of| not_run(&mut out, of));
    // The findings of a probe say it already.
    for of in ran.iter().filter(|_| report.probe.is_none()) {
        new(&mut out, of, new_failures(of, report.requirements.level));
    }
    out
}

/// The findings of a probe.
fn findings_of(probe: &ProbeEntry) -> String {
    let mut out = format!("# Probe of {}\n\n", code(&format!("{} {}", probe.method, probe.url)));
    if let Some(why) = &probe.stopped {
        out += &format!("Not complete: {}.\n\n", words(why));
    }
    if probe.findings.is_empty() {
        return out + "No finding.\n\n";
    }
    out += &head(&["severity", "finding", "clause", "what follows", "shown by", "answer"]);
    for finding in &probe.findings {
        let first = |texts: &[String]| texts.first().map(|text| words(text)).unwrap_or_default();
        let (clause, shown_by) = (first(&finding.clauses), first(&finding.cases));
        let [title, consequence, response] =
            [&finding.title, &finding.consequence, &finding.response].map(|text| words(text));
        out += &row([words(&finding.severity), title, clause, consequence, shown_by, response]);
    }
    out + "\n"
}

/// The row of an implementation.
fn summary(of: &AdapterResults<'_>, links: &Links) -> String {
    let adapter = of.adapter;
    let count = |verdict: Verdict| adapter.count(verdict).to_string();
    let security = Security::of(&of.results);
    let accepts = match (security.bad_tokens, security.accepts.len()) {
        (0, _) => "–".to_owned(),
        (asked, 0) => format!("0 of {asked}"),
        (asked, accepted) => format!("**{accepted}** of {asked}"),
    };
    let causes = || adapter.causes.iter().flatten().filter(|cause| cause.effect != Effect::Open);
    let gravest = causes().next().map(|cause| words(&cut(&format!("{}: {}", cause.effect.words(), cause.does))));
    let name = link(
        words(&adapter.name),
        links
            .site
            .as_ref()
            .map(|site| format!("{}/{}", site.trim_end_matches('/'), page_names::implementation(&adapter.name))),
    );
    let library = link(
        words(&adapter.library()),
        links.findings.as_ref().and_then(|file| Some(format!("{file}#{}", section(adapter)?))),
    );
    row([
        name,
        library,
        count(Verdict::Pass),
        adapter.wrong().to_string(),
        count(Verdict::OtherReason),
        count(Verdict::Unsupported),
        accepts,
        causes().count().to_string(),
        gravest.unwrap_or_default(),
    ])
}

/// The beginning of a text, for a table that fits on a screen.
fn cut(text: &str) -> String {
    // A mark that is not closed would show as it is.
    let text = text.replace('`', "");
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// The anchor of the section on an adapter's library.
fn section(adapter: &ReportedAdapter) -> Option<&'static str> {
    let section = findings::of_library(adapter.library.as_deref()?, adapter.version.as_deref()?)?;
    Some(&section.anchor)
}

/// A text that links to an address.
fn link(text: String, to: Option<String>) -> String {
    match to {
        Some(to) => format!("[{text}]({})", to.replace(['(', ')', ' ', '|', '<', '>', '\n'], "")),
        None => text,
    }
}

/// The adapters that were not run or answered no case, with the reason.
fn not_run(out: &mut String, of: &AdapterResults<'_>) {
    let Some(why) = of.why_not_run() else { return };
    let why = why.lines().map(|line| words(line.trim())).collect::<Vec<_>>().join(" ");
    *out += &format!("\nNot run: {}, {why}\n", words(&of.adapter.name));
}

/// The new failures of an implementation, by cause.
fn new(out: &mut String, of: &AdapterResults<'_>, failures: Vec<(String, String)>) {
    if failures.is_empty() {
        return;
    }
    *out += &format!("\n## {}: new failures\n\n", words(&of.adapter.name));
    let count = failures.len();
    for (name, text) in failures.into_iter().take(TOLD) {
        let lines: Vec<String> = text.lines().map(|line| words(line.trim())).collect();
        *out += &format!("- {}: {}\n", code(&message(&name)), lines.join("<br>"));
    }
    if count > TOLD {
        *out += &format!("- and {} more\n", count - TOLD);
    }
}
