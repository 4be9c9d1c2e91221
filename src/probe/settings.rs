//! [`Settings`]: what the probe is told about an app.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use qsh_diagnose::{Input, JsonBody};
use qsh_hash::InvalidRequest;

use crate::suite::select::Selection;
use crate::tamper::{Fixture, Service, TokenKind};

/// What the probe is told about an app.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Settings {
    /// The method of the requests. The probe sends no other.
    pub method: String,
    /// The path and the query of the requests.
    pub target: String,
    /// The base URL of the app, as its descriptor has it (QSH-P3).
    pub base_url: String,
    /// The body of a form.
    pub form: Option<String>,
    /// A body in JSON.
    pub json: Option<JsonBody>,
    /// Which tokens the endpoint takes: one of [`ENDPOINTS`](super::ENDPOINTS).
    pub kind: TokenKind,
    /// Where the token is sent.
    pub token_in: TokenIn,
    /// The client key of an installed tenant.
    pub client_key: String,
    /// The secret that it shares with the app.
    pub shared_secret: String,
    /// Who signs with a private key. Only the kinds with a shared secret need none.
    pub service: Option<Service>,
    /// Another installed tenant, if there is one.
    pub other: Option<OtherTenant>,
    /// The leeway of the app in seconds, if it is known (CON-5).
    pub leeway: Option<u32>,
    /// Which checks are made.
    pub selection: Selection,
}

/// Where a token is sent, unless its place is what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a product sends it in one of these places")]
pub enum TokenIn {
    /// In the `Authorization` header field (TRN-1).
    Header,
    /// In the parameter `jwt` (TRN-6).
    Query,
}

/// Another installed tenant. `Debug` hides its secret.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "a name and a secret")]
pub struct OtherTenant {
    /// Its client key.
    pub client_key: String,
    /// The secret that it shares with the app.
    pub shared_secret: String,
}

impl Settings {
    /// Checks that the requests can be hashed.
    ///
    /// # Errors
    ///
    /// A method that is no token, or a base URL without a host.
    pub fn check(&self) -> Result<(), InvalidRequest> {
        self.request().request().map(drop)
    }

    /// Whether a token is bound to its request by a hash.
    pub(super) fn has_hash(&self) -> bool {
        matches!(self.kind, TokenKind::Url | TokenKind::Install)
    }

    /// The path, and the query if there is one.
    pub(super) fn path_and_query(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&self.target, None),
        }
    }

    /// The request, without a token.
    pub fn request(&self) -> Input {
        Input {
            base_url: Some(self.base_url.clone()),
            form: self.form.clone(),
            json: self.json.clone(),
            ..Input::new(&self.method, self.target.as_str())
        }
    }

    /// The same request with another path and query.
    pub(super) fn request_at(&self, path: &str, query: Option<&str>) -> Input {
        let target = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        Input { url: target.into(), ..self.request() }
    }

    /// The same request with another query after its own.
    pub(super) fn request_with(&self, query: &str) -> Input {
        let sign = if self.target.contains('?') { '&' } else { '?' };
        Input { url: format!("{}{sign}{query}", self.target).into(), ..self.request() }
    }

    /// The tenant, the service and the app, now.
    pub(super) fn fixture(&self, leeway: u32) -> Fixture {
        let (client_key, shared_secret) = (self.client_key.clone(), self.shared_secret.clone());
        let (service, token_id) = (self.service.clone(), Some(token_id()));
        Fixture { now: now(), leeway, client_key, shared_secret, service, token_id }
    }
}

impl fmt::Debug for OtherTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherTenant").field("client_key", &self.client_key).finish_non_exhaustive()
    }
}

/// The time in Unix seconds. A running app has this clock, too.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A `jti` that no other token has, so that an app that takes each token once takes every good one.
pub(super) fn token_id() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("qsh-probe-{}-{}", since.as_nanos(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// Hides the secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, target, base_url, kind, client_key, service, leeway, .. } = self;
        let mut shown = f.debug_struct("Settings");
        shown.field("method", method).field("target", target).field("base_url", base_url);
        shown.field("kind", kind).field("client_key", client_key).field("service", service).field("leeway", leeway);
        shown.finish_non_exhaustive()
    }
}
