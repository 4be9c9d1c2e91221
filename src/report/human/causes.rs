//! The causes of an adapter's failures, for a person.

use std::collections::{BTreeMap, BTreeSet};

use qsh_diagnose::printable;

use super::Detail;
use super::table::cases;
use crate::causes::Effect;
use crate::report::causes::CauseEntry;
use crate::report::run::{AdapterResults, CaseResult};
use crate::report::style::{BAD, BOLD, CLAUSE, FAINT, NOTE, counted, line};
use crate::report::words::{compared, from, message};
use crate::suite::case::Level;

/// How many clauses of a cause are named.
const NAMED: usize = 4;
/// How many unexplained cases are shown.
const SHOWN: usize = 5;

/// How many causes of an adapter are shown, if no cases are.
const MOST: usize = 30;

/// Writes the causes of an adapter, the gravest first, and the cases that have none.
pub(super) fn write(out: &mut String, of: &AdapterResults<'_>, required: Level, detail: Detail) {
    let (causes, open): (Vec<&CauseEntry>, Vec<&CauseEntry>) =
        of.adapter.causes.iter().flatten().partition(|cause| cause.effect != Effect::Open);
    let has_none = causes.is_empty() && of.adapter.not_explained.is_empty();
    if has_none || of.adapter.not_run.is_some() {
        return;
    }
    let results: BTreeMap<&str, &CaseResult> = of.results.iter().map(|it| (it.case.as_str(), *it)).collect();
    let fails: BTreeSet<&str> = of.results.iter().filter(|it| it.fails(required)).map(|it| it.case.as_str()).collect();
    let library = message(&of.adapter.library());
    line(out, format_args!("{BOLD}{}{BOLD:#}  {FAINT}{library}{FAINT:#}", printable(&of.adapter.name)));
    let mut last = None;
    // Causes of new failures come before known ones, so that none of them is left out for a known one.
    let most = if detail >= Detail::Cases { causes.len() } else { MOST };
    let is_new = |cause: &CauseEntry| cause.cases.iter().any(|case| fails.contains(case.as_str()));
    let new = causes.iter().filter(|cause| is_new(cause)).count();
    let mut known_left = most.saturating_sub(new);
    let mut new_left = most.max(1);
    let (shown, more): (Vec<&CauseEntry>, Vec<&CauseEntry>) = causes.into_iter().partition(|cause| {
        let left = if is_new(cause) { &mut new_left } else { &mut known_left };
        let is_shown = *left > 0;
        *left = left.saturating_sub(1);
        is_shown
    });
    for cause in shown {
        if last.replace(cause.effect) != Some(cause.effect) {
            line(out, format_args!("  {BOLD}{}{BOLD:#}", cause.effect.words()));
        }
        write_cause(out, cause, &results, &fails);
    }
    if !more.is_empty() {
        let count = counted(more.len() as u64, "more cause");
        let of = cases(more.iter().map(|cause| cause.cases.len()).sum());
        line(out, format_args!("  {FAINT}and {count} of {of}: -v shows all{FAINT:#}"));
    }
    if !open.is_empty() {
        let names: Vec<String> =
            open.iter().map(|cause| format!("{} ({})", message(&cause.name), cause.allowed.len())).collect();
        line(out, format_args!("  {FAINT}{}: {}{FAINT:#}", Effect::Open.words(), names.join(", ")));
    }
    not_explained(out, of, &results);
    out.push('\n');
}

fn write_cause(out: &mut String, cause: &CauseEntry, results: &BTreeMap<&str, &CaseResult>, fails: &BTreeSet<&str>) {
    let new = cause.cases.iter().filter(|case| fails.contains(case.as_str())).count();
    let style = if new > 0 { BAD } else { NOTE };
    let status = match new {
        0 => "  known".to_owned(),
        new if new < cause.cases.len() => format!("  {new} new"),
        _ => String::new(),
    };
    let (count, does, clauses) = (cause.cases.len(), message(&cause.does), clauses(&cause.clauses));
    // The text of a choice does not have its name, and all others do.
    let name = if cause.instead.is_some() { format!("{}: ", message(&cause.name)) } else { String::new() };
    line(out, format_args!("  {style}{count:>5}{style:#}  {name}{does}  {CLAUSE}{clauses}{CLAUSE:#}{status}"));
    if let Some(collision) = cause.collisions.first() {
        let request =
            |id: &String| results.get(id.as_str()).map(|it| from(0, &it.question().to_string())).unwrap_or_default();
        let [first, second] = collision.each_ref().map(request);
        line(out, format_args!("         {FAINT}one hash: {first} and {second}{FAINT:#}"));
    }
    if new > 0
        && cause.collisions.is_empty()
        && let Some(example) = cause.cases.first().and_then(|id| results.get(id.as_str()))
    {
        let (expected, found) = compared(example);
        let (case, request) = (message(&example.case), from(0, &example.question().to_string()));
        line(out, format_args!("         {FAINT}{case}  {request}{FAINT:#}"));
        line(out, format_args!("         {found}  {FAINT}not{FAINT:#} {expected}"));
    }
}

/// The first clauses, and how many more there are.
fn clauses(all: &[String]) -> String {
    let named: Vec<String> = all.iter().take(NAMED).map(|clause| message(clause)).collect();
    match all.len().saturating_sub(NAMED) {
        0 => named.join(" "),
        more => format!("{} and {more} more", named.join(" ")),
    }
}

/// The failed cases that no cause explains.
fn not_explained(out: &mut String, of: &AdapterResults<'_>, results: &BTreeMap<&str, &CaseResult>) {
    let ids = &of.adapter.not_explained;
    if ids.is_empty() {
        return;
    }
    line(out, format_args!("  {BOLD}not explained{BOLD:#}  {}", cases(ids.len())));
    for result in ids.iter().take(SHOWN).filter_map(|id| results.get(id.as_str())) {
        let (expected, found) = compared(result);
        let (case, request) = (message(&result.case), from(0, &result.question().to_string()));
        line(out, format_args!("         {case}  {FAINT}{request}{FAINT:#}"));
        line(out, format_args!("         {found}  {FAINT}not{FAINT:#} {expected}"));
    }
    if ids.len() > SHOWN {
        line(out, format_args!("         {FAINT}and {} more{FAINT:#}", ids.len() - SHOWN));
    }
}
