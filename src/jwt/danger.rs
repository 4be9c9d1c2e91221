//! A token that nobody has verified. What it says is what somebody claims, and no more.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Map, Value};

use super::claims::Claims;
use super::json;
use super::key::SharedSecret;
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
/// use qsh::jwt::danger::Unverified;
/// use qsh::jwt::{Reason, SharedSecret};
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

    /// The claims, as if they were true.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether the header names the algorithm of Connect, HS256 (JWT-8).
    pub(crate) fn check_algorithm(&self) -> Result<(), Rejection> {
        if self.algorithm == "HS256" {
            return Ok(());
        }
        Err(Rejection::new(Reason::AlgorithmNotAllowed, "JWT-8", "the token's alg is not HS256"))
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
        match crypto::verify(self.signature, self.signed.as_bytes(), &key, Algorithm::HS256) {
            Ok(true) => Ok(self.claims),
            // An error of this call is one of the key or of the signature's text, and both were looked at before.
            Ok(false) | Err(_) => Err(Rejection::new(Reason::BadSignature, "JWT-17", "the signature does not verify")),
        }
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

fn three_segments() -> Rejection {
    malformed("JWT-1", "the token has not three segments")
}

/// A segment, without padding and with the bits behind its last byte zero (JWT-2, JWT-3).
fn decoded(segment: &str, name: &str) -> Result<Vec<u8>, Rejection> {
    BASE64URL_NOPAD.decode(segment.as_bytes()).map_err(|_| {
        Rejection::new(Reason::Malformed, "JWT-2", format!("the token's {name} is not base64url without padding"))
    })
}

fn object(segment: &str, name: &str) -> Result<Map<String, Value>, Rejection> {
    json::object(&decoded(segment, name)?).ok_or_else(|| {
        Rejection::new(
            Reason::Malformed,
            "JWT-4",
            format!("the token's {name} is not a JSON object with distinct members"),
        )
    })
}
