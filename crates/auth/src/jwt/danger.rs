//! A token that nobody has verified. What it says is what somebody claims, and no more.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, DecodeKind};
use jsonwebtoken::{DecodingKey, crypto};
use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::claims::Claims;
use super::json::{self, NotAnObject};
use super::key::SharedSecret;
use super::public_key::PublicKey;
use super::rejection::{Reason, Rejection};

/// A token may have so many bytes (JWT-6). No server takes a header that is longer.
const LONGEST: usize = 64 << 10;

/// A token, split and decoded (JWT-1 to JWT-6), its signature not looked at.
///
/// Whoever needs a claim to find the key, such as `iss`, reads it here, and then asks for [`Unverified::verify`].
///
/// # Examples
///
/// A token without a signature is read, and never verifies:
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{Reason, SharedSecret};
///
/// let token = Unverified::parse(b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcHAifQ.")?;
/// assert_eq!((token.algorithm(), token.claims().get("iss").and_then(|iss| iss.as_str())), ("none", Some("app")));
/// let refused = token.verify(&SharedSecret::new("secret")?).unwrap_err();
/// assert_eq!(refused.reason(), Reason::AlgorithmNotAllowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Unverified<'t> {
    /// Header and payload as they stand in the token, with the point between them.
    signed: &'t str,
    signature: &'t str,
    header: Map<String, Value>,
    algorithm: String,
    claims: Claims,
}

impl<'t> Unverified<'t> {
    /// Splits and decodes a token.
    ///
    /// # Errors
    ///
    /// [`Reason::Malformed`]: not three segments, a segment that is not base64url without padding, a header or payload
    /// that is not a JSON object or has a member twice, a header without `alg`, a critical extension, a token that is
    /// too long or nested too deeply.
    pub fn parse(token: &'t [u8]) -> Result<Self, Rejection> {
        if token.len() > LONGEST {
            return Err(malformed("JWT-6", "the token is longer than 65,536 bytes"));
        }
        let token = str::from_utf8(token).ok().filter(|token| token.is_ascii());
        let token = token.ok_or_else(|| malformed("JWT-2", "the token has characters that base64url lacks"))?;
        let (signed, signature) = token.rsplit_once('.').ok_or_else(three_segments)?;
        let (header, payload) = signed.split_once('.').ok_or_else(three_segments)?;
        if payload.contains('.') {
            return Err(three_segments());
        }
        let header = object(header, "header")?;
        let claims = Claims::new(object(payload, "payload")?);
        decoded(signature, "signature")?;
        if header.contains_key("crit") {
            return Err(malformed("JWT-14", "the token's header has a critical extension, and none is known"));
        }
        let Some(Value::String(algorithm)) = header.get("alg") else {
            return Err(malformed("JWT-10", "the token's header has no alg that is text"));
        };
        Ok(Self { signed, signature, algorithm: algorithm.clone(), header, claims })
    }

    /// The `alg` of the header.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// A member of the header.
    pub fn header(&self, name: &str) -> Option<&Value> {
        self.header.get(name)
    }

    /// All members of the header.
    pub fn header_members(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The claims, as if they were true.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The `kid` of the header, which has to be there (INS-2, ASAP-5).
    pub(crate) fn key_id(&self, clause: &'static str) -> Result<&str, Rejection> {
        match self.header("kid") {
            Some(Value::String(key_id)) => Ok(key_id),
            _ => Err(malformed(clause, "the token's header has no kid that is text")),
        }
    }

    /// Whether the header names the algorithm of Connect, HS256 (JWT-8).
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        if self.algorithm == "HS256" {
            return Ok(());
        }
        Err(Rejection::new(Reason::AlgorithmNotAllowed, "JWT-8", "the token's alg is not HS256"))
    }

    /// Whether the signature has the size of one, where the algorithm is one that anybody signs with: 32 bytes of HS256,
    /// and some of any other (JWT-17).
    pub(crate) fn check_signature_size(&self) -> Result<(), Rejection> {
        let is_possible = match self.algorithm.as_str() {
            // Base64url without padding takes four characters for three bytes.
            "HS256" => self.signature.len() == 43,
            other => Algorithm::named(other).is_none() || !self.signature.is_empty(),
        };
        if is_possible {
            return Ok(());
        }
        Err(Rejection::new(Reason::BadSignature, "JWT-17", "the token's signature has not the size of one"))
    }

    /// The algorithm that the header names, if it is one of these. Whoever gets a key from elsewhere asks this before: no
    /// token with another algorithm is worth the way.
    pub(crate) fn allowed_algorithm(
        &self,
        allowed: &[Algorithm],
        clause: &'static str,
    ) -> Result<Algorithm, Rejection> {
        let algorithm = Algorithm::named(&self.algorithm).filter(|algorithm| allowed.contains(algorithm));
        algorithm.ok_or_else(|| Rejection::new(Reason::AlgorithmNotAllowed, clause, "the token's alg is not allowed"))
    }

