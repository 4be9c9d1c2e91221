//! `qsh token verify`.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::report::examination::{self, add_to_json, judgement_to_json, rejection_to_json};
use qsh::report::style::{BAD, GOOD};
use qsh::report::words::message;
use qsh_auth::asap::{self, Verifier};
use qsh_auth::connect::{self, Endpoint, ExpectedClaims, Incoming, Tenant, UnverifiedAppRequest, impersonation};
use qsh_auth::forge::{self, KeySet};
use qsh_auth::jwt::{Claims, Rejection, SharedSecret, Time};
use qsh_auth::kind::{CLIENT_ID, TokenKind};
use qsh_diagnose::Input;
use qsh_diagnose::examine::{Case, Examination, examine};
use qsh_diagnose::hosts::{Product, site};
use qsh_diagnose::intake::{Evidence, Piece, Role};
use qsh_diagnose::signature::NamedSecret;
use serde_json::{Value, json};

use super::Moment;
use super::source::{self, Keys, read};
use crate::cli::args::{Format, PerhapsRequestArgs};
use crate::cli::known_host::{completed, completed_with_notes};
use crate::cli::secret::SecretArgs;
use crate::cli::{FAILED, output};

#[derive(clap::Args, Debug)]
#[command(override_usage = USAGE)]
pub(super) struct Args {
    #[command(flatten)]
    request: PerhapsRequestArgs,
    /// The token, also with what is pasted around it; - reads it from stdin, @FILE from a file
    #[arg(long, value_name = "TOKEN")]
    token: String,
    /// Verify it as this kind of token. By default the other arguments choose: a known host of Atlassian, --public-key
    /// or --key-set
    #[arg(long, value_enum, value_name = "KIND", conflicts_with = "context")]
    kind: Option<Kind>,
    /// Client key of the tenant whose secret is given, or the issuer that the kind has
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
    /// File with the key set (JWKS) that Forge publishes, for a Forge invocation token
    #[arg(long, value_name = "FILE", conflicts_with_all = ["public_keys", "key_repository", "secret_file", "secret_env"])]
    key_set: Option<PathBuf>,
    /// Expected audience: this server's name for an ASAP token, the app's base URL for an install callback, the id of the
    /// app for a Forge token; repeatable
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
       qsh token verify [OPTIONS] --token <TOKEN> --public-key <KID=FILE> --audience <AUD>
       qsh token verify [OPTIONS] --token <TOKEN> --key-set <FILE> --audience <AUD>
       qsh token verify [OPTIONS] --token <TOKEN> --kind impersonation --issuer <ID>";

/// The result: the issuer and the claims, or the reason of the refusal.
type Verdict = Result<(String, Claims), Rejection>;

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let keys = args.public_keys.iter().filter_map(|key| Some(OsStr::new(key.split_once('=')?.1)));
    let key_set = args.key_set.as_deref().map(Path::as_os_str);
    source::at_most_one(keys.chain([OsStr::new(&args.token)]).chain(key_set).chain(args.secret.file()))?;
    let token = source::token(&args.token)?;
    let time = Time::new(args.moment.seconds()?).with_leeway(args.leeway);
    let input = args.request.clone().input().map(completed);
    let kind = args.kind()?;
    let secret = if kind.is_by_secret() { Some(args.secret.load()?) } else { None };
    let verdict = match (kind, &secret, &input) {
        (Kind::Asap, ..) => asap(&args, &token, time)?,
        (Kind::Forge, ..) => forge(&args, &token, time)?,
        (Kind::Impersonation, Some(secret), _) => assertion(&args, &token, &secret.secret, time)?,
        (Kind::App | Kind::AppBitbucket, Some(secret), Some(input)) => {
            to_product(&args, kind, input, &token, &secret.secret, time)?
        }
        (Kind::Url | Kind::Context, Some(secret), Some(input)) => {
            request(&args, kind, input, &token, secret.secret.clone(), time)?
        }
        (Kind::Install, _, Some(input)) => callback(&args, input, &token, time)?,
        _ => bail!("expected METHOD and URL"),
    };
    let piece = Piece::new("--token", token.as_str()).with_role(Role::Token);
    let evidence = Evidence::read(&[piece])?;
    let secrets: Vec<NamedSecret> = secret.map(|secret| secret.explained).into_iter().collect();
    let (issuer, audiences) = args.expected(kind);
    let mut case = Case::new(&evidence, input.as_ref(), time);
    case.kind = Some(kind.of_token());
    case.issuer = issuer.as_deref();
    case.audiences = &audiences;
    case.secrets = &secrets;
    case.refused = verdict.as_ref().err();
    let examination = if verdict.is_err() { Some(examine(&case)?) } else { None };
    let text = match args.format {
        Format::Human => human(&verdict, examination.as_ref().map(|it| examination::human(&case, it))),
        Format::Json => format!("{}\n", to_json(&verdict, &case, examination.as_ref())),
    };
    output::print(&text, args.format.into())?;
    Ok(if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The kinds of tokens that can be verified. The person chooses one, never the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// From an app to Jira or Confluence: --issuer is the key of the app
    App,
    /// From an app to Bitbucket: --issuer is the key of the app
    #[value(name = "app_bitbucket")]
    AppBitbucket,
    /// An ASAP token
    Asap,
    /// A context token: --issuer is the client key
    Context,
    /// A Forge invocation token: --audience is the id of the app, ari:cloud:ecosystem::app/…
    Forge,
    /// A user-impersonation assertion: --issuer is the oauthClientId
    Impersonation,
    /// An install callback: --issuer is the client key in its body
    Install,
    /// From a product to a URL of the app: --issuer is the client key
    Url,
}

impl Kind {
    fn is_by_secret(self) -> bool {
        matches!(self, Self::App | Self::AppBitbucket | Self::Context | Self::Impersonation | Self::Url)
    }

