//! Signs requests.

use std::fmt;

use qsh_hash::Request;
use serde_json::{Map, Value};

use crate::jwt::{SharedSecret, SignedToken, sign};
use crate::kind::{Expected, InvalidClaims, Profile, TokenKind, complete};

/// The claims of a token, except for the hash of its request.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    issuer: String,
    issued_at: i64,
    expires_at: i64,
    claims: Map<String, Value>,
}

impl Issue {
    /// Sets the issuer, and the times in Unix seconds. For a request to a product, the issuer is the app's key. For a
    /// request to an app, it is the `clientKey` (CON-2, CON-4). A lifetime of three minutes is usual.
    pub fn new(issuer: impl Into<String>, issued_at: i64, expires_at: i64) -> Self {
        Self { issuer: issuer.into(), issued_at, expires_at, claims: Map::new() }
    }

    /// Adds a claim, such as `sub`. Claims that the signer sets itself cannot be added (CON-22).
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    fn claims(&self, request: &Request<'_>) -> Result<Map<String, Value>, InvalidClaims> {
        let own = [
            ("iss", self.issuer.as_str().into()),
            ("iat", self.issued_at.into()),
            ("exp", self.expires_at.into()),
            ("qsh", qsh_hash::hash(request).as_str().into()),
        ];
        complete(Profile::of(TokenKind::Url), own, &self.claims, &Expected::new())
    }
}

/// Writes only the names of further claims: a claim can be as secret as the token.
impl fmt::Debug for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claims: Vec<&String> = self.claims.keys().collect();
        let Self { issuer, issued_at, expires_at, .. } = self;
        let mut shown = f.debug_struct("Issue");
        shown.field("issuer", issuer).field("issued_at", issued_at).field("expires_at", expires_at);
        shown.field("claims", &claims).finish()
    }
}

/// Signs a request: creates a token with the hash of the request (CON-22).
///
/// # Errors
///
/// - A further claim has the name of one that the signer sets itself.
/// - Every verifier would refuse the token: it would expire before it is issued, or a further `nbf` is not a date before
///   its end.
///
/// # Examples
///
/// ```
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Issue, token};
/// use qsh_auth::jwt::SharedSecret;
/// use qsh_auth::jwt::danger::Unverified;
///
/// let request = Request::new("GET", "https://acme.atlassian.net/wiki/rest/api/content")?
///     .with_base_url("https://acme.atlassian.net/wiki")?;
/// let issue = Issue::new("com.example.app", 1_700_000_000, 1_700_000_180);
/// let token = token(&request, &issue, &SharedSecret::new("a shared secret")?)?;
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// assert_eq!(token.claims().get("qsh").unwrap(), qsh_hash::hash(&request).as_str());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn token(request: &Request<'_>, issue: &Issue, secret: &SharedSecret) -> Result<SignedToken, InvalidClaims> {
    Ok(sign(issue.claims(request)?, secret))
}
