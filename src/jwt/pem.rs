//! Keys as text (RFC 7468), and what may be wrong with them.

use std::error::Error;
use std::fmt;

use pem::Pem;

/// Why a text is not a key that can be used. No key is ever part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It is a PEM text, of something else: a certificate, an encrypted key, a private key for a public one.
    AnotherThing,
    /// It is not a PEM text, or one with several keys.
    NotPem,
    /// It is an RSA key of less than 2,048 bits or more than 8,192 (RFC 7518, section 3.3, asks for 2,048).
    Size,
    /// It is damaged, or is neither an RSA key nor one on P-256, P-384 or P-521 (ASAP-3).
    Unusable,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherThing => "the PEM text is of something else than the key that is asked for",
            Self::NotPem => "the text is not the PEM text of one key",
            Self::Size => "the RSA key has less than 2,048 bits or more than 8,192",
            Self::Unusable => "the key is damaged, or neither an RSA key nor one on P-256, P-384 or P-521",
        })
    }
}

impl Error for InvalidKey {}

/// The one block of a text. `EC PARAMETERS`, which openssl writes in front of a key, repeats what the key says.
pub(super) fn block(text: &[u8]) -> Result<Pem, InvalidKey> {
    let blocks = pem::parse_many(text).map_err(|_| InvalidKey::NotPem)?;
    let mut keys = blocks.into_iter().filter(|block| block.tag() != "EC PARAMETERS");
    match (keys.next(), keys.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(InvalidKey::NotPem),
    }
}
