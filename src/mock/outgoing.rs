//! The requests of the product to the app.

use percent_encoding::utf8_percent_encode;
use qsh_auth::kind::{CONTEXT_QSH, TokenKind};
use qsh_hash::{InvalidRequest, Request};
use serde_json::{Map, Value, json};

use super::descriptor::Descriptor;
use super::draft::{Draft, Signer};
use super::flaw::Flaw;
use super::keys::SigningKey;
use super::order::{Group, Order};
use super::product::{ACCOUNT, Product};
use super::random;
use super::site::Site;
use super::url::{UNRESERVED, path_of, split_origin};
use crate::adapter::http::{Address, Message};
use crate::tamper;

/// The app that requests go to. The path of its address is that of its base URL.
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
        path_of(&self.address.target).trim_end_matches('/')
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
    /// The secret of another site, if there is one.
    pub(super) other_secret: Option<String>,
    pub(super) base_url: &'s str,
    pub(super) keys: &'s Keys,
    pub(super) now: i64,
}

/// A request of the product, with its token apart.
pub(super) struct Outgoing {
    pub(super) message: Message,
    pub(super) token: Option<String>,
}

impl Sender<'_> {
    /// The request of an order, right or with a flaw.
    ///
    /// # Errors
    ///
    /// The URL of the descriptor cannot be hashed.
    pub(super) fn outgoing(
        &self,
        order: &Order,
        flaw: Option<&Flaw>,
        app: &Receiver,
    ) -> Result<Outgoing, InvalidRequest> {
        let mut target = self.target(order, app);
        let kind = order.kind();
        let key = if kind == TokenKind::Forge { &self.keys.forge } else { &self.keys.callbacks };
        let mut draft = Draft {
            site: self.site,
            other_secret: self.other_secret.clone(),
            key,
            header: members(match kind {
                TokenKind::Install => json!({ "typ": "JWT", "alg": "RS256", "kid": key.key_id() }),
                // A token of Forge has no `typ`.
                TokenKind::Forge => json!({ "alg": "RS256", "kid": key.key_id() }),
                _ => json!({ "typ": "JWT", "alg": "HS256" }),
            }),
            claims: self.claims(order, &target, app)?,
            signer: match kind {
                TokenKind::Install | TokenKind::Forge => Signer::PublishedKey,
                _ => Signer::Secret(self.site.shared_secret.clone()),
            },
        };
        if let Some(flaw) = flaw {
            flaw.apply(&mut draft);
        }
        let token = draft.signed();
        let field = |name: &str, value: String| (name.to_owned(), value);
        let mut headers = vec![field("User-Agent", USER_AGENT.to_owned())];
        match &token {
            Some(token) if order.group == Group::Module => target.push_str(&format!("&jwt={token}")),
            Some(token) if order.group == Group::Forge => {
                headers.push(field("Authorization", format!("Bearer {token}")));
            }
            Some(token) => headers.push(field("Authorization", format!("JWT {token}"))),
            None => {}
        }
        if order.group == Group::Forge {
            headers.push(field("x-b3-traceid", random::hexadecimal(32)));
            headers.push(field("x-b3-spanid", random::hexadecimal(16)));
        }
        let body = self.body(order, app);
        if body.is_some() {
            headers.push(field("Content-Type", "application/json".to_owned()));
        }
        let body = body.map(|body| body.to_string().into_bytes());
        let message = Message { method: order.method.to_owned(), target: target.into_bytes(), headers, body };
        Ok(Outgoing { message, token })
    }

    /// A token for scripts of the app, as `AP.context.getToken` gives it (CTX-1).
    pub(super) fn context_token(&self) -> String {
        tamper::signed(&self.context_claims(), self.site.shared_secret.as_bytes())
    }

    /// The path and the query of an order, without a token.
    pub(super) fn target(&self, order: &Order, app: &Receiver) -> String {
        let target = format!("{}{}", app.base_path(), order.target);
        if order.group != Group::Module {
            return target;
        }
        // What a product adds to the URL of an iframe.
        let (origin, base_path) = split_origin(self.base_url);
        let channel = format!("channel-{}", app.descriptor.key);
        let added = [
            ("xdm_e", origin),
            ("xdm_c", &channel),
            ("xdm_p", "1"),
            ("cp", base_path),
            ("lic", "none"),
            ("cv", "1001.0.0"),
            ("tz", "Europe/Berlin"),
            ("loc", "en-US"),
        ];
        let added = added.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, &UNRESERVED)));
        let sign = if target.contains('?') { '&' } else { '?' };
        format!("{target}{sign}{}", added.join("&"))
    }

    fn claims(&self, order: &Order, target: &str, app: &Receiver) -> Result<Map<String, Value>, InvalidRequest> {
        let site = self.site;
        let qsh = hash(order.method, target, &app.url())?;
        let claims = match order.kind() {
            TokenKind::Context => return Ok(self.context_claims()),
            TokenKind::Forge => return Ok(self.forge_claims(app)),
            TokenKind::Install => json!({
                "iss": site.client_key, "sub": ACCOUNT, "aud": [app.descriptor.base_url],
                "qsh": qsh, "iat": self.now, "exp": self.now + 900, "context": {},
            }),
            _ => json!({
                "iss": site.client_key, "sub": ACCOUNT, "qsh": qsh, "iat": self.now, "exp": self.now + 180, "context": {},
            }),
        };
        Ok(members(claims))
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
            "jti": random::hexadecimal(40), "principal": ACCOUNT,
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

    /// The body of a webhook, with what most handlers read.
    fn webhook(&self, order: &Order) -> Value {
        let user =
            json!({ "accountId": ACCOUNT, "accountType": "atlassian", "displayName": "Demo User", "active": true });
        let mut body = json!({
            "timestamp": self.now * 1_000, "event": order.event, "webhookEvent": order.event, "userAccountId": ACCOUNT,
            "user": user,
        });
        match self.product {
            Product::Confluence => {
                body["page"] = json!({
                    "id": 65_537, "title": "Start of the demo", "contentType": "page", "spaceKey": "DEMO", "version": 1,
                    "creatorAccountId": ACCOUNT, "self": format!("{}/spaces/DEMO/pages/65537", self.base_url),
                });
            }
            Product::Jira => {
                body["issue"] = json!({
                    "id": "10001", "key": "DEMO-1", "self": format!("{}/rest/api/2/issue/10001", self.base_url),
                    "fields": {
                        "summary": "An issue of the demo", "description": null, "labels": [], "creator": user,
                        "issuetype": { "id": "10002", "name": "Task" }, "status": { "id": "1", "name": "To Do" },
                        "project": { "id": "10000", "key": "DEMO", "name": "Demo" },
                    },
                });
            }
        }
        body
    }

    fn body(&self, order: &Order, app: &Receiver) -> Option<Value> {
        let site = self.site;
        Some(match order.group {
            Group::Module | Group::Context => return None,
            Group::Forge => json!({ "call": { "functionKey": "remote", "payload": {} } }),
            Group::Webhook => self.webhook(order),
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

pub(super) const USER_AGENT: &str = concat!("qsh-mock/", env!("CARGO_PKG_VERSION"), " (plays a product of Atlassian)");

/// The hash of a request, as the product computes it.
fn hash(method: &str, target: &str, base_url: &str) -> Result<String, InvalidRequest> {
    let request = Request::new(method, target)?.with_base_url(base_url)?;
    Ok(qsh_hash::hash(&request).as_str().to_owned())
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use qsh_auth::connect::{Endpoint, ExpectedClaims, Incoming, Tenant, UnverifiedCallback, UnverifiedRequest};
    use qsh_auth::forge::{KeySet, Verifier, bearer};
    use qsh_auth::jwt::{PublicKey, Reason, Rejection, SharedSecret, Time};

    use super::*;
    use crate::mock::state::State;

    const FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
    const NOW: i64 = 1_800_000_000;

    /// What our own verifier says of an order of a site, which has an earlier secret.
    fn verified(order: &Order, flaw: Option<&Flaw>, app: &Receiver, state: &State) -> Result<(), Rejection> {
        let (site, time) = (&state.sites[0], Time::new(NOW));
        let other_secret = Some("the secret of another site".to_owned());
        let base_url = "http://127.0.0.1:1/wiki";
        let sender = Sender { product: state.product, site, other_secret, base_url, keys: &state.keys, now: NOW };
        let Outgoing { message, .. } = sender.outgoing(order, flaw, app).unwrap();
        let base_url = app.url();
        let request = Request::new(&message.method, &message.target).unwrap().with_base_url(&base_url).unwrap();
        let headers: Vec<(&str, &[u8])> =
            message.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let incoming = Incoming::new(request, &headers);
        let endpoint = if order.kind() == TokenKind::Context { Endpoint::Context } else { Endpoint::Url };
        match order.kind() {
            TokenKind::Install => {
                let callback = UnverifiedCallback::parse(incoming)?;
                let key = PublicKey::from_pem(state.keys.callbacks.public_pem()).unwrap();
                let key = Some(&key).filter(|_| callback.key_id().as_str() == state.keys.callbacks.key_id());
                let expected =
                    ExpectedClaims { client_key: &site.client_key, app_base_urls: &[&app.descriptor.base_url] };
                callback.verify(key, expected, time).map(drop)
            }
            TokenKind::Forge => {
                let keys = KeySet::parse(state.keys.forge.key_set().to_string().as_bytes()).unwrap();
                Verifier::new(FORGE_APP).verify(bearer(&headers)?, &keys, time).map(drop)
            }
            _ => {
                let request = UnverifiedRequest::parse(incoming)?;
                let secret = SharedSecret::new(&site.shared_secret).unwrap();
                let tenant = (request.client_key() == site.client_key).then(|| Tenant::new(&site.client_key, secret));
                request.verify(tenant, endpoint, time).map(drop)
            }
        }
    }

    /// Why a request with this flaw, and no other, is refused.
    fn reason(flaw: &Flaw) -> Reason {
        match flaw.name {
            "no_token" => Reason::NoToken,
            "unsigned" | "shared_secret" | "public_key_as_secret" => Reason::AlgorithmNotAllowed,
            "own_key" | "another_secret" | "old_secret" | "secret_of_another_site" => Reason::BadSignature,
            "another_tenant" | "another_issuer" => Reason::UnknownIssuer,
            "another_app" => Reason::AudienceMismatch,
            "another_request" => Reason::QshMismatch,
            "no_hash" | "no_expiry" => Reason::MissingClaim,
            "context_token" => Reason::ContextToken,
            "expired" => Reason::Expired,
            other => panic!("no reason for {other}"),
        }
    }

    #[test]
    fn our_own_verifier_accepts_each_order_and_refuses_each_flaw_for_its_reason() {
        let text =
            br#"{"key":"com.example.app","baseUrl":"https://app.test/base","lifecycle":{"installed":"/installed",
            "enabled":"/enabled"},"modules":{"webPanels":[{"key":"panel","url":"/panel?issue={issue.key}"}],
            "webhooks":[{"event":"page_created","url":"/hook"}]}}"#;
        let app = Receiver {
            address: Address::parse("http://127.0.0.1:3000/base/").unwrap(),
            descriptor: Descriptor::parse(text).unwrap(),
            forge_app: FORGE_APP.to_owned(),
        };
        let mut state = State::new(Product::Confluence, 1);
        state.sites[0].renew_secret();
        let orders = Order::all(&app.descriptor, &["/data".to_owned()], &["/remote".to_owned()]);
        let mut sent = 0;
        let mut others = Vec::new();
        for order in &orders {
            assert_eq!(
                verified(order, None, &app, &state).map_err(|refused| refused.to_string()),
                Ok(()),
                "{}",
                order.id
            );
            for flaw in order.flaws() {
                sent += 1;
                let refused = verified(order, Some(flaw), &app, &state).unwrap_err();
                if refused.reason() != reason(flaw) {
                    others.push(format!("{}/{}: {refused}", order.id, flaw.name));
                }
            }
        }
        // Twice 12 of callbacks, three times 10 for a URL, 7 of context tokens, and 7 of Forge.
        assert_eq!((orders.len(), sent), (7, 68));
        assert_eq!(others, [""; 0]);
    }

    #[test]
    fn the_url_of_an_iframe_has_what_a_product_adds() {
        let state = State::new(Product::Confluence, 1);
        let app = Receiver {
            address: Address::parse("http://127.0.0.1:3000/").unwrap(),
            descriptor: Descriptor::parse(br#"{"key":"a.b","baseUrl":"http://h","modules":{"x":{"url":"/p?a=1"}}}"#)
                .unwrap(),
            forge_app: String::new(),
        };
        let base_url = "http://127.0.0.1:2991/conf";
        let site = &state.sites[0];
        let sender = Sender { product: state.product, site, other_secret: None, base_url, keys: &state.keys, now: NOW };
        let order = Order::all(&app.descriptor, &[], &[]).swap_remove(0);
        let added = "xdm_e=http%3A%2F%2F127.0.0.1%3A2991&xdm_c=channel-a.b&xdm_p=1&cp=%2Fconf&lic=none&cv=1001.0.0&tz=Europe%2FBerlin&loc=en-US";
        assert_eq!(sender.target(&order, &app), format!("/p?a=1&{added}"));
    }
}
