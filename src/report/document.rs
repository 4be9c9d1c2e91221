//! Reads the JSON reports of `qsh run` and `qsh diff`.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::comparison::ComparisonReport;
use super::conclusion::Conclusion;
use super::run::RunReport;
use crate::suite::head::Format;

/// A report that was read from JSON.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two formats of reports")]
pub enum Document {
    /// The report of a run.
    Run(RunReport),
    /// The report of a comparison.
    Differences(ComparisonReport),
}

impl Document {
    /// Reads a report of either format.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or is of another format or version. A required member is missing or has the wrong type.
    /// The results do not fit the rest of the report.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::report::document::Document;
    ///
    /// let error = Document::read(br#"{"format":"qsh-report","version":2}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "expected version 1 of the format, found 2");
    /// ```
    pub fn read(text: &[u8]) -> Result<Self, BadDocument> {
        let value: Value = serde_json::from_slice(text).map_err(|error| BadDocument(format!("not JSON: {error}")))?;
        Ok(match Format::of(&value, &[Format::REPORT, Format::DIFFERENCES]).map_err(BadDocument)? {
            Format::REPORT => Self::Run(checked(parse(text)?)?),
            _ => Self::Differences(checked_comparison(parse(text)?)?),
        })
    }

    /// Reads a report of a run. A report of a comparison is an error.
    ///
    /// # Errors
    ///
    /// Those of [`Document::read`].
    pub fn read_run(text: &[u8]) -> Result<RunReport, BadDocument> {
        let value: Value = serde_json::from_slice(text).map_err(|error| BadDocument(format!("not JSON: {error}")))?;
        Format::of(&value, &[Format::REPORT]).map_err(BadDocument)?;
        checked(parse(text)?)
    }

    /// The conclusion, which decides the exit code.
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Run(report) => report.conclusion(),
            Self::Differences(report) => report.conclusion(),
        }
    }

    /// Returns the report as one JSON document that ends with a line feed.
    pub fn to_json(&self) -> String {
        match self {
            Self::Run(report) => report.to_json(),
            Self::Differences(report) => report.to_json(),
        }
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Self::Run(_) => Format::REPORT,
            Self::Differences(_) => Format::DIFFERENCES,
        }
    }
}

/// Checks that the results fit the adapters and the part of the selection.
fn checked(mut report: RunReport) -> Result<RunReport, BadDocument> {
    let bad = |problem: String| Err(BadDocument(problem));
    if let Some(part) = &report.part {
        let Some(shard) = part.shard() else {
            return bad("shard: expected an index from 1 to count".to_owned());
        };
        let (expected, found) = (shard.size(part.cases), report.suite.cases);
        if expected != found {
            return bad(format!("suite.cases: expected {expected} for shard {shard} of {}, found {found}", part.cases));
        }
    }
    if let Some(row) = report.results.iter().find(|row| report.adapters.iter().all(|it| it.name != row.adapter)) {
        return bad(format!("case {}: {} is not one of the report's adapters", row.case, row.adapter));
    }
    for (place, adapter) in report.adapters.iter().enumerate() {
        if report.adapters[..place].iter().any(|other| other.name == adapter.name) {
            return bad(format!("{} is in the list of adapters twice", adapter.name));
        }
    }
    check_cases(&report)?;
    report.compute();
    Ok(report)
}

/// Checks that each implementation is listed once, and that all outcomes are of listed implementations.
fn checked_comparison(report: ComparisonReport) -> Result<ComparisonReport, BadDocument> {
    let names: Vec<&str> = report.adapters.iter().map(|peer| peer.name.as_str()).collect();
    if let Some(place) = (0..names.len()).find(|place| names[..*place].contains(&names[*place])) {
        return Err(BadDocument(format!("{} is in the list of adapters twice", names[place])));
    }
    let outputs = report.clusters.iter().map(|it| &it.outputs).chain(report.tokens.iter().map(|it| &it.outputs));
    match outputs.flat_map(|outputs| outputs.keys()).find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => Err(BadDocument(format!("outputs: {unknown} is not one of the report's adapters"))),
        None => Ok(report),
    }
}

