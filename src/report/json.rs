//! The JSON report, version 1. It is a stable interface: members are added, never changed or removed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Conclusion, Part, Report, Requirements};
use crate::runner::{AdapterReport, CaseReport, NotStarted};
use crate::suite::baseline::Known;
use crate::suite::case::{Expectation, Question, Signed};
use crate::suite::head::Format;
use crate::suite::outcome::{Outcome, Reason};
use crate::suite::text::Text;
use crate::suite::verdict::Verdict;

/// Returns the report as one JSON document that ends with a line feed.
pub fn write(report: &Report<'_>) -> String {
    let document = Document {
        format: Format::REPORT.name,
        version: 1,
        suite: Suite { version: env!("CARGO_PKG_VERSION"), cases: report.cases },
        adapters: report.adapters.iter().map(adapter).collect(),
        results: report
            .adapters
            .iter()
            .flat_map(|adapter| adapter.results.iter().map(|case| result(adapter, case)))
            .collect(),
        conclusion: report.conclusion(),
        requirements: report.requirements(),
        shard: report.part.as_ref(),
    };
    let mut text = serde_json::to_string(&document).expect("a report holds only text and numbers");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'r> {
    format: &'static str,
    version: u32,
    suite: Suite,
    adapters: Vec<AdapterSummary<'r>>,
    results: Vec<ResultLine<'r>>,
    /// `as_expected`, `failed` or `not_usable`: the exit codes 0, 1 and 3.
    conclusion: Conclusion,
    /// The requirements that decide the conclusion.
    requirements: Requirements,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<&'r Part>,
}

#[derive(Serialize)]
struct Suite {
    version: &'static str,
    cases: usize,
}

#[derive(Serialize)]
struct AdapterSummary<'r> {
    name: &'r str,
    version: Option<&'r str>,
    language: Option<&'r str>,
    runtime: Option<&'r str>,
    summary: BTreeMap<&'static str, usize>,
    not_run: Option<NotRun<'r>>,
    incidents: &'r [String],
    remarks: &'r [String],
    stale: &'r [String],
    /// The number of known failures without an explanation.
    unexplained: usize,
    /// The number of good tokens of other adapters that the adapter was asked to verify.
    checked: usize,
    disputes: Vec<DisputeObject<'r>>,
}

/// A good token of another adapter that this adapter did not accept.
#[derive(Serialize)]
struct DisputeObject<'r> {
    case: &'r str,
    signer: &'r str,
    outcome: OutcomeObject<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<KnownObject<'r>>,
}

#[derive(Serialize)]
struct NotRun<'r> {
    /// `unavailable` (this machine lacks something) or `unusable`.
    kind: &'static str,
    reason: &'r str,
}

#[derive(Serialize)]
struct ResultLine<'r> {
    case: &'r str,
    adapter: &'r str,
    level: &'static str,
    clauses: &'r [String],
    summary: &'r str,
    operation: &'static str,
    input: &'r Question,
    verdict: &'static str,
    outcome: OutcomeObject<'r>,
    expected: ExpectedObject<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<DifferenceObject<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<KnownObject<'r>>,
    micros: u128,
}

#[derive(Default, Serialize)]
pub(super) struct OutcomeObject<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<ValueObject<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Default, Serialize)]
struct ValueObject<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_request: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qsh: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'r Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'r str>,
    /// The reason why our own verifier refuses the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<RefusedObject<'r>>,
}

#[derive(Serialize)]
struct RefusedObject<'r> {
    reason: &'static str,
    message: &'r str,
}

#[derive(Default, Serialize)]
struct ExpectedObject<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_request: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qsh: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'r Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct DifferenceObject<'r> {
    stage: &'static str,
    at: usize,
    hint: Option<&'r str>,
    /// The deviations that the hint names.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    looks_like: &'r [String],
}

#[derive(Serialize)]
struct KnownObject<'r> {
    reason: &'r str,
    link: &'r str,
}

impl<'r> From<&'r Known> for KnownObject<'r> {
    fn from(known: &'r Known) -> Self {
        Self { reason: &known.reason, link: &known.link }
    }
}

