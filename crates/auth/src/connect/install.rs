//! Authenticates install callbacks from Atlassian (INS-1 to INS-13).

use qsh_hash::Request;

use super::{Failure, Incoming, transport};
use crate::jwt::danger::Unverified;
use crate::jwt::{Algorithm, Claims, KeyId, KeySource, PublicKey, Reason, Rejection, Time};
use crate::kind::{Expected, Profile, TokenKind, check};

/// INS-1.
const ALLOWED: [Algorithm; 1] = [Algorithm::Rs256];

/// What the token of a callback has to name, in addition to the hash of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a callback is bound to a tenant and an app")]
pub struct ExpectedClaims<'p> {
    /// The `clientKey` of the callback's body (INS-4).
    pub client_key: &'p str,
    /// The base URLs of the app (INS-6): the one of its descriptor, and those of its regions. The token names one of
    /// them. A callback is refused if there are none.
    pub app_base_urls: &'p [&'p str],
}

/// Authenticates an `installed` or `uninstalled` callback, and returns the claims of its token.
///
/// The checks are, in this order: the key that the token names, the signature (always RS256), the times, the hash, the
/// tenant of the body, and the app. The token is read only from the headers (INS-12). A callback without a token is
/// refused (INS-13).
///
/// Atlassian serves the keys at the hosts of [`KEY_HOSTS`](super::KEY_HOSTS). A `Repository` of the feature `https` fetches
/// them from there. This function is [`UnverifiedCallback`] with a [`KeySource`].
///
/// # Errors
///
/// [`Failure::Rejected`] with the first failed check, [`Failure::Store`] if the key cannot be fetched.
///
/// # Examples
///
/// A callback with the body of another tenant is refused, even if its signature is valid:
///
/// ```
/// use std::collections::BTreeMap;
///
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Failure, Incoming, ExpectedClaims, authenticate_install};
/// use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, Reason, Time, sign_with_key};
///
/// let key = PrivateKey::from_pem(std::fs::read("tests/keys/rsa.pkcs8.pem")?)?;
/// let key_id = KeyId::parse("0e50fccb-239d-4991-a5db-dc850ba3f236")?;
/// let request = Request::new("POST", "/installed")?;
/// let claims = serde_json::json!({
///     "iss": "client", "aud": "https://app.example.com", "iat": 1_000, "exp": 1_900, "qsh": qsh_hash::hash(&request).as_str(),
/// });
/// let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256)?;
/// let credentials = format!("JWT {}", token.as_str());
/// let headers = [("Authorization", credentials.as_bytes())];
/// let callback = Incoming::new(request, &headers);
/// let keys = BTreeMap::from([(key_id, key.public_key().clone())]);
///
/// let expected = ExpectedClaims { client_key: "client", app_base_urls: &["https://app.example.com"] };
/// assert!(authenticate_install(callback, expected, &keys, Time::new(1_001)).is_ok());
/// let another = ExpectedClaims { client_key: "another", ..expected };
/// let Err(Failure::Rejected(refused)) = authenticate_install(callback, another, &keys, Time::new(1_001)) else { panic!() };
/// assert_eq!(refused.reason(), Reason::UnknownIssuer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn authenticate_install<K: KeySource + ?Sized>(
    request: Incoming<'_>,
    expected: ExpectedClaims<'_>,
    keys: &K,
    time: Time,
) -> Result<Claims, Failure<K::Error>> {
    let callback = UnverifiedCallback::parse(request)?;
    let key = keys.public_key(callback.key_id(), time.now()).map_err(Failure::Store)?;
    Ok(callback.verify(key.as_ref(), expected, time)?)
}

