//! `qsh mock`: plays a product for a running app.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::adapter::http::{Address, ResponsePattern, ResponsePatterns};
use qsh::mock::server::{Listeners, Server};
use qsh::mock::{Course, Direction, Exchange, Fixtures, Mock, Product, Session, Settings, State, run_command};
use qsh::report::style::{BAD, BOLD, FAINT, GOOD};
use qsh::report::words::{from, message};
use qsh_auth::kind::FORGE_APP;

use super::args::{format_and_file, seconds};
use super::output::Content;
use super::{FAILED, interrupt, output};

mod descriptor;

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// URL of the running app, such as http://127.0.0.1:3000. Its path is the path of the app's base URL
    #[arg(long, value_name = "URL")]
    app: String,
    /// Descriptor: a file, a URL, or a path of the app [default: /atlassian-connect.json]
    #[arg(long, value_name = "FILE|URL|PATH")]
    descriptor: Option<String>,
    /// Product that is played
    #[arg(long, value_enum, default_value = "jira")]
    product: ProductName,
    /// Path of the product's base URL [default: none for Jira, /wiki for Confluence]
    #[arg(long, value_name = "PATH", value_parser = base_path)]
    base_path: Option<String>,
    /// Number of sites that install the app
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=100))]
    tenants: u16,
    /// Port of the page and of the keys. The sites have the ports after it; 0 takes free ones
    #[arg(long, value_name = "PORT", default_value_t = 2990)]
    port: u16,
    /// File that keeps keys, sites and secrets. With it, the app stays installed at the end
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Folder with answers of the product: METHOD/path/below/the/base/url.json
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// Path of the app that takes context tokens; repeatable
    #[arg(long, value_name = "PATH")]
    context: Vec<String>,
    /// Path of the app's remote for Forge; repeatable. The app takes its keys from PAGE/.well-known/jwks.json
    #[arg(long, value_name = "PATH", requires = "forge_app")]
    forge: Vec<String>,
    /// Id of the app in Forge: an ARI or its UUID
    #[arg(long, value_name = "ID")]
    forge_app: Option<String>,
    /// Leeway of the product in seconds
    #[arg(long, value_name = "S", default_value_t = 30)]
    leeway: u32,
    /// Command to run, by a shell, once the app is installed. The addresses are in its environment: QSH_MOCK_URL,
    /// QSH_APP_URL, QSH_APP_KEY, and of the first site QSH_BASE_URL, QSH_CLIENT_KEY and QSH_SHARED_SECRET
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Call that the app has to make, such as 'GET /rest/api/3/myself'; repeatable
    #[arg(long, value_name = "METHOD PATH")]
    expect: Vec<String>,
    /// Request that is not sent: ORDER or ORDER/FLAW, with * for any text, such as 'webhook:*'; repeatable
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,
    /// Response that counts as accepted: a status (2xx, 200, 200-299), location:TEXT or body:TEXT; repeatable
    #[arg(long, value_name = "SIGN")]
    accepted: Vec<ResponsePattern>,
    /// Response that counts as refused, in the same form. It is looked at before --accepted; repeatable
    #[arg(long, value_name = "SIGN")]
    refused: Vec<ResponsePattern>,
    /// Host that may be called besides this machine; repeatable
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<String>,
    /// Time limit for each response of the app, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// Time to wait for the app to start, in seconds
    #[arg(long, value_name = "S", default_value = "30", value_parser = seconds)]
    wait: Duration,
    /// Format of the report at the end
    #[arg(long, value_enum, default_value = "human")]
    format: SessionFormat,
    /// File to write the report to, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also write the report to a file in another format, such as junit=report.xml; repeatable
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file::<SessionFormat>)]
    reports: Vec<(SessionFormat, PathBuf)>,
}

const EXAMPLES: &str = "\
Examples:
  qsh mock --app http://127.0.0.1:3000
  qsh mock --app http://127.0.0.1:3000 --exec 'npm test' --report junit=mock.xml
  qsh mock --app http://127.0.0.1:8080 --product confluence --fixtures fixtures --state mock.json
The app has to take the keys of install callbacks from the address of the page: for atlassian-connect-express,
CONNECT_KEYS_CDN_URL=http://127.0.0.1:2990.";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProductName {
    Confluence,
    Jira,
}

