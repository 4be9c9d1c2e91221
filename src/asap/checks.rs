//! What the claims of a token have to say (ASAP-10 to ASAP-23), each check by itself.

use std::collections::BTreeSet;

use super::Verifier;
use crate::jwt::{Audience, Claims, KeyId, NumericDate, Reason, Rejection, Time};

/// For whom an issuer may speak (ASAP-23).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subjects {
    /// For itself only.
    #[default]
    Issuer,
    /// For itself, and for the subject of each pair of an issuer and a subject.
    Pairs(BTreeSet<(String, String)>),
    /// For anybody.
    Any,
}

impl Subjects {
    fn allow(&self, issuer: &str, subject: &str) -> bool {
        match self {
            _ if issuer == subject => true,
            Self::Issuer => false,
            Self::Pairs(pairs) => pairs.contains(&(issuer.to_owned(), subject.to_owned())),
            Self::Any => true,
        }
    }
}

/// What the checks have found.
pub(super) struct Checked {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) id: String,
    pub(super) expires_at: NumericDate,
}

/// All of the checks, one after the other.
pub(super) fn check(claims: &Claims, key_id: &KeyId, verifier: &Verifier, time: Time) -> Result<Checked, Rejection> {
    mandatory(claims)?;
    let issuer = claims.text("iss", "ASAP-13")?;
    let id = claims.text("jti", "ASAP-13")?;
    let subject = claims.get("sub").map(|_| claims.text("sub", "ASAP-13")).transpose()?;
    let expires_at = dates(claims, verifier.longest, time)?;
    if !key_id.is_owned_by(issuer) {
        return Err(Rejection::new(Reason::KeyNotOwned, "ASAP-10", "the token's kid is not one of its iss"));
    }
    audience(claims, &verifier.audience)?;
    // ASAP-22.
    let subject = subject.unwrap_or(issuer);
    if !verifier.subjects.allow(issuer, subject) {
        return Err(Rejection::new(Reason::SubjectMismatch, "ASAP-23", "the token's iss may not speak for its sub"));
    }
    Ok(Checked { issuer: issuer.to_owned(), subject: subject.to_owned(), id: id.to_owned(), expires_at })
}

/// ASAP-12.
fn mandatory(claims: &Claims) -> Result<(), Rejection> {
    match ["iss", "aud", "iat", "exp", "jti"].into_iter().find(|name| claims.get(name).is_none()) {
        Some(name) => Err(Rejection::new(Reason::MissingClaim, "ASAP-12", format!("the token has no {name}"))),
        None => Ok(()),
    }
}

/// ASAP-13 to ASAP-19.
fn dates(claims: &Claims, longest: u32, time: Time) -> Result<NumericDate, Rejection> {
    let issued_at = claims.date("iat", "ASAP-12")?;
    let expires_at = claims.date("exp", "ASAP-12")?;
    let not_before = claims.optional_date("nbf", "ASAP-13")?;
    if !expires_at.is_later_by_more_than(0, issued_at) {
        return Err(Rejection::new(Reason::InvalidClaim, "ASAP-18", "the token's exp is not after its iat"));
    }
    if expires_at.is_later_by_more_than(longest, issued_at) {
        return Err(Rejection::new(Reason::LifetimeTooLong, "ASAP-17", "the token is valid for too long"));
    }
    if time.is_after(expires_at) {
        return Err(Rejection::new(Reason::Expired, "ASAP-14", "the token's exp has passed"));
    }
    let (clause, begins) = not_before.map_or(("ASAP-15", issued_at), |not_before| ("ASAP-14", not_before));
    if time.is_before(begins) {
        return Err(Rejection::new(
            Reason::NotYetValid,
            clause,
            "the time from which the token holds is still to come",
        ));
    }
    Ok(expires_at)
}

/// ASAP-20 and ASAP-21.
fn audience(claims: &Claims, servers: &BTreeSet<String>) -> Result<(), Rejection> {
    match claims.audience() {
        Audience::Of(names) if names.iter().any(|name| servers.contains(*name)) => Ok(()),
        Audience::Of(_) => Err(Rejection::new(Reason::AudienceMismatch, "ASAP-20", "the token is for another server")),
        Audience::Absent | Audience::Invalid => Err(Rejection::new(
            Reason::AudienceMismatch,
            "ASAP-21",
            "the token's aud is neither text nor several texts",
        )),
    }
}