/// An install callback, before the key that its token names is known. Its claims are not verified.
///
/// [`authenticate_install`] looks up the key in a [`KeySource`]. An app that has to wait for the key uses this type: it
/// fetches the key itself, between [`parse`] and [`verify`].
///
/// [`parse`]: Self::parse
/// [`verify`]: Self::verify
///
/// # Examples
///
/// ```
/// use qsh_hash::Request;
/// use qsh_auth::connect::{Incoming, ExpectedClaims, UnverifiedCallback};
/// use qsh_auth::jwt::{Algorithm, KeyId, PrivateKey, Reason, Time, sign_with_key};
///
/// let key = PrivateKey::from_pem(std::fs::read("tests/keys/rsa.pkcs8.pem")?)?;
/// let request = Request::new("POST", "/installed")?;
/// let claims = serde_json::json!({
///     "iss": "client", "aud": "https://app.example.com", "iat": 1_000, "exp": 1_900, "qsh": qsh_hash::hash(&request).as_str(),
/// });
/// let key_id = KeyId::parse("0e50fccb-239d-4991-a5db-dc850ba3f236")?;
/// let token = sign_with_key(claims.as_object().unwrap().clone(), &key_id, &key, Algorithm::Rs256)?;
/// let credentials = format!("JWT {}", token.as_str());
/// let headers = [("Authorization", credentials.as_bytes())];
///
/// let callback = UnverifiedCallback::parse(Incoming::new(request, &headers))?;
/// assert_eq!(callback.key_id(), &key_id);
/// // In an async app: `fetch(callback.key_id()).await?`.
/// let fetched = Some(key.public_key());
/// let expected = ExpectedClaims { client_key: "client", app_base_urls: &["https://app.example.com"] };
/// assert!(callback.clone().verify(fetched, expected, Time::new(1_001)).is_ok());
/// let refused = callback.verify(None, expected, Time::new(1_001)).unwrap_err();
/// assert_eq!(refused.reason(), Reason::UnknownKey);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "the callback is not verified"]
pub struct UnverifiedCallback<'r> {
    request: Request<'r>,
    token: Unverified<'static>,
    key_id: KeyId,
}

impl<'r> UnverifiedCallback<'r> {
    /// Finds the token of a callback, and decodes it.
    ///
    /// # Errors
    ///
    /// - The headers do not have exactly one token (INS-12, INS-13).
    /// - The token is malformed (JWT-1 to JWT-6).
    /// - Its key id is missing or leads out of a store (INS-2, INS-3).
    /// - Its algorithm is not RS256 (INS-1).
    pub fn parse(request: Incoming<'r>) -> Result<Self, Rejection> {
        let token = transport::find_in_headers(request)?;
        let token = Unverified::parse(&token)?.into_owned();
        // A key id that leads out of the store is treated as unknown.
        let key_id = KeyId::parse(token.key_id("INS-2")?).map_err(|_| unknown_key())?;
        token.allowed_algorithm(&ALLOWED, "INS-1")?;
        Ok(Self { request: *request.request(), token, key_id })
    }

    /// The name of the key that the token is signed with (INS-2). Use it only to look up the key.
    pub fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Verifies the callback with the key of its key id, or with `None` if there is no such key (INS-3). Returns the
    /// claims of the token. The checks are, in this order: the key, the signature, the times, the hash, the tenant of
    /// the body, and the app.
    ///
    /// # Errors
    ///
    /// The first failed check.
    pub fn verify(
        self,
        key: Option<&PublicKey>,
        expected: ExpectedClaims<'_>,
        time: Time,
    ) -> Result<Claims, Rejection> {
        let claims = self.token.verify_by(key.ok_or_else(unknown_key)?, &ALLOWED, "INS-1")?;
        let audiences = expected.app_base_urls.iter().copied();
        let expected = Expected::new().with_issuer(expected.client_key).with_audiences(audiences);
        check(Profile::of(TokenKind::Install), &claims, &expected.with_request(self.request), time)?;
        Ok(claims)
    }
}

