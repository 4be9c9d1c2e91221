//! `qsh diff`: compares implementations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::adapter::provision::Provisioner;
use qsh::diff::{Common, Comparison, OddUrls, Peer, Settings, diff};
use qsh::report::Conclusion;
use qsh::report::comparison::ComparisonReport;
use qsh::report::differences::{drafts, markdown, proposals};
use qsh::runner::NotStarted;
use qsh_diagnose::Text;

use super::args::{format_and_file, seconds};
use super::formats::ComparisonFormat;
use super::participants::{self, AdapterChoice};
use super::progress::Counter;
use super::{INTERRUPTED, NOT_USABLE, exit_code, interrupt, output};

/// The default time of a comparison.
const TIME: Duration = Duration::from_secs(60);

/// How many digits of its hash name a file of the corpus.
const NAME: usize = 16;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Adapter to compare: built-in, the name of a bundled adapter, or the folder of your own. NAME@VERSION compares
    /// another version of its library. A single adapter is compared with the dialect that its adapter.toml describes
    #[arg(long = "adapter", value_name = "NAME|FILE")]
    adapters: Vec<String>,
    /// Command of an adapter to compare, such as 'python3 my_adapter.py'
    #[arg(long = "command", value_name = "COMMAND")]
    commands: Vec<String>,
    /// Maximum number of requests, with one token per 16 requests. Counts tokens if only tokens can be compared
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// Maximum duration in seconds, with the time for smaller examples [default: 60, unlimited with --cases]
    #[arg(long, value_name = "S", value_parser = seconds)]
    time: Option<Duration>,
    /// Seed of the generated requests
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// How many requests have a URL or a base URL that no app has, such as the base URL /a() or the URL a://a/j: none, one
    /// in 16, or every other
    #[arg(long, value_enum, default_value = "rarely")]
    odd_urls: Share,
    /// Time limit for each answer of an adapter, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Folder of kept requests. The comparison starts with them and adds new ones
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Folder for one draft vector per cause, and the report in Markdown
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: ComparisonFormat,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the report to a file in another format, such as markdown=report.md; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file::<ComparisonFormat>)]
    reports: Vec<(ComparisonFormat, PathBuf)>,
}

/// The share of odd URLs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Share {
    Never,
    Rarely,
    Often,
}

impl From<Share> for OddUrls {
    fn from(share: Share) -> Self {
        match share {
            Share::Never => Self::Never,
            Share::Rarely => Self::Rarely,
            Share::Often => Self::Often,
        }
    }
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.adapters.is_empty() && args.commands.is_empty() {
        bail!("nothing to compare: expected at least one --adapter or --command");
    }
    let chosen = AdapterChoice::resolve(&args.adapters, &args.commands)?;
    let (provisioner, mut peers) = (participants::provisioner()?, Vec::new());
    for adapter in &chosen {
        match peer(adapter, &provisioner, args.timeout) {
            Ok(peer) => peers.push(peer),
            Err(why) => {
                output::say(&format!("error: {} cannot be compared: {why}", adapter.name()));
                return Ok(ExitCode::from(NOT_USABLE));
            }
        }
    }
    let common = Common::of(&peers);
    if !common.requests && common.tokens.is_empty() {
        output::say(
            "error: nothing to compare: no two of them share canonical_request or qsh, authenticate, or asap_verify",
        );
        return Ok(ExitCode::from(NOT_USABLE));
    }
    let time = args.time.or_else(|| args.cases.is_none().then_some(TIME));
    let corpus = args.corpus.as_deref().map(read_corpus).transpose()?.unwrap_or_default();
    let settings = Settings { seed: args.seed, cases: args.cases, time, odd_urls: args.odd_urls.into(), corpus };
    interrupt::heed();
    let comparison = diff(peers, &settings, &mut Counter::new(args.cases, time));
    let report = ComparisonReport::from(&comparison);
    if let Some(folder) = &args.corpus {
        write_corpus(folder, &comparison.corpus)?;
    }
    if let Some(folder) = &args.save {
        save(folder, &comparison, &report)?;
    }
    output::write_all_formats((args.format, args.output.as_deref()), &args.reports, |format| {
        Ok((format.of(&report), format.content()))
    })?;
    match report.conclusion() {
        // Nobody knows what the rest would have shown.
        Conclusion::AsExpected if interrupt::is_noted() => {
            output::say("interrupted: what was answered until then is as described");
            Ok(ExitCode::from(INTERRUPTED))
        }
        conclusion => Ok(exit_code(conclusion)),
    }
}

/// Writes drafts, proposals and the report into a folder. The folder is made if it is missing.
fn save(folder: &Path, comparison: &Comparison, report: &ComparisonReport) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let drafts = drafts::write(report);
    for draft in &drafts {
        output::replace(&folder.join(&draft.file), &draft.text)?;
    }
    let without = report.clusters.len() + report.tokens.len() - drafts.len();
    if without > 0 {
        output::say(&format!("note: {without} causes have no draft, because a vector can express none of the answers"));
    }
    for (place, peer) in comparison.peers.iter().enumerate() {
        if let Some(section) = proposals::tokens(comparison, place) {
            output::replace(&folder.join(format!("{}-tokens.toml", peer.name)), &section)?;
        }
    }
    let text = markdown::write(report);
    output::replace(&folder.join("report.md"), &text)
}

/// Starts an adapter and adds its description.
fn peer(chosen: &AdapterChoice, provisioner: &Provisioner, timeout: Duration) -> Result<Peer, String> {
    let mut step = |what: &str| output::say(&format!("{}: {what}", chosen.name()));
    let adapter = chosen.start(provisioner, timeout, &mut step).map_err(|why| match why {
        NotStarted::Unavailable(text) | NotStarted::Unusable(text) => text,
    })?;
    let description = adapter.description();
    if let Some(mismatch) = chosen.mismatches(description).into_iter().next() {
        return Err(mismatch);
    }
    let mut peer = Peer::new(chosen.name(), adapter);
    peer.profile.origin = chosen.origin();
    peer.profile.described = chosen.described();
    peer.profile.treatments = chosen.treatments();
    peer.profile.faults = chosen.faults();
    Ok(peer)
}

/// Reads a corpus: one file for each request that showed something new, with the choices of the request. The files are in the order of their names. Empty if there is no folder yet.
fn read_corpus(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let cannot = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let mut files: Vec<_> =
        entries.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>().with_context(cannot)?;
    files.retain(|file| file.is_file());
    files.sort();
    files.iter().map(|file| fs::read(file).with_context(|| format!("cannot read {}", file.display()))).collect()
}

/// Writes the files of a corpus that are not there yet.
fn write_corpus(folder: &Path, corpus: &[Vec<u8>]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for bytes in corpus {
        let file = folder.join(&Text::from(bytes.clone()).sha256_hex()[..NAME]);
        if !file.exists() {
            fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}
