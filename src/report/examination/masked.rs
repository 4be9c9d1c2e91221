//! Hides tokens and secrets in an answer: a canonical request or a body may have one.

use std::ops::Range;

use qsh_diagnose::Text;

/// Names of parameters, form fields and JSON members whose values are secrets.
const SECRETS: [&str; 17] = [
    "access_token",
    "acpt",
    "api_key",
    "apikey",
    "assertion",
    "client_assertion",
    "client_secret",
    "clientsecret",
    "id_token",
    "jwt",
    "passwd",
    "password",
    "refresh_token",
    "secret",
    "shared_secret",
    "sharedsecret",
    "token",
];

/// The text with a star for each character of a token and of the value of a secret. Its length stays, so that columns stay
/// aligned. Hide before a text is cut: the rest of a value does not show whose it is.
///
/// # Examples
///
/// ```
/// use qsh::report::examination::masked;
///
/// assert_eq!(masked("GET&/x&a=1&jwt=eyJh.b.c&z=2"), "GET&/x&a=1&jwt=********&z=2");
/// ```
pub fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut hidden = vec![false; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let between = separator(&bytes[at..]);
        if between > 0 {
            at += between;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| is_name(**byte)).count();
        let word = &bytes[at..end];
        let is_secret = SECRETS.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word));
        let value = if is_secret { value(bytes, end) } else { None };
        let range = value.or_else(|| token(bytes, at, end));
        if let Some(range) = &range {
            hidden[range.clone()].fill(true);
        }
        at = range.map_or(end, |range| range.end.max(end));
    }
    text.char_indices().map(|(index, character)| if hidden[index] { '*' } else { character }).collect()
}

/// The same for a text that need not be UTF-8. Bytes that are not stay.
pub(super) fn masked_text(text: &Text) -> Text {
    text.as_str().map_or_else(|| text.clone(), |text| masked(text).into())
}

/// The bytes at the start that belong to no word: an escape such as `%3D`, or one byte.
fn separator(bytes: &[u8]) -> usize {
    match bytes {
        [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
        [byte, ..] if !is_name(*byte) => 1,
        _ => 0,
    }
}

/// Letters of names and of base64url.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The value after the name of a secret: of a parameter, or of a JSON member, each also with escapes. A short form of it, `…`,
/// is no value.
fn value(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let rest = &bytes[end..];
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
    let of_parameter = |skipped: usize| {
        let is_end = |byte: &&u8| matches!(**byte, b'&' | b'#') || byte.is_ascii_whitespace();
        let length = rest[skipped..].iter().take_while(|byte| !is_end(byte)).count();
        (skipped, length)
    };
    let (skipped, length) = match rest {
        [b'=', ..] => of_parameter(1),
        [b'%', b'3', b'D' | b'd', ..] => of_parameter(3),
        [b'%', b'2', b'2', ..] => of_parameter(3),
        [b'"', after @ ..] => {
            let blanks = after.iter().take_while(is_blank).count();
            let after = after[blanks..].strip_prefix(b":")?;
            let more = after.iter().take_while(is_blank).count();
            let skipped = 1 + blanks + 1 + more;
            match &after[more..] {
                [b'"', text @ ..] => (skipped + 1, length_of_json_text(text)),
                other => (skipped, other.iter().take_while(|byte| !b",}] \n".contains(byte)).count()),
            }
        }
        _ => return None,
    };
    let start = end + skipped;
    let is_short = bytes[start..].starts_with("…".as_bytes());
    (length > 0 && !is_short).then_some(start..start + length)
}

/// The length of a JSON text up to its quote.
fn length_of_json_text(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let is_inside = |byte: &&u8| {
        let is_end = **byte == b'"' && !is_escaped;
        is_escaped = **byte == b'\\' && !is_escaped;
        !is_end
    };
    text.iter().take_while(is_inside).count()
}

/// A token whose header ends here: at least two segments. A client id of OAuth begins like a token and has one.
fn token(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let rest = bytes[end..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    let is_long = bytes[start..end].starts_with(b"eyJ") && bytes.get(end) == Some(&b'.') && rest > 1;
    is_long.then_some(start..end + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_values_of_secrets_are_hidden_and_nothing_moves() {
        for (text, expected) in [
            ("GET&/x&token=abc", "GET&/x&token=***"),
            ("GET&/x&a=1&jwt=eyJh.b.c&z=2", "GET&/x&a=1&jwt=********&z=2"),
            ("POST&/x&Client_Secret=a%20b&q=c", "POST&/x&Client_Secret=*****&q=c"),
            ("password=ab'c\"d&x=1", "password=******&x=1"),
            ("next=%2Fp%3Fjwt%3DeyJh.b.c&z=1", "next=%2Fp%3Fjwt%3D********&z=1"),
            ("next=%2Fp%3Fx%3DeyJh.b.c&z=1", "next=%2Fp%3Fx%3D********&z=1"),
            ("state=%7B%22password%22%3A%22S3%22%7D&z", "state=%7B%22password%22**************&z"),
            (r#"json {"sharedSecret":"Q0xl","key":"a"}"#, r#"json {"sharedSecret":"****","key":"a"}"#),
            (r#"{"password": "é", "secret" : "a\"b"}"#, r#"{"password": "*", "secret" : "****"}"#),
            (r#"{"token":12345,"a":1}"#, r#"{"token":*****,"a":1}"#),
            ("found  eyJhbGciOiJIUzI1NiJ9.e30.c2ln end", "found  ***************************** end"),
            ("the token of a product, jwt=… and token", "the token of a product, jwt=… and token"),
            ("tokens=a&mytoken=b", "tokens=a&mytoken=b"),
            (
                "urn:atlassian:connect:clientid:eyJhZGRvbktleSI6ImEifQ",
                "urn:atlassian:connect:clientid:eyJhZGRvbktleSI6ImEifQ",
            ),
            ("100% of % eyJ", "100% of % eyJ"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
