//! `qsh mock`: plays a product for a running app.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::ValueEnum;
use qsh::adapter::child;
use qsh::adapter::http::Address;
use qsh::mock::server::{Listeners, Server};
use qsh::mock::{
    CommandEntry, Course, Direction, Exchange, Fixtures, Mock, Product, Removal, Session, Settings, State, run_command,
};
use qsh::report::style::{BAD, BOLD, FAINT, GOOD};
use qsh::report::words::{from, message};
use qsh_auth::kind::FORGE_APP;

use super::args::AppArgs;
use super::args::{format_and_file, seconds};
use super::output::Content;
use super::{FAILED, NOTHING_SELECTED, interrupt, output};

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
    #[arg(long, value_name = "ID", value_parser = forge_app)]
    forge_app: Option<String>,
    /// Leeway of the product in seconds
    #[arg(long, value_name = "S", default_value_t = 30)]
    leeway: u32,
    /// Command to run, by a shell, once the app is installed. The addresses are in its environment: QSH_MOCK_URL,
    /// QSH_APP_URL, QSH_APP_KEY, and of the first site QSH_BASE_URL, QSH_CLIENT_KEY and QSH_SHARED_SECRET
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Call that the app has to make, with the path below the base URL, such as 'GET /rest/api/3/myself'; repeatable
    #[arg(long, value_name = "METHOD PATH")]
    expect: Vec<String>,
    /// Request that is not sent: ORDER or ORDER/FLAW, with * for any text, such as 'webhook:*'; repeatable
    #[arg(long, value_name = "GLOB")]
    skip: Vec<String>,
    #[command(flatten)]
    of_app: AppArgs,
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

/// How long the app may take after an interruption.
const LAST: Duration = Duration::from_secs(2);

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let course = Arc::new(Course::new(&args.skip).context("--skip")?);
    let (mock, listeners) = set_up(&args)?;
    let mock = Arc::new(mock);
    if let Some(glob) = course.unmatched(&mock).first() {
        let orders: Vec<&str> = mock.orders().iter().map(|order| order.id.as_str()).collect();
        bail!("--skip {glob}: expected one of {}, or one of them with /FLAW", orders.join(", "));
    }
    let page = listeners.control_url()?;
    // It serves until the end of this function.
    let _server = Server::start(Arc::clone(&mock), listeners)?;
    output::tell(&introduction(&mock, &page));
    interrupt::heed();
    let playing = {
        let (mock, course) = (Arc::clone(&mock), Arc::clone(&course));
        let (exec, keeps) = (args.exec.clone(), args.state.is_some());
        thread::Builder::new().name("mock-course".to_owned()).spawn(move || play(&mock, &course, exec, keeps, &page))?
    };
    let mut shown = Shown { last: 0, with_refusals: args.exec.is_none(), state: args.state.clone() };
    let mut end = None;
    while !playing.is_finished() && end.is_none_or(|end| Instant::now() < end) {
        thread::sleep(TICK);
        shown.show(&mock);
        if interrupt::is_noted() && end.is_none() {
            mock.end_soon();
            child::kill_all();
            end = Some(Instant::now() + LAST);
        }
    }
    let played = if playing.is_finished() { playing.join().ok() } else { None };
    shown.show(&mock);
    let saved = args.state.as_ref().map_or(Ok(()), |file| mock.save(file));
    let mut session = mock.session();
    session.skipped = course.skipped();
    session.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match played {
        Some(command) => session.command = command?,
        None => session.problems.push("the app did not answer in time, and may still be installed".to_owned()),
    }
    output::write_all_formats((args.format, args.output.as_deref()), &args.reports, |format| Ok(format.of(&session)))?;
    saved?;
    Ok(match () {
        () if session.is_fine() => ExitCode::SUCCESS,
        () if session.is_empty() => ExitCode::from(NOTHING_SELECTED),
        () => ExitCode::from(FAILED),
    })
}

