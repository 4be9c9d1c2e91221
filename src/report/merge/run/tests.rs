use insta::assert_snapshot;
use serde_json::{Value, json};

use super::*;
use crate::report::document::Document;
use crate::report::merge::merge;

/// One shard of five cases, `a` to `e`. The adapter `mine` passes all of them.
fn shard(index: usize, count: usize) -> Value {
    let cases = Shard::new(index, count).unwrap().of(&["a", "b", "c", "d", "e"]);
    let results: Vec<Value> = cases.iter().map(|case| result(case, "mine", "pass", "ok")).collect();
    json!({
        "format": "qsh-report", "version": 1, "suite": { "version": "0.1.0", "cases": cases.len() },
        "adapters": [adapter("mine")], "results": results, "conclusion": "as_expected",
        "requirements": { "level": "should", "unavailable_is_fine": true, "silence_is_fine": true },
        "shard": { "index": index, "count": count, "cases": 5, "selection": "of five" },
    })
}

fn adapter(name: &str) -> Value {
    json!({
        "name": name, "version": "1.0", "language": "Rust", "runtime": "native", "not_run": null, "incidents": [],
        "remarks": [], "stale": [], "unexplained": 0, "checked": 0, "disputes": [],
    })
}

fn outcome(kind: &str) -> Value {
    match kind {
        "ok" => json!({ "kind": kind, "value": { "qsh": "00" } }),
        "rejected" => json!({ "kind": kind, "reason": "other", "message": "" }),
        _ => json!({ "kind": kind, "message": "" }),
    }
}

fn result(case: &str, adapter: &str, verdict: &str, kind: &str) -> Value {
    json!({
        "case": case, "adapter": adapter, "level": "must", "clauses": [], "summary": "", "verdict": verdict,
        "operation": "canonical_request", "input": { "method": "GET", "url": "/" }, "outcome": outcome(kind),
        "expected": { "qsh": "00" }, "allowed": true, "micros": 12,
    })
}

/// Adds an adapter `other` that has this outcome for each of its cases.
fn with_other(mut report: Value, verdict: &str, kind: &str) -> Value {
    let results = report["results"].as_array_mut().unwrap();
    let others: Vec<Value> =
        results.iter().map(|row| result(row["case"].as_str().unwrap(), "other", verdict, kind)).collect();
    results.extend(others);
    report["adapters"].as_array_mut().unwrap().push(adapter("other"));
    report
}

fn merged(reports: &[Value]) -> Result<Value, String> {
    let named = |(place, report): (usize, &Value)| Named {
        name: format!("{}.json", place + 1),
        report: Document::read(report.to_string().as_bytes()).unwrap(),
    };
    let merged = merge(reports.iter().enumerate().map(named).collect()).map_err(|error| error.to_string())?;
    assert!(matches!(merged, Document::Run(_)));
    // A merged report can be read.
    Document::read(merged.to_json().as_bytes()).unwrap();
    Ok(serde_json::from_str(&merged.to_json()).unwrap())
}

fn two(change: impl FnOnce(&mut Value, &mut Value)) -> Result<Value, String> {
    let (mut one, mut two) = (shard(1, 2), shard(2, 2));
    change(&mut one, &mut two);
    merged(&[one, two])
}

#[test]
fn results_stand_as_one_run_has_them() {
    let shards = [3, 1, 2].map(|index| with_other(shard(index, 3), "fail", "ok"));
    let whole = merged(&shards).unwrap();
    let order: Vec<String> = whole["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{}{}", row["case"].as_str().unwrap(), &row["adapter"].as_str().unwrap()[..1]))
        .collect();
    assert_eq!(order.join(" "), "am bm cm dm em ao bo co do eo");
    assert_eq!(whole["results"][9], result("e", "other", "fail", "ok"));
    assert_eq!(whole["suite"], json!({ "version": "0.1.0", "cases": 5 }));
    assert_eq!(
        (&whole["adapters"][0]["summary"]["pass"], &whole["adapters"][1]["summary"]["fail"]),
        (&json!(5), &json!(5))
    );
    assert_eq!((&whole["conclusion"], whole.get("shard")), (&json!("failed"), None));
    // The report of a whole run can be merged, too.
    assert_eq!(merged(std::slice::from_ref(&whole)).unwrap(), whole);
}

