//! The SARIF log: of its schema, and of the rules that GitHub's code scanning documents.

use std::collections::BTreeSet;

use qsh::report::places::Places;
use qsh::report::run::RunReport;
use qsh::report::{junit, sarif};
use serde_json::{Value, json};

use super::with_report;

/// A report with a baseline and an adapter's file.
fn with_places(test: impl FnOnce(&RunReport)) {
    with_report(|report| {
        let mut report = report.clone();
        let baseline = "version = 1\n[[known]]\ncase = \"a/known\"\n\n[[known]]\ncase = \"gone/*\"\n";
        report.adapters[0].places = Some(Places::in_baseline("adapters/my sdk/known.toml", baseline));
        report.adapters[1].places = Some(Places::in_file("adapters/absent/adapter.toml"));
        test(&report);
    });
}

fn log(report: &RunReport) -> Value {
    serde_json::from_str(&sarif::write(report)).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

fn of_case<'l>(log: &'l Value, id: &str) -> &'l Value {
    let is_it = |it: &&Value| it["partialFingerprints"]["adapterAndCase/v1"] == format!("scripted {id}");
    results(log).iter().find(is_it).unwrap_or_else(|| panic!("no result for {id}"))
}

#[test]
fn the_log_is_of_its_schema_and_has_a_result_for_each_failure() {
    // In the published schema, one pattern has an unbalanced bracket.
    let schema = include_str!("../../sarif-schema-2.1.0.json").replace("-[a-zA-Z]{2}]?$", "(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    with_places(|report| {
        let log = log(report);
        let errors: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        let document = quick_junit::Report::deserialize_from_str(&junit::write(report)).unwrap();
        let failed = results(&log).iter().filter(|result| result.get("suppressions").is_none());
        assert_eq!(failed.count(), document.failures + document.errors);
    });
}

#[test]
fn a_result_names_its_cause_and_its_request() {
    with_places(|report| {
        let log = log(report);
        let refused = of_case(&log, "a/refused");
        assert_eq!((&refused["ruleId"], &refused["level"]), (&json!("QSH-P7"), &json!("error")));
        assert_eq!(
            refused["message"]["text"],
            "scripted: a/refused: GET /refused: expected GET&/refused&, answered refused (malformed): no"
        );
        assert_eq!(
            of_case(&log, "a/wrong-path")["message"]["text"],
            "scripted: another hash: trailing_slash=kept: a trailing `/` stays (QSH-P7).\n\
             a/wrong-path: GET /wrong-path/: expected GET&/wrong-path&, answered GET&/wrong-path/&"
        );
        let known = of_case(&log, "a/known");
        let suppressed = json!([{ "kind": "external", "justification": "known failure: it always was so" }]);
        assert_eq!((&known["suppressions"], &known["level"]), (&suppressed, &json!("note")));
    });
}

#[test]
fn a_result_is_at_its_entry_or_else_at_a_file_of_its_adapter() {
    with_places(|report| {
        let log = log(report);
        let place = |result: &Value| {
            let place = &result["locations"][0]["physicalLocation"];
            (place["artifactLocation"]["uri"].clone(), place["region"]["startLine"].clone())
        };
        let baseline = json!("adapters/my%20sdk/known.toml");
        assert_eq!(place(of_case(&log, "a/known")), (baseline.clone(), json!(3)));
        assert_eq!(place(of_case(&log, "adapter: baseline entry gone/*")), (baseline.clone(), json!(6)));
        assert_eq!(place(of_case(&log, "a/refused")), (baseline, json!(1)));
        let broken = results(&log).iter().find(|it| it["message"]["text"].as_str().unwrap().starts_with("broken"));
        assert_eq!(place(broken.unwrap()), (json!("README.md"), json!(1)));
    });
}

