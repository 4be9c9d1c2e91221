//! Finds the token in a request (TRN-1 to TRN-13).

use qsh_hash::percent;

use super::Incoming;
use crate::jwt::{Reason, Rejection, credentials};

/// The direction of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two sides")]
pub enum Direction {
    /// From an Atlassian product to an app. The token is in the header or in the `jwt` parameter.
    ToApp,
    /// From an app to an Atlassian product. The parameter has been ignored since 1 February 2022 (TRN-7).
    ToProduct,
}

/// Finds the token of a request. Its bytes are not checked.
///
/// # Errors
///
/// [`Reason::NoToken`] if there is no token, [`Reason::Malformed`] if there are two different ones.
///
/// # Examples
///
/// ```
/// use qsh_hash::Request;
/// use qsh_auth::connect::Incoming;
/// use qsh_auth::connect::transport::{Direction, find};
///
/// let headers = [("authorization", &b"JWT a.b.c"[..])];
/// let request = Incoming::new(Request::new("GET", "/p")?, &headers);
/// assert_eq!(find(request, Direction::ToApp)?, b"a.b.c");
///
/// let request = Incoming::new(Request::new("GET", "/p?jwt=a.b.c")?, &[]);
/// assert_eq!(find(request, Direction::ToApp)?, b"a.b.c");
/// assert!(find(request, Direction::ToProduct).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find(request: Incoming<'_>, direction: Direction) -> Result<Vec<u8>, Rejection> {
    let mut tokens = in_headers(request);
    if direction == Direction::ToApp {
        tokens.extend(in_parameters(request.request().query().unwrap_or_default()));
    }
    the_one_of(tokens, "TRN-12")
}

/// Finds the token of an install callback, which can only be in the header (INS-12, INS-13).
#[cfg(feature = "public-key")]
pub(super) fn find_in_headers(request: Incoming<'_>) -> Result<Vec<u8>, Rejection> {
    the_one_of(in_headers(request), "INS-12")
}

fn the_one_of(mut tokens: Vec<Vec<u8>>, clause: &'static str) -> Result<Vec<u8>, Rejection> {
    // TRN-13.
    tokens.retain(|token| !token.is_empty());
    tokens.dedup();
    match tokens.len() {
        0 => Err(Rejection::new(Reason::NoToken, clause, "the request carries no token")),
        1 => Ok(tokens.remove(0)),
        _ => Err(Rejection::new(Reason::Malformed, "TRN-8", "the request carries two tokens that differ")),
    }
}

fn in_headers(request: Incoming<'_>) -> Vec<Vec<u8>> {
    request.header("authorization").filter_map(|value| credentials(value, "JWT")).map(<[u8]>::to_vec).collect()
}

/// The decoded values of the parameters that QSH-Q17 excludes from the hash.
fn in_parameters(query: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let decoded = |text: &[u8]| {
        let spaces: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        percent::decode(&spaces).bytes
    };
    query.split(|&byte| byte == b'&').filter_map(move |pair| {
        let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
        let value = pair.get(equals + 1..).unwrap_or_default();
        (decoded(&pair[..equals]) == b"jwt").then(|| decoded(value))
    })
}
