//! `qsh explain`: how the canonical request of a request comes about.

use std::fmt::Write as _;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use qsh::adapter::built_in;
use qsh::suite::spec;
use qsh::suite::text::Text;
use qsh::{Canonical, Dialect, Part, State, Step, Trace};
use serde_json::{Value, json};

use super::args::{Format, RequestArgs};
use super::output;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    request: RequestArgs,
    /// Show the steps that change nothing, too
    #[arg(long)]
    all: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let input = args.request.input();
    let (canonical, trace) = qsh::trace(&built_in::request(&input)?, &Dialect::OFFICIAL)?;
    let text = match args.format {
        Format::Human => human(&canonical, &trace, if args.all { Shown::All } else { Shown::Changes }),
        Format::Json => format!("{}\n", to_json(&canonical, &trace)),
    };
    output::print(&text, args.format.into())?;
    Ok(ExitCode::SUCCESS)
}

const CLAUSE: Style = AnsiColor::Cyan.on_default();
const RESULT: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Which steps are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Changes,
}

fn human(canonical: &Canonical, trace: &Trace, shown: Shown) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    for part in Part::ALL {
        let steps: Vec<&Step> = trace.steps().iter().filter(|step| step.part == part).collect();
        if let Some(first) = steps.first() {
            line(format_args!("{:9} {}", part.name(), show(&first.before)));
        }
        for step in steps.into_iter().filter(|step| shown == Shown::All || step.before != step.after) {
            let title = spec::clause(step.clause).map_or("", |clause| clause.title);
            line(format_args!("  {CLAUSE}{:8}{CLAUSE:#} {FAINT}{title}{FAINT:#}", step.clause));
            line(format_args!("    -> {}", show(&step.after)));
        }
    }
    line(format_args!("canonical {RESULT}{}{RESULT:#}", Text::from(canonical.as_bytes().to_vec())));
    line(format_args!("qsh       {RESULT}{}{RESULT:#}", canonical.hash()));
    out
}

/// A state in one line. Parameters are set apart by spaces, as `&` may stand in them.
fn show(state: &State) -> String {
    match state {
        State::Text(text) if text.is_empty() => "(empty)".to_owned(),
        State::Text(text) => Text::from(text.clone()).to_string(),
        State::Parameters(list) if list.is_empty() => "(no parameters)".to_owned(),
        State::Parameters(list) => {
            let list: Vec<String> = list.iter().map(|text| format!("[{}]", Text::from(text.clone()))).collect();
            list.join(" ")
        }
    }
}

fn to_json(canonical: &Canonical, trace: &Trace) -> Value {
    let (text, hex) = output::text_or_hex(canonical.as_bytes());
    let steps: Vec<Value> = trace.steps().iter().map(step_to_json).collect();
    json!({
        "format": "qsh-explanation", "version": 1,
        "canonical_request": text, "canonical_request_hex": hex, "qsh": canonical.hash().as_str(), "steps": steps,
    })
}

fn step_to_json(step: &Step) -> Value {
    let title = spec::clause(step.clause).map(|clause| clause.title);
    json!({ "clause": step.clause, "title": title, "part": step.part.name(), "before": state_to_json(&step.before), "after": state_to_json(&step.after) })
}

/// Text as text, parameters as a list of texts; bytes that are not UTF-8 as `{"hex": …}`.
fn state_to_json(state: &State) -> Value {
    match state {
        State::Text(text) => bytes_to_json(text),
        State::Parameters(list) => list.iter().map(|text| bytes_to_json(text)).collect(),
    }
}

fn bytes_to_json(bytes: &[u8]) -> Value {
    match output::text_or_hex(bytes) {
        (Some(text), _) => Value::from(text),
        (None, hex) => json!({ "hex": hex }),
    }
}
