//! The JSON report of a run: its members, and that it is read as it was written.

use qsh::report::document::Document;
use qsh::report::human;
use qsh::suite::verdict::Verdict;
use serde_json::{Value, json};

use super::reports::with_report;

#[test]
fn json() {
    with_report(|report| {
        let text = report.to_json().replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let value: Value = serde_json::from_str(&text).unwrap();
        insta::assert_json_snapshot!(value);
    });
}

/// A saved report gives the same text in every format.
#[test]
fn a_report_is_read_as_it_was_written() {
    with_report(|report| {
        let Document::Run(read) = Document::read(report.to_json().as_bytes()).unwrap() else {
            panic!("it is of a run")
        };
        assert_eq!(read, *report);
        assert_eq!(human::write(&read, human::Detail::Cases), human::write(report, human::Detail::Cases));
    });
}

/// The members that programs rely on, by name and type.
#[test]
fn json_has_the_members_of_version_1() {
    with_report(|report| {
        let value: Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!((&value["format"], &value["version"]), (&json!("qsh-report"), &json!(1)));
        assert_eq!(value["suite"]["cases"], report.suite.cases);
        assert!(value["suite"]["version"].is_string());
        for (adapter, found) in value["adapters"].as_array().unwrap().iter().zip(&report.adapters) {
            assert_eq!(adapter["name"], found.name);
            for verdict in Verdict::ALL {
                assert_eq!(adapter["summary"][verdict.name()], found.count(verdict), "{}", verdict.name());
            }
        }
        let results = value["results"].as_array().unwrap();
        assert_eq!(results.len(), report.results.len());
        for result in results {
            for member in ["case", "adapter", "level", "verdict"] {
                assert!(result[member].is_string(), "{member}: {result}");
            }
            assert!(result["clauses"].is_array() && result["micros"].is_u64() && result["expected"].is_object());
            let outcome = &result["outcome"];
            match outcome["kind"].as_str().unwrap() {
                "ok" => assert!(outcome["value"].is_object()),
                "rejected" => assert!(outcome["reason"].is_string() && outcome["message"].is_string()),
                "fault" => assert!(outcome["type"].is_string() && outcome["message"].is_string()),
                _ => assert!(outcome["message"].is_string(), "{outcome}"),
            }
            if let Some(difference) = result.get("difference") {
                assert!(difference["stage"].is_string() && difference["at"].is_u64());
            }
        }
    });
}
