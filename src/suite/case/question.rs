//! Questions to an implementation: an operation with its arguments.

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::{Input, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::feature::{Feature, features};
use super::operation::Operation;
use super::received::{Headers, Received};

/// An operation of the adapter protocol with its arguments.
///
/// It is serialized as the protocol writes it: `op`, and the arguments of the operation. [`Question::input`] is the form
/// that vectors and reports have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Question {
    /// The canonical request (QSH-C1) of a request.
    #[serde(with = "request_member")]
    CanonicalRequest(Input),
    /// The query string hash (QSH-H2) of a request.
    #[serde(with = "request_member")]
    Qsh(Input),
    /// A token for a request (CON-22).
    Sign(Signing),
    /// Whether a request carries a good token (CON-1).
    Authenticate(Authentication),
    /// Whether an install callback carries a good token (INS-1).
    AuthenticateInstall(InstallAuthentication),
    /// An ASAP token (ASAP-25).
    AsapSign(AsapSigning),
    /// Whether an ASAP token is good (ASAP-1).
    AsapVerify(AsapVerification),
}

/// A question about a request alone has the request as a member.
mod request_member {
    use qsh_diagnose::Input;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize)]
    struct Borrowed<'i> {
        request: &'i Input,
    }

    #[derive(Deserialize)]
    struct Owned {
        request: Input,
    }

    pub(super) fn serialize<S: Serializer>(request: &Input, serializer: S) -> Result<S::Ok, S::Error> {
        Borrowed { request }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Input, D::Error> {
        Owned::deserialize(deserializer).map(|Owned { request }| request)
    }
}

/// A request to sign, with the issuer, the secret, the dates and the claims.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Signing {
    /// The request. Its base URL is that of the receiver.
    pub request: Input,
    /// The token's `iss`.
    pub issuer: String,
    /// The secret that both sides share.
    pub shared_secret: String,
    /// The token's `iat`, in Unix seconds. It is the time of signing.
    pub issued_at: i64,
    /// The token's `exp`, in Unix seconds.
    pub expires_at: i64,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// A request, with what the app knows when it arrives.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Authentication {
    /// The request with its header fields. Its base URL is that of the app.
    pub request: Received,
    /// The tenants: the shared secret for each client key.
    pub tenants: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
    /// Which tokens the endpoint accepts.
    pub endpoint: Endpoint,
}

/// An install callback, with what the app knows when it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct InstallAuthentication {
    /// The request with its header fields. Its base URL is that of the app.
    pub request: Received,
    /// The `clientKey` of its body.
    pub client_key: String,
    /// The base URL that the token must have as its audience (INS-6).
    pub app_base_url: String,
    /// The keys that Atlassian publishes: a PEM for each `kid`.
    pub public_keys: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// The inputs of an ASAP token.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct AsapSigning {
    /// The token's `iss`.
    pub issuer: String,
    /// The token's `kid`.
    pub key_id: String,
    /// The private key, in PEM.
    pub private_key_pem: String,
    /// The token's `alg`.
    pub algorithm: String,
    /// The token's `aud`.
    pub audience: String,
    /// The token's `iat`, in Unix seconds. It is the time of signing.
    pub issued_at: i64,
    /// The token's `exp`, in Unix seconds.
    pub expires_at: i64,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// An ASAP token, with what the server knows when it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawAsapVerification", into = "RawAsapVerification")]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct AsapVerification {
    /// The token, or the header fields that carry it.
    pub presented: Presented,
    /// The keys of the issuers: a PEM for each `kid`.
    pub public_keys: BTreeMap<String, String>,
    /// The name of the server.
    pub audience: String,
    /// The time in Unix seconds.
    pub now: i64,
    /// The allowed clock difference in seconds.
    pub leeway: u32,
}

/// [`AsapVerification`] with its members as they are written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AsapVerification")]
#[schemars(extend("oneOf" = [{ "required": ["token"] }, { "required": ["headers"] }]))]
pub(in crate::suite) struct RawAsapVerification {
    /// The token by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The header fields that carry the token. They replace `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    /// The keys of the issuers: a PEM for each `kid`.
    public_keys: BTreeMap<String, String>,
    /// The name of the server.
    audience: String,
    /// The time in Unix seconds.
    now: i64,
    /// The allowed clock difference in seconds.
    leeway: u32,
}

