//! `qsh report`: shows, compares and merges saved reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use qsh::report::changes::Changes;
use qsh::report::document::Document;
use qsh::report::merge::{Named, merge};
use qsh::report::run::RunReport;

use super::args::{DetailArgs, format_and_file};
use super::formats::RunFormat;
use super::output::Content;
use super::{FAILED, exit_code, input, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Show a saved report of qsh run or qsh diff in any format
    Show(ShowArgs),
    /// Merge the reports of a CI matrix: all shards of a run, or comparisons with several seeds
    Merge(MergeArgs),
    /// Show what changed between two runs; exit 1 if a case became worse, or an adapter no longer runs
    Diff(DiffArgs),
}

#[derive(clap::Args, Debug)]
struct ShowArgs {
    /// Report of `qsh run --format json` or of `qsh diff --format json`
    file: PathBuf,
    #[command(flatten)]
    formats: FormatArgs,
}

/// The formats of a report, and its output files.
#[derive(clap::Args, Debug)]
struct FormatArgs {
    #[command(flatten)]
    detail: DetailArgs,
    /// Output format; for a comparison: human, json or markdown
    #[arg(long, value_enum, default_value = "human")]
    format: RunFormat,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the report to a file in another format, such as junit=report.xml; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file::<RunFormat>)]
    reports: Vec<(RunFormat, PathBuf)>,
}

#[derive(clap::Args, Debug)]
struct MergeArgs {
    /// Reports of `qsh run --shard I/N --format json`, or of `qsh diff --seed N --format json`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    formats: FormatArgs,
}

#[derive(clap::Args, Debug)]
struct DiffArgs {
    /// Older report of `qsh run --format json`
    old: PathBuf,
    /// Newer report of `qsh run --format json`
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
        Command::Show(args) => {
            let Named { name, report } = read(&args.file)?;
            write(&report, &args.formats).context(name)
        }
        Command::Merge(args) => run_merge(&args),
        Command::Diff(args) => run_diff(&args),
    }
}

fn run_merge(args: &MergeArgs) -> anyhow::Result<ExitCode> {
    let reports = args.files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    write(&merge(reports)?, &args.formats)
}

/// Writes a report in all formats that were asked for. The exit code is that of the run or comparison itself.
fn write(report: &Document, formats: &FormatArgs) -> anyhow::Result<ExitCode> {
    let FormatArgs { detail, format, output, reports } = formats;
    output::write_all_formats((*format, output.as_deref()), reports, |format| {
        Ok((format.of_document(report, detail.detail())?, format.content()))
    })?;
    Ok(exit_code(report.conclusion()))
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
    let (name, text) = input::read(file)?;
    Document::read_run(&text).context(name)
}

fn read(file: &Path) -> anyhow::Result<Named<Document>> {
    let (name, text) = input::read(file)?;
    let report = Document::read(&text).with_context(|| name.clone())?;
    Ok(Named { name, report })
}