/// A format of the report of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SessionFormat {
    Human,
    Json,
    Junit,
}

/// How often new exchanges are shown.
const TICK: Duration = Duration::from_millis(50);

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let course = Course::new(&args.skip).context("--skip")?;
    let (mock, page) = set_up(&args)?;
    let mock = Arc::new(mock);
    // It serves until the end of this function.
    let (listeners, page) = page;
    let _server = Server::start(Arc::clone(&mock), listeners)?;
    output::say(&introduction(&mock, &page));
    let mut shown = Shown { last: 0, with_refusals: args.exec.is_none() };
    if args.exec.is_none() {
        interrupt::heed();
    }
    course.install(&mock);
    shown.show(&mock);
    let mut left_out = Vec::new();
    let command = match &args.exec {
        Some(line) => {
            let done = thread::scope(|scope| {
                let running = scope.spawn(|| run_command(line, &variables(&mock, &page)));
                while !running.is_finished() {
                    thread::sleep(TICK);
                    shown.show(&mock);
                }
                running.join()
            });
            let done = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).context("--exec")?;
            left_out = course.check(&mock);
            Some(done)
        }
        None => {
            while !interrupt::is_noted() {
                thread::sleep(TICK);
                shown.show(&mock);
            }
            None
        }
    };
    match &args.state {
        Some(file) => mock.save(file)?,
        None => course.uninstall(&mock, command.is_some()),
    }
    shown.show(&mock);
    let mut session = mock.session();
    session.command = command;
    session.notes.extend(left_out);
    session.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    output::write_all_formats((args.format, args.output.as_deref()), &args.reports, |format| Ok(format.of(&session)))?;
    Ok(if session.is_fine() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The product, and the ports that it will have, with the URL of the page.
fn set_up(args: &Args) -> anyhow::Result<(Mock, (Listeners, String))> {
    let app = Address::parse(&args.app).context("--app")?;
    let descriptor = descriptor::read(&app, args.descriptor.as_deref(), &args.allowed_hosts, args.wait)?;
    descriptor.notes.iter().for_each(|note| output::say(&format!("note: descriptor: {note}")));
    let product = args.product.product();
    let state = match &args.state {
        Some(file) => State::read(file, product, args.tenants.into())?,
        None => State::new(product, args.tenants.into()),
    };
    let listeners = Listeners::bind(args.port, state.sites()).context("--port")?;
    let base_path = args.base_path.as_deref().unwrap_or_else(|| product.base_path());
    let settings = Settings {
        app,
        descriptor,
        base_urls: listeners.site_urls()?.into_iter().map(|url| url + base_path).collect(),
        context: args.context.clone(),
        forge: args.forge.clone(),
        forge_app: forge_app(args.forge_app.as_deref().unwrap_or_default()),
        fixtures: args.fixtures.as_deref().map(Fixtures::read).transpose().context("--fixtures")?.unwrap_or_default(),
        expected: expected(&args.expect)?,
        leeway: args.leeway,
        timeout: args.timeout,
        patterns: patterns(args),
        allowed_hosts: args.allowed_hosts.clone(),
    };
    let page = listeners.control_url()?;
    let mock = Mock::new(settings, state)?;
    if let Some(file) = &args.state {
        // A file that cannot be written is named before anything is sent.
        mock.save(file)?;
    }
    Ok((mock, (listeners, page)))
}

/// The ARI of an app of Forge.
fn forge_app(id: &str) -> String {
    if id.is_empty() || id.starts_with(FORGE_APP) { id.to_owned() } else { format!("{FORGE_APP}{id}") }
}

/// The calls of `--expect`.
fn expected(calls: &[String]) -> anyhow::Result<Vec<String>> {
    let is_call =
        |call: &str| call.split_once(' ').is_some_and(|(method, path)| !method.is_empty() && path.starts_with('/'));
    match calls.iter().find(|call| !is_call(call)) {
        Some(call) => bail!("--expect {call:?}: expected METHOD PATH, such as 'GET /rest/api/3/myself'"),
        None => Ok(calls.to_vec()),
    }
}

fn patterns(args: &Args) -> ResponsePatterns {
    let patterns = args.accepted.iter().cloned().fold(ResponsePatterns::default(), ResponsePatterns::with_accepted);
    args.refused.iter().cloned().fold(patterns, ResponsePatterns::with_refused)
}

/// Parses the value of `--base-path`.
fn base_path(text: &str) -> Result<String, String> {
    let is_path = text.is_empty() || text.starts_with('/') && !text.contains(['?', '#', ' ']);
    if is_path { Ok(text.trim_end_matches('/').to_owned()) } else { Err("expected a path such as /wiki".to_owned()) }
}

/// What a person has to know before the first request.
fn introduction(mock: &Mock, page: &str) -> String {
    let descriptor = mock.descriptor();
    let mut out = format!("app       {} at {}\n", message(&descriptor.key), mock.app_url());
    if descriptor.base_url.trim_end_matches('/') != mock.app_url() {
        let _ = writeln!(
            out,
            "          its base URL is {}: callbacks name that one as their audience",
            message(&descriptor.base_url)
        );
    }
    for (site, base_url) in mock.sites() {
        let _ = writeln!(out, "{:9} {base_url}  client key {}", site.name, site.client_key);
    }
    let _ = writeln!(out, "page      {page}/");
    let _ = writeln!(out, "keys      {page}  (the app has to ask this address, as with CONNECT_KEYS_CDN_URL={page})");
    if mock.orders().iter().all(|order| order.id != "installed") {
        out.push_str("note: the descriptor has no lifecycle.installed, so that the app does not learn the secret\n");
    }
    out
}

/// The environment of the command.
fn variables(mock: &Mock, page: &str) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("QSH_MOCK_URL", page.to_owned()),
        ("QSH_APP_URL", mock.app_url()),
        ("QSH_APP_KEY", mock.descriptor().key.clone()),
    ];
    if let Some((site, base_url)) = mock.sites().into_iter().next() {
        variables.extend([
            ("QSH_BASE_URL", base_url),
            ("QSH_CLIENT_KEY", site.client_key),
            ("QSH_SHARED_SECRET", site.shared_secret),
        ]);
    }
    variables
}

