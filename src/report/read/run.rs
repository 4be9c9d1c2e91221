//! The JSON report of `qsh run`.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BadDocument, Raw};
use crate::report::{AdapterStatus, Conclusion, Part, Requirements, Start};
use crate::runner;
use crate::suite::case::Level;
use crate::suite::head::Format;
use crate::suite::outcome::Outcome;
use crate::suite::select::Shard;
use crate::suite::verdict::Verdict;

/// The results of a run, as read from its JSON report.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunReport {
    format: String,
    version: u32,
    pub(in crate::report) suite: Suite,
    pub(in crate::report) adapters: Vec<ReportedAdapter>,
    pub(in crate::report) results: Vec<Row>,
    conclusion: Conclusion,
    pub(in crate::report) requirements: Requirements,
    #[serde(rename = "shard", skip_serializing_if = "Option::is_none")]
    pub(in crate::report) part: Option<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::report) struct Suite {
    pub(in crate::report) version: String,
    pub(in crate::report) cases: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(in crate::report) struct ReportedAdapter {
    pub(in crate::report) name: String,
    pub(in crate::report) version: Option<String>,
    pub(in crate::report) language: Option<String>,
    pub(in crate::report) runtime: Option<String>,
    /// The number of results of each verdict. It is computed from the results, and never read.
    #[serde(skip_deserializing)]
    pub(in crate::report) summary: BTreeMap<&'static str, usize>,
    pub(in crate::report) not_run: Option<NotRun>,
    pub(in crate::report) incidents: Vec<String>,
    pub(in crate::report) remarks: Vec<String>,
    pub(in crate::report) stale: Vec<String>,
    pub(in crate::report) unexplained: usize,
    pub(in crate::report) checked: usize,
    pub(in crate::report) disputes: Vec<Dispute>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::report) struct NotRun {
    pub(in crate::report) kind: NotRunKind,
    pub(in crate::report) reason: String,
}

/// The kind of reason why an adapter was not run. The worse kind comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::report) enum NotRunKind {
    Unavailable,
    Unusable,
}

/// A result, with the members that decide the conclusion.
pub(in crate::report) type Row = Raw<RowHead>;

#[derive(Clone, Debug, Deserialize)]
pub(in crate::report) struct RowHead {
    pub(in crate::report) case: String,
    pub(in crate::report) adapter: String,
    pub(in crate::report) level: Level,
    pub(in crate::report) verdict: Verdict,
    outcome: OutcomeHead,
}

/// A good token of another adapter that this adapter did not accept.
pub(in crate::report) type Dispute = Raw<DisputeHead>;

#[derive(Clone, Debug, Deserialize)]
pub(in crate::report) struct DisputeHead {
    pub(in crate::report) case: String,
    pub(in crate::report) signer: String,
    outcome: OutcomeHead,
    known: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct OutcomeHead {
    kind: String,
}

impl OutcomeHead {
    fn is_unsupported(&self) -> bool {
        self.kind == "unsupported"
    }

    fn is_breach(&self) -> bool {
        Outcome::BREACHES.contains(&self.kind.as_str())
    }
}

impl RowHead {
    /// Whether the case was not asked, because the adapter could not be started.
    pub(in crate::report) fn is_unstarted(&self) -> bool {
        self.outcome.kind == "spawn_failed"
    }
}

impl DisputeHead {
    pub(in crate::report) fn is_known(&self) -> bool {
        self.known.is_some()
    }
}

impl RunReport {
    /// Creates the report of a whole run, and computes everything that follows from its results.
    pub(in crate::report) fn whole(
        suite: Suite,
        adapters: Vec<ReportedAdapter>,
        results: Vec<Row>,
        requirements: Requirements,
    ) -> Self {
        let (format, conclusion) = (Format::REPORT.name.to_owned(), Conclusion::AsExpected);
        let mut report = Self { format, version: 1, suite, adapters, results, conclusion, requirements, part: None };
        report.count();
        report.conclusion = requirements.conclude(&report.statuses());
        report
    }

    /// Returns the conclusion of the run.
    pub fn conclusion(&self) -> Conclusion {
        self.conclusion
    }

    /// Returns the report as one JSON document that ends with a line feed.
    ///
    /// # Panics
    ///
    /// Never: a report holds only text and numbers.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds only text and numbers") + "\n"
    }

    /// The part of the selection that the report covers.
    pub(in crate::report) fn shard(&self) -> Shard {
        self.part.as_ref().and_then(Part::shard).unwrap_or(Shard::WHOLE)
    }

