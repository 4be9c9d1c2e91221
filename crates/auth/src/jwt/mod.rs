//! JSON Web Tokens (RFC 7515, RFC 7519) as Connect and ASAP use them. The verifier picks the algorithm, decoding is
//! strict, and the caller passes the time.
//!
//! A token passes through these steps:
//!
//! 1. bytes
//! 2. [`danger::Unverified`]: split and decoded, not trusted
//! 3. [`Claims`]: the signature is verified
//! 4. the checks of the claims by [`connect`] or [`asap`]
//!
//! A refusal is a [`Rejection`] with one [`Reason`] of a closed list. It never contains the token or a secret.
//!
//! Tokens of Connect are signed with a [`SharedSecret`]. Tokens of install callbacks and of ASAP are signed with a
//! [`PrivateKey`]. A [`KeySource`] finds its [`PublicKey`] by the token's [`KeyId`].
//!
//! HS256 is computed in Rust, with the SHA-256 of `bitcoin_hashes`. `aws-lc-rs` computes the other signatures, reads
//! keys, and has random bytes.
//!
//! [`asap`]: crate::asap
//! [`connect`]: crate::connect

mod algorithm;
mod authorization;
mod claims;
pub mod danger;
mod json;
mod key;
mod key_id;
#[cfg(feature = "public-key")]
mod key_source;
#[cfg(feature = "public-key")]
mod pem;
#[cfg(feature = "public-key")]
mod private_key;
#[cfg(feature = "public-key")]
mod public_key;
mod rejection;
mod sign;
mod time;

pub use algorithm::{Algorithm, KeyKind};
#[cfg(feature = "public-key")]
pub(crate) use authorization::bearer;
pub(crate) use authorization::credentials;
pub use claims::{Claims, NumericDate};
pub(crate) use json::object;
pub use key::{EmptySecret, SharedSecret};
pub use key_id::{InvalidKeyId, KeyId};
#[cfg(feature = "public-key")]
pub use key_source::KeySource;
#[cfg(feature = "public-key")]
pub use pem::InvalidKey;
#[cfg(feature = "public-key")]
pub use private_key::{CannotSign, PrivateKey};
#[cfg(feature = "public-key")]
pub use public_key::PublicKey;
pub use rejection::{Reason, Rejection};
#[cfg(feature = "public-key")]
pub use sign::sign_with_key;
pub use sign::{SignedToken, sign};
pub use time::Time;