/// INS-3.
fn unknown_key() -> Rejection {
    Rejection::new(Reason::UnknownKey, "INS-3", "the store has no key under the token's kid")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::jwt::{PrivateKey, SharedSecret, sign, sign_with_key};

    const KID: &str = "0e50fccb-239d-4991-a5db-dc850ba3f236";
    const EXPECTED: ExpectedClaims<'static> =
        ExpectedClaims { client_key: "client", app_base_urls: &["https://app.example.com"] };

    fn rsa() -> PrivateKey {
        PrivateKey::from_pem(include_bytes!("../../tests/keys/rsa.pkcs8.pem")).unwrap()
    }

    fn keys() -> BTreeMap<KeyId, PublicKey> {
        BTreeMap::from([(KeyId::parse(KID).unwrap(), rsa().public_key().clone())])
    }

    fn callback() -> Request<'static> {
        Request::new("POST", "/installed").unwrap()
    }

    fn claims() -> Value {
        let hash = qsh_hash::hash(&callback()).to_string();
        json!({ "iss": "client", "aud": "https://app.example.com", "iat": 1_000, "exp": 1_900, "qsh": hash })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn without(name: &str) -> Value {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    }

    fn received(headers: &[(&str, &[u8])], expected: ExpectedClaims<'_>) -> Result<Claims, (Reason, &'static str)> {
        authenticate_install(Incoming::new(callback(), headers), expected, &keys(), Time::new(1_001)).map_err(refused)
    }

    fn refused<E: std::fmt::Debug>(failure: Failure<E>) -> (Reason, &'static str) {
        match failure {
            Failure::Rejected(rejection) => (rejection.reason(), rejection.clause()),
            Failure::Store(error) => panic!("{error:?}"),
        }
    }

    fn answer(claims: &Value, kid: &str, algorithm: Algorithm) -> Result<Claims, (Reason, &'static str)> {
        let claims = claims.as_object().unwrap().clone();
        let token = sign_with_key(claims, &KeyId::parse(kid).unwrap(), &rsa(), algorithm).unwrap();
        received(&[("authorization", format!("JWT {}", token.as_str()).as_bytes())], EXPECTED)
    }

    fn reason(claims: &Value) -> Reason {
        answer(claims, KID, Algorithm::Rs256).unwrap_err().0
    }

    #[test]
    fn a_good_callback_is_accepted_whichever_audience_names_the_app() {
        assert_eq!(answer(&claims(), KID, Algorithm::Rs256).unwrap().get("iss"), Some(&json!("client")));
        for audience in [
            json!("https://app.example.com/"),
            json!(["https://app.example.com"]),
            json!(["https://other.example", "https://app.example.com"]),
        ] {
            assert!(answer(&with("aud", audience.clone()), KID, Algorithm::Rs256).is_ok(), "{audience}");
        }
    }

    #[test]
    fn nothing_but_rs256_is_taken() {
        for algorithm in [Algorithm::Rs512, Algorithm::Ps256] {
            assert_eq!(answer(&claims(), KID, algorithm), Err((Reason::AlgorithmNotAllowed, "INS-1")));
        }
        // The secret is the text of the public key (JWT-12). Such a token has no kid. One with a kid is refused too.
        let secret = SharedSecret::new(include_bytes!("../../tests/keys/rsa.spki.pem")).unwrap();
        let token = sign(claims().as_object().unwrap().clone(), &secret);
        let header = format!("JWT {}", token.as_str());
        assert_eq!(received(&[("Authorization", header.as_bytes())], EXPECTED), Err((Reason::Malformed, "INS-2")));
        let segments = |json: &str| data_encoding::BASE64URL_NOPAD.encode(json.as_bytes());
        let header = format!(r#"{{"alg":"HS256","kid":"{KID}"}}"#);
        let token = format!("JWT {}.{}.{}", segments(&header), segments(&claims().to_string()), segments("signature"));
        assert_eq!(
            received(&[("Authorization", token.as_bytes())], EXPECTED),
            Err((Reason::AlgorithmNotAllowed, "INS-1"))
        );
    }

    #[test]
    fn a_key_is_looked_up_by_a_name_that_stays_in_the_store() {
        assert_eq!(answer(&claims(), "another", Algorithm::Rs256), Err((Reason::UnknownKey, "INS-3")));
        let segments = |json: &str| data_encoding::BASE64URL_NOPAD.encode(json.as_bytes());
        for (kid, refused) in [
            (r#""../x""#, (Reason::UnknownKey, "INS-3")),
            (r#""""#, (Reason::UnknownKey, "INS-3")),
            ("7", (Reason::Malformed, "INS-2")),
            ("null", (Reason::Malformed, "INS-2")),
        ] {
            let header = segments(&format!(r#"{{"alg":"RS256","kid":{kid}}}"#));
            let token = format!("JWT {header}.{}.{}", segments("{}"), segments("signature"));
            assert_eq!(received(&[("Authorization", token.as_bytes())], EXPECTED), Err(refused), "{kid}");
        }
    }

    #[test]
    fn each_claim_has_its_reason() {
        for name in ["iss", "aud", "iat", "exp", "qsh"] {
            assert_eq!(reason(&without(name)), Reason::MissingClaim, "{name}");
        }
        for (name, value, expected) in [
            ("iss", json!("another"), Reason::UnknownIssuer),
            ("iss", json!(""), Reason::UnknownIssuer),
            ("iss", json!(5), Reason::InvalidClaim),
            ("aud", json!([]), Reason::InvalidClaim),
            ("aud", json!(["https://app.example.com", 5]), Reason::InvalidClaim),
            ("aud", json!("https://app.example.com.evil.example"), Reason::AudienceMismatch),
            ("aud", json!("https://app.example.com//"), Reason::AudienceMismatch),
            ("aud", json!("http://app.example.com"), Reason::AudienceMismatch),
            ("aud", json!("HTTPS://app.example.com"), Reason::AudienceMismatch),
            ("exp", json!(1_000), Reason::Expired),
            ("nbf", json!(1_002), Reason::NotYetValid),
            ("qsh", json!("context-qsh"), Reason::ContextToken),
            ("qsh", json!("00"), Reason::QshMismatch),
        ] {
            assert_eq!(reason(&with(name, value.clone())), expected, "{name} {value}");
        }
    }

    #[test]
    fn a_token_is_in_the_header_or_nowhere() {
        assert_eq!(received(&[], EXPECTED), Err((Reason::NoToken, "INS-12")));
        let token =
            sign_with_key(claims().as_object().unwrap().clone(), &KeyId::parse(KID).unwrap(), &rsa(), Algorithm::Rs256);
        let target = format!("/installed?jwt={}", token.unwrap().as_str());
        let request = Incoming::new(Request::new("POST", &target).unwrap(), &[]);
        let answer = authenticate_install(request, EXPECTED, &keys(), Time::new(1_001));
        assert_eq!(answer.map_err(refused), Err((Reason::NoToken, "INS-12")));
    }

    #[test]
    fn a_store_that_fails_is_no_refusal() {
        struct Down;

        impl KeySource for Down {
            type Error = &'static str;

            fn public_key(&self, _: &KeyId, now: i64) -> Result<Option<PublicKey>, &'static str> {
                assert_eq!(now, 1_001);
                Err("down")
            }
        }

        let key_id = KeyId::parse(KID).unwrap();
        let token = sign_with_key(claims().as_object().unwrap().clone(), &key_id, &rsa(), Algorithm::Rs256).unwrap();
        let header = format!("JWT {}", token.as_str());
        let headers = [("Authorization", header.as_bytes())];
        let request = Incoming::new(callback(), &headers);
        assert_eq!(authenticate_install(request, EXPECTED, &Down, Time::new(1_001)), Err(Failure::Store("down")));
    }
}