    /// The results of one adapter, in their order.
    pub(in crate::report) fn results_of(&self, adapter: &str) -> impl Iterator<Item = &Row> + Clone {
        self.results.iter().filter(move |row| row.head.adapter == adapter)
    }

    pub(in crate::report) fn statuses(&self) -> Vec<AdapterStatus> {
        let levels: HashMap<&str, Level> =
            self.results.iter().map(|row| (row.head.case.as_str(), row.head.level)).collect();
        self.adapters.iter().map(|adapter| self.status(adapter, &levels)).collect()
    }

    fn status(&self, adapter: &ReportedAdapter, levels: &HashMap<&str, Level>) -> AdapterStatus {
        let required = self.requirements.level;
        let results = self.results_of(&adapter.name).map(|row| &row.head);
        let disputes = |dispute: &Dispute| {
            let DisputeHead { case, outcome, .. } = &dispute.head;
            // If no result gives the level of a case, the case counts as required.
            let decides = levels.get(case.as_str()).is_none_or(|level| *level <= required);
            !dispute.head.is_known() && (outcome.is_breach() || decides)
        };
        AdapterStatus {
            start: match &adapter.not_run {
                None => Start::Ran,
                Some(NotRun { kind: NotRunKind::Unavailable, .. }) => Start::Unavailable,
                Some(NotRun { kind: NotRunKind::Unusable, .. }) => Start::Unusable,
            },
            answers_none: adapter.not_run.is_none()
                && runner::answers_none(results.clone().map(|row| (row.level, row.outcome.is_unsupported()))),
            has_failed: !adapter.incidents.is_empty()
                || !adapter.stale.is_empty()
                || adapter.disputes.iter().any(disputes)
                || results.clone().any(|row| row.verdict.fails(row.level, required)),
        }
    }

    /// Counts the verdicts of each adapter.
    fn count(&mut self) {
        let verdicts = Verdict::ALL.map(|verdict| (verdict.name(), 0));
        for adapter in &mut self.adapters {
            adapter.summary = verdicts.into();
            for row in self.results.iter().filter(|row| row.head.adapter == adapter.name) {
                *adapter.summary.entry(row.head.verdict.name()).or_default() += 1;
            }
        }
    }

    /// Returns the report if its results fit its adapters and its part of the selection.
    pub(super) fn checked(mut self) -> Result<Self, BadDocument> {
        let bad = |problem: String| Err(BadDocument(problem));
        if let Some(part) = &self.part {
            let Some(shard) = part.shard() else {
                return bad("shard: expected an index from 1 to count".to_owned());
            };
            let (expected, found) = (shard.size(part.cases), self.suite.cases);
            if expected != found {
                return bad(format!(
                    "suite.cases: expected {expected} for shard {shard} of {}, found {found}",
                    part.cases
                ));
            }
        }
        if let Some(row) = self.results.iter().find(|row| self.adapters.iter().all(|it| it.name != row.head.adapter)) {
            return bad(format!("case {}: {} is none of the report's adapters", row.head.case, row.head.adapter));
        }
        for (place, adapter) in self.adapters.iter().enumerate() {
            if self.adapters[..place].iter().any(|other| other.name == adapter.name) {
                return bad(format!("{} is in the list of adapters twice", adapter.name));
            }
        }
        self.check_cases()?;
        self.count();
        Ok(self)
    }

    /// Checks that every adapter has a result for each case, in the same order. An adapter that was not run may have no
    /// results.
    fn check_cases(&self) -> Result<(), BadDocument> {
        let bad = |problem: String| Err(BadDocument(problem));
        let mut cases: Option<Vec<&str>> = None;
        for adapter in &self.adapters {
            let name = &adapter.name;
            let ids: Vec<&str> = self.results_of(name).map(|row| row.head.case.as_str()).collect();
            if ids.is_empty() && adapter.not_run.is_some() {
                continue;
            }
            if ids.len() != self.suite.cases {
                let (expected, found) = (self.suite.cases, ids.len());
                return bad(format!("expected a result of {name} for each case ({expected}), found {found}"));
            }
            let mut sorted = ids.clone();
            sorted.sort_unstable();
            if let Some(twice) = sorted.windows(2).find(|two| two[0] == two[1]) {
                return bad(format!("expected one result of {name} for each case, found two for {}", twice[0]));
            }
            let first = cases.get_or_insert_with(|| ids.clone());
            if let Some(place) = (0..ids.len()).find(|place| first[*place] != ids[*place]) {
                return bad(format!("expected a result of {name} for {}, found one for {}", first[place], ids[place]));
            }
        }
        Ok(())
    }
}
