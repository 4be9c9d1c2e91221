//! Checks of the claims of a token (ASAP-10 to ASAP-23), one function per check.

use std::collections::BTreeSet;

use serde_json::Value;

use super::subjects::Subjects;
use super::verifier::Verifier;
use crate::jwt::danger::Unverified;
use crate::jwt::{Audience, Claims, KeyId, NumericDate, Reason, Rejection, Time};

/// The result of the checks.
pub(super) struct Checked {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) id: String,
    pub(super) expires_at: NumericDate,
}

/// Runs all checks one after another.
pub(super) fn check(claims: &Claims, key_id: &KeyId, verifier: &Verifier, time: Time) -> Result<Checked, Rejection> {
    mandatory(claims)?;
    let issuer = claims.text("iss", "ASAP-13")?;
    let id = claims.text("jti", "ASAP-13")?;
    if claims.get("sub").is_some() {
        claims.text("sub", "ASAP-13")?;
    }
    let expires_at = dates(claims, verifier.longest, time)?;
    owner(key_id, issuer)?;
    audience(claims, &verifier.audience)?;
    let subject = subject(claims, issuer, &verifier.subjects)?;
    Ok(Checked { issuer: issuer.to_owned(), subject: subject.to_owned(), id: id.to_owned(), expires_at })
}

/// Lists every problem with a token, in the order in which [`Verifier::verify`] checks. Does not check the key, replay,
/// or the signature, except for its length.
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::{Verifier, objections};
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{Reason, Time};
///
/// // {"alg":"HS256","kid":"svc"} and {"iss":"svc","aud":"api","iat":1000,"exp":1060,"jti":"1"}
/// let token = b"eyJhbGciOiJIUzI1NiIsImtpZCI6InN2YyJ9.\
///     eyJpc3MiOiJzdmMiLCJhdWQiOiJhcGkiLCJpYXQiOjEwMDAsImV4cCI6MTA2MCwianRpIjoiMSJ9.";
/// let token = Unverified::parse(token)?;
/// let found = objections(&token, &Verifier::new("another"), Time::new(1_000));
/// let reasons: Vec<Reason> = found.iter().map(|objection| objection.reason()).collect();
/// assert_eq!(reasons, [Reason::AlgorithmNotAllowed, Reason::BadSignature, Reason::KeyNotOwned, Reason::AudienceMismatch]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn objections(token: &Unverified<'_>, verifier: &Verifier, time: Time) -> Vec<Rejection> {
    let claims = token.claims();
    let key_id = key_id(token);
    let issuer = claims.text("iss", "ASAP-13");
    let [issued_at, expires_at] = ["iat", "exp"].map(|name| claims.date(name, "ASAP-12", "ASAP-13"));
    let not_before = claims.optional_date("nbf", "ASAP-13");
    let mut found: Vec<Rejection> = key_id.as_ref().err().cloned().into_iter().collect();
    found.extend(token.allowed_algorithm(&verifier.algorithms, "ASAP-2").err());
    found.extend(token.check_signature_size().err());
    found.extend(absent(claims).map(missing));
    let texts = ["iss", "jti", "sub"].into_iter().filter(|name| claims.get(name).is_some());
    found.extend(texts.filter_map(|name| claims.text(name, "ASAP-13").err()));
    let dates = [issued_at.clone().err(), expires_at.clone().err(), not_before.clone().err()];
    found.extend(dates.into_iter().flatten().filter(|wrong| wrong.reason() != Reason::MissingClaim));
    if let (Ok(issued_at), Ok(expires_at)) = (&issued_at, &expires_at) {
        found.extend(lifetime(*issued_at, *expires_at, verifier.longest).err());
    }
    found.extend(expires_at.ok().and_then(|expires_at| expiry(expires_at, time).err()));
    if let (Ok(issued_at), Ok(not_before)) = (issued_at, not_before) {
        found.extend(begin(issued_at, not_before, time).err());
    }
    if let (Ok(key_id), Ok(issuer)) = (&key_id, &issuer) {
        found.extend(owner(key_id, issuer).err());
    }
    if claims.get("aud").is_some() {
        found.extend(audience(claims, &verifier.audience).err());
    }
    if let (Ok(issuer), true) = (issuer, claims.get("sub").is_none_or(Value::is_string)) {
        found.extend(subject(claims, issuer, &verifier.subjects).err());
    }
    found
}