impl TryFrom<RawAsapVerification> for AsapVerification {
    type Error = &'static str;

    fn try_from(raw: RawAsapVerification) -> Result<Self, &'static str> {
        let RawAsapVerification { token, headers, public_keys, audience, now, leeway } = raw;
        let presented = match (token, headers) {
            (Some(token), None) => Presented::Token(token),
            (None, Some(headers)) => Presented::Headers(headers),
            _ => return Err("expected exactly one of token and headers"),
        };
        Ok(Self { presented, public_keys, audience, now, leeway })
    }
}

impl From<AsapVerification> for RawAsapVerification {
    fn from(asked: AsapVerification) -> Self {
        let AsapVerification { presented, public_keys, audience, now, leeway } = asked;
        let (token, headers) = match presented {
            Presented::Token(token) => (Some(token), None),
            Presented::Headers(headers) => (None, Some(headers)),
        };
        Self { token, headers, public_keys, audience, now, leeway }
    }
}

/// How a token reaches a verifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Presented {
    /// By itself.
    Token(String),
    /// In the header fields of a request.
    Headers(Headers),
}

/// Which tokens an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Endpoint {
    /// Those that are bound to its URL.
    Url,
    /// Context tokens (CTX-1).
    Context,
}

impl Endpoint {
    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Context => "context",
        }
    }
}

impl Question {
    /// The operation.
    pub fn operation(&self) -> Operation {
        match self {
            Self::CanonicalRequest(_) => Operation::CanonicalRequest,
            Self::Qsh(_) => Operation::Qsh,
            Self::Sign(_) => Operation::Sign,
            Self::Authenticate(_) => Operation::Authenticate,
            Self::AuthenticateInstall(_) => Operation::AuthenticateInstall,
            Self::AsapSign(_) => Operation::AsapSign,
            Self::AsapVerify(_) => Operation::AsapVerify,
        }
    }

    /// The request of the question. An ASAP token has none.
    pub fn request(&self) -> Option<&Input> {
        match self {
            Self::CanonicalRequest(request) | Self::Qsh(request) => Some(request),
            Self::Sign(signing) => Some(&signing.request),
            Self::Authenticate(authentication) => Some(&authentication.request.input),
            Self::AuthenticateInstall(authentication) => Some(&authentication.request.input),
            Self::AsapSign(_) | Self::AsapVerify(_) => None,
        }
    }

    /// The request, if the question asks for its canonical request or its hash.
    pub fn canonicalized(&self) -> Option<&Input> {
        match self {
            Self::CanonicalRequest(request) | Self::Qsh(request) => Some(request),
            _ => None,
        }
    }

    /// The features that the question needs, sorted by name.
    pub fn features(&self) -> Vec<Feature> {
        self.request().map_or_else(Vec::new, features)
    }

    /// The question that verifies a token which answers this question, at the time of its signing. An ASAP token is
    /// verified with `public_keys`. Returns `None` if the answer is not a token.
    pub fn about(&self, token: &str, public_keys: &BTreeMap<String, String>) -> Option<Self> {
        match self {
            Self::Sign(signing) => Some(Self::Authenticate(Authentication {
                request: Received {
                    input: signing.request.clone(),
                    headers: vec![("Authorization".to_owned(), format!("JWT {token}"))],
                },
                tenants: BTreeMap::from([(signing.issuer.clone(), signing.shared_secret.clone())]),
                now: signing.issued_at,
                leeway: 0,
                endpoint: Endpoint::Url,
            })),
            Self::AsapSign(signing) => Some(Self::AsapVerify(AsapVerification {
                presented: Presented::Token(token.to_owned()),
                public_keys: public_keys.clone(),
                audience: signing.audience.clone(),
                now: signing.issued_at,
                leeway: 0,
            })),
            _ => None,
        }
    }
}

