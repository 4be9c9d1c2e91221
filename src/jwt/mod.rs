//! JSON Web Tokens (RFC 7515, RFC 7519) as Connect and ASAP use them: signed and verified with one algorithm that the
//! verifier picks, decoded strictly, at a time that the caller gives.
//!
//! A token's way: bytes -> [`danger::Unverified`] (split and decoded, nothing believed) -> [`Claims`] (its signature
//! verified) -> whatever [`connect`] asks of the claims. A refusal is a [`Rejection`] with one [`Reason`] of a
//! closed list; it never repeats the token or a secret.
//!
//! Signatures are those of the `jsonwebtoken` crate. Decoding, claims, time and reasons are ours: that crate decodes
//! leniently, takes the last of duplicate members, compares times of its own clock, and tells an error of the caller from
//! one of the token by its text only.
//!
//! [`connect`]: crate::connect

mod claims;
pub mod danger;
mod json;
mod key;
mod rejection;
mod sign;
mod time;

pub use claims::{Claims, NumericDate};
pub use key::{EmptySecret, SharedSecret};
pub use rejection::{Reason, Rejection};
pub use sign::{SignedToken, sign};
pub use time::Time;
