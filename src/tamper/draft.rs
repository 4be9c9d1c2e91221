//! A token before it is encoded and signed, with its request and the receiver's data.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::kind::Kind;
use super::signing::{Key, PUBLIC_KEY};
use crate::suite::case::{AsapVerification, Authentication, Endpoint, Presented, Question, Received};

/// The time at which tokens are verified, unless a change sets another.
pub(super) const NOW: i64 = 1_700_000_000;
/// Tokens are issued `AGE` seconds before `NOW` and expire `LEFT` seconds after it.
pub(super) const AGE: i64 = 60;
pub(super) const LEFT: i64 = 120;
/// The tenant's client key, which is the token's `iss`, and its shared secret.
pub(super) const TENANT: &str = "574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90";
pub(super) const SECRET: &str = "3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a";
/// Another tenant and its secret.
const ANOTHER_TENANT: &str = "c2d9a1f4-5e83-4a07-b6d1-90f7e3a8b25c";
pub(super) const ANOTHER_SECRET: &str = "9e0b7d64-1c2f-4f3a-8d5e-b7a6c4f20d18";
/// The service that issues ASAP tokens, the id of its key, and the server that they are for.
pub(super) const SERVICE: &str = "svc";
pub(super) const KEY_ID: &str = "svc/k1";
pub(super) const SERVER: &str = "api";

/// Rewrites an encoded text.
type Rewriting = fn(String) -> String;

/// The parts of a token. Changes are applied to them; [`Draft::question`] then encodes and signs the token.
pub(super) struct Draft {
    kind: Kind,
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
    pub(super) now: i64,
    pub(super) leeway: u32,
    request: Input,
}

impl Draft {
    /// A good token for a request.
    pub(super) fn new(kind: Kind, request: &Input) -> Self {
        let connect = json!({ "iss": TENANT, "iat": NOW - AGE, "exp": NOW + LEFT });
        let asap = json!({ "iss": SERVICE, "iat": NOW - AGE, "exp": NOW + LEFT, "aud": SERVER, "jti": "b1c2" });
        let (header, claims, key) = match kind {
            Kind::Url | Kind::Context => {
                (json!({ "alg": "HS256", "typ": "JWT" }), connect, Key::Hs256(SECRET.as_bytes().to_vec()))
            }
            Kind::Asap => (json!({ "alg": "RS256", "kid": KEY_ID, "typ": "JWT" }), asap, Key::Rs256),
        };
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mut claims = members(claims);
        match kind {
            Kind::Url => drop(claims.insert("qsh".to_owned(), hash(request).into())),
            Kind::Context => drop(claims.insert("qsh".to_owned(), "context-qsh".into())),
            Kind::Asap => {}
        }
        Self {
            kind,
            header: members(header),
            claims,
            header_text: same,
            claims_text: same,
            header_segment: same,
            claims_segment: same,
            signature: same,
            token: same,
            key,
            headers: vec![("Authorization", "JWT {}")],
            query: Vec::new(),
            form: None,
            secret: SECRET.to_owned(),
            public_keys: BTreeMap::from([(KEY_ID.to_owned(), PUBLIC_KEY.to_owned())]),
            now: NOW,
            leeway: 0,
            request: request.clone(),
        }
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
        if self.kind == Kind::Url {
            self.set("qsh", hash(&self.request));
        }
    }

    pub(super) fn question(self) -> Question {
        let token = self.written(&self.claims);
        match self.kind {
            Kind::Asap => Question::AsapVerify(AsapVerification {
                presented: Presented::Token(token),
                public_keys: self.public_keys,
                audience: SERVER.to_owned(),
                now: self.now,
                leeway: self.leeway,
            }),
            Kind::Url | Kind::Context => {
                let mut again = self.claims.clone();
                again.insert("again".to_owned(), true.into());
                let another = self.written(&again);
                let carried = |text: &str| text.replace("{}", &token).replace("{another}", &another);
                let mut url = self.request.url.as_str().unwrap_or_default().to_owned();
                for parameter in &self.query {
                    let (front, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
                    let sign = if front.contains('?') { '&' } else { '?' };
                    url = format!("{front}{sign}{}{fragment}", carried(parameter));
                }
                let form = self.form.map(&carried).or_else(|| self.request.form.clone());
                let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), carried(value)));
                Question::Authenticate(Authentication {
                    request: Received {
                        headers: headers.collect(),
                        input: Input { url: url.into(), form, ..self.request },
                    },
                    tenants: [(TENANT.to_owned(), self.secret), (ANOTHER_TENANT.to_owned(), ANOTHER_SECRET.to_owned())]
                        .into(),
                    now: self.now,
                    leeway: self.leeway,
                    endpoint: if self.kind == Kind::Url { Endpoint::Url } else { Endpoint::Context },
                })
            }
        }
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

fn hash(request: &Input) -> String {
    request.request().map(|request| qsh_hash::hash(&request).to_string()).unwrap_or_default()
}

fn same(text: String) -> String {
    text
}
