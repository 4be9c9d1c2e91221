//! The requests of the product to the app.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qsh_auth::kind::{CONTEXT_QSH, TokenKind};
use qsh_hash::Request;
use serde_json::{Map, Value, json};

use super::descriptor::Descriptor;
use super::draft::{Draft, Signer};
use super::flaw::Flaw;
use super::keys::SigningKey;
use super::order::{Group, Order};
use super::product::{ACCOUNT, Product};
use super::random;
use super::site::Site;
use crate::adapter::http::{Address, Message};
use crate::tamper;

/// The app that requests go to.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) address: Address,
    pub(super) descriptor: Descriptor,
    /// The app of Forge.
    pub(super) forge_app: String,
}

impl Receiver {
    /// The URL of the app, without a slash at its end.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.address.origin(), self.base_path())
    }

    /// The path of the base URL of the app, without a slash at its end.
    pub(super) fn base_path(&self) -> &str {
        self.address.target.split('?').next().unwrap_or_default().trim_end_matches('/')
    }
}

/// What the product signs with.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) callbacks: SigningKey,
    pub(super) forge: SigningKey,
}

/// The product that sends.
pub(super) struct Sender<'s> {
    pub(super) product: Product,
    pub(super) site: &'s Site,
    pub(super) base_url: &'s str,
    pub(super) keys: &'s Keys,
    pub(super) now: i64,
}

impl Sender<'_> {
    /// The request of an order, right or with a flaw, and its token.
    pub(super) fn message(&self, order: &Order, flaw: Option<&Flaw>, app: &Receiver) -> (Message, Option<String>) {
        let mut target = format!("{}{}", app.base_path(), order.target);
        if order.group == Group::Module {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&self.frame(app));
        }
        let mut draft = Draft {
            site: self.site,
            claims: self.claims(order, &target, app),
            signer: match order.kind() {
                TokenKind::Install | TokenKind::Forge => Signer::PublishedKey,
                _ => Signer::Secret(self.site.shared_secret.clone()),
            },
        };
        if let Some(flaw) = flaw {
            flaw.apply(&mut draft);
        }
        let key = if order.group == Group::Forge { &self.keys.forge } else { &self.keys.callbacks };
        let token = draft.signed(key);
        let mut headers = vec![("User-Agent".to_owned(), USER_AGENT.to_owned())];
        match &token {
            Some(token) if order.group == Group::Module => target.push_str(&format!("&jwt={token}")),
            Some(token) => {
                let scheme = if order.group == Group::Forge { "Bearer" } else { "JWT" };
                headers.push(("Authorization".to_owned(), format!("{scheme} {token}")));
            }
            None => {}
        }
        let body = self.body(order, app);
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let body = body.map(|body| body.to_string().into_bytes());
        (Message { method: order.method.to_owned(), target: target.into_bytes(), headers, body }, token)
    }

    /// A token for scripts of the app, as `AP.context.getToken` gives it (CTX-1).
    pub(super) fn context_token(&self) -> String {
        tamper::signed(&self.context_claims(), self.site.shared_secret.as_bytes())
    }

    /// The parameters that a product adds to the URL of an iframe.
    fn frame(&self, app: &Receiver) -> String {
        let origin = self.base_url.split('/').take(3).collect::<Vec<_>>().join("/");
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let channel = encoded(&format!("channel-{}", app.descriptor.key));
        format!("xdm_e={}&xdm_c={channel}&cp={}&lic=none&cv=1001.0.0", encoded(&origin), self.product.base_path())
    }

    fn claims(&self, order: &Order, target: &str, app: &Receiver) -> Map<String, Value> {
        let site = self.site;
        let claims = match order.kind() {
            TokenKind::Context => return self.context_claims(),
            TokenKind::Forge => return self.forge_claims(app),
            TokenKind::Install => json!({
                "iss": site.client_key, "sub": ACCOUNT, "aud": [app.descriptor.base_url],
                "qsh": hash(order.method, target, &app.url()), "iat": self.now, "exp": self.now + 900, "context": {},
            }),
            _ => json!({
                "iss": site.client_key, "sub": ACCOUNT, "qsh": hash(order.method, target, &app.url()),
                "iat": self.now, "exp": self.now + 180, "context": {},
            }),
        };
        members(claims)
    }

    fn context_claims(&self) -> Map<String, Value> {
        members(json!({
            "iss": self.site.client_key, "sub": ACCOUNT, "qsh": CONTEXT_QSH, "iat": self.now, "exp": self.now + 900,
            "context": {},
        }))
    }

    fn forge_claims(&self, app: &Receiver) -> Map<String, Value> {
        let Site { cloud_id, installation_id, .. } = self.site;
        let installation = format!("ari:cloud:ecosystem::installation/{installation_id}");
        let api = format!("https://api.atlassian.com/ex/{}/{cloud_id}", self.product.name());
        members(json!({
            "iss": "forge/invocation-token", "aud": app.forge_app, "iat": self.now, "nbf": self.now, "exp": self.now + 25,
            "jti": random::letters(40), "principal": ACCOUNT,
            "app": {
                "id": app.forge_app, "installationId": installation, "apiBaseUrl": api, "appVersion": "1.0.0",
                "environment": { "type": "DEVELOPMENT", "id": format!("ari:cloud:ecosystem::environment/{cloud_id}") },
                "module": { "type": "core:endpoint", "key": "remote" },
                "installation": {
                    "id": installation,
                    "contexts": [{ "name": self.product.name(), "apiBaseUrl": api, "cloudId": cloud_id }],
                },
            },
            "context": { "cloudId": cloud_id, "siteUrl": self.base_url, "moduleKey": "remote" },
        }))
    }

    fn body(&self, order: &Order, app: &Receiver) -> Option<Value> {
        let site = self.site;
        Some(match order.group {
            Group::Module | Group::Context => return None,
            Group::Forge => json!({ "call": { "functionKey": "remote", "payload": {} } }),
            Group::Webhook => json!({
                "timestamp": self.now * 1_000, "event": order.event, "webhookEvent": order.event, "userAccountId": ACCOUNT,
                "issue": { "id": "10001", "key": "DEMO-1" }, "page": { "id": 65_537, "title": "Start of the demo" },
            }),
            Group::Lifecycle => {
                let mut body = json!({
                    "key": app.descriptor.key, "clientKey": site.client_key, "oauthClientId": site.oauth_client_id,
                    "cloudId": site.cloud_id, "baseUrl": self.base_url, "displayUrl": self.base_url,
                    "productType": self.product.name(), "description": "Played by qsh mock", "eventType": order.event,
                    "serverVersion": "1001.0.0", "pluginsVersion": "1001.0.0",
                });
                if order.event == "installed" {
                    body["sharedSecret"] = site.shared_secret.clone().into();
                }
                body
            }
        })
    }
}

const USER_AGENT: &str = concat!("qsh-mock/", env!("CARGO_PKG_VERSION"), " (plays a product of Atlassian)");

/// The hash of a request, as the product computes it.
fn hash(method: &str, target: &str, base_url: &str) -> String {
    let request = Request::new(method, target).and_then(|request| request.with_base_url(base_url));
    request.map_or_else(|_| String::new(), |request| qsh_hash::hash(&request).as_str().to_owned())
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
