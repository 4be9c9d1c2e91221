//! Verifies a token: its key, its signature, and its claims.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;

use super::replay::ReplayGuard;
use super::verifier::Verifier;
use crate::jwt::danger::Unverified;
use crate::jwt::{Claims, KeyId, KeySource, NumericDate, PublicKey, Reason, Rejection, Time};
use crate::kind::{Profile, TokenKind, check};

impl Verifier {
    /// Verifies a token. The checks are, in this order: key, signature, times, owner, audience, and subject. The same
    /// token is accepted again (ASAP-24).
    ///
    /// This is [`Verifier::parse`] and [`UnverifiedToken::verify`] with a [`KeySource`].
    ///
    /// # Errors
    ///
    /// [`Failure::Rejected`] with the first failed check, [`Failure::Keys`] if the key cannot be fetched.
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        token: &[u8],
        keys: &K,
        time: Time,
    ) -> Result<Verified, Failure<K::Error>> {
        self.verified(token, keys, time)
    }

    /// As [`Verifier::verify`], but refuses a token that was seen before (ASAP-24).
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`], and [`Failure::ReplayGuard`] if the guard cannot tell whether the token was seen.
    pub fn verify_once<K: KeySource + ?Sized, G: ReplayGuard + ?Sized>(
        &self,
        token: &[u8],
        keys: &K,
        guard: &G,
        time: Time,
    ) -> Result<Verified, Failure<K::Error, G::Error>> {
        let verified = self.verified(token, keys, time)?;
        let Verified { issuer, id, valid_until, .. } = &verified;
        if guard.is_first_use(issuer, id, *valid_until, time.now()).map_err(Failure::ReplayGuard)? {
            return Ok(verified);
        }
        Err(Rejection::new(Reason::Replayed, "ASAP-24", "the token's jti was seen before").into())
    }

    /// Decodes a token, before the key that it names is known.
    ///
    /// # Errors
    ///
    /// If the token is malformed (JWT-1 to JWT-6), its key id is missing or invalid (ASAP-5 to ASAP-7), or its algorithm
    /// is not allowed (ASAP-2).
    pub fn parse<'a>(&'a self, token: &'a [u8]) -> Result<UnverifiedToken<'a>, Rejection> {
        let token = Unverified::parse(token)?;
        let key_id = KeyId::parse(token.key_id("ASAP-5")?)
            .map_err(|invalid| Rejection::new(Reason::Malformed, invalid.clause(), invalid.to_string()))?;
        token.allowed_algorithm(&self.algorithms, "ASAP-2")?;
        Ok(UnverifiedToken { verifier: self, token, key_id })
    }

    fn verified<K: KeySource + ?Sized, G>(
        &self,
        token: &[u8],
        keys: &K,
        time: Time,
    ) -> Result<Verified, Failure<K::Error, G>> {
        let token = self.parse(token)?;
        let key = keys.public_key(token.key_id(), time.now()).map_err(Failure::Keys)?;
        Ok(token.verify(key.as_ref(), time)?)
    }
}

/// A token, before the key that it names is known. Its claims are not verified.
///
/// [`Verifier::verify`] looks up the key in a [`KeySource`]. A server that has to wait for the key uses this type: it
/// fetches the key itself, between [`Verifier::parse`] and [`verify`]. A server that refuses a token that it has seen
/// (ASAP-24) then remembers its issuer and its `id` until its `valid_until`.
///
/// [`verify`]: Self::verify
///
/// # Examples
///
/// ```
/// use qsh_auth::asap::{Issue, Signer, Verifier};
/// use qsh_auth::jwt::{KeyId, PrivateKey, Reason, Time};
///
/// let key = PrivateKey::from_pem(rcgen::KeyPair::generate()?.serialize_pem())?;
/// let public_key = key.public_key().clone();
/// let signed = Signer::new("svc", KeyId::parse("svc/k1")?, key)?.sign(&Issue::new("api", "1", 1_000, 1_060))?;
///
/// let verifier = Verifier::new("api");
/// let token = verifier.parse(signed.as_str().as_bytes())?;
/// assert_eq!(token.key_id().as_str(), "svc/k1");
/// // In an async server: `fetch(token.key_id()).await?`.
/// let verified = token.clone().verify(Some(&public_key), Time::new(1_030).with_leeway(5))?;
/// assert_eq!((verified.issuer.as_str(), verified.id.as_str(), verified.valid_until), ("svc", "1", 1_065));
///
/// let refused = token.verify(None, Time::new(1_030)).unwrap_err();
/// assert_eq!(refused.reason(), Reason::UnknownKey);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the token is not verified"]
pub struct UnverifiedToken<'a> {
    verifier: &'a Verifier,
    token: Unverified<'a>,
    key_id: KeyId,
}

impl UnverifiedToken<'_> {
    /// The name of the key that the token is signed with (ASAP-5). Use it only to look up the key.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Verifies the token with the key of its key id, or with `None` if there is no such key (ASAP-8). The checks are,
    /// in this order: key, signature, times, owner, audience, and subject.
    ///
    /// # Errors
    ///
    /// The first failed check.
    pub fn verify(self, key: Option<&PublicKey>, time: Time) -> Result<Verified, Rejection> {
        let Self { verifier, token, key_id } = self;
        let key = key.ok_or_else(|| {
            Rejection::new(Reason::UnknownKey, "ASAP-8", "the store has no key under the token's kid")
        })?;
        let claims = token.verify_by(key, &verifier.algorithms, "ASAP-2")?;
        check(Profile::of(TokenKind::Asap), &claims, &verifier.expected(&claims, &key_id), time)?;
        let text = |name| claims.text(name, "ASAP-12").map(str::to_owned);
        let (issuer, id) = (text("iss")?, text("jti")?);
        // ASAP-22.
        let subject = claims.get("sub").map_or_else(|| Ok(issuer.clone()), |_| text("sub"))?;
        let expires_at = claims.date("exp").map_or(i64::MIN, NumericDate::rounded_up);
        let valid_until = expires_at.saturating_add(time.leeway().into());
        Ok(Verified { issuer, subject, id, valid_until, key_id, claims })
    }
}

/// A token that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The service that signed it.
    pub issuer: String,
    /// The subject. If the token has no `sub`, it is the issuer (ASAP-22).
    pub subject: String,
    /// Its `jti`, which no other token of the issuer has.
    pub id: String,
    /// The last second at which it is accepted, in Unix seconds: its `exp` plus the leeway.
    pub valid_until: i64,
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

/// Writes what failed. The cause is the source of the error.
impl<K, G> fmt::Display for Failure<K, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rejected(_) => "the token is refused",
            Self::Keys(_) => "the token's key cannot be fetched",
            Self::ReplayGuard(_) => "it is not known whether the token was seen before",
        })
    }
}

impl<K: Error + 'static, G: Error + 'static> Error for Failure<K, G> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Keys(error) => Some(error),
            Self::ReplayGuard(error) => Some(error),
        }
    }
}
