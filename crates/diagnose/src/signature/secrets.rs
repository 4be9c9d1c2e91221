//! What programs do to a secret by mistake, and other texts that they take for the secret.

use data_encoding::{BASE64, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXLOWER_PERMISSIVE, Specification};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode, percent_encode};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::Changed;
use super::change::{Change, of_secret};

/// A change of a secret. It has several results if a program may do it in several ways, and none if it does nothing.
struct SecretChange {
    change: Change,
    make: fn(&[u8]) -> Vec<Vec<u8>>,
}

const fn row(name: &'static str, does: &'static str, make: fn(&[u8]) -> Vec<Vec<u8>>) -> SecretChange {
    SecretChange { change: of_secret(name, does), make }
}

static CHANGES: [SecretChange; 28] = [
    row("mark_removed", "the byte order mark before the secret was removed", |secret| {
        secret.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).into_iter().collect()
    }),
    row("mark_added", "the secret was read with a byte order mark before it", |secret| {
        vec![[b"\xef\xbb\xbf", secret].concat()]
    }),
    row("python_bytes", "the text of Python's bytes was taken for the secret", |secret| {
        vec![[b"b'", secret, b"'"].concat()]
    }),
    row("newline_added", "the secret was read with the newline at its end", |secret| appended(secret, b"\n")),
    row("line_end_added", "the secret was read with the line end of Windows", |secret| appended(secret, b"\r\n")),
    row("blank_added", "the secret was read with a blank at its end", |secret| appended(secret, b" ")),
    row("blank_before", "the secret was read with a blank before it", |secret| vec![[b" ", secret].concat()]),
    row("trimmed", "the blanks around the secret were removed", |secret| vec![secret.trim_ascii().to_vec()]),
    row("quotes_removed", "the quotes around the secret were removed", |secret| {
        [b'"', b'\'', b'`'].into_iter().filter_map(|quote| Some(unquoted(secret, quote)?.to_vec())).collect()
    }),
    row("double_quotes_added", "the secret was read with quotes around it", |secret| quoted(secret, b"\"")),
    row("single_quotes_added", "the secret was read with single quotes around it", |secret| quoted(secret, b"'")),
    row("base64_decoded", "the secret was decoded from base64", |secret| base64_decoded(secret).into_iter().collect()),
    row("base64_encoded", "the secret was encoded in base64", |secret| {
        vec![BASE64.encode(secret).into_bytes(), BASE64URL_NOPAD.encode(secret).into_bytes()]
    }),
    row("hex_decoded", "the secret was decoded from hexadecimal", |secret| {
        HEXLOWER_PERMISSIVE.decode(secret).into_iter().collect()
    }),
    row("hex_encoded", "the secret was encoded in hexadecimal", |secret| vec![HEXLOWER.encode(secret).into_bytes()]),
    row("percent_decoded", "the secret was decoded as a part of a URL", |secret| {
        vec![percent_decode(secret).collect()]
    }),
    row("percent_encoded", "the secret was escaped as a part of a URL", |secret| {
        vec![percent_encode(secret, NON_ALPHANUMERIC).to_string().into_bytes()]
    }),
    row("plus_to_blank", "a + of the secret was decoded as a blank, as in a form", |secret| {
        vec![secret.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()]
    }),
    row("padding_removed", "the = at the end of the secret were removed", |secret| {
        let end = secret.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
        vec![secret[..end].to_vec()]
    }),
    row("upper_case", "the secret was written in upper case", |secret| vec![secret.to_ascii_uppercase()]),
    row("lower_case", "the secret was written in lower case", |secret| vec![secret.to_ascii_lowercase()]),
    row("shell_expanded", "a shell replaced the $ in the secret, and the name after it", shell_expanded),
    row("comment_cut", "the secret was cut at a #, as in a file of environment variables", |secret| {
        cut_at(secret, b'#')
    }),
    row("cut_at_equals", "the secret was cut at a =", |secret| cut_at(secret, b'=')),
    row("backslashes_removed", "the backslashes in the secret were removed", |secret| {
        vec![secret.iter().copied().filter(|byte| *byte != b'\\').collect()]
    }),
    row("utf16", "the secret was encoded in UTF-16", |secret| {
        let Ok(text) = str::from_utf8(secret) else { return Vec::new() };
        vec![
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ]
    }),
    row("hashed", "the SHA-256 of the secret was taken for the secret", |secret| {
        let hash = Sha256::digest(secret);
        vec![hash.to_vec(), HEXLOWER.encode(&hash).into_bytes()]
    }),
    row("cut", "the secret was cut off", |secret| {
        LENGTHS.iter().filter(|length| **length < secret.len()).map(|length| secret[..*length].to_vec()).collect()
    }),
];

