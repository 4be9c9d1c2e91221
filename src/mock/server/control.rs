//! The page, what it asks for, and the keys of the product.

use std::convert::Infallible;
use std::sync::Arc;
use std::thread;

use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use hyper::{Method, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::page;
use super::request::{Reply, reply, whole};
use crate::mock::engine::Mock;
use crate::mock::limits::Limits;
use crate::mock::order::{BadOrder, Order};
use crate::mock::receive::Answer;

/// An order of the page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordered {
    site: String,
    order: String,
    flaw: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedToken {
    site: String,
}

/// The server of the page.
pub(super) struct Control {
    pub(super) mock: Arc<Mock>,
    /// Its port.
    pub(super) port: u16,
    /// What was refused before it was a request. It is no call of the app.
    pub(super) limits: Limits,
    /// One permit for each order that may be under way.
    pub(super) orders: Arc<Semaphore>,
}

pub(super) async fn answer(control: Arc<Control>, request: Request<Incoming>) -> Result<Reply, Infallible> {
    let mock = Arc::clone(&control.mock);
    let (head, body) = match whole(request, &control.limits).await {
        Ok(whole) => whole,
        Err(refusal) => return Ok(refusal),
    };
    let path = head.uri.path();
    let is_reading = head.method == Method::GET || head.method == Method::HEAD;
    if let Some(key) = key(&mock, path).filter(|_| is_reading) {
        return Ok(reply(&key));
    }
    if !is_from_here(&head, control.port) {
        return Ok(problem(403, "expected a request of this page"));
    }
    Ok(match (&head.method, path) {
        (&Method::GET, "/") => page::response(),
        (&Method::GET, "/-/session") => reply(&Answer::json(200, &session(&mock))),
        (&Method::GET, "/-/exchanges") => match after(&head) {
            // There can be much to write.
            Some(after) => match spawn_blocking(move || exchanges(&mock, after)).await {
                Ok(answer) => reply(&answer),
                Err(_) => problem(500, "the exchanges cannot be read"),
            },
            None => problem(400, "after: expected the number of an exchange"),
        },
        // The page has no token: only this redirection to the app has one.
        (&Method::GET, "/-/open") => match opened(&mock, &head) {
            Ok(url) => page::redirection(&url),
            Err(what) => problem(400, &what),
        },
        (&Method::POST, "/-/orders") => match read::<Ordered>(&head, &body) {
            Ok(ordered) => order(&control, ordered),
            Err(what) => problem(400, &what),
        },
        (&Method::POST, "/-/context-token") => {
            let token = read::<WantedToken>(&head, &body)
                .and_then(|it| mock.context_token(&it.site).map_err(|error: BadOrder| error.to_string()));
            match token {
                Ok(token) => reply(&Answer::json(200, &json!({ "token": token }))),
                Err(what) => problem(400, &what),
            }
        }
        _ => {
            mock.note_wrong_address(head.uri.path_and_query().map_or("/", |target| target.as_str()));
            problem(404, "no such address")
        }
    })
}

/// A public key. Everybody may ask for it.
fn key(mock: &Mock, path: &str) -> Option<Answer> {
    let (key_id, pem) = mock.callback_key();
    if path.strip_prefix('/') == Some(key_id) {
        mock.note_key_request();
        return Some(Answer { status: 200, content_type: "application/x-pem-file", body: pem.as_bytes().to_vec() });
    }
    (path == "/.well-known/jwks.json").then(|| Answer::json(200, &mock.key_set()))
}

/// Whether a request is one of the page, or of a program on this machine. A page of another site can send requests here, but it
/// cannot choose their `Host`, their `Origin` and their `Sec-Fetch-Site`.
fn is_from_here(head: &Parts, port: u16) -> bool {
    let text = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text("host").unwrap_or_default();
    let is_own = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{port}"));
    is_own
        && text("origin").is_none_or(|origin| origin.strip_prefix("http://") == Some(host))
        && text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
}

fn exchanges(mock: &Mock, after: u64) -> Answer {
    let (exchanges, dropped) = mock.exchanges(after);
    let body = json!({ "dropped": dropped, "exchanges": exchanges }).to_string();
    Answer { status: 200, content_type: "application/json", body: body.into_bytes() }
}

fn session(mock: &Mock) -> Value {
    let descriptor = mock.descriptor();
    let sites = mock.sites();
    let sites = sites.iter().map(|(site, base_url)| {
        json!({
            "name": site.name, "base_url": base_url, "client_key": site.client_key, "is_installed": site.is_installed(),
        })
    });
    let orders = mock.orders().iter().map(order_to_json);
    json!({
        "app": {
            "key": descriptor.key, "name": descriptor.name, "url": mock.app_url(), "base_url": descriptor.base_url,
        },
        "product": mock.product(), "sites": sites.collect::<Value>(), "orders": orders.collect::<Value>(),
        "limits": mock.limits().to_json(),
    })
}

fn order_to_json(order: &Order) -> Value {
    let kind = order.kind();
    let flaws =
        order.flaws().map(|flaw| json!({ "name": flaw.name, "title": flaw.title, "clause": flaw.clause(kind) }));
    json!({
        "id": order.id, "title": order.title, "group": order.group.title(),
        "request": format!("{} {}", order.method, order.target), "flaws": flaws.collect::<Value>(),
    })
}

/// Sends an order. Its exchange comes to the page as every other.
fn order(control: &Control, ordered: Ordered) -> Reply {
    let Ordered { site, order, flaw } = ordered;
    if let Err(error) = control.mock.check(&site, &order, flaw.as_deref()) {
        return problem(400, &error.to_string());
    }
    let Ok(permit) = Arc::clone(&control.orders).try_acquire_owned() else {
        return problem(503, "too many orders are under way");
    };
    let mock = Arc::clone(&control.mock);
    // An app that does not answer holds this thread, and no other.
    let sent = thread::Builder::new().name("mock-order".to_owned()).spawn(move || {
        // The order was checked.
        let _ = mock.send(&site, &order, flaw.as_deref());
        drop(permit);
    });
    match sent {
        Ok(_) => reply(&Answer::json(202, &json!({}))),
        Err(error) => problem(503, &error.to_string()),
    }
}

/// The URL of the page that `site` and `order` name.
fn opened(mock: &Mock, head: &Parts) -> Result<String, String> {
    let of = |name: &str| {
        let value = parameters(head).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
        percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
    };
    mock.page_url(&of("site"), &of("order")).map_err(|error| error.to_string())
}

fn parameters(head: &Parts) -> impl Iterator<Item = &str> {
    head.uri.query().unwrap_or_default().split('&')
}

/// The number in `after`. Zero if it is not there.
fn after(head: &Parts) -> Option<u64> {
    parameters(head).find_map(|pair| pair.strip_prefix("after=")).map_or(Some(0), |number| number.parse().ok())
}

/// The JSON body of a request. A page of another site cannot send this type without asking first.
fn read<'b, T: Deserialize<'b>>(head: &Parts, body: &'b [u8]) -> Result<T, String> {
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        return Err("expected a body of the type application/json".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn problem(status: u16, what: &str) -> Reply {
    reply(&Answer::json(status, &json!({ "error": what })))
}