    fn of_token(self) -> TokenKind {
        match self {
            Self::App => TokenKind::App,
            Self::AppBitbucket => TokenKind::AppBitbucket,
            Self::Asap => TokenKind::Asap,
            Self::Context => TokenKind::Context,
            Self::Forge => TokenKind::Forge,
            Self::Impersonation => TokenKind::Impersonation,
            Self::Install => TokenKind::Install,
            Self::Url => TokenKind::Url,
        }
    }
}

impl Args {
    /// The kind that was given, or the one that the other arguments stand for.
    fn kind(&self) -> anyhow::Result<Kind> {
        let by_public_key = !self.public_keys.is_empty() || self.key_repository.is_some();
        let product = || {
            let input = self.request.clone().input().map(|input| completed_with_notes(input).0)?;
            Some(site(input.url.as_bytes())?.product)
        };
        let kind = match (self.kind, by_public_key, self.request.is_given()) {
            (Some(kind), ..) => kind,
            _ if self.key_set.is_some() => Kind::Forge,
            _ if self.context => Kind::Context,
            (None, true, true) => Kind::Install,
            (None, true, false) => Kind::Asap,
            (None, false, true) => match product() {
                Some(Product::Bitbucket) => Kind::AppBitbucket,
                Some(_) => Kind::App,
                None => Kind::Url,
            },
            (None, false, false) => {
                bail!("expected METHOD and URL, --public-key KID=FILE, --key-set FILE or --kind KIND")
            }
        };
        if kind.is_by_secret() && by_public_key {
            bail!("--public-key and --key-repository are for install callbacks and ASAP tokens");
        }
        if matches!(kind, Kind::App | Kind::AppBitbucket | Kind::Context | Kind::Url) && !self.audiences.is_empty() {
            bail!("--audience requires --public-key, --key-repository or --key-set");
        }
        Ok(kind)
    }

    /// The claims that a verifier of this kind expects.
    fn expected(&self, kind: Kind) -> (Option<String>, Vec<String>) {
        let (issuer, audiences) = (self.issuer.clone(), self.audiences.clone());
        if kind != Kind::Impersonation {
            return (issuer, audiences);
        }
        (issuer, vec![self.authorization_server().to_owned()])
    }

    /// The authorization server of an assertion.
    fn authorization_server(&self) -> &str {
        self.audiences.first().map_or(impersonation::AUTHORIZATION_SERVER, String::as_str)
    }

    fn issuer(&self) -> anyhow::Result<&str> {
        self.issuer.as_deref().context("expected --issuer ISS")
    }

