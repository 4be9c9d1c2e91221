//! `qsh adapters`: list, set up and check adapters, and serve as one.

mod dialect;
mod doctor;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::{io, panic, thread};

use clap::Subcommand;
use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::package::Package;
use qsh::adapter::provision::{Provisioner, Status};
use qsh::report::style::{BAD, BOLD, GOOD, NOTE};
use qsh_diagnose::printable;
use serde_json::{Value, json};

use super::args::Format;
use super::participants::{AdapterChoice, is_ci, provisioner};
use super::{NOT_USABLE, output};
use dialect::DialectFinding;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List the bundled adapters, and whether each is ready
    List {
        /// Output format
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Set up adapters, so that they can run offline
    Setup(AdapterArgs),
    /// Start adapters, check that each is the declared library and answers, and infer its dialect from its answers to
    /// the vectors
    Doctor(AdapterArgs),
    /// Serve our own implementation as an adapter, with the protocol on stdin and stdout
    Serve,
}

#[derive(clap::Args, Debug)]
struct AdapterArgs {
    /// Adapters: names, NAME@VERSION for another version of the library, or folders of your own [default: all bundled
    /// adapters]
    #[arg(value_name = "NAME|FILE")]
    adapters: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List { format } => list(format),
        Command::Setup(args) => each(&args, setup),
        Command::Doctor(args) => each(&args, doctor::examine),
        Command::Serve => {
            match BuiltIn::new().serve(io::stdin().lock(), io::stdout().lock()) {
                // The caller may end without reading the last answers.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
                served => Ok(served.map(|()| ExitCode::SUCCESS)?),
            }
        }
    }
}

fn list(format: Format) -> anyhow::Result<ExitCode> {
    let (provisioner, all) = (provisioner()?, AdapterChoice::all_versions()?);
    // Runtimes take their time to start. Each is waited for beside the others.
    let rows: Vec<[String; 3]> = thread::scope(|scope| {
        #[expect(
            clippy::needless_collect,
            reason = "a lazy iterator would start each thread after the one before it has ended"
        )]
        let rows: Vec<_> = all.iter().map(|chosen| scope.spawn(|| row(chosen, &provisioner))).collect();
        rows.into_iter().map(|row| row.join().unwrap_or_else(|panic| panic::resume_unwind(panic))).collect()
    });
    let text = match format {
        Format::Human => table(&rows),
        Format::Json => {
            let row =
                |[name, library, state]: &[String; 3]| json!({ "name": name, "library": library, "state": state });
            let rows: Vec<_> = rows.iter().map(row).collect();
            format!("{}\n", json!({ "format": "qsh-adapters", "version": 1, "adapters": rows }))
        }
    };
    output::print(&text, format.into())?;
    Ok(ExitCode::SUCCESS)
}

/// The name, library and state of an adapter.
fn row(chosen: &AdapterChoice, provisioner: &Provisioner) -> [String; 3] {
    let (library, state) = match chosen {
        AdapterChoice::Package(package) => (library(package), state(package, provisioner)),
        AdapterChoice::BuiltIn | AdapterChoice::Command { .. } => {
            (format!("qsh {}", env!("CARGO_PKG_VERSION")), "ready".to_owned())
        }
    };
    [chosen.name().to_owned(), library, state]
}

/// A table of names, libraries and states. Of a library whose name is a part of the adapter's, only the version is shown.
fn table(rows: &[[String; 3]]) -> String {
    let rows: Vec<[String; 3]> =
        rows.iter().map(|row| row.each_ref().map(|text| printable(text).to_string())).collect();
    let names = rows.iter().map(|[name, ..]| name.chars().count()).max().unwrap_or_default();
    let line = |[name, library, state]: &[String; 3]| {
        let version = library.rsplit_once(' ').filter(|(library, _)| name.contains(&library.to_lowercase()));
        let library = version.map_or(library.as_str(), |(_, version)| version);
        format!("{BOLD}{name:names$}{BOLD:#}  {library}  {state}\n")
    };
    rows.iter().map(line).collect()
}

fn library(package: &Package) -> String {
    format!("{} {}", package.manifest().library, package.manifest().library_version)
}

fn state(package: &Package, provisioner: &Provisioner) -> String {
    match provisioner.status(package) {
        Ok(Status::Ready) => "ready".to_owned(),
        Ok(Status::NotSetUp) => "not set up yet".to_owned(),
        Ok(Status::Unavailable(missing)) => format!("not available: {missing}"),
        Ok(_) => "unknown".to_owned(),
        Err(error) => format!("broken: {error}"),
    }
}

/// The finding of a check of one adapter.
struct Finding {
    /// The good news, in words.
    good: String,
    /// The problems, in words.
    problems: Vec<String>,
    /// Whether the problem is a missing runtime on this machine.
    unavailable: bool,
    /// The adapter's dialect, if the check looks for it.
    dialect: Option<DialectFinding>,
}

impl Finding {
    fn good(good: String) -> Self {
        Self { good, problems: Vec::new(), unavailable: false, dialect: None }
    }

    fn problems(problems: Vec<String>) -> Self {
        Self { good: String::new(), problems, unavailable: false, dialect: None }
    }
}

type Check = fn(&AdapterChoice, &Provisioner) -> Finding;

/// Checks each adapter and prints all findings.
fn each(args: &AdapterArgs, check: Check) -> anyhow::Result<ExitCode> {
    let provisioner = provisioner()?;
    let (mut out, mut rows, mut usable) = (String::new(), Vec::<Value>::new(), true);
    for chosen in AdapterChoice::resolve(&args.adapters, &[])? {
        let finding = check(&chosen, &provisioner);
        let name = chosen.name();
        if finding.problems.is_empty() {
            writeln!(out, "{GOOD}ok{GOOD:#}       {BOLD}{name}{BOLD:#}  {}", printable(&finding.good))?;
        }
        if let Some(dialect) = &finding.dialect {
            writeln!(out, "dialect  {BOLD}{name}{BOLD:#}  {}", dialect.human())?;
        }
        let excused = finding.unavailable && args.adapters.is_empty() && !is_ci();
        for problem in &finding.problems {
            let (style, word) = if excused { (NOTE, "missing") } else { (BAD, "problem") };
            let mut lines = problem.lines().map(printable);
            let first = lines.next().unwrap_or_else(|| printable(""));
            writeln!(out, "{style}{word:8}{style:#} {BOLD}{name}{BOLD:#}  {first}")?;
            lines.try_for_each(|line| writeln!(out, "  {line}"))?;
        }
        usable &= excused || finding.problems.is_empty();
        let mut row = json!({ "name": name, "ok": finding.good, "problems": finding.problems, "unavailable": finding.unavailable });
        if let Some(dialect) = &finding.dialect {
            row["dialect"] = dialect.to_json();
        }
        rows.push(row);
    }
    if args.format == Format::Json {
        out = format!("{}\n", json!({ "format": "qsh-adapters", "version": 1, "adapters": rows }));
    }
    output::print(&out, args.format.into())?;
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::from(NOT_USABLE) })
}

fn setup(chosen: &AdapterChoice, provisioner: &Provisioner) -> Finding {
    let AdapterChoice::Package(package) = chosen else { return Finding::good("needs no set-up".to_owned()) };
    match provisioner.provision(package, &mut |what| output::say(&format!("{}: {what}", chosen.name()))) {
        Ok(launch) => Finding::good(format!("{} is ready in {}", library(package), launch.current_dir.display())),
        Err(error) => Finding { unavailable: error.is_unavailable(), ..Finding::problems(vec![error.to_string()]) },
    }
}
