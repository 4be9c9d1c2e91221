//! `qsh run`: runs the vectors against implementations.

use std::path::{self, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::causes::{self, Evidence, Judged};
use qsh::report::human::{self, Detail};
use qsh::report::run::RunReport;
use qsh::report::style::counted;
use qsh::report::{Part, Recording, Requirements, annotations};
use qsh::runner::{self, AdapterReport, CaseReport, Coverage, Dispute, Options};
use qsh::suite::allowed::is_allowed;
use qsh::suite::baseline::Baseline;
use qsh::suite::case::{Case, Level};
use qsh::suite::outcome::Outcome;
use qsh::suite::select::Shard;
use qsh::suite::unsupported::UnsupportedCases;
use qsh::suite::verdict::Reasons;

use super::args::{DetailArgs, SelectArgs, VectorsArgs, format_and_file, seconds};
use super::formats::RunFormat;
use super::participants::{self, AdapterChoice};
use super::places;
use super::progress::Bars;
use super::{exit_code, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    select: SelectArgs,
    /// Run all bundled adapters (the default)
    #[arg(long)]
    all: bool,
    /// Adapter to run: built-in, the name of a bundled adapter, or the folder of your own. NAME@VERSION runs another
    /// version of its library
    #[arg(long = "adapter", value_name = "NAME|FILE")]
    adapters: Vec<String>,
    /// Command of an adapter to run, such as 'python3 my_adapter.py'
    #[arg(long = "command", value_name = "COMMAND")]
    commands: Vec<String>,
    /// Run only the adapters in this language, such as python; repeatable
    #[arg(long = "language", value_name = "LANGUAGE", conflicts_with = "commands")]
    languages: Vec<String>,
    #[command(flatten)]
    detail: DetailArgs,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: RunFormat,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the report to a file in another format, such as junit=report.xml; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file::<RunFormat>)]
    reports: Vec<(RunFormat, PathBuf)>,
    /// Run only the I-th of N parts of the cases
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Time limit for each answer of an adapter, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Number of adapters that run at once [default: two per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Baseline to use instead of the adapter's known.toml; requires exactly one adapter
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Rewrite the baseline from the results of this run
    #[arg(long, conflicts_with = "allow_unsupported")]
    update_baseline: bool,
    /// Cases that the adapter may answer with unsupported, in addition to [unsupported] of its baseline: an id, an id
    /// prefix, a clause, @feature or @flag
    #[arg(long, value_name = "TERM")]
    allow_unsupported: Vec<String>,
    /// Weakest level whose failures decide the exit code
    #[arg(long, value_enum, default_value = "should")]
    level: Required,
    /// Which reason a refusal needs: any, or exactly one that the case names
    #[arg(long, value_enum, default_value = "any")]
    reasons: NeededReasons,
    #[command(flatten)]
    vectors: VectorsArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Required {
    Must,
    Should,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum NeededReasons {
    Any,
    Exact,
}

impl From<NeededReasons> for Reasons {
    fn from(needed: NeededReasons) -> Self {
        match needed {
            NeededReasons::Any => Self::Any,
            NeededReasons::Exact => Self::Exact,
        }
    }
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let vectors = args.vectors.load()?;
    let selection = args.select.selection()?;
    let whole = selection.of(&vectors)?;
    let cases = selection.clone().shard(args.shard).of(&vectors)?;
    let chosen = match args.all {
        true => AdapterChoice::all_and(&args.adapters, &args.commands)?,
        false => AdapterChoice::resolve(&args.adapters, &args.commands)?,
    };
    let chosen = AdapterChoice::in_languages(chosen, &args.languages)?;
    if !args.allow_unsupported.is_empty() && chosen.len() != 1 {
        bail!("--allow-unsupported requires exactly one --adapter or --command");
    }
    let allowed = args.allow_unsupported.iter().map(|term| (term, "--allow-unsupported"));
    let allowed = UnsupportedCases::new(allowed)?;
    let baselines: Vec<Baseline> =
        baselines(&args, &chosen)?.into_iter().map(|it| it.and_unsupported(allowed.clone())).collect();
    // An adapter's own baseline is for the bundled vectors. Other vectors say nothing about its entries.
    let is_everything = selection.is_everything() && (args.vectors.are_carried() || args.baseline.is_some());
    let coverage = if is_everything && args.shard.is_none() { Coverage::All } else { Coverage::Some };
    let part = args.shard.map(|shard| {
        let part = Part::new(shard, &whole);
        let judged = chosen.iter().zip(&baselines).filter(|_| is_everything);
        judged.fold(part, |part, (adapter, baseline)| part.with_baseline(adapter.name(), baseline, &whole))
    });
    if args.update_baseline {
        check_update(&args, &chosen, coverage)?;
    }

    // With two adapters for each processor, one works while the other waits. With all at once, a Java virtual machine
    // did not start in time.
    let two_each = || thread::available_parallelism().map_or(2, |processors| 2 * processors.get());
    let reasons = Reasons::from(args.reasons);
    let options = Options { jobs: args.jobs.map_or_else(two_each, usize::from), coverage, reasons };
    let mut adapters = run_all(&chosen, &baselines, &cases, options, args.timeout)?;
    if args.update_baseline {
        adapters = update(&args, &chosen, &baselines, adapters, options)?;
    }

    // Only adapters that were not named may be missing on this machine.
    let is_named = !args.all && (!args.adapters.is_empty() || !args.commands.is_empty());
    let requirements = Requirements {
        level: match args.level {
            Required::Must => Level::Must,
            Required::Should => Level::Should,
        },
        unavailable_is_fine: !is_named && !participants::is_ci(),
        silence_is_fine: !is_named,
        reasons,
    };
    let described =
        |(adapter, baseline): (&AdapterChoice, &Baseline)| (adapter.name().to_owned(), baseline.dialect().dialect());
    let described = chosen.iter().zip(&baselines).map(described).collect();
    let recording = Recording { cases: cases.len(), requirements, part, elapsed: started.elapsed(), described };
    let mut report = recording.report(&adapters);
    add_manifests(&mut report, &args, &chosen);
    places::add(&mut report, &chosen);
    output::write_all_formats((args.format, args.output.as_deref()), &args.reports, |format| {
        Ok((format.of(&report, args.detail.detail()), format.content()))
    })?;
    if participants::is_github() {
        output::say(&annotations::write(&report));
    }
    if let Some(file) = participants::step_summary() {
        output::append(&file, &step_summary(&report))?;
    }
    Ok(exit_code(report.conclusion()))
}

/// The report in Markdown for the summary of a step of GitHub Actions. Text that is indented cannot be taken for Markdown.
fn step_summary(report: &RunReport) -> String {
    let text = anstream::adapter::strip_str(&human::write(report, Detail::Causes)).to_string();
    let lines: String = text.lines().map(|line| format!("    {line}\n")).collect();
    format!("### qsh run\n\n{lines}\n")
}

fn run_all<'v>(
    chosen: &[AdapterChoice],
    baselines: &[Baseline],
    cases: &[&'v Case],
    options: Options,
    timeout: Duration,
) -> anyhow::Result<Vec<AdapterReport<'v>>> {
    let provisioner = participants::provisioner()?;
    let participants = chosen
        .iter()
        .zip(baselines)
        .map(|(chosen, baseline)| chosen.participant(baseline.clone(), &provisioner, timeout))
        .collect();
    let progress = Bars::new(chosen.iter().map(AdapterChoice::name));
    Ok(runner::run_in_order(&participants::slowest_first(chosen), participants, cases, options, &progress))
}

/// The baseline of each adapter: its own, or the user's file if there is exactly one adapter.
fn baselines(args: &Args, chosen: &[AdapterChoice]) -> anyhow::Result<Vec<Baseline>> {
    let Some(path) = &args.baseline else { return chosen.iter().map(AdapterChoice::baseline).collect() };
    let [only] = chosen else { bail!("--baseline requires exactly one --adapter or --command") };
    if matches!(only, AdapterChoice::BuiltIn) {
        bail!("the built-in adapter has no baseline: it must not fail");
    }
    if args.update_baseline && !path.exists() {
        return Ok(vec![only.with_described(Baseline::default(), path)?]);
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(vec![only.with_described(Baseline::parse(path, &text)?, path)?])
}

/// Adds what the results do not tell: the documentation of each library, and the file of its baseline if that is in the
/// current folder. Code scanning shows no other files.
fn add_manifests(report: &mut RunReport, args: &Args, chosen: &[AdapterChoice]) {
    let here = env::current_dir().unwrap_or_default();
    let file = |adapter: &AdapterChoice| {
        let file = path::absolute(update_file(args, adapter)?).ok()?;
        let parts = file.strip_prefix(&here).ok()?.iter().map(|part| part.to_string_lossy().into_owned());
        Some(parts.collect::<Vec<_>>().join("/"))
    };
    for (reported, adapter) in report.adapters.iter_mut().zip(chosen) {
        reported.baseline = file(adapter);
        reported.documentation = adapter.documentation().map(ToOwned::to_owned);
    }
}

fn check_update(args: &Args, chosen: &[AdapterChoice], coverage: Coverage) -> anyhow::Result<()> {
    if coverage == Coverage::Some {
        bail!(
            "--update-baseline needs a run of all cases: leave out SELECT and --shard, and use --vectors only with --baseline"
        );
    }
    for adapter in chosen {
        if update_file(args, adapter).is_none() {
            let name = adapter.name();
            bail!("{name} has no baseline file to write: give one with --baseline, or give the adapter as a folder");
        }
    }
    Ok(())
}

fn update_file(args: &Args, adapter: &AdapterChoice) -> Option<PathBuf> {
    args.baseline.clone().or_else(|| adapter.baseline_file())
}

/// Rewrites each adapter's baseline, and judges its results by the new baseline.
fn update<'v>(
    args: &Args,
    chosen: &[AdapterChoice],
    baselines: &[Baseline],
    reports: Vec<AdapterReport<'v>>,
    options: Options,
) -> anyhow::Result<Vec<AdapterReport<'v>>> {
    let mut updated = Vec::with_capacity(reports.len());
    for ((adapter, baseline), report) in chosen.iter().zip(baselines).zip(reports) {
        let file = update_file(args, adapter).filter(|_| report.not_started.is_none() && !report.answers_none());
        let Some(file) = file else {
            updated.push(report);
            continue;
        };
        let new = new_baseline(adapter, baseline, &report);
        output::replace(&file, &new.write())?;
        let counts = [
            counted(new.own_dialect().choices().len() as u64, "choice"),
            counted(new.entries().len() as u64, "further failure"),
            counted(new.unsupported().entries().count() as u64, "unsupported term"),
        ];
        output::say(&format!("{}: {} written", file.display(), counts.join(", ")));
        updated.push(report.judged_by(&adapter.with_described(new, &file)?, options));
    }
    Ok(updated)
}

