//! The input of a case as a vector file writes it: the arguments of an operation, side by side.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::bad_case::BadCase;
use super::json_body::JsonBody;
use super::question::{
    AsapSigning, AsapVerification, Authentication, Endpoint, Headers, InstallAuthentication, Operation, Presented,
    Question, Signing,
};
use super::request::{Input, RawRequest};

/// The input of a case: the members of its operation's arguments, side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Input")]
pub(crate) struct RawInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    json: Option<JsonBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenants: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_keys: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leeway: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<Endpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key_pem: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
}

/// Takes a member that an operation needs.
macro_rules! take {
    ($raw:ident.$member:ident for $operation:ident) => {
        $raw.$member.take().ok_or(BadCase::Lacks { operation: $operation.name(), member: stringify!($member) })?
    };
}

impl RawInput {
    /// Makes the question of an operation. A member that is missing or unexpected is an error.
    pub(crate) fn into_question(mut self, operation: Operation) -> Result<Question, BadCase> {
        let raw = &mut self;
        let question = match operation {
            Operation::CanonicalRequest => Question::CanonicalRequest(raw.request(operation)?),
            Operation::Qsh => Question::Qsh(raw.request(operation)?),
            Operation::Sign => Question::Sign(Signing {
                request: raw.request(operation)?,
                issuer: take!(raw.issuer for operation),
                shared_secret: take!(raw.shared_secret for operation),
                issued_at: take!(raw.issued_at for operation),
                expires_at: take!(raw.expires_at for operation),
                claims: take!(raw.claims for operation),
            }),
            Operation::Authenticate => Question::Authenticate(Authentication {
                request: raw.request(operation)?,
                headers: take!(raw.headers for operation),
                tenants: take!(raw.tenants for operation),
                now: take!(raw.now for operation),
                leeway: take!(raw.leeway for operation),
                endpoint: take!(raw.endpoint for operation),
            }),
            Operation::AuthenticateInstall => Question::AuthenticateInstall(InstallAuthentication {
                request: raw.request(operation)?,
                headers: take!(raw.headers for operation),
                client_key: take!(raw.client_key for operation),
                app_base_url: take!(raw.app_base_url for operation),
                public_keys: take!(raw.public_keys for operation),
                now: take!(raw.now for operation),
                leeway: take!(raw.leeway for operation),
            }),
            Operation::AsapSign => Question::AsapSign(AsapSigning {
                issuer: take!(raw.issuer for operation),
                key_id: take!(raw.key_id for operation),
                private_key_pem: take!(raw.private_key_pem for operation),
                algorithm: take!(raw.algorithm for operation),
                audience: take!(raw.audience for operation),
                issued_at: take!(raw.issued_at for operation),
                expires_at: take!(raw.expires_at for operation),
                claims: take!(raw.claims for operation),
            }),
            Operation::AsapVerify => Question::AsapVerify(AsapVerification {
                presented: raw.presented()?,
                public_keys: take!(raw.public_keys for operation),
                audience: take!(raw.audience for operation),
                now: take!(raw.now for operation),
                leeway: take!(raw.leeway for operation),
            }),
        };
        if self == Self::default() { Ok(question) } else { Err(self.unexpected(operation)) }
    }

    fn request(&mut self, operation: Operation) -> Result<Input, BadCase> {
        let raw = RawRequest {
            method: take!(self.method for operation),
            url: self.url.take(),
            url_hex: self.url_hex.take(),
            base_url: self.base_url.take(),
            form: self.form.take(),
            json: self.json.take(),
        };
        Input::try_from(raw)
    }

    fn presented(&mut self) -> Result<Presented, BadCase> {
        match (self.token.take(), self.headers.take()) {
            (Some(token), None) => Ok(Presented::Token(token)),
            (None, Some(headers)) => Ok(Presented::Headers(headers)),
            _ => Err(BadCase::ExactlyOne("token and headers")),
        }
    }

    /// The error for members that the operation does not have.
    fn unexpected(&self, operation: Operation) -> BadCase {
        let left = serde_json::to_value(self).ok();
        let members = left
            .as_ref()
            .and_then(Value::as_object)
            .map_or_else(String::new, |members| members.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
        BadCase::Unexpected { operation: operation.name(), members }
    }
}

impl From<Input> for RawInput {
    fn from(request: Input) -> Self {
        let RawRequest { method, url, url_hex, base_url, form, json } = request.into();
        Self { method: Some(method), url, url_hex, base_url, form, json, ..Self::default() }
    }
}

impl From<Question> for RawInput {
    fn from(question: Question) -> Self {
        match question {
            Question::CanonicalRequest(request) | Question::Qsh(request) => Self::from(request),
            Question::Sign(asked) => Self {
                issuer: Some(asked.issuer),
                shared_secret: Some(asked.shared_secret),
                issued_at: Some(asked.issued_at),
                expires_at: Some(asked.expires_at),
                claims: Some(asked.claims),
                ..Self::from(asked.request)
            },
            Question::Authenticate(asked) => Self {
                headers: Some(asked.headers),
                tenants: Some(asked.tenants),
                now: Some(asked.now),
                leeway: Some(asked.leeway),
                endpoint: Some(asked.endpoint),
                ..Self::from(asked.request)
            },
            Question::AuthenticateInstall(asked) => Self {
                headers: Some(asked.headers),
                client_key: Some(asked.client_key),
                app_base_url: Some(asked.app_base_url),
                public_keys: Some(asked.public_keys),
                now: Some(asked.now),
                leeway: Some(asked.leeway),
                ..Self::from(asked.request)
            },
            Question::AsapSign(asked) => Self {
                issuer: Some(asked.issuer),
                key_id: Some(asked.key_id),
                private_key_pem: Some(asked.private_key_pem),
                algorithm: Some(asked.algorithm),
                audience: Some(asked.audience),
                issued_at: Some(asked.issued_at),
                expires_at: Some(asked.expires_at),
                claims: Some(asked.claims),
                ..Self::default()
            },
            Question::AsapVerify(asked) => {
                let (token, headers) = match asked.presented {
                    Presented::Token(token) => (Some(token), None),
                    Presented::Headers(headers) => (None, Some(headers)),
                };
                Self {
                    token,
                    headers,
                    public_keys: Some(asked.public_keys),
                    audience: Some(asked.audience),
                    now: Some(asked.now),
                    leeway: Some(asked.leeway),
                    ..Self::default()
                }
            }
        }
    }
}

/// Writes the input of a case as its file does.
impl Serialize for Question {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawInput::from(self.clone()).serialize(serializer)
    }
}