/// Which exchanges were shown.
struct Shown {
    last: u64,
    /// Whether a wrong request that is refused is news: it is if a person has ordered it.
    with_refusals: bool,
}

impl Shown {
    /// Shows the new exchanges, a line each, with what is known of a refusal.
    fn show(&mut self, mock: &Mock) {
        for exchange in mock.exchanges(self.last).0 {
            self.last = exchange.id;
            if exchange.flaw.is_some() && exchange.is_fine && !self.with_refusals {
                continue;
            }
            output::tell(&line(&exchange));
            for line in exchange.diagnosis.iter().flat_map(|text| text.lines()) {
                output::tell(&format!("    {}", from(0, line)));
            }
        }
    }
}

fn line(exchange: &Exchange) -> String {
    let Exchange { site, direction, what, outcome, is_fine, .. } = exchange;
    let arrow = match direction {
        Direction::ToApp => "->",
        Direction::FromApp => "<-",
    };
    let verdict = outcome.name();
    let status = exchange.response.as_ref().map_or_else(|| "-".to_owned(), |response| response.status.to_string());
    let style = if *is_fine { GOOD } else { BAD };
    let flaw = exchange.flaw.as_ref().map_or_else(String::new, |flaw| format!(", {}", flaw.title));
    let why = exchange.refusal.as_ref().map(|refusal| refusal.message.as_str()).or(exchange.problem.as_deref());
    let why = why.map_or_else(String::new, |why| format!("  {FAINT}{}{FAINT:#}", message(why)));
    format!(
        "{arrow} {FAINT}{site}{FAINT:#} {BOLD}{}{BOLD:#}{flaw}  {status} {style}{verdict}{style:#}{why}",
        message(what)
    )
}

impl ProductName {
    fn product(self) -> Product {
        match self {
            Self::Confluence => Product::Confluence,
            Self::Jira => Product::Jira,
        }
    }
}

impl SessionFormat {
    fn of(self, session: &Session) -> (String, Content) {
        match self {
            Self::Human => (session.to_human(), Content::Styled),
            Self::Json => (session.to_json(), Content::Data),
            Self::Junit => (session.to_junit(), Content::Data),
        }
    }
}
