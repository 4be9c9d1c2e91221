//! The check of signatures (JWT-7 to JWT-12, JWT-16 to JWT-19, INS-1, ASAP-2 to ASAP-4).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use qsh::suite::outcome::Reason;

use crate::planted::decoding::Token;

pub(crate) type Names = &'static [&'static str];

#[derive(Clone, Copy)]
pub(crate) struct Signatures {
    /// The algorithms that each use allows.
    pub(crate) connect: Names,
    pub(crate) install: Names,
    pub(crate) asap: Names,
    /// The algorithm that is used for the one named in a token. `None` if it is not allowed.
    pub(crate) algorithm: fn(named: &str, allowed: Names) -> Option<String>,
    /// Tokens whose signature is not checked.
    pub(crate) unsigned: fn(&Token) -> bool,
    /// The text that a signature covers.
    pub(crate) text: fn(&Token) -> Vec<u8>,
    /// The key of an HMAC.
    pub(crate) secret: fn(&str) -> Vec<u8>,
    pub(crate) is_usable: fn(&[u8]) -> bool,
    /// Whether a signature is the HMAC of a text.
    pub(crate) is_mac: fn(algorithm: &str, key: &[u8], signature: &[u8], text: &[u8]) -> bool,
    /// Whether a signature was made with the private key of a public key in PEM.
    pub(crate) is_by: fn(algorithm: &str, pem: &str, signature: &[u8], text: &[u8]) -> bool,
}

impl Signatures {
    pub(crate) const RIGHT: Self = Self {
        connect: &["HS256"],
        install: &["RS256"],
        asap: &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
        algorithm: |named, allowed| allowed.contains(&named).then(|| named.to_owned()),
        unsigned: |_| false,
        text: |token| [&token.segments[0][..], b".", &token.segments[1]].concat(),
        secret: |secret| secret.as_bytes().to_vec(),
        is_usable: |key| !key.is_empty(),
        is_mac: |algorithm, key, signature, text| mac(algorithm, key, text) == signature,
        is_by,
    };

    /// Checks the algorithm and the signature. If there is no key, the reason is `keyless`.
    pub(crate) fn check(&self, token: &Token, keys: &[String], allowed: Names, keyless: Reason) -> Result<(), Reason> {
        if keys.is_empty() {
            return Err(keyless);
        }
        let algorithm = (self.algorithm)(&token.algorithm, allowed).ok_or(Reason::AlgorithmNotAllowed)?;
        if (self.unsigned)(token) || keys.iter().any(|key| self.is_good(token, &algorithm, key)) {
            return Ok(());
        }
        Err(Reason::BadSignature)
    }

    fn is_good(&self, token: &Token, algorithm: &str, key: &str) -> bool {
        let text = (self.text)(token);
        if algorithm.starts_with("HS") {
            let secret = (self.secret)(key);
            return (self.is_usable)(&secret) && (self.is_mac)(algorithm, &secret, &token.signature, &text);
        }
        (self.is_by)(algorithm, key, &token.signature, &text)
    }
}

pub(crate) fn mac(algorithm: &str, key: &[u8], text: &[u8]) -> Vec<u8> {
    let digest = match algorithm {
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => hmac::HMAC_SHA256,
    };
    hmac::sign(&hmac::Key::new(digest, key), text).as_ref().to_vec()
}

pub(crate) fn is_by(algorithm: &str, pem: &str, signature: &[u8], text: &[u8]) -> bool {
    let check: &'static dyn VerificationAlgorithm = match algorithm {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "PS384" => &RSA_PSS_2048_8192_SHA384,
        "PS512" => &RSA_PSS_2048_8192_SHA512,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        "ES512" => &ECDSA_P521_SHA512_FIXED,
        _ => return false,
    };
    verifies(check, pem, signature, text)
}

pub(crate) fn verifies(check: &'static dyn VerificationAlgorithm, pem: &str, signature: &[u8], text: &[u8]) -> bool {
    der(pem).is_some_and(|key| UnparsedPublicKey::new(check, key).verify(text, signature).is_ok())
}

/// The bytes of a public key in PEM.
pub(crate) fn der(pem: &str) -> Option<Vec<u8>> {
    Some(pem::parse(pem).ok()?.into_contents())
}
