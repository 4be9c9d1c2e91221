//! Where a request carries its token (TRN-1 to TRN-13).

use super::Incoming;
use crate::jwt::{Reason, Rejection};
use crate::percent;

/// Which way a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are two sides")]
pub enum Direction {
    /// From an Atlassian product to an app: the token is in the header or in the `jwt` parameter.
    ToApp,
    /// From an app to an Atlassian product: the parameter has not been looked at since 1 February 2022 (TRN-7).
    ToProduct,
}

/// The token of a request, as bytes that nobody has looked at.
///
/// # Errors
///
/// [`Reason::NoToken`] where there is none, [`Reason::Malformed`] where there are two that differ.
///
/// # Examples
///
/// ```
/// use qsh::Request;
/// use qsh::connect::Incoming;
/// use qsh::connect::transport::{Direction, find};
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
    let in_headers = request.header("authorization").filter_map(credentials).map(<[u8]>::to_vec);
    let mut tokens: Vec<Vec<u8>> = in_headers.collect();
    if direction == Direction::ToApp {
        tokens.extend(in_parameters(request.request().query().unwrap_or_default()));
    }
    // TRN-13.
    tokens.retain(|token| !token.is_empty());
    tokens.dedup();
    match tokens.len() {
        0 => Err(Rejection::new(Reason::NoToken, "TRN-12", "the request carries no token")),
        1 => Ok(tokens.remove(0)),
        _ => Err(Rejection::new(Reason::Malformed, "TRN-8", "the request carries two tokens that differ")),
    }
}

/// What follows the scheme `JWT`, in whatever case that is written (TRN-2), and the blanks behind it (TRN-3).
fn credentials(value: &[u8]) -> Option<&[u8]> {
    // Blanks and tabs around a value are not part of it (RFC 9110, section 5.5); within it there are blanks only.
    let is_around = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().take_while(|byte| is_around(byte)).count();
    let behind = value.iter().rev().take_while(|byte| is_around(byte)).count();
    let value = value.get(start..value.len() - behind).unwrap_or_default();
    let end = value.iter().position(|&byte| byte == b' ').unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
    scheme.eq_ignore_ascii_case(b"JWT").then(|| &rest[blanks..])
}

/// The decoded values of the parameters that QSH-Q17 leaves out of the hash.
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
