//! ASAP, Atlassian's protocol between services. Tokens are signed with private keys, and are valid for one audience and
//! at most one hour.
//!
//! To send a token: [`Issue`] describes it and [`Signer`] signs it. [`Renewal`] reuses one token until shortly before
//! it expires.
//!
//! To accept a token, these are used in this order:
//!
//! 1. [`bearer()`]: the token in the header
//! 2. [`KeySource`]: the public key of its `kid` (see [`keys`])
//! 3. [`Verifier`]: its signature, times, owner, audience, and subject
//! 4. [`ReplayGuard`], optional: whether the token was seen before
//!
//! A server that fetches keys asynchronously does step 2 itself: see [`UnverifiedToken`].
//!
//! The time is always an argument. The `jti` of a token comes from the caller or from [`random_id`], which uses the
//! random number generator of `aws-lc-rs`. The operating system seeds that generator.
//!
//! # Examples
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use qsh_auth::asap::{Issue, Signer, Verifier, random_id};
//! use qsh_auth::jwt::{KeyId, PrivateKey, Time};
//!
//! let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
//! let key_id = KeyId::parse("svc/k1")?;
//! let keys = BTreeMap::from([(key_id.clone(), key.public_key().clone())]);
//!
//! let signer = Signer::new("svc", key_id, key)?;
//! let token = signer.sign(&Issue::new("api", random_id()?, 1_000, 1_060))?;
//! let verified = Verifier::new("api").verify(token.as_str().as_bytes(), &keys, Time::new(1_030))?;
//! assert_eq!((verified.issuer.as_str(), verified.subject.as_str()), ("svc", "svc"));
//! assert!(Verifier::new("another").verify(token.as_str().as_bytes(), &keys, Time::new(1_030)).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`KeySource`]: crate::jwt::KeySource

mod issue;
pub mod keys;
mod renewal;
mod replay;
mod signer;
mod verifier;
mod verify;

pub use issue::{Issue, NoRandomness, random_id};
pub use renewal::Renewal;
pub use replay::{CapacityExceeded, ReplayGuard, Seen};
pub use signer::{CannotIssue, Signer};
pub use verifier::{Subjects, Verifier};
pub use verify::{Failure, UnverifiedToken, Verified};

use crate::jwt::{self, Rejection};

/// The maximum lifetime of a token in seconds (ASAP-17).
pub const LONGEST: u32 = 3_600;

/// The token in these header fields (ASAP-1). Its bytes are not checked.
///
/// # Errors
///
/// [`Reason::NoToken`] if there is no token, [`Reason::Malformed`] if there are two different ones.
///
/// [`Reason::NoToken`]: crate::jwt::Reason::NoToken
/// [`Reason::Malformed`]: crate::jwt::Reason::Malformed
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::bearer;
/// use qsh_auth::jwt::Reason;
///
/// assert_eq!(bearer(&[("authorization", b"Bearer a.b.c")])?, b"a.b.c");
/// assert_eq!(bearer(&[("Authorization", b"JWT a.b.c")]).unwrap_err().reason(), Reason::NoToken);
/// let two: [(&str, &[u8]); 2] = [("Authorization", b"Bearer a.b.c"), ("Authorization", b"Bearer d.e.f")];
/// assert_eq!(bearer(&two).unwrap_err().reason(), Reason::Malformed);
/// # Ok::<(), qsh_auth::jwt::Rejection>(())
/// ```
pub fn bearer<'h>(headers: &[(&str, &'h [u8])]) -> Result<&'h [u8], Rejection> {
    jwt::bearer(headers, "ASAP-1")
}
