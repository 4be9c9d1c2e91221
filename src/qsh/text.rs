//! What dialects do to text. Bytes that are not UTF-8 stay as they are.

use unicode_normalization::UnicodeNormalization;

/// With something else in place of every such byte.
pub(super) fn replaced(text: &[u8], byte: u8, with: &[u8]) -> Vec<u8> {
    text.split(|&found| found == byte).collect::<Vec<_>>().join(with)
}

/// In lower case.
pub(super) fn folded(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, str::to_lowercase)
}

/// In the composed form, NFC.
pub(super) fn composed(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, |part| part.nfc().collect())
}

/// In the decomposed form, NFD.
pub(super) fn decomposed(text: &[u8]) -> Vec<u8> {
    each_valid_part(text, |part| part.nfd().collect())
}

/// In ISO 8859-1, with `?` for what that lacks, as Java's `String.getBytes` writes it.
pub(super) fn latin1(text: &[u8]) -> Vec<u8> {
    each_part(text, |part| part.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect())
}

/// In ASCII, with `?` for what that lacks.
pub(super) fn ascii(text: &[u8]) -> Vec<u8> {
    each_part(text, |part| part.chars().map(|c| if c.is_ascii() { c as u8 } else { b'?' }).collect())
}

/// Bytes read as ISO 8859-1.
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
        assert_eq!(composed(&text), b"\xC3\x89a\xff\xC3\xA9");
        assert_eq!(decomposed(&text), ["E\u{301}a".as_bytes(), b"\xff", "e\u{301}".as_bytes()].concat());
        assert_eq!((latin1("é宮".as_bytes()), ascii("é宮a".as_bytes())), (b"\xE9?".to_vec(), b"??a".to_vec()));
        assert_eq!(from_latin1(b"\xC3\xA9"), "Ã©".as_bytes());
    }
}
