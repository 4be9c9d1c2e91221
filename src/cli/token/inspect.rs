//! `qsh token inspect`.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use qsh::report::style::{BOLD, FAINT, GOOD};
use qsh::report::words::message;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, Rejection, Time};
use qsh_auth::kind::{Expected, TokenKind};
use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::right_hash::RightHash;
use super::{Moment, source};
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::judgement::{Judgement, recipient, rejection_to_json, write_objection, write_rejection};
use crate::cli::known_host::completed;
use crate::cli::{FAILED, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The token, also with what is pasted around it; - reads it from stdin, @FILE from a file
    token: String,
    #[command(flatten)]
    request: PerhapsRequestArgs,
    /// Inspect it as an ASAP token with this audience
    #[arg(long, value_name = "AUD", conflicts_with_all = ["method", "context"])]
    asap: Option<String>,
    /// Inspect it as a context token
    #[arg(long)]
    context: bool,
    /// Inspect it as this kind of token, instead of the kind that it seems to be
    #[arg(long, value_name = "KIND", conflicts_with_all = ["asap", "context"], value_parser = kinds())]
    kind: Option<TokenKind>,
    /// Issuer that the verifier expects, such as the app's key for a token to a product
    #[arg(long, value_name = "ISS")]
    issuer: Option<String>,
    /// Audience that the verifier expects, such as the base URL of the app; repeatable
    #[arg(long = "audience", value_name = "AUD", conflicts_with = "asap")]
    audiences: Vec<String>,
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
    let time = Time::new(now).with_leeway(args.leeway);
    let input = args.request.clone().input().map(completed);
    let right = input.as_ref().map(RightHash::of).transpose()?;
    let seen = match Unverified::parse(text.as_bytes()) {
        Ok(token) => Seen::of(&token, &args, input.as_ref(), time)?,
        Err(rejection) => Seen { malformed: Some(rejection), ..Seen::default() },
    };
    let text = match format {
        Format::Human => human(&seen, right.as_ref(), now),
        Format::Json => format!("{}\n", to_json(&seen)),
    };
    output::print(&text, format.into())?;
    Ok(if seen.is_good() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The names of the kinds, as values of `--kind`.
fn kinds() -> impl TypedValueParser<Value = TokenKind> {
    let names = TokenKind::ALL.map(TokenKind::name);
    PossibleValuesParser::new(names).try_map(|name| TokenKind::named(&name).ok_or("no kind has this name"))
}

/// The content of a token, and its problems.
#[derive(Default)]
struct Seen {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    judgement: Option<Judgement>,
    /// Why the token cannot be read.
    malformed: Option<Rejection>,
    /// Whether its `qsh`, if its kind has one, was compared with its request.
    is_compared: bool,
    /// Whether its `aud`, if its kind has one, was compared with an audience.
    is_audience_compared: bool,
}

impl Seen {
    fn of(token: &Unverified<'_>, args: &Args, input: Option<&Input>, time: Time) -> anyhow::Result<Self> {
        let given = match (args.kind, &args.asap) {
            (Some(kind), _) => Some(kind),
            (None, Some(_)) => Some(TokenKind::Asap),
            (None, None) => args.context.then_some(TokenKind::Context),
        };
        let request = input.map(Input::request).transpose()?;
        let audiences: Vec<&str> = args.asap.iter().chain(&args.audiences).map(String::as_str).collect();
        let mut expected = Expected::new();
        if let Some(request) = request {
            expected = expected.with_request(request);
        }
        if let Some(issuer) = &args.issuer {
            expected = expected.with_issuer(issuer);
        }
        let is_audience_given = !audiences.is_empty();
        if is_audience_given {
            expected = expected.with_audiences(audiences);
        }
        let judgement = Judgement::of(token, given, input.and_then(recipient), &expected, time);
        Ok(Self {
            header: token.header_members().clone(),
            claims: token.claims().as_object().clone(),
            malformed: None,
            is_compared: input.is_some() || !judgement.has_hash(),
            is_audience_compared: is_audience_given || !judgement.has_audience(),
            judgement: Some(judgement),
        })
    }

    fn is_good(&self) -> bool {
        self.malformed.is_none() && self.judgement.as_ref().is_none_or(|judgement| judgement.objections.is_empty())
    }
}

/// The claims that are dates.
const DATES: [&str; 3] = ["exp", "iat", "nbf"];

fn human(seen: &Seen, right: Option<&RightHash>, now: i64) -> String {
    let mut out = String::new();
    if let Some(judgement) = &seen.judgement {
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}  {FAINT}{}{FAINT:#}", judgement.title(), judgement.why());
    }
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
    if let Some(rejection) = &seen.malformed {
        write_rejection(&mut out, "", rejection);
    }
    if let Some(judgement) = &seen.judgement {
        for objection in &judgement.objections {
            write_objection(&mut out, "", objection);
            if let Some(right) = right.filter(|_| objection.rejection.reason() == Reason::QshMismatch) {
                out.push_str(&right.to_string());
            }
        }
        judgement.write_remarks(&mut out, "");
    }
    if seen.is_good() {
        let _ = writeln!(out, "{GOOD}no objection{GOOD:#}, but the signature is unverified: use qsh token verify");
    }
    if !seen.is_audience_compared && seen.malformed.is_none() {
        let _ = writeln!(out, "{FAINT}--audience is missing: its aud was not compared{FAINT:#}");
    }
    if !seen.is_compared && seen.malformed.is_none() {
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
    let mut document = json!({
        "format": "qsh-token-inspection", "version": 1, "header": seen.header, "claims": seen.claims,
        "objections": seen.malformed.iter().map(rejection_to_json).collect::<Vec<_>>(),
    });
    if let (Some(judgement), Some(members)) = (&seen.judgement, document.as_object_mut()) {
        members.extend(judgement.to_json().as_object().cloned().unwrap_or_default());
    }
    document
}
