//! [`PrivateKey`]: an RSA key that signs tokens, with its public key.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RsaEncoding};
use data_encoding::BASE64URL_NOPAD;
use pem::{EncodeConfig, LineEnding, Pem};
use serde_json::{Map, Value, json};

/// An RSA key that signs tokens, with its public key. Copies share the key.
///
/// `qsh-auth` has a type of this name, which signs good tokens only. This one signs every text.
///
/// # Examples
///
/// ```
/// use qsh::tamper::PrivateKey;
///
/// let key = PrivateKey::generate();
/// assert_eq!(PrivateKey::read(key.pem())?.public_pem(), key.public_pem());
/// assert!(PrivateKey::read(key.public_pem()).is_err());
/// # Ok::<(), qsh::tamper::BadPrivateKey>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey(Arc<Parts>);

struct Parts {
    pair: KeyPair,
    pem: String,
    public_pem: String,
}

/// A text that is no private RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a private RSA key of 2,048 to 8,192 bits in PEM (PKCS #8 or PKCS #1, without a password), found another text"
)]
#[non_exhaustive]
pub struct BadPrivateKey;

impl PrivateKey {
    /// A new key of 2,048 bits.
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("the cryptography library generates keys of this size");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("a generated key has this form");
        Self::read(&encoded("PRIVATE KEY", der.as_ref())).expect("the key was just made")
    }

    /// The key of a PEM text.
    ///
    /// # Errors
    ///
    /// A text that is no private RSA key in PKCS #8 or PKCS #1, or a key that is too short or too long.
    pub fn read(text: &str) -> Result<Self, BadPrivateKey> {
        let pem = pem::parse(text).map_err(|_| BadPrivateKey)?;
        let read = match pem.tag() {
            "RSA PRIVATE KEY" => KeyPair::from_der(pem.contents()),
            _ => KeyPair::from_pkcs8(pem.contents()),
        };
        let pair = read.map_err(|_| BadPrivateKey)?;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| BadPrivateKey)?;
        let public_pem = encoded("PUBLIC KEY", public.as_ref());
        Ok(Self(Arc::new(Parts { pair, pem: text.to_owned(), public_pem })))
    }

    /// The key of the default fixture. It is the same each time, and so are its signatures.
    pub(crate) fn of_fixture() -> Self {
        static KEY: LazyLock<PrivateKey> =
            LazyLock::new(|| PrivateKey::read(include_str!("keys/service.pem")).expect("the file is a key"));
        KEY.clone()
    }

    /// The private key, as it was read.
    pub fn pem(&self) -> &str {
        &self.0.pem
    }

    /// The public key, as a key host serves it (INS-3).
    pub fn public_pem(&self) -> &str {
        &self.0.public_pem
    }

    /// The public key as a JSON Web Key with this name (FIT-3).
    pub fn json_web_key(&self, key_id: &str) -> Map<String, Value> {
        let public = self.0.pair.public_key();
        let [modulus, exponent] = [public.modulus(), public.exponent()]
            .map(|number| BASE64URL_NOPAD.encode(number.big_endian_without_leading_zero()));
        let key = json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, "n": modulus, "e": exponent });
        key.as_object().cloned().unwrap_or_default()
    }

    /// The signature of a text, as the third segment of a token.
    pub(crate) fn sign(&self, encoding: &'static dyn RsaEncoding, text: &str) -> String {
        let mut signature = vec![0; self.0.pair.public_modulus_len()];
        let signed = self.0.pair.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.expect("a key of this size signs every text");
        BASE64URL_NOPAD.encode(&signature)
    }
}

fn encoded(tag: &str, der: &[u8]) -> String {
    pem::encode_config(&Pem::new(tag, der), EncodeConfig::new().set_line_ending(LineEnding::LF))
}

impl PartialEq for PrivateKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.public_pem == other.0.public_pem
    }
}

impl Eq for PrivateKey {}

impl Hash for PrivateKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.public_pem.hash(state);
    }
}

/// Shows nothing of the key.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens that are signed with the public key as a secret depend on its text.
    #[test]
    fn the_public_key_is_written_as_openssl_writes_it() {
        assert_eq!(PrivateKey::of_fixture().public_pem(), include_str!("keys/service.public.pem"));
    }

    #[test]
    fn other_texts_are_no_keys() {
        let elliptic = include_str!("../../crates/auth/tests/keys/p256.pkcs8.pem");
        for text in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", elliptic] {
            assert_eq!(PrivateKey::read(text).unwrap_err(), BadPrivateKey, "{text}");
        }
    }
}
