//! ASAP, Atlassian's protocol between services: tokens that are signed with private keys, and are for one audience and
//! one hour at most.
//!
//! A token's way out: [`Issue`] -> [`Signer`], or [`Renewal`], which gives the same token out until it is about to end.
//! A token's way in: the header ([`bearer()`]) -> the public key of its `kid` (a [`KeySource`]; see [`keys`]) -> its
//! signature, times, owner, audience and subject ([`Verifier`]), and, if that is asked for, whether it was seen before
//! ([`ReplayGuard`]).
//!
//! Neither the time nor a token's `jti` is made up here: both are arguments. Where random bytes do for a `jti`,
//! [`random_id`] takes them from `aws-lc-rs`, and so from the operating system.
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

mod bearer;
mod checks;
mod id;
mod issue;
pub mod keys;
mod renewal;
mod replay;
mod signer;
mod subjects;
mod verifier;
mod verify;

pub use bearer::bearer;
pub use checks::objections;
pub use id::{NoRandomness, random_id};
pub use issue::Issue;
pub use renewal::Renewal;
pub use replay::{CapacityExceeded, ReplayGuard, Seen};
pub use signer::{CannotIssue, Signer};
pub use subjects::Subjects;
pub use verifier::Verifier;
pub use verify::{Failure, Verified};

/// No token is valid for longer, in seconds (ASAP-17).
pub const LONGEST: u32 = 3_600;
