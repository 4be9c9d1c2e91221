//! Forge: the tokens with which Forge calls the remote of an app (FIT-1 to FIT-13).
//!
//! A remote verifies them in these steps:
//!
//! 1. [`bearer()`]: the token in the header
//! 2. [`KeySet`]: the keys that Forge publishes. The app fetches the document, and keeps it until a key id is unknown
//! 3. [`Verifier`]: its signature, issuer, audience and times
//!
//! The address of the key set and the name of the app come from the configuration of the app, and never from the token.

mod key_set;
mod verifier;

pub use key_set::{InvalidKeySet, KeySet};
pub use verifier::Verifier;

use crate::Environment;
use crate::jwt::{self, Rejection};

/// The address of the key set that Forge publishes (FIT-3).
///
/// # Examples
///
/// ```
/// use qsh_auth::Environment;
///
/// assert!(qsh_auth::forge::key_set_address(Environment::Production).starts_with("https://forge.cdn.prod."));
/// ```
pub fn key_set_address(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json",
        Environment::Staging => "https://forge.cdn.stg.atlassian-dev.net/.well-known/jwks.json",
    }
}

/// The token in these header fields (FIT-12). Its bytes are not checked.
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
/// use qsh_auth::forge::bearer;
///
/// assert_eq!(bearer(&[("authorization", b"Bearer a.b.c")])?, b"a.b.c");
/// assert!(bearer(&[("x-forge-oauth-system", b"a.b.c")]).is_err());
/// # Ok::<(), qsh_auth::jwt::Rejection>(())
/// ```
pub fn bearer<'h>(headers: &[(&str, &'h [u8])]) -> Result<&'h [u8], Rejection> {
    jwt::bearer(headers, "FIT-12")
}
