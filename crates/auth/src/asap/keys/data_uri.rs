//! Private keys in data URIs.

use std::error::Error;
use std::fmt;

use data_encoding::BASE64;
use qsh_hash::percent;
use zeroize::Zeroizing;

use crate::jwt::{InvalidKey, InvalidKeyId, KeyId, PrivateKey};

/// Reads the key id and the private key from a data URI, as used in the configuration of services:
/// `data:application/pkcs8;kid=<key id, percent-encoded>;base64,<PKCS #8>`.
///
/// # Errors
///
/// If the text has another form, the key id is invalid, or the key cannot be used. The error contains nothing of the
/// text.
///
/// # Examples
///
/// ```
/// use data_encoding::BASE64;
/// use qsh_auth::asap::keys::{InvalidDataUri, private_key_of};
/// use qsh_auth::jwt::KeyKind;
///
/// let der = BASE64.encode(rcgen::KeyPair::generate()?.serialized_der());
/// let (key_id, key) = private_key_of(&format!("data:application/pkcs8;kid=svc%2Fk1;base64,{der}"))?;
/// assert_eq!((key_id.as_str(), key.kind()), ("svc/k1", KeyKind::P256));
/// assert_eq!(private_key_of("data:text/plain,key").unwrap_err(), InvalidDataUri::AnotherForm);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn private_key_of(uri: &str) -> Result<(KeyId, PrivateKey), InvalidDataUri> {
    let rest = uri.strip_prefix("data:application/pkcs8;kid=").ok_or(InvalidDataUri::AnotherForm)?;
    let (key_id, der) = rest.split_once(";base64,").ok_or(InvalidDataUri::AnotherForm)?;
    let key_id = KeyId::parse(percent::decode(key_id.as_bytes()).bytes).map_err(InvalidDataUri::KeyId)?;
    let der = Zeroizing::new(BASE64.decode(der.as_bytes()).map_err(|_| InvalidDataUri::NotBase64)?);
    Ok((key_id, PrivateKey::from_pkcs8(&der).map_err(InvalidDataUri::Key)?))
}

/// Why a text is not a data URI with a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDataUri {
    /// It is not `data:application/pkcs8;kid=…;base64,…`.
    AnotherForm,
    /// The key cannot be used.
    Key(InvalidKey),
    /// The key id is invalid.
    KeyId(InvalidKeyId),
    /// The text after `base64,` is not base64.
    NotBase64,
}

impl fmt::Display for InvalidDataUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherForm => "the text is not data:application/pkcs8;kid=…;base64,…",
            Self::Key(_) => "the key of the data URI cannot be used",
            Self::KeyId(_) => "the key id of the data URI is invalid",
            Self::NotBase64 => "the text after `base64,` is not base64",
        })
    }
}

impl Error for InvalidDataUri {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            Self::KeyId(error) => Some(error),
            Self::AnotherForm | Self::NotBase64 => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_form_is_refused() {
        let refused = |uri: &str| private_key_of(uri).unwrap_err();
        for uri in [
            "",
            "data:",
            "application/pkcs8;kid=svc/k;base64,AAAA",
            "data:application/pkcs8;base64,AAAA",
            "data:application/pkcs8;kid=svc/k,AAAA",
            "data:application/pkcs1;kid=svc/k;base64,AAAA",
        ] {
            assert_eq!(refused(uri), InvalidDataUri::AnotherForm, "{uri}");
        }
        let with = |key_id: &str, der: &str| refused(&format!("data:application/pkcs8;kid={key_id};base64,{der}"));
        assert_eq!(with("svc%2F..%2Fk", "AAAA"), InvalidDataUri::KeyId(InvalidKeyId::Segment));
        assert_eq!(with("svc%20k", "AAAA"), InvalidDataUri::KeyId(InvalidKeyId::Character));
        assert_eq!(with("svc/k", "AAA"), InvalidDataUri::NotBase64);
        assert_eq!(with("svc/k", "A-_A"), InvalidDataUri::NotBase64);
        assert_eq!(with("svc/k", "AAAA"), InvalidDataUri::Key(InvalidKey::Unusable));
    }
}
