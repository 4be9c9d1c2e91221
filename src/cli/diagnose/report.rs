//! `qsh diagnose --report`: the dialect that explains the failures of an adapter.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use qsh::causes::{DialectDiagnosis, Evidence};
use qsh::report::document::Document;
use qsh::report::run::{CaseResult, ReportedAdapter, RunReport};
use qsh::report::style::{BAD, BOLD, GOOD, plural};
use qsh::report::words::{compared, from, message};
use qsh::suite::verdict::Verdict;
use qsh_diagnose::{Deviation, Inference, Nearest, ShownChoice, printable};
use serde_json::{Value, json};

use crate::cli::args::Format;
use crate::cli::{FAILED, input, output};

pub(super) fn run(file: &Path, adapter: Option<&str>, format: Format) -> anyhow::Result<ExitCode> {
    let (name, text) = input::read(file)?;
    let report = Document::read_run(&text).with_context(|| name.clone())?;
    let adapter = chosen(&report, adapter).with_context(|| name.clone())?;
    let results: HashMap<&str, &CaseResult> =
        report.results_of(&adapter.name).map(|result| (result.case.as_str(), result)).collect();
    let evidence: Vec<Evidence> =
        report.results_of(&adapter.name).map(CaseResult::evidence).filter(|it| it.input().is_some()).collect();
    let diagnosis = DialectDiagnosis::of(&evidence);
    if diagnosis.observed.is_empty() {
        let (adapter, count) = (&adapter.name, evidence.len());
        bail!("{name}: {adapter}: expected answers or refusals, found none among its results ({count})");
    }
    let told = Told { adapter, results: &results, evidence: &evidence, diagnosis: &diagnosis };
    let text = match format {
        Format::Human => told.human(),
        Format::Json => format!("{}\n", told.to_json()),
    };
    output::print(&text, format.into())?;
    Ok(if diagnosis.explains_all_failures() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The adapter with this name. Without a name, the only adapter.
fn chosen<'r>(report: &'r RunReport, name: Option<&str>) -> anyhow::Result<&'r ReportedAdapter> {
    let names = || report.adapters.iter().map(|adapter| adapter.name.as_str()).collect::<Vec<_>>().join(", ");
    let adapter = match (name, report.adapters.as_slice()) {
        (_, []) => bail!("no adapter was run"),
        (None, [only]) => only,
        (None, _) => bail!("several adapters were run, expected the name of one: {}", names()),
        (Some(name), all) => match all.iter().find(|adapter| adapter.name == name) {
            Some(adapter) => adapter,
            None => bail!("no adapter {name:?}, expected one of: {}", names()),
        },
    };
    match &adapter.not_run {
        Some(why) => bail!("{} was not run: {}", adapter.name, why.reason),
        None => Ok(adapter),
    }
}

/// The dialect of an adapter, with the results that it was inferred from.
struct Told<'t> {
    adapter: &'t ReportedAdapter,
    results: &'t HashMap<&'t str, &'t CaseResult>,
    evidence: &'t [Evidence],
    diagnosis: &'t DialectDiagnosis<'t>,
}

/// How many implementations are named.
const NAMED: usize = 6;
/// How many unexplained cases are listed.
const TOLD: usize = 20;

