//! Assertions with which an app asks to act as a user (IMP-1 to IMP-9).

use std::fmt;

use serde_json::Map;

use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, Reason, Rejection, SharedSecret, SignedToken, Time, sign};
use crate::kind::{ACCOUNT_ID, CLIENT_ID, Expected, InvalidClaims, Profile, TokenKind, check, complete};

/// The authorization server for sites on `atlassian.net`: the `aud` of an assertion (IMP-5).
pub const AUTHORIZATION_SERVER: &str = "https://oauth-2-authorization-server.services.atlassian.com";

/// A request of an app for a token of a user. The app sends the signed assertion to the authorization server, which
/// answers with an access token for the user.
///
/// # Examples
///
/// An assertion has no hash, and is valid for at most a minute:
///
/// ```
/// use qsh_auth::connect::impersonation::{AUTHORIZATION_SERVER, Assertion, verify};
/// use qsh_auth::jwt::{Reason, SharedSecret, Time};
/// use qsh_auth::kind::InvalidClaims;
///
/// let secret = SharedSecret::new("the shared secret of the tenant")?;
/// let assertion = |lifetime: i64| Assertion::new("client-id", "557058:1", "https://acme.atlassian.net", 1_000, 1_000 + lifetime);
/// let token = assertion(60).sign(&secret)?;
/// let claims = verify(token.as_str().as_bytes(), "client-id", &secret, AUTHORIZATION_SERVER, Time::new(1_030))?;
/// assert_eq!(claims.get("sub").unwrap(), "urn:atlassian:connect:useraccountid:557058:1");
/// assert_eq!(claims.get("qsh"), None);
///
/// let Err(InvalidClaims::Refused(refused)) = assertion(61).sign(&secret) else { panic!() };
/// assert_eq!(refused.reason(), Reason::LifetimeTooLong);
///
/// let of_nobody = Assertion::new("client-id", "", "https://acme.atlassian.net", 1_000, 1_060);
/// let Err(InvalidClaims::Refused(refused)) = of_nobody.sign(&secret) else { panic!() };
/// assert_eq!((refused.reason(), refused.clause()), (Reason::InvalidClaim, "IMP-3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    client_id: String,
    account_id: String,
    site: String,
    authorization_server: String,
    issued_at: i64,
    expires_at: i64,
}

impl Assertion {
    /// Sets the `oauthClientId` of the `installed` callback, the account id of the user, the base URL of the site, and
    /// the times in Unix seconds. The base URL of Confluence ends in `/wiki`.
    pub fn new(
        client_id: impl Into<String>,
        account_id: impl Into<String>,
        site: impl Into<String>,
        issued_at: i64,
        expires_at: i64,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            account_id: account_id.into(),
            site: site.into(),
            authorization_server: AUTHORIZATION_SERVER.to_owned(),
            issued_at,
            expires_at,
        }
    }

    /// Sets another authorization server, such as the one of Government Cloud. It has no slash at its end (IMP-5).
    #[must_use]
    pub fn with_authorization_server(self, authorization_server: impl Into<String>) -> Self {
        Self { authorization_server: authorization_server.into(), ..self }
    }

    /// Signs the assertion with the shared secret of the tenant.
    ///
    /// # Errors
    ///
    /// If it would expire before it is issued, or be valid for more than a minute (IMP-7). If the client id, the account
    /// id, the site or the authorization server is empty (IMP-9).
    pub fn sign(&self, secret: &SharedSecret) -> Result<SignedToken, InvalidClaims> {
        let own = [
            ("iss", format!("{CLIENT_ID}{}", self.client_id).into()),
            ("sub", format!("{ACCOUNT_ID}{}", self.account_id).into()),
            ("tnt", self.site.as_str().into()),
            ("aud", self.authorization_server.as_str().into()),
            ("iat", self.issued_at.into()),
            ("exp", self.expires_at.into()),
        ];
        let profile = Profile::of(TokenKind::Impersonation);
        Ok(sign(complete(profile, own, &Map::new(), &Expected::new())?, secret))
    }
}

/// Writes only the site and the times: the account id names a person.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, authorization_server, issued_at, expires_at, .. } = self;
        let mut shown = f.debug_struct("Assertion");
        shown.field("site", site).field("authorization_server", authorization_server);
        shown.field("issued_at", issued_at).field("expires_at", expires_at).finish_non_exhaustive()
    }
}

/// Verifies an assertion as the authorization server does, for a test of an app. Returns its claims.
///
/// # Errors
///
/// The first failed check: the form of the token (JWT-1 to JWT-6), its issuer (IMP-2), its signature (IMP-1), and its
/// other claims (IMP-3 to IMP-7).
pub fn verify(
    assertion: &[u8],
    client_id: &str,
    secret: &SharedSecret,
    authorization_server: &str,
    time: Time,
) -> Result<Claims, Rejection> {
    let token = Unverified::parse(assertion)?;
    let issuer = format!("{CLIENT_ID}{client_id}");
    if token.claims().text("iss", "IMP-2")? != issuer {
        let what = "no app has the client id that the token's iss names";
        return Err(Rejection::new(Reason::UnknownIssuer, "IMP-2", what));
    }
    let claims = token.verify(secret)?;
    let expected = Expected::new().with_issuer(&issuer).with_audiences([authorization_server]);
    check(Profile::of(TokenKind::Impersonation), &claims, &expected, time)?;
    Ok(claims)
}
