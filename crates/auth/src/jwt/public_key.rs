//! Public keys, for verifying.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, UnparsedPublicKey,
};

use super::algorithm::{Algorithm, KeyKind};
use super::pem::{self, InvalidKey};

/// A public key: RSA, or on one of the three curves.
#[derive(Clone)]
pub struct PublicKey {
    kind: KeyKind,
    verifier: Verifier,
}

#[derive(Clone)]
enum Verifier {
    /// A key on a curve, which has one algorithm.
    Ec(ParsedPublicKey),
    /// An RSA key in the DER form of PKCS #1, which has six algorithms.
    Rsa(Box<[u8]>),
}

impl PublicKey {
    /// Reads a PEM text: `PUBLIC KEY` (SubjectPublicKeyInfo), or `RSA PUBLIC KEY` (PKCS #1).
    ///
    /// # Errors
    ///
    /// If the text is not PEM, is a certificate or a private key, has another kind of key, or has an RSA key of fewer
    /// than 2,048 bits.
    ///
    /// # Examples
    ///
    /// A private key is refused:
    ///
    /// ```
    /// use qsh_auth::jwt::{InvalidKey, KeyKind, PublicKey};
    ///
    /// let pair = rcgen::KeyPair::generate()?;
    /// assert_eq!(PublicKey::from_pem(pair.public_key_pem())?.kind(), KeyKind::P256);
    /// assert_eq!(PublicKey::from_pem(pair.serialize_pem()).unwrap_err(), InvalidKey::WrongHalf);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_pem(text: impl AsRef<[u8]>) -> Result<Self, InvalidKey> {
        let (tag, der) = pem::block(text.as_ref())?;
        match tag.as_str() {
            "PUBLIC KEY" => Self::from_spki(&der),
            "RSA PUBLIC KEY" => Self::rsa(&der),
            tag => Err(pem::instead(tag)),
        }
    }

    fn from_spki(der: &[u8]) -> Result<Self, InvalidKey> {
        // The key has to be a structure. The functions below would also accept a bare point.
        if der.first() != Some(&0x30) {
            return Err(InvalidKey::Unusable);
        }
        let on_a_curve = [KeyKind::P256, KeyKind::P384, KeyKind::P521].into_iter().find_map(|kind| Self::ec(kind, der));
        on_a_curve.map_or_else(|| Self::rsa(der), Ok)
    }

    /// An RSA key of a JSON Web Key (RFC 7518, section 6.3.1): its modulus and its exponent.
    pub(crate) fn from_rsa_components(n: &[u8], e: &[u8]) -> Result<Self, InvalidKey> {
        let der = rsa::PublicKeyComponents { n, e }.as_der().map_err(|_| InvalidKey::Unusable)?;
        Self::rsa(der.as_ref())
    }

    /// An RSA key, as SubjectPublicKeyInfo or as PKCS #1.
    pub(super) fn rsa(der: &[u8]) -> Result<Self, InvalidKey> {
        let key = rsa::PublicKey::from_der(der).map_err(|_| InvalidKey::Unusable)?;
        if !(256..=1024).contains(&key.modulus_len()) {
            return Err(InvalidKey::Size);
        }
        Ok(Self { kind: KeyKind::Rsa, verifier: Verifier::Rsa(key.as_ref().into()) })
    }

    /// A key on that curve, as SubjectPublicKeyInfo or as a point.
    pub(super) fn ec(kind: KeyKind, der: &[u8]) -> Option<Self> {
        let parsed = ParsedPublicKey::new(curve(kind)?, der).ok()?;
        Some(Self { kind, verifier: Verifier::Ec(parsed) })
    }

    /// The kind of the key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Whether the bytes are a signature of the text. Returns `false` if the algorithm needs another kind of key.
    pub(super) fn verifies(&self, algorithm: Algorithm, signed: &str, signature: &[u8]) -> bool {
        match &self.verifier {
            Verifier::Ec(key) => {
                algorithm.key_kind() == self.kind && key.verify_sig(signed.as_bytes(), signature).is_ok()
            }
            Verifier::Rsa(key) => padding(algorithm).is_some_and(|padding| {
                UnparsedPublicKey::new(padding, key).verify(signed.as_bytes(), signature).is_ok()
            }),
        }
    }
}

/// The padding and the hash of an RSA algorithm.
fn padding(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => None,
    }
}

/// The algorithm that verifies signatures of a curve in the format of ASAP-4.
fn curve(kind: KeyKind) -> Option<&'static EcdsaVerificationAlgorithm> {
    match kind {
        KeyKind::Rsa => None,
        KeyKind::P256 => Some(&ECDSA_P256_SHA256_FIXED),
        KeyKind::P384 => Some(&ECDSA_P384_SHA384_FIXED),
        KeyKind::P521 => Some(&ECDSA_P521_SHA512_FIXED),
    }
}

/// Writes only the kind.
impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, …)", self.kind)
    }
}
