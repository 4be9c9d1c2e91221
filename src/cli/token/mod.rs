//! `qsh token`: signs, verifies and inspects tokens.

mod inspect;
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
    /// Time in Unix seconds, or a date such as 2026-11-30T12:00:00Z, instead of the current time
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = seconds)]
    now: Option<i64>,
}

/// Unix seconds, or a date of RFC 3339 in UTC.
fn seconds(text: &str) -> Result<i64, String> {
    let date = || humantime::parse_rfc3339_weak(text).ok()?.duration_since(UNIX_EPOCH).ok();
    text.parse()
        .ok()
        .or_else(|| i64::try_from(date()?.as_secs()).ok())
        .ok_or_else(|| "expected Unix seconds such as 1796025600, or a date such as 2026-11-30T12:00:00Z".to_owned())
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
