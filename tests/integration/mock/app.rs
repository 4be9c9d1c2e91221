//! A sound app that can be installed, and apps with one hole each.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use qsh_auth::connect::{Callback, Endpoint, ExpectedClaims, Incoming, Tenant, UnverifiedCallback, UnverifiedRequest};
use qsh_auth::forge::{KeySet, Verifier, bearer};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{PublicKey, Reason, Time};
use qsh_hash::Request;

use super::send;
use crate::probe::now;
use crate::server::{Answer, Seen, Server};

pub(super) const DESCRIPTOR: &str = r#"{
    "key": "com.example.app", "name": "Example", "baseUrl": "https://app.test", "authentication": { "type": "jwt" },
    "lifecycle": {
        "installed": "/installed", "uninstalled": "/uninstalled", "enabled": "/enabled", "disabled": "/disabled"
    },
    "modules": {
        "webPanels": [{ "key": "panel", "name": { "value": "Panel" }, "url": "/panel?issue={issue.key}" }],
        "webhooks": [{ "event": "jira:issue_created", "url": "/hook" }]
    }
}"#;
pub(super) const FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
const BASE_URL: &str = "https://app.test";

/// A running app.
pub(crate) struct App {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    hole: &'static str,
    key_host: Mutex<String>,
    tenants: Mutex<BTreeMap<String, Tenant>>,
}

impl App {
    pub(super) fn sound() -> Self {
        Self::with_hole("")
    }

    pub(super) fn with_hole(hole: &'static str) -> Self {
        let (key_host, tenants) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { hole, key_host, tenants });
        let app = Arc::clone(&shared);
        Self { server: Server::start(move |seen| app.answer(seen)), shared }
    }

    /// Says where the keys of install callbacks and of Forge are.
    pub(super) fn use_keys_of(&self, url: &str) {
        url.clone_into(&mut self.shared.key_host.lock().unwrap());
    }

    pub(super) fn url(&self) -> String {
        self.server.url("")
    }

    /// The tenants that have installed the app, by client key.
    pub(super) fn tenants(&self) -> BTreeMap<String, Tenant> {
        self.shared.tenants.lock().unwrap().clone()
    }
}

impl Shared {
    fn has(&self, hole: &str) -> bool {
        self.hole == hole
    }

    fn answer(&self, seen: &Seen) -> Answer {
        let path = seen.target.split('?').next().unwrap();
        let accepted = match path {
            "/atlassian-connect.json" => return (200, DESCRIPTOR),
            "/installed" | "/uninstalled" if self.has("refuses_install") => None,
            "/installed" | "/uninstalled" => self.callback(seen),
            "/data" => self.request(seen, Endpoint::Context),
            "/remote" => self.remote(seen),
            "/hook" if self.has("open_hook") => Some(()),
            "/panel" if self.has("refuses_panel") => None,
            "/panel" if self.has("context_at_panel") => {
                self.request(seen, Endpoint::Url).or_else(|| self.request(seen, Endpoint::Context))
            }
            _ => self.request(seen, Endpoint::Url),
        };
        accepted.map_or((401, "refused"), |()| (200, "welcome"))
    }

    fn key(&self, path: &str) -> String {
        let host = self.key_host.lock().unwrap().clone();
        send(&format!("{host}/{path}"), "GET", &[], "").2
    }

    fn callback(&self, seen: &Seen) -> Option<()> {
        let body = Callback::parse(seen.body.as_bytes()).ok()?;
        let request = Request::new(&seen.method, &seen.target).ok()?.with_base_url(BASE_URL).ok()?;
        let headers = fields(seen);
        let callback = UnverifiedCallback::parse(Incoming::new(request, &headers)).ok()?;
        let key = PublicKey::from_pem(self.key(callback.key_id().as_str())).ok()?;
        let token = token_after(seen, "JWT ");
        let token = Unverified::parse(token.as_bytes()).ok()?;
        let text =
            |name: &str| token.claims().get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        let is_new = !self.tenants.lock().unwrap().contains_key(&body.site().client_key);
        let is_unchecked = self.has("install_of_any_issuer") || self.has("first_install_of_any_issuer") && is_new;
        let issuer = if is_unchecked { text("iss") } else { body.site().client_key.clone() };
        let audience = token.claims().get("aud").and_then(|aud| aud[0].as_str()).unwrap_or_default().to_owned();
        let audience = if self.has("install_for_any_app") { audience } else { BASE_URL.to_owned() };
        let expected = ExpectedClaims { client_key: &issuer, app_base_urls: &[&audience] };
        match callback.verify(Some(&key), expected, Time::new(now())) {
            Ok(_) => {}
            // A signature by any key is taken for a right one.
            Err(refused) if refused.reason() == Reason::BadSignature && self.has("install_without_signature") => {}
            Err(_) => return None,
        }
        let mut tenants = self.tenants.lock().unwrap();
        match body {
            Callback::Installed(installed) => tenants.insert(issuer, installed.tenant()),
            Callback::Uninstalled(site) => tenants.remove(&site.client_key),
        };
        Some(())
    }

    fn request(&self, seen: &Seen, endpoint: Endpoint) -> Option<()> {
        let target = if self.has("sees_another_path") { format!("/app{}", seen.target) } else { seen.target.clone() };
        let request = Request::new(&seen.method, &target).ok()?.with_base_url(BASE_URL).ok()?;
        let headers = fields(seen);
        let request = UnverifiedRequest::parse(Incoming::new(request, &headers)).ok()?;
        let tenant = self.tenants.lock().unwrap().get(request.client_key()).cloned();
        request.verify(tenant, endpoint, Time::new(now()).with_leeway(30)).ok().map(drop)
    }

    fn remote(&self, seen: &Seen) -> Option<()> {
        let headers = fields(seen);
        let token = bearer(&headers).ok()?;
        let keys = KeySet::parse(self.key(".well-known/jwks.json").as_bytes()).ok()?;
        let claims = Unverified::parse(token).ok()?;
        let audience = claims.claims().get("aud")?.as_str()?.to_owned();
        let audience = if self.has("forge_for_any_app") { audience } else { FORGE_APP.to_owned() };
        match Verifier::new(audience).verify(token, &keys, Time::new(now())) {
            Ok(_) => Some(()),
            Err(refused) => {
                (refused.reason() == Reason::UnknownIssuer && self.has("forge_of_any_issuer")).then_some(())
            }
        }
    }
}

fn fields(seen: &Seen) -> Vec<(&str, &[u8])> {
    seen.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

fn token_after<'s>(seen: &'s Seen, scheme: &str) -> &'s str {
    let field = seen.headers.iter().find(|(name, _)| name == "Authorization");
    field.and_then(|(_, value)| value.strip_prefix(scheme)).unwrap_or_default()
}
