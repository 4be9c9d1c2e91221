//! `qsh report`: what to do with reports that were written before.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use qsh::report::changes::Changes;
use qsh::report::merge::{Named, merge};
use qsh::report::read::{Document, RunReport};

use super::args::Format;
use super::output::Content;
use super::{FAILED, exit_code, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make one report of those of a CI matrix: of all shards of a run, or of comparisons with several seeds
    Merge(MergeArgs),
    /// Say what changed from one run to another; exit 1 where a case became worse, or an adapter does not run any more
    Diff(DiffArgs),
}

#[derive(clap::Args, Debug)]
struct MergeArgs {
    /// Reports of `qsh run --shard I/N --format json`, or of `qsh diff --seed N --format json`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
struct DiffArgs {
    /// Report of `qsh run --format json`, before
    old: PathBuf,
    /// Report of `qsh run --format json`, now
    new: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value = "markdown")]
    format: ChangesFormat,
    /// File to write the changes to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ChangesFormat {
    Markdown,
    Json,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Merge(args) => run_merge(&args),
        Command::Diff(args) => run_diff(&args),
    }
}

fn run_merge(args: &MergeArgs) -> anyhow::Result<ExitCode> {
    let reports = args.files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    let merged = merge(reports)?;
    let text = match args.format {
        Format::Human => merged.to_human(),
        Format::Json => merged.to_json(),
    };
    output::write(&text, args.format.into(), args.output.as_deref())?;
    Ok(exit_code(merged.conclusion()))
}

fn run_diff(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let (old, new) = (read_run(&args.old)?, read_run(&args.new)?);
    let changes = Changes::between(&old, &new);
    let text = match args.format {
        ChangesFormat::Markdown => changes.to_markdown(),
        ChangesFormat::Json => changes.to_json(),
    };
    output::write(&text, Content::Data, args.output.as_deref())?;
    Ok(if changes.is_worse() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

fn read_run(file: &Path) -> anyhow::Result<RunReport> {
    match read(file)? {
        Named { report: Document::Run(report), .. } => Ok(report),
        Named { name, .. } => bail!("{name}: expected a report of qsh run, found one of qsh diff"),
    }
}

fn read(file: &Path) -> anyhow::Result<Named<Document>> {
    let name = file.display().to_string();
    let text = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    let report = Document::read(&text).with_context(|| name.clone())?;
    Ok(Named { name, report })
}
