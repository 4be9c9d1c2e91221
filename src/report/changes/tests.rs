use serde_json::{Value, json};

use super::*;
use crate::report::document::Document;

fn canonical(text: &str) -> Value {
    json!({ "kind": "ok", "value": { "canonical_request": text } })
}

fn unsupported() -> Value {
    json!({ "kind": "unsupported", "message": "no such thing" })
}

fn adapter(name: &str, version: &str) -> Value {
    json!({
        "name": name, "version": version, "language": "none", "runtime": "none", "not_run": null, "incidents": [],
        "remarks": [], "stale": [], "unexplained": 0, "checked": 0, "disputes": [],
    })
}

/// Cases with their verdicts and outcomes.
type Results<'r> = &'r [(&'r str, &'r str, Value)];

/// A run of adapters, each with its results. All adapters have the same cases.
fn report(adapters: &[(Value, Results<'_>)]) -> RunReport {
    let results: Vec<Value> = adapters
        .iter()
        .flat_map(|(adapter, results)| {
            results.iter().map(|(case, verdict, outcome)| {
                json!({
                    "case": case, "adapter": adapter["name"], "level": "must", "verdict": verdict, "outcome": outcome,
                    "operation": "canonical_request", "input": { "method": "GET", "url": "/" }, "micros": 1,
                    "expected": { "qsh": "00" },
                })
            })
        })
        .collect();
    let report = json!({
        "format": "qsh-report", "version": 1, "suite": { "version": "0.1.0", "cases": adapters[0].1.len() },
        "adapters": adapters.iter().map(|(adapter, _)| adapter).collect::<Vec<_>>(), "results": results,
        "conclusion": "as_expected",
        "requirements": { "level": "should", "unavailable_is_fine": true, "silence_is_fine": true },
    });
    match Document::read(report.to_string().as_bytes()).unwrap() {
        Document::Run(report) => report,
        Document::Differences(_) => unreachable!("it is one of a run"),
    }
}

fn kinds(old: Results<'_>, new: Results<'_>) -> Vec<(String, &'static str)> {
    let (old, new) = (report(&[(adapter("mine", "1"), old)]), report(&[(adapter("mine", "2"), new)]));
    let changes = Changes::between(&old, &new);
    changes.adapters[0].changes.iter().map(|change| (change.case.to_owned(), change.kind.name())).collect()
}

#[test]
fn every_change_has_its_kind() {
    let fault = |message: &str| json!({ "kind": "fault", "type": "KeyError", "message": message });
    let crashed = json!({ "kind": "crashed", "message": "signal 11" });
    let token = |token: &str| json!({ "kind": "ok", "value": { "token": token } });
    for (old, new, expected) in [
        (("pass", canonical("a")), ("pass", canonical("a")), None),
        (("pass", canonical("a")), ("fail", canonical("b")), Some("worse")),
        (("pass", canonical("a")), ("known_failure", canonical("b")), Some("worse")),
        (("pass", canonical("a")), ("unsupported", unsupported()), Some("worse")),
        (("fail", canonical("b")), ("error", crashed.clone()), Some("worse")),
        (("open", canonical("b")), ("error", crashed.clone()), Some("worse")),
        (("error", crashed), ("fail", canonical("b")), Some("better")),
        (("known_failure", canonical("b")), ("unexpected_pass", canonical("a")), Some("better")),
        (("unsupported", unsupported()), ("pass", canonical("a")), Some("better")),
        (("unsupported", unsupported()), ("fail", canonical("b")), Some("otherwise")),
        (("fail", canonical("b")), ("fail", canonical("c")), Some("otherwise")),
        (("open", canonical("b")), ("open", canonical("c")), Some("otherwise")),
        // The same deviation, which now has an entry in the baseline.
        (("fail", canonical("b")), ("known_failure", canonical("b")), None),
        // Messages and tokens may differ in every run.
        (("fail", fault("at 10:00")), ("fail", fault("at 11:00")), None),
        (("pass", token("a.b.c")), ("pass", token("d.e.f")), None),
    ] {
        let found = kinds(&[("a/b", old.0, old.1.clone())], &[("a/b", new.0, new.1.clone())]);
        let expected: Vec<_> = expected.into_iter().map(|kind| ("a/b".to_owned(), kind)).collect();
        assert_eq!(found, expected, "{old:?} and {new:?}");
    }
}

#[test]
fn cases_may_come_and_go() {
    let found = kinds(&[("a/old", "pass", canonical("a"))], &[("a/new", "fail", canonical("b"))]);
    assert_eq!(found, [("a/new".to_owned(), "new"), ("a/old".to_owned(), "gone")]);
}

#[test]
fn an_adapter_that_does_not_run_any_more_is_worse_and_a_new_one_is_not() {
    let results: &[_] = &[("a/b", "pass", canonical("a"))];
    let one = report(&[(adapter("one", "1"), results)]);
    let both = report(&[(adapter("one", "1"), results), (adapter("two", "1"), results)]);
    assert!(!Changes::between(&one, &both).is_worse());
    assert!(Changes::between(&both, &one).is_worse());
    let mut lacking = adapter("two", "1");
    lacking["not_run"] = json!({ "kind": "unavailable", "reason": "needs Python" });
    let lacking = report(&[(adapter("one", "1"), results), (lacking, &[])]);
    let changes = Changes::between(&both, &lacking);
    assert!(changes.is_worse());
    insta::assert_snapshot!(changes.to_markdown(), @"
    # What changed

    | implementation | before | now | worse | better | otherwise | new | gone |
    |---|---|---|---|---|---|---|---|
    | one | 1 | 1 | 0 | 0 | 0 | 0 | 0 |
    | two | 1 | not run: needs Python | 0 | 0 | 0 | 0 | 1 |

    ## two: gone

    | case | level | before | now |
    |---|---|---|---|
    | `a/b` | must | pass: `a` | – |
    ");
}

#[test]
fn a_page_and_a_document_say_what_changed() {
    let old = report(&[(
        adapter("mine", "1"),
        &[
            ("a/better", "fail", canonical("GET&/a|b&")),
            ("a/same", "pass", canonical("GET&/&")),
            ("a/worse", "pass", canonical("GET&/c&")),
        ],
    )]);
    let new = report(&[(
        adapter("mine", "2"),
        &[
            ("a/better", "pass", canonical("GET&/b&")),
            ("a/same", "pass", canonical("GET&/&")),
            ("a/worse", "fail", json!({ "kind": "fault", "type": "KeyError", "message": "c" })),
        ],
    )]);
    let changes = Changes::between(&old, &new);
    insta::assert_snapshot!(changes.to_markdown(), @r"
    # What changed

    | implementation | before | now | worse | better | otherwise | new | gone |
    |---|---|---|---|---|---|---|---|
    | mine | 1 | 2 | 1 | 1 | 0 | 0 | 0 |

    ## mine: causes

    | change | cause | effect | clauses | cases |
    |---|---|---|---|---|
    | gained | `KeyError`: throws KeyError, which its documentation does not name | undocumented exception |  | 1 |

    ## mine: worse

    | case | level | before | now |
    |---|---|---|---|
    | `a/worse` | must | pass: `GET&/c&` | fail: `fault, KeyError: c` |

    ## mine: better

    | case | level | before | now |
    |---|---|---|---|
    | `a/better` | must | fail: `GET&/a\|b&` | pass: `GET&/b&` |
    ");
    let document: Value = serde_json::from_str(&changes.to_json()).unwrap();
    assert_eq!((&document["format"], &document["version"]), (&json!("qsh-changes"), &json!(1)));
    assert_eq!(document["worse"], true);
    let summary = json!({ "worse": 1, "better": 1, "otherwise": 0, "new": 0, "gone": 0 });
    assert_eq!(document["adapters"][0]["summary"], summary);
    assert_eq!(document["adapters"][0]["new"]["version"], "2");
    assert_eq!(
        document["adapters"][0]["changes"][1],
        json!({
            "kind": "worse", "case": "a/worse", "level": "must",
            "old": { "verdict": "pass", "outcome": canonical("GET&/c&") },
            "new": { "verdict": "fail", "outcome": { "kind": "fault", "type": "KeyError", "message": "c" } },
        })
    );
    assert_eq!(Changes::between(&old, &old).to_markdown(), "# What changed\n\nNo answer changed.\n");
    assert!(!Changes::between(&old, &old).is_worse());
}

/// The requests of these cases have to be refused.
fn refusals(reasons: Option<&str>, verdict: &str, outcome: Value) -> RunReport {
    let result = json!({
        "case": "a/b", "adapter": "mine", "level": "must", "verdict": verdict, "outcome": outcome,
        "operation": "canonical_request", "input": { "method": "GET", "url": "/" }, "micros": 1,
        "expected": { "rejected": ["expired"] },
    });
    let mut report = json!({
        "format": "qsh-report", "version": 1, "suite": { "version": "0.1.0", "cases": 1 },
        "adapters": [adapter("mine", "1")], "results": [result], "conclusion": "as_expected",
        "requirements": { "level": "should", "unavailable_is_fine": true, "silence_is_fine": true },
    });
    if let Some(reasons) = reasons {
        report["requirements"]["reasons"] = json!(reasons);
    }
    Document::read_run(report.to_string().as_bytes()).unwrap()
}

/// A change between two reasons is worse or better only if reasons counted in both runs.
#[test]
fn another_reason_is_worse_only_where_reasons_count() {
    let refused = |reason: &str| json!({ "kind": "rejected", "reason": reason, "message": "no" });
    let (any, exact, before) = (Some("any"), Some("exact"), None);
    for (old, new, expected) in [
        ((any, "pass", refused("expired")), (any, "other_reason", refused("other")), Some(Kind::Otherwise)),
        ((any, "other_reason", refused("other")), (any, "pass", refused("expired")), Some(Kind::Otherwise)),
        ((any, "other_reason", refused("other")), (any, "other_reason", refused("malformed")), Some(Kind::Otherwise)),
        ((any, "other_reason", refused("other")), (any, "other_reason", refused("other")), None),
        ((any, "other_reason", refused("other")), (any, "fail", canonical("a")), Some(Kind::Worse)),
        ((any, "fail", canonical("a")), (any, "other_reason", refused("other")), Some(Kind::Better)),
        ((exact, "pass", refused("expired")), (exact, "fail", refused("other")), Some(Kind::Worse)),
        // A report from before reasons were optional says the same as one of today.
        ((before, "fail", refused("other")), (any, "other_reason", refused("other")), None),
        ((before, "known_failure", refused("other")), (any, "other_reason", refused("other")), None),
        ((before, "pass", refused("expired")), (any, "other_reason", refused("other")), Some(Kind::Otherwise)),
        ((any, "other_reason", refused("other")), (exact, "fail", refused("other")), None),
        ((before, "pass", refused("expired")), (exact, "fail", refused("other")), Some(Kind::Worse)),
        ((before, "fail", canonical("a")), (any, "other_reason", refused("other")), Some(Kind::Better)),
    ] {
        let (one, other) = (refusals(old.0, old.1, old.2.clone()), refusals(new.0, new.1, new.2.clone()));
        let changes = Changes::between(&one, &other);
        let found = changes.adapters[0].changes.first().map(|change| change.kind);
        assert_eq!(found, expected, "{old:?} and {new:?}");
    }
}

#[test]
fn causes_that_came_and_went_are_named_first() {
    let with = |url: &str, answer: &str| {
        let result = json!({
            "case": "a/b", "adapter": "mine", "level": "must", "verdict": "fail", "outcome": canonical(answer),
            "operation": "canonical_request", "input": { "method": "GET", "url": url }, "micros": 1,
            "clauses": ["QSH-P7"], "expected": { "canonical_request": "GET&/a&", "qsh": "00" },
        });
        let mut report: Value = serde_json::from_str(&report(&[(adapter("mine", "1"), &[])]).to_json()).unwrap();
        report["suite"]["cases"] = json!(1);
        report["results"] = json!([result]);
        report["adapters"][0].as_object_mut().unwrap().remove("causes");
        match Document::read(report.to_string().as_bytes()).unwrap() {
            Document::Run(report) => report,
            Document::Differences(_) => unreachable!("it is one of a run"),
        }
    };
    let (old, new) = (with("/a//", "GET&/a//&"), with("/a/?x=2&x=1", "GET&/a&x=2,1"));
    let changes = Changes::between(&old, &new);
    let json: Value = serde_json::from_str(&changes.to_json()).unwrap();
    let names = |what: &str| json["adapters"][0]["causes"][what][0]["name"].clone();
    assert_eq!((names("gained"), names("lost")), (json!("value_order=as_given"), json!("trailing_slash=kept")));
    let page = changes.to_markdown();
    let causes = page.find("## mine: causes").unwrap();
    assert!(page[causes..].contains("| gained | `value_order=as_given`: repeated values are not sorted |"), "{page}");
    assert!(page.find("## mine: otherwise").is_none_or(|cases| causes < cases), "{page}");
}
