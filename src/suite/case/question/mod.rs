//! Questions to an implementation: an operation with its arguments.

mod asap;
mod connect;
mod forge;
mod impersonation;

use std::collections::BTreeMap;
use std::fmt;

use qsh_diagnose::{Input, Text};
use serde::{Deserialize, Serialize};

use super::feature::{Feature, features};
use super::operation::Operation;
use super::received::{Headers, Presented, Received};
pub(in crate::suite) use asap::RawAsapVerification;
pub use asap::{AsapSigning, AsapVerification};
pub use connect::{Authentication, Endpoint, InstallAuthentication, ProductAuthentication, Signing};
pub use forge::ForgeVerification;
pub(in crate::suite) use forge::RawForgeVerification;
pub use impersonation::{ImpersonationSigning, ImpersonationVerification};

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
    /// Whether a request of an app to a product carries a good token (PRD-1).
    AuthenticateProduct(ProductAuthentication),
    /// An assertion for user impersonation (IMP-9).
    ImpersonationSign(ImpersonationSigning),
    /// Whether an assertion for user impersonation is good (IMP-1).
    ImpersonationVerify(ImpersonationVerification),
    /// Whether an invocation token of Forge is good (FIT-1).
    ForgeVerify(ForgeVerification),
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
            Self::AuthenticateProduct(_) => Operation::AuthenticateProduct,
            Self::ImpersonationSign(_) => Operation::ImpersonationSign,
            Self::ImpersonationVerify(_) => Operation::ImpersonationVerify,
            Self::ForgeVerify(_) => Operation::ForgeVerify,
        }
    }

    /// The request of the question. A token that is not bound to a request has none.
    pub fn request(&self) -> Option<&Input> {
        match self {
            Self::CanonicalRequest(request) | Self::Qsh(request) => Some(request),
            Self::Sign(signing) => Some(&signing.request),
            Self::Authenticate(authentication) => Some(&authentication.request.input),
            Self::AuthenticateInstall(authentication) => Some(&authentication.request.input),
            Self::AuthenticateProduct(authentication) => Some(&authentication.request.input),
            Self::AsapSign(_)
            | Self::AsapVerify(_)
            | Self::ImpersonationSign(_)
            | Self::ImpersonationVerify(_)
            | Self::ForgeVerify(_) => None,
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
            Self::ImpersonationSign(signing) => Some(Self::ImpersonationVerify(ImpersonationVerification {
                token: token.to_owned(),
                client_id: signing.client_id.clone(),
                shared_secret: signing.shared_secret.clone(),
                authorization_server: signing.authorization_server.clone(),
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
                write_presented(f, presented)
            }
            Self::AuthenticateProduct(ProductAuthentication { request, now, leeway, .. }) => {
                write!(f, "  now {now}, leeway {leeway}, to a product")?;
                write_headers(f, &request.headers)
            }
            Self::ImpersonationSign(ImpersonationSigning {
                client_id,
                account_id,
                site,
                issued_at,
                expires_at,
                ..
            }) => {
                let [client_id, account_id, site] = [client_id, account_id, site].map(|it| text(it));
                write!(f, "by {client_id} as {account_id} at {site}, at {issued_at}, until {expires_at}")
            }
            Self::ImpersonationVerify(ImpersonationVerification { token, client_id, now, leeway, .. }) => {
                write!(f, "by {}  now {now}, leeway {leeway}  {}", text(client_id), text(token))
            }
            Self::ForgeVerify(ForgeVerification { presented, app_id, now, leeway, .. }) => {
                write!(f, "for {}  now {now}, leeway {leeway}", text(app_id))?;
                write_presented(f, presented)
            }
        }
    }
}

fn write_presented(f: &mut fmt::Formatter<'_>, presented: &Presented) -> fmt::Result {
    match presented {
        Presented::Token(token) => write!(f, "  {}", Text::from(token.as_str())),
        Presented::Headers(headers) => write_headers(f, headers),
    }
}

fn write_headers(f: &mut fmt::Formatter<'_>, headers: &Headers) -> fmt::Result {
    headers
        .iter()
        .try_for_each(|(name, value)| write!(f, "  {}: {}", Text::from(name.as_str()), Text::from(value.as_str())))
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

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
        let product = ProductAuthentication {
            request: authentication.request.clone(),
            apps: authentication.tenants.clone(),
            now: 1,
            leeway: 0,
        };
        let assertion = ImpersonationSigning {
            client_id: "id".into(),
            account_id: "557058:1".into(),
            site: "https://acme.atlassian.net".into(),
            authorization_server: "https://auth.example".into(),
            shared_secret: hidden.clone(),
            issued_at,
            expires_at,
        };
        let assertion = Question::ImpersonationSign(assertion);
        for question in [
            assertion.about("a.b.c", &BTreeMap::new()).unwrap(),
            assertion,
            Question::AuthenticateProduct(product),
            Question::Sign(signing),
            Question::Authenticate(authentication),
            Question::AsapSign(asap),
        ] {
            let shown = format!("{question:?} {question}");
            assert!(!shown.contains(&hidden), "{shown}");
        }
    }
}
