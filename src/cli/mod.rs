//! The command line: one file per command. stdout is the result, stderr the diagnostics and the progress bar.

mod adapters;
mod args;
mod diagnose;
mod diff;
mod explain;
mod folder;
mod formats;
mod hash;
mod input;
mod interrupt;
mod known_args;
mod known_host;
mod mock;
mod mutants;
mod output;
mod participants;
mod places;
mod probe;
mod progress;
mod report;
mod run;
mod secret;
mod token;
mod vectors;
mod wrap;

use std::process::{self, ExitCode};

use clap::{Parser, Subcommand};
use qsh::adapter::child;
use qsh::report::Conclusion;
use qsh::suite::select::SelectError;

/// Exit code 1: at least one failure, or a listed failure that passes.
const FAILED: u8 = 1;
/// Exit code 2: usage, a bad vector, input or output.
const TROUBLE: u8 = 2;
/// Exit code 3: an adapter could not be used.
const NOT_USABLE: u8 = 3;
/// Exit code 4: nothing is selected.
const NOTHING_SELECTED: u8 = 4;
/// The exit code of a program that was interrupted, as shells write it.
const INTERRUPTED: u8 = 130;

/// Conformance suite for Atlassian Connect's query string hash (qsh)
#[derive(Parser)]
#[command(version, about, after_help = EXIT_CODES, max_term_width = 120)]
struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: args::Color,

    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all as expected, 1 at least one failure or a listed failure that passes, \
2 usage, bad vector or I/O error, 3 an adapter could not be used, 4 nothing selected, 130 interrupted";

#[derive(Subcommand)]
enum Command {
    /// Run the vectors against implementations
    Run(run::Args),
    /// Print the query string hash of a request
    Hash(hash::Args),
    /// Show clause by clause how the canonical request is built
    Explain(explain::Args),
    /// Compare implementations on generated requests and tokens, and name the causes of differences
    Diff(diff::Args),
    /// Find the mistake behind a 401, or the dialect that explains an adapter's failures
    Diagnose(diagnose::Args),
    /// Test how a running app checks tokens, and name what it leaves out
    Probe(probe::Args),
    /// Play a product for a running app: install it, call it, and judge its calls
    Mock(mock::Args),
    /// Sign, verify and inspect tokens
    Token(token::Args),
    /// List, show, check, create and export vectors
    Vectors(vectors::Args),
    /// Show a saved report in any format, compare two reports, or merge the reports of a CI matrix
    Report(report::Args),
    /// Measure the strength of the vectors: which wrong readings of the specification they catch
    Mutants(mutants::Args),
    /// List, set up and check adapters, or serve as one
    Adapters(adapters::Args),
}

pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.apply();
    // Each adapter runs in its own process group. An interruption of this program does not reach it.
    let interrupted = ctrlc::set_handler(|| {
        if !interrupt::is_heeded() {
            child::kill_all();
            process::exit(INTERRUPTED.into());
        }
    });
    if let Err(error) = interrupted {
        output::say(&format!("error: cannot install the interrupt handler: {error}"));
        return ExitCode::from(TROUBLE);
    }
    let result = match cli.command {
        Command::Run(args) => run::run(args),
        Command::Hash(args) => hash::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Diagnose(args) => diagnose::run(args),
        Command::Probe(args) => probe::run(args),
        Command::Mock(args) => mock::run(args),
        Command::Token(args) => token::run(args),
        Command::Vectors(args) => vectors::run(args),
        Command::Report(args) => report::run(args),
        Command::Mutants(args) => mutants::run(args),
        Command::Adapters(args) => adapters::run(args),
    };
    result.unwrap_or_else(|error| {
        output::say(&format!("error: {}", in_one_line(&error)));
        let nothing = error.downcast_ref::<SelectError>().is_some_and(SelectError::is_nothing);
        ExitCode::from(if nothing { NOTHING_SELECTED } else { TROUBLE })
    })
}

/// The exit code of a conclusion.
fn exit_code(conclusion: Conclusion) -> ExitCode {
    match conclusion {
        Conclusion::AsExpected => ExitCode::SUCCESS,
        Conclusion::Failed => ExitCode::from(FAILED),
        Conclusion::NotUsable => ExitCode::from(NOT_USABLE),
    }
}

/// An error and its causes in one line. A cause that the text already contains is left out.
fn in_one_line(error: &anyhow::Error) -> String {
    let causes = error.chain().map(|cause| cause.to_string().trim_end().to_owned());
    causes.fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        said if said.contains(&cause) => said.to_owned(),
        said => format!("{said}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_cause_is_said_once() {
        let cause = || std::io::Error::other("no such thing");
        let naming = Err::<(), _>(cause()).context("cannot read it: no such thing").unwrap_err();
        assert_eq!(in_one_line(&naming), "cannot read it: no such thing");
        let silent = Err::<(), _>(cause()).context("cannot read it").context("of use to nobody").unwrap_err();
        assert_eq!(in_one_line(&silent), "of use to nobody: cannot read it: no such thing");
    }
}