impl Told<'_> {
    fn human(&self) -> String {
        let Self { diagnosis, .. } = self;
        let inference = &diagnosis.inference;
        let mut out = format!("{}\n", self.summary());
        let mut line = |text: std::fmt::Arguments<'_>| {
            let _ = writeln!(out, "{text}");
        };
        if let Some(conclusion) = conclusion(inference) {
            line(format_args!("{conclusion}\n"));
        }
        for choice in &inference.choices {
            line(format_args!("{}", told(choice, diagnosis)));
        }
        if let Some(nearest) = &inference.nearest {
            line(format_args!("{}", beside(nearest, diagnosis.observed.len())));
        }
        if !diagnosis.unexplained.is_empty() {
            line(format_args!("{}", self.not_explained()));
        }
        out
    }

    /// A summary line: the adapter, its departures and its failures.
    fn summary(&self) -> String {
        let Self { adapter, diagnosis, .. } = self;
        let about: Vec<&str> = [&adapter.version, &adapter.runtime].into_iter().flatten().map(String::as_str).collect();
        let about = if about.is_empty() { String::new() } else { format!(" ({})", printable(&about.join(", "))) };
        let answers = plural(diagnosis.observed.len() as u64, "answer", "answers");
        let departures = match diagnosis.inference.departures.len() {
            0 => format!("{GOOD}all of them as specified{GOOD:#}"),
            count => format!("{count} of them not as specified"),
        };
        let failures = match self.failures() {
            0 => format!("{GOOD}no case fails{GOOD:#}"),
            count => plural(count as u64, "case fails", "cases fail"),
        };
        format!("{BOLD}{}{BOLD:#}{about}: {answers}, {departures}; {failures}", printable(&adapter.name))
    }

    fn failures(&self) -> usize {
        self.evidence.iter().filter(|case| case.has_failed()).count()
    }

    /// Lists the unexplained cases, failures first.
    fn not_explained(&self) -> String {
        let cases = &self.diagnosis.unexplained;
        let failures = cases.iter().filter(|case| case.has_failed());
        let others = cases.iter().filter(|case| !case.has_failed());
        let count = match (cases.len(), failures.clone().count()) {
            (all, failures) if all == failures => plural(all as u64, "failure is", "failures are"),
            (all, 0) => plural(all as u64, "answer is", "answers are"),
            (all, failures) => format!(
                "{} and {} are",
                plural(failures as u64, "failure", "failures"),
                plural((all - failures) as u64, "other answer", "other answers")
            ),
        };
        let mut out = format!("\n{BAD}{count} not explained:{BAD:#}");
        for case in failures.chain(others).take(TOLD) {
            let _ = write!(out, "\n{}", self.unexplained(case));
        }
        if cases.len() > TOLD {
            let _ = write!(out, "\n  and {} more; --format json has them all", cases.len() - TOLD);
        }
        out
    }

    fn unexplained(&self, case: &Evidence) -> String {
        let verdict = match case.verdict {
            Verdict::Fail => String::new(),
            verdict => format!("  ({})", verdict.name()),
        };
        let request = from(0, &case.input().map(ToString::to_string).unwrap_or_default());
        let mut out = format!("  {BOLD}{}{BOLD:#}  {request}{verdict}\n", message(&case.case));
        let (expected, answered) = compared(self.results[case.case.as_str()]);
        let _ = write!(out, "    expected  {expected}\n    answered  {answered}");
        if case.has_failed() && case.is_as_specified() {
            out.push_str("\n    this is the specified answer: the case expects something else");
        }
        out
    }

    fn to_json(&self) -> Value {
        let Self { adapter, diagnosis, .. } = self;
        let inference = &diagnosis.inference;
        let choices: Vec<Value> = inference.choices.iter().map(|choice| choice_to_json(choice, diagnosis)).collect();
        let unexplained = diagnosis.unexplained.iter().map(|case| self.results[case.case.as_str()]);
        json!({
            "format": "qsh-report-diagnosis", "version": 1,
            "adapter": { "name": adapter.name, "version": adapter.version, "runtime": adapter.runtime },
            "answers": diagnosis.observed.len(), "failures": self.failures(), "departures": inference.departures.len(),
            "explained": inference.explained(), "contradicted": inference.contradicted(),
            "explains_all_failures": diagnosis.explains_all_failures(),
            "dialect": names_of(inference.choices.iter().map(|choice| choice.deviation)), "choices": choices,
            "nearest": inference.nearest.as_ref().map(nearest_to_json),
            "unexplained": unexplained.map(unexplained_to_json).collect::<Vec<_>>(),
        })
    }
}