fn new_baseline(adapter: &AdapterChoice, old: &Baseline, report: &AdapterReport<'_>) -> Baseline {
    let judged = |result: &CaseReport<'_>| {
        // An entry for a case that the adapter does not sign is about a token of another adapter.
        let is_about = |dispute: &&Dispute<'_>| dispute.case.id == result.case.id && dispute.case.level != Level::Open;
        let disputed = report.disputes.iter().find(is_about);
        let is_failure = result.verdict.is_wrong();
        match disputed.filter(|_| matches!(result.outcome, Outcome::Unsupported(_))) {
            Some(dispute) => (dispute.outcome.clone(), true),
            None => (result.outcome.clone(), is_failure && !is_allowed(result.case, &result.outcome)),
        }
    };
    let outcomes: Vec<(Outcome, bool)> = report.results.iter().map(judged).collect();
    let judged = report.results.iter().zip(&outcomes);
    let judged = judged.map(|(it, (outcome, has_failed))| Judged { case: it.case, outcome, has_failed: *has_failed });
    let judged: Vec<Judged<'_>> = judged.collect();
    let evidence: Vec<Evidence> =
        report.results.iter().map(|it| Evidence::of(it.case, it.verdict, &it.outcome)).collect();
    let all: Vec<&Case> = report.results.iter().map(|result| result.case).collect();
    let unsupported = old.unsupported().updated(&all, &report.unsupported());
    causes::update(old, report.runtime(), &judged, &evidence, adapter.documentation()).with_unsupported(unsupported)
}
