//! Private keys, for signing.

use std::error::Error;
use std::fmt;

use ::pem::Pem;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaSignatureEncoding,
};

use super::algorithm::{Algorithm, KeyKind};
use super::pem::{self, InvalidKey};
use super::public_key::PublicKey;

/// The object identifier of RSA keys in DER (RFC 8017, appendix C).
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// A private key: RSA, or on one of the three curves. Its `Debug` output shows only the kind. Its memory is overwritten
/// with zeros when it is dropped: `aws-lc` holds the key, and does so with all memory that it frees.
pub struct PrivateKey {
    signer: Signer,
    public: PublicKey,
    /// The public key as SubjectPublicKeyInfo.
    spki: Vec<u8>,
}

enum Signer {
    Ec(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

impl PrivateKey {
    /// Reads a PEM text: `PRIVATE KEY` (PKCS #8), `RSA PRIVATE KEY` (PKCS #1) or `EC PRIVATE KEY` (SEC 1). Encrypted
    /// keys are not supported.
    ///
    /// # Errors
    ///
    /// If the text is not PEM, is a public key or a certificate, has another kind of key, or has an RSA key of fewer
    /// than 2,048 bits.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::{InvalidKey, KeyKind, PrivateKey};
    ///
    /// let pair = rcgen::KeyPair::generate()?;
    /// let key = PrivateKey::from_pem(pair.serialize_pem())?;
    /// assert_eq!((key.kind(), format!("{key:?}")), (KeyKind::P256, "PrivateKey(P256, …)".to_owned()));
    /// assert_eq!(PrivateKey::from_pem(pair.public_key_pem()).unwrap_err(), InvalidKey::WrongHalf);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_pem(text: impl AsRef<[u8]>) -> Result<Self, InvalidKey> {
        let (tag, der) = pem::block(text.as_ref())?;
        match tag.as_str() {
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "RSA PRIVATE KEY" => Self::rsa(rsa::KeyPair::from_der(&der).map_err(|_| InvalidKey::UnusableRsa)?),
            "EC PRIVATE KEY" => Self::ec(|curve| EcdsaKeyPair::from_private_key_der(curve, &der).ok()),
            tag => Err(pem::instead(tag)),
        }
    }

    /// Reads a key in the DER form of PKCS #8, which the data URI of a key contains.
    ///
    /// # Errors
    ///
    /// See [`PrivateKey::from_pem`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::{KeyKind, PrivateKey};
    ///
    /// let key = PrivateKey::from_pkcs8(rcgen::KeyPair::generate()?.serialized_der())?;
    /// assert_eq!(key.kind(), KeyKind::P256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, InvalidKey> {
        match rsa::KeyPair::from_pkcs8(der) {
            Ok(pair) => Self::rsa(pair),
            Err(_) if der.windows(RSA.len()).any(|window| window == RSA) => Err(InvalidKey::UnusableRsa),
            Err(_) => Self::ec(|curve| EcdsaKeyPair::from_pkcs8(curve, der).ok()),
        }
    }

    fn rsa(pair: rsa::KeyPair) -> Result<Self, InvalidKey> {
        let public = PublicKey::rsa(pair.public_key().as_ref())?;
        Ok(Self { public, spki: spki(pair.public_key())?, signer: Signer::Rsa(pair) })
    }

    fn ec(read: impl Fn(&'static EcdsaSigningAlgorithm) -> Option<EcdsaKeyPair>) -> Result<Self, InvalidKey> {
        let found = CURVES.into_iter().find_map(|(kind, curve)| read(curve).map(|pair| (kind, pair)));
        let (kind, pair) = found.ok_or(InvalidKey::Unusable)?;
        let public = PublicKey::ec(kind, pair.public_key().as_ref()).ok_or(InvalidKey::Unusable)?;
        Ok(Self { public, spki: spki(pair.public_key())?, signer: Signer::Ec(pair) })
    }

    /// The kind of the key.
    pub fn kind(&self) -> KeyKind {
        self.public.kind()
    }

    /// The matching public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The matching public key as a PEM text, `PUBLIC KEY`. A key repository serves this text (ASAP-8).
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::PrivateKey;
    ///
    /// let pair = rcgen::KeyPair::generate()?;
    /// let key = PrivateKey::from_pem(pair.serialize_pem())?;
    /// assert_eq!(key.public_key_pem().lines().collect::<String>(), pair.public_key_pem().lines().collect::<String>());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn public_key_pem(&self) -> String {
        ::pem::encode(&Pem::new("PUBLIC KEY", self.spki.as_slice()))
    }

