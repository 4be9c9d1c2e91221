//! [`Text`]: bytes that are nearly always UTF-8, as URLs and canonical requests are.

use std::fmt;

/// Bytes of a URL or of a canonical request (QSH-H1): nearly always UTF-8, but never assumed to be.
///
/// JSON cannot carry other bytes, so every format has two members for such a value: `url` for text and `url_hex` for the
/// rest. `Display` and `Debug` escape what is not printable, so that two different values never look alike.
///
/// # Examples
///
/// Bytes that are not UTF-8 travel as lower-case hex, and come back unchanged:
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

    /// The text, where the bytes are UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Two lower-case hexadecimal digits for each byte.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The reverse of [`Text::to_hex`]; upper-case digits are read too.
    ///
    /// # Errors
    ///
    /// An odd number of digits, and any character that is not a hexadecimal digit.
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
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The text is not hexadecimal: digits come in pairs of `0-9a-f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected pairs of hexadecimal digits")]
pub struct InvalidHex;
