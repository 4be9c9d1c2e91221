//! The order of the values of one parameter (QSH-Q7).

use std::cmp::Ordering;

/// Compares UTF-8 text by its UTF-16 code units (QSH-Q7), without converting it.
///
/// The two orders differ in one point: UTF-16 sorts the surrogates, and so every character above U+FFFF, before U+E000
/// to U+FFFF. In UTF-8, characters above U+FFFF have the lead bytes F0 to F4, and U+E000 to U+FFFF have EE and EF.
/// Raising EE and EF above F4 gives the order of UTF-16.
///
/// # Examples
///
/// ```
/// use std::cmp::Ordering;
///
/// assert_eq!(qsh_hash::order::by_utf16("\u{e000}".as_bytes(), "\u{10000}".as_bytes()), Ordering::Greater);
/// ```
pub fn by_utf16(a: &[u8], b: &[u8]) -> Ordering {
    match a.iter().zip(b).position(|(a, b)| a != b) {
        Some(at) => raised(a[at]).cmp(&raised(b[at])),
        None => a.len().cmp(&b.len()),
    }
}

/// A byte of UTF-8, moved to its place in the order of UTF-16.
pub(crate) fn raised(byte: u8) -> u8 {
    if byte == 0xee || byte == 0xef { byte | 0x10 } else { byte }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn by_utf16_is_the_order_of_the_code_units(a in "[a\u{7f}-\u{800}\u{d7f0}-\u{d7ff}\u{e000}-\u{e010}\u{fff0}-\u{1000f}\u{10fff0}-\u{10ffff}]{0,4}", b: String) {
            let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
            for (a, b) in [(&a, &b), (&a, &(a.clone() + &b)), (&(a.clone() + "\u{ffff}"), &(a.clone() + "\u{10000}"))] {
                prop_assert_eq!(by_utf16(a.as_bytes(), b.as_bytes()), units(a).cmp(&units(b)));
            }
        }
    }

    #[test]
    fn private_use_and_astral_characters_change_places() {
        assert_eq!(by_utf16("\u{e000}".as_bytes(), "\u{10000}".as_bytes()), Ordering::Greater);
        assert_eq!("\u{e000}".as_bytes().cmp("\u{10000}".as_bytes()), Ordering::Less);
    }
}
