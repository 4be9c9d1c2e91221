//! A token before it is encoded and signed, with its request and the receiver's data.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use qsh_auth::kind::{Carrier, Profile, TokenKind};
use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::fixture::{Fixture, Service};
use super::signing::Key;
use crate::suite::case::{
    AsapVerification, Authentication, Endpoint, ForgeVerification, ImpersonationVerification, InstallAuthentication,
    Presented, ProductAuthentication, Question, Received,
};

/// Another tenant and its secret.
const ANOTHER_TENANT: &str = "c2d9a1f4-5e83-4a07-b6d1-90f7e3a8b25c";
pub(super) const ANOTHER_SECRET: &str = "9e0b7d64-1c2f-4f3a-8d5e-b7a6c4f20d18";
/// The app, and another one: their keys, which are the `iss` of their requests.
pub(super) const APP_KEY: &str = "com.example.app";
const ANOTHER_APP_KEY: &str = "com.example.other";
/// The OAuth client id of the app, the account that it acts for, the site, and the authorization server.
pub(super) const CLIENT_ID: &str = "eyJhZGRvbktleSI6ImV4YW1wbGUifQ";
pub(super) const ACCOUNT: &str = "557058:0f1e2d3c-4b5a-4968-8776-655443322110";
pub(super) const SITE: &str = "https://acme.atlassian.net";
pub(super) const SERVER_OF_TOKENS: &str = "https://oauth-2-authorization-server.services.atlassian.com";
/// The `jti` of a token, unless the fixture has another one.
const TOKEN_ID: &str = "b1c2";

/// Rewrites an encoded text.
type Rewriting = fn(String) -> String;

/// The parts of a token. Changes are applied to them; [`Draft::question`] then encodes and signs the token.
pub(super) struct Draft {
    kind: TokenKind,
    pub(super) fixture: Fixture,
    /// Who signs with a private key. Kinds with a shared secret do not use it.
    pub(super) service: Service,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// Applied to the JSON texts of header and claims.
    pub(super) header_text: Rewriting,
    pub(super) claims_text: Rewriting,
    /// Applied to the segments of header and claims, before the signature.
    pub(super) header_segment: Rewriting,
    pub(super) claims_segment: Rewriting,
    /// Applied to the segment of the signature.
    pub(super) signature: Rewriting,
    /// Applied to the whole token.
    pub(super) token: Rewriting,
    pub(super) key: Key,
    /// Where the token is sent. `{}` is the token, and `{another}` is another good one.
    pub(super) headers: Vec<(&'static str, &'static str)>,
    pub(super) query: Vec<&'static str>,
    form: Option<&'static str>,
    /// The receiver's secret for the tenant.
    pub(super) secret: String,
    /// The receiver's key store.
    pub(super) public_keys: BTreeMap<String, String>,
    /// The key set of Forge.
    pub(super) key_set: Map<String, Value>,
    /// The token is issued this number of seconds before now.
    pub(super) age: i64,
    /// It expires this number of seconds after now.
    pub(super) left: i64,
    pub(super) now: i64,
    pub(super) leeway: u32,
    request: Input,
}

