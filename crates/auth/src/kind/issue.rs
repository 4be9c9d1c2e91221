//! Checks the claims that a signer is about to sign.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use super::check::check;
use super::expected::Expected;
use super::profile::Profile;
use crate::jwt::{Claims, NumericDate, Rejection, Time};

/// Adds further claims to those that a signer sets itself (CON-22, ASAP-25, IMP-9).
///
/// # Errors
///
/// A further claim has the name of one that the signer sets, or every verifier would refuse the token.
pub(crate) fn complete(
    profile: &Profile,
    own: impl IntoIterator<Item = (&'static str, Value)>,
    further: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, InvalidClaims> {
    let mut claims = further.clone();
    for (name, value) in own {
        if claims.insert(name.to_owned(), value).is_some() {
            return Err(InvalidClaims::Own(name));
        }
    }
    let claims = Claims::new(claims);
    // A token can be for later: the first second at which it can be good is its nbf.
    let dates = ["iat", "nbf"].into_iter().filter_map(|name| claims.date(name));
    let begins = dates.map(NumericDate::rounded_up).max().unwrap_or_default();
    check(profile, &claims, expected, Time::new(begins)).map_err(InvalidClaims::Refused)?;
    Ok(claims.into_object())
}

/// Why claims are not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidClaims {
    /// A further claim has the name of one that the signer sets itself.
    Own(&'static str),
    /// Every verifier would refuse the token.
    Refused(Rejection),
}

impl fmt::Display for InvalidClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(name) => write!(f, "a further claim is named {name}, which the signer sets itself"),
            Self::Refused(_) => f.write_str("no verifier would accept the token"),
        }
    }
}

impl Error for InvalidClaims {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Own(_) => None,
            Self::Refused(rejection) => Some(rejection),
        }
    }
}
