//! The messages of the protocol, as serde types.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bad_answer::BadAnswer;
use crate::suite::case::{
    AsapSigning, AsapVerification, Authentication, Endpoint, Headers, Input, InstallAuthentication, JsonBody,
    Operation, Presented, Question, Signing,
};
use crate::suite::outcome::{Answer, Reason};
use crate::suite::text::Text;

/// A question of any operation.
#[derive(Default, Serialize)]
pub(super) struct Message<'a> {
    id: u64,
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<WireRequest<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<&'a Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenants: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_base_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_keys: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key_pem: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leeway: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<Endpoint>,
}

impl<'a> Message<'a> {
    pub(super) fn describe(id: u64, version: u32) -> Self {
        Self { id, op: "describe", protocol: Some(version), ..Self::default() }
    }

    pub(super) fn asking(id: u64, question: &'a Question) -> Self {
        let message = match question {
            Question::CanonicalRequest(request) | Question::Qsh(request) => {
                Self { request: Some(WireRequest::from(request)), ..Self::default() }
            }
            Question::Sign(asked) => Self {
                request: Some(WireRequest::from(&asked.request)),
                issuer: Some(&asked.issuer),
                shared_secret: Some(&asked.shared_secret),
                issued_at: Some(asked.issued_at),
                expires_at: Some(asked.expires_at),
                claims: Some(&asked.claims),
                ..Self::default()
            },
            Question::Authenticate(asked) => Self {
                request: Some(WireRequest::received(&asked.request, &asked.headers)),
                tenants: Some(&asked.tenants),
                now: Some(asked.now),
                leeway: Some(asked.leeway),
                endpoint: Some(asked.endpoint),
                ..Self::default()
            },
            Question::AuthenticateInstall(asked) => Self {
                request: Some(WireRequest::received(&asked.request, &asked.headers)),
                client_key: Some(&asked.client_key),
                app_base_url: Some(&asked.app_base_url),
                public_keys: Some(&asked.public_keys),
                now: Some(asked.now),
                leeway: Some(asked.leeway),
                ..Self::default()
            },
            Question::AsapSign(asked) => Self {
                issuer: Some(&asked.issuer),
                key_id: Some(&asked.key_id),
                private_key_pem: Some(&asked.private_key_pem),
                algorithm: Some(&asked.algorithm),
                audience: Some(&asked.audience),
                issued_at: Some(asked.issued_at),
                expires_at: Some(asked.expires_at),
                claims: Some(&asked.claims),
                ..Self::default()
            },
            Question::AsapVerify(asked) => {
                let (token, headers) = match &asked.presented {
                    Presented::Token(token) => (Some(token.as_str()), None),
                    Presented::Headers(headers) => (None, Some(headers)),
                };
                Self {
                    token,
                    headers,
                    public_keys: Some(&asked.public_keys),
                    audience: Some(&asked.audience),
                    now: Some(asked.now),
                    leeway: Some(asked.leeway),
                    ..Self::default()
                }
            }
        };
        Self { id, op: question.operation().name(), ..message }
    }
}

/// The members that are read from a question about a request.
#[derive(Deserialize)]
pub(super) struct Asked<'a> {
    #[serde(borrow)]
    pub(super) request: WireRequest<'a>,
}

/// The members that are read from `sign`.
#[derive(Deserialize)]
pub(super) struct AskedToSign<'a> {
    #[serde(borrow)]
    request: WireRequest<'a>,
    issuer: String,
    shared_secret: String,
    issued_at: i64,
    expires_at: i64,
    claims: Map<String, Value>,
}

impl AskedToSign<'_> {
    pub(super) fn into_signing(self) -> Result<Signing, BadAnswer> {
        let Self { request, issuer, shared_secret, issued_at, expires_at, claims } = self;
        Ok(Signing { request: request.into_input()?, issuer, shared_secret, issued_at, expires_at, claims })
    }
}

/// The members that are read from `authenticate`.
#[derive(Deserialize)]
pub(super) struct AskedToAuthenticate<'a> {
    #[serde(borrow)]
    request: WireRequest<'a>,
    tenants: BTreeMap<String, String>,
    now: i64,
    leeway: u32,
    endpoint: Endpoint,
}

impl AskedToAuthenticate<'_> {
    pub(super) fn into_authentication(self) -> Result<Authentication, BadAnswer> {
        let Self { request, tenants, now, leeway, endpoint } = self;
        let (request, headers) = request.into_received()?;
        Ok(Authentication { request, headers, tenants, now, leeway, endpoint })
    }
}

/// The members that are read from `authenticate_install`.
#[derive(Deserialize)]
pub(super) struct AskedToAuthenticateInstall<'a> {
    #[serde(borrow)]
    request: WireRequest<'a>,
    client_key: String,
    app_base_url: String,
    public_keys: BTreeMap<String, String>,
    now: i64,
    leeway: u32,
}

impl AskedToAuthenticateInstall<'_> {
    pub(super) fn into_authentication(self) -> Result<InstallAuthentication, BadAnswer> {
        let Self { request, client_key, app_base_url, public_keys, now, leeway } = self;
        let (request, headers) = request.into_received()?;
        Ok(InstallAuthentication { request, headers, client_key, app_base_url, public_keys, now, leeway })
    }
}

/// The members that are read from `asap_sign`.
#[derive(Deserialize)]
pub(super) struct AskedForAsap {
    issuer: String,
    key_id: String,
    private_key_pem: String,
    algorithm: String,
    audience: String,
    issued_at: i64,
    expires_at: i64,
    claims: Map<String, Value>,
}

