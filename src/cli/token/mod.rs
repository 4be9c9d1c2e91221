//! `qsh token`: signs, verifies and inspects tokens.

mod inspect;
mod secret;
mod sign;
pub(super) mod source;
mod verify;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::Subcommand;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Sign a request or an assertion with a shared secret, or create an ASAP token with a private key
    Sign(sign::Args),
    /// Verify the token of a request or of an install callback, or an ASAP token
    Verify(verify::Args),
    /// Show the unverified content of a token, and what a verifier would object to
    Inspect(inspect::Args),
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Sign(args) => sign::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Inspect(args) => inspect::run(args),
    }
}

/// The time of a check.
#[derive(clap::Args, Debug)]
pub(super) struct Moment {
    /// Time in Unix seconds, instead of the current time
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    now: Option<i64>,
}

impl Moment {
    pub(super) fn seconds(&self) -> anyhow::Result<i64> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970: give --now")?;
        i64::try_from(since.as_secs()).context("the clock is too far in the future: give --now")
    }
}
