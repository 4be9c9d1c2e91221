//! Makes the report of a run from the results of its adapters.

use std::collections::HashMap;
use std::time::Duration;

use qsh_diagnose::Dialect;

use super::conclusion::Requirements;
use super::part::Part;
use super::run::{
    CaseResult, DifferenceEntry, Dispute, KnownEntry, NotRun, NotRunKind, ReportedAdapter, RunReport, Suite,
};
use crate::runner::{self, AdapterReport, CaseReport, NotStarted};
use crate::suite::allowed::is_allowed;
use crate::suite::baseline::Known;

/// What a report is made from, beside the results of the adapters.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Recording {
    /// How many cases were run.
    pub cases: usize,
    /// The requirements that decide the conclusion.
    pub requirements: Requirements,
    /// The part of the selection that was run. `None` if all of it was run.
    pub part: Option<Part>,
    /// The duration of the run.
    pub elapsed: Duration,
    /// The described dialect of each adapter, by its name.
    pub described: HashMap<String, Dialect>,
}

impl Recording {
    /// Makes the report. Adds to each adapter the causes of its failures, and to each wrong answer the ones of its own.
    pub fn report(self, adapters: &[AdapterReport<'_>]) -> RunReport {
        let Self { cases, requirements, part, elapsed, described } = self;
        let suite = Suite { version: env!("CARGO_PKG_VERSION").to_owned(), cases };
        let (mut reported_adapters, mut results) = (Vec::new(), Vec::new());
        for adapter in adapters {
            let mut reported = reported(adapter);
            if let Some(dialect) = described.get(&adapter.name) {
                reported.described = dialect.deviations().map(|choice| choice.to_string()).collect();
            }
            results.extend(adapter.results.iter().map(|case| result(adapter, case)));
            reported_adapters.push(reported);
        }
        let mut report = RunReport::new(suite, reported_adapters, results, requirements, part);
        report.seconds = Some(elapsed.as_secs_f64());
        report
    }
}

fn reported(adapter: &AdapterReport<'_>) -> ReportedAdapter {
    let description = adapter.description.as_ref();
    ReportedAdapter {
        name: adapter.name.clone(),
        library: description.map(|it| it.name.clone()),
        version: description.map(|it| it.version.clone()),
        language: description.map(|it| it.language.clone()),
        runtime: description.map(|it| it.runtime.clone()),
        documentation: None,
        described: Vec::new(),
        baseline: None,
        places: None,
        causes: None,
        not_explained: Vec::new(),
        summary: Default::default(),
        not_run: adapter.not_started.clone().map(|why| match why {
            NotStarted::Unavailable(reason) => NotRun { kind: NotRunKind::Unavailable, reason },
            NotStarted::Unusable(reason) => NotRun { kind: NotRunKind::Unusable, reason },
        }),
        incidents: adapter.incidents.clone(),
        remarks: adapter.remarks.clone(),
        stale: adapter.stale.clone(),
        unexplained: adapter.unexplained(),
        checked: adapter.checked,
        disputes: adapter.disputes.iter().map(dispute).collect(),
    }
}

fn dispute(dispute: &runner::Dispute<'_>) -> Dispute {
    Dispute {
        case: dispute.case.id.clone(),
        signer: dispute.signer.clone(),
        outcome: dispute.outcome.clone(),
        known: dispute.known.as_ref().map(KnownEntry::from),
    }
}

fn result(adapter: &AdapterReport<'_>, result: &CaseReport<'_>) -> CaseResult {
    let case = result.case;
    let difference = result.difference.as_ref().map(|difference| DifferenceEntry {
        stage: difference.stage,
        at: difference.at,
        hint: None,
        looks_like: Vec::new(),
    });
    CaseResult {
        case: case.id.clone(),
        adapter: adapter.name.clone(),
        level: case.level,
        clauses: case.clauses.clone(),
        summary: case.summary.clone(),
        operation: case.question.operation(),
        input: case.question.input(),
        verdict: result.verdict,
        outcome: result.outcome.clone(),
        expected: (&case.expect).into(),
        allowed: Some(is_allowed(case, &result.outcome)),
        difference,
        known: result.known.as_ref().map(KnownEntry::from),
        micros: u64::try_from(result.elapsed.as_micros()).unwrap_or(u64::MAX),
    }
}

impl From<&Known> for KnownEntry {
    fn from(known: &Known) -> Self {
        let choices = known.choices.iter().map(ToString::to_string).collect();
        Self { reason: known.reason.clone(), link: known.link.clone(), choices }
    }
}
