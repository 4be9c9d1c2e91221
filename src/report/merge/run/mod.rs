//! Merges the shards of a run.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::{Identity, MergeError, Named, check_adapters, united};
use crate::report::run::{CaseResult, NotRun, ReportedAdapter, RunReport};
use crate::runner::DIALECT;
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::select::Shard;
use crate::suite::verdict::Verdict;

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
    check("the requirement", found.requirements.to_string(), known.requirements.to_string())?;
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
    let ReportedAdapter { library, version, language, runtime, .. } = adapter;
    let described = Some(adapter.described.join(" "));
    let traits = [
        ("library", library),
        ("version", version),
        ("language", language),
        ("runtime", runtime),
        ("described dialect", &described),
    ];
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
        let found = |of: &ReportedAdapter| (of.not_run.clone(), of.incidents.clone(), of.checked, of.disputes.clone());
        if found(one) != found(other) {
            return differs(format!("not_run, incidents, checked or disputes of {}", one.name));
        }
    }
    let (known, other) = (&known.report.results, &other.report.results);
    if let Some((one, _)) = known.iter().zip(other).find(|(one, other)| found(one) != found(other)) {
        return differs(format!("result of {} for {}", one.adapter, one.case));
    }
    match known.len() == other.len() {
        true => Ok(()),
        false => differs("number of results".to_owned()),
    }
}

/// A result without the parts that differ between runs: the duration, and the bytes of a signed token. A signed token
/// is judged by verifying it.
fn found(result: &CaseResult) -> CaseResult {
    let mut found = CaseResult { micros: 0, ..result.clone() };
    if let Outcome::Ok(Answer { token: Some(token), accepted, .. }) = &mut found.outcome {
        *token = "".into();
        *accepted = None;
    }
    found
}

/// Checks that no case is in two shards.
fn check_apart(shards: &[Named<RunReport>]) -> Result<(), MergeError> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for Named { name, report } in shards {
        for row in &report.results {
            let case = row.case.as_str();
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
    let mut suite = shards[0].suite.clone();
    suite.cases = cases(&shards[0]);
    let requirements = shards[0].requirements;
    let order = Order::of(&shards);
    let mut of_adapters: Vec<Vec<Share>> = order.adapters.iter().map(|_| Vec::new()).collect();
    let mut results = Vec::new();
    let mut explained: HashMap<String, Vec<String>> = HashMap::new();
    for report in shards {
        let (shard, part) = (report.shard(), report.part);
        explained.extend(part.iter().flat_map(|part| part.explained.clone()));
        for (adapter, of_adapter) in report.adapters.into_iter().zip(&mut of_adapters) {
            let known = part.as_ref().and_then(|part| part.stale.get(&adapter.name));
            let stale = united([&adapter.stale].into_iter().chain(known));
            of_adapter.push(Share { shard, adapter: ReportedAdapter { stale, ..adapter } });
        }
        results.extend(report.results);
    }
    results.sort_by_key(|row| (order.of_adapter(&row.adapter), order.of_case(&row.case)));
    let mut adapters: Vec<ReportedAdapter> = of_adapters.into_iter().map(|shares| adapter(shares, &order)).collect();
    for adapter in adapters.iter_mut().filter(|adapter| adapter.not_run.is_none()) {
        let needed: HashSet<&str> =
            results.iter().filter(|row| row.adapter == adapter.name).flat_map(known_by).collect();
        let choices = explained.remove(&adapter.name).unwrap_or_default();
        let obsolete = choices.into_iter().filter(|choice| !needed.contains(choice.as_str()));
        adapter.stale.extend(obsolete.map(|choice| format!("{DIALECT}{choice}")));
    }
    // The results of an adapter that was not run in every shard are incomplete.
    for adapter in adapters.iter().filter(|adapter| adapter.not_run.is_some()) {
        if results.iter().filter(|row: &&CaseResult| row.adapter == adapter.name).count() < suite.cases {
            results.retain(|row| row.adapter != adapter.name);
        }
    }
    RunReport::new(suite, adapters, results, requirements, None)
}

/// The choices that make a result a known failure.
fn known_by(row: &CaseResult) -> impl Iterator<Item = &str> {
    let known = row.known.as_ref().filter(|_| row.verdict == Verdict::KnownFailure);
    known.into_iter().flat_map(|known| known.choices.iter().map(String::as_str))
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
                    cases.insert(row.case.clone(), report.shard().place_in_whole(place));
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
        library: known(|it| &it.library),
        version: known(|it| &it.version),
        language: known(|it| &it.language),
        runtime: known(|it| &it.runtime),
        incidents: united(adapters().map(|it| &it.incidents)),
        remarks: united(adapters().map(|it| &it.remarks)),
        // The baseline of an adapter that was not run is not judged.
        stale: if not_run.is_none() { united(adapters().map(|it| &it.stale)) } else { Vec::new() },
        unexplained: adapters().map(|it| it.unexplained).fold(0, usize::saturating_add),
        checked: adapters().map(|it| it.checked).fold(0, usize::saturating_add),
        not_run,
        disputes: Vec::new(),
        // They are found anew, from all results.
        causes: None,
        not_explained: Vec::new(),
        // The name and the described dialect are the same in all shards.
        ..shares[0].adapter.clone()
    };
    merged.disputes = shares.into_iter().flat_map(|share| share.adapter.disputes).collect();
    merged.disputes.sort_by_key(|it| (order.of_adapter(&it.signer), order.of_case(&it.case)));
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