impl Draft {
    /// A good token for a request. What the table of token kinds says of its header and its carrier is read there.
    pub(super) fn new(kind: TokenKind, request: &Input, fixture: &Fixture) -> Self {
        // An assertion is good for a minute.
        let (age, left) = if kind == TokenKind::Impersonation { (20, 40) } else { (60, 120) };
        let profile = Profile::of(kind);
        let service = fixture.service(kind);
        let algorithm = profile.algorithms.first().copied().unwrap_or("HS256");
        let mut header = json!({ "alg": algorithm, "typ": "JWT" });
        if profile.key_id.is_some() {
            header["kid"] = service.key_id.as_str().into();
        }
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mut claims = claims(kind, request, fixture, &service);
        claims["iat"] = (fixture.now - age).into();
        claims["exp"] = (fixture.now + left).into();
        if let Some(token_id) = &fixture.token_id {
            claims["jti"] = token_id.as_str().into();
        }
        let mut claims = members(claims);
        claims.extend(service.claims.clone());
        let key = match algorithm {
            "HS256" => Key::Hs256(fixture.shared_secret.as_bytes().to_vec()),
            _ => Key::Rs256(service.key.clone()),
        };
        let after = match profile.carriers.first() {
            Some(Carrier::Authorization("Bearer")) => "Bearer {}",
            _ => "JWT {}",
        };
        Self {
            kind,
            fixture: fixture.clone(),
            header: members(header),
            claims,
            header_text: same,
            claims_text: same,
            header_segment: same,
            claims_segment: same,
            signature: same,
            token: same,
            key,
            headers: vec![("Authorization", after)],
            query: Vec::new(),
            form: None,
            secret: fixture.shared_secret.clone(),
            public_keys: BTreeMap::from([(service.key_id.clone(), service.key.public_pem().to_owned())]),
            key_set: key_set(service.key.json_web_key(&service.key_id)),
            service,
            age,
            left,
            now: fixture.now,
            leeway: fixture.leeway,
            request: request.clone(),
        }
    }

    /// Whether the receiver has other secrets, keys, clock or leeway than in the fixture. Only a receiver that is told so can
    /// be asked.
    pub(super) fn changes_receiver(&self) -> bool {
        let fixture = Self::new(self.kind, &self.request, &self.fixture);
        (self.now, self.leeway) != (fixture.now, fixture.leeway)
            || self.secret != fixture.secret
            || self.public_keys != fixture.public_keys
            || self.key_set != fixture.key_set
    }

    pub(super) fn set(&mut self, claim: &str, value: impl Into<Value>) {
        self.claims.insert(claim.to_owned(), value.into());
    }

    pub(super) fn leave_out(&mut self, claim: &str) {
        self.claims.remove(claim);
    }

    pub(super) fn set_header(&mut self, member: &str, value: impl Into<Value>) {
        self.header.insert(member.to_owned(), value.into());
    }

    /// Uses the secret both for the tenant and for the signature.
    pub(super) fn share(&mut self, secret: &str) {
        self.secret = secret.to_owned();
        self.key = Key::Hs256(secret.as_bytes().to_vec());
    }

    /// Turns the request into a POST with a form, and binds the token to it, so that the hash still matches.
    pub(super) fn send_form(&mut self, form: &'static str) {
        self.form = Some(form);
        self.request = Input { method: "POST".to_owned(), form: None, ..self.request.clone() };
        if matches!(self.kind, TokenKind::Url | TokenKind::Install) {
            self.set("qsh", hash(&self.request));
        }
    }

    pub(super) fn question(self) -> Question {
        let token = self.written(&self.claims);
        let (now, leeway) = (self.now, self.leeway);
        match self.kind {
            TokenKind::Asap => Question::AsapVerify(AsapVerification {
                presented: Presented::Token(token),
                public_keys: self.public_keys,
                audience: self.service.audience,
                now,
                leeway,
            }),
            TokenKind::Impersonation => Question::ImpersonationVerify(ImpersonationVerification {
                token,
                client_id: CLIENT_ID.to_owned(),
                shared_secret: self.secret,
                authorization_server: SERVER_OF_TOKENS.to_owned(),
                now,
                leeway,
            }),
            TokenKind::Forge => Question::ForgeVerify(ForgeVerification {
                presented: Presented::Token(token),
                key_set: self.key_set,
                app_id: self.service.audience,
                now,
                leeway,
            }),
            TokenKind::Install => Question::AuthenticateInstall(InstallAuthentication {
                client_key: self.fixture.client_key.clone(),
                app_base_url: self.service.audience.clone(),
                further_base_urls: Vec::new(),
                public_keys: self.public_keys.clone(),
                now,
                leeway,
                request: self.received(&token),
            }),
            TokenKind::App => {
                let apps = [(APP_KEY, self.secret.as_str()), (ANOTHER_APP_KEY, ANOTHER_SECRET)];
                let apps = apps.map(|(key, secret)| (key.to_owned(), secret.to_owned())).into();
                let request = self.received(&token);
                Question::AuthenticateProduct(ProductAuthentication { request, apps, now, leeway })
            }
            kind => {
                let endpoint = if kind == TokenKind::Context { Endpoint::Context } else { Endpoint::Url };
                let tenants =
                    [(self.fixture.client_key.as_str(), self.secret.as_str()), (ANOTHER_TENANT, ANOTHER_SECRET)];
                let tenants = tenants.map(|(key, secret)| (key.to_owned(), secret.to_owned())).into();
                let request = self.received(&token);
                Question::Authenticate(Authentication { request, tenants, now, leeway, endpoint })
            }
        }
    }

