//! `qsh mock` with real servers on loopback.

mod app;
mod apps;
mod calls;
mod clients;
mod command;
mod limits;
mod proxies;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use app::{App, DESCRIPTOR, FORGE_APP};
use qsh::adapter::http::{Address, ResponsePatterns};
use qsh::mock::server::{Listeners, Server};
use qsh::mock::{Course, Descriptor, Fixtures, Flaw, Mock, Product, Removal, Session, Settings, Site, State};
use qsh_auth::kind::TokenKind;
use serde_json::Value;

/// A running product, with the app that it plays for.
pub(crate) struct Running {
    pub(crate) mock: Arc<Mock>,
    /// The URL of the page and of the keys.
    pub(crate) page: String,
    pub(crate) app: App,
    _server: Server,
}

impl Running {
    fn start(app: App) -> Self {
        Self::with(app, State::new(Product::Jira, 1), Fixtures::default(), &[])
    }

    /// A product whose base URL has this path.
    fn with_base_path(path: &str) -> Self {
        Self::at(App::sound(), State::new(Product::Confluence, 1), Fixtures::default(), &[], path)
    }

    fn with(app: App, state: State, fixtures: Fixtures, expected: &[&str]) -> Self {
        Self::at(app, state, fixtures, expected, "")
    }

    fn at(app: App, state: State, fixtures: Fixtures, expected: &[&str], base_path: &str) -> Self {
        let listeners = Listeners::bind(0, state.sites()).unwrap();
        let page = listeners.control_url().unwrap();
        app.use_keys_of(&page);
        let settings = Settings {
            app: Address::parse(&app.url()).unwrap(),
            descriptor: Descriptor::parse(DESCRIPTOR.as_bytes()).unwrap(),
            base_urls: listeners.site_urls().unwrap().into_iter().map(|url| url + base_path).collect(),
            context: vec!["/data".to_owned()],
            forge: vec!["/remote".to_owned()],
            forge_app: FORGE_APP.to_owned(),
            fixtures,
            expected: expected.iter().map(|call| (*call).to_owned()).collect(),
            leeway: 30,
            timeout: Duration::from_secs(10),
            patterns: ResponsePatterns::default(),
            allowed_hosts: Vec::new(),
        };
        let mock = Arc::new(Mock::new(settings, state).unwrap());
        let server = Server::start(Arc::clone(&mock), listeners).unwrap();
        Self { mock, page, app, _server: server }
    }

    /// Everything that the product sends by itself.
    fn whole_course(&self) -> Session {
        let course = Course::new(&[]).unwrap();
        course.install(&self.mock);
        course.check(&self.mock);
        course.uninstall(&self.mock, Removal::Checked);
        self.mock.session()
    }

    fn install(&self) {
        Course::new(&[]).unwrap().install(&self.mock);
    }

    /// The first site, as it is now, and its base URL.
    fn site(&self) -> (Site, String) {
        self.mock.sites().swap_remove(0)
    }
}

/// The status, the head and the body of a response.
pub(crate) fn send(url: &str, method: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
    let address = Address::parse(url).unwrap();
    let mut request = format!("{method} {} HTTP/1.1\r\n", address.target);
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request.push_str(&format!("Host: {}\r\n", address.authority()));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()));
    let mut stream = TcpStream::connect(address.socket(&[]).unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut received = String::new();
    stream.read_to_string(&mut received).unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {received:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), body.to_owned())
}

