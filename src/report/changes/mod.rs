//! Compares two runs: which results became better or worse, and which are new or gone.

mod json;
mod markdown;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::causes::CauseEntry;
use super::run::{CaseResult, ExpectedAnswer, ReportedAdapter, RunReport};
use crate::suite::case::Level;
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::verdict::{Reasons, Verdict};

/// The changes from one run to another.
#[derive(Debug)]
pub struct Changes<'r> {
    old: &'r RunReport,
    new: &'r RunReport,
    adapters: Vec<AdapterChanges<'r>>,
}

/// The changes of one adapter. The adapter may be in only one of the runs.
#[derive(Debug)]
struct AdapterChanges<'r> {
    name: &'r str,
    old: Option<&'r ReportedAdapter>,
    new: Option<&'r ReportedAdapter>,
    /// The causes of failures that only the new run has.
    gained: Vec<&'r CauseEntry>,
    /// The causes of failures that only the old run has.
    lost: Vec<&'r CauseEntry>,
    /// The changes, in the order of the cases.
    changes: Vec<Change<'r>>,
}

/// A case whose result differs between the runs.
#[derive(Debug)]
struct Change<'r> {
    kind: Kind,
    case: &'r str,
    level: Level,
    old: Option<&'r CaseResult>,
    new: Option<&'r CaseResult>,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The verdict became worse.
    Worse,
    /// The verdict became better.
    Better,
    /// The verdict is as good as before, but the outcome differs.
    Otherwise,
    /// Only the new run has it.
    New,
    /// Only the old run has it.
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

    /// Compares two results. Returns `None` if they say the same.
    fn of(old: &CaseResult, new: &CaseResult, reasons: Reasons) -> Option<Self> {
        match (rank(old, reasons), rank(new, reasons)) {
            (before, now) if now > before => Some(Self::Worse),
            (before, now) if now < before => Some(Self::Better),
            _ => (!says_the_same(&old.outcome, &new.outcome)).then_some(Self::Otherwise),
        }
    }
}

/// Ranks a result: higher is worse. A known failure ranks like any other failure. An unsupported case ranks like a
/// failure, too. A refusal for another reason ranks like a pass if reasons do not count.
fn rank(result: &CaseResult, reasons: Reasons) -> u8 {
    match result.verdict {
        Verdict::Fail | Verdict::KnownFailure if reasons == Reasons::Any && is_refused_as_expected(result) => 0,
        Verdict::Pass | Verdict::OtherReason | Verdict::UnexpectedPass | Verdict::Open => 0,
        Verdict::Unsupported | Verdict::KnownFailure | Verdict::Fail => 1,
        Verdict::Error => 2,
    }
}

/// Whether a request that has to be refused was refused, for any reason.
fn is_refused_as_expected(result: &CaseResult) -> bool {
    matches!((&result.expected, &result.outcome), (ExpectedAnswer::Rejected(_), Outcome::Rejected { .. }))
}

/// Whether two outcomes are the same apart from messages and tokens, which differ in every run.
fn says_the_same(one: &Outcome, other: &Outcome) -> bool {
    let said = |answer: &Answer| {
        let issuer = answer.accepted.as_ref().map(|accepted| accepted.issuer.clone());
        (answer.canonical_request.clone(), answer.qsh.clone(), issuer)
    };
    match (one, other) {
        (Outcome::Ok(one), Outcome::Ok(other)) => said(one) == said(other),
        (Outcome::Rejected { reason: one, .. }, Outcome::Rejected { reason: other, .. }) => one == other,
        (Outcome::Fault { kind: one, .. }, Outcome::Fault { kind: other, .. }) => one == other,
        (one, other) => one.kind() == other.kind(),
    }
}

