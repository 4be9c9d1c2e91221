//! Merges the shards of a run.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{Identity, MergeError, Named, check_adapters, united};
use crate::report::read::{Dispute, NotRun, ReportedAdapter, Row, RunReport, Suite};
use crate::suite::select::Shard;

/// Returns the report of the whole run. There is at least one report.
pub(super) fn merge(reports: Vec<Named<RunReport>>) -> Result<RunReport, MergeError> {
    for report in &reports[1..] {
        check_belongs(&reports[0], report)?;
    }
    let identities: Vec<(&str, Vec<Identity>)> =
        reports.iter().map(|it| (it.name.as_str(), it.report.adapters.iter().map(identity).collect())).collect();
    check_adapters(&identities)?;
    let shards = each_once(reports)?;
    check_apart(&shards)?;
    let shards: Vec<RunReport> = shards.into_iter().map(|it| it.report).collect();
    check_complete(&shards)?;
    Ok(whole(shards))
}

/// Checks by its head that a report is of the same run as the first.
fn check_belongs(first: &Named<RunReport>, other: &Named<RunReport>) -> Result<(), MergeError> {
    let (known, found) = (&first.report, &other.report);
    let check = |what: &str, found: String, expected: String| match found == expected {
        true => Ok(()),
        false => Err(MergeError(format!("{}: {what} is {found}, and {expected} in {}", other.name, first.name))),
    };
    check("the version of the suite", found.suite.version.clone(), known.suite.version.clone())?;
    check("the number of shards", found.shard().count().to_string(), known.shard().count().to_string())?;
    check("the number of cases of all shards", cases(found).to_string(), cases(known).to_string())?;
    check("what is required", found.requirements.to_string(), known.requirements.to_string())?;
    let selection = |report: &RunReport| report.part.as_ref().map(|part| part.selection.clone());
    if selection(found) != selection(known) {
        return Err(MergeError(format!("{}: is a shard of another selection than {}", other.name, first.name)));
    }
    Ok(())
}

/// The number of cases in all shards together.
fn cases(report: &RunReport) -> usize {
    report.part.as_ref().map_or(report.suite.cases, |part| part.cases)
}

fn identity(adapter: &ReportedAdapter) -> Identity {
    let ReportedAdapter { version, language, runtime, .. } = adapter;
    let traits = [("version", version), ("language", language), ("runtime", runtime)];
    Identity {
        adapter: adapter.name.clone(),
        traits: traits.into_iter().map(|(what, text)| (what, text.clone())).collect(),
    }
}

/// The shards in their order, without duplicates. Duplicates of a shard must have the same results.
fn each_once(mut reports: Vec<Named<RunReport>>) -> Result<Vec<Named<RunReport>>, MergeError> {
    reports.sort_by_key(|it| it.report.shard());
    let mut shards: Vec<Named<RunReport>> = Vec::new();
    for report in reports {
        match shards.last().filter(|last| last.report.shard() == report.report.shard()) {
            Some(last) => check_same(last, &report)?,
            None => shards.push(report),
        }
    }
    Ok(shards)
}

fn check_same(known: &Named<RunReport>, other: &Named<RunReport>) -> Result<(), MergeError> {
    let differs = |what: String| {
        let (name, first) = (&other.name, &known.name);
        Err(MergeError(match &known.report.part {
            None => format!("{name}: is a whole run, as {first}, with another {what}: qsh report diff compares them"),
            Some(_) => format!("{name}: is shard {}, as {first}, with another {what}", known.report.shard()),
        }))
    };
    for (one, other) in known.report.adapters.iter().zip(&other.report.adapters) {
        let disputes = |of: &ReportedAdapter| of.disputes.iter().map(Dispute::json).collect::<Vec<_>>();
        let found = |of: &ReportedAdapter| (of.not_run.clone(), of.incidents.clone(), of.checked, disputes(of));
        if found(one) != found(other) {
            return differs(format!("not_run, incidents, checked or disputes of {}", one.name));
        }
    }
    let (known, other) = (&known.report.results, &other.report.results);
    if let Some((one, _)) = known.iter().zip(other).find(|(one, other)| found(one) != found(other)) {
        return differs(format!("result of {} for {}", one.head.adapter, one.head.case));
    }
    match known.len() == other.len() {
        true => Ok(()),
        false => differs("number of results".to_owned()),
    }
}

