//! Authenticates requests from an app to a product: the product's side.

use qsh_hash::Request;

use super::transport::{self, Direction};
use super::{Failure, Incoming};
use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, Reason, Rejection, SharedSecret, Time};
use crate::kind::{Expected, Profile, TokenKind, check};

/// A request from an app to a product, before its app is known. Its claims are not verified.
///
/// A product, or a server that plays one in a test, looks up the secret of the installation between [`parse`] and
/// [`verify`]. The base URL of the request is that of the product.
///
/// [`parse`]: Self::parse
/// [`verify`]: Self::verify
///
/// # Examples
///
/// The issuer is the app's key (PRD-1), and the token is read from the header only (PRD-2):
///
/// ```
/// use qsh_auth::connect::{Incoming, Issue, UnverifiedAppRequest, token};
/// use qsh_auth::jwt::{Reason, SharedSecret, Time};
/// use qsh_hash::Request;
///
/// let secret = SharedSecret::new("a shared secret")?;
/// let url = "https://acme.atlassian.net/wiki/rest/api/content";
/// let request = Request::new("GET", url)?.with_base_url("https://acme.atlassian.net/wiki")?;
/// let signed = token(&request, &Issue::new("com.example.app", 1_000, 1_180), &secret)?;
/// let credentials = format!("JWT {}", signed.as_str());
/// let headers = [("Authorization", credentials.as_bytes())];
///
/// let received = UnverifiedAppRequest::parse(Incoming::new(request, &headers))?;
/// assert_eq!(received.app_key(), "com.example.app");
/// let claims = received.clone().verify(Some(&secret), Time::new(1_100))?;
/// assert_eq!(claims.get("iss").unwrap(), "com.example.app");
/// assert_eq!(received.verify(None, Time::new(1_100)).unwrap_err().reason(), Reason::UnknownIssuer);
///
/// let target = format!("/rest/api/content?jwt={}", signed.as_str());
/// let in_the_url = UnverifiedAppRequest::parse(Incoming::new(Request::new("GET", &target)?, &[])).unwrap_err();
/// assert_eq!(in_the_url.reason(), Reason::NoToken);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the request is not verified"]
pub struct UnverifiedAppRequest<'r> {
    request: Request<'r>,
    token: Unverified<'static>,
    app_key: String,
}

impl<'r> UnverifiedAppRequest<'r> {
    /// Finds the token of a request in its headers, and decodes it.
    ///
    /// # Errors
    ///
    /// If the headers do not have exactly one token (PRD-2), it is malformed (JWT-1 to JWT-6), or its `iss` is missing or
    /// not text (PRD-1).
    pub fn parse(request: Incoming<'r>) -> Result<Self, Rejection> {
        let token = transport::find(request, Direction::ToProduct)?;
        let token = Unverified::parse(&token)?.into_owned();
        let app_key = token.claims().text("iss", "PRD-1")?.to_owned();
        Ok(Self { request: *request.request(), token, app_key })
    }

    /// The app key that the token names in `iss` (PRD-1). Use it only to look up the secret.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// Verifies the request with the secret of the installation, or with `None` if no such app is installed. Returns the
    /// claims of the token. The checks are, in this order: the app, the signature, the times, and the hash.
    ///
    /// # Errors
    ///
    /// The first failed check.
    pub fn verify(self, secret: Option<&SharedSecret>, time: Time) -> Result<Claims, Rejection> {
        self.verify_as(TokenKind::App, secret, time)
    }

    /// The client key that the token names in `sub`, for Bitbucket (PRD-7). Use it only to look up the secret.
    pub fn client_key(&self) -> Option<&str> {
        self.token.claims().get("sub")?.as_str()
    }

    /// Verifies a request to Bitbucket: the claims have to name the tenant in `sub`, and a token that is exchanged for an
    /// access token needs no `qsh` (PRD-7).
    ///
    /// # Errors
    ///
    /// The first failed check.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::connect::{Incoming, UnverifiedAppRequest};
    /// use qsh_auth::jwt::{Reason, SharedSecret, Time, sign};
    /// use qsh_hash::Request;
    ///
    /// let secret = SharedSecret::new("a shared secret")?;
    /// let mut claims = serde_json::json!({ "iss": "com.example.app", "sub": "connection:1234567", "iat": 1_000, "exp": 1_180 });
    /// let mut verified = |claims: &serde_json::Value| -> Result<(), Box<dyn std::error::Error>> {
    ///     let signed = sign(claims.as_object().unwrap().clone(), &secret);
    ///     let credentials = format!("JWT {}", signed.as_str());
    ///     let headers = [("Authorization", credentials.as_bytes())];
    ///     let request = Request::new("POST", "https://bitbucket.org/site/oauth2/access_token")?;
    ///     let received = UnverifiedAppRequest::parse(Incoming::new(request, &headers))?;
    ///     received.verify_for_bitbucket(Some(&secret), Time::new(1_100))?;
    ///     Ok(())
    /// };
    /// assert!(verified(&claims).is_ok());
    /// claims.as_object_mut().unwrap().remove("sub");
    /// assert_eq!(verified(&claims).unwrap_err().to_string(), "the token has no sub (PRD-7)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_for_bitbucket(self, secret: Option<&SharedSecret>, time: Time) -> Result<Claims, Rejection> {
        self.verify_as(TokenKind::AppBitbucket, secret, time)
    }

    fn verify_as(self, kind: TokenKind, secret: Option<&SharedSecret>, time: Time) -> Result<Claims, Rejection> {
        let secret = secret.ok_or_else(|| {
            Rejection::new(Reason::UnknownIssuer, "PRD-1", "no installed app has the key that the token's iss names")
        })?;
        let claims = self.token.verify(secret)?;
        let expected = Expected::new().with_request(self.request).with_issuer(&self.app_key);
        check(Profile::of(kind), &claims, &expected, time)?;
        Ok(claims)
    }
}

/// Authenticates a request from an app to Jira or Confluence. The function finds the secret of an app key. Bitbucket has
/// other rules (PRD-7): see [`UnverifiedAppRequest::verify_for_bitbucket`].
///
/// This is [`UnverifiedAppRequest`] in one call.
///
/// # Errors
///
/// [`Failure::Rejected`] with the first failed check, [`Failure::Store`] if the secret cannot be looked up.
pub fn authenticate_product<E>(
    request: Incoming<'_>,
    secret: impl FnOnce(&str) -> Result<Option<SharedSecret>, E>,
    time: Time,
) -> Result<Claims, Failure<E>> {
    let request = UnverifiedAppRequest::parse(request)?;
    let secret = secret(request.app_key()).map_err(Failure::Store)?;
    Ok(request.verify(secret.as_ref(), time)?)
}
