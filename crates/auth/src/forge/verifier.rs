//! [`Verifier`]: verifies invocation tokens.

use super::KeySet;
use crate::jwt::danger::Unverified;
use crate::jwt::{Algorithm, Claims, Reason, Rejection, Time};
use crate::kind::{Expected, Profile, TokenKind, check};

/// FIT-1.
const ALLOWED: [Algorithm; 1] = [Algorithm::Rs256];

/// The remote of an app, which verifies the tokens of Forge.
///
/// # Examples
///
/// ```
/// use data_encoding::BASE64URL_NOPAD;
/// use qsh_auth::forge::{KeySet, Verifier};
/// use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, Reason, Time, sign_with_key};
///
/// let key = PrivateKey::from_pem(std::fs::read("tests/keys/rsa.pkcs8.pem")?)?;
/// let keys = KeySet::parse(&std::fs::read("tests/keys/rsa.jwks.json")?)?;
/// let app = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
/// let claims = serde_json::json!({ "iss": "forge/invocation-token", "aud": app, "iat": 1_000, "nbf": 1_000, "exp": 1_025 });
/// let key_id = KeyId::parse("forge/invocation-token/k1")?;
/// let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256)?;
///
/// let verified = Verifier::new(app).verify(token.as_str().as_bytes(), &keys, Time::new(1_010))?;
/// assert_eq!(verified.get("aud").unwrap(), app);
/// let another = Verifier::new("ari:cloud:ecosystem::app/another");
/// let refused = another.verify(token.as_str().as_bytes(), &keys, Time::new(1_010)).unwrap_err();
/// assert_eq!((refused.reason(), refused.clause()), (Reason::AudienceMismatch, "FIT-5"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    app_id: String,
}

impl Verifier {
    /// Sets the name of the app, such as `ari:cloud:ecosystem::app/` with a UUID after it (FIT-5).
    pub fn new(app_id: impl Into<String>) -> Self {
        Self { app_id: app_id.into() }
    }

    /// Verifies a token with the keys that Forge publishes, and returns its claims. The checks are, in this order: the
    /// key, the signature (always RS256), the issuer, the audience, and the times. If the reason is
    /// [`Reason::UnknownKey`], Forge may have new keys: fetch the key set again.
    ///
    /// # Errors
    ///
    /// The first failed check.
    pub fn verify(&self, token: &[u8], keys: &KeySet, time: Time) -> Result<Claims, Rejection> {
        let token = Unverified::parse(token)?;
        let key_id = token.key_id("FIT-2")?.to_owned();
        token.allowed_algorithm(&ALLOWED, "FIT-1")?;
        let mut refused = Rejection::new(Reason::UnknownKey, "FIT-3", "the key set has no key under the token's kid");
        for key in keys.named(&key_id) {
            match token.clone().verify_by(key, &ALLOWED, "FIT-1") {
                Ok(claims) => {
                    let expected = Expected::new().with_audiences([self.app_id.as_str()]);
                    return check(Profile::of(TokenKind::Forge), &claims, &expected, time).map(|()| claims);
                }
                Err(rejection) => refused = rejection,
            }
        }
        Err(refused)
    }
}
