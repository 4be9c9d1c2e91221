//! Keys as text (RFC 7468), and the errors of reading them.

use std::error::Error;
use std::fmt;

use zeroize::Zeroizing;

/// Why a text is not a usable key. The error never contains the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It is a PEM text that is not a key.
    AnotherThing,
    /// It is a certificate. Only the key is accepted.
    Certificate,
    /// It is a key protected by a passphrase.
    Encrypted,
    /// It is a public key where a private key is expected, or the reverse.
    WrongHalf,
    /// It is not a PEM text, or it contains several keys.
    NotPem,
    /// It is an RSA key of fewer than 2,048 bits or more than 8,192 (RFC 7518, section 3.3, requires 2,048).
    Size,
    /// It is an RSA key that is damaged, or has fewer than 2,048 bits or more than 8,192.
    UnusableRsa,
    /// It is damaged, or is neither an RSA key nor a key on P-256, P-384 or P-521 (ASAP-3).
    Unusable,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherThing => "the PEM text does not contain a key",
            Self::Certificate => "the PEM text is a certificate: expected the key alone",
            Self::Encrypted => "the key is protected by a passphrase: expected an unprotected key",
            Self::WrongHalf => "expected the other half of the key pair: private instead of public, or the reverse",
            Self::NotPem => "the text is not the PEM text of one key",
            Self::Size => "the RSA key has less than 2,048 bits or more than 8,192",
            Self::UnusableRsa => "the RSA key is damaged, or has less than 2,048 bits or more than 8,192",
            Self::Unusable => "the key is damaged, or neither an RSA key nor one on P-256, P-384 or P-521",
        })
    }
}

impl Error for InvalidKey {}

/// The only block of a text: its tag and its content. An `EC PARAMETERS` block, which openssl writes before a key, is
/// ignored: the key repeats it.
pub(super) fn block(text: &[u8]) -> Result<(String, Zeroizing<Vec<u8>>), InvalidKey> {
    let blocks = pem::parse_many(text).map_err(|_| InvalidKey::NotPem)?;
    let keys = blocks.into_iter().filter(|block| block.tag() != "EC PARAMETERS");
    let mut keys = keys.map(|block| (block.tag().to_owned(), Zeroizing::new(block.into_contents())));
    match (keys.next(), keys.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(InvalidKey::NotPem),
    }
}

/// The error for a block that is not the expected key.
pub(super) fn instead(tag: &str) -> InvalidKey {
    match tag {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => InvalidKey::Certificate,
        "ENCRYPTED PRIVATE KEY" => InvalidKey::Encrypted,
        tag if tag.ends_with("PUBLIC KEY") || tag.ends_with("PRIVATE KEY") => InvalidKey::WrongHalf,
        _ => InvalidKey::AnotherThing,
    }
}