/// Installs the app, runs the command and sends every check, or waits for the end, and removes the app.
fn play(
    mock: &Mock,
    course: &Course,
    exec: Option<String>,
    keeps: bool,
    page: &str,
) -> anyhow::Result<Option<CommandEntry>> {
    course.install(mock);
    let removal = if exec.is_some() { Removal::Checked } else { Removal::Plain };
    let command = match exec {
        Some(line) => {
            let command = run_command(&line, &variables(mock, page));
            if command.is_ok() {
                course.check(mock);
            }
            Some(command)
        }
        None => {
            while !interrupt::is_noted() {
                thread::sleep(TICK);
            }
            None
        }
    };
    if keeps {
        course.keep(mock);
    } else {
        course.uninstall(mock, removal);
    }
    command.transpose().context("--exec")
}

/// The product, and the ports that it will have.
fn set_up(args: &Args) -> anyhow::Result<(Mock, Listeners)> {
    let app = Address::parse(&args.app).context("--app")?;
    let descriptor = descriptor::read(&app, args.descriptor.as_deref(), &args.of_app.allowed_hosts, args.wait)?;
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
        forge_app: args.forge_app.clone().unwrap_or_default(),
        fixtures: args.fixtures.as_deref().map(Fixtures::read).transpose().context("--fixtures")?.unwrap_or_default(),
        expected: expected(&args.expect)?,
        leeway: args.leeway,
        timeout: args.timeout,
        patterns: args.of_app.patterns(),
        allowed_hosts: args.of_app.allowed_hosts.clone(),
    };
    let mock = Mock::new(settings, state)?;
    if let Some(file) = &args.state {
        // A file that cannot be written is named before anything is sent.
        mock.save(file)?;
    }
    Ok((mock, listeners))
}

/// Parses the value of `--forge-app`: the ARI of an app of Forge, or its UUID.
fn forge_app(text: &str) -> Result<String, String> {
    let id = text.strip_prefix(FORGE_APP).unwrap_or(text);
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    let is_hexadecimal = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    match groups == [8, 4, 4, 4, 12] && is_hexadecimal {
        true => Ok(format!("{FORGE_APP}{id}")),
        false => Err(format!("expected {FORGE_APP} with a UUID after it, or the UUID")),
    }
}

/// The calls of `--expect`.
fn expected(calls: &[String]) -> anyhow::Result<Vec<String>> {
    let is_method = |method: &str| !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_path = |path: &str| path.starts_with('/') && !path.contains(['?', ' ']);
    let is_call = |call: &str| call.split_once(' ').is_some_and(|(method, path)| is_method(method) && is_path(path));
    match calls.iter().find(|call| !is_call(call)) {
        Some(call) => {
            bail!("--expect {call:?}: expected METHOD PATH without a query, such as 'GET /rest/api/3/myself'")
        }
        None => Ok(calls.to_vec()),
    }
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
    let _ = writeln!(out, "keys      {page}\n          the key host of the app, such as CONNECT_KEYS_CDN_URL={page}");
    let path = |url: &str| Address::parse(url).map(|it| it.target.trim_end_matches('/').to_owned()).unwrap_or_default();
    if path(&descriptor.base_url) != path(&mock.app_url()) {
        let _ = writeln!(
            out,
            "note: the base URL has the path {:?}, and --app has {:?}: requests go to the path of --app",
            path(&descriptor.base_url),
            path(&mock.app_url())
        );
    }
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
    /// The file that keeps the state.
    state: Option<PathBuf>,
}

impl Shown {
    /// Shows the new exchanges, a line each, with what is known of a refusal. Keeps the state after each that may change it.
    fn show(&mut self, mock: &Mock) {
        let exchanges = mock.exchanges(self.last).0;
        if let Some(file) = self.state.as_ref().filter(|_| exchanges.iter().any(|it| it.order.is_some()))
            && let Err(error) = mock.save(file)
        {
            output::say(&format!("error: {error}"));
        }
        for exchange in exchanges {
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
    let of_app = exchange.response.as_ref().filter(|response| !is_fine && !response.body.is_empty());
    let of_app = of_app.map(|response| response.body.as_str());
    let why = exchange.refusal.as_ref().map(|refusal| refusal.message.as_str());
    let why = why.or(exchange.problem.as_deref()).or(of_app);
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