    fn incoming<'a>(&self, input: &'a Input, headers: &'a [(&'a str, &'a [u8])]) -> anyhow::Result<Incoming<'a>> {
        Ok(Incoming::new(input.request()?, headers))
    }
}

fn to_product(
    args: &Args,
    kind: Kind,
    input: &Input,
    token: &str,
    secret: &SharedSecret,
    time: Time,
) -> anyhow::Result<Verdict> {
    let app_key = args.issuer()?;
    let header = format!("JWT {token}");
    let headers = [("Authorization", header.as_bytes())];
    let request = match UnverifiedAppRequest::parse(args.incoming(input, &headers)?) {
        Ok(request) => request,
        Err(rejection) => return Ok(Err(rejection)),
    };
    let secret = (request.app_key() == app_key).then_some(secret);
    let verified = match kind {
        Kind::AppBitbucket => request.verify_for_bitbucket(secret, time),
        _ => request.verify(secret, time),
    };
    Ok(verified.map(|claims| (app_key.to_owned(), claims)))
}

fn assertion(args: &Args, token: &str, secret: &SharedSecret, time: Time) -> anyhow::Result<Verdict> {
    let client_id = args.issuer()?;
    let client_id = client_id.strip_prefix(CLIENT_ID).unwrap_or(client_id);
    if args.audiences.len() > 1 {
        bail!("expected one --audience: an assertion is for one authorization server");
    }
    let verdict = impersonation::verify(token.as_bytes(), client_id, secret, args.authorization_server(), time);
    Ok(verdict.map(|claims| (client_id.to_owned(), claims)))
}

fn forge(args: &Args, token: &str, time: Time) -> anyhow::Result<Verdict> {
    let (Some(file), [app_id]) = (&args.key_set, args.audiences.as_slice()) else {
        bail!("expected --key-set FILE and one --audience ari:cloud:ecosystem::app/… for a Forge invocation token");
    };
    let keys = KeySet::parse(&read(file)?).with_context(|| file.display().to_string())?;
    let verdict = forge::Verifier::new(app_id).verify(token.as_bytes(), &keys, time);
    Ok(verdict.map(|claims| ("forge/invocation-token".to_owned(), claims)))
}

fn request(
    args: &Args,
    kind: Kind,
    input: &Input,
    token: &str,
    secret: SharedSecret,
    time: Time,
) -> anyhow::Result<Verdict> {
    let issuer = args.issuer()?.to_owned();
    let header = format!("JWT {token}");
    let headers = [("Authorization", header.as_bytes())];
    let tenants = HashMap::from([(issuer.clone(), Tenant::new(issuer, secret))]);
    let endpoint = if kind == Kind::Context { Endpoint::Context } else { Endpoint::Url };
    Ok(match connect::authenticate(args.incoming(input, &headers)?, &tenants, endpoint, time) {
        Ok(accepted) => Ok((accepted.tenant.client_key, accepted.claims)),
        Err(connect::Failure::Rejected(rejection)) => Err(rejection),
        Err(connect::Failure::Store(never)) => match never {},
    })
}

fn callback(args: &Args, input: &Input, token: &str, time: Time) -> anyhow::Result<Verdict> {
    let keys = Keys::new(&args.public_keys, args.key_repository.as_deref())?;
    let app_base_urls: Vec<&str> = args.audiences.iter().map(String::as_str).collect();
    let (Some(client_key), false) = (args.issuer.as_deref(), app_base_urls.is_empty()) else {
        bail!("expected --issuer ISS and --audience AUD for an install callback");
    };
    let header = format!("JWT {token}");
    let headers = [("Authorization", header.as_bytes())];
    let expected = ExpectedClaims { client_key, app_base_urls: &app_base_urls };
    Ok(match connect::authenticate_install(args.incoming(input, &headers)?, expected, &keys, time) {
        Ok(claims) => Ok((client_key.to_owned(), claims)),
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

fn human(verdict: &Verdict, examination: Option<String>) -> String {
    match verdict {
        Err(rejection) => {
            let mut out = format!("{BAD}refused{BAD:#} ({}): {rejection}\n", rejection.reason().code());
            out.push_str(&examination.unwrap_or_default());
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

fn to_json(verdict: &Verdict, case: &Case<'_>, examination: Option<&Examination>) -> Value {
    let mut object = json!({ "format": "qsh-token-verdict", "version": 1, "accepted": verdict.is_ok() });
    match verdict {
        Ok((issuer, claims)) => {
            object["issuer"] = issuer.as_str().into();
            object["claims"] = claims.as_object().clone().into();
        }
        Err(rejection) => object["rejected"] = rejection_to_json(rejection),
    }
    if let Some(examination) = examination {
        object["token"] = judgement_to_json(examination);
        add_to_json(&mut object, case, examination);
    }
    object
}
