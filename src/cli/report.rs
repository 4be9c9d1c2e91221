//! `qsh report`: shows, compares and merges saved reports, and makes a site of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use qsh::report::changes::Changes;
use qsh::report::document::Document;
use qsh::report::markdown::Links;
use qsh::report::merge::{Named, merge};
use qsh::report::run::RunReport;
use qsh::report::site;

use super::args::{DetailArgs, format_and_file};
use super::formats::RunFormat;
use super::output::Content;
use super::{FAILED, exit_code, folder, input, output};

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
    /// Write a static site of a run to a folder: pages of implementations, clauses, findings and vectors, with a search
    Site(SiteArgs),
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
    /// Address of a site of `qsh report site`: the Markdown table links to its pages
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Address of docs/findings.md: the Markdown table links to its sections
    #[arg(long, value_name = "URL")]
    findings: Option<String>,
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

#[derive(clap::Args, Debug)]
struct SiteArgs {
    /// Folder to write to; it is new, empty, or has a former site
    dir: PathBuf,
    /// Report of `qsh run --format json`, or the reports of all shards of a run
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
        Command::Site(args) => run_site(&args),
    }
}

fn run_merge(args: &MergeArgs) -> anyhow::Result<ExitCode> {
    write(&merge(read_all(&args.files)?)?, &args.formats)
}

/// Writes a site. The exit code is 0, whatever the run found, so that its exit code is 0.
fn run_site(args: &SiteArgs) -> anyhow::Result<ExitCode> {
    let reports = read_all(&args.files)?;
    // A merge would search for the causes of a whole run again.
    let is_whole = matches!(reports.as_slice(), [Named { report: Document::Run(report), .. }] if report.part.is_none());
    let report = match is_whole {
        true => reports.into_iter().next().map(|only| only.report),
        false => Some(merge(reports)?),
    };
    let Some(Document::Run(report)) = report else {
        bail!("expected reports of `qsh run --format json`, found reports of `qsh diff`");
    };
    let files = site::files(&report);
    folder::write(&args.dir, &files)?;
    output::say(&format!("{}: {} files", args.dir.display(), files.len()));
    Ok(ExitCode::SUCCESS)
}

/// Writes a report in all formats that were asked for. The exit code is that of the run or comparison itself.
fn write(report: &Document, formats: &FormatArgs) -> anyhow::Result<ExitCode> {
    let FormatArgs { detail, format, output, reports, site, findings } = formats;
    let links = Links { findings: findings.clone(), site: site.clone() };
    output::write_all_formats((*format, output.as_deref()), reports, |format| {
        Ok((format.of_document(report, detail.detail(), &links)?, format.content()))
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

fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<Named<Document>>> {
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> anyhow::Result<Named<Document>> {
    let (name, text) = input::read(file)?;
    let report = Document::read(&text).with_context(|| name.clone())?;
    Ok(Named { name, report })
}
