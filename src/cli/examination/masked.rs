//! Hides tokens and secrets in an answer: a canonical request or a body may have one.

use std::ops::Range;

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

/// The text with a star for each character of a token and of the value of a secret. Its length stays, so that what is below
/// each other stays so.
pub(in crate::cli) fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut hidden = vec![false; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let is_at_start = at == 0 || !is_name(bytes[at - 1]);
        let end = if is_at_start { at + bytes[at..].iter().take_while(|byte| is_name(**byte)).count() } else { at };
        if end == at {
            at += 1;
            continue;
        }
        let word = &text[at..end];
        let value = if SECRETS.iter().any(|name| name.eq_ignore_ascii_case(word)) { value(bytes, end) } else { None };
        let token = if word.starts_with("eyJ") { token(bytes, at, end) } else { None };
        let range = value.or(token);
        if let Some(range) = &range {
            hidden[range.clone()].fill(true);
        }
        at = range.map_or(end, |range| range.end.max(end));
    }
    let mut out = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        out.push(if hidden[index] { '*' } else { character });
    }
    out
}

/// Letters of names and of base64url.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The value after a name: `=value` up to the end of the parameter, or a JSON text. A short form of it, `…`, is no value.
fn value(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let rest = &bytes[end..];
    let (front, ends): (usize, &[u8]) = match rest {
        [b'=', ..] => (1, b"&# \n\"'"),
        [b'"', b':', b' ', b'"', ..] => (4, b"\"\n"),
        [b'"', b':', b'"', ..] => (3, b"\"\n"),
        _ => return None,
    };
    let start = end + front;
    let length = bytes[start..].iter().take_while(|byte| !ends.contains(byte)).count();
    let is_short = bytes[start..].starts_with("…".as_bytes());
    (length > 0 && !is_short).then_some(start..start + length)
}

/// A token whose header ends here: at least two segments. A client id of OAuth begins like a token and has one.
fn token(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let rest = bytes[end..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    let is_long = bytes.get(end) == Some(&b'.') && rest > 1;
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
            (r#"json {"sharedSecret":"Q0xl","key":"a"}"#, r#"json {"sharedSecret":"****","key":"a"}"#),
            (r#"{"password": "é"}"#, r#"{"password": "*"}"#),
            ("found  eyJhbGciOiJIUzI1NiJ9.e30.c2ln end", "found  ***************************** end"),
            ("the token of a product, jwt=… and token", "the token of a product, jwt=… and token"),
            ("tokens=a&mytoken=b", "tokens=a&mytoken=b"),
            (
                "urn:atlassian:connect:clientid:eyJhZGRvbktleSI6ImEifQ",
                "urn:atlassian:connect:clientid:eyJhZGRvbktleSI6ImEifQ",
            ),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
