//! Invocation tokens of Forge: a test of each clause, and what the verifier of Forge's own documents refuses.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use qsh_auth::forge::{KeySet, Verifier};
use qsh_auth::jwt::{Algorithm, Claims, KeyId, PrivateKey, Reason, SharedSecret, Time, sign, sign_with_key};
use serde_json::{Map, Value, json};

const APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
const KEY_ID: &str = "forge/invocation-token/k1";
const JWKS: &str = include_str!("../keys/rsa.jwks.json");

static KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(include_bytes!("../keys/rsa.pkcs8.pem")).unwrap());

fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": "forge/invocation-token", "aud": APP, "iat": 1_000, "nbf": 1_000, "exp": 1_025, "jti": "0a",
        "app": { "id": APP },
    });
    claims.as_object().unwrap().clone()
}

fn with(name: &str, value: Value) -> Map<String, Value> {
    let mut claims = claims();
    claims.insert(name.to_owned(), value);
    claims
}

fn without(name: &str) -> Map<String, Value> {
    let mut claims = claims();
    claims.remove(name);
    claims
}

fn verified(claims: Map<String, Value>, now: i64) -> Result<Claims, (Reason, &'static str)> {
    let token = sign_with_key(claims, &KeyId::parse(KEY_ID).unwrap(), &KEY, Algorithm::Rs256).unwrap();
    by(token.as_str(), JWKS, now)
}

fn by(token: &str, keys: &str, now: i64) -> Result<Claims, (Reason, &'static str)> {
    let keys = KeySet::parse(keys.as_bytes()).unwrap();
    let answer = Verifier::new(APP).verify(token.as_bytes(), &keys, Time::new(now));
    answer.map_err(|rejection| (rejection.reason(), rejection.clause()))
}

#[test]
fn a_good_token_is_accepted_from_its_first_to_its_last_second() {
    for now in [1_000, 1_025] {
        assert_eq!(verified(claims(), now).unwrap().get("aud"), Some(&json!(APP)));
    }
    assert_eq!(verified(claims(), 999), Err((Reason::NotYetValid, "FIT-7")));
    assert_eq!(verified(claims(), 1_026), Err((Reason::Expired, "FIT-6")));
}

#[test]
fn each_claim_has_its_reason() {
    for (claims, refused) in [
        (without("iss"), (Reason::MissingClaim, "FIT-4")),
        (with("iss", json!("forge/invocation-token2")), (Reason::UnknownIssuer, "FIT-4")),
        (with("iss", json!(["forge/invocation-token"])), (Reason::InvalidClaim, "FIT-4")),
        (without("aud"), (Reason::MissingClaim, "FIT-5")),
        (with("aud", json!("00000000-0000-4000-8000-0000000000aa")), (Reason::AudienceMismatch, "FIT-5")),
        (with("aud", json!(format!("{APP}2"))), (Reason::AudienceMismatch, "FIT-5")),
        (with("aud", json!([])), (Reason::InvalidClaim, "FIT-5")),
        (without("exp"), (Reason::MissingClaim, "FIT-6")),
        (without("iat"), (Reason::MissingClaim, "FIT-8")),
        (with("exp", json!("1025")), (Reason::InvalidClaim, "FIT-9")),
        (with("nbf", Value::Null), (Reason::InvalidClaim, "FIT-9")),
    ] {
        assert_eq!(verified(claims.clone(), 1_000), Err(refused), "{claims:?}");
    }
    assert!(verified(without("nbf"), 1_000).is_ok());
    assert!(verified(with("aud", json!(["other", APP])), 1_000).is_ok());
}

#[test]
fn only_a_key_of_the_key_set_counts() {
    let token = |key_id: &str, algorithm| {
        let token = sign_with_key(claims(), &KeyId::parse(key_id).unwrap(), &KEY, algorithm).unwrap();
        token.as_str().to_owned()
    };
    assert_eq!(
        by(&token("forge/invocation-token/k2", Algorithm::Rs256), JWKS, 1_000),
        Err((Reason::UnknownKey, "FIT-3"))
    );
    assert_eq!(by(&token(KEY_ID, Algorithm::Rs512), JWKS, 1_000), Err((Reason::AlgorithmNotAllowed, "FIT-1")));
    assert_eq!(by(&token(KEY_ID, Algorithm::Rs256), r#"{"keys":[]}"#, 1_000), Err((Reason::UnknownKey, "FIT-3")));
    // A key that the token brings itself is not looked at.
    let segment = |json: Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let own = json!({ "alg": "RS256", "kid": "own", "jwk": serde_json::from_str::<Value>(JWKS).unwrap()["keys"][0] });
    let signature = token(KEY_ID, Algorithm::Rs256).rsplit_once('.').unwrap().1.to_owned();
    let token = format!("{}.{}.{signature}", segment(own), segment(claims().into()));
    assert_eq!(by(&token, JWKS, 1_000), Err((Reason::UnknownKey, "FIT-3")));
    // The text of the key set is not a secret.
    let forged = sign(claims(), &SharedSecret::new(JWKS).unwrap());
    assert_eq!(by(forged.as_str(), JWKS, 1_000), Err((Reason::Malformed, "FIT-2")));
}

#[test]
fn two_keys_of_one_name_are_both_tried() {
    let token = sign_with_key(claims(), &KeyId::parse(KEY_ID).unwrap(), &KEY, Algorithm::Rs256).unwrap();
    let set: Value = serde_json::from_str(JWKS).unwrap();
    let good = &set["keys"][0];
    let mut other = good.clone();
    // Another modulus of the same length.
    let modulus = good["n"].as_str().unwrap();
    other["n"] = format!("{}{}", &modulus[..100], modulus[100..].replace('A', "B")).into();
    for keys in [json!({ "keys": [good, other] }), json!({ "keys": [other, good] })] {
        assert!(by(token.as_str(), &keys.to_string(), 1_000).is_ok());
    }
    let keys = json!({ "keys": [other] }).to_string();
    assert_eq!(by(token.as_str(), &keys, 1_000), Err((Reason::BadSignature, "JWT-17")));
}

#[test]
fn keys_for_other_uses_are_left_out() {
    let set: Value = serde_json::from_str(JWKS).unwrap();
    let count = |name: &str, value: Value| {
        let mut set = set.clone();
        set["keys"][0][name] = value;
        KeySet::parse(set.to_string().as_bytes()).unwrap().len()
    };
    assert_eq!(count("x5t", json!("more")), 1);
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS512")),
        ("kty", json!("oct")),
        ("kid", json!(7)),
        ("n", json!("AQAB")),
        ("n", json!("not base64url!")),
        ("e", Value::Null),
    ] {
        assert_eq!(count(name, value.clone()), 0, "{name} {value}");
    }
    for text in ["", "[]", r#"{"keys":1}"#, r#"{"keys":[],"keys":[]}"#] {
        assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
    }
}