/// A result without the parts that differ between runs: the duration, and the bytes of a signed token. A signed token
/// is judged by verifying it.
fn found(row: &Row) -> Value {
    let mut json = row.json();
    if let Some(members) = json.as_object_mut() {
        members.remove("micros");
    }
    let value = json.pointer_mut("/outcome/value").and_then(Value::as_object_mut);
    if let Some(value) = value.filter(|value| value.contains_key("token")) {
        value.remove("token");
        value.remove("claims");
    }
    json
}

/// Checks that no case is in two shards.
fn check_apart(shards: &[Named<RunReport>]) -> Result<(), MergeError> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for Named { name, report } in shards {
        for row in &report.results {
            let case = row.head.case.as_str();
            let first = *seen.entry(case).or_insert(name);
            if first != name {
                return Err(MergeError(format!("{name}: has the case {case}, as another shard has in {first}")));
            }
        }
    }
    Ok(())
}

/// The maximum number of missing shards that are named.
const NAMED: usize = 20;

/// Checks that every shard with cases is present.
fn check_complete(shards: &[RunReport]) -> Result<(), MergeError> {
    let (count, cases) = (shards[0].shard().count(), cases(&shards[0]));
    let with_cases = (1..=count.min(cases)).filter_map(|index| Shard::new(index, count));
    let is_there = |shard: &Shard| shards.iter().any(|it| it.shard() == *shard);
    let missing = with_cases.filter(|shard| !is_there(shard)).map(|shard| shard.to_string());
    let mut missing: Vec<String> = missing.take(NAMED + 1).collect();
    if missing.len() > NAMED {
        "more".clone_into(&mut missing[NAMED]);
    }
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(MergeError(format!("shard {one} is missing"))),
        several => Err(MergeError(format!("the shards {} are missing", several.join(", ")))),
    }
}

/// The report that one run without shards would have written. There is at least one shard.
fn whole(shards: Vec<RunReport>) -> RunReport {
    let suite = Suite { version: shards[0].suite.version.clone(), cases: cases(&shards[0]) };
    let requirements = shards[0].requirements;
    let order = Order::of(&shards);
    let mut of_adapters: Vec<Vec<Share>> = order.adapters.iter().map(|_| Vec::new()).collect();
    let mut results = Vec::new();
    for report in shards {
        let (shard, part) = (report.shard(), report.part);
        for (adapter, of_adapter) in report.adapters.into_iter().zip(&mut of_adapters) {
            let known = part.as_ref().and_then(|part| part.stale.get(&adapter.name));
            let stale = united([&adapter.stale].into_iter().chain(known));
            of_adapter.push(Share { shard, adapter: ReportedAdapter { stale, ..adapter } });
        }
        results.extend(report.results);
    }
    results.sort_by_key(|row| (order.of_adapter(&row.head.adapter), order.of_case(&row.head.case)));
    let adapters = of_adapters.into_iter().map(|shares| adapter(shares, &order)).collect();
    RunReport::whole(suite, adapters, results, requirements)
}

/// The order of results in a whole run.
struct Order {
    adapters: Vec<String>,
    cases: HashMap<String, usize>,
}

impl Order {
    fn of(shards: &[RunReport]) -> Self {
        let adapters: Vec<String> = shards[0].adapters.iter().map(|adapter| adapter.name.clone()).collect();
        let mut cases = HashMap::new();
        for report in shards {
            for adapter in &adapters {
                for (place, row) in report.results_of(adapter).enumerate() {
                    cases.insert(row.head.case.clone(), report.shard().place_in_whole(place));
                }
            }
        }
        Self { adapters, cases }
    }

    fn of_adapter(&self, name: &str) -> Option<usize> {
        self.adapters.iter().position(|adapter| adapter == name)
    }

