//! [`Text`]: bytes of URLs and canonical requests, which are nearly always UTF-8. [`printable`]: untrusted text in a
//! line of a terminal.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

/// Bytes of a URL or of a canonical request (QSH-H1). They are nearly always UTF-8, but this is not assumed.
///
/// JSON strings cannot hold other bytes. Every format therefore has two members for such a value: `url` for text and
/// `url_hex` for the rest. `Display` and `Debug` escape the backslash and everything that is not [printable].
/// Different values therefore always look different.
///
/// # Examples
///
/// Bytes that are not UTF-8 are written as lower-case hex:
///
/// ```
/// use qsh::suite::text::Text;
///
/// let text = Text::from(b"/\xff".to_vec());
/// assert_eq!(text.as_str(), None);
/// assert_eq!(text.to_hex(), "2fff");
/// assert_eq!(Text::from_hex("2fff"), Ok(text));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if the bytes are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The SHA-256 of the bytes, as [`Text::to_hex`] writes them.
    ///
    /// Expectations and known failures are checked with it. It does not use an implementation of QSH-H2, not even
    /// ours.
    ///
    /// ```
    /// use qsh::suite::text::Text;
    ///
    /// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// assert_eq!(Text::from("").sha256_hex(), empty);
    /// ```
    pub fn sha256_hex(&self) -> String {
        Self(Sha256::digest(&self.0).to_vec()).to_hex()
    }

    /// The bytes in hex: two lower-case digits each.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The reverse of [`Text::to_hex`]. Also accepts upper-case digits.
    ///
    /// # Errors
    ///
    /// An odd number of digits, or a character that is not a hexadecimal digit.
    pub fn from_hex(hex: &str) -> Result<Self, InvalidHex> {
        let digits: Vec<u8> =
            hex.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>().ok_or(InvalidHex)?;
        let pairs = digits.chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return Err(InvalidHex);
        }
        Ok(Self(pairs.map(|pair| pair[0] << 4 | pair[1]).collect()))
    }
}

/// The two members that JSON has for a text: one for UTF-8, and one with `_hex` for any other bytes.
impl Text {
    /// The text of such a pair. `None` if neither member is there. `name` is the name of the first one.
    ///
    /// # Errors
    ///
    /// Both members are there, or the second one is not hexadecimal.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::text::Text;
    ///
    /// let hex = |hex: &str| Text::from_members(None, Some(hex.to_owned()), "url");
    /// assert_eq!(hex("2f61"), Ok(Some("/a".into())));
    /// assert_eq!(hex("2").unwrap_err().to_string(), "url_hex: expected pairs of hexadecimal digits");
    /// ```
    pub fn from_members(
        utf8: Option<String>,
        hex: Option<String>,
        name: &'static str,
    ) -> Result<Option<Self>, BadText> {
        match (utf8, hex) {
            (Some(_), Some(_)) => Err(BadText::Twice { name }),
            (Some(utf8), None) => Ok(Some(utf8.into())),
            (None, Some(hex)) => Self::from_hex(&hex).map(Some).map_err(|InvalidHex| BadText::Hex { name }),
            (None, None) => Ok(None),
        }
    }

