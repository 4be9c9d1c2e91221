//! `qsh explain`: shows how a canonical request is built, and the results of the usual mistakes.

use std::fmt::Write as _;
use std::process::ExitCode;

use qsh::report::style::{BAD, BOLD, CLAUSE, FAINT};
use qsh::suite::spec;
use qsh_diagnose::{
    Canonical, Dialect, Explanation, Input, Mistake, Part, State, Step, Text, Trace, consequences, printable,
};
use serde_json::{Value, json};

use super::args::{Format, RequestArgs};
use super::known_host::completed;
use super::output;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    request: RequestArgs,
    /// Also show steps that change nothing, and mistakes that were seen in no implementation
    #[arg(long)]
    all: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let input = completed(args.request.input()?);
    // The error for an unusable method names what is expected.
    input.request()?;
    let (canonical, trace) = qsh_diagnose::trace(input.source()?, &Dialect::OFFICIAL)?;
    let mistakes = consequences(&input)?;
    let text = match args.format {
        Format::Human => {
            let shown = if args.all { Shown::All } else { Shown::Usual };
            Page { input: &input, canonical: &canonical, mistakes: &mistakes, shown }.write(&trace)
        }
        Format::Json => format!("{}\n", to_json(&canonical, &trace, &mistakes)),
    };
    output::print(&text, args.format.into())?;
    Ok(ExitCode::SUCCESS)
}

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Every step, and every mistake that changes the hash.
    All,
    /// The steps that change something, and the mistakes that were seen in an implementation.
    Usual,
}

/// An explanation for a person.
struct Page<'p> {
    input: &'p Input,
    canonical: &'p Canonical,
    mistakes: &'p [Explanation],
    shown: Shown,
}

impl<'p> Page<'p> {
    fn write(&self, trace: &Trace) -> String {
        let mut out = String::new();
        for part in Part::ALL {
            let steps: Vec<&Step> = trace.steps().iter().filter(|step| step.part == part).collect();
            if let Some(first) = steps.first() {
                let _ = writeln!(out, "{:9} {}", part.name(), show(&first.before));
            }
            self.steps(&mut out, part, &steps);
            self.without_step(&mut out, Some(part), &steps);
        }
        let text = Text::from(self.canonical.as_bytes().to_vec());
        let _ = writeln!(out, "canonical {BOLD}{text}{BOLD:#}");
        let _ = writeln!(out, "qsh       {BOLD}{}{BOLD:#}", self.canonical.hash());
        self.without_step(&mut out, None, &[]);
        self.summary(&mut out);
        out
    }

    /// The steps of a part, each with its mistakes. If a clause has several steps, its mistakes are at the first step
    /// that changes something.
    fn steps(&self, out: &mut String, part: Part, steps: &[&Step]) {
        let changes = |step: &Step| step.before != step.after;
        for (index, step) in steps.iter().enumerate() {
            let of_clause = || steps.iter().enumerate().filter(|(_, other)| other.clause == step.clause);
            let place = of_clause().find(|(_, other)| changes(other)).or_else(|| of_clause().next());
            let is_place = place.is_some_and(|(place, _)| place == index);
            let wrong: Vec<_> =
                self.shown(Some(part)).filter(|wrong| is_place && wrong.mistakes[0].clause() == step.clause).collect();
            let is_shown = changes(step) || self.shown == Shown::All;
            let left_out = self.body_left_out(step.clause);
            if is_shown || left_out.is_some() || !wrong.is_empty() {
                heading(out, step.clause);
            }
            if let Some(left_out) = left_out {
                let _ = writeln!(out, "    {left_out}");
            }
            if is_shown {
                let _ = writeln!(out, "    -> {}", show(&step.after));
            }
            wrong.into_iter().for_each(|wrong| self.wrong(out, wrong, Some(part)));
        }
    }

    /// The mistakes with clauses that have no step of their own.
    fn without_step(&self, out: &mut String, part: Option<Part>, steps: &[&Step]) {
        let mut last = "";
        for wrong in self.shown(part) {
            let clause = wrong.mistakes[0].clause();
            if steps.iter().any(|step| step.clause == clause) {
                continue;
            }
            if clause != last {
                heading(out, clause);
            }
            last = clause;
            self.wrong(out, wrong, part);
        }
    }

