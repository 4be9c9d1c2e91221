//! `qsh diagnose`: the mistake that explains a wrong hash, or the dialect that explains an adapter's failures.

mod report;
mod token;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use qsh_diagnose::{CanonicalAnswer, DEEPEST, Input, Text, diagnose};

use super::args::{Format, json};
use super::{FAILED, output};

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE)]
pub(super) struct Args {
    /// HTTP method
    #[arg(required_unless_present = "report")]
    method: Option<String>,
    /// Absolute URL, or path with query
    #[arg(required_unless_present = "report")]
    url: Option<OsString>,
    /// The hash that was computed or refused: 64 hexadecimal digits
    #[arg(long, value_name = "HASH", required_unless_present_any = ["token", "report"], conflicts_with = "token")]
    qsh: Option<String>,
    /// A token whose qsh claim is the hash, read without verification; - reads it from stdin
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Base URL of the app or product that receives the request
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY")]
    form: Option<String>,
    /// Body of an application/json request. The specification ignores it, some implementations hash it
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
    /// Maximum number of mistakes in a combination
    #[arg(long, value_name = "N", default_value_t = DEEPEST, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=DEEPEST as u64))]
    mistakes: usize,
    /// Report of `qsh run --format json`, to infer the dialect that explains all failures of an adapter; - reads it
    /// from stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "url", "qsh", "token", "base_url", "form", "json_body", "mistakes"])]
    report: Option<PathBuf>,
    /// Adapter of the report; required if the report has several
    #[arg(long, value_name = "NAME")]
    adapter: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

const USAGE: &str = "\
qsh diagnose [OPTIONS] --qsh <HASH>|--token <TOKEN> <METHOD> <URL>
       qsh diagnose [OPTIONS] --report <FILE> [--adapter <NAME>]";

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.report {
        return report::run(file, args.adapter.as_deref(), args.format);
    }
    // A requirement of clap's own is waived where the required argument conflicts with another.
    if args.adapter.is_some() {
        bail!("--adapter requires --report");
    }
    let Args { method: Some(method), url: Some(url), base_url, form, json_body, .. } = args else {
        bail!("expected METHOD and URL, or --report FILE");
    };
    let hash = match (args.qsh, args.token) {
        (Some(hash), _) => checked(hash)?,
        (None, Some(token)) => token::qsh_claim(&token)?,
        (None, None) => bail!("expected --qsh HASH or --token TOKEN"),
    };
    if hash == "context-qsh" {
        bail!("context-qsh is not a hash: it marks a context token, which is not bound to a URL");
    }
    let json = json_body.as_deref().map(json).transpose()?;
    let input = Input { method, url: Text::from(url.into_encoded_bytes()), base_url, form, json };
    let diagnosis = diagnose(&input, &CanonicalAnswer::qsh(hash.as_str()), args.mistakes)?;
    let text = match args.format {
        Format::Human => words::human(&input, &hash, args.mistakes, &diagnosis),
        Format::Json => format!("{}\n", words::to_json(&hash, &diagnosis)),
    };
    output::print(&text, args.format.into())?;
    Ok(if diagnosis.explanations.is_empty() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// Checks that a text can be the hash of a request. The error names the likely origin of another text. The claim of
/// `--token` is not checked.
fn checked(hash: String) -> anyhow::Result<String> {
    let digits = hash.chars().count();
    let stray = hash.chars().find(|character| !character.is_ascii_hexdigit());
    let what = match (stray, digits) {
        (None, 64) => return Ok(hash),
        _ if hash == "context-qsh" => return Ok(hash),
        (Some(stray), _) => encoded(&hash).map_or_else(|| format!("has {stray:?} in it"), str::to_owned),
        (None, 32) => "has 32 digits, as an MD5 has (hash_function=md5)".to_owned(),
        (None, 40) => "has 40 digits, as a SHA-1 has (hash_function=sha1)".to_owned(),
        (None, 96) => "has 96 digits, as a SHA-384 has (hash_function=sha384)".to_owned(),
        (None, 128) => "has 128 digits, as a SHA-512 has (hash_function=sha512)".to_owned(),
        (None, 56..64) => format!(
            "has {digits} digits, as if leading zeros were dropped (hash_text=zeros_dropped, hash_text=zeros_dropped_in_bytes)"
        ),
        (None, digits) => format!("has {digits} digits"),
    };
    bail!("--qsh {what}: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token")
}

/// Names the base64 variant of a text that is a SHA-256.
fn encoded(hash: &str) -> Option<&'static str> {
    let bytes = |encoding: &data_encoding::Encoding| encoding.decode(hash.as_bytes()).map_or(0, |bytes| bytes.len());
    let texts = [
        (&BASE64, 32, "is base64 (hash_text=base64)"),
        (&BASE64URL, 32, "is base64url with padding (hash_text=base64url_padded)"),
        (&BASE64URL_NOPAD, 32, "is base64url (hash_text=base64url)"),
        (&BASE64_NOPAD, 32, "is base64 without padding"),
        (&BASE64, 64, "is base64, of a hash in hexadecimal digits (hash_text=base64_of_hex)"),
    ];
    texts.into_iter().find(|(encoding, length, _)| bytes(encoding) == *length).map(|(.., what)| what)
}
