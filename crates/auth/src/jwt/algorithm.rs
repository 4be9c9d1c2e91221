//! The algorithms that use a public and a private key, and the kinds of keys that they need.

use std::fmt;

/// An algorithm that signs with a private key and verifies with a public key. These are the nine algorithms of ASAP
/// (ASAP-2). Install callbacks use RS256 (INS-1). HMAC algorithms are excluded (JWT-12).
///
/// # Examples
///
/// Names are exact (JWT-9):
///
/// ```
/// use qsh_auth::jwt::Algorithm;
///
/// assert_eq!(Algorithm::named("ES512"), Some(Algorithm::Es512));
/// assert_eq!([Algorithm::named("es512"), Algorithm::named("HS256"), Algorithm::named("none")], [None; 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "ASAP-2 closes this list")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
}

impl Algorithm {
    /// All nine algorithms.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
    ];

    /// The text of `alg`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }

    /// The algorithm with that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The kind of key that it needs (ASAP-3).
    pub fn key_kind(self) -> KeyKind {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => KeyKind::Rsa,
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Es512 => KeyKind::P521,
        }
    }
}

/// Writes the name.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "ASAP-2 and ASAP-3 close this list")]
pub enum KeyKind {
    /// RSA: RS256, RS384, RS512, PS256, PS384 and PS512.
    Rsa,
    /// The curve P-256: ES256.
    P256,
    /// The curve P-384: ES384.
    P384,
    /// The curve P-521: ES512.
    P521,
}

impl KeyKind {
    /// The default algorithm for this kind of key: RS256 for RSA, or the only algorithm of the curve.
    pub fn default_algorithm(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }
}
