//! The header `Authorization`.

#[cfg(feature = "public-key")]
use super::rejection::{Reason, Rejection};

/// The token after the scheme `Bearer` (ASAP-1, FIT-12). Its bytes are not checked.
///
/// # Errors
///
/// There is no token, or there are two that differ.
#[cfg(feature = "public-key")]
pub(crate) fn bearer<'h>(headers: &[(&str, &'h [u8])], clause: &'static str) -> Result<&'h [u8], Rejection> {
    let fields = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let mut tokens = fields.filter_map(|(_, value)| credentials(value, "Bearer")).filter(|token| !token.is_empty());
    let Some(token) = tokens.next() else {
        return Err(Rejection::new(Reason::NoToken, clause, "the request carries no bearer token"));
    };
    if tokens.any(|other| other != token) {
        return Err(Rejection::new(Reason::Malformed, clause, "the request carries two bearer tokens that differ"));
    }
    Ok(token)
}

/// The text after a scheme (in any case: TRN-2, ASAP-1) and after the blanks that follow it (TRN-3).
pub(crate) fn credentials<'v>(value: &'v [u8], scheme: &str) -> Option<&'v [u8]> {
    // Blanks and tabs around a value are not part of it (RFC 9110, section 5.5). Inside the value, only blanks separate
    // scheme and token.
    let is_around = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().take_while(|byte| is_around(byte)).count();
    let behind = value.iter().rev().take_while(|byte| is_around(byte)).count();
    let value = value.get(start..value.len() - behind).unwrap_or_default();
    let end = value.iter().position(|&byte| byte == b' ').unwrap_or(value.len());
    let (found, rest) = value.split_at(end);
    let blanks = rest.iter().take_while(|&&byte| byte == b' ').count();
    found.eq_ignore_ascii_case(scheme.as_bytes()).then(|| &rest[blanks..])
}
