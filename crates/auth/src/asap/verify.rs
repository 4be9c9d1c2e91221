//! Verifies a token: its key, its signature, and its claims.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;

use super::checks::{self, Checked};
use super::replay::ReplayGuard;
use super::verifier::Verifier;
use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, KeyId, KeySource, PublicKey, Reason, Rejection, Time};

impl Verifier {
    /// Verifies a token. The checks are, in this order: key, signature, times, owner, audience, and subject. The same
    /// token is accepted again (ASAP-24).
    ///
    /// # Errors
    ///
    /// [`Failure::Rejected`] with the first failed check, [`Failure::Keys`] if the key cannot be fetched.
    pub fn verify<K: KeySource>(&self, token: &[u8], keys: &K, time: Time) -> Result<Verified, Failure<K::Error>> {
        self.checked(token, keys, time).map(|(verified, _)| verified)
    }

    /// As [`Verifier::verify`], but refuses a token that was seen before (ASAP-24).
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`], and [`Failure::ReplayGuard`] if the guard cannot tell whether the token was seen.
    pub fn verify_once<K: KeySource, G: ReplayGuard>(
        &self,
        token: &[u8],
        keys: &K,
        guard: &G,
        time: Time,
    ) -> Result<Verified, Failure<K::Error, G::Error>> {
        let (verified, checked) = self.checked(token, keys, time)?;
        let until = checked.expires_at.rounded_up().saturating_add(time.leeway().into());
        if guard.is_first_use(&checked.issuer, &checked.id, until, time.now()).map_err(Failure::ReplayGuard)? {
            return Ok(verified);
        }
        Err(Rejection::new(Reason::Replayed, "ASAP-24", "the token's jti was seen before").into())
    }

    fn checked<K: KeySource, G>(
        &self,
        token: &[u8],
        keys: &K,
        time: Time,
    ) -> Result<(Verified, Checked), Failure<K::Error, G>> {
        let token = Unverified::parse(token)?;
        let (key_id, key) = self.key(&token, keys, time)?;
        let claims = token.verify_by(&key, &self.algorithms, "ASAP-2")?;
        let checked = checks::check(&claims, &key_id, self, time)?;
        let (issuer, subject) = (checked.issuer.clone(), checked.subject.clone());
        Ok((Verified { issuer, subject, key_id, claims }, checked))
    }

    /// ASAP-2 and ASAP-5 to ASAP-8.
    fn key<K: KeySource, G>(
        &self,
        token: &Unverified<'_>,
        keys: &K,
        time: Time,
    ) -> Result<(KeyId, PublicKey), Failure<K::Error, G>> {
        let key_id = checks::key_id(token)?;
        token.allowed_algorithm(&self.algorithms, "ASAP-2")?;
        let key = keys.public_key(&key_id, time.now()).map_err(Failure::Keys)?;
        let unknown = || Rejection::new(Reason::UnknownKey, "ASAP-8", "the store has no key under the token's kid");
        Ok((key_id, key.ok_or_else(unknown)?))
    }
}

/// A token that was accepted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// The service that signed it.
    pub issuer: String,
    /// The subject. If the token has no `sub`, it is the issuer (ASAP-22).
    pub subject: String,
    /// The key that it is signed with.
    pub key_id: KeyId,
    /// Its claims.
    pub claims: Claims,
}

/// Why a token was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the token is at fault or one of the stores is")]
pub enum Failure<K, G = Infallible> {
    /// The token is refused: answer 401, with the header `WWW-Authenticate: Bearer`.
    Rejected(Rejection),
    /// The key could not be fetched, so nothing is known about the token: answer 500.
    Keys(K),
    /// It is not known whether the token was seen before: answer 500.
    ReplayGuard(G),
}

impl<K, G> From<Rejection> for Failure<K, G> {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl<K: fmt::Display, G: fmt::Display> fmt::Display for Failure<K, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => write!(f, "refused: {rejection}"),
            Self::Keys(error) => write!(f, "the token's key cannot be got: {error}"),
            Self::ReplayGuard(error) => write!(f, "it is not known whether the token was seen before: {error}"),
        }
    }
}

impl<K: fmt::Debug + fmt::Display, G: fmt::Debug + fmt::Display> Error for Failure<K, G> {}
