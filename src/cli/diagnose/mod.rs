//! `qsh diagnose`: the mistake that explains a wrong hash, or the dialect that explains an adapter's failures.

mod finding;
mod intake;
mod report;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use qsh_auth::jwt::Time;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::Expected;
use qsh_diagnose::intake::Evidence;
use qsh_diagnose::{DEEPEST, Input};

use self::finding::Case;
use self::intake::Given;
use self::words::Page;
use super::args::{Format, json};
use super::judgement::{Judgement, recipient};
use super::known_host::completed_with_notes;
use super::token::Moment;
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
    /// Maximum clock skew in seconds, for the dates of the token
    #[arg(long, value_name = "S", default_value_t = 0)]
    leeway: u32,
    #[command(flatten)]
    moment: Moment,
    /// Maximum number of mistakes in a combination
    #[arg(long, value_name = "N", default_value_t = DEEPEST, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=DEEPEST as u64))]
    mistakes: usize,
    /// Report of `qsh run --format json`, to infer the dialect that explains all failures of an adapter; - reads it
    /// from stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pieces", "qsh", "token", "headers", "base_url", "form", "json_body", "mistakes", "leeway", "now"])]
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
    let evidence = intake::read(&given)?;
    let mut notes: Vec<String> = evidence.notes.iter().map(ToString::to_string).collect();
    let time = Time::new(args.moment.seconds()?).with_leeway(args.leeway);
    let token = evidence.token.as_ref().and_then(|found| Unverified::parse(found.as_str().as_bytes()).ok());
    let judged = |input: Option<&Input>| {
        Some(Judgement::of(token.as_ref()?, None, input.and_then(recipient), &Expected::new(), time))
    };
    // A token of a kind that is not bound to a request needs neither a URL nor a hash.
    if let Some(judgement) = judged(evidence.input().as_ref()).filter(|it| !it.has_hash() && evidence.hashes.is_empty())
    {
        let text = match args.format {
            Format::Human => words::token_alone(&notes, &judgement),
            Format::Json => format!("{}\n", words::token_alone_to_json(&notes, &judgement)),
        };
        output::print(&text, args.format.into())?;
        return Ok(if judgement.objections.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) });
    }
    let hashes = evidence.all_hashes()?;
    let (input, concluded) = input(&evidence, &args)?;
    concluded.iter().for_each(|note| output::say(&format!("note: {note}")));
    let case = Case { input: &input, most: args.mistakes };
    let findings = case.findings(&hashes, &mut notes)?;
    let Some((first, others)) = findings.split_first() else {
        bail!("no hash: expected a token, an error message with hashes, --qsh HASH or --token TOKEN");
    };
    let judgement = judged(Some(&input));
    let page = Page {
        input: &input,
        evidence: &evidence,
        asked: args.mistakes,
        notes: &notes,
        concluded: &concluded,
        judgement: judgement.as_ref(),
    };
    let text = match args.format {
        Format::Human => page.human(first, others),
        Format::Json => format!("{}\n", page.to_json(first, others)),
    };
    output::print(&text, args.format.into())?;
    Ok(if first.diagnosis.explanations.is_empty() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// The request, and what was concluded from its host. Options add to what was found, and must not contradict it.
fn input(evidence: &Evidence, args: &Args) -> anyhow::Result<(Input, Vec<String>)> {
    let Some(mut input) = evidence.input() else {
        bail!(
            "no URL: expected METHOD URL, a curl command, an HTTP message or another text with the URL of the request"
        );
    };
    let json = args.json_body.as_deref().map(json).transpose()?;
    if (args.form.is_some() || json.is_some()) && (input.form.is_some() || input.json.is_some()) {
        bail!("two bodies: one in the request, another in --form or --json-body");
    }
    input.form = args.form.clone().or(input.form);
    input.json = json.or(input.json);
    input.base_url = args.base_url.clone().or(input.base_url);
    Ok(completed_with_notes(input))
}
