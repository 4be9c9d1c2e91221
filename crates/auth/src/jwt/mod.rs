//! JSON Web Tokens (RFC 7515, RFC 7519) as Connect and ASAP use them: signed and verified with one algorithm that the
//! verifier picks, decoded strictly, at a time that the caller gives.
//!
//! A token's way: bytes -> [`danger::Unverified`] (split and decoded, nothing believed) -> [`Claims`] (its signature
//! verified) -> whatever [`connect`] or [`asap`] asks of the claims. A refusal is a [`Rejection`] with one [`Reason`]
//! of a closed list; it never repeats the token or a secret.
//!
//! Connect's tokens are signed with a [`SharedSecret`]; those of install callbacks and of ASAP with a [`PrivateKey`],
//! whose [`PublicKey`] a [`KeySource`] has under the token's [`KeyId`].
//!
//! Signatures are those of the `jsonwebtoken` crate, and of `aws-lc-rs` below it for ES512. Decoding, claims, time and
//! reasons are ours: that crate decodes leniently, takes the last of duplicate members, compares times of its own
//! clock, and tells an error of the caller from one of the token by its text only.
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
mod key_source;
mod pem;
mod private_key;
mod public_key;
mod rejection;
mod sign;
mod time;

pub use algorithm::{Algorithm, KeyKind};
pub(crate) use authorization::credentials;
pub(crate) use claims::Audience;
pub use claims::{Claims, NumericDate};
pub(crate) use json::object;
pub use key::{EmptySecret, SharedSecret};
pub use key_id::{InvalidKeyId, KeyId};
pub use key_source::KeySource;
pub use pem::InvalidKey;
pub use private_key::{CannotSign, PrivateKey};
pub use public_key::PublicKey;
pub use rejection::{Reason, Rejection};
pub use sign::{SignedToken, sign, sign_with_key};
pub use time::Time;
