//! `qsh diagnose --report`: the dialect that explains the failures of an adapter.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use qsh::diagnose::{Inference, Nearest, Observed, ReportDiagnosis, ReportedAdapter, ReportedCase, ShownChoice};
use qsh::report::words::{answered, expectation_in_json, from, message, outcome_in_json};
use qsh::suite::outcome::{Answer, Outcome};
use qsh::suite::text::printable;
use qsh::suite::verdict::Verdict;
use qsh_diagnose::Deviation;
use serde_json::{Value, json};

use crate::cli::args::Format;
use crate::cli::{FAILED, output};

pub(super) fn run(file: &Path, adapter: Option<&str>, format: Format) -> anyhow::Result<ExitCode> {
    let name = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
    let text = read(file).with_context(|| format!("cannot read {name}"))?;
    let adapter = ReportedAdapter::read(&text, adapter).context(name)?;
    let diagnosis = adapter.diagnose();
    let text = match format {
        Format::Human => human(&adapter, &diagnosis),
        Format::Json => format!("{}\n", to_json(&adapter, &diagnosis)),
    };
    output::print(&text, format.into())?;
    Ok(if diagnosis.explains_all_failures() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    Ok(text)
}

const BAD: Style = AnsiColor::Red.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const NAME: Style = Style::new().bold();

/// How many implementations are named.
const NAMED: usize = 6;
/// How many unexplained cases are listed.
const TOLD: usize = 20;

fn human(adapter: &ReportedAdapter, diagnosis: &ReportDiagnosis<'_>) -> String {
    let mut out = format!("{}\n", summary(adapter, diagnosis));
    let inference = &diagnosis.inference;
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
        line(format_args!("{}", not_explained(&diagnosis.unexplained)));
    }
    out
}

/// Says how many departures the inferred choices explain. `None` if there are no departures.
fn conclusion(inference: &Inference) -> Option<String> {
    let departures = inference.departures.len();
    if inference.choices.is_empty() {
        return (departures > 0).then(|| "No choice that is known explains any of these.".to_owned());
    }
    let choices = counted(inference.choices.len(), "choice explains", "choices explain");
    let explained = match inference.explained() {
        explained if explained == departures => "all of these".to_owned(),
        explained => format!("{explained} of these"),
    };
    let contradicted = match inference.contradicted() {
        0 => String::new(),
        count => {
            format!(
                ", and would have changed {} that {} as specified",
                counted(count, "answer", "answers"),
                if count == 1 { "is" } else { "are" }
            )
        }
    };
    Some(format!("{choices} {explained}{contradicted}:"))
}

/// A summary line: the adapter, its departures and its failures.
fn summary(adapter: &ReportedAdapter, diagnosis: &ReportDiagnosis<'_>) -> String {
    let about: Vec<&str> = [&adapter.version, &adapter.runtime].into_iter().flatten().map(String::as_str).collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", printable(&about.join(", "))) };
    let answers = counted(diagnosis.observed.len(), "answer", "answers");
    let departures = match diagnosis.inference.departures.len() {
        0 => format!("{GOOD}all of them as specified{GOOD:#}"),
        count => format!("{count} of them not as specified"),
    };
    let failures = match failures(adapter) {
        0 => format!("{GOOD}no case fails{GOOD:#}"),
        count => counted(count, "case fails", "cases fail"),
    };
    format!("{NAME}{}{NAME:#}{about}: {answers}, {departures}; {failures}", printable(&adapter.name))
}