/// The rules of "SARIF support for code scanning" in the documentation of GitHub, by section:
/// <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
#[test]
fn the_log_keeps_the_rules_of_code_scanning() {
    with_places(|report| {
        let log = log(report);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // "Supported SARIF output file properties": a required property has a value, and it is not the empty string.
        let required = |of: &Value, pointers: &[&str]| {
            for pointer in pointers {
                let value = of.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {of}"));
                assert!(value.as_str() != Some(""), "{pointer} is empty in {of}");
            }
        };
        // "sarifLog object"
        required(&log, &["/$schema", "/version", "/runs"]);
        assert_eq!(log["version"], "2.1.0");
        // "Validating your SARIF file", the table of limits: 20 runs, 25,000 results, 25,000 rules.
        assert!(log["runs"].as_array().unwrap().len() <= 20);
        let run = &log["runs"][0];
        assert!(results(&log).len() <= 25_000);
        // "run object" and "toolComponent object"
        required(run, &["/tool/driver/name", "/tool/driver/rules", "/results"]);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert!(rules.len() <= 25_000);
        let ids: BTreeSet<String> = rules.iter().map(|rule| text(&rule["id"])).collect();
        assert_eq!(ids.len(), rules.len());
        for rule in rules {
            // "reportingDescriptor object"
            required(rule, &["/id", "/shortDescription/text", "/fullDescription/text", "/help/text"]);
            for description in ["/shortDescription/text", "/fullDescription/text"] {
                assert!(text(rule.pointer(description).unwrap()).chars().count() <= 1024, "{rule}");
            }
            let precisions = ["very-high", "high", "medium", "low"];
            assert!(precisions.contains(&&*text(&rule["properties"]["precision"])), "{rule}");
            let severities = ["error", "warning", "recommendation"];
            assert!(severities.contains(&&*text(&rule["properties"]["problem.severity"])), "{rule}");
        }
        let mut fingerprints = BTreeSet::new();
        for result in results(&log) {
            // "result object": a message, at least one location, and fingerprints. A rule is one of the list.
            required(result, &["/message/text", "/locations/0", "/partialFingerprints/primaryLocationLineHash"]);
            assert!(ids.contains(&text(&result["ruleId"])), "{result}");
            assert_eq!(result["locations"].as_array().unwrap().len(), 1, "only one location should be included");
            // Code scanning uses this fingerprint alone, so that no two results may have the same.
            assert!(fingerprints.insert(text(&result["partialFingerprints"]["primaryLocationLineHash"])), "{result}");
            // "physicalLocation object": a relative path from the root of the repository, and a whole region.
            let place = &result["locations"][0]["physicalLocation"];
            required(place, &["/artifactLocation/uri"]);
            let uri = text(&place["artifactLocation"]["uri"]);
            assert!(!uri.starts_with('/') && !uri.contains(':') && !uri.contains(".."), "{uri}");
            for member in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(place["region"][member].as_u64().is_some_and(|number| number > 0), "{place}");
            }
        }
        // "Results per run": the 5,000 that are shown are chosen by severity. The gravest come first.
        let order = |result: &Value| ["error", "warning", "note"].iter().position(|it| result["level"] == *it).unwrap();
        assert!(results(&log).is_sorted_by_key(order));
    });
}

/// Code scanning rejects a log with more than 25,000 results, so that all of them would be lost.
#[test]
fn a_log_has_no_more_results_than_code_scanning_takes() {
    with_places(|report| {
        let mut report = report.clone();
        report.adapters[0].stale = (0..30_000).map(|number| format!("gone/{number}")).collect();
        let all = 30_000 - 1 + results(&log(&with_places_only(&report))).len();
        let log = log(&report);
        assert_eq!(results(&log).len(), 25_000);
        let last = results(&log).last().unwrap();
        let left_out = all - 24_999;
        let expected = format!(
            "{},{:03} results are left out: code scanning takes 25000 at most.",
            left_out / 1000,
            left_out % 1000
        );
        assert_eq!(last["message"]["text"], expected);
    });
}

/// The same report with one obsolete entry.
fn with_places_only(report: &RunReport) -> RunReport {
    let mut report = report.clone();
    report.adapters[0].stale.truncate(1);
    report
}
