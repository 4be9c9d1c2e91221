use insta::assert_snapshot;
use serde_json::{Value, json};

use super::*;

fn report() -> Value {
    let result =
        json!({ "case": "a/b", "adapter": "mine", "level": "must", "verdict": "pass", "outcome": { "kind": "ok" } });
    json!({
        "format": "qsh-report", "version": 1, "suite": { "version": "0.1.0", "cases": 1 },
        "adapters": [{
            "name": "mine", "version": "1.0", "language": "Rust", "runtime": "native", "incidents": [], "remarks": [],
            "stale": [], "unexplained": 0, "checked": 0, "disputes": [],
        }],
        "results": [result], "conclusion": "as_expected",
        "requirements": { "level": "should", "unavailable_is_fine": true, "silence_is_fine": true },
    })
}

fn differences() -> Value {
    json!({
        "format": "qsh-differences", "version": 1, "cases": 10, "differing": 1, "seed": 1, "seconds": 1, "adapters": [],
        "violations": [], "clusters": [{ "count": 1, "described": true }],
    })
}

fn read(report: &Value) -> Result<Document, BadDocument> {
    Document::read(report.to_string().as_bytes())
}

#[test]
fn what_is_not_known_is_passed_over_and_results_are_kept_as_they_are_written() {
    let mut report = report();
    (report["later"], report["suite"]["later"], report["adapters"][0]["later"]) = (json!(1), json!([]), json!({}));
    report["results"][0]["later"] = json!("kept");
    let Document::Run(read) = read(&report).unwrap() else { panic!("it is of a run") };
    let written: Value = serde_json::from_str(&read.to_json()).unwrap();
    assert_eq!(written["results"], report["results"]);
    assert_eq!(written["adapters"][0]["summary"]["pass"], 1);
}

#[test]
fn what_is_wrong_with_a_report_of_a_run_is_said() {
    let error = |change: fn(&mut Value)| {
        let mut report = report();
        change(&mut report);
        read(&report).unwrap_err()
    };
    assert_snapshot!(Document::read(b"<xml>").unwrap_err(), @"not JSON: expected value at line 1 column 1");
    assert_snapshot!(error(|it| *it = json!([])), @r#"expected a report of `qsh run --format json`, of format "qsh-report", or a report of `qsh diff --format json`, of format "qsh-differences", found none"#);
    assert_snapshot!(error(|it| it["version"] = json!(2)), @"expected version 1 of the format, found 2");
    assert_snapshot!(error(|it| it["requirements"] = Value::Null), @"invalid type: null, expected struct Requirements at line 1 column 232");
    assert_snapshot!(error(|it| it["adapters"] = json!([])), @"case a/b: mine is none of the report's adapters");
    assert_snapshot!(error(|it| it["results"][0]["verdict"] = json!("good")), @"unknown variant `good`, expected one of `pass`, `fail`, `known_failure`, `unexpected_pass`, `unsupported`, `open`, `error` at line 1 column 396");
    assert_snapshot!(error(|it| it["results"][0]["case"] = Value::Null), @"invalid type: null, expected a string at line 1 column 395");
    assert_snapshot!(error(|it| it["suite"]["cases"] = json!(2)), @"expected a result of mine for each case (2), found 1");
    let again = |it: &mut Value| {
        let first = it["results"][0].clone();
        it["results"].as_array_mut().unwrap().push(first);
        it["suite"]["cases"] = json!(2);
    };
    let mut twice = report();
    again(&mut twice);
    assert_snapshot!(read(&twice).unwrap_err(), @"expected one result of mine for each case, found two for a/b");
    let shard = |index: usize, cases: usize| json!({ "index": index, "count": 2, "cases": cases, "selection": "s" });
    for (part, why) in [
        (shard(3, 1), "shard: expected an index from 1 to count"),
        (shard(0, 1), "shard: expected an index from 1 to count"),
        (shard(1, 4), "suite.cases: expected 2 for shard 1/2 of 4, found 1"),
    ] {
        let mut report = report();
        report["shard"] = part;
        assert_eq!(read(&report).unwrap_err().to_string(), why);
    }
}

#[test]
fn every_adapter_has_the_same_cases_in_the_same_order() {
    let mut report = report();
    let mut other = report["adapters"][0].clone();
    other["name"] = json!("other");
    report["adapters"].as_array_mut().unwrap().push(other);
    assert_snapshot!(read(&report).unwrap_err(), @"expected a result of other for each case (1), found 0");
    let mut result = report["results"][0].clone();
    (result["adapter"], result["case"]) = (json!("other"), json!("a/c"));
    report["results"].as_array_mut().unwrap().push(result);
    assert_snapshot!(read(&report).unwrap_err(), @"expected a result of other for a/b, found one for a/c");
    report["adapters"][1]["name"] = json!("mine");
    assert_snapshot!(read(&report).unwrap_err(), @"case a/c: other is none of the report's adapters");
    report["adapters"][1] = json!(7);
    assert!(read(&report).is_err());
}

#[test]
fn what_is_wrong_with_a_report_of_a_comparison_is_said() {
    let error = |change: fn(&mut Value)| {
        let mut report = differences();
        change(&mut report);
        read(&report).unwrap_err()
    };
    assert!(matches!(read(&differences()), Ok(Document::Differences(_))));
    assert_snapshot!(error(|it| it["seed"] = json!(-1)), @"invalid value: integer `-1`, expected u64 at line 1 column 130");
    assert_snapshot!(error(|it| it["clusters"][0]["count"] = Value::Null), @"expected a member count, a number at line 1 column 70");
    assert_snapshot!(error(|it| it["clusters"][0]["described"] = json!("yes")), @"expected a member described, true or false at line 1 column 68");
}