impl<'r> Changes<'r> {
    /// Compares an old run with a new one.
    pub fn between(old: &'r RunReport, new: &'r RunReport) -> Self {
        let later = new.adapters.iter().map(|adapter| adapter.name.as_str());
        let gone = old.adapters.iter().map(|adapter| adapter.name.as_str()).filter(|name| find(new, name).is_none());
        let adapters = later.chain(gone).map(|name| AdapterChanges::between(name, old, new)).collect();
        Self { old, new, adapters }
    }

    /// Whether a case became worse, or an adapter that ran in the old run did not run in the new one.
    pub fn is_worse(&self) -> bool {
        self.adapters.iter().any(|adapter| adapter.is_lost() || adapter.of(Kind::Worse).next().is_some())
    }

    /// Returns the changes as one JSON document that ends with a line feed.
    ///
    /// # Panics
    ///
    /// Never: changes hold only text and numbers.
    pub fn to_json(&self) -> String {
        json::write(self)
    }

    /// Returns the changes as a page in Markdown, for a pull request.
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }
}

impl<'r> AdapterChanges<'r> {
    fn between(name: &'r str, old: &'r RunReport, new: &'r RunReport) -> Self {
        let results = |report: &'r RunReport| {
            report.results_of(name).filter(|row| !matches!(row.outcome, Outcome::SpawnFailed(_)))
        };
        let before: HashMap<&str, &'r CaseResult> = results(old).map(|row| (row.case.as_str(), row)).collect();
        let now: HashMap<&str, &'r CaseResult> = results(new).map(|row| (row.case.as_str(), row)).collect();
        // Reasons count if they counted in both runs.
        let reasons = match (old.requirements.reasons, new.requirements.reasons) {
            (Reasons::Exact, Reasons::Exact) => Reasons::Exact,
            _ => Reasons::Any,
        };
        let change = |old, new| Change::between(old, new, reasons);
        let later = results(new).filter_map(|row| change(before.get(row.case.as_str()).copied(), Some(row)));
        let gone = results(old).filter(|row| !now.contains_key(row.case.as_str()));
        let changes = later.chain(gone.filter_map(|row| change(Some(row), None))).collect();
        let (old, new) = (find(old, name), find(new, name));
        let (gained, lost) = (causes_beside(new, old), causes_beside(old, new));
        Self { name, old, new, gained, lost, changes }
    }

    /// Whether the adapter ran in the old run and not in the new one.
    fn is_lost(&self) -> bool {
        let ran = |adapter: Option<&ReportedAdapter>| adapter.is_some_and(|it| it.not_run.is_none());
        ran(self.old) && !ran(self.new)
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Change<'r>> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

impl<'r> Change<'r> {
    fn between(old: Option<&'r CaseResult>, new: Option<&'r CaseResult>, reasons: Reasons) -> Option<Self> {
        let CaseResult { case, level, .. } = new.or(old)?;
        let kind = match (old, new) {
            (Some(old), Some(new)) => Kind::of(old, new, reasons)?,
            (None, _) => Kind::New,
            (_, None) => Kind::Gone,
        };
        Some(Self { kind, case, level: *level, old, new })
    }
}

/// The causes of failures that an adapter has in one run and not in the other. None if it is in one of the runs only.
fn causes_beside<'r>(one: Option<&'r ReportedAdapter>, other: Option<&ReportedAdapter>) -> Vec<&'r CauseEntry> {
    let Some((one, other)) = one.zip(other) else { return Vec::new() };
    if one.not_run.is_some() || other.not_run.is_some() {
        return Vec::new();
    }
    let has = |adapter: &ReportedAdapter, name: &str| {
        adapter.causes.iter().flatten().any(|cause| cause.name == name && !cause.cases.is_empty())
    };
    let of_one = one.causes.iter().flatten().filter(|cause| !cause.cases.is_empty());
    of_one.filter(|cause| !has(other, &cause.name)).collect()
}

fn find<'r>(report: &'r RunReport, name: &str) -> Option<&'r ReportedAdapter> {
    report.adapters.iter().find(|adapter| adapter.name == name)
}