/// The JSON that an address answers with.
fn json(url: &str) -> Value {
    let (status, _, body) = send(url, "GET", &[], "");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// The flaws that the app let pass, as `order/flaw`.
fn let_pass(session: &Session) -> Vec<String> {
    let wrong = session.checks.iter().filter(|check| !check.is_fine);
    wrong.map(|check| format!("{}/{}", check.order, check.flaw.as_ref().map_or("-", |flaw| flaw.name))).collect()
}

#[test]
fn a_sound_app_is_installed_opened_called_and_removed() {
    let running = Running::start(App::sound());
    let session = running.whole_course();
    assert!(session.is_fine(), "{}", session.to_human());
    let right: Vec<&str> =
        session.checks.iter().filter(|check| check.flaw.is_none()).map(|check| check.order.as_str()).collect();
    let expected = [
        "installed",
        "enabled",
        "installed-again",
        "module:panel",
        "webhook:jira:issue_created",
        "context:/data",
        "forge:/remote",
        "disabled",
        "uninstalled",
    ];
    assert_eq!(right, expected);
    // Every flaw was sent and refused, and nothing was left out. There is only one site.
    let sent = session.checks.iter().filter_map(|check| check.flaw.as_ref().map(|flaw| (&check.order, flaw.name)));
    // The callback is the same as that of the first installation.
    let possible = running.mock.orders().iter().filter(|order| order.id != "installed-again");
    let possible = possible.flat_map(|order| order.flaws().map(move |flaw| (&order.id, flaw.name)));
    let possible = possible.filter(|(_, flaw)| *flaw != "secret_of_another_site");
    let (mut sent, mut possible): (Vec<_>, Vec<_>) = (sent.collect(), possible.collect());
    // Installations are those of a known site and of a new one.
    let (installed, possible_flaws) = ("installed".to_owned(), possible.clone());
    possible.extend(possible_flaws.into_iter().filter(|(order, _)| **order == installed));
    sent.sort_unstable();
    possible.sort_unstable();
    assert_eq!(sent, possible);
    assert!(running.app.tenants().is_empty());
}

#[test]
fn each_hole_is_found_and_nothing_else() {
    // The installation of a known site, that of a new one, and the removal.
    let of_callbacks =
        |flaw: &str| ["installed", "installed", "uninstalled"].map(|order| format!("{order}/{flaw}")).to_vec();
    let found = |hole: &'static str| let_pass(&Running::start(App::with_hole(hole)).whole_course());
    // The app takes the tenant of the body for the issuer.
    assert_eq!(found("install_of_any_issuer"), of_callbacks("another_tenant"));
    assert_eq!(found("install_for_any_app"), of_callbacks("another_app"));
    assert_eq!(found("install_without_signature"), of_callbacks("own_key"));
    assert_eq!(found("first_install_of_any_issuer"), ["installed/another_tenant"]);
    assert_eq!(found("context_at_panel"), ["module:panel/context_token"]);
    let of_hook = Flaw::all().filter(|flaw| flaw.clause(TokenKind::Url).is_some());
    // There is only one site.
    let of_hook = of_hook.filter(|flaw| flaw.name != "secret_of_another_site");
    let of_hook: Vec<String> = of_hook.map(|flaw| format!("webhook:jira:issue_created/{}", flaw.name)).collect();
    assert_eq!(found("open_hook"), of_hook);
    assert_eq!(found("forge_for_any_app"), ["forge:/remote/another_app"]);
    assert_eq!(found("forge_of_any_issuer"), ["forge:/remote/another_issuer"]);
}

#[test]
fn an_app_that_refuses_the_right_request_passes_no_check() {
    let running = Running::start(App::with_hole("refuses_panel"));
    let session = running.whole_course();
    assert_eq!(let_pass(&session), ["module:panel/-"]);
    assert_eq!(session.problems, ["Panel: no wrong request was sent, because the right one is not accepted"]);
    assert!(!session.checks.iter().any(|check| check.what == "Panel" && check.flaw.is_some()));
    // An app that is not installed is asked nothing.
    let running = Running::start(App::with_hole("refuses_install"));
    let session = running.whole_course();
    assert_eq!(let_pass(&session), ["installed/-"]);
    assert_eq!(session.problems, ["nothing else was sent to the app, because it is not installed"]);
    let diagnosis = session.checks[0].diagnosis.as_deref().unwrap();
    assert!(diagnosis.contains("the app did not ask this program for the key of install callbacks"), "{diagnosis}");
}

#[test]
fn the_cause_of_a_refused_page_is_named() {
    // The app knows another path than the product: something in front of it removes a prefix.
    let running = Running::start(App::with_hole("sees_another_path"));
    running.install();
    let exchange = running.mock.send("site-1", "module:panel", None).unwrap();
    assert!(!exchange.is_fine);
    let diagnosis = exchange.diagnosis.unwrap();
    assert!(diagnosis.contains("the hash of the path with /app before it"), "{diagnosis}");
}

#[test]
fn several_sites_are_kept_apart_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let app = App::sound();
    let running = Running::with(app, State::new(Product::Jira, 2), Fixtures::default(), &[]);
    running.install();
    assert_eq!(running.app.tenants().len(), 2);
    running.mock.save(&file).unwrap();
    let before = running.mock.sites();
    let again = State::read(&file, Product::Jira, 1).unwrap();
    let Running { app, .. } = running;
    let running = Running::with(app, again, Fixtures::default(), &[]);
    let after = running.mock.sites();
    let without_urls = |sites: &[(Site, String)]| sites.iter().map(|(site, _)| site.clone()).collect::<Vec<_>>();
    assert_eq!(without_urls(&after), without_urls(&before));
    // The app knows both sites without another installation.
    for (site, _) in after {
        assert!(running.mock.send(&site.name, "module:panel", None).unwrap().is_fine);
    }
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere_and_takes_orders_of_nobody_else() {
    let running = Running::start(App::sound());
    running.install();
    let (status, head, body) = send(&running.page, "GET", &[], "");
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(body.contains("<!doctype html>") && !body.contains("https://"), "{body}");
    let (url, site) = (format!("{}/-/orders", running.page), running.site().0);
    let order = format!(r#"{{"site":"{}","order":"module:panel"}}"#, site.name);
    let content = ("Content-Type", "application/json");
    let status = |headers: &[(&str, &str)]| send(&url, "POST", headers, &order).0;
    assert_eq!(status(&[content, ("Origin", &running.page)]), 202);
    assert_eq!(status(&[content, ("Origin", "http://evil.example")]), 403);
    assert_eq!(status(&[content, ("Host", "evil.example")]), 403);
    assert_eq!(status(&[("Content-Type", "text/plain")]), 400);
    let token = |headers: &[(&str, &str)]| {
        send(&format!("{}/-/context-token", running.page), "POST", headers, r#"{"site":"site-1"}"#).0
    };
    assert_eq!((token(&[content]), token(&[content, ("Origin", "null")])), (200, 403));
    assert_eq!(token(&[content, ("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(token(&[content, ("Host", "127.0.0.1:1")]), 403);
    // A page of the app is opened by a redirection with a fresh token.
    let open = |order: &str| send(&format!("{}/-/open?site=site-1&order={order}", running.page), "GET", &[], "");
    let (status, head, _) = open("module%3Apanel");
    let location = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    assert_eq!((status, send(location, "GET", &[], "").0), (303, 200), "{location}");
    assert_eq!((open("installed").0, open("module:nothing").0), (400, 400));
    // What the page asks for has no secret and no token.
    let asked = [json(&format!("{}/-/session", running.page)), json(&format!("{}/-/exchanges", running.page))];
    for answer in asked.map(|answer| answer.to_string()) {
        assert!(answer.contains("module:panel") || answer.contains("installed"));
        assert!(!answer.contains(&site.shared_secret) && !answer.contains("eyJ"), "{answer}");
    }
}