/// ASAP-5 to ASAP-7.
pub(super) fn key_id(token: &Unverified<'_>) -> Result<KeyId, Rejection> {
    KeyId::parse(token.key_id("ASAP-5")?)
        .map_err(|invalid| Rejection::new(Reason::Malformed, invalid.clause(), invalid.to_string()))
}

/// ASAP-10.
fn owner(key_id: &KeyId, issuer: &str) -> Result<(), Rejection> {
    if key_id.is_owned_by(issuer) {
        return Ok(());
    }
    Err(Rejection::new(Reason::KeyNotOwned, "ASAP-10", "the token's kid does not belong to its iss"))
}

/// ASAP-22 and ASAP-23.
fn subject<'c>(claims: &'c Claims, issuer: &'c str, subjects: &Subjects) -> Result<&'c str, Rejection> {
    let subject = claims.get("sub").map_or(Ok(issuer), |_| claims.text("sub", "ASAP-13"))?;
    if subjects.lets(issuer, subject) {
        return Ok(subject);
    }
    Err(Rejection::new(Reason::SubjectMismatch, "ASAP-23", "the token's iss must not act for its sub"))
}

fn absent(claims: &Claims) -> impl Iterator<Item = &'static str> {
    ["iss", "aud", "iat", "exp", "jti"].into_iter().filter(|name| claims.get(name).is_none())
}

fn missing(name: &str) -> Rejection {
    Rejection::new(Reason::MissingClaim, "ASAP-12", format!("the token has no {name}"))
}

/// ASAP-12.
fn mandatory(claims: &Claims) -> Result<(), Rejection> {
    absent(claims).next().map_or(Ok(()), |name| Err(missing(name)))
}

/// ASAP-13 to ASAP-19.
fn dates(claims: &Claims, longest: u32, time: Time) -> Result<NumericDate, Rejection> {
    let issued_at = claims.date("iat", "ASAP-12", "ASAP-13")?;
    let expires_at = claims.date("exp", "ASAP-12", "ASAP-13")?;
    let not_before = claims.optional_date("nbf", "ASAP-13")?;
    lifetime(issued_at, expires_at, longest)?;
    expiry(expires_at, time)?;
    begin(issued_at, not_before, time)?;
    Ok(expires_at)
}

/// ASAP-17 and ASAP-18.
fn lifetime(issued_at: NumericDate, expires_at: NumericDate, longest: u32) -> Result<(), Rejection> {
    if !expires_at.is_later_by_more_than(0, issued_at) {
        return Err(Rejection::new(Reason::InvalidClaim, "ASAP-18", "the token's exp is not after its iat"));
    }
    if expires_at.is_later_by_more_than(longest, issued_at) {
        return Err(Rejection::new(Reason::LifetimeTooLong, "ASAP-17", "the token is valid for too long"));
    }
    Ok(())
}

/// ASAP-14: the end of the lifetime.
fn expiry(expires_at: NumericDate, time: Time) -> Result<(), Rejection> {
    if time.is_after(expires_at) {
        return Err(Rejection::new(Reason::Expired, "ASAP-14", "the token's exp has passed"));
    }
    Ok(())
}

/// ASAP-14: the start of the lifetime; and ASAP-15.
fn begin(issued_at: NumericDate, not_before: Option<NumericDate>, time: Time) -> Result<(), Rejection> {
    let (clause, begins) = not_before.map_or(("ASAP-15", issued_at), |not_before| ("ASAP-14", not_before));
    if time.is_before(begins) {
        let what = "the token is not valid yet";
        return Err(Rejection::new(Reason::NotYetValid, clause, what));
    }
    Ok(())
}

/// ASAP-20 and ASAP-21.
fn audience(claims: &Claims, servers: &BTreeSet<String>) -> Result<(), Rejection> {
    match claims.audience() {
        Audience::Of(names) if names.iter().any(|name| servers.contains(*name)) => Ok(()),
        Audience::Of(_) => Err(Rejection::new(Reason::AudienceMismatch, "ASAP-20", "the token is for another server")),
        Audience::Absent | Audience::Invalid => Err(Rejection::new(
            Reason::AudienceMismatch,
            "ASAP-21",
            "the token's aud is neither a string nor a list of strings",
        )),
    }
}
