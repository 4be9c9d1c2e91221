//! A token whose signature has not been verified. Its claims cannot be trusted.

use std::borrow::Cow;
use std::fmt;
use std::str;

use data_encoding::{BASE64URL_NOPAD, DecodeKind};
use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::claims::Claims;
use super::json::{self, NotAnObject};
use super::key::SharedSecret;
#[cfg(feature = "public-key")]
use super::public_key::PublicKey;
use super::rejection::{Reason, Rejection};

/// The maximum length of a token in bytes (JWT-6). No server accepts a longer header.
const LONGEST: usize = 64 << 10;

/// A token that is split and decoded (JWT-1 to JWT-6). Its signature has not been verified.
///
/// Read here the claims that select the key, such as `iss`. Then call [`Unverified::verify`].
///
/// # Examples
///
/// A token without a signature can be read, but it never verifies:
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
#[must_use = "the signature is not verified"]
pub struct Unverified<'t> {
    /// The whole token: three segments, separated by dots.
    token: Cow<'t, str>,
    /// The length of header and payload as written in the token, with the dot between them.
    signed: usize,
    header: Map<String, Value>,
    algorithm: String,
    claims: Claims,
}

impl<'t> Unverified<'t> {
    /// Splits and decodes a token.
    ///
    /// # Errors
    ///
    /// [`Reason::Malformed`] if one of these holds:
    ///
    /// - There are not exactly three segments.
    /// - A segment is not base64url without padding.
    /// - The header or the payload is not a JSON object, or has a duplicate member.
    /// - The header has no `alg`, or has a critical extension.
    /// - The token is too long or nested too deeply.
    pub fn parse(token: &'t [u8]) -> Result<Self, Rejection> {
        if token.len() > LONGEST {
            return Err(malformed("JWT-6", "the token is longer than 65,536 bytes"));
        }
        let token = str::from_utf8(token).ok().filter(|token| token.is_ascii());
        let token = token.ok_or_else(|| malformed("JWT-2", "the token has characters outside base64url"))?;
        let (signed, signature) = token.rsplit_once('.').ok_or_else(three_segments)?;
        let length = signed.len();
        let (header, payload) = signed.split_once('.').ok_or_else(three_segments)?;
        if payload.contains('.') {
            return Err(three_segments());
        }
        let header = object(header, "header")?;
        let claims = Claims::new(object(payload, "payload")?);
        decoded(signature, "signature")?;
        if header.contains_key("crit") {
            return Err(malformed("JWT-14", "the token's header has a crit, but no extension is supported"));
        }
        let Some(Value::String(algorithm)) = header.get("alg") else {
            return Err(malformed("JWT-10", "the token's header has no alg that is a string"));
        };
        Ok(Self { token: token.into(), signed: length, algorithm: algorithm.clone(), header, claims })
    }

    /// The same token, with a copy of its text. It can outlive the text that was parsed.
    pub fn into_owned(self) -> Unverified<'static> {
        let Self { token, signed, header, algorithm, claims } = self;
        Unverified { token: Cow::Owned(token.into_owned()), signed, header, algorithm, claims }
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

    /// The claims, which are not verified.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The `kid` of the header, which is mandatory (INS-2, ASAP-5, FIT-2).
    pub(crate) fn key_id(&self, clause: &'static str) -> Result<&str, Rejection> {
        match self.header("kid") {
            Some(Value::String(key_id)) => Ok(key_id),
            _ => Err(malformed(clause, "the token's header has no kid that is a string")),
        }
    }

    /// Checks that the header names HS256, the algorithm of Connect (JWT-8).
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        if self.algorithm == "HS256" {
            return Ok(());
        }
        Err(Rejection::new(Reason::AlgorithmNotAllowed, "JWT-8", "the token's alg is not HS256"))
    }

    /// Checks the length of the signature if the algorithm is a known one: 32 bytes for HS256, and at least one byte
    /// for others (JWT-17).
    pub(crate) fn check_signature_size(&self) -> Result<(), Rejection> {
        let is_possible = match self.algorithm.as_str() {
            // Base64url without padding encodes three bytes as four characters.
            "HS256" => self.signature().len() == 43,
            other => Algorithm::named(other).is_none() || !self.signature().is_empty(),
        };
        if is_possible {
            return Ok(());
        }
        Err(Rejection::new(Reason::BadSignature, "JWT-17", "the token's signature has the wrong size"))
    }

    /// The algorithm of the header, if it is one of these. Call this before a key is fetched: a token with another
    /// algorithm is refused anyway.
    #[cfg(feature = "public-key")]
    pub(crate) fn allowed_algorithm(
        &self,
        allowed: &[Algorithm],
        clause: &'static str,
    ) -> Result<Algorithm, Rejection> {
        let algorithm = Algorithm::named(&self.algorithm).filter(|algorithm| allowed.contains(algorithm));
        algorithm.ok_or_else(|| Rejection::new(Reason::AlgorithmNotAllowed, clause, "the token's alg is not allowed"))
    }

    /// Verifies an HS256 signature with a shared secret (JWT-7, JWT-16 to JWT-18). No other algorithm is tried,
    /// whatever the header says.
    ///
    /// # Errors
    ///
    /// - [`Reason::AlgorithmNotAllowed`] if the header names another algorithm
    /// - [`Reason::BadSignature`] if the signature does not verify
    pub fn verify(self, secret: &SharedSecret) -> Result<Claims, Rejection> {
        self.check_algorithm()?;
        let signature = decoded(self.signature(), "signature")?;
        if secret.verifies(self.signed(), &signature) { Ok(self.claims) } else { Err(bad_signature()) }
    }

    /// Verifies a signature with a public key and one of the algorithms that the caller allows (JWT-7, JWT-16, JWT-17,
    /// ASAP-3, ASAP-4). HMAC algorithms cannot be allowed (JWT-12).
    ///
    /// # Errors
    ///
    /// - [`Reason::AlgorithmNotAllowed`] if the algorithm of the header is not allowed, or needs another kind of key
    /// - [`Reason::BadSignature`] if the signature does not verify
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
    #[cfg(feature = "public-key")]
    pub fn verify_with_key(self, key: &PublicKey, allowed: &[Algorithm]) -> Result<Claims, Rejection> {
        self.verify_by(key, allowed, "JWT-7")
    }

    /// As [`Unverified::verify_with_key`]. The clause is the one that defines the allowed algorithms.
    #[cfg(feature = "public-key")]
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
        let signature = decoded(self.signature(), "signature")?;
        if key.verifies(algorithm, self.signed(), &signature) { Ok(self.claims) } else { Err(bad_signature()) }
    }

    /// Header and payload as written in the token, with the dot between them.
    fn signed(&self) -> &str {
        &self.token[..self.signed]
    }

    fn signature(&self) -> &str {
        // The dot before the signature is the last one of the token.
        &self.token[self.signed + 1..]
    }
}

/// Writes only the algorithm.
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
    malformed("JWT-1", "the token does not have three segments")
}

/// Decodes a segment. It has no padding, and the unused bits of its last character are zero (JWT-2, JWT-3).
fn decoded(segment: &str, name: &str) -> Result<Vec<u8>, Rejection> {
    BASE64URL_NOPAD.decode(segment.as_bytes()).map_err(|error| {
        let (clause, what) = match error.kind {
            DecodeKind::Trailing => ("JWT-3", "has bits after its last byte"),
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
