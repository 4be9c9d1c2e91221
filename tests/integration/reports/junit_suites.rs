//! The JUnit report: grouped by clause, with the cause of each failure, and with nothing lost.

use std::collections::BTreeSet;

use qsh::report::document::Document;
use qsh::report::junit::write;
use qsh::suite::verdict::Verdict;
use quick_junit::{Report, TestCase, TestCaseStatus};

use super::with_report;

fn read(xml: &str) -> Report {
    Report::deserialize_from_str(xml).unwrap()
}

/// The texts of a test case that did not pass.
fn texts(case: &TestCase) -> (String, String) {
    match &case.status {
        TestCaseStatus::NonSuccess { message, description, .. }
        | TestCaseStatus::Skipped { message, description, .. } => {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            (text(message.as_ref().map(|it| it.as_str())), text(description.as_ref().map(|it| it.as_str())))
        }
        _ => Default::default(),
    }
}

#[test]
fn junit() {
    with_report(|report| insta::assert_snapshot!(write(report)));
}

#[test]
fn a_suite_is_a_clause_of_an_adapter_and_counts_what_it_holds() {
    with_report(|report| {
        let document = read(&write(report));
        let [clause, scripted, absent, broken] = &document.test_suites[..] else {
            panic!("one clause, three adapters")
        };
        assert_eq!(clause.name.as_str(), "scripted: QSH-P7 No trailing slash");
        let adapter = &report.adapters[0];
        let results = || report.results_of(&adapter.name);
        let failed = results().filter(|result| {
            matches!(result.verdict, Verdict::Fail | Verdict::UnexpectedPass)
                && result.verdict.fails(result.level, report.requirements.level)
        });
        assert_eq!(clause.failures, failed.count());
        assert_eq!(clause.errors, adapter.count(Verdict::Error));
        assert_eq!(clause.tests, results().count());
        // An incident and an obsolete entry.
        assert_eq!((scripted.tests, scripted.failures, scripted.errors), (2, 1, 1));
        assert_eq!((absent.tests, absent.skipped, absent.errors), (1, 1, 0));
        assert_eq!((broken.tests, broken.skipped, broken.errors), (1, 0, 1));
        assert_eq!(document.failures, clause.failures + 1);
        assert_eq!(document.errors, clause.errors + 2);
    });
}

/// GitLab drops a test case whose class and name another one has.
#[test]
fn no_two_test_cases_have_one_class_and_name() {
    with_report(|report| {
        let mut report = report.clone();
        // Two incidents with one text, and two shards of one adapter would make equal names.
        report.adapters[0].incidents.push("wrote before it introduced itself: \"hi\"".to_owned());
        let document = read(&write(&report));
        let cases = document.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let names = cases.map(|case| (case.classname.as_ref().unwrap().as_str(), case.name.as_str()));
        let distinct: BTreeSet<(&str, &str)> = names.clone().collect();
        assert_eq!(distinct.len(), names.count());
        assert!(distinct.contains(&("scripted.QSH-P7", "a/wrong-path")), "{distinct:?}");
    });
}

/// The conclusion of a run does not depend on tokens for open cases.
#[test]
fn a_token_of_another_adapter_fails_only_where_its_case_decides() {
    with_report(|report| {
        let mut report: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        let dispute = |case: &str| serde_json::json!({ "case": case, "signer": "other", "outcome": { "kind": "rejected", "reason": "expired" } });
        report["adapters"][0]["disputes"] = serde_json::json!([dispute("a/open"), dispute("a/pass")]);
        let report = Document::read_run(report.to_string().as_bytes()).unwrap();
        let document = read(&write(&report));
        let suite = document.test_suites.iter().find(|suite| suite.name.as_str() == "scripted").unwrap();
        assert_eq!((suite.tests, suite.skipped, suite.failures, suite.errors), (4, 1, 2, 1));
    });
}

#[test]
fn a_failure_names_its_cause_and_its_request() {
    with_report(|report| {
        let document = read(&write(report));
        let case = document.test_suites[0].test_cases.iter().find(|case| case.name.as_str() == "a/wrong-path");
        let (message, description) = texts(case.unwrap());
        let cause = "another hash: trailing_slash=kept: a trailing `/` stays (QSH-P7)";
        let request = "GET /wrong-path/: expected GET&/wrong-path&, answered GET&/wrong-path/&";
        assert_eq!(message, format!("{cause}; {request}"));
        assert_eq!(description, format!("{cause}\n{request}"));
    });
}
