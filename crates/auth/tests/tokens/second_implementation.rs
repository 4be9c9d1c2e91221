//! The crate jsonwebtoken as a second implementation: what one signs, the other verifies.

use std::collections::BTreeSet;

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use qsh_auth::asap::Issue;
use qsh_auth::jwt::{Algorithm, KeyKind, SharedSecret, Time};
use qsh_hash::{Qsh, Request};
use serde_json::{Map, Value, json};

use super::asap::{key_id, private, private_pem, received, signer};
use super::{NOW, signed, tenants};

/// The algorithm of the same name. jsonwebtoken has no ES512.
fn theirs(algorithm: Algorithm) -> Option<jsonwebtoken::Algorithm> {
    algorithm.to_string().parse().ok()
}

/// Checks the signature alone: the times of the tests are long ago.
fn signature_alone(algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.required_spec_claims = Default::default();
    validation
}

#[test]
fn tokens_with_private_keys_are_verified_by_the_other_implementation() {
    let mut seen = BTreeSet::new();
    for algorithm in Algorithm::ALL {
        let Some(name) = theirs(algorithm) else { continue };
        seen.insert(algorithm.to_string());
        let (private_pem, public_pem) = (private_pem(algorithm), private(algorithm).public_key_pem());
        let (encoding, decoding) = match algorithm.key_kind() {
            KeyKind::Rsa => (EncodingKey::from_rsa_pem(private_pem), DecodingKey::from_rsa_pem(public_pem.as_bytes())),
            _ => (EncodingKey::from_ec_pem(private_pem), DecodingKey::from_ec_pem(public_pem.as_bytes())),
        };
        let (encoding, decoding) = (encoding.unwrap(), decoding.unwrap());

        let ours = signer(algorithm).sign(&Issue::new("api", "id", NOW, NOW + 60)).unwrap();
        let claims = decode::<Map<String, Value>>(ours.as_str(), &decoding, &signature_alone(name)).unwrap().claims;
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!("svc"), &json!("api")), "{algorithm}");

        let header = Header { kid: Some(key_id(algorithm).to_string()), ..Header::new(name) };
        let claims = json!({ "iss": "svc", "aud": "api", "jti": "id", "iat": NOW, "exp": NOW + 60 });
        let token = encode(&header, &claims, &encoding).unwrap();
        assert_eq!(received(token.as_bytes(), Time::new(NOW)).unwrap().issuer, "svc", "{algorithm}");
    }
    let expected = ["ES256", "ES384", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"].map(str::to_owned);
    assert_eq!(seen, BTreeSet::from(expected));
}

#[test]
fn tokens_with_shared_secrets_are_verified_by_the_other_implementation() {
    for text in ["s", "a shared secret", &"long".repeat(100)] {
        let secret = SharedSecret::new(text).unwrap();
        let (encoding, decoding) =
            (EncodingKey::from_secret(text.as_bytes()), DecodingKey::from_secret(text.as_bytes()));
        let validation = signature_alone(jsonwebtoken::Algorithm::HS256);
        let ours = decode::<Map<String, Value>>(signed(&secret, 60, &[]), &decoding, &validation).unwrap();
        assert_eq!(ours.claims["iss"], "client");

        let qsh: Qsh = qsh_hash::hash(&Request::new("GET", "/p?a=1").unwrap());
        let claims = json!({ "iss": "client", "iat": NOW, "exp": NOW + 60, "qsh": qsh.to_string() });
        let token = encode(&Header::default(), &claims, &encoding).unwrap();
        let accepted = super::received(token.as_bytes(), &secret, Time::new(NOW)).unwrap();
        assert_eq!(accepted.tenant, tenants(&secret)["client"]);
    }
}
