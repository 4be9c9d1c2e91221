//! The `jti` of a token.

use std::error::Error;
use std::fmt;

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;

/// Creates a new `jti` (ASAP-25): 16 random bytes in hex. They come from the random number generator of `aws-lc-rs`,
/// which the operating system seeds.
///
/// # Errors
///
/// If there are no random bytes.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::random_id;
///
/// assert_eq!(random_id()?.len(), 32);
/// assert_ne!(random_id()?, random_id()?);
/// # Ok::<(), qsh_auth::asap::NoRandomness>(())
/// ```
pub fn random_id() -> Result<String, NoRandomness> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(HEXLOWER.encode(&bytes))
}

/// The error when the operating system has no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are no random bytes")
    }
}

impl Error for NoRandomness {}
