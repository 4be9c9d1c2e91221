//! Authenticates requests from a product to an app.

use std::error::Error;
use std::fmt;

use qsh_hash::Request;

use super::transport::{self, Direction};
use super::{Incoming, Tenant, TenantStore};
use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, Reason, Rejection, Time};
use crate::kind::{Expected, Profile, TokenKind, check};

/// The kind of an endpoint, which decides the tokens that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a token is bound to a URL or it is not")]
pub enum Endpoint {
    /// The product calls its URL or loads it in a frame. The token holds the hash of the request.
    Url,
    /// The app's own page calls it with a context token (`AP.context.getToken`). The hash is `context-qsh`.
    Context,
}

impl Endpoint {
    /// The kind of the tokens that it accepts.
    pub fn kind(self) -> TokenKind {
        match self {
            Self::Url => TokenKind::Url,
            Self::Context => TokenKind::Context,
        }
    }
}

/// A request that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticated {
    /// The tenant that sent the request.
    pub tenant: Tenant,
    /// The claims of its token.
    pub claims: Claims,
}

/// Why a request was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the request is at fault or the store is")]
pub enum Failure<E> {
    /// The request is refused: answer 401.
    Rejected(Rejection),
    /// The store failed, so nothing is known about the request: answer 500.
    Store(E),
}

impl<E> From<Rejection> for Failure<E> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Writes what failed. The cause is the source of the error.
impl<E> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected(_) => "the request is refused",
            Self::Store(_) => "the store cannot be queried",
        })
    }
}

impl<E: Error + 'static> Error for Failure<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Store(error) => Some(error),
        }
    }
}

/// A request from a product to an app, before its tenant is known. Its claims are not verified.
///
/// [`authenticate`] looks up the tenant in a [`TenantStore`]. An app that has to wait for its database uses this type: it
/// looks up the tenant itself, between [`parse`] and [`verify`].
///
/// [`parse`]: Self::parse
/// [`verify`]: Self::verify
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
///
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Endpoint, Incoming, Issue, Tenant, UnverifiedRequest, token};
/// use qsh_auth::jwt::{Reason, SharedSecret, Time};
///
/// let secret = SharedSecret::new("a shared secret")?;
/// let database = HashMap::from([("client", Tenant::new("client", secret.clone()))]);
/// let signed = token(&Request::new("GET", "/panel")?, &Issue::new("client", 1_000, 1_180), &secret)?;
/// let credentials = format!("JWT {}", signed.as_str());
/// let headers = [("Authorization", credentials.as_bytes())];
///
/// let request = UnverifiedRequest::parse(Incoming::new(Request::new("GET", "/panel")?, &headers))?;
/// assert_eq!(request.client_key(), "client");
/// // In an async app: `database.get(…).await?`.
/// let tenant = database.get(request.client_key()).cloned();
/// let accepted = request.clone().verify(tenant, Endpoint::Url, Time::new(1_100))?;
/// assert_eq!(accepted.tenant.client_key, "client");
///
/// let refused = request.verify(None, Endpoint::Url, Time::new(1_100)).unwrap_err();
/// assert_eq!(refused.reason(), Reason::UnknownIssuer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the request is not verified"]
pub struct UnverifiedRequest<'r> {
    request: Request<'r>,
    token: Unverified<'static>,
    client_key: String,
}

impl<'r> UnverifiedRequest<'r> {
    /// Finds the token of a request, and decodes it.
    ///
    /// # Errors
    ///
    /// If there is not exactly one token (TRN-8, TRN-12), it is malformed (JWT-1 to JWT-6), or its `iss` is missing or
    /// not text (CON-3).
    pub fn parse(request: Incoming<'r>) -> Result<Self, Rejection> {
        let token = transport::find(request, Direction::ToApp)?;
        let token = Unverified::parse(&token)?.into_owned();
        let client_key = token.claims().text("iss", "CON-3")?.to_owned();
        Ok(Self { request: *request.request(), token, client_key })
    }

    /// The client key that the token names in `iss` (CON-2). Use it only to look up the tenant.
    pub fn client_key(&self) -> &str {
        &self.client_key
    }

    /// Verifies the request with the tenant of its client key, or with `None` if there is no such tenant. The checks
    /// are, in this order: the tenant, the signature, the times, and the hash.
    ///
    /// # Errors
    ///
    /// The first failed check. [`Reason::UnknownIssuer`] if there is no tenant, or if it has another client key.
    pub fn verify(self, tenant: Option<Tenant>, endpoint: Endpoint, time: Time) -> Result<Authenticated, Rejection> {
        let tenant = tenant.filter(|tenant| tenant.client_key == self.client_key).ok_or_else(|| {
            Rejection::new(Reason::UnknownIssuer, "CON-2", "no tenant has the client key that the token's iss names")
        })?;
        let claims = self.token.verify(&tenant.shared_secret)?;
        let expected = Expected::new().with_request(self.request).with_issuer(&tenant.client_key);
        check(Profile::of(endpoint.kind()), &claims, &expected, time)?;
        Ok(Authenticated { tenant, claims })
    }
}

/// Authenticates a request from a product to an app (CON-1). The checks are, in this order: the token, its tenant, its
/// signature, its times, and the hash. The base URL of the request is that of the app.
///
/// This is [`UnverifiedRequest`] with a [`TenantStore`].
///
/// # Errors
///
/// [`Failure::Rejected`] with the first failed check, [`Failure::Store`] if the store fails.
///
/// # Examples
///
/// A token is valid only for its request and until it expires:
///
/// ```
/// use std::collections::HashMap;
///
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Endpoint, Failure, Incoming, Issue, Tenant, authenticate, token};
/// use qsh_auth::jwt::{Reason, SharedSecret, Time};
///
/// let secret = SharedSecret::new("a shared secret")?;
/// let tenants = HashMap::from([("client".to_owned(), Tenant::new("client", secret.clone()))]);
/// let issued = Issue::new("client", 1_000, 1_180);
/// let signed = token(&Request::new("GET", "/panel?issue=1")?, &issued, &secret)?;
/// let credentials = format!("JWT {}", signed.as_str());
/// let headers = [("Authorization", credentials.as_bytes())];
///
/// let request = Incoming::new(Request::new("GET", "/panel?issue=1")?, &headers);
/// let accepted = authenticate(request, &tenants, Endpoint::Url, Time::new(1_100)).unwrap();
/// assert_eq!(accepted.tenant.client_key, "client");
///
/// let Err(Failure::Rejected(late)) = authenticate(request, &tenants, Endpoint::Url, Time::new(1_181)) else { panic!() };
/// assert_eq!(late.reason(), Reason::Expired);
/// let other = Incoming::new(Request::new("GET", "/panel?issue=2")?, &headers);
/// let Err(Failure::Rejected(other)) = authenticate(other, &tenants, Endpoint::Url, Time::new(1_100)) else { panic!() };
/// assert_eq!(other.reason(), Reason::QshMismatch);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn authenticate<S: TenantStore + ?Sized>(
    request: Incoming<'_>,
    tenants: &S,
    endpoint: Endpoint,
    time: Time,
) -> Result<Authenticated, Failure<S::Error>> {
    let request = UnverifiedRequest::parse(request)?;
    let tenant = tenants.tenant(request.client_key()).map_err(Failure::Store)?;
    Ok(request.verify(tenant, endpoint, time)?)
}
