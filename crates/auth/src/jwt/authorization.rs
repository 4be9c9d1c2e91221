//! The header `Authorization`.

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
