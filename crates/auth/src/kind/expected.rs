//! [`Expected`]: what a verifier compares a token with.

use qsh_hash::Request;

use super::carrier::Carrier;
use super::clues::Recipient;
use crate::jwt::KeyId;

/// What a verifier compares a token with. What is not set is not compared: [`objections`] then says less.
///
/// [`objections`]: super::objections()
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{SharedSecret, Time, sign};
/// use qsh_auth::kind::{Carrier, Expected, Recipient, TokenKind, objections};
/// use qsh_hash::Request;
///
/// let claims = serde_json::json!({ "iss": "com.example.app", "iat": 1, "exp": 9, "qsh": "00" });
/// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// let clauses = |expected: Expected<'_>| {
///     let found = objections(&token, TokenKind::App, &expected, Time::new(5));
///     found.iter().map(|objection| objection.rejection.clause()).collect::<Vec<_>>()
/// };
/// assert!(clauses(Expected::new().with_issuer("com.example.app")).is_empty());
/// assert_eq!(clauses(Expected::new().with_issuer("com.example.other")), ["PRD-1"]);
/// assert_eq!(clauses(Expected::new().with_request(Request::new("GET", "/a")?)), ["CON-18"]);
/// assert_eq!(clauses(Expected::new().with_carrier(Carrier::Parameter("jwt"))), ["PRD-2"]);
/// assert_eq!(clauses(Expected::new().with_recipient(Recipient::App)), ["CON-2"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Expected<'e> {
    pub(super) request: Option<Request<'e>>,
    pub(super) carrier: Option<Carrier<'e>>,
    pub(super) recipient: Option<Recipient>,
    pub(super) issuer: Option<&'e str>,
    pub(super) client_key: Option<&'e str>,
    pub(super) audiences: Option<Vec<&'e str>>,
    pub(super) lifetime: Option<u32>,
    pub(super) key_id: Option<&'e KeyId>,
    pub(super) is_delegate: bool,
}

impl<'e> Expected<'e> {
    /// Nothing is compared.
    pub fn new() -> Self {
        Self::default()
    }

    /// The request that carries the token.
    #[must_use]
    pub fn with_request(self, request: Request<'e>) -> Self {
        Self { request: Some(request), ..self }
    }

    /// The place in the request where the token stands.
    #[must_use]
    pub fn with_carrier(self, carrier: Carrier<'e>) -> Self {
        Self { carrier: Some(carrier), ..self }
    }

    /// Who receives the request.
    #[must_use]
    pub fn with_recipient(self, recipient: Recipient) -> Self {
        Self { recipient: Some(recipient), ..self }
    }

    /// The issuer: a client key, an app key, or what else the kind has as its `iss`.
    #[must_use]
    pub fn with_issuer(self, issuer: &'e str) -> Self {
        Self { issuer: Some(issuer), ..self }
    }

    /// The client key of the tenant. A token for Bitbucket names it in `sub` (PRD-7).
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::danger::Unverified;
    /// use qsh_auth::jwt::{Reason, SharedSecret, Time, sign};
    /// use qsh_auth::kind::{Expected, TokenKind, objections};
    ///
    /// let claims = serde_json::json!({ "iss": "com.example.app", "sub": "connection:7", "iat": 1, "exp": 9 });
    /// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
    /// let token = Unverified::parse(token.as_str().as_bytes())?;
    /// let found = |client_key| {
    ///     let expected = Expected::new().with_client_key(client_key);
    ///     objections(&token, TokenKind::AppBitbucket, &expected, Time::new(5))
    /// };
    /// assert_eq!(found("connection:1234567")[0].rejection.reason(), Reason::SubjectMismatch);
    /// assert!(found("connection:7").is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_client_key(self, client_key: &'e str) -> Self {
        Self { client_key: Some(client_key), ..self }
    }

    /// The audiences: the token has to name one of them.
    #[must_use]
    pub fn with_audiences(self, audiences: impl IntoIterator<Item = &'e str>) -> Self {
        Self { audiences: Some(audiences.into_iter().collect()), ..self }
    }

    /// The maximum lifetime in seconds. The shorter one of this and the one of the table holds.
    #[cfg(feature = "public-key")]
    pub(crate) fn with_lifetime(self, seconds: u32) -> Self {
        Self { lifetime: Some(seconds), ..self }
    }

    /// The `kid` of the token.
    pub(crate) fn with_key_id(self, key_id: &'e KeyId) -> Self {
        Self { key_id: Some(key_id), ..self }
    }

    /// The issuer may act for the subject of the token (ASAP-23).
    #[cfg(feature = "public-key")]
    pub(crate) fn with_delegation(self) -> Self {
        Self { is_delegate: true, ..self }
    }
}