    fn of_case(&self, id: &str) -> Option<usize> {
        self.cases.get(id).copied()
    }
}

/// The part of an adapter's results that one shard has.
struct Share {
    shard: Shard,
    adapter: ReportedAdapter,
}

/// Merges the results of an adapter in all shards. There is at least one shard.
fn adapter(shares: Vec<Share>, order: &Order) -> ReportedAdapter {
    let adapters = || shares.iter().map(|share| &share.adapter);
    let known = |member: fn(&ReportedAdapter) -> &Option<String>| adapters().find_map(|it| member(it).clone());
    let not_run = not_run(&shares);
    let mut merged = ReportedAdapter {
        name: shares[0].adapter.name.clone(),
        version: known(|it| &it.version),
        language: known(|it| &it.language),
        runtime: known(|it| &it.runtime),
        summary: BTreeMap::new(),
        incidents: united(adapters().map(|it| &it.incidents)),
        remarks: united(adapters().map(|it| &it.remarks)),
        // The baseline of an adapter that was not run is not judged.
        stale: if not_run.is_none() { united(adapters().map(|it| &it.stale)) } else { Vec::new() },
        unexplained: adapters().map(|it| it.unexplained).sum(),
        checked: adapters().map(|it| it.checked).sum(),
        not_run,
        disputes: Vec::new(),
    };
    merged.disputes = shares.into_iter().flat_map(|share| share.adapter.disputes).collect();
    merged.disputes.sort_by_key(|it| (order.of_adapter(&it.head.signer), order.of_case(&it.head.case)));
    merged
}

/// The reason why an adapter was not run. It applies if any shard did not run the adapter, because results are then
/// missing.
fn not_run(shares: &[Share]) -> Option<NotRun> {
    let whys: Vec<(Shard, &NotRun)> =
        shares.iter().filter_map(|share| Some((share.shard, share.adapter.not_run.as_ref()?))).collect();
    let (_, first) = whys.first()?;
    if whys.len() == shares.len() && whys.iter().all(|(_, why)| why == first) {
        return Some((*first).clone());
    }
    let kind = whys.iter().map(|(_, why)| why.kind).max()?;
    let reasons: Vec<String> = whys.iter().map(|(shard, why)| format!("shard {shard}: {}", why.reason)).collect();
    Some(NotRun { kind, reason: reasons.join("\n") })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::report::merge::{Merged, merge};
    use crate::report::read::Document;

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

    fn result(case: &str, adapter: &str, verdict: &str, kind: &str) -> Value {
        json!({
            "case": case, "adapter": adapter, "level": "must", "verdict": verdict, "outcome": { "kind": kind },
            "micros": 12, "later": "kept",
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
        assert!(matches!(merged, Merged::Run(_)));
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
            let dispute =
                |case: &str| json!({ "case": case, "signer": "mine", "outcome": { "kind": "rejected" }, "known": {} });
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
        let dispute = |kind: &str| json!([{ "case": "a", "signer": "mine", "outcome": { "kind": kind } }]);
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
                json!({ "kind": "ok", "value": { "token": token, "claims": { "jti": token } } });
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
        assert_snapshot!(error(|it| it["requirements"]["level"] = json!("must")), @"2.json: what is required is level must, unavailable_is_fine true, silence_is_fine true, and level should, unavailable_is_fine true, silence_is_fine true in 1.json");
        assert_snapshot!(error(|it| *it = with_other(it.clone(), "pass", "ok")), @"2.json: has the adapters mine, other, and 1.json has mine");
        assert_snapshot!(error(|it| it["results"][1]["case"] = json!("c")), @"2.json: has the case c, as another shard has in 1.json");
        assert_snapshot!(error(|it| it["adapters"][0]["version"] = json!("2.0")), @r#"2.json: the version of mine is "2.0", and "1.0" in 1.json"#);
        assert_snapshot!(error(|it| it["adapters"][0]["runtime"] = json!("R 2")), @r#"2.json: the runtime of mine is "R 2", and "native" in 1.json"#);
    }
}
