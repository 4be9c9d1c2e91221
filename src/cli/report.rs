//! `qsh report`: what to do with reports that were written before.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use qsh::report::merge::{Named, merge};
use qsh::report::read::Document;

use super::args::Format;
use super::{exit_code, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make one report of those of a CI matrix: of all shards of a run, or of comparisons with several seeds
    Merge(MergeArgs),
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

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Merge(args) => run_merge(&args),
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

fn read(file: &Path) -> anyhow::Result<Named<Document>> {
    let name = file.display().to_string();
    let text = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    let report = Document::read(&text).with_context(|| name.clone())?;
    Ok(Named { name, report })
}
