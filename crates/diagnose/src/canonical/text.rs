//! Text conversions that dialects use. Bytes that are not UTF-8 are kept where possible.

use unicode_normalization::UnicodeNormalization;

use crate::percent;

/// Replaces every occurrence of a byte.
pub(crate) fn replaced(text: &[u8], byte: u8, with: &[u8]) -> Vec<u8> {
    text.split(|&found| found == byte).collect::<Vec<_>>().join(with)
}

/// The name of a pair as a form parser reads it.
pub(crate) fn form_name(pair: &[u8]) -> Vec<u8> {
    let name = pair.split(|&byte| byte == b'=').next().unwrap_or_default();
    percent::decode(&replaced(name, b'+', b" ")).bytes
}

/// Converts to lower case.
pub(super) fn folded(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, str::to_lowercase)
}

/// Converts to upper case.
pub(super) fn capitals(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, str::to_uppercase)
}

/// Converts to the composed form, NFC.
pub(super) fn composed(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, |part| part.nfc().collect())
}

/// Converts to the decomposed form, NFD.
pub(super) fn decomposed(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, |part| part.nfd().collect())
}

/// Encodes in ISO 8859-1. Other characters become `?`, as in Java's `String.getBytes`.
pub(super) fn latin1(text: &[u8]) -> Vec<u8> {
    each_part(text, |part| part.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect())
}

/// Encodes in ASCII. Other characters become `?`.
pub(super) fn ascii(text: &[u8]) -> Vec<u8> {
    each_part(text, |part| part.chars().map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect())
}

/// A JSON string, as `JSON.stringify` writes it.
pub(super) fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            0..=0x1f => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    out
}

/// The UTF-16 units. Invalid UTF-8 becomes U+FFFD, as in other decoders.
pub(super) fn utf16(text: &[u8]) -> Vec<u16> {
    characters(text).flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).collect()
}

/// The UTF-32 units. Invalid UTF-8 is handled as in [`utf16`].
pub(super) fn utf32(text: &[u8]) -> Vec<u32> {
    characters(text).map(u32::from).collect()
}

fn characters(text: &[u8]) -> impl Iterator<Item = char> {
    text.utf8_chunks().flat_map(|chunk| {
        chunk.valid().chars().chain((!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER))
    })
}

/// The lengths of the characters of a text. An invalid byte counts as one character.
pub(super) fn character_lengths(text: &[u8]) -> impl Iterator<Item = usize> {
    text.utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().map(char::len_utf8).chain(chunk.invalid().iter().map(|_| 1)))
}

/// The number of bytes in the first `count` characters of a text.
pub(super) fn bytes_of_characters(text: &[u8], count: usize) -> usize {
    character_lengths(text).take(count).sum()
}

/// Decodes bytes as ISO 8859-1.
pub(super) fn from_latin1(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes()
}

fn each_valid_part(text: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    each_part(text, |part| change(part).into_bytes())
}

fn each_part(text: &[u8], change: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    text.utf8_chunks().flat_map(|chunk| [change(chunk.valid()), chunk.invalid().to_vec()].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_changes_and_bytes_that_are_none_stay() {
        let text = [b"\xC3\x89a\xff".as_slice(), "e\u{301}".as_bytes()].concat();
        assert_eq!(folded(&text), [b"\xC3\xA9a\xff".as_slice(), "e\u{301}".as_bytes()].concat());
        assert_eq!(capitals("aé\u{df}".as_bytes()), "AÉSS".as_bytes());
        assert_eq!(composed(&text), b"\xC3\x89a\xff\xC3\xA9");
        assert_eq!(decomposed(&text), ["E\u{301}a".as_bytes(), b"\xff", "e\u{301}".as_bytes()].concat());
        assert_eq!((latin1("é宮".as_bytes()), ascii("é宮a".as_bytes())), (b"\xE9?".to_vec(), b"??a".to_vec()));
        assert_eq!(from_latin1(b"\xC3\xA9"), "Ã©".as_bytes());
    }

    #[test]
    fn a_json_text_has_its_escapes() {
        assert_eq!(quoted(b"a\"\\\n\x01\x08"), br#""a\"\\\n\u0001\b""#);
    }

    #[test]
    fn units_are_of_characters_and_what_is_none_is_a_replacement() {
        assert_eq!(utf16("é😀".as_bytes()), [0xe9, 0xd83d, 0xde00]);
        assert_eq!((utf16(b"a\xff"), utf32(b"\xe5\xaea")), (vec![0x61, 0xfffd], vec![0xfffd, 0x61]));
    }
}