/// The lengths of columns and buffers.
const LENGTHS: [usize; 10] = [16, 20, 32, 36, 40, 48, 50, 64, 128, 255];

static CLAIM: Change = of_secret("claim_as_secret", "a claim of the token was taken for the secret");
static MISSING: Change = of_secret("missing_secret", "there was no secret: a word such as undefined was taken for it");
static EMPTY: Change = of_secret("empty_secret", "the secret was empty");

/// The secret, and what one change makes of it.
pub(super) fn changed(secret: &[u8]) -> Vec<Changed> {
    let mut all: Vec<Changed> = vec![(Vec::new(), secret.to_vec())];
    for row in &CHANGES {
        for made in (row.make)(secret) {
            if !made.is_empty() && all.iter().all(|(_, known)| *known != made) {
                all.push((vec![&row.change], made));
            }
        }
    }
    all
}

/// What two changes make of a secret.
pub(super) fn changed_twice(secret: &[u8]) -> Vec<Changed> {
    let once = changed(secret);
    let mut all = Vec::new();
    for (first, made) in &once[1..] {
        for (second, made) in changed(made).into_iter().skip(1) {
            all.push(([first.as_slice(), &second].concat(), made));
        }
    }
    all
}

/// Texts that are no secret: the claims of the token, and the empty text.
pub(super) fn others(signed: &str) -> Vec<Changed> {
    let payload = signed.split_once('.').and_then(|(_, payload)| BASE64URL_NOPAD.decode(payload.as_bytes()).ok());
    let claims: Map<String, Value> = payload.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let texts = claims
        .values()
        .filter_map(Value::as_str)
        .filter(|text| text.len() <= 256)
        .take(32)
        .map(|text| (vec![&CLAIM], text.as_bytes().to_vec()));
    let missing = ["undefined", "null", "None", "nil"].map(|text| (vec![&MISSING], text.as_bytes().to_vec()));
    texts.chain(missing).chain([(vec![&EMPTY], Vec::new())]).collect()
}

fn appended(secret: &[u8], end: &[u8]) -> Vec<Vec<u8>> {
    vec![[secret, end].concat()]
}

fn quoted(secret: &[u8], quote: &[u8]) -> Vec<Vec<u8>> {
    vec![[quote, secret, quote].concat()]
}

fn unquoted(secret: &[u8], quote: u8) -> Option<&[u8]> {
    secret.strip_prefix(&[quote])?.strip_suffix(&[quote])
}

fn cut_at(secret: &[u8], byte: u8) -> Vec<Vec<u8>> {
    secret
        .iter()
        .position(|found| *found == byte)
        .map(|at| secret[..at].trim_ascii_end().to_vec())
        .into_iter()
        .collect()
}

/// Without each `$` and the name after it.
fn shell_expanded(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = secret.split(|byte| *byte == b'$');
    let mut out = parts.next().unwrap_or_default().to_vec();
    for part in parts {
        let name = part.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        out.extend(&part[name..]);
    }
    vec![out]
}

/// Decodes both alphabets of base64, ignores other characters, and ends at the padding, as Node does.
fn base64_decoded(secret: &[u8]) -> Option<Vec<u8>> {
    let end = secret.iter().position(|byte| *byte == b'=').unwrap_or(secret.len());
    let mut digits: Vec<u8> = secret[..end]
        .iter()
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b'+' | b'/' => Some(*byte),
            other => other.is_ascii_alphanumeric().then_some(*other),
        })
        .collect();
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    lenient()?.decode(&digits).ok()
}

/// Base64 whose unused bits may be set.
fn lenient() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    specification.check_trailing_bits = false;
    specification.encoding().ok()
}
