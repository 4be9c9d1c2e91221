//! Percent-encoding in other libraries: the sets of characters that they escape, and how they decode. The rules of the
//! specification are in [`qsh_hash::percent`].

use percent_encoding::{AsciiSet, CONTROLS};
pub use qsh_hash::percent::{Decoded, RFC3986, decode, decode_by, escaped_byte, replace_invalid_utf8};

/// The characters that JavaScript's `encodeURIComponent` escapes (ECMA-262, section 19.2.6.5).
pub const ENCODE_URI_COMPONENT: &AsciiSet = &RFC3986.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');

/// The characters that JavaScript's `encodeURI` escapes (ECMA-262, section 19.2.6.4).
pub const ENCODE_URI: &AsciiSet = &ENCODE_URI_COMPONENT
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'?')
    .remove(b'@');

/// The characters that RFC 3986, section 3.4, does not allow in a query, plus `&` and `+`, which have a special meaning
/// there.
pub const RFC3986_QUERY: &AsciiSet = &ENCODE_URI.add(b'#').add(b'&').add(b'+');

/// The query percent-encode set (URL standard, section 1.3).
pub const WHATWG_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The characters that an `application/x-www-form-urlencoded` serializer escapes (URL standard, section 5.2), except
/// the space.
pub const FORM: &AsciiSet = &RFC3986.add(b'~').remove(b'*');

/// As [`RFC3986`], but `/` is not escaped. This is the default of Python's `quote`.
pub const SLASH_KEPT: &AsciiSet = &RFC3986.remove(b'/');

/// The number of bytes of `text` that decode to the first `decoded` bytes. Returns `None` if the decoded text is
/// shorter.
pub fn length_of_decoded(text: &[u8], decoded: usize) -> Option<usize> {
    (0..decoded).try_fold(0, |length, _| match text.get(length)? {
        b'%' if escaped_byte(&text[length + 1..]).is_some() => Some(length + 3),
        _ => Some(length + 1),
    })
}

/// Rewrites every escape, given its byte and its text. Everything else is kept.
pub fn rewrite_escapes(text: &[u8], rewrite: impl Fn(u8, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let escaped = if first == b'%' { escaped_byte(&rest[1..]) } else { None };
        let length = match escaped {
            Some(byte) => {
                written.extend(rewrite(byte, &rest[..3]));
                3
            }
            None => {
                written.push(first);
                1
            }
        };
        rest = &rest[length..];
    }
    written
}

/// Whether a byte is an unreserved character (RFC 3986, section 2.3).
pub fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// As [`escaped_byte`], but also accepts a sign before one digit, as Java's `Integer.parseInt` does.
pub fn signed_byte(after_percent: &[u8]) -> Option<u8> {
    match after_percent {
        [b'+', low, ..] => escaped_byte(&[b'0', *low]),
        [b'-', b'0', ..] => Some(0),
        _ => escaped_byte(after_percent),
    }
}

/// Replaces each maximal invalid part with another text.
pub fn invalid_utf8_as(bytes: &[u8], replacement: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            text.extend_from_slice(replacement.as_bytes());
        }
    }
    text
}

/// As [`replace_invalid_utf8`], but an encoded surrogate, or its first two bytes, is one part.
pub fn replace_invalid_utf8_and_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut parts = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        rest = match behind {
            [0xa0..=0xbf, 0x80..=0xbf, behind @ ..] | [0xa0..=0xbf, behind @ ..] if first == 0xed => {
                // 0xff is an invalid part of its own.
                parts.push(0xff);
                behind
            }
            _ => {
                parts.push(first);
                behind
            }
        };
    }
    replace_invalid_utf8(&parts)
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_encode;

    use super::*;

    /// The results are from Java 17.
    #[test]
    fn a_surrogate_is_one_part() {
        for (bytes, parts) in [
            (b"\xed\xaa".as_slice(), "R"),
            (b"\xed\xa0\x80", "R"),
            (b"\xed\xa0\x80\x80", "RR"),
            (b"\xed\xaa\xed", "RR"),
            (b"\xed\xaa\xc3\xa9", "R\u{e9}"),
            (b"\xed\xaaA", "RA"),
            (b"\xed\x80", "R"),
            (b"\xf4\x90", "RR"),
        ] {
            let text = String::from_utf8(replace_invalid_utf8_and_surrogates(bytes)).unwrap();
            assert_eq!(text.replace('\u{fffd}', "R"), parts, "{bytes:x?}");
        }
    }

    #[test]
    fn each_set_escapes_what_its_source_says_of_every_ascii_character() {
        let kept = |set| -> String {
            (0..128).map(|byte: u8| percent_encode(&[byte], set).to_string()).filter(|text| text.len() == 1).collect()
        };
        let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (set, others) in [
            (RFC3986, "-._~"),
            (ENCODE_URI_COMPONENT, "!'()*-._~"),
            (FORM, "*-._"),
            (SLASH_KEPT, "-./_~"),
            (ENCODE_URI, "!#$&'()*+,-./:;=?@_~"),
            (RFC3986_QUERY, "!$'()*,-./:;=?@_~"),
            (WHATWG_QUERY, "!$%&'()*+,-./:;=?@[\\]^_`{|}~"),
        ] {
            let mut expected: Vec<char> = alphanumeric.chars().chain(others.chars()).collect();
            expected.sort_unstable();
            assert_eq!(kept(set), expected.into_iter().collect::<String>());
        }
    }

    #[test]
    fn the_bytes_behind_decoded_ones_are_counted() {
        let lengths = [0, 1, 2, 3, 4].map(|decoded| length_of_decoded(b"%7Ea%z", decoded));
        assert_eq!(lengths, [Some(0), Some(3), Some(4), Some(5), Some(6)]);
        assert_eq!(length_of_decoded(b"%7Ea%z", 5), None);
    }

    /// The results are from Java 17's `URLDecoder`. It throws for the second list.
    #[test]
    fn a_sign_before_a_digit_is_read_where_it_is_asked_for() {
        for (text, bytes) in [("%+f", b"\x0f"), ("%-0", b"\0"), ("%4a", b"J")] {
            let decoded = decode_by(text.as_bytes(), signed_byte);
            assert_eq!((decoded.bytes.as_slice(), decoded.invalid_escape), (bytes.as_slice(), false), "{text}");
        }
        for text in ["%-1", "%+", "%+g", "%++", "%1+"] {
            assert!(decode_by(text.as_bytes(), signed_byte).invalid_escape, "{text}");
        }
    }
}
