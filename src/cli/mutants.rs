//! `qsh mutants`: measures the strength of the vectors.

use std::fmt::Write as _;
use std::process::ExitCode;

use qsh::mutants::{Mutant, Strength, measure};
use qsh::report::style::{BAD, BOLD, GOOD};
use qsh::suite::case::Level;
use qsh_diagnose::Deviation;
use qsh_diagnose::dialect::Status;
use serde_json::{Value, json};

use super::args::{Format, SelectArgs, VectorsArgs};
use super::{FAILED, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    vectors: VectorsArgs,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let vectors = args.vectors.load()?;
    let cases = args.select.selection()?.of(&vectors)?;
    let strength = measure(&cases);
    let text = match args.format {
        Format::Human => human(&strength, cases.iter().filter(|case| case.question.canonicalized().is_some()).count()),
        Format::Json => format!("{}\n", to_json(&strength, cases.len())),
    };
    output::print(&text, args.format.into())?;
    Ok(if strength.is_full() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn human(strength: &Strength<'_>, cases: usize) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    for mutant in &strength.mutants {
        let clause = mutant.deviation.field().clause;
        line(format_args!("{:9} {BOLD}{:40}{BOLD:#} {}", clause, mutant.deviation.to_string(), caught(mutant)));
    }
    for group in &strength.alike {
        line(format_args!("{BAD}not distinguished{BAD:#}  {}", names(group).join("  ")));
    }
    let decided = strength.decided().count();
    let killed = strength.decided().filter(|mutant| mutant.level().is_some()).count();
    let style = if strength.is_full() { GOOD } else { BAD };
    let alike = match strength.alike.len() {
        0 => "all pairs distinguished".to_owned(),
        1 => "1 group not distinguished".to_owned(),
        groups => format!("{groups} groups not distinguished"),
    };
    let others = strength.mutants.len() - decided;
    line(format_args!(
        "{style}{killed} of {decided} mutants caught{style:#}, {alike} ({cases} cases with a canonical request; {others} \
         more mutants are open or allowed)"
    ));
    out
}

/// In words: the level, the number of cases, and the first of these cases.
fn caught(mutant: &Mutant<'_>) -> String {
    let status = mutant.deviation.choice().status;
    let Some(level) = mutant.level() else {
        return match status {
            Status::Decided => format!("{BAD}survives{BAD:#}"),
            Status::Open => "open: no case may fail it".to_owned(),
            Status::Allowed => "allowed: no case may fail it".to_owned(),
        };
    };
    let first = mutant.caught_by.iter().find(|case| case.level == level).map_or("", |case| case.id.as_str());
    format!("{} {:3}  {first}", level.name(), mutant.caught_by.len())
}

fn names(group: &[Deviation]) -> Vec<String> {
    group.iter().map(ToString::to_string).collect()
}

fn to_json(strength: &Strength<'_>, cases: usize) -> Value {
    let mutants: Vec<Value> = strength.mutants.iter().map(mutant_to_json).collect();
    let alike: Vec<Vec<String>> = strength.alike.iter().map(|group| names(group)).collect();
    json!({ "format": "qsh-mutants", "version": 1, "cases": cases, "full": strength.is_full(), "mutants": mutants, "alike": alike })
}

fn mutant_to_json(mutant: &Mutant<'_>) -> Value {
    let choice = mutant.deviation.choice();
    let caught_by: Vec<&str> = mutant.caught_by.iter().map(|case| case.id.as_str()).collect();
    json!({
        "choice": mutant.deviation.to_string(), "clause": mutant.deviation.field().clause, "does": choice.does,
        "seen_in": choice.seen_in, "standing": choice.status.name(), "level": mutant.level().map(Level::name), "caught_by": caught_by,
    })
}