#[test]
fn what_adapters_have_beside_results_is_put_together() {
    let whole = two(|one, two| {
        let dispute = |case: &str| {
            json!({
                "case": case, "signer": "mine", "outcome": outcome("rejected"), "known": { "reason": "r", "link": "l" },
            })
        };
        let members = |it: &mut Value, of: [&str; 2], disputes: &[&str]| {
            let adapter = &mut it["adapters"][0];
            adapter["incidents"] = json!(["fell over", of[0]]);
            adapter["remarks"] = json!([of[1]]);
            (adapter["checked"], adapter["unexplained"]) = (json!(3), json!(1));
            adapter["disputes"] = disputes.iter().map(|case| dispute(case)).collect();
        };
        members(one, ["got up", "noise"], &["a", "e"]);
        members(two, ["stayed", "noise"], &["b"]);
    });
    let adapter = &whole.unwrap()["adapters"][0];
    assert_eq!(adapter["incidents"], json!(["fell over", "got up", "stayed"]));
    assert_eq!(adapter["remarks"], json!(["noise"]));
    assert_eq!((&adapter["checked"], &adapter["unexplained"]), (&json!(6), &json!(2)));
    let disputed: Vec<&Value> = adapter["disputes"].as_array().unwrap().iter().map(|it| &it["case"]).collect();
    assert_eq!(disputed, ["a", "b", "e"]);
}

#[test]
fn entries_that_cover_no_case_of_any_shard_are_stale_in_the_whole() {
    let stale = |it: &mut Value| it["shard"]["stale"] = json!({ "mine": ["gone/*"] });
    let whole = two(|one, two| {
        stale(one);
        stale(two);
    });
    let whole = whole.unwrap();
    assert_eq!((&whole["adapters"][0]["stale"], &whole["conclusion"]), (&json!(["gone/*"]), &json!("failed")));
    // The baseline of an adapter that is not run is not judged.
    let whole = two(|one, two| {
        stale(one);
        two["adapters"][0]["not_run"] = json!({ "kind": "unavailable", "reason": "no Python" });
        two["results"] = json!([]);
    });
    assert_eq!(whole.unwrap()["adapters"][0]["stale"], json!([]));
}

#[test]
fn what_was_not_run_in_one_shard_was_not_run() {
    let why = |kind: &str, reason: &str| json!({ "kind": kind, "reason": reason });
    let whole = |reasons: [Value; 2], is_fine: bool| {
        let shards = [1, 2].map(|index| {
            let (mut shard, reason) = (with_other(shard(index, 2), "pass", "ok"), &reasons[index - 1]);
            shard["adapters"][1]["not_run"] = reason.clone();
            shard["requirements"]["unavailable_is_fine"] = json!(is_fine);
            if !reason.is_null() {
                shard["results"].as_array_mut().unwrap().retain(|row| row["adapter"] == "mine");
            }
            shard
        });
        let whole = merged(&shards).unwrap();
        (whole["adapters"][1]["not_run"].clone(), whole["conclusion"].as_str().unwrap().to_owned())
    };
    let python = || why("unavailable", "no Python");
    assert_eq!(whole([python(), python()], true), (python(), "as_expected".to_owned()));
    assert_eq!(whole([python(), python()], false), (python(), "not_usable".to_owned()));
    let in_one = why("unavailable", "shard 2/2: no Python");
    assert_eq!(whole([Value::Null, python()], true), (in_one.clone(), "as_expected".to_owned()));
    assert_eq!(whole([Value::Null, python()], false), (in_one, "not_usable".to_owned()));
    let both = why("unusable", "shard 1/2: it crashed\nshard 2/2: no Python");
    assert_eq!(whole([why("unusable", "it crashed"), python()], true), (both, "not_usable".to_owned()));
}

#[test]
fn who_answers_in_one_shard_answers() {
    let shards = |kinds: [&str; 2]| {
        let named = [1, 2].map(|index| {
            let verdict = if kinds[index - 1] == "ok" { "pass" } else { "unsupported" };
            let mut shard = with_other(shard(index, 2), verdict, kinds[index - 1]);
            shard["requirements"]["silence_is_fine"] = json!(false);
            shard["conclusion"] = json!(if verdict == "pass" { "as_expected" } else { "not_usable" });
            shard
        });
        merged(&named).unwrap()["conclusion"].clone()
    };
    assert_eq!(shards(["ok", "unsupported"]), "as_expected");
    assert_eq!(shards(["unsupported", "unsupported"]), "not_usable");
}