    /// Verifies an HS256 signature with a shared secret (JWT-7, JWT-16 to JWT-18). Whatever the header says, no other algorithm is
    /// tried.
    ///
    /// # Errors
    ///
    /// [`Reason::AlgorithmNotAllowed`] where the header names another algorithm, [`Reason::BadSignature`] where the
    /// signature is another.
    pub fn verify(self, secret: &SharedSecret) -> Result<Claims, Rejection> {
        self.check_algorithm()?;
        let key = DecodingKey::from_secret(secret.as_bytes());
        match crypto::verify(self.signature, self.signed.as_bytes(), &key, jsonwebtoken::Algorithm::HS256) {
            Ok(true) => Ok(self.claims),
            // An error of this call is one of the key or of the signature's text, and both were looked at before.
            Ok(false) | Err(_) => Err(bad_signature()),
        }
    }

    /// Verifies a signature with a public key, and one of the algorithms that the caller allows (JWT-7, JWT-16, JWT-17,
    /// ASAP-3, ASAP-4). No HMAC is among them (JWT-12).
    ///
    /// # Errors
    ///
    /// [`Reason::AlgorithmNotAllowed`] where the header names another algorithm, or one for another kind of key,
    /// [`Reason::BadSignature`] where the signature is another.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::jwt::danger::Unverified;
    /// use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, Reason, sign_with_key};
    ///
    /// let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
    /// let token = sign_with_key(serde_json::Map::new(), &KeyId::parse("svc/k1")?, &key, Algorithm::Es256)?;
    /// let token = Unverified::parse(token.as_str().as_bytes())?;
    /// assert!(token.clone().verify_with_key(key.public_key(), &Algorithm::ALL).is_ok());
    /// let refused = token.clone().verify_with_key(key.public_key(), &[Algorithm::Es384]).unwrap_err();
    /// assert_eq!(refused.reason(), Reason::AlgorithmNotAllowed);
    /// let other = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
    /// let refused = token.verify_with_key(other.public_key(), &Algorithm::ALL).unwrap_err();
    /// assert_eq!(refused.reason(), Reason::BadSignature);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_with_key(self, key: &PublicKey, allowed: &[Algorithm]) -> Result<Claims, Rejection> {
        self.verify_by(key, allowed, "JWT-7")
    }

    /// As [`Unverified::verify_with_key`]; the clause is the one that says which algorithms are allowed.
    pub(crate) fn verify_by(
        self,
        key: &PublicKey,
        allowed: &[Algorithm],
        clause: &'static str,
    ) -> Result<Claims, Rejection> {
        let algorithm = self.allowed_algorithm(allowed, clause)?;
        if algorithm.key_kind() != key.kind() {
            let what = "the token's alg needs another kind of key";
            return Err(Rejection::new(Reason::AlgorithmNotAllowed, "ASAP-3", what));
        }
        if key.verifies(algorithm, self.signed, self.signature) { Ok(self.claims) } else { Err(bad_signature()) }
    }
}

/// The algorithm and nothing else.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn malformed(clause: &'static str, what: &'static str) -> Rejection {
    Rejection::new(Reason::Malformed, clause, what)
}

fn bad_signature() -> Rejection {
    Rejection::new(Reason::BadSignature, "JWT-17", "the signature does not verify")
}

fn three_segments() -> Rejection {
    malformed("JWT-1", "the token has not three segments")
}

/// A segment, without padding and with the bits behind its last byte zero (JWT-2, JWT-3).
fn decoded(segment: &str, name: &str) -> Result<Vec<u8>, Rejection> {
    BASE64URL_NOPAD.decode(segment.as_bytes()).map_err(|error| {
        let (clause, what) = match error.kind {
            DecodeKind::Trailing => ("JWT-3", "has bits behind its last byte"),
            _ => ("JWT-2", "is not base64url without padding"),
        };
        Rejection::new(Reason::Malformed, clause, format!("the token's {name} {what}"))
    })
}

fn object(segment: &str, name: &str) -> Result<Map<String, Value>, Rejection> {
    json::object(&decoded(segment, name)?).map_err(|wrong| {
        let (clause, what) = match wrong {
            NotAnObject::Other => ("JWT-4", "is not a JSON object"),
            NotAnObject::Repeated => ("JWT-5", "has a member twice"),
            NotAnObject::TooDeep => ("JWT-6", "is nested too deeply"),
        };
        Rejection::new(Reason::Malformed, clause, format!("the token's {name} {what}"))
    })
}