fn adapter<'r>(report: &'r AdapterReport<'_>) -> AdapterSummary<'r> {
    let description = report.description.as_ref();
    AdapterSummary {
        name: &report.name,
        version: description.map(|description| description.version.as_str()),
        language: description.map(|description| description.language.as_str()),
        runtime: description.map(|description| description.runtime.as_str()),
        summary: Verdict::ALL.map(|verdict| (verdict.name(), report.count(verdict))).into(),
        not_run: report.not_started.as_ref().map(|why| match why {
            NotStarted::Unavailable(reason) => NotRun { kind: "unavailable", reason },
            NotStarted::Unusable(reason) => NotRun { kind: "unusable", reason },
        }),
        incidents: &report.incidents,
        remarks: &report.remarks,
        stale: &report.stale,
        unexplained: report.unexplained(),
        checked: report.checked,
        disputes: report
            .disputes
            .iter()
            .map(|dispute| DisputeObject {
                case: &dispute.case.id,
                signer: &dispute.signer,
                outcome: outcome(&dispute.outcome),
                known: dispute.known.as_ref().map(KnownObject::from),
            })
            .collect(),
    }
}

fn result<'r>(adapter: &'r AdapterReport<'_>, report: &'r CaseReport<'_>) -> ResultLine<'r> {
    ResultLine {
        case: &report.case.id,
        adapter: &adapter.name,
        level: report.case.level.name(),
        clauses: &report.case.clauses,
        summary: &report.case.summary,
        operation: report.case.question.operation().name(),
        input: &report.case.question,
        verdict: report.verdict.name(),
        outcome: outcome(&report.outcome),
        expected: expected(&report.case.expect),
        difference: report.difference.as_ref().map(|difference| DifferenceObject {
            stage: difference.stage.name(),
            at: difference.at,
            hint: report.hint.as_ref().map(|hint| hint.text.as_str()),
            looks_like: report.hint.as_ref().map_or(&[], |hint| &hint.mistakes),
        }),
        known: report.known.as_ref().map(KnownObject::from),
        micros: report.elapsed.as_micros(),
    }
}

pub(super) fn outcome(outcome: &Outcome) -> OutcomeObject<'_> {
    let mut object = OutcomeObject { kind: outcome.kind(), ..OutcomeObject::default() };
    match outcome {
        Outcome::Ok(answer) => {
            let (canonical_request, canonical_request_hex) =
                answer.canonical_request.as_ref().map_or((None, None), text);
            object.value = Some(ValueObject {
                canonical_request,
                canonical_request_hex,
                qsh: answer.qsh.as_deref(),
                issuer: answer.accepted.as_ref().map(|accepted| accepted.issuer.as_str()),
                claims: answer.accepted.as_ref().map(|accepted| &accepted.claims),
                token: answer.token.as_deref(),
                refused: answer
                    .refused
                    .as_ref()
                    .map(|refused| RefusedObject { reason: refused.reason.code(), message: &refused.message }),
            });
        }
        Outcome::Rejected { reason, message } => {
            object.reason = Some(reason.code());
            object.message = Some(message.clone());
        }
        Outcome::Fault { kind, message } => {
            object.r#type = Some(kind);
            object.message = Some(message.clone());
        }
        Outcome::Unsupported(text) | Outcome::Crashed(text) | Outcome::Garbled(text) | Outcome::SpawnFailed(text) => {
            object.message = Some(text.clone());
        }
        Outcome::TimedOut(after) => object.message = Some(format!("no answer within {after:?}")),
    }
    object
}

fn expected(expectation: &Expectation) -> ExpectedObject<'_> {
    match expectation {
        Expectation::Canonical(expected) => {
            let (canonical_request, canonical_request_hex) = text(&expected.canonical_request);
            ExpectedObject {
                canonical_request,
                canonical_request_hex,
                qsh: Some(&expected.qsh),
                ..ExpectedObject::default()
            }
        }
        Expectation::Accepted(accepted) | Expectation::Signed(Signed { accepted, .. }) => ExpectedObject {
            issuer: Some(&accepted.issuer),
            claims: Some(&accepted.claims),
            ..ExpectedObject::default()
        },
        Expectation::Rejected(reasons) => ExpectedObject {
            rejected: Some(reasons.iter().copied().map(Reason::code).collect()),
            ..ExpectedObject::default()
        },
    }
}

fn text(text: &Text) -> (Option<&str>, Option<String>) {
    match text.as_str() {
        Some(utf8) => (Some(utf8), None),
        None => (None, Some(text.to_hex())),
    }
}
