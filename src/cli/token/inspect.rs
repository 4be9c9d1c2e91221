//! `qsh token inspect`.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use qsh::report::examination::{self, add_to_json, judgement_to_json};
use qsh::report::style::{BOLD, FAINT};
use qsh::report::words::message;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::TokenKind;
use qsh_diagnose::examine::{Case, Examination, examine};
use qsh_diagnose::intake::{Evidence, FoundToken, Piece, Role};
use serde_json::{Map, Value, json};

use super::source;
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::known_args::KnownArgs;
use crate::cli::known_host::completed;
use crate::cli::{FAILED, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The token, also with what is pasted around it; - reads it from stdin, @FILE from a file
    token: String,
    #[command(flatten)]
    request: PerhapsRequestArgs,
    /// Inspect it as an ASAP token with this audience
    #[arg(long, value_name = "AUD", conflicts_with_all = ["method", "context", "audiences"])]
    asap: Option<String>,
    /// Inspect it as a context token
    #[arg(long)]
    context: bool,
    /// Inspect it as this kind of token, instead of the kind that it seems to be
    #[arg(long, value_name = "KIND", conflicts_with_all = ["asap", "context"], value_parser = kinds())]
    kind: Option<TokenKind>,
    #[command(flatten)]
    known: KnownArgs,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.token == "-" && args.known.reads_stdin() {
        bail!("stdin can be read only once: expected one - among the arguments");
    }
    let text = source::pasted(&args.token)?;
    let secrets = args.known.secrets()?;
    let time = args.known.time()?;
    let input = args.request.clone().input().map(completed);
    let evidence = evidence(&text)?;
    let audiences: Vec<String> = args.asap.iter().chain(&args.known.audiences).cloned().collect();
    let mut case = Case::new(&evidence, input.as_ref(), time);
    case.kind = match (args.kind, &args.asap) {
        (Some(kind), _) => Some(kind),
        (None, Some(_)) => Some(TokenKind::Asap),
        (None, None) => args.context.then_some(TokenKind::Context),
    };
    case.issuer = args.known.issuer.as_deref();
    case.audiences = &audiences;
    case.secrets = &secrets;
    let examination = examine(&case)?;
    let token = Unverified::parse(text.token.as_bytes()).ok();
    let text = match args.format {
        Format::Human => human(token.as_ref(), time.now()) + &examination::human(&case, &examination),
        Format::Json => format!("{}\n", to_json(token.as_ref(), &case, &examination)),
    };
    output::print(&text, args.format.into())?;
    let has_objection = examination.judgement().is_none_or(|judgement| !judgement.objections.is_empty());
    let is_good = !has_objection && !examination.is_bad();
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The token alone, with its place in a request if the text that was given shows it: `Bearer eyJ…` or a URL.
fn evidence(text: &source::Pasted) -> anyhow::Result<Evidence> {
    let found = Evidence::read(&[Piece::new("TOKEN", text.around.as_str())]).ok().and_then(|found| found.token);
    let piece = Piece::new("TOKEN", text.token.as_str()).with_role(Role::Token);
    let alone = Evidence::read(&[piece])?;
    let is_same = |found: &FoundToken| found.as_str() == text.token;
    let mut evidence = Evidence::default();
    evidence.token = found.filter(is_same).or(alone.token);
    Ok(evidence)
}

/// The names of the kinds, as values of `--kind`.
fn kinds() -> impl TypedValueParser<Value = TokenKind> {
    let names = TokenKind::ALL.map(TokenKind::name);
    PossibleValuesParser::new(names).try_map(|name| TokenKind::named(&name).ok_or("no kind has this name"))
}

/// The claims that are dates.
const DATES: [&str; 3] = ["exp", "iat", "nbf"];

/// The header and the claims of a token, if it can be read.
fn human(token: Option<&Unverified<'_>>, now: i64) -> String {
    let mut out = String::new();
    let Some(token) = token else { return out };
    for (title, members) in [("header", token.header_members()), ("claims", token.claims().as_object())] {
        if !members.is_empty() {
            let _ = writeln!(out, "{BOLD}{title}{BOLD:#}  {FAINT}unverified{FAINT:#}");
        }
        for (name, value) in members {
            let date = value.as_i64().filter(|_| title == "claims" && DATES.contains(&name.as_str()));
            let when = date.map_or_else(String::new, |date| format!("  {FAINT}{}{FAINT:#}", when(date, now)));
            let _ = writeln!(out, "  {}  {}{when}", message(name), message(&value.to_string()));
        }
    }
    out
}

/// A date as people write it, and how far it is from now.
fn when(date: i64, now: i64) -> String {
    let apart = match date.checked_sub(now) {
        Some(0) => "now".to_owned(),
        Some(seconds) if seconds > 0 => format!("in {seconds} s"),
        Some(seconds) => format!("{} s ago", seconds.unsigned_abs()),
        None => "far away".to_owned(),
    };
    let written = u64::try_from(date).ok().filter(|date| *date <= LATEST);
    match written {
        Some(date) => {
            let written = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(date));
            format!("{written}, {apart}")
        }
        None => apart,
    }
}

/// The end of the year 9999, the last one that is written.
const LATEST: u64 = 253_402_300_799;

fn to_json(token: Option<&Unverified<'_>>, case: &Case<'_>, examination: &Examination) -> Value {
    let empty = Map::new();
    let (header, claims) = token.map_or((&empty, &empty), |token| (token.header_members(), token.claims().as_object()));
    let mut document =
        json!({ "format": "qsh-token-inspection", "version": 1, "header": header, "claims": claims, "objections": [] });
    if let (Value::Object(judgement), Some(members)) = (judgement_to_json(examination), document.as_object_mut()) {
        members.extend(judgement);
    }
    add_to_json(&mut document, case, examination);
    document
}
