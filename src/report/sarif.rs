//! The report in SARIF 2.1.0, the format of code scanning. Each clause is a rule, each failure a result.

use std::collections::BTreeSet;

use percent_encoding::utf8_percent_encode;
use qsh_diagnose::percent;
use serde::Serialize;
use serde_json::{Value, json};

use super::points::{Point, State, points};
use super::run::{CaseResult, ReportedAdapter, RunReport};
use super::words::message;
use crate::suite::case::Level;
use crate::suite::spec;
use crate::suite::verdict::Verdict;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
/// The rule for failures that belong to no case.
const ADAPTER: &str = "adapter";

/// Returns the report as a SARIF log.
///
/// Known failures, and failures below the required level, are suppressed results. Results of an adapter are shown in the
/// file of its baseline, such as its `known.toml`, if the report names that file.
///
/// # Panics
///
/// Never: a log holds only text.
pub fn write(report: &RunReport) -> String {
    let found: Vec<(&ReportedAdapter, Point<'_>)> = report
        .by_adapter()
        .iter()
        .flat_map(|of| points(of, report.requirements.level).into_iter().map(|point| (of.adapter, point)))
        .filter(|(_, point)| !matches!(point.state, State::Passed | State::Skipped))
        .collect();
    let rules: BTreeSet<&str> = found.iter().map(|(_, point)| rule_of(point)).collect();
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
            results: found.iter().map(|(adapter, point)| result(adapter, point)).collect(),
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
    level: &'static str,
    message: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Value>,
    /// Identifies the same result in another run.
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
}

fn rule_of<'r>(point: &Point<'r>) -> &'r str {
    point.case.and_then(|result| result.clauses.first()).map_or(ADAPTER, String::as_str)
}

fn rule(id: &str) -> Value {
    let text = match spec::clause(id) {
        Some(clause) => clause.title,
        None => "The adapter answers every question, and its list of known failures is up to date",
    };
    json!({ "id": id, "shortDescription": { "text": text } })
}

fn result(adapter: &ReportedAdapter, point: &Point<'_>) -> Finding {
    let lines: Vec<String> = point.message.iter().flat_map(|text| text.lines()).map(message).collect();
    let (file, adapter, name) = (&adapter.baseline, message(&adapter.name), point.name());
    let is_tolerated = point.state == State::Tolerated;
    let suppression = json!({ "kind": "external", "justification": lines.join("\n") });
    Finding {
        rule_id: rule_of(point).to_owned(),
        level: point.case.map_or("error", level),
        message: json!({ "text": format!("{adapter}: {name}: {}", lines.join("\n")) }),
        locations: file.iter().map(|file| location(file)).collect(),
        partial_fingerprints: json!({ "adapterAndCase/v1": format!("{adapter} {name}") }),
        suppressions: is_tolerated.then_some(suppression).into_iter().collect(),
    }
}

fn level(result: &CaseResult) -> &'static str {
    match result.level {
        _ if result.verdict == Verdict::OtherReason => "note",
        Level::Must => "error",
        Level::Should => "warning",
        Level::Open => "note",
    }
}

fn location(file: &str) -> Value {
    let uri = utf8_percent_encode(file, percent::SLASH_KEPT).to_string();
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": { "startLine": 1 } } })
}
