//! `qsh token sign`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use qsh_auth::asap::{self, Signer};
use qsh_auth::connect;
use qsh_auth::connect::impersonation::{AUTHORIZATION_SERVER, Assertion};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, SignedToken};
use qsh_auth::kind::{Recognition, TokenKind};
use serde_json::{Value, json};

use super::Moment;
use super::source::read;
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::known_host::completed;
use crate::cli::output;
use crate::cli::secret::SecretArgs;

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE)]
pub(super) struct Args {
    #[command(flatten)]
    request: PerhapsRequestArgs,
    #[command(flatten)]
    secret: SecretArgs,
    /// Issuer of the token: the app's key, the client key, or the name of a service
    #[arg(long, value_name = "ISS", required_unless_present = "account_id")]
    issuer: Option<String>,
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
    /// Account id of a user, for an assertion with which an app asks to act as that user
    #[arg(long, value_name = "ID", requires_all = ["client_id", "site"], conflicts_with_all = ["method", "issuer", "private_key", "claims"])]
    account_id: Option<String>,
    /// oauthClientId of the tenant, for an assertion
    #[arg(long, value_name = "ID", requires = "account_id")]
    client_id: Option<String>,
    /// Base URL of the site, for an assertion
    #[arg(long, value_name = "URL", requires = "account_id")]
    site: Option<String>,
    /// Authorization server, for an assertion
    #[arg(long, value_name = "URL", requires = "account_id", default_value = AUTHORIZATION_SERVER)]
    authorization_server: String,
    /// Seconds until the token expires [default: 180, or 60 for an assertion]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    lifetime: Option<u32>,
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
       qsh token sign [OPTIONS] --issuer <ISS> --private-key <FILE> --key-id <KID> --audience <AUD>
       qsh token sign [OPTIONS] --account-id <ID> --client-id <ID> --site <URL>";

/// The usual lifetime of a token, and the longest of an assertion (IMP-7).
const LIFETIME: u32 = 180;
const OF_ASSERTION: u32 = 60;

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let token = match (&args.private_key, &args.account_id) {
        (Some(_), _) => asap(args)?,
        (None, Some(account_id)) => assertion(account_id, &args)?,
        (None, None) => connect(args)?,
    };
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

fn connect(args: Args) -> anyhow::Result<SignedToken> {
    let claims = claims(&args.claims)?;
    let now = args.moment.seconds()?;
    let Some(input) = args.request.input().map(completed) else {
        bail!("expected METHOD and URL, or --private-key FILE")
    };
    let request = input.request()?;
    let Some(issuer) = args.issuer else { bail!("expected --issuer ISS") };
    let mut issue = connect::Issue::new(issuer, now, expiry(now, args.lifetime, LIFETIME)?);
    for (name, value) in claims {
        issue = issue.with_claim(name, value);
    }
    let token = connect::token(&request, &issue, &args.secret.load()?.secret)?;
    let kind = Recognition::of(&Unverified::parse(token.as_str().as_bytes())?, None, None).kind;
    if kind == TokenKind::Impersonation {
        bail!("--issuer and --claim are those of an assertion, which has no qsh (IMP-8): expected --account-id ID");
    }
    Ok(token)
}

/// The time at which a token expires.
fn expiry(now: i64, lifetime: Option<u32>, default: u32) -> anyhow::Result<i64> {
    let expires_at = now.checked_add(lifetime.unwrap_or(default).into());
    expires_at.with_context(|| format!("--now {now}: the token would not expire"))
}

fn assertion(account_id: &str, args: &Args) -> anyhow::Result<SignedToken> {
    let (Some(client_id), Some(site)) = (&args.client_id, &args.site) else {
        bail!("expected --client-id ID and --site URL");
    };
    let now = args.moment.seconds()?;
    let assertion = Assertion::new(client_id, account_id, site, now, expiry(now, args.lifetime, OF_ASSERTION)?);
    Ok(assertion.with_authorization_server(&args.authorization_server).sign(&args.secret.load()?.secret)?)
}

fn asap(args: Args) -> anyhow::Result<SignedToken> {
    let Args { private_key: Some(file), key_id: Some(key_id), audience: Some(audience), issuer: Some(issuer), .. } =
        &args
    else {
        bail!("expected --private-key FILE with --issuer ISS, --key-id KID and --audience AUD");
    };
    let key = PrivateKey::from_pem(read(file)?).with_context(|| file.display().to_string())?;
    let key_id = KeyId::parse(key_id).with_context(|| format!("--key-id {key_id}"))?;
    let mut signer = Signer::new(issuer, key_id, key)?;
    if let Some(name) = &args.algorithm {
        let algorithm = Algorithm::named(name).with_context(|| {
            let names: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
            format!("--algorithm {name}: expected one of {}", names.join(", "))
        })?;
        signer = signer.with_algorithm(algorithm)?;
    }
    let now = args.moment.seconds()?;
    let expires_at = expiry(now, args.lifetime, LIFETIME)?;
    let mut issue = asap::Issue::new(audience, asap::random_id()?, now, expires_at);
    for (name, value) in claims(&args.claims)? {
        issue = issue.with_claim(name, value);
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