/// Checks that every adapter has a result for each case, in the same order. An adapter that was not run may have no
/// results.
fn check_cases(report: &RunReport) -> Result<(), BadDocument> {
    let bad = |problem: String| Err(BadDocument(problem));
    let mut cases: Option<Vec<&str>> = None;
    for adapter in &report.adapters {
        let name = &adapter.name;
        let ids: Vec<&str> = report.results_of(name).map(|row| row.case.as_str()).collect();
        if ids.is_empty() && adapter.not_run.is_some() {
            continue;
        }
        if ids.len() != report.suite.cases {
            let (expected, found) = (report.suite.cases, ids.len());
            return bad(format!("expected a result of {name} for each case ({expected}), found {found}"));
        }
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|two| two[0] == two[1]) {
            return bad(format!("expected one result of {name} for each case, found two for {}", twice[0]));
        }
        let first = cases.get_or_insert_with(|| ids.clone());
        if let Some(place) = (0..ids.len()).find(|place| first[*place] != ids[*place]) {
            return bad(format!("expected a result of {name} for {}, found one for {}", first[place], ids[place]));
        }
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, BadDocument> {
    serde_json::from_slice(text).map_err(|error| BadDocument(error.to_string()))
}

/// A report that cannot be used. `Display` says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadDocument(String);

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::*;

    fn report() -> Value {
        let result = json!({
            "case": "a/b", "adapter": "mine", "level": "must", "verdict": "pass", "operation": "canonical_request",
            "input": { "method": "GET", "url": "/a" }, "outcome": { "kind": "ok", "value": { "qsh": "00" } },
            "expected": { "canonical_request": "GET&/a&", "qsh": "00" }, "micros": 1,
        });
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
            "violations": [], "clusters": [{
                "cause": [], "explained": false, "described": true, "count": 1, "choices": [], "outputs": {},
                "unexplained": { "adapter": "a", "what": "another path" }, "example": { "method": "GET", "url": "/" },
            }],
        })
    }

    fn read(report: &Value) -> Result<Document, BadDocument> {
        Document::read(report.to_string().as_bytes())
    }

    #[test]
    fn what_is_not_known_is_ignored_and_everything_else_is_written_as_it_was_read() {
        let mut expected = report();
        expected["adapters"][0]["summary"] = json!({
            "pass": 1, "other_reason": 0, "fail": 0, "known_failure": 0, "unexpected_pass": 0, "unsupported": 0, "open": 0,
            "error": 0,
        });
        // Reports from before this member needed exact reasons.
        expected["requirements"]["reasons"] = json!("exact");
        (expected["adapters"][0]["library"], expected["adapters"][0]["not_run"]) = (Value::Null, Value::Null);
        (expected["results"][0]["clauses"], expected["results"][0]["summary"]) = (json!([]), json!(""));
        // Causes are found when an older report is read.
        expected["adapters"][0]["causes"] = json!([]);
        let mut report = report();
        (report["later"], report["suite"]["later"], report["adapters"][0]["later"]) = (json!(1), json!([]), json!({}));
        report["results"][0]["later"] = json!("unknown");
        let written: Value = serde_json::from_str(&read(&report).unwrap().to_json()).unwrap();
        assert_eq!(written, expected);
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
        assert_snapshot!(error(|it| it["adapters"] = json!([])), @"case a/b: mine is not one of the report's adapters");
        assert_snapshot!(error(|it| it["results"][0]["verdict"] = json!("good")), @"unknown variant `good`, expected one of `pass`, `other_reason`, `fail`, `known_failure`, `unexpected_pass`, `unsupported`, `open`, `error` at line 1 column 548");
        assert_snapshot!(error(|it| it["results"][0]["case"] = Value::Null), @"invalid type: null, expected a string at line 1 column 337");
        assert_snapshot!(error(|it| it["suite"]["cases"] = json!(2)), @"expected a result of mine for each case (2), found 1");
        let again = |it: &mut Value| {
            let first = it["results"][0].clone();
            it["results"].as_array_mut().unwrap().push(first);
            it["suite"]["cases"] = json!(2);
        };
        let mut twice = report();
        again(&mut twice);
        assert_snapshot!(read(&twice).unwrap_err(), @"expected one result of mine for each case, found two for a/b");
        let shard =
            |index: usize, cases: usize| json!({ "index": index, "count": 2, "cases": cases, "selection": "s" });
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
        assert_snapshot!(read(&report).unwrap_err(), @"case a/c: other is not one of the report's adapters");
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
        assert_snapshot!(error(|it| it["seed"] = json!(-1)), @"invalid value: integer `-1`, expected u64 at line 1 column 274");
        assert_snapshot!(error(|it| it["clusters"][0]["count"] = Value::Null), @"invalid type: null, expected u64 at line 1 column 75");
        assert_snapshot!(error(|it| it["clusters"][0]["described"] = json!("yes")), @r#"invalid type: string "yes", expected a boolean at line 1 column 90"#);
    }
}
