//! What changed between two runs: which answers became better or worse, and which are new or gone.

mod json;
mod markdown;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::Value;

use super::read::{ReportedAdapter, Row, RunReport};
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// What changed from one run to another.
#[derive(Debug)]
pub struct Changes<'r> {
    old: &'r RunReport,
    new: &'r RunReport,
    adapters: Vec<AdapterChanges<'r>>,
}

/// What changed of one adapter, which may be in one run only.
#[derive(Debug)]
struct AdapterChanges<'r> {
    name: &'r str,
    old: Option<&'r ReportedAdapter>,
    new: Option<&'r ReportedAdapter>,
    /// In the order of the cases.
    changes: Vec<Change>,
}

/// A case of which something is another.
#[derive(Debug)]
struct Change {
    kind: Kind,
    case: String,
    level: Level,
    old: Option<Seen>,
    new: Option<Seen>,
}

/// What an adapter did with a case in one of the runs.
#[derive(Debug)]
struct Seen {
    verdict: Verdict,
    outcome: Value,
}

/// What a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// It passed or was left open, and does not any more.
    Worse,
    /// It passes, and did not.
    Better,
    /// It departs from the specification as before, or is open, and answers something else.
    Otherwise,
    /// It was in no earlier run.
    New,
    /// It is in no later run.
    Gone,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Worse, Self::Better, Self::Otherwise, Self::New, Self::Gone];

    /// The name in reports.
    fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Otherwise => "otherwise",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }

    /// What becomes of a result; nothing, where it says the same as before.
    fn of(old: &Seen, new: &Seen) -> Option<Self> {
        match (rank(old.verdict), rank(new.verdict)) {
            (before, now) if now > before => Some(Self::Worse),
            (before, now) if now < before => Some(Self::Better),
            _ => (said(&old.outcome) != said(&new.outcome)).then_some(Self::Otherwise),
        }
    }
}

/// How far from what is wanted a verdict is. A known failure departs from the specification as one that nobody knows does,
/// and what an implementation has no means for is no better than a departure that is seen.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass | Verdict::UnexpectedPass | Verdict::Open => 0,
        Verdict::Unsupported | Verdict::KnownFailure | Verdict::Fail => 1,
        Verdict::Error => 2,
    }
}

/// What an outcome says, without the words of a message and without a token, which is another one each time.
fn said(outcome: &Value) -> [&Value; 6] {
    let value = &outcome["value"];
    [
        &outcome["kind"],
        &outcome["reason"],
        &outcome["type"],
        &value["canonical_request"],
        &value["qsh"],
        &value["issuer"],
    ]
}

impl<'r> Changes<'r> {
    /// What changed from an old run to a new one.
    pub fn between(old: &'r RunReport, new: &'r RunReport) -> Self {
        let later = new.adapters.iter().map(|adapter| adapter.name.as_str());
        let gone = old.adapters.iter().map(|adapter| adapter.name.as_str()).filter(|name| find(new, name).is_none());
        let adapters = later.chain(gone).map(|name| AdapterChanges::between(name, old, new)).collect();
        Self { old, new, adapters }
    }

    /// Whether a case became worse, or an adapter that ran does not run any more.
    pub fn is_worse(&self) -> bool {
        self.adapters.iter().any(|adapter| adapter.is_lost() || adapter.of(Kind::Worse).next().is_some())
    }

    /// The changes as one JSON document with a line feed at its end.
    ///
    /// # Panics
    ///
    /// Never: changes hold only text and numbers.
    pub fn to_json(&self) -> String {
        json::write(self)
    }

    /// The changes as a page in Markdown, for a pull request.
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }
}

impl<'r> AdapterChanges<'r> {
    fn between(name: &'r str, old: &'r RunReport, new: &'r RunReport) -> Self {
        let results = |report: &'r RunReport| report.results_of(name).filter(|row| !row.head.is_unstarted());
        let before: HashMap<&str, &Row> = results(old).map(|row| (row.head.case.as_str(), row)).collect();
        let now: HashMap<&str, &Row> = results(new).map(|row| (row.head.case.as_str(), row)).collect();
        let later =
            results(new).filter_map(|row| Change::between(before.get(row.head.case.as_str()).copied(), Some(row)));
        let gone = results(old).filter(|row| !now.contains_key(row.head.case.as_str()));
        let changes = later.chain(gone.filter_map(|row| Change::between(Some(row), None))).collect();
        Self { name, old: find(old, name), new: find(new, name), changes }
    }

    /// Whether it ran before and does not any more.
    fn is_lost(&self) -> bool {
        let ran = |adapter: Option<&ReportedAdapter>| adapter.is_some_and(|it| it.not_run.is_none());
        ran(self.old) && !ran(self.new)
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

impl Change {
    fn between(old: Option<&Row>, new: Option<&Row>) -> Option<Self> {
        let head = &new.or(old)?.head;
        let (case, level) = (head.case.clone(), head.level);
        let result = |row: &Row| Seen { verdict: row.head.verdict, outcome: row.json()["outcome"].take() };
        let (old, new) = (old.map(result), new.map(result));
        let kind = match (&old, &new) {
            (Some(old), Some(new)) => Kind::of(old, new)?,
            (None, _) => Kind::New,
            (_, None) => Kind::Gone,
        };
        Some(Self { kind, case, level, old, new })
    }
}

fn find<'r>(report: &'r RunReport, name: &str) -> Option<&'r ReportedAdapter> {
    report.adapters.iter().find(|adapter| adapter.name == name)
}
