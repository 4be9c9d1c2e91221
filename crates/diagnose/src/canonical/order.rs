//! The orders that a dialect can use for QSH-Q7 and QSH-Q9.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The order of ASCII in dictionaries, without letters: the root collation of CLDR.
const BEFORE_LETTERS: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";

/// Compares integers by value. Integers come before any other text.
pub(super) fn by_number(a: &[u8], b: &[u8]) -> Ordering {
    let number = |text: &[u8]| str::from_utf8(text).ok()?.parse::<i128>().ok();
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// Compares by length, then by text.
pub(super) fn by_length(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The sort key of a text in a dictionary: its letters, then their accents, then their case. Bytes that are not UTF-8
/// come last.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Collation {
    letters: Vec<(usize, char)>,
    marks: Vec<char>,
    upper: Vec<bool>,
}

impl Collation {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut key = Self { letters: Vec::new(), marks: Vec::new(), upper: Vec::new() };
        for chunk in text.utf8_chunks() {
            for character in chunk.valid().nfd() {
                if is_combining_mark(character) {
                    key.marks.push(character);
                    continue;
                }
                let place = BEFORE_LETTERS.find(character).unwrap_or(BEFORE_LETTERS.len());
                key.letters.extend(character.to_lowercase().map(|letter| (place, letter)));
                key.upper.push(character.is_uppercase());
            }
            key.letters.extend(chunk.invalid().iter().map(|&byte| (usize::MAX, char::from(byte))));
        }
        key
    }
}

/// Compares integers by value. Integers come before all other text, which keeps its order.
pub(super) fn integers_first(a: &[u8], b: &[u8]) -> Ordering {
    match (index(a), index(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// The value of a JavaScript array index (ECMA-262, section 6.1.7): a canonical integer below 2^32 - 1.
pub(super) fn index(text: &[u8]) -> Option<u32> {
    let text = str::from_utf8(text).ok()?;
    text.parse::<u32>().ok().filter(|&index| index < u32::MAX && index.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_before_text_and_short_text_before_long() {
        let sorted = |by: fn(&[u8], &[u8]) -> Ordering| {
            let mut texts = ["b", "10", "9", "", "-1", "aa"];
            texts.sort_by(|a, b| by(a.as_bytes(), b.as_bytes()));
            texts
        };
        assert_eq!(sorted(by_number), ["-1", "9", "10", "", "aa", "b"]);
        assert_eq!(sorted(by_length), ["", "9", "b", "-1", "10", "aa"]);
    }

    /// The results are from `sort((a, b) => a.localeCompare(b))` in Node 20 with ICU 78.
    #[test]
    fn a_dictionary_has_punctuation_digits_letters_and_small_letters_first() {
        let sorted: Vec<char> =
            " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEéfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUüvVwWxXyYzZ"
                .chars()
                .collect();
        let mut texts = sorted.clone();
        texts.reverse();
        texts.sort_by_cached_key(|c| Collation::of(c.to_string().as_bytes()));
        assert_eq!(texts, sorted);
        let sorted = "a A a_b a-b a1 a10 a9 ab aB Ab AB ab1 b B e E é É ea éa eb f";
        let mut texts: Vec<&str> = sorted.split(' ').rev().collect();
        texts.sort_by_cached_key(|text| Collation::of(text.as_bytes()));
        assert_eq!(texts.join(" "), sorted);
        assert!(Collation::of(b"\xff") > Collation::of(b"z") && Collation::of(b"\xfe") < Collation::of(b"\xff"));
    }

    #[test]
    fn integers_go_first_and_all_else_stays() {
        let mut names = ["b", "10", "01", "9", "a", "-1", "4294967295"];
        names.sort_by(|a, b| integers_first(a.as_bytes(), b.as_bytes()));
        assert_eq!(names, ["9", "10", "b", "01", "a", "-1", "4294967295"]);
    }
}
