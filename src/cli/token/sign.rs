//! `qsh token sign`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use qsh_auth::asap::{self, Signer};
use qsh_auth::connect;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, SignedToken};
use serde_json::{Value, json};

use super::Moment;
use super::secret::SecretArgs;
use super::source::read;
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::output;

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE)]
pub(super) struct Args {
    #[command(flatten)]
    request: PerhapsRequestArgs,
    #[command(flatten)]
    secret: SecretArgs,
    /// Issuer of the token: the app's key, the client key, or the name of a service
    #[arg(long, value_name = "ISS")]
    issuer: String,
    /// File with a private key in PEM, for an ASAP token; - reads it from stdin
    #[arg(long, value_name = "FILE", requires_all = ["key_id", "audience"], conflicts_with_all = ["method", "secret_file", "secret_env"])]
    private_key: Option<PathBuf>,
    /// Id of the private key, such as my-service/key-1
    #[arg(long, value_name = "KID", requires = "private_key")]
    key_id: Option<String>,
    /// Audience of an ASAP token
    #[arg(long, value_name = "AUD", requires = "private_key")]
    audience: Option<String>,
    /// Algorithm of an ASAP token, instead of the key's default
    #[arg(long, value_name = "ALG", requires = "private_key")]
    algorithm: Option<String>,
    /// Seconds until the token expires
    #[arg(long, value_name = "S", default_value_t = 180, allow_negative_numbers = true)]
    lifetime: u32,
    /// Additional claim with a value in JSON, such as 'sub="557058:1"'
    #[arg(long = "claim", value_name = "NAME=JSON")]
    claims: Vec<String>,
    #[command(flatten)]
    moment: Moment,
    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

const USAGE: &str = "\
qsh token sign [OPTIONS] --issuer <ISS> <METHOD> <URL>
       qsh token sign [OPTIONS] --issuer <ISS> --private-key <FILE> --key-id <KID> --audience <AUD>";

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let token = if args.private_key.is_some() { asap(args)? } else { connect(args)? };
    let text = match format {
        Format::Human => format!("{}\n", token.as_str()),
        Format::Json => {
            let claims = Unverified::parse(token.as_str().as_bytes())?.claims().as_object().clone();
            format!("{}\n", json!({ "format": "qsh-token", "version": 1, "token": token.as_str(), "claims": claims }))
        }
    };
    output::print(&text, format.into())?;
    Ok(ExitCode::SUCCESS)
}

/// The claims of a request's token that --claim must not set (CON-22).
const OWN: [&str; 4] = ["iss", "iat", "exp", "qsh"];

fn connect(args: Args) -> anyhow::Result<SignedToken> {
    let claims = claims(&args.claims)?;
    let now = args.moment.seconds()?;
    let Some(input) = args.request.input() else { bail!("expected METHOD and URL, or --private-key FILE") };
    let request = input.request()?;
    let Some(expires_at) = now.checked_add(args.lifetime.into()) else {
        bail!("--now {now}: the token would not expire")
    };
    let mut issue = connect::Issue::new(args.issuer, now, expires_at);
    for (name, value) in claims {
        if OWN.contains(&name) {
            bail!(
                "--claim {name}: expected an additional claim; --issuer, --now and --lifetime set iss, iat and exp, and qsh is the hash"
            );
        }
        issue = issue.with_claim(name, value);
    }
    Ok(connect::token(&request, &issue, &args.secret.load()?))
}

fn asap(args: Args) -> anyhow::Result<SignedToken> {
    let Args { private_key: Some(file), key_id: Some(key_id), audience: Some(audience), .. } = &args else {
        bail!("expected --private-key FILE with --key-id KID and --audience AUD");
    };
    let key = PrivateKey::from_pem(read(file)?).with_context(|| file.display().to_string())?;
    let key_id = KeyId::parse(key_id).with_context(|| format!("--key-id {key_id}"))?;
    let mut signer = Signer::new(&args.issuer, key_id, key)?;
    if let Some(name) = &args.algorithm {
        let algorithm = Algorithm::named(name).with_context(|| {
            let names: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
            format!("--algorithm {name}: expected one of {}", names.join(", "))
        })?;
        signer = signer.with_algorithm(algorithm)?;
    }
    let now = args.moment.seconds()?;
    let expires_at = now.saturating_add(args.lifetime.into());
    let mut issue = asap::Issue::new(audience, asap::random_id()?, now, expires_at);
    for (name, value) in claims(&args.claims)? {
        issue = match (name, value.as_str(), value.as_i64()) {
            ("sub", Some(subject), _) => issue.with_subject(subject),
            ("nbf", _, Some(not_before)) => issue.with_not_before(not_before),
            _ => issue.with_claim(name, value.clone()),
        };
    }
    Ok(signer.sign(&issue)?)
}

fn claims(arguments: &[String]) -> anyhow::Result<Vec<(&str, Value)>> {
    let claim = |argument: &'_ String| -> anyhow::Result<(usize, Value)> {
        let at = argument.find('=').with_context(|| format!("--claim {argument}: expected NAME=JSON"))?;
        let value = serde_json::from_str(&argument[at + 1..])
            .with_context(|| format!("--claim {argument}: expected JSON after the =, such as \"text\" or 7"))?;
        Ok((at, value))
    };
    let mut claims: Vec<(&str, Value)> = Vec::new();
    for argument in arguments {
        let (at, value) = claim(argument)?;
        let name = &argument[..at];
        if claims.iter().any(|(other, _)| *other == name) {
            bail!("--claim {name}: given twice");
        }
        claims.push((name, value));
    }
    Ok(claims)
}