/// Says how many departures the inferred choices explain. `None` if there are no departures.
fn conclusion(inference: &Inference) -> Option<String> {
    let departures = inference.departures.len();
    if inference.choices.is_empty() {
        return (departures > 0).then(|| "No known choice explains any of these.".to_owned());
    }
    let choices = plural(inference.choices.len() as u64, "choice explains", "choices explain");
    let explained = match inference.explained() {
        explained if explained == departures => "all of these".to_owned(),
        explained => format!("{explained} of these"),
    };
    let contradicted = match inference.contradicted() {
        0 => String::new(),
        count => {
            format!(
                "; this contradicts {} that {} as specified",
                plural(count as u64, "answer", "answers"),
                if count == 1 { "is" } else { "are" }
            )
        }
    };
    Some(format!("{choices} {explained}{contradicted}:"))
}

fn told(choice: &ShownChoice, diagnosis: &DialectDiagnosis<'_>) -> String {
    let deviation = choice.deviation;
    let mut out = String::new();
    let shown_by = plural(choice.shown_by.len() as u64, "case", "cases");
    let example = diagnosis.example(choice).map_or("", |case| &case.case);
    let _ = writeln!(out, "{BOLD}{deviation}{BOLD:#}  {}", deviation.field().clause);
    let _ = writeln!(out, "   {}", deviation.choice().does);
    let _ = writeln!(out, "   {GOOD}instead{GOOD:#}  {}", deviation.field().choices[0].does);
    let _ = writeln!(out, "   shown by {shown_by}, such as {}", message(example));
    if !choice.alternatives.is_empty() {
        let _ = writeln!(out, "   these answers cannot distinguish it from {}", names(&choice.alternatives));
    }
    let by = deviation.choice().seen_in;
    let rest = if by.len() > NAMED { ", …" } else { "" };
    if !by.is_empty() {
        let _ = writeln!(out, "   seen in {}{rest}", by[..by.len().min(NAMED)].join(", "));
    }
    out
}

fn names(choices: &[Deviation]) -> String {
    choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Compares the most similar known implementation with the adapter.
fn beside(nearest: &Nearest, answers: usize) -> String {
    let (name, met) = (nearest.name, nearest.met);
    let ties = match nearest.ties.as_slice() {
        [] => String::new(),
        ties => format!("\n   equally near: {}", ties.join(", ")),
    };
    if met == answers {
        return format!("All these answers match the known behaviour of {BOLD}{name}{BOLD:#}.{ties}");
    }
    if nearest.is_same {
        return format!(
            "Every explained answer matches the known behaviour of {BOLD}{name}{BOLD:#}: {met} of {answers}.{ties}"
        );
    }
    let mut text = format!(
        "The nearest known implementation is {BOLD}{name}{BOLD:#}: its known behaviour gives {met} of the {answers} answers.{ties}"
    );
    for (choices, how) in [(&nearest.not_known_of_it, "is not known for"), (&nearest.not_found, "is also known for")] {
        if !choices.is_empty() {
            let _ = write!(text, "\n   it {how} {}", names(choices));
        }
    }
    text
}

fn names_of(choices: impl IntoIterator<Item = Deviation>) -> Vec<String> {
    choices.into_iter().map(|choice| choice.to_string()).collect()
}

fn choice_to_json(choice: &ShownChoice, diagnosis: &DialectDiagnosis<'_>) -> Value {
    let deviation = choice.deviation;
    let cases: Vec<&str> = choice.shown_by.iter().map(|place| diagnosis.observed[*place].case.as_str()).collect();
    json!({
        "choice": deviation.to_string(), "clause": deviation.field().clause, "does": deviation.choice().does,
        "instead": deviation.field().choices[0].does, "seen_in": deviation.choice().seen_in, "explains": cases.len(),
        "cases": cases, "alternatives": names_of(choice.alternatives.iter().copied()),
    })
}

fn nearest_to_json(nearest: &Nearest) -> Value {
    json!({
        "name": nearest.name, "same": nearest.is_same, "answers": nearest.met, "ties": nearest.ties,
        "not_known_of_it": names_of(nearest.not_known_of_it.iter().copied()),
        "not_found": names_of(nearest.not_found.iter().copied()),
    })
}

fn unexplained_to_json(result: &CaseResult) -> Value {
    json!({
        "case": result.case, "level": result.level.name(), "verdict": result.verdict.name(),
        "input": result.question().input(), "outcome": result.outcome, "expected": result.expected,
    })
}