    /// Says that a body is ignored, at the step that would use it.
    fn body_left_out(&self, clause: &str) -> Option<&'static str> {
        let Input { method, form, json, .. } = self.input;
        match clause {
            "QSH-F1" if form.is_some() && !method.eq_ignore_ascii_case("POST") => {
                Some("the form body is ignored: the method is not POST (QSH-F3)")
            }
            "QSH-F4" if json.is_some() => Some("the JSON body is ignored"),
            _ => None,
        }
    }

    /// Writes the result of a mistake for a part, or for the whole request.
    fn wrong(&self, out: &mut String, wrong: &Explanation, part: Option<Part>) {
        let mistake = &wrong.mistakes[0];
        let bytes = part.map_or(wrong.canonical.as_bytes(), |part| wrong.canonical.part(part));
        let found = if bytes == self.canonical.as_bytes() {
            printable(&wrong.hash).to_string()
        } else {
            show(&State::Text(bytes.to_vec()))
        };
        let by = match wrong.seen_in().as_slice() {
            [] => String::new(),
            [one] => format!("; seen in {one}"),
            [first, others @ ..] => format!("; seen in {first} and {} more", others.len()),
        };
        let does = printable(mistake.does());
        let _ = writeln!(out, "    {BAD}not{BAD:#} {found}\n        {FAINT}{mistake}: {does}{by}{FAINT:#}");
    }

    /// The shown mistakes whose first changed part is this one. `None` selects the mistakes that change no single part.
    fn shown(&self, part: Option<Part>) -> impl Iterator<Item = &'p Explanation> {
        let canonical = self.canonical;
        let differs = |wrong: &Explanation, part: Part| wrong.canonical.part(part) != canonical.part(part);
        let place = move |wrong: &Explanation| match &wrong.mistakes[0] {
            Mistake::Choice(choice) => {
                Part::ALL.into_iter().filter(|part| choice.field().concerns(*part)).find(|part| differs(wrong, *part))
            }
            Mistake::Request(_) => None,
        };
        let shown = self.shown;
        let is_shown = move |wrong: &&Explanation| shown == Shown::All || !wrong.seen_in().is_empty();
        self.mistakes.iter().filter(is_shown).filter(move |wrong| place(wrong) == part)
    }

    fn summary(&self, out: &mut String) {
        let count = self.mistakes.len();
        let unseen = self.mistakes.iter().filter(|wrong| wrong.seen_in().is_empty()).count();
        let rest = if self.shown == Shown::All || unseen == 0 {
            String::new()
        } else {
            format!("; {unseen} of them were seen in no implementation: --all also shows those")
        };
        let _ = writeln!(out, "{FAINT}{count} known mistakes would change this hash{rest}{FAINT:#}");
    }
}

fn heading(out: &mut String, clause: &str) {
    let title = spec::clause(clause).map_or("", |clause| clause.title);
    let _ = writeln!(out, "  {CLAUSE}{clause:8}{CLAUSE:#} {FAINT}{title}{FAINT:#}");
}

/// A state in one line. Spaces separate the parameters, because a parameter may contain `&`.
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

fn to_json(canonical: &Canonical, trace: &Trace, mistakes: &[Explanation]) -> Value {
    let (text, hex) = Text::into_members(Some(canonical.as_bytes().to_vec().into()));
    let steps: Vec<Value> = trace.steps().iter().map(step_to_json).collect();
    let mistakes: Vec<Value> = mistakes.iter().map(wrong_to_json).collect();
    json!({
        "format": "qsh-explanation", "version": 1, "canonical_request": text, "canonical_request_hex": hex,
        "qsh": canonical.hash().as_str(), "steps": steps, "mistakes": mistakes,
    })
}

fn step_to_json(step: &Step) -> Value {
    let title = spec::clause(step.clause).map(|clause| clause.title);
    json!({ "clause": step.clause, "title": title, "part": step.part.name(), "before": state_to_json(&step.before), "after": state_to_json(&step.after) })
}

fn wrong_to_json(wrong: &Explanation) -> Value {
    let mistake = &wrong.mistakes[0];
    let (text, hex) = Text::into_members(Some(wrong.canonical.as_bytes().to_vec().into()));
    json!({
        "choice": mistake.to_string(), "clause": mistake.clause(), "does": mistake.does(),
        "standing": mistake.status().name(), "seen_in": mistake.seen_in(), "origin": mistake.origin(),
        "canonical_request": text, "canonical_request_hex": hex, "qsh": wrong.hash,
    })
}

/// Text as text, parameters as a list of texts; bytes that are not UTF-8 as `{"hex": …}`.
fn state_to_json(state: &State) -> Value {
    match state {
        State::Text(text) => bytes_to_json(text),
        State::Parameters(list) => list.iter().map(|text| bytes_to_json(text)).collect(),
    }
}

fn bytes_to_json(bytes: &[u8]) -> Value {
    match Text::into_members(Some(bytes.to_vec().into())) {
        (Some(text), _) => Value::from(text),
        (None, hex) => json!({ "hex": hex }),
    }
}
