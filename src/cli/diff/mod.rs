//! `qsh diff`: implementations against one another.

mod corpus;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use qsh::adapter::described::Described;
use qsh::adapter::protocol::Operation;
use qsh::diff::{Differences, Peer, Settings, diff};
use qsh::report::differences::{drafts, human, json, markdown};
use qsh::runner::NotStarted;

use super::args::{Format, seconds};
use super::output::{self, Content};
use super::participants::{self, Chosen};
use super::progress::Counter;
use super::{FAILED, NOT_USABLE, interrupt};

/// How long implementations are compared, when nobody says how long.
const TIME: Duration = Duration::from_secs(60);

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Adapter to compare: built-in, the name of one that qsh carries, or the folder of your own; one alone is compared
    /// with the dialect that it is described to speak
    #[arg(long = "adapter", value_name = "NAME|FILE")]
    adapters: Vec<String>,
    /// Command of an adapter to compare, such as 'python3 my_adapter.py'
    #[arg(long = "command", value_name = "COMMAND")]
    commands: Vec<String>,
    /// How many requests at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// Seconds at most; 60 by default, unless --cases is given
    #[arg(long, value_name = "S", value_parser = seconds)]
    time: Option<Duration>,
    /// What decides the requests: the same seed makes the same ones
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Seconds that an adapter may take for an answer
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Folder with what an earlier comparison kept, to go on from; what this one keeps is written there
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Folder to write a draft vector for each cause to, and the report in Markdown
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.adapters.is_empty() && args.commands.is_empty() {
        bail!("nothing to compare: expected --adapter or --command, twice or more, or once for an adapter alone");
    }
    let chosen = Chosen::resolve(&args.adapters, &args.commands)?;
    let mut peers = Vec::new();
    for adapter in &chosen {
        match peer(adapter, args.timeout) {
            Ok(peer) => peers.push(peer),
            Err(why) => {
                output::say(&format!("error: {} cannot be compared: {why}", adapter.name()));
                return Ok(ExitCode::from(NOT_USABLE));
            }
        }
    }
    if let [alone] = peers.as_slice() {
        let described = alone.described.clone();
        let adapter = Box::new(Described::new("described", described.clone()));
        let name = "described".to_owned();
        peers.insert(0, Peer { name, described, adapter, is_held_to_laws: false });
    }
    let time = args.time.or_else(|| args.cases.is_none().then_some(TIME));
    let corpus = args.corpus.as_deref().map(corpus::read).transpose()?.unwrap_or_default();
    let settings = Settings { seed: args.seed, cases: args.cases, time, corpus };
    interrupt::heed();
    let differences = diff(peers, &settings, &mut Counter::new(args.cases, time));
    let (text, content) = match args.format {
        Format::Human => (human::write(&differences), Content::Styled),
        Format::Json => (json::write(&differences), Content::Data),
    };
    if let Some(folder) = &args.corpus {
        corpus::write(folder, &differences.corpus)?;
    }
    if let Some(folder) = &args.save {
        save(folder, &differences)?;
    }
    output::write(&text, content, args.output.as_deref())?;
    Ok(if differences.is_as_described() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Writes what a comparison proposes into a folder, which is made where there is none.
fn save(folder: &Path, differences: &Differences) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for draft in drafts::write(differences) {
        output::replace(&folder.join(&draft.file), &draft.text)?;
    }
    let text = markdown::write(differences);
    output::replace(&folder.join("report.md"), &text)
}

/// A started adapter that has canonical requests, or hashes at least.
fn peer(chosen: &Chosen, timeout: Duration) -> Result<Peer, String> {
    let provisioner = participants::provisioner().map_err(|error| error.to_string())?;
    let mut step = |what: &str| output::say(&format!("{}: {what}", chosen.name()));
    let adapter = chosen.start(&provisioner, timeout, &mut step).map_err(|why| match why {
        NotStarted::Unavailable(text) | NotStarted::Unusable(text) => text,
    })?;
    let description = adapter.description();
    if let Some(mismatch) = chosen.mismatches(description).into_iter().next() {
        return Err(mismatch);
    }
    if ![Operation::CanonicalRequest, Operation::Qsh].into_iter().any(|it| description.has(it)) {
        return Err("it has neither canonical_request nor qsh".to_owned());
    }
    Ok(Peer { name: chosen.name().to_owned(), described: chosen.described(), adapter, is_held_to_laws: true })
}