#[test]
fn only_what_decides_fails() {
    let dispute = |kind: &str| json!([{ "case": "a", "signer": "mine", "outcome": outcome(kind) }]);
    let conclusion = |level: &str, disputed: &str, required: &str| {
        let whole = two(|one, two| {
            one["results"][0]["level"] = json!(level);
            one["adapters"][0]["disputes"] = dispute(disputed);
            for it in [one, two] {
                it["requirements"]["level"] = json!(required);
            }
        });
        whole.unwrap()["conclusion"].as_str().unwrap().to_owned()
    };
    assert_eq!(conclusion("must", "rejected", "should"), "failed");
    assert_eq!(conclusion("should", "rejected", "must"), "as_expected");
    assert_eq!(conclusion("open", "rejected", "should"), "as_expected");
    assert_eq!(conclusion("open", "crashed", "should"), "failed");
}

#[test]
fn a_shard_may_be_given_twice_if_it_says_the_same() {
    let signed = |token: &str| {
        let mut shard = shard(1, 2);
        shard["results"][0]["outcome"] =
            json!({ "kind": "ok", "value": { "token": token, "issuer": "i", "claims": { "jti": token } } });
        shard
    };
    let (one, mut again) = (signed("x.y.z"), signed("u.v.w"));
    again["results"][1]["micros"] = json!(99);
    let whole = merged(&[one, again.clone(), shard(2, 2)]).unwrap();
    assert_eq!(whole["results"][0]["outcome"]["value"]["token"], "x.y.z");
    let error = |change: fn(&mut Value)| {
        let mut again = shard(1, 2);
        change(&mut again);
        merged(&[shard(1, 2), shard(2, 2), again]).unwrap_err()
    };
    assert_snapshot!(error(|it| it["results"][2]["verdict"] = json!("fail")), @"3.json: is shard 1/2, as 1.json, with another result of mine for e");
    assert_snapshot!(error(|it| it["adapters"][0]["incidents"] = json!(["fell over"])), @"3.json: is shard 1/2, as 1.json, with another not_run, incidents, checked or disputes of mine");
    assert_snapshot!(error(|it| it["adapters"][0]["checked"] = json!(1)), @"3.json: is shard 1/2, as 1.json, with another not_run, incidents, checked or disputes of mine");
}

#[test]
fn every_shard_that_has_a_case_has_to_be_there() {
    assert_snapshot!(merged(&[shard(2, 3)]).unwrap_err(), @"the shards 1/3, 3/3 are missing");
    assert_snapshot!(merged(&[shard(2, 3), shard(1, 3)]).unwrap_err(), @"shard 3/3 is missing");
    // Seven shards share five cases. The last two shards have no cases and no report.
    let five = [1, 2, 3, 4, 5].map(|index| shard(index, 7));
    assert_eq!(merged(&five).unwrap()["results"].as_array().unwrap().len(), 5);
    assert_snapshot!(merged(&five[1..]).unwrap_err(), @"shard 1/7 is missing");
    let mut many = shard(1, 5);
    (many["shard"]["count"], many["shard"]["cases"]) = (json!(u64::MAX), json!(u64::MAX));
    let error = merged(&[many]).unwrap_err();
    assert!(
        error.starts_with("the shards 2/18446744073709551615, 3/") && error.ends_with(", more are missing"),
        "{error}"
    );
}

#[test]
fn what_does_not_belong_together_is_said() {
    let error = |change: fn(&mut Value)| two(|_, two| change(two)).unwrap_err();
    assert_snapshot!(error(|it| it["suite"]["version"] = json!("0.2.0")), @"2.json: the version of the suite is 0.2.0, and 0.1.0 in 1.json");
    assert_snapshot!(error(|it| *it = shard(2, 3)), @"2.json: the number of shards is 3, and 2 in 1.json");
    assert_snapshot!(error(|it| it["shard"]["cases"] = json!(4)), @"2.json: the number of cases of all shards is 4, and 5 in 1.json");
    assert_snapshot!(error(|it| it["shard"]["selection"] = json!("of others")), @"2.json: is a shard of another selection than 1.json");
    assert_snapshot!(error(|it| it["requirements"]["level"] = json!("must")), @"2.json: the requirement is level must, unavailable_is_fine true, silence_is_fine true, reasons exact, and level should, unavailable_is_fine true, silence_is_fine true, reasons exact in 1.json");
    assert_snapshot!(error(|it| *it = with_other(it.clone(), "pass", "ok")), @"2.json: has the adapters mine, other, and 1.json has mine");
    assert_snapshot!(error(|it| it["results"][1]["case"] = json!("c")), @"2.json: has the case c, as another shard has in 1.json");
    assert_snapshot!(error(|it| it["adapters"][0]["version"] = json!("2.0")), @r#"2.json: the version of mine is "2.0", and "1.0" in 1.json"#);
    assert_snapshot!(error(|it| it["adapters"][0]["runtime"] = json!("R 2")), @r#"2.json: the runtime of mine is "R 2", and "native" in 1.json"#);
}