    /// Signs a text.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &str) -> Result<Vec<u8>, CannotSign> {
        let (random, message) = (SystemRandom::new(), message.as_bytes());
        match &self.signer {
            Signer::Ec(pair) if algorithm.key_kind() == self.kind() => {
                let signature = pair.sign(&random, message).map_err(|_| CannotSign::Failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Signer::Ec(_) => Err(CannotSign::AnotherKind),
            Signer::Rsa(pair) => {
                let padding = padding(algorithm).ok_or(CannotSign::AnotherKind)?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).map_err(|_| CannotSign::Failed)?;
                Ok(signature)
            }
        }
    }
}

/// The padding and the hash of an RSA algorithm.
fn padding(algorithm: Algorithm) -> Option<&'static RsaSignatureEncoding> {
    match algorithm {
        Algorithm::Rs256 => Some(&RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_SHA512),
        Algorithm::Ps256 => Some(&RSA_PSS_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => None,
    }
}

fn spki(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Result<Vec<u8>, InvalidKey> {
    Ok(key.as_der().map_err(|_| InvalidKey::Unusable)?.as_ref().to_vec())
}

/// The curves, with signatures in the format of ASAP-4.
const CURVES: [(KeyKind, &EcdsaSigningAlgorithm); 3] = [
    (KeyKind::P256, &ECDSA_P256_SHA256_FIXED_SIGNING),
    (KeyKind::P384, &ECDSA_P384_SHA384_FIXED_SIGNING),
    (KeyKind::P521, &ECDSA_P521_SHA512_FIXED_SIGNING),
];

/// Writes only the kind.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, …)", self.kind())
    }
}

/// Why signing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotSign {
    /// The algorithm needs another kind of key (ASAP-3).
    AnotherKind,
    /// The operation failed, for example because there are no random bytes.
    Failed,
}

impl fmt::Display for CannotSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AnotherKind => "the algorithm needs another kind of key",
            Self::Failed => "signing failed",
        })
    }
}

impl Error for CannotSign {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> String {
        std::fs::read_to_string(format!("tests/keys/{name}.pem")).unwrap()
    }

    fn verified(key: &PublicKey, algorithm: Algorithm, signature: &[u8]) -> bool {
        key.verifies(algorithm, "a.b", signature)
    }

    #[test]
    fn every_form_of_a_key_is_the_same_key() {
        for (privates, publics, algorithms) in [
            (&["rsa.pkcs8", "rsa.pkcs1"][..], &["rsa.spki", "rsa.public-pkcs1"][..], &Algorithm::ALL[..6]),
            (&["p256.pkcs8", "p256.sec1"], &["p256.spki"], &[Algorithm::Es256]),
            (&["p384.pkcs8", "p384.sec1"], &["p384.spki"], &[Algorithm::Es384]),
            (&["p521.pkcs8", "p521.sec1"], &["p521.spki"], &[Algorithm::Es512]),
        ] {
            for (private, public) in
                privates.iter().flat_map(|private| publics.iter().map(move |public| (private, public)))
            {
                let private = PrivateKey::from_pem(read(private)).unwrap();
                let public = PublicKey::from_pem(read(public)).unwrap();
                assert_eq!((private.kind(), private.kind().default_algorithm()), (public.kind(), algorithms[0]));
                for &algorithm in algorithms {
                    let signature = private.sign(algorithm, "a.b").unwrap();
                    assert!(
                        verified(&public, algorithm, &signature)
                            && verified(private.public_key(), algorithm, &signature)
                    );
                    assert!(!public.verifies(algorithm, "a.c", &signature));
                }
            }
        }
    }