impl From<AskedForAsap> for AsapSigning {
    fn from(asked: AskedForAsap) -> Self {
        let AskedForAsap { issuer, key_id, private_key_pem, algorithm, audience, issued_at, expires_at, claims } =
            asked;
        Self { issuer, key_id, private_key_pem, algorithm, audience, issued_at, expires_at, claims }
    }
}

/// The members that are read from `asap_verify`.
#[derive(Deserialize)]
pub(super) struct AskedAboutAsap {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    headers: Option<Headers>,
    public_keys: BTreeMap<String, String>,
    audience: String,
    now: i64,
    leeway: u32,
}

impl AskedAboutAsap {
    pub(super) fn into_verification(self) -> Result<AsapVerification, BadAnswer> {
        let Self { token, headers, public_keys, audience, now, leeway } = self;
        let presented = match (token, headers) {
            (Some(token), None) => Presented::Token(token),
            (None, Some(headers)) => Presented::Headers(headers),
            _ => return Err(BadAnswer::BadPresentation),
        };
        Ok(AsapVerification { presented, public_keys, audience, now, leeway })
    }
}

/// A request on the wire. `base_url` and `form` are always written, as `null` if there is none. `json` is left out if
/// there is none.
#[derive(Serialize, Deserialize)]
pub(super) struct WireRequest<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url_hex: Option<String>,
    #[serde(borrow, default)]
    base_url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    form: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json: Option<Cow<'a, JsonBody>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Cow<'a, Headers>>,
}

#[derive(Default, Serialize, Deserialize)]
pub(super) struct AnswerMessage {
    pub(super) id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ok: Option<WireAnswer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rejected: Option<WireRejection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unsupported: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<WireFault>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireAnswer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireRejection {
    pub(super) reason: Reason,
    #[serde(default)]
    pub(super) message: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireFault {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
}

impl<'a> WireRequest<'a> {
    /// A request with its header fields.
    fn received(input: &'a Input, headers: &'a Headers) -> Self {
        Self { headers: Some(Cow::Borrowed(headers)), ..Self::from(input) }
    }

    fn into_received(mut self) -> Result<(Input, Headers), BadAnswer> {
        let headers = self.headers.take().ok_or(BadAnswer::BadRequest("\"headers\""))?;
        Ok((self.into_input()?, headers.into_owned()))
    }

    pub(super) fn into_input(self) -> Result<Input, BadAnswer> {
        let url = match (self.url, self.url_hex) {
            (Some(url), None) => Text::from(url.into_owned()),
            (None, Some(hex)) => Text::from_hex(&hex).map_err(|_| BadAnswer::BadRequest("url_hex as hexadecimal"))?,
            _ => return Err(BadAnswer::BadRequest("exactly one of \"url\" and \"url_hex\"")),
        };
        let method = self.method.into_owned();
        Ok(Input {
            method,
            url,
            base_url: self.base_url.map(Cow::into_owned),
            form: self.form.map(Cow::into_owned),
            json: self.json.map(Cow::into_owned),
        })
    }
}

impl<'a> From<&'a Input> for WireRequest<'a> {
    fn from(input: &'a Input) -> Self {
        let url = input.url.as_str();
        Self {
            method: Cow::Borrowed(&input.method),
            url: url.map(Cow::Borrowed),
            url_hex: if url.is_none() { Some(input.url.to_hex()) } else { None },
            base_url: input.base_url.as_deref().map(Cow::Borrowed),
            form: input.form.as_deref().map(Cow::Borrowed),
            json: input.json.as_ref().map(Cow::Borrowed),
            headers: None,
        }
    }
}

impl WireAnswer {
    pub(super) fn into_answer(self, operation: Operation) -> Result<Answer, BadAnswer> {
        match operation {
            Operation::CanonicalRequest => match (self.canonical_request, self.canonical_request_hex) {
                (Some(text), None) => Ok(Answer::canonical_request(text)),
                (None, Some(hex)) => Text::from_hex(&hex)
                    .map(Answer::canonical_request)
                    .map_err(|_| BadAnswer::MissingValue("canonical_request_hex")),
                _ => Err(BadAnswer::MissingValue("canonical_request")),
            },
            Operation::Qsh => self.qsh.map(Answer::qsh).ok_or(BadAnswer::MissingValue("qsh")),
            Operation::Sign | Operation::AsapSign => {
                self.token.map(Answer::token).ok_or(BadAnswer::MissingValue("token"))
            }
            Operation::Authenticate | Operation::AuthenticateInstall | Operation::AsapVerify => {
                let issuer = self.issuer.ok_or(BadAnswer::MissingValue("issuer"))?;
                let claims = self.claims.ok_or(BadAnswer::MissingValue("claims"))?;
                Ok(Answer::accepted(issuer, claims))
            }
        }
    }
}

impl From<&Answer> for WireAnswer {
    fn from(answer: &Answer) -> Self {
        let text = answer.canonical_request.as_ref();
        let utf8 = text.and_then(Text::as_str);
        Self {
            canonical_request: utf8.map(str::to_owned),
            canonical_request_hex: text.filter(|_| utf8.is_none()).map(Text::to_hex),
            qsh: answer.qsh.clone(),
            issuer: answer.accepted.as_ref().map(|accepted| accepted.issuer.clone()),
            claims: answer.accepted.as_ref().map(|accepted| accepted.claims.clone()),
            token: answer.token.as_deref().map(str::to_owned),
        }
    }
}