    /// The reverse of [`Text::from_members`].
    pub fn into_members(text: Option<Self>) -> (Option<String>, Option<String>) {
        match text.map(|Self(bytes)| String::from_utf8(bytes)) {
            None => (None, None),
            Some(Ok(utf8)) => (Some(utf8), None),
            Some(Err(error)) => (None, Some(Self(error.into_bytes()).to_hex())),
        }
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.0.split(|byte| *byte == b'\\').enumerate() {
            if index > 0 {
                f.write_str("\\\\")?;
            }
            write!(f, "{}", printable(piece))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The message and position of a TOML error. Leaves out the quoted line if it is long, as it may be if the file is not
/// TOML at all.
pub(crate) fn toml_problem(error: &toml::de::Error) -> String {
    const LONGEST: usize = 200;
    let whole = error.to_string();
    let mut lines = whole.trim_end().lines();
    if lines.clone().all(|line| line.len() <= LONGEST) {
        return whole.trim_end().to_owned();
    }
    format!("{}: {}", lines.next().unwrap_or_default(), error.message())
}

/// Untrusted text, such as an adapter's messages and standard error, made safe for one line of a terminal.
///
/// Escapes control and format characters, line breaks, combining marks, all spaces except ` `, and bytes that are not
/// UTF-8. The result can neither control the terminal nor imitate other text.
///
/// # Examples
///
/// A message that tries to colour the text after it:
///
/// ```
/// use qsh::suite::text::printable;
///
/// assert_eq!(printable("\u{1b}[32mall well\n").to_string(), r"\u{1b}[32mall well\n");
/// ```
pub fn printable(text: &(impl AsRef<[u8]> + ?Sized)) -> Printable<'_> {
    Printable(text.as_ref())
}

/// The result of [`printable`]. `Display` writes it.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'t>(&'t [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '"' | '\'' | '\\' => f.write_char(c)?,
                    _ => write!(f, "{}", c.escape_debug())?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// Two members that give no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadText {
    /// The second member is not hexadecimal.
    #[error("{name}_hex: expected pairs of hexadecimal digits")]
    Hex {
        /// The name of the first member.
        name: &'static str,
    },
    /// Both members are there.
    #[error("expected exactly one of {name} and {name}_hex")]
    Twice {
        /// The name of the first member.
        name: &'static str,
    },
}

/// Text that is not hexadecimal: expected pairs of `0-9a-f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected pairs of hexadecimal digits")]
pub struct InvalidHex;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        Text::from(bytes.to_vec()).to_string()
    }

    #[test]
    fn a_long_line_of_toml_is_not_quoted() {
        let error = |text: &str| toml::from_str::<toml::Table>(text).unwrap_err();
        let (short, long) = (error("{}"), error(&format!("{{\"{}\"}}", "x".repeat(100_000))));
        assert!(toml_problem(&short).contains("1 | {}"), "{}", toml_problem(&short));
        let problem = toml_problem(&long);
        assert!(problem.starts_with("TOML parse error at line 1, column 1: ") && problem.len() < 200, "{problem}");
    }

    #[test]
    fn plain_text_is_shown_as_it_is() {
        for plain in ["", "GET&/test&a=%20b", "/caf\u{e9}", "/\u{4f60}\u{597d}?\u{1f600}", "it's \"so\""] {
            assert_eq!(Text::from(plain).to_string(), plain);
            assert_eq!(printable(plain).to_string(), plain);
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        insta::assert_snapshot!(text(b"\x1b[31m\x07\x00\r\n\t\x7f"), @r"\u{1b}[31m\u{7}\0\r\n\t\u{7f}");
        insta::assert_snapshot!(text("\u{9b}31m".as_bytes()), @r"\u{9b}31m");
        // Right-to-left override, zero-width space, line separator, no-break space.
        insta::assert_snapshot!(text("\u{202e}\u{200b}\u{2028}\u{a0}".as_bytes()), @r"\u{202e}\u{200b}\u{2028}\u{a0}");
    }

    #[test]
    fn different_bytes_never_look_alike() {
        let alike = ["\u{e9}", "e\u{301}", "\n", "\\n", "\\\\n", "\\x0a", "\\u{a}", "a b", "a\u{a0}b"];
        for (index, one) in alike.iter().enumerate() {
            for other in &alike[..index] {
                assert_ne!(text(one.as_bytes()), text(other.as_bytes()));
            }
        }
        assert_ne!(text(b"\xff"), text(b"\\xff"));
        insta::assert_snapshot!(text(b"/\xff\xc3\\/\xed\xa0\x80"), @r"/\xff\xc3\\/\xed\xa0\x80");
    }

    #[test]
    fn debug_is_the_same_in_quotes() {
        assert_eq!(format!("{:?}", Text::from("/a\n")), r#""/a\n""#);
    }

    #[test]
    fn a_message_keeps_its_backslashes() {
        assert_eq!(printable(r"C:\shim.py").to_string(), r"C:\shim.py");
        assert_eq!(printable(b"\xff\\".as_slice()).to_string(), r"\xff\");
    }

    #[test]
    fn hex_of_any_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let all = Text::from(all);
        assert_eq!(Text::from_hex(&all.to_hex()), Ok(all.clone()));
        assert_eq!(Text::from_hex(&all.to_hex().to_uppercase()), Ok(all));
    }

    #[test]
    fn hex_is_pairs_of_digits() {
        for wrong in ["0", "000", "0g", "+1", " 00", "0x00", "\u{ff10}0"] {
            assert_eq!(Text::from_hex(wrong), Err(InvalidHex), "{wrong:?}");
        }
    }
}
