//! `qsh diagnose`: the mistake that explains a wrong hash, or the dialect that explains an adapter's failures.

mod intake;
mod report;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use qsh::report::examination::{self, add_to_json, judgement_to_json, request_line};
use qsh::report::style::FAINT;
use qsh::report::words::{from, message};
use qsh_diagnose::examine::{Case, Examination, examine};
use qsh_diagnose::intake::{Evidence, Note};
use qsh_diagnose::signature::NamedSecret;
use qsh_diagnose::{DEEPEST, Input};
use serde_json::{Value, json};

use self::intake::Given;
use super::args::{Format, json as json_body};
use super::known_args::KnownArgs;
use super::known_host::completed_with_notes;
use super::{FAILED, output};

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE, after_help = PIECES)]
pub(super) struct Args {
    /// What you have, in any mixture: METHOD URL, a token, a hash, an error message, a curl command (after --), an HTTP
    /// message, a HAR entry, a line of an access log. @FILE reads a file, - stdin; without arguments, stdin is read
    #[arg(value_name = "PIECE")]
    pieces: Vec<OsString>,
    /// The hash that was computed or refused: 64 hexadecimal digits
    #[arg(long, value_name = "HASH", conflicts_with = "token")]
    qsh: Option<String>,
    /// A token whose qsh claim is the hash, read without verification; - reads it from stdin, @FILE from a file
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// A header field of the request; repeatable
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Base URL of the app or product that receives the request. A known host of Atlassian gives it; '' leaves it out
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY")]
    form: Option<String>,
    /// Body of an application/json request. The specification ignores it, some implementations hash it
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
    #[command(flatten)]
    known: KnownArgs,
    /// Maximum number of mistakes in a combination
    #[arg(long, value_name = "N", default_value_t = DEEPEST, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=DEEPEST as u64))]
    mistakes: usize,
    /// Report of `qsh run --format json`, to infer the dialect that explains all failures of an adapter; - reads it
    /// from stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pieces", "qsh", "token", "headers", "base_url", "form", "json_body", "mistakes", "issuer", "audiences", "secret_files", "secret_variables", "leeway", "now"])]
    report: Option<PathBuf>,
    /// Adapter of the report; required if the report has several
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

const USAGE: &str = "\
qsh diagnose [OPTIONS] <PIECE>...
       qsh diagnose [OPTIONS] --qsh <HASH>|--token <TOKEN> <METHOD> <URL>
       qsh diagnose [OPTIONS] --report <FILE> [--adapter <NAME>]";

const PIECES: &str = "\
Examples:
  qsh diagnose GET 'https://acme.atlassian.net/rest/api/3/search?jql=x' 'JWT eyJ…'
  qsh diagnose GET URL \"Expecting claim 'qsh' to have value '…' but instead it has the value '…'\"
  qsh diagnose TOKEN --secret-file OLD --secret-file NEW
  qsh diagnose -- curl -H 'Authorization: JWT eyJ…' URL
  pbpaste | qsh diagnose";

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.report {
        return report::run(file, args.adapter.as_deref(), args.format);
    }
    // A requirement of clap's own is waived where the required argument conflicts with another.
    if args.adapter.is_some() {
        bail!("--adapter requires --report");
    }
    let given =
        Given { pieces: &args.pieces, headers: &args.headers, qsh: args.qsh.as_deref(), token: args.token.as_deref() };
    if args.known.reads_stdin() && given.reads_stdin() {
        bail!("stdin can be read only once: expected one - among the arguments");
    }
    let mut secrets = args.known.secrets()?;
    let evidence = intake::read(&given)?;
    let of_body = evidence.installed.as_ref().and_then(|installed| installed.shared_secret.as_deref());
    secrets.extend(of_body.map(|secret| NamedSecret::new("the body of the installed callback", secret)));
    let (input, concluded) = input(&evidence, &args)?.map_or((None, Vec::new()), |(input, notes)| (Some(input), notes));
    concluded.iter().for_each(|note| output::say(&format!("note: {note}")));
    let case = {
        let mut case = Case::new(&evidence, input.as_ref(), args.known.time()?);
        case.issuer = args.known.issuer.as_deref();
        case.audiences = &args.known.audiences;
        case.secrets = &secrets;
        case.most = args.mistakes;
        case
    };
    if evidence.token.is_none() && evidence.messages.is_empty() && evidence.headers.is_empty() {
        match (evidence.hashes.is_empty(), &input) {
            (true, _) => bail!(NO_HASH),
            (false, None) => bail!(NO_URL),
            (false, Some(_)) => {}
        }
    }
    let examination = examine(&case)?;
    if examination.token.is_none() && examination.hashes.is_empty() && evidence.messages.is_empty() {
        bail!(examination.notes.first().cloned().unwrap_or_else(|| NO_HASH.to_owned()));
    }
    let notes: Vec<&str> =
        evidence.notes.iter().map(Note::as_str).chain(examination.notes.iter().map(String::as_str)).collect();
    let text = match args.format {
        Format::Human => human(&case, &examination, &notes),
        Format::Json => {
            format!("{}\n", to_json(&case, &examination, notes.into_iter().chain(concluded.iter().map(String::as_str))))
        }
    };
    output::print(&text, args.format.into())?;
    Ok(if examination.is_bad() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

const NO_HASH: &str = "no hash: expected a token, an error message with hashes, --qsh HASH or --token TOKEN";
const NO_URL: &str =
    "no URL: expected METHOD URL, a curl command, an HTTP message or another text with the URL of the request";

fn human(case: &Case<'_>, examination: &Examination, notes: &[&str]) -> String {
    let mut out = String::new();
    for (index, note) in notes.iter().enumerate() {
        let label = if index == 0 { "input" } else { "" };
        let _ = writeln!(out, "{label:9} {FAINT}{}{FAINT:#}", message(note));
    }
    if let Some(input) = case.input {
        let _ = writeln!(out, "request   {}", from(0, &request_line(input)));
    }
    out + &examination::human(case, examination)
}

fn to_json<'n>(case: &Case<'_>, examination: &Examination, notes: impl Iterator<Item = &'n str>) -> Value {
    let mut document = json!({ "format": "qsh-diagnosis", "version": 1 });
    document["token"] = judgement_to_json(examination);
    document["taken"] = notes.collect();
    add_to_json(&mut document, case, examination);
    document
}

/// The request, and what was concluded from its host. Options add to what was found, and must not contradict it.
fn input(evidence: &Evidence, args: &Args) -> anyhow::Result<Option<(Input, Vec<String>)>> {
    let Some(mut input) = evidence.input() else {
        if args.base_url.is_some() || args.form.is_some() || args.json_body.is_some() {
            bail!(NO_URL);
        }
        return Ok(None);
    };
    let json = args.json_body.as_deref().map(json_body).transpose()?;
    if (args.form.is_some() || json.is_some()) && (input.form.is_some() || input.json.is_some()) {
        bail!("two bodies: one in the request, another in --form or --json-body");
    }
    input.form = args.form.clone().or(input.form);
    input.json = json.or(input.json);
    input.base_url = args.base_url.clone().or(input.base_url);
    Ok(Some(completed_with_notes(input)))
}
