//! `qsh token verify`.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context, bail};
use qsh::report::style::{BAD, GOOD};
use qsh::report::words::message;
use qsh_auth::asap::{self, Verifier};
use qsh_auth::connect::{self, Endpoint, ExpectedClaims, Incoming, Tenant};
use qsh_auth::jwt::{Claims, Reason, Rejection, Time};
use qsh_diagnose::Input;
use serde_json::{Value, json};

use super::Moment;
use super::right_hash::RightHash;
use super::secret::SecretArgs;
use super::source::{self, Keys};
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::judgement::rejection_to_json;
use crate::cli::known_host::completed;
use crate::cli::{FAILED, output};

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE)]
pub(super) struct Args {
    #[command(flatten)]
    request: PerhapsRequestArgs,
    /// The token, also with what is pasted around it; - reads it from stdin, @FILE from a file
    #[arg(long, value_name = "TOKEN")]
    token: String,
    /// Client key of the tenant whose secret is given; for an install callback, the client key in its body
    #[arg(long, value_name = "ISS")]
    issuer: Option<String>,
    #[command(flatten)]
    secret: SecretArgs,
    /// Public key in PEM, for an install callback or an ASAP token; repeatable
    #[arg(long = "public-key", value_name = "KID=FILE", conflicts_with_all = ["secret_file", "secret_env"])]
    public_keys: Vec<String>,
    /// Base URL of a repository of public keys, instead of files. The key id is appended to it
    #[arg(long, value_name = "URL", conflicts_with_all = ["public_keys", "secret_file", "secret_env"])]
    key_repository: Option<String>,
    /// Expected audience: this server's name for an ASAP token, the app's base URL for an install callback; repeatable
    #[arg(long = "audience", value_name = "AUD")]
    audiences: Vec<String>,
    /// The endpoint accepts context tokens
    #[arg(long, conflicts_with_all = ["public_keys", "key_repository", "audiences"])]
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

const USAGE: &str = "\
qsh token verify [OPTIONS] --token <TOKEN> --issuer <ISS> <METHOD> <URL>
       qsh token verify [OPTIONS] --token <TOKEN> --issuer <ISS> --public-key <KID=FILE> --audience <AUD> <METHOD> <URL>
       qsh token verify [OPTIONS] --token <TOKEN> --public-key <KID=FILE> --audience <AUD>";

/// The result: the issuer and the claims, or the reason of the refusal.
type Verdict = Result<(String, Claims), Rejection>;

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let keys = args.public_keys.iter().filter_map(|key| Some(OsStr::new(key.split_once('=')?.1)));
    source::at_most_one(keys.chain([OsStr::new(&args.token)]).chain(args.secret.file()))?;
    let token = source::token(&args.token)?;
    let time = Time::new(args.moment.seconds()?).with_leeway(args.leeway);
    let format = args.format;
    let input = args.request.clone().input().map(completed);
    let by_public_key = !args.public_keys.is_empty() || args.key_repository.is_some();
    let verdict = match (by_public_key, args.request.is_given()) {
        (false, true) => request(args, input.as_ref(), &token, time)?,
        (true, true) => callback(args, input.as_ref(), &token, time)?,
        (true, false) => asap(&args, &token, time)?,
        (false, false) => bail!("expected METHOD and URL, or --public-key KID=FILE"),
    };
    let asked = input.filter(|_| matches!(&verdict, Err(rejection) if rejection.reason() == Reason::QshMismatch));
    let expected = asked.map(|input| RightHash::of(&input)).transpose()?;
    let text = match format {
        Format::Human => human(&verdict, expected.as_ref()),
        Format::Json => format!("{}\n", to_json(&verdict)),
    };
    output::print(&text, format.into())?;
    Ok(if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn request(args: Args, input: Option<&Input>, token: &str, time: Time) -> anyhow::Result<Verdict> {
    if !args.audiences.is_empty() {
        bail!("--audience requires --public-key or --key-repository");
    }
    let (Some(issuer), Some(input)) = (args.issuer, input) else { bail!("expected --issuer ISS") };
    let header = format!("JWT {token}");
    let headers = [("Authorization", header.as_bytes())];
    let incoming = Incoming::new(input.request()?, &headers);
    let tenants = HashMap::from([(issuer.clone(), Tenant::new(issuer, args.secret.load()?))]);
    let endpoint = if args.context { Endpoint::Context } else { Endpoint::Url };
    Ok(match connect::authenticate(incoming, &tenants, endpoint, time) {
        Ok(accepted) => Ok((accepted.tenant.client_key, accepted.claims)),
        Err(connect::Failure::Rejected(rejection)) => Err(rejection),
        Err(connect::Failure::Store(never)) => match never {},
    })
}

fn callback(args: Args, input: Option<&Input>, token: &str, time: Time) -> anyhow::Result<Verdict> {
    let keys = Keys::new(&args.public_keys, args.key_repository.as_deref())?;
    let app_base_urls: Vec<&str> = args.audiences.iter().map(String::as_str).collect();
    let (Some(client_key), false, Some(input)) = (args.issuer, app_base_urls.is_empty(), input) else {
        bail!("expected --issuer ISS and --audience AUD for an install callback");
    };
    let header = format!("JWT {token}");
    let headers = [("Authorization", header.as_bytes())];
    let incoming = Incoming::new(input.request()?, &headers);
    let expected = ExpectedClaims { client_key: &client_key, app_base_urls: &app_base_urls };
    Ok(match connect::authenticate_install(incoming, expected, &keys, time) {
        Ok(claims) => Ok((client_key, claims)),
        Err(connect::Failure::Rejected(rejection)) => Err(rejection),
        Err(connect::Failure::Store(error)) => return Err(error).context("cannot get the key"),
    })
}

fn asap(args: &Args, token: &str, time: Time) -> anyhow::Result<Verdict> {
    if args.issuer.is_some() {
        bail!("--issuer requires METHOD and URL: the owner of its key is the issuer of an ASAP token");
    }
    let keys = Keys::new(&args.public_keys, args.key_repository.as_deref())?;
    let [audience, others @ ..] = args.audiences.as_slice() else { bail!("expected --audience AUD for an ASAP token") };
    let verifier = others.iter().fold(Verifier::new(audience), |verifier, other| verifier.with_audience(other));
    Ok(match verifier.verify(token.as_bytes(), &keys, time) {
        Ok(verified) => Ok((verified.issuer, verified.claims)),
        Err(asap::Failure::Rejected(rejection)) => Err(rejection),
        Err(asap::Failure::Keys(error)) => return Err(error).context("cannot get the key"),
        Err(asap::Failure::ReplayGuard(never)) => match never {},
    })
}

fn human(verdict: &Verdict, expected: Option<&RightHash>) -> String {
    match verdict {
        Err(rejection) => {
            let mut out = format!("{BAD}refused{BAD:#} ({}): {rejection}\n", rejection.reason().code());
            out.push_str(&expected.map(ToString::to_string).unwrap_or_default());
            out
        }
        Ok((issuer, claims)) => {
            let mut out = format!("{GOOD}accepted{GOOD:#} from {}\n", message(issuer));
            for (name, value) in claims.as_object() {
                let _ = writeln!(out, "  {}  {}", message(name), message(&value.to_string()));
            }
            out
        }
    }
}

fn to_json(verdict: &Verdict) -> Value {
    let head = json!({ "format": "qsh-token-verdict", "version": 1, "accepted": verdict.is_ok() });
    let mut object = head;
    match verdict {
        Ok((issuer, claims)) => {
            object["issuer"] = issuer.as_str().into();
            object["claims"] = claims.as_object().clone().into();
        }
        Err(rejection) => object["rejected"] = rejection_to_json(rejection),
    }
    object
}