/// One line, escaped as [`Text`] is. Shows tokens, but no secrets and no private keys.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| Text::from(text);
        if let Some(request) = self.request() {
            request.fmt(f)?;
        }
        match self {
            Self::CanonicalRequest(_) | Self::Qsh(_) => Ok(()),
            Self::Sign(Signing { issuer, issued_at, expires_at, .. }) => {
                write!(f, "  by {}, at {issued_at}, until {expires_at}", text(issuer))
            }
            Self::Authenticate(Authentication { request, now, leeway, endpoint, .. }) => {
                write!(f, "  now {now}, leeway {leeway}, {} endpoint", endpoint.name())?;
                write_headers(f, &request.headers)
            }
            Self::AuthenticateInstall(asked) => {
                let InstallAuthentication { request, client_key, app_base_url, now, leeway, .. } = asked;
                let (client_key, app_base_url) = (text(client_key), text(app_base_url));
                write!(f, "  now {now}, leeway {leeway}, installed by {client_key} in {app_base_url}")?;
                write_headers(f, &request.headers)
            }
            Self::AsapSign(AsapSigning { issuer, key_id, algorithm, audience, issued_at, expires_at, .. }) => {
                let [issuer, key_id, algorithm, audience] = [issuer, key_id, algorithm, audience].map(|it| text(it));
                write!(f, "{algorithm} by {issuer} with {key_id} for {audience}, at {issued_at}, until {expires_at}")
            }
            Self::AsapVerify(AsapVerification { presented, audience, now, leeway, .. }) => {
                write!(f, "for {}  now {now}, leeway {leeway}", text(audience))?;
                match presented {
                    Presented::Token(token) => write!(f, "  {}", text(token)),
                    Presented::Headers(headers) => write_headers(f, headers),
                }
            }
        }
    }
}

/// Hides the secret.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, issuer, issued_at, expires_at, claims, .. } = self;
        let mut shown = f.debug_struct("Signing");
        shown.field("request", request).field("issuer", issuer).field("issued_at", issued_at);
        shown.field("expires_at", expires_at).field("claims", claims).finish_non_exhaustive()
    }
}

/// Hides the secrets. Shows the client keys of the tenants.
impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, tenants, now, leeway, endpoint } = self;
        let tenants: Vec<&String> = tenants.keys().collect();
        let mut shown = f.debug_struct("Authentication");
        shown.field("request", request).field("tenants", &tenants);
        shown.field("now", now).field("leeway", leeway).field("endpoint", endpoint).finish()
    }
}

/// Hides the private key.
impl fmt::Debug for AsapSigning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, key_id, algorithm, audience, issued_at, expires_at, claims, .. } = self;
        let mut shown = f.debug_struct("AsapSigning");
        shown.field("issuer", issuer).field("key_id", key_id).field("algorithm", algorithm);
        shown.field("audience", audience).field("issued_at", issued_at).field("expires_at", expires_at);
        shown.field("claims", claims).finish_non_exhaustive()
    }
}

fn write_headers(f: &mut fmt::Formatter<'_>, headers: &Headers) -> fmt::Result {
    headers
        .iter()
        .try_for_each(|(name, value)| write!(f, "  {}: {}", Text::from(name.as_str()), Text::from(value.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret_and_no_private_key() {
        let request = Input::new("GET", "/a");
        let (hidden, issued_at, expires_at, claims) = ("hush".to_owned(), 1, 2, Map::new());
        let signing = Signing {
            request: request.clone(),
            issuer: "app".into(),
            shared_secret: hidden.clone(),
            issued_at,
            expires_at,
            claims: claims.clone(),
        };
        let authentication = Authentication {
            request: Received { input: request, headers: Vec::new() },
            tenants: BTreeMap::from([("client".to_owned(), hidden.clone())]),
            now: 1,
            leeway: 0,
            endpoint: Endpoint::Url,
        };
        let asap = AsapSigning {
            issuer: "svc".into(),
            key_id: "svc/k1".into(),
            private_key_pem: hidden.clone(),
            algorithm: "RS256".into(),
            audience: "api".into(),
            issued_at,
            expires_at,
            claims,
        };
        for question in [Question::Sign(signing), Question::Authenticate(authentication), Question::AsapSign(asap)] {
            let shown = format!("{question:?} {question}");
            assert!(!shown.contains(&hidden), "{shown}");
        }
    }
}