fn failures(adapter: &ReportedAdapter) -> usize {
    adapter.results.iter().filter(|case| case.has_failed()).count()
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn told(choice: &ShownChoice, diagnosis: &ReportDiagnosis<'_>) -> String {
    let deviation = choice.deviation;
    let mut out = String::new();
    let shown_by = counted(choice.shown_by.len(), "case", "cases");
    let example = diagnosis.example(choice).map_or("", |case| &case.case);
    let _ = writeln!(out, "{NAME}{deviation}{NAME:#}  {}", deviation.field().clause);
    let _ = writeln!(out, "   {}", deviation.choice().does);
    let _ = writeln!(out, "   {GOOD}instead{GOOD:#}  {}", deviation.field().choices[0].does);
    let _ = writeln!(out, "   shown by {shown_by}, such as {}", message(example));
    if !choice.alternatives.is_empty() {
        let _ = writeln!(out, "   these answers cannot tell it from {}", names(&choice.alternatives));
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
        ties => format!("\n   as many are known of {}", ties.join(", ")),
    };
    if met == answers {
        return format!("In all these answers this is what {NAME}{name}{NAME:#} is known to do.{ties}");
    }
    if nearest.is_same {
        return format!(
            "Wherever it explains an answer, this is what {NAME}{name}{NAME:#} is known to do: in {met} of the {answers}.{ties}"
        );
    }
    let mut text = format!(
        "The nearest known implementation is {NAME}{name}{NAME:#}, which is known to give {met} of the {answers} answers.{ties}"
    );
    for (choices, how) in [(&nearest.not_known_of_it, "is not known for"), (&nearest.not_found, "is also known for")] {
        if !choices.is_empty() {
            let _ = write!(text, "\n   it {how} {}", names(choices));
        }
    }
    text
}

/// Lists the unexplained cases, failures first.
fn not_explained(cases: &[&ReportedCase]) -> String {
    let failures = cases.iter().filter(|case| case.has_failed());
    let others = cases.iter().filter(|case| !case.has_failed());
    let count = match (cases.len(), failures.clone().count()) {
        (all, failures) if all == failures => counted(all, "failure is", "failures are"),
        (all, 0) => counted(all, "answer is", "answers are"),
        (all, failures) => format!(
            "{} and {} are",
            counted(failures, "failure", "failures"),
            counted(all - failures, "other answer", "other answers")
        ),
    };
    let mut out = format!("\n{BAD}{count} not explained:{BAD:#}");
    for case in failures.chain(others).take(TOLD) {
        let _ = write!(out, "\n{}", unexplained(case));
    }
    if cases.len() > TOLD {
        let _ = write!(out, "\n  and {} more; --format json has them all", cases.len() - TOLD);
    }
    out
}

fn unexplained(case: &ReportedCase) -> String {
    let verdict = if case.verdict == Verdict::Fail { String::new() } else { format!("  ({})", case.verdict.name()) };
    let mut out = format!("  {NAME}{}{NAME:#}  {}{verdict}\n", message(&case.case), from(0, &case.input.to_string()));
    let (expected, answered) = sides(case);
    let _ = write!(out, "    expected  {expected}\n    answered  {answered}");
    if case.has_failed() && case.is_as_specified() {
        out.push_str("\n    which is what the specification leads to: the case expects something else");
    }
    out
}

/// The expected answer and the given one, each in one line. Only the hashes if nothing else differs.
fn sides(case: &ReportedCase) -> (String, String) {
    let wanted = &case.json()["expected"];
    if let Some(Observed::Answer(Answer { canonical_request: Some(text), qsh: Some(hash), .. })) = &case.observed
        && wanted["canonical_request"].as_str().is_some_and(|wanted| text.as_bytes() == wanted.as_bytes())
        && let Some(wanted) = wanted["qsh"].as_str().filter(|wanted| wanted != hash)
    {
        return (from(0, &printable(wanted).to_string()), from(0, &printable(hash).to_string()));
    }
    (expectation_in_json(wanted), said(case))
}

/// The answer in one line.
fn said(case: &ReportedCase) -> String {
    if let Some(Observed::Answer(answer)) = &case.observed {
        return answered(&Outcome::Ok(answer.clone()));
    }
    outcome_in_json(&case.json()["outcome"])
}

fn to_json(adapter: &ReportedAdapter, diagnosis: &ReportDiagnosis<'_>) -> Value {
    let inference = &diagnosis.inference;
    let choices: Vec<Value> = inference.choices.iter().map(|choice| choice_to_json(choice, diagnosis)).collect();
    let unexplained: Vec<Value> = diagnosis.unexplained.iter().map(|case| unexplained_to_json(case)).collect();
    json!({
        "format": "qsh-report-diagnosis", "version": 1,
        "adapter": { "name": adapter.name, "version": adapter.version, "runtime": adapter.runtime },
        "answers": diagnosis.observed.len(), "failures": failures(adapter), "departures": inference.departures.len(),
        "explained": inference.explained(), "contradicted": inference.contradicted(),
        "explains_all_failures": diagnosis.explains_all_failures(),
        "dialect": names_of(inference.choices.iter().map(|choice| choice.deviation)), "choices": choices,
        "nearest": inference.nearest.as_ref().map(nearest_to_json), "unexplained": unexplained,
    })
}

fn names_of(choices: impl IntoIterator<Item = Deviation>) -> Vec<String> {
    choices.into_iter().map(|choice| choice.to_string()).collect()
}

fn choice_to_json(choice: &ShownChoice, diagnosis: &ReportDiagnosis<'_>) -> Value {
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

fn unexplained_to_json(case: &ReportedCase) -> Value {
    let [input, outcome, expected] = ["input", "outcome", "expected"].map(|member| &case.json()[member]);
    json!({
        "case": case.case, "level": case.level.name(), "verdict": case.verdict.name(),
        "input": input, "outcome": outcome, "expected": expected,
    })
}
