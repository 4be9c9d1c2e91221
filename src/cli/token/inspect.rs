//! `qsh token inspect`.

use std::fmt::Write as _;
use std::process::ExitCode;

use qsh::report::style::{BAD, BOLD, FAINT, GOOD};
use qsh::report::words::message;
use qsh_auth::asap::{self, Verifier};
use qsh_auth::connect::{self, Endpoint};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Algorithm, Rejection, Time};
use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::verify::rejection_to_json;
use super::{Moment, source};
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::{FAILED, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The token; - reads it from stdin
    token: String,
    #[command(flatten)]
    request: PerhapsRequestArgs,
    /// Inspect it as an ASAP token with this audience
    #[arg(long, value_name = "AUD", conflicts_with_all = ["method", "context"])]
    asap: Option<String>,
    /// The endpoint accepts context tokens
    #[arg(long)]
    context: bool,
    /// Maximum clock skew in seconds
    #[arg(long, value_name = "S", default_value_t = 0)]
    leeway: u32,
    #[command(flatten)]
    moment: Moment,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let text = source::token(&args.token)?;
    let now = args.moment.seconds()?;
    let format = args.format;
    let endpoint = if args.context { Endpoint::Context } else { Endpoint::Url };
    let input = args.request.input();
    let time = Time::new(now).with_leeway(args.leeway);
    let is_complete = input.is_some() || args.asap.is_some();
    let seen = match Unverified::parse(text.as_bytes()) {
        Ok(token) => Seen {
            objections: objections(&token, input.as_ref(), args.asap.as_deref(), time, endpoint)?,
            header: token.header_members().clone(),
            claims: token.claims().as_object().clone(),
            is_complete,
            is_perhaps_asap: args.asap.is_none() && Algorithm::named(token.algorithm()).is_some(),
        },
        Err(rejection) => Seen {
            objections: vec![rejection],
            header: Map::new(),
            claims: Map::new(),
            is_complete,
            is_perhaps_asap: false,
        },
    };
    let text = match format {
        Format::Human => human(&seen, now),
        Format::Json => format!("{}\n", to_json(&seen)),
    };
    output::print(&text, format.into())?;
    Ok(if seen.objections.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The content of a token, and its problems.
struct Seen {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    objections: Vec<Rejection>,
    /// Whether it was compared with its request or its audience.
    is_complete: bool,
    /// Whether it was checked by the rules of Connect, but has an algorithm of ASAP.
    is_perhaps_asap: bool,
}

fn objections(
    token: &Unverified<'_>,
    input: Option<&Input>,
    audience: Option<&str>,
    time: Time,
    endpoint: Endpoint,
) -> anyhow::Result<Vec<Rejection>> {
    if let Some(audience) = audience {
        return Ok(asap::objections(token, &Verifier::new(audience), time));
    }
    let request = input.map(Input::request).transpose()?;
    Ok(connect::objections(token, time, request.as_ref(), endpoint))
}

/// The claims that are dates.
const DATES: [&str; 3] = ["exp", "iat", "nbf"];

fn human(seen: &Seen, now: i64) -> String {
    let mut out = String::new();
    for (title, members) in [("header", &seen.header), ("claims", &seen.claims)] {
        if !members.is_empty() {
            let _ = writeln!(out, "{BOLD}{title}{BOLD:#}  {FAINT}unverified{FAINT:#}");
        }
        for (name, value) in members {
            let date = value.as_i64().filter(|_| title == "claims" && DATES.contains(&name.as_str()));
            let when = date.map_or_else(String::new, |date| format!("  {FAINT}{}{FAINT:#}", apart(date, now)));
            let _ = writeln!(out, "  {}  {}{when}", message(name), message(&value.to_string()));
        }
    }
    for objection in &seen.objections {
        let _ = writeln!(out, "{BAD}{}{BAD:#}  {objection}", objection.reason().code());
    }
    if seen.objections.is_empty() {
        let _ = writeln!(out, "{GOOD}no objection{GOOD:#}, but the signature is unverified: use qsh token verify");
    }
    if seen.is_perhaps_asap {
        let _ = writeln!(out, "{FAINT}for a token between services (ASAP), use --asap AUD{FAINT:#}");
    }
    if !seen.is_complete && !seen.claims.is_empty() {
        let _ = writeln!(out, "{FAINT}METHOD and URL are missing: its qsh was not compared with a request{FAINT:#}");
    }
    out
}

/// How far a date is from now.
fn apart(date: i64, now: i64) -> String {
    match date.checked_sub(now) {
        Some(0) => "now".to_owned(),
        Some(seconds) if seconds > 0 => format!("in {seconds} s"),
        Some(seconds) => format!("{} s ago", seconds.unsigned_abs()),
        None => "far away".to_owned(),
    }
}

fn to_json(seen: &Seen) -> Value {
    let objections: Vec<Value> = seen.objections.iter().map(rejection_to_json).collect();
    json!({
        "format": "qsh-token-inspection", "version": 1, "header": seen.header, "claims": seen.claims,
        "objections": objections,
    })
}
