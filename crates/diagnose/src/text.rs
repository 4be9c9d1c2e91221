//! [`Text`]: bytes of URLs and canonical requests, which are nearly always UTF-8. [`printable`]: untrusted text in a
//! line of a terminal.

use std::error::Error;
use std::fmt::{self, Write as _};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
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
/// use qsh_diagnose::Text;
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
    /// use qsh_diagnose::Text;
    ///
    /// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// assert_eq!(Text::from("").sha256_hex(), empty);
    /// ```
    pub fn sha256_hex(&self) -> String {
        Self(Sha256::digest(&self.0).to_vec()).to_hex()
    }

    /// The bytes in hex: two lower-case digits each.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// The reverse of [`Text::to_hex`]. Also accepts upper-case digits.
    ///
    /// # Errors
    ///
    /// An odd number of digits, or a character that is not a hexadecimal digit.
    pub fn from_hex(hex: &str) -> Result<Self, InvalidHex> {
        HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map(Self).map_err(|_| InvalidHex)
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
    /// use qsh_diagnose::Text;
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
/// use qsh_diagnose::printable;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadText {
    /// The second member is not hexadecimal.
    Hex {
        /// The name of the first member.
        name: &'static str,
    },
    /// Both members are there.
    Twice {
        /// The name of the first member.
        name: &'static str,
    },
}

impl fmt::Display for BadText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hex { name } => write!(f, "{name}_hex: {InvalidHex}"),
            Self::Twice { name } => write!(f, "expected exactly one of {name} and {name}_hex"),
        }
    }
}

impl Error for BadText {}

/// Text that is not hexadecimal: expected pairs of `0-9a-f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidHex;

impl fmt::Display for InvalidHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected pairs of hexadecimal digits")
    }
}

impl Error for InvalidHex {}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        Text::from(bytes.to_vec()).to_string()
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
