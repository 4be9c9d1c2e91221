//! `qsh vectors`: list, show, check, create and export vectors.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use qsh::adapter::built_in::BuiltIn;
use qsh::report::style::{BOLD, CLAUSE, counted};
use qsh::report::words::answered;
use qsh::suite::allowed::is_allowed;
use qsh::suite::case::{Case, Feature, Level};
use qsh::suite::load::{self, Vectors};
use qsh::suite::select::{self, SelectError};
use qsh::suite::spec;
use qsh::{mutants, runner};
use qsh_diagnose::{Input, Text};
use serde_json::{Value, json};

use super::FAILED;
use super::args::{Format, SelectArgs, VectorsArgs};
use super::output::{self, Content};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List cases
    List {
        #[command(flatten)]
        select: SelectArgs,
        #[command(flatten)]
        vectors: VectorsArgs,
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Show one case in the format of vector files, with its clauses
    Show {
        /// Id of the case
        id: String,
        #[command(flatten)]
        vectors: VectorsArgs,
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Check vectors: their format, their ids and summaries, and that our own implementation agrees
    Check {
        #[command(flatten)]
        vectors: VectorsArgs,
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Create a case from an expectation that was worked out by hand
    New(Box<NewArgs>),
    /// Write cases into one vector file
    Export {
        #[command(flatten)]
        select: SelectArgs,
        #[command(flatten)]
        vectors: VectorsArgs,
        /// Write a small set that is as strong as all selected cases, for an SDK's own tests. It catches the same wrong
        /// readings of the specification, and distinguishes the same pairs of them
        #[arg(long)]
        smoke: bool,
        /// File to write instead of stdout
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Output format: vectors are JSON
        #[arg(long, value_enum, default_value = "json")]
        format: OnlyJson,
    },
    /// Print the JSON schema of vector files
    Schema {
        /// Output format: a schema is JSON
        #[arg(long, value_enum, default_value = "json")]
        format: OnlyJson,
    },
}

/// The format of the commands whose output is always JSON.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OnlyJson {
    Json,
}

#[derive(clap::Args, Debug)]
struct NewArgs {
    /// Id of the case, such as query/repeat/three-values
    id: String,
    /// What the case tests, in one sentence
    #[arg(long)]
    summary: String,
    /// Clause that the case tests; repeatable, the main clause first
    #[arg(long = "clause", required = true)]
    clauses: Vec<String>,
    /// How binding the expectation is
    #[arg(long, value_enum)]
    level: LevelArg,
    /// HTTP method of the request
    #[arg(long)]
    method: String,
    /// URL of the request
    #[arg(long)]
    url: String,
    /// Base URL of the request
    #[arg(long)]
    base_url: Option<String>,
    /// Form body of the request
    #[arg(long)]
    form: Option<String>,
    /// JSON body of the request
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
    /// Expected canonical method
    #[arg(long)]
    expect_method: String,
    /// Expected canonical path
    #[arg(long)]
    expect_path: String,
    /// Expected canonical query
    #[arg(long)]
    expect_query: String,
    /// Flag that says why the case exists; repeatable. The file gets a heading if each flag has a note in the bundled
    /// vectors or in the file
    #[arg(long = "flag")]
    flags: Vec<String>,
    /// Source of the expectation
    #[arg(long)]
    source: String,
    /// Vector file to add the case to; created if it is missing. By default the case is printed
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Output format: vectors are JSON
    #[arg(long, value_enum, default_value = "json")]
    format: OnlyJson,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LevelArg {
    Must,
    Should,
    Open,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List { select, vectors, format } => list(&select, &vectors, format),
        Command::Show { id, vectors, format } => show(&id, &vectors, format),
        Command::Check { vectors, format } => check(&vectors, format),
        Command::New(args) => new(*args),
        Command::Export { select, vectors, smoke, output, format: OnlyJson::Json } => {
            let vectors = vectors.load()?;
            let mut cases = select.selection()?.of(&vectors)?;
            if smoke {
                cases = mutants::smoke(&cases);
            }
            if cases.is_empty() {
                return Err(SelectError::Nothing.into());
            }
            let text = load::write(cases.into_iter().cloned(), &vectors.notes());
            output::write(&text, Content::Data, output.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Schema { format: OnlyJson::Json } => {
            output::print(&load::schema(), Content::Data)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(select: &SelectArgs, vectors: &VectorsArgs, format: Format) -> anyhow::Result<ExitCode> {
    let vectors = vectors.load()?;
    let cases = select.selection()?.of(&vectors)?;
    let mut out = String::new();
    match format {
        Format::Human => {
            for case in cases {
                let clauses = case.clauses.join(" ");
                writeln!(
                    out,
                    "{BOLD}{}{BOLD:#}  {}  {CLAUSE}{clauses}{CLAUSE:#}  {}",
                    case.id,
                    case.level.name(),
                    case.summary
                )?;
            }
        }
        Format::Json => {
            let cases: Vec<Value> = cases.into_iter().map(listed).collect();
            writeln!(out, "{}", json!({ "format": "qsh-vector-list", "version": 1, "cases": cases }))?;
        }
    }
    output::print(&out, format.into())?;
    Ok(ExitCode::SUCCESS)
}

fn listed(case: &Case) -> Value {
    json!({ "id": case.id, "summary": case.summary, "clauses": case.clauses, "level": case.level.name(), "flags": case.flags })
}

fn show(id: &str, vectors: &VectorsArgs, format: Format) -> anyhow::Result<ExitCode> {
    let vectors = vectors.load()?;
    let case = select::case(id, &vectors)?;
    let mut out = String::new();
    if format == Format::Human {
        for clause in case.clauses.iter().filter_map(|clause| spec::clause(clause)) {
            writeln!(out, "{CLAUSE}{}{CLAUSE:#} {}", clause.id, clause.title)?;
        }
    }
    out.push_str(&load::write([case.clone()], &vectors.notes()));
    output::print(&out, format.into())?;
    Ok(ExitCode::SUCCESS)
}

fn check(vectors: &VectorsArgs, format: Format) -> anyhow::Result<ExitCode> {
    let vectors = vectors.load()?;
    if vectors.cases().next().is_none() {
        return Err(SelectError::Nothing.into());
    }
    let mut built_in = BuiltIn::new();
    let mut summaries: HashMap<&str, &str> = HashMap::new();
    let mut problems: Vec<(&Case, String)> = Vec::new();
    for case in vectors.cases() {
        let first = *summaries.entry(&case.summary).or_insert(&case.id);
        if first != case.id {
            problems.push((case, format!("its summary is that of {first}, too: expected each summary once")));
        }
        problems.extend(self::problems(case, &mut built_in).into_iter().map(|problem| (case, problem)));
    }
    let mut out = String::new();
    match format {
        Format::Human => {
            for (case, problem) in &problems {
                writeln!(out, "{BOLD}{}{BOLD:#}  {problem}", case.id)?;
            }
            let levels = count(&vectors);
            let levels: Vec<String> = levels.iter().map(|(level, count)| format!("{count} {}", level.name())).collect();
            let found = if problems.len() == 1 { "problem" } else { "problems" };
            let (cases, levels) = (vectors.cases().count(), levels.join(", "));
            writeln!(out, "{} ({levels}), {} {found}", counted(cases as u64, "case"), problems.len())?;
        }
        Format::Json => {
            let problems: Vec<Value> =
                problems.iter().map(|(case, problem)| json!({ "case": case.id, "problem": problem })).collect();
            let cases = vectors.cases().count();
            writeln!(
                out,
                "{}",
                json!({ "format": "qsh-vector-check", "version": 1, "cases": cases, "problems": problems })
            )?;
        }
    }
    output::print(&out, format.into())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn count(vectors: &Vectors) -> BTreeMap<Level, usize> {
    let mut levels = BTreeMap::new();
    for case in vectors.cases() {
        *levels.entry(case.level).or_default() += 1;
    }
    levels
}

/// The problems of a case that loads: features that its input does not have, and an expectation that our
/// implementation does not meet.
fn problems(case: &Case, built_in: &mut BuiltIn) -> Vec<String> {
    let mut problems = Vec::new();
    let features: Vec<&str> = case.question.features().into_iter().map(Feature::name).collect();
    let mut found = case.features.clone();
    found.sort();
    if found != features {
        problems.push(format!("features are {found:?}, but the input's are {features:?}"));
    }
    for reply in runner::ask(built_in, &[case]).iter().filter(|reply| !is_allowed(case, &reply.outcome)) {
        let operation = case.question.operation().name();
        problems.push(format!("our own implementation answers {operation} with {}", answered(&reply.outcome)));
    }
    problems
}

fn new(args: NewArgs) -> anyhow::Result<ExitCode> {
    let OnlyJson::Json = args.format;
    let case = made(&args)?;
    let ours = case.question.canonicalized().map(Input::request).transpose()?.map(|request| qsh_hash::hash(&request));
    let carried = Vectors::embedded()?;
    let mut notes = carried.notes();
    let text = match &args.file {
        Some(path) if path.exists() => {
            let old = Vectors::read(path)?;
            notes.extend(old.notes());
            load::write(old.cases().cloned().chain([case.clone()]), &notes)
        }
        _ => load::write([case.clone()], &notes),
    };
    check_against_others(&args, &case, &carried, &text)?;
    output::write(&text, Content::Data, args.file.as_deref())?;
    if let (Some(expected), Some(ours)) = (problems(&case, &mut BuiltIn::new()).first(), ours) {
        output::say(&format!("note: {expected}; its hash is {ours}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Creates the case by writing its JSON and reading it again, because the reader of cases is strict.
fn made(args: &NewArgs) -> anyhow::Result<Case> {
    let canonical = [args.expect_method.as_str(), &args.expect_path, &args.expect_query].join("&");
    let mut input = json!({ "method": args.method, "url": args.url });
    for (member, value) in
        [("base_url", args.base_url.as_deref()), ("form", args.form.as_deref()), ("json", args.json_body.as_deref())]
    {
        if let Some(value) = value {
            input[member] = json!(value);
        }
    }
    let level = match args.level {
        LevelArg::Must => "must",
        LevelArg::Should => "should",
        LevelArg::Open => "open",
    };
    let mut case = json!({
        "id": args.id, "summary": args.summary, "clauses": args.clauses, "level": level, "operation": "canonical_request", "input": input,
        "expect": {
            "canonical_request": canonical, "method": args.expect_method, "path": args.expect_path, "query": args.expect_query,
            "qsh": Text::from(canonical.as_str()).sha256_hex(),
        },
        "flags": args.flags, "source": args.source,
    });
    let parse = |case: &Value| -> anyhow::Result<Case> {
        let file = json!({ "format": "qsh-vectors", "version": 1, "cases": [case] }).to_string();
        let vectors = Vectors::parse("the new case".as_ref(), file.as_bytes())?;
        vectors.cases().next().cloned().context("the new case is missing")
    };
    let features = parse(&case)?.question.features();
    case["features"] = features.into_iter().map(Feature::name).collect();
    parse(&case)
}

/// Checks that the id is new, and that no other case has the same input with another expectation.
fn check_against_others(args: &NewArgs, case: &Case, carried: &Vectors, text: &str) -> anyhow::Result<()> {
    if carried.cases().any(|other| other.id == case.id) {
        bail!("the id {:?} is already used: ids are never reused", case.id);
    }
    if let Some(other) = carried.cases().find(|other| other.contradicts(case)) {
        bail!("{} has the same input with a different expectation or different alternatives", other.id);
    }
    let path = args.file.clone().unwrap_or_else(|| PathBuf::from("the new case"));
    Vectors::parse(&path, text.as_bytes())?;
    Ok(())
}