    /// The request that carries the token.
    fn received(self, token: &str) -> Received {
        let mut again = self.claims.clone();
        again.insert("again".to_owned(), true.into());
        let another = self.written(&again);
        let carried = |text: &str| text.replace("{}", token).replace("{another}", &another);
        let mut url = self.request.url.as_str().unwrap_or_default().to_owned();
        for parameter in &self.query {
            let (front, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
            let sign = if front.contains('?') { '&' } else { '?' };
            url = format!("{front}{sign}{}{fragment}", carried(parameter));
        }
        let form = self.form.map(&carried).or_else(|| self.request.form.clone());
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), carried(value)));
        Received { headers: headers.collect(), input: Input { url: url.into(), form, ..self.request } }
    }

    fn written(&self, claims: &Map<String, Value>) -> String {
        let segment = |members: &Map<String, Value>, text: Rewriting, segment: Rewriting| {
            segment(BASE64URL_NOPAD.encode(text(Value::Object(members.clone()).to_string()).as_bytes()))
        };
        let signed = format!(
            "{}.{}",
            segment(&self.header, self.header_text, self.header_segment),
            segment(claims, self.claims_text, self.claims_segment)
        );
        let signature = (self.signature)(self.key.sign(&signed));
        (self.token)(format!("{signed}.{signature}"))
    }
}

/// The claims of a good token, without its `iat` and `exp`.
fn claims(kind: TokenKind, request: &Input, fixture: &Fixture, service: &Service) -> Value {
    let Service { issuer, audience, .. } = service;
    match kind {
        TokenKind::Context => json!({ "iss": fixture.client_key, "qsh": "context-qsh" }),
        TokenKind::App => json!({ "iss": APP_KEY, "qsh": hash(request) }),
        TokenKind::Asap => json!({ "iss": issuer, "aud": audience, "jti": TOKEN_ID }),
        TokenKind::Install => json!({ "iss": issuer, "aud": audience, "qsh": hash(request) }),
        TokenKind::Impersonation => json!({
            "iss": format!("urn:atlassian:connect:clientid:{CLIENT_ID}"),
            "sub": format!("urn:atlassian:connect:useraccountid:{ACCOUNT}"),
            "tnt": SITE,
            "aud": SERVER_OF_TOKENS,
        }),
        TokenKind::Forge => json!({
            "iss": issuer, "aud": audience, "nbf": fixture.now - 60, "jti": TOKEN_ID, "app": { "id": audience },
        }),
        _ => json!({ "iss": fixture.client_key, "qsh": hash(request) }),
    }
}

fn hash(request: &Input) -> String {
    request.request().map(|request| qsh_hash::hash(&request).to_string()).unwrap_or_default()
}

/// The key set with one key.
pub(super) fn key_set(key: Map<String, Value>) -> Map<String, Value> {
    Map::from_iter([("keys".to_owned(), json!([key]))])
}

fn same(text: String) -> String {
    text
}
