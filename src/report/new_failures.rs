//! What is new in a run: failures that no baseline lists.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::causes::CauseEntry;
use super::points::{Point, State, points};
use super::run::{AdapterResults, CaseResult};
use super::style::counted;
use super::words::{compared, from, headline_below_name};
use crate::suite::case::Level;

/// The names and the texts of the causes of new failures, and of the new failures that have none.
pub(super) fn new_failures(of: &AdapterResults<'_>, required: Level) -> Vec<(String, String)> {
    let causes = causes(of, required);
    let ids: BTreeSet<&str> = causes.iter().flat_map(|(cause, _)| &cause.cases).map(String::as_str).collect();
    let failed = |point: &Point<'_>| {
        let is_explained = point.case().is_some() && ids.contains(&*point.name());
        matches!(point.state, State::Failed | State::Error) && !is_explained
    };
    let others = points(of, required).into_iter().filter(failed);
    let others = others.map(|point| (point.name().into_owned(), point.message.unwrap_or_default()));
    causes.iter().map(|(cause, new)| (cause.name.clone(), told(cause, new))).chain(others).collect()
}

/// The causes of failures that decide the conclusion, each with these failures. Those with the largest share of new ones come
/// first: a known cause may also have a case that fails because of another one.
fn causes<'r>(of: &AdapterResults<'r>, required: Level) -> Vec<(&'r CauseEntry, Vec<&'r CaseResult>)> {
    let results: BTreeMap<&str, &'r CaseResult> = of.results.iter().map(|it| (it.case.as_str(), *it)).collect();
    let failing = |cause: &'r CauseEntry| {
        let of_cause = cause.cases.iter().filter_map(|id| results.get(id.as_str()).copied());
        let new: Vec<&CaseResult> = of_cause.filter(|result| result.fails(required)).collect();
        (!new.is_empty()).then_some((cause, new))
    };
    let mut causes: Vec<(&CauseEntry, Vec<&CaseResult>)> =
        of.adapter.causes.iter().flatten().filter_map(failing).collect();
    causes.sort_by_key(|(cause, new)| Reverse(new.len() * 100 / cause.cases.len().max(1)));
    causes
}

/// What a cause does, in how many cases, and an example.
fn told(cause: &CauseEntry, new: &[&CaseResult]) -> String {
    let (example, new) = (new[0], new.len());
    let (expected, found) = compared(example);
    let request = from(0, &example.question().to_string());
    let count = match cause.cases.len() {
        all if all == new => counted(all as u64, "case"),
        all => format!("{new} new of {}", counted(all as u64, "case")),
    };
    let headline = headline_below_name(cause);
    format!("{headline}; {count}\n{}: {request}: expected {expected}, answered {found}", example.case)
}
