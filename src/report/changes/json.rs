//! Changes as JSON.

use serde::Serialize;
use serde_json::Value;

use super::{AdapterChanges, Change, Changes, Kind};
use crate::report::causes::CauseEntry;
use crate::report::run::{CaseResult, NotRun, ReportedAdapter, Suite};
use crate::suite::outcome::Outcome;

#[derive(Serialize)]
struct Document<'c> {
    format: &'static str,
    version: u32,
    worse: bool,
    old: &'c Suite,
    new: &'c Suite,
    adapters: Vec<AdapterObject<'c>>,
}

#[derive(Serialize)]
struct AdapterObject<'c> {
    name: &'c str,
    old: Option<RanObject<'c>>,
    new: Option<RanObject<'c>>,
    summary: serde_json::Map<String, Value>,
    causes: CausesObject<'c>,
    changes: Vec<ChangeObject<'c>>,
}

#[derive(Serialize)]
struct CausesObject<'c> {
    gained: &'c [&'c CauseEntry],
    lost: &'c [&'c CauseEntry],
}

#[derive(Serialize)]
struct RanObject<'c> {
    version: &'c Option<String>,
    runtime: &'c Option<String>,
    not_run: &'c Option<NotRun>,
}

#[derive(Serialize)]
struct ChangeObject<'c> {
    kind: &'static str,
    case: &'c str,
    level: &'static str,
    old: Option<ResultObject<'c>>,
    new: Option<ResultObject<'c>>,
}

#[derive(Serialize)]
struct ResultObject<'c> {
    verdict: &'static str,
    outcome: &'c Outcome,
}

pub(super) fn write(changes: &Changes<'_>) -> String {
    let document = Document {
        format: "qsh-changes",
        version: 1,
        worse: changes.is_worse(),
        old: &changes.old.suite,
        new: &changes.new.suite,
        adapters: changes.adapters.iter().map(adapter).collect(),
    };
    serde_json::to_string(&document).expect("changes hold only text and numbers") + "\n"
}

fn adapter<'c>(adapter: &'c AdapterChanges<'_>) -> AdapterObject<'c> {
    let count = |kind: Kind| (kind.name().to_owned(), adapter.of(kind).count().into());
    AdapterObject {
        name: adapter.name,
        old: adapter.old.map(ran),
        new: adapter.new.map(ran),
        summary: Kind::ALL.into_iter().map(count).collect(),
        causes: CausesObject { gained: &adapter.gained, lost: &adapter.lost },
        changes: adapter.changes.iter().map(change).collect(),
    }
}

fn ran(adapter: &ReportedAdapter) -> RanObject<'_> {
    RanObject { version: &adapter.version, runtime: &adapter.runtime, not_run: &adapter.not_run }
}

fn change<'c>(change: &Change<'c>) -> ChangeObject<'c> {
    ChangeObject {
        kind: change.kind.name(),
        case: change.case,
        level: change.level.name(),
        old: change.old.map(result),
        new: change.new.map(result),
    }
}

fn result(result: &CaseResult) -> ResultObject<'_> {
    ResultObject { verdict: result.verdict.name(), outcome: &result.outcome }
}
