//! `qsh probe`: asks a running app what it accepts.

mod service;
mod unused;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::adapter::http::{Access, Address, App};
use qsh::probe::{self, End, OtherTenant, Settings, TokenIn};
use qsh::report::human::Detail;
use qsh::report::probe::record;
use qsh::suite::baseline::Baseline;
use qsh::suite::select::SelectError;
use qsh::tamper::TokenKind;

use self::service::{ServiceArgs, callback};
use super::args::{AppArgs, SelectArgs, format_and_file, json, seconds};
use super::formats::RunFormat;
use super::progress::Requests;
use super::secret::SecretArgs;
use super::{exit_code, output};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// URL of the app, such as http://127.0.0.1:3000/panel. Its path and query are sent as they are
    url: String,
    #[command(flatten)]
    select: SelectArgs,
    /// Client key of an installed tenant, which is the `iss` of its tokens. Needed for url, context and install
    #[arg(long, value_name = "KEY")]
    client_key: Option<String>,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    service: ServiceArgs,
    /// Base URL of the app, as in its descriptor [default: the URL without path and query]
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Which tokens the endpoint takes. The last three need --private-key and --key-id
    #[arg(long, value_enum, default_value = "url")]
    endpoint: EndpointKind,
    /// Where the token is sent
    #[arg(long, value_enum, default_value = "header")]
    token_in: Place,
    /// Method of every request. No other is sent
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    method: String,
    /// Body of an application/x-www-form-urlencoded request
    #[arg(long, value_name = "BODY")]
    form: Option<String>,
    /// Body of an application/json request
    #[arg(long, value_name = "JSON", conflicts_with = "form")]
    json_body: Option<String>,
    /// Header field of every request, such as 'X-Forwarded-Proto: https'; repeatable. Its value is in no report
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Leeway of the app in seconds, if it is known. A longer one is a finding
    #[arg(long, value_name = "S")]
    leeway: Option<u32>,
    /// Client key of another installed tenant: tokens that mix both tenants are sent, too
    #[arg(long, value_name = "KEY", requires = "other_secret_file")]
    other_client_key: Option<String>,
    /// File with the secret of the other tenant
    #[arg(long, value_name = "FILE", requires = "other_client_key")]
    other_secret_file: Option<PathBuf>,
    #[command(flatten)]
    of_app: AppArgs,
    /// Maximum number of requests per second
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: Option<u32>,
    /// Maximum number of requests
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_requests: u32,
    /// Time limit for each response, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Known failures, as in the known.toml of an adapter: they are no findings
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: RunFormat,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the report to a file in another format, such as junit=report.xml; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file::<RunFormat>)]
    reports: Vec<(RunFormat, PathBuf)>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum EndpointKind {
    /// Those that are bound to its URL
    Url,
    /// Context tokens
    Context,
    /// Those of the callback installed. The app stores the tenant again with each request that it accepts
    Install,
    /// Invocation tokens of Forge
    Forge,
    /// ASAP tokens
    Asap,
}

impl EndpointKind {
    fn kind(self) -> TokenKind {
        match self {
            Self::Url => TokenKind::Url,
            Self::Context => TokenKind::Context,
            Self::Install => TokenKind::Install,
            Self::Forge => TokenKind::Forge,
            Self::Asap => TokenKind::Asap,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Place {
    /// In the Authorization header field
    Header,
    /// In the parameter jwt
    Query,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let address = Address::parse(&args.url)?;
    let baseline = match &args.baseline {
        Some(path) => {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Baseline::parse(path, &text)?
        }
        None => Baseline::default(),
    };
    let settings = settings(&args, &address)?;
    let host = address.host.clone();
    let mut app = App::at(address, access(&args))?;
    if args.of_app.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host)) {
        output::say(&format!(
            "{host}: up to {} {} requests are sent, most of them with tokens that have to be refused",
            args.max_requests, args.method
        ));
    }
    let progress = Requests::new(args.max_requests.into());
    let probed = probe::run(&mut app, &settings, &progress);
    drop(progress);
    if !settings.selection.is_everything() && probed.end == End::Complete && probed.selected == 0 {
        return Err(SelectError::Nothing.into());
    }
    let report = record::report(&app, &settings, &probed, &baseline, started.elapsed());
    output::write_all_formats((args.format, args.output.as_deref()), &args.reports, |format| {
        Ok((format.of(&report, Detail::default()), format.content()))
    })?;
    Ok(exit_code(report.conclusion()))
}

fn settings(args: &Args, address: &Address) -> anyhow::Result<Settings> {
    if (args.form.is_some() || args.json_body.is_some()) && args.method == "GET" {
        bail!("--form and --json-body need a --method that has a body, such as POST");
    }
    if let Some((name, _)) = args.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Authorization")) {
        bail!("--header {name}: the probe sends its own tokens in this field");
    }
    let kind = args.endpoint.kind();
    unused::refuse(args, kind)?;
    let has_tenant = !matches!(kind, TokenKind::Forge | TokenKind::Asap);
    let client_key = args.client_key.clone().unwrap_or_default();
    if has_tenant && client_key.is_empty() {
        bail!("--client-key: expected the clientKey of the installed callback, found nothing");
    }
    if kind == TokenKind::Install && args.method != "POST" {
        bail!("--endpoint install: callbacks are POST requests that change what the app stores; say --method POST");
    }
    let base_url = args.base_url.clone().unwrap_or_else(|| address.origin());
    let shared_secret = if has_tenant { args.secret.load()?.text()? } else { String::new() };
    let given = args.json_body.as_deref().map(json).transpose()?;
    let body = match (kind, given) {
        (TokenKind::Install, None) => Some(json(&callback(&client_key, &shared_secret))?),
        (TokenKind::Install, Some(body)) => {
            unused::refuse_other_tenant(&body, &client_key, &shared_secret)?;
            Some(body)
        }
        (_, given) => given,
    };
    let settings = Settings {
        method: args.method.clone(),
        target: address.target.clone(),
        service: args.service.of_endpoint(kind, &client_key, &base_url)?,
        base_url,
        form: args.form.clone(),
        json: body,
        kind,
        token_in: match args.token_in {
            Place::Header => TokenIn::Header,
            Place::Query => TokenIn::Query,
        },
        other: other_tenant(args)?,
        client_key,
        shared_secret,
        leeway: args.leeway,
        selection: args.select.selection()?,
    };
    settings.check()?;
    Ok(settings)
}

fn other_tenant(args: &Args) -> anyhow::Result<Option<OtherTenant>> {
    let Some((client_key, file)) = args.other_client_key.clone().zip(args.other_secret_file.as_ref()) else {
        return Ok(None);
    };
    if args.client_key.as_ref() == Some(&client_key) {
        bail!("--other-client-key: expected another tenant than that of --client-key");
    }
    Ok(Some(OtherTenant { client_key, shared_secret: SecretArgs::of_file(file).load()?.text()? }))
}

fn access(args: &Args) -> Access {
    Access {
        patterns: args.of_app.patterns(),
        allowed_hosts: args.of_app.allowed_hosts.clone(),
        headers: args.headers.clone(),
        timeout: args.timeout,
        pause: args.rate.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate),
        most: usize::try_from(args.max_requests).unwrap_or(usize::MAX),
    }
}

/// Parses the value of `--header`.
fn header(text: &str) -> Result<(String, String), String> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    let pair = text.split_once(':').filter(|(name, value)| is_name(name) && !value.contains(['\r', '\n']));
    let (name, value) = pair.ok_or("expected NAME: VALUE in one line")?;
    Ok((name.to_owned(), value.trim().to_owned()))
}
