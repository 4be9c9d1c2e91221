//! `qsh hash`: the query string hash of a request.

use std::process::ExitCode;

use qsh_diagnose::{Dialect, Text, canonicalize_with};
use serde_json::json;

use super::args::{Format, RequestArgs};
use super::known_host::completed;
use super::output;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    request: RequestArgs,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let input = completed(args.request.input()?);
    let request = input.request()?;
    let hash = qsh_hash::hash(&request);
    let text = match args.format {
        Format::Human => format!("{hash}\n"),
        Format::Json => {
            let canonical = canonicalize_with(&request, &Dialect::OFFICIAL)?;
            let (text, hex) = Text::into_members(Some(canonical.as_bytes().to_vec().into()));
            let (format, version) = ("qsh-hash", 1);
            let hash = json!({ "format": format, "version": version, "qsh": hash.as_str(), "canonical_request": text, "canonical_request_hex": hex });
            format!("{hash}\n")
        }
    };
    output::print(&text, args.format.into())?;
    Ok(ExitCode::SUCCESS)
}
