//! The pieces of text that generated requests are made of.

use super::source::Source;

const LETTERS: &[&str] = &["a", "b", "c", "z", "A", "B", "Z", "0", "1", "2", "9", "10", "-", ".", "_", "~"];
/// Signs that some implementation treats as a separator, or that encoders treat differently. `&` and `#` are missing:
/// the grammar has its own rules for them.
const SIGNS: &[&str] = &[
    "!", "\"", "$", "'", "(", ")", "*", "+", "+", ",", ",", "/", "//", ":", ";", "<", ">", "@", "[", "\\", "]", "^",
    "`", "{", "|", "}", "?", "=",
];
const ESCAPES: &[&str] = &[
    "%20", "%2B", "%2b", "%2C", "%2c", "%26", "%3D", "%3d", "%3B", "%2F", "%2f", "%25", "%2520", "%7E", "%7e", "%41",
    "%61", "%5F", "%2A", "%27", "%28", "%21", "%22", "%3C", "%5B", "%5D", "%7C", "%40", "%3A", "%24", "%23", "%3F",
    "%00", "%0A", "%0D", "%09", "%7F", "%5C",
];
const CHARACTERS: &[&str] = &[
    "é",
    "É",
    "ß",
    "ü",
    "宮",
    "😀",
    "\u{10000}",
    "\u{e000}",
    "\u{ff5e}",
    "e\u{301}",
    "\u{212a}",
    "ı",
    "\u{a0}",
    "\u{2028}",
];
const ESCAPED_CHARACTERS: &[&str] = &[
    "%C3%A9",
    "%c3%a9",
    "%C3%89",
    "%C3%9F",
    "%E5%AE%AE",
    "%F0%9F%98%80",
    "%F0%90%80%80",
    "%EE%80%80",
    "%EF%BD%9E",
    "e%CC%81",
    "%C2%A0",
    "%E2%84%AA",
];
const MALFORMED_ESCAPES: &[&str] =
    &["%", "%2", "%zz", "%u00e9", "%+1", "%%41", "%FF", "%C3", "%C0%AF", "%ED%A0%80", "%E5%AE", "%F4%90%80%80", "%80"];
const BLANKS_AND_CONTROLS: &[&str] = &[" ", "\t", "\u{1}", "\u{7f}", "\n"];

/// Appends at most `most` pieces of text.
pub(super) fn text(source: &mut Source<'_>, text: &mut String, most: usize) {
    for _ in 0..source.up_to(most) {
        let from = match source.weighed(&[40, 16, 16, 5, 6, 4, 1]) {
            0 => LETTERS,
            1 => SIGNS,
            2 => ESCAPES,
            3 => CHARACTERS,
            4 => ESCAPED_CHARACTERS,
            5 => MALFORMED_ESCAPES,
            _ => BLANKS_AND_CONTROLS,
        };
        text.push_str(source.pick(from));
    }
}
