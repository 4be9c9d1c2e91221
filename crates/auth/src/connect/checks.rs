//! Checks of the claims of a token (CON-6 to CON-18, CTX-1 to CTX-5), one function per check.

use qsh_hash::Request;

use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, Reason, Rejection, Time};

/// The `qsh` of a token that is not bound to a URL (CTX-1).
const CONTEXT_QSH: &str = "context-qsh";

/// The kind of an endpoint, which decides the tokens that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a token is bound to a URL or it is not")]
pub enum Endpoint {
    /// The product calls its URL or loads it in a frame. The token holds the hash of the request.
    Url,
    /// The app's own page calls it with a context token (`AP.context.getToken`). The hash is `context-qsh`.
    Context,
}

/// Lists every problem with a product's token, in the order in which [`authenticate`] checks. Does not check the tenant
/// or the signature, except for its length. Without a request, the hash is not compared.
///
/// [`authenticate`]: super::authenticate()
///
/// # Examples
///
/// ```
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Endpoint, objections};
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{Reason, Time};
///
/// // {"alg":"none"} and {"iss":"app","exp":1000}
/// let token = Unverified::parse(b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcHAiLCJleHAiOjEwMDB9.")?;
/// let request = Request::new("GET", "/")?;
/// let reasons: Vec<Reason> =
///     objections(&token, Time::new(1_001), Some(&request), Endpoint::Url).iter().map(|objection| objection.reason()).collect();
/// use Reason::{AlgorithmNotAllowed, Expired, MissingClaim};
/// assert_eq!(reasons, [AlgorithmNotAllowed, Expired, MissingClaim, MissingClaim]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn objections(
    token: &Unverified<'_>,
    time: Time,
    request: Option<&Request<'_>>,
    endpoint: Endpoint,
) -> Vec<Rejection> {
    let claims = token.claims();
    let issuer = claims.text("iss", "CON-3").map(|_| ());
    let hash = hash(claims, request, endpoint);
    let all = [issuer, token.check_algorithm(), token.check_signature_size()]
        .into_iter()
        .chain(of_times(claims, time))
        .chain([hash]);
    all.filter_map(Result::err).collect()
}

/// Runs the checks of the claims one after another.
pub(super) fn of_claims<'c>(
    claims: &'c Claims,
    time: Time,
    request: &'c Request<'_>,
    endpoint: Endpoint,
) -> impl Iterator<Item = Result<(), Rejection>> + 'c {
    // The iterator is lazy: the hash is computed only if its check is reached.
    of_times(claims, time).chain(std::iter::once_with(move || hash(claims, Some(request), endpoint)))
}

fn of_times(claims: &Claims, time: Time) -> impl Iterator<Item = Result<(), Rejection>> {
    [expiry, issued, not_before].into_iter().map(move |check| check(claims, time))
}

/// CON-6 and CON-7.
fn expiry(claims: &Claims, time: Time) -> Result<(), Rejection> {
    if time.is_after(claims.date("exp", "CON-6", "CON-13")?) {
        return Err(Rejection::new(Reason::Expired, "CON-7", "the token's exp has passed"));
    }
    Ok(())
}

/// CON-9 and CON-10.
fn issued(claims: &Claims, _time: Time) -> Result<(), Rejection> {
    claims.date("iat", "CON-9", "CON-13").map(|_| ())
}

/// CON-11.
fn not_before(claims: &Claims, time: Time) -> Result<(), Rejection> {
    if claims.optional_date("nbf", "CON-13")?.is_some_and(|not_before| time.is_before(not_before)) {
        return Err(Rejection::new(Reason::NotYetValid, "CON-11", "the token's nbf is in the future"));
    }
    Ok(())
}

/// CON-17, CON-18 and CTX-1 to CTX-5.
fn hash(claims: &Claims, request: Option<&Request<'_>>, endpoint: Endpoint) -> Result<(), Rejection> {
    let found = claims.text("qsh", "CON-17")?;
    match (endpoint, found) {
        (Endpoint::Url, CONTEXT_QSH) => Err(Rejection::new(
            Reason::ContextToken,
            "CTX-2",
            "the token is a context token, and the endpoint accepts only tokens that are bound to its URL",
        )),
        (Endpoint::Url, found) if request.is_none_or(|it| qsh_hash::hash(it).matches(found)) => Ok(()),
        (Endpoint::Url, _) => {
            Err(Rejection::new(Reason::QshMismatch, "CON-18", "the token's qsh is not the hash of the request"))
        }
        (Endpoint::Context, CONTEXT_QSH) => Ok(()),
        (Endpoint::Context, _) => Err(Rejection::new(
            Reason::ContextToken,
            "CTX-4",
            "the token is bound to a URL, and the endpoint accepts only context tokens",
        )),
    }
}
