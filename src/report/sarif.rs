//! The report in SARIF 2.1.0, the format of code scanning. Each clause is a rule, each failure a result.
//!
//! It keeps the rules of [GitHub's code scanning][rules], which shows only results that have a location, and rejects a log with
//! too many results.
//!
//! [rules]: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

use std::collections::BTreeSet;

use percent_encoding::utf8_percent_encode;
use qsh_diagnose::{Text, percent};
use serde::Serialize;
use serde_json::{Value, json};

use super::places::Places;
use super::points::{Point, State, Subject, points};
use super::run::{CaseResult, ReportedAdapter, RunReport};
use super::style::plural;
use super::words::{headline, message};
use crate::runner::DIALECT;
use crate::suite::case::Level;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
/// The rule for failures that belong to no case.
const ADAPTER: &str = "adapter";
/// The file for results without a better place. Almost every repository has it.
const ANY_FILE: &str = "README.md";
/// GitHub rejects a log with more results.
const MOST_RESULTS: usize = 25_000;
/// GitHub limits the descriptions of a rule to this number of characters.
const DESCRIPTION: usize = 1024;

/// Returns the report as a SARIF log.
///
/// Known failures, and failures below the required level, are suppressed results of the level `note`. A result is shown at
/// its entry of the adapter's baseline, else at the file that the report gives for the adapter. The gravest results come
/// first. A log of more than 25,000 results ends with one that counts the results that are left out.
///
/// # Panics
///
/// Never: a log holds only text.
pub fn write(report: &RunReport) -> String {
    let required = report.requirements.level;
    let adapters = report.by_adapter();
    let found = adapters.iter().flat_map(|of| points(of, required).into_iter().map(|point| (of.adapter, point)));
    let found = found.filter(|(_, point)| !matches!(point.state, State::Passed | State::Skipped));
    let mut results: Vec<Finding> = found.map(|(adapter, point)| result(adapter, &point)).collect();
    results.sort_by_key(|result| result.level);
    if results.len() > MOST_RESULTS {
        let left_out = results.split_off(MOST_RESULTS - 1);
        results.push(not_shown(left_out.len()));
    }
    let rules: BTreeSet<&str> = results.iter().map(|result| result.rule_id.as_str()).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": {
                "name": "qsh",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            } }),
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    serde_json::to_string(&log).expect("a log holds only text") + "\n"
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Value,
    column_kind: &'static str,
    results: Vec<Finding>,
}

/// A result of the log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    level: Severity,
    message: Value,
    locations: [Value; 1],
    /// Identifies the same result in another run.
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
}

/// The level of a result, the gravest first.
#[derive(Clone, Copy, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
    Note,
}

fn rule_of<'r>(point: &Point<'r>) -> &'r str {
    point.case().and_then(|result| result.clauses.first()).map_or(ADAPTER, String::as_str)
}

/// A clause as a rule. Its help is the text of the clause.
fn rule(id: &str) -> Value {
    let adapter = "The adapter answers every question, and its list of known failures is up to date";
    let short = spec::clause(id).map_or(adapter, |clause| clause.title);
    let text = spec::clause(id).map_or(short, |clause| clause.text);
    let paragraph = text.split("\n\n").find_map(|paragraph| paragraph.strip_prefix("**Rule.** ")).unwrap_or(short);
    let full: String = paragraph.replace('\n', " ").chars().take(DESCRIPTION).collect();
    let severity = match spec::clause(id).map(|clause| clause.level) {
        Some(Level::Should) => "warning",
        Some(Level::Open) => "recommendation",
        Some(Level::Must) | None => "error",
    };
    json!({
        "id": id,
        "shortDescription": { "text": short },
        "fullDescription": { "text": full },
        "help": { "text": text, "markdown": text },
        "properties": { "precision": "very-high", "problem.severity": severity },
    })
}

fn result(adapter: &ReportedAdapter, point: &Point<'_>) -> Finding {
    let lines: Vec<String> = point.message.iter().flat_map(|text| text.lines()).map(message).collect();
    let (why, name, case) = (lines.join("\n"), message(&adapter.name), message(&point.name()));
    // The cause comes first: only the first sentence is shown in lists.
    let text = match point.cause {
        Some(cause) => format!("{name}: {}.\n{case}: {why}", headline(cause)),
        None => format!("{name}: {case}: {why}"),
    };
    let is_tolerated = point.state == State::Tolerated;
    let entries: Vec<&str> = match point.subject {
        Subject::Case(result) => {
            let choices = result.known.iter().flat_map(|known| &known.choices);
            [&result.case].into_iter().chain(choices).map(String::as_str).collect()
        }
        Subject::Stale(entry) => vec![entry.strip_prefix(DIALECT).unwrap_or(entry)],
        Subject::Token(dispute) => vec![&dispute.case],
        Subject::Start | Subject::Answers | Subject::Incident(_) => Vec::new(),
    };
    Finding {
        rule_id: rule_of(point).to_owned(),
        level: if is_tolerated { Severity::Note } else { point.case().map_or(Severity::Error, severity) },
        message: json!({ "text": text }),
        locations: [location(adapter.places.as_ref(), &entries)],
        partial_fingerprints: fingerprints(&format!("{name} {case}")),
        suppressions: is_tolerated.then(|| json!({ "kind": "external", "justification": why })).into_iter().collect(),
    }
}

/// The result that stands for all results that the log has no room for.
fn not_shown(count: usize) -> Finding {
    let results = plural(count as u64, "result is", "results are");
    Finding {
        rule_id: ADAPTER.to_owned(),
        level: Severity::Error,
        message: json!({ "text": format!("{results} left out: code scanning takes {MOST_RESULTS} at most.") }),
        locations: [location(None, &[])],
        partial_fingerprints: fingerprints("results that are left out"),
        suppressions: Vec::new(),
    }
}

fn severity(result: &CaseResult) -> Severity {
    match result.level {
        _ if result.verdict == Verdict::Error => Severity::Error,
        _ if result.verdict == Verdict::OtherReason => Severity::Note,
        Level::Must => Severity::Error,
        Level::Should => Severity::Warning,
        Level::Open => Severity::Note,
    }
}

/// GitHub uses `primaryLocationLineHash` alone. It would otherwise compute one from the line, and several results may have
/// one line.
fn fingerprints(identity: &str) -> Value {
    let hash = Text::from(identity).sha256_hex();
    json!({ "adapterAndCase/v1": identity, "primaryLocationLineHash": format!("{}:1", &hash[..16]) })
}

/// The place of the first of these entries that the baseline has, as an empty region at the beginning of its line.
fn location(places: Option<&Places>, entries: &[&str]) -> Value {
    let file = places.map_or(ANY_FILE, |places| places.file.as_str());
    let line = places.and_then(|places| entries.iter().find_map(|entry| places.line(entry))).unwrap_or(1);
    let uri = utf8_percent_encode(file, percent::SLASH_KEPT).to_string();
    let region = json!({ "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1 });
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } })
}
