//! [`Qsh`]: a query string hash.

use std::error::Error;
use std::str::{self, FromStr};
use std::{fmt, hint};

use bitcoin_hashes::Sha256;

/// A query string hash: 64 lower-case hexadecimal digits (QSH-H2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Qsh([[u8; 8]; 8]);

impl Qsh {
    /// The hash of a finished canonical request (QSH-H1).
    ///
    /// # Examples
    ///
    /// The check value of the specification's sources, which is the SHA-256 of `foo`:
    ///
    /// ```
    /// let hash = qsh_hash::Qsh::of_canonical(b"foo");
    /// assert_eq!(hash.as_str(), "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae");
    /// ```
    #[must_use]
    pub fn of_canonical(canonical_request: &[u8]) -> Self {
        let digest = Sha256::hash(canonical_request).to_byte_array();
        let mut text = [[0; 8]; 8];
        for (digits, bytes) in text.iter_mut().zip(digest.chunks_exact(4)) {
            *digits = hex(bytes.iter().fold(0, |number, &byte| number << 8 | u32::from(byte))).to_be_bytes();
        }
        Self(text)
    }

    /// Whether the `qsh` claim of a token equals this hash. The comparison takes the same time for every claim of 64
    /// bytes (QSH-H3).
    ///
    /// # Examples
    ///
    /// The digits are lower-case (QSH-H2):
    ///
    /// ```
    /// let hash = qsh_hash::Qsh::of_canonical(b"foo");
    /// assert!(hash.matches("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"));
    /// assert!(!hash.matches("2C26B46B68FFC68FF99B453C1D30413413422D706483BFA0F98A5E886266E7AE"));
    /// assert!(!hash.matches(""));
    /// ```
    #[must_use]
    pub fn matches(&self, claim: &str) -> bool {
        let digits = self.0.as_flattened();
        let difference = digits.iter().zip(claim.as_bytes()).fold(0, |difference, (a, b)| difference | (a ^ b));
        claim.len() == digits.len() && hint::black_box(difference) == 0
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        // The digits are ASCII, so the default is never used.
        str::from_utf8(self.0.as_flattened()).unwrap_or_default()
    }
}

impl AsRef<str> for Qsh {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for Qsh {
    type Err = InvalidQsh;

    /// Parses a hash in the form of the claim.
    ///
    /// # Errors
    ///
    /// A text that is not 64 lower-case hexadecimal digits.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_hash::Qsh;
    ///
    /// let hash = Qsh::of_canonical(b"foo");
    /// assert_eq!(hash.as_str().parse(), Ok(hash));
    /// let error = "2C26".parse::<Qsh>().unwrap_err();
    /// assert_eq!(error.to_string(), "not a query string hash: expected 64 lower-case hexadecimal digits");
    /// ```
    fn from_str(text: &str) -> Result<Self, InvalidQsh> {
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let mut digits = [[0; 8]; 8];
        if text.len() != digits.as_flattened().len() || !text.as_bytes().iter().all(is_digit) {
            return Err(InvalidQsh);
        }
        digits.as_flattened_mut().copy_from_slice(text.as_bytes());
        Ok(Self(digits))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Qsh {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Qsh {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = Qsh;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 lower-case hexadecimal digits")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Qsh, E> {
                text.parse().map_err(|InvalidQsh| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The error for a text that is not a query string hash. `Display` says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidQsh;

impl fmt::Display for InvalidQsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a query string hash: expected 64 lower-case hexadecimal digits")
    }
}

impl Error for InvalidQsh {}

impl fmt::Display for Qsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Qsh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Qsh({self})")
    }
}

/// The eight lower-case digits of four bytes, computed at once. Each byte of the result is a digit.
fn hex(bytes: u32) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let x = u64::from(bytes);
    let x = (x << 16 | x) & 0x0000_ffff_0000_ffff;
    let x = (x << 8 | x) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (x << 4 | x) & (0x0f * EACH);
    // Adding 6 carries out of the nibble exactly if the digit is a letter.
    let letters = ((nibbles + 0x06 * EACH) >> 4) & EACH;
    nibbles + u64::from(b'0') * EACH + letters * u64::from(b'a' - b'0' - 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_two_digits_in_every_place() {
        for byte in 0..=255_u8 {
            for place in 0..4 {
                let bytes = u32::from(byte) << (8 * place);
                assert_eq!(hex(bytes).to_be_bytes().as_slice(), format!("{bytes:08x}").as_bytes());
            }
        }
        assert_eq!(hex(0xdead_beef).to_be_bytes(), *b"deadbeef");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_hash_is_text_in_json() {
        let hash = Qsh::of_canonical(b"foo");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, format!("\"{hash}\""));
        assert_eq!(serde_json::from_str::<Qsh>(&json).unwrap(), hash);
        let error = serde_json::from_str::<Qsh>("\"2C26\"").unwrap_err().to_string();
        insta::assert_snapshot!(error, @r#"invalid value: string "2C26", expected 64 lower-case hexadecimal digits at line 1 column 6"#);
    }
}