    #[test]
    fn a_signature_is_for_one_algorithm() {
        for name in ["rsa.pkcs8", "p256.pkcs8", "p384.pkcs8", "p521.pkcs8"] {
            let key = PrivateKey::from_pem(read(name)).unwrap();
            for signed_with in Algorithm::ALL {
                let Ok(signature) = key.sign(signed_with, "a.b") else {
                    assert_ne!(signed_with.key_kind(), key.kind());
                    continue;
                };
                for algorithm in Algorithm::ALL {
                    assert_eq!(
                        verified(key.public_key(), algorithm, &signature),
                        algorithm == signed_with,
                        "{algorithm}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_elliptic_signature_is_two_numbers_of_full_length() {
        for (name, algorithm, length) in [
            ("p256.pkcs8", Algorithm::Es256, 64),
            ("p384.pkcs8", Algorithm::Es384, 96),
            ("p521.pkcs8", Algorithm::Es512, 132),
        ] {
            let key = PrivateKey::from_pem(read(name)).unwrap();
            for _ in 0..50 {
                let signature = key.sign(algorithm, "a.b").unwrap();
                assert_eq!(signature.len(), length);
                let der = der(&signature);
                assert!(!verified(key.public_key(), algorithm, &der), "{der:?}");
            }
        }
    }

    /// The same two numbers in ASN.1.
    fn der(signature: &[u8]) -> Vec<u8> {
        let integer = |number: &[u8]| {
            let zeros = number.iter().take_while(|&&byte| byte == 0).count();
            let mut number = number[zeros.min(number.len() - 1)..].to_vec();
            if number[0] >= 0x80 {
                number.insert(0, 0);
            }
            [&[2, number.len() as u8], number.as_slice()].concat()
        };
        let (r, s) = signature.split_at(signature.len() / 2);
        let numbers = [integer(r), integer(s)].concat();
        let length = if numbers.len() < 0x80 { vec![numbers.len() as u8] } else { vec![0x81, numbers.len() as u8] };
        [&[0x30], length.as_slice(), numbers.as_slice()].concat()
    }

    #[test]
    fn what_is_no_usable_key_is_refused() {
        for (name, private, public) in [
            ("short.pkcs8", InvalidKey::UnusableRsa, InvalidKey::WrongHalf),
            ("short.spki", InvalidKey::WrongHalf, InvalidKey::Size),
            ("k256.pkcs8", InvalidKey::Unusable, InvalidKey::WrongHalf),
            ("k256.sec1", InvalidKey::Unusable, InvalidKey::WrongHalf),
            ("k256.spki", InvalidKey::WrongHalf, InvalidKey::Unusable),
            ("ed25519.pkcs8", InvalidKey::Unusable, InvalidKey::WrongHalf),
            ("ed25519.spki", InvalidKey::WrongHalf, InvalidKey::Unusable),
            ("p256.certificate", InvalidKey::Certificate, InvalidKey::Certificate),
            ("p256.encrypted", InvalidKey::Encrypted, InvalidKey::Encrypted),
        ] {
            assert_eq!(PrivateKey::from_pem(read(name)).unwrap_err(), private, "{name}");
            assert_eq!(PublicKey::from_pem(read(name)).unwrap_err(), public, "{name}");
        }
    }

    #[test]
    fn a_text_is_one_key() {
        let (key, private) = (read("p256.spki"), read("p256.pkcs8"));
        for text in [String::new(), "key".to_owned(), format!("{key}{key}"), key[..60].to_owned()] {
            assert_eq!(PublicKey::from_pem(&text).unwrap_err(), InvalidKey::NotPem, "{text}");
        }
        assert_eq!(PrivateKey::from_pem(format!("{private}{private}")).unwrap_err(), InvalidKey::NotPem);
        assert!(PublicKey::from_pem(key.replace('\n', "\r\n")).is_ok());
        assert!(PublicKey::from_pem(format!("Bag Attributes\n{key}\n")).is_ok());
        let damaged = key.replacen("MFkw", "MFkx", 1);
        assert_ne!(damaged, key);
        assert_eq!(PublicKey::from_pem(damaged).unwrap_err(), InvalidKey::Unusable);
    }

    #[test]
    fn nothing_shows_a_key() {
        let text = read("rsa.pkcs8");
        let key = PrivateKey::from_pem(&text).unwrap();
        assert_eq!(format!("{key:?} {:?}", key.public_key()), "PrivateKey(Rsa, …) PublicKey(Rsa, …)");
    }
}
