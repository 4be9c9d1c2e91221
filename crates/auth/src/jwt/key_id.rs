//! Key ids: the `kid` of a header.

use std::error::Error;
use std::fmt;
use std::str::{self, FromStr};

/// The name of a key (ASAP-6, ASAP-7): one or more segments, separated by slashes. It can be appended to the address of
/// a store or to the path of a directory, and never leads out of it (INS-3).
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::{InvalidKeyId, KeyId};
///
/// let key_id = KeyId::parse("svc/2024-11.pem")?;
/// assert_eq!("svc/2024-11.pem".parse(), Ok(key_id.clone()));
/// assert!(key_id.is_owned_by("svc"));
/// assert!(!key_id.is_owned_by("sv"));
/// assert_eq!(KeyId::parse("svc/../k"), Err(InvalidKeyId::Segment));
/// assert_eq!(KeyId::parse(b"svc/k\n"), Err(InvalidKeyId::Character));
/// # Ok::<(), InvalidKeyId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

impl KeyId {
    /// Parses the text of a `kid`.
    ///
    /// # Errors
    ///
    /// If a segment is empty, `.` or `..` (ASAP-6), or if a character is not allowed by ASAP-7.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidKeyId> {
        let text = text.as_ref();
        let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-+/".contains(byte);
        let text = str::from_utf8(text).ok().filter(|text| text.as_bytes().iter().all(is_allowed));
        let text = text.ok_or(InvalidKeyId::Character)?;
        if text.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return Err(InvalidKeyId::Segment);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments. There is at least one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether the key belongs to an issuer: its name begins with the issuer and a slash (ASAP-10, ASAP-11).
    #[must_use]
    pub fn is_owned_by(&self, issuer: &str) -> bool {
        self.0.strip_prefix(issuer).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl AsRef<str> for KeyId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    /// As [`KeyId::parse`].
    ///
    /// # Errors
    ///
    /// See [`KeyId::parse`].
    fn from_str(text: &str) -> Result<Self, InvalidKeyId> {
        Self::parse(text)
    }
}

/// Writes the text.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a key id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "ASAP-6 and ASAP-7 are all there is")]
pub enum InvalidKeyId {
    /// A character that is not allowed in a key id (ASAP-7).
    Character,
    /// A segment that is empty, `.` or `..` (ASAP-6).
    Segment,
}

impl InvalidKeyId {
    #[cfg(feature = "public-key")]
    pub(crate) fn clause(self) -> &'static str {
        match self {
            Self::Character => "ASAP-7",
            Self::Segment => "ASAP-6",
        }
    }
}

impl fmt::Display for InvalidKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Character => "the key id has an invalid character",
            Self::Segment => "the key id has a segment that is empty, . or ..",
        })
    }
}

impl Error for InvalidKeyId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_that_of_the_clauses() {
        for good in ["k", "svc/k", "a/b/c/d", "svc/a..b", "svc/...", "A-z_0.9+/k"] {
            assert_eq!(KeyId::parse(good).map(|key_id| key_id.as_str().to_owned()), Ok(good.to_owned()));
        }
        for bad in ["", "/", "/svc/k", "svc//k", "svc/k/", ".", "..", "svc/.", "svc/..", "../x", "svc/./k"] {
            assert_eq!(KeyId::parse(bad), Err(InvalidKeyId::Segment), "{bad}");
        }
        for bad in ["svc/é", "svc/a b", "svc/%2e%2e", "svc/k\n", "svc\\k", "svc/k\0", "svc:k", "C:/k"] {
            assert_eq!(KeyId::parse(bad), Err(InvalidKeyId::Character), "{bad}");
        }
        assert_eq!(KeyId::parse(b"svc/\xff"), Err(InvalidKeyId::Character));
    }

    #[test]
    fn a_key_belongs_to_whoever_is_in_front_of_a_slash() {
        let owned = |key_id: &str, issuer| KeyId::parse(key_id).unwrap().is_owned_by(issuer);
        assert!(owned("svc/k", "svc") && owned("svc/a/k", "svc") && owned("svc/a/k", "svc/a"));
        for issuer in ["", "s", "svc/", "svc/k", "SVC", "svc2", "svc/k/"] {
            assert!(!owned("svc/k", issuer), "{issuer}");
        }
        assert!(!owned("svc", "svc"));
    }
}
