//! Percent-encoding: the set of characters that a query escapes, and how a query is decoded.
//!
//! The crate [`percent_encoding`] encodes. This module decodes, because that crate leaves open what the clauses decide:
//! a plus, a malformed escape (QSH-Q6), and bytes that are not UTF-8 (QSH-Q20).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// QSH-Q10: escapes every character except ALPHA, DIGIT and `-._~` (RFC 3986 section 2.3, RFC 5849 section 3.6).
pub const RFC3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The decoded bytes. A malformed escape is kept as it was written.
    pub bytes: Vec<u8>,
    /// Whether there was a `%` without two hexadecimal digits after it (QSH-Q6).
    pub invalid_escape: bool,
}

/// Decodes the escapes of `text` once. Keeps every `+`.
///
/// # Examples
///
/// Escapes in either case are decoded, and only once. Malformed escapes are kept as text:
///
/// ```
/// let decoded = qsh_hash::percent::decode(b"%e5%AE%ae+%2520%zz%");
/// assert_eq!(decoded.bytes, "宮+%20%zz%".as_bytes());
/// assert!(decoded.invalid_escape);
/// ```
pub fn decode(text: &[u8]) -> Decoded {
    decode_by(text, escaped_byte)
}

/// As [`decode`], with a function of the caller that reads what follows a `%`.
///
/// # Examples
///
/// A function that accepts no escape:
///
/// ```
/// let decoded = qsh_hash::percent::decode_by(b"%41", |_| None);
/// assert_eq!((decoded.bytes.as_slice(), decoded.invalid_escape), (b"%41".as_slice(), true));
/// ```
pub fn decode_by(text: &[u8], byte: fn(&[u8]) -> Option<u8>) -> Decoded {
    let mut bytes = Vec::with_capacity(text.len());
    let mut invalid_escape = false;
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'%' {
            bytes.push(first);
        } else if let Some(byte) = byte(tail) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(b'%');
            invalid_escape = true;
        }
    }
    Decoded { bytes, invalid_escape }
}

/// The byte of an escape, given the text after its `%`. Returns `None` if that text does not begin with two hexadecimal
/// digits.
///
/// # Examples
///
/// ```
/// assert_eq!(qsh_hash::percent::escaped_byte(b"41bc"), Some(b'A'));
/// assert_eq!(qsh_hash::percent::escaped_byte(b"4"), None);
/// ```
pub fn escaped_byte(after_percent: &[u8]) -> Option<u8> {
    match after_percent {
        [high, low, ..] => Some(hex_digit(*high)? << 4 | hex_digit(*low)?),
        _ => None,
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Replaces each maximal invalid part with U+FFFD (QSH-Q20; Unicode 15, section 3.9, "substitution of maximal
/// subparts").
///
/// # Examples
///
/// A truncated sequence is one part. An encoded surrogate is three parts:
///
/// ```
/// assert_eq!(qsh_hash::percent::replace_invalid_utf8(b"a\xe5\xae"), "a\u{fffd}".as_bytes());
/// assert_eq!(qsh_hash::percent::replace_invalid_utf8(b"\xed\xa0\x80"), "\u{fffd}\u{fffd}\u{fffd}".as_bytes());
/// ```
pub fn replace_invalid_utf8(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            text.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_encode;

    use super::*;

    #[test]
    fn every_byte_survives_encoding_and_decoding() {
        let all: Vec<u8> = (0..=255).collect();
        let encoded = percent_encode(&all, RFC3986).to_string();
        assert_eq!(decode(encoded.as_bytes()), Decoded { bytes: all, invalid_escape: false });
    }

    #[test]
    fn an_escape_needs_two_hexadecimal_digits() {
        for text in ["%", "%4", "%zz", "%4g", "%u00e9", "a%"] {
            let decoded = decode(text.as_bytes());
            assert_eq!((decoded.bytes.as_slice(), decoded.invalid_escape), (text.as_bytes(), true), "{text}");
        }
        assert_eq!(decode(b"%%41").bytes, b"%A");
    }
}
