//! Changes to an invocation token of Forge.

use serde_json::{Value, json};

use super::draft::key_set;
use super::signing::{ANOTHER_MODULUS, Key};
use super::{ACCEPTED, Change, REFUSED, change};

/// Another app of Forge.
const ANOTHER_FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000bb";
/// A tenant of Connect.
const TENANT: &str = "574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90";
/// A year, in seconds.
const YEAR: i64 = 31_536_000;

pub(super) const CHANGES: &[Change] = &[
    change("rs512", "FIT-1", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "RS512");
        it.key = Key::Rs512(it.service.key.clone());
    }),
    change("hs256_by_public_key", "JWT-12", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS256");
        it.key = Key::Hs256(it.service.key.public_pem().into());
    }),
    change("es256_for_rsa", "FIT-1", REFUSED, &["alg"], |it| it.set_header("alg", "ES256")),
    change("kid_left_out", "FIT-2", REFUSED, &["kid"], |it| drop(it.header.remove("kid"))),
    change("kid_number", "FIT-2", REFUSED, &["kid"], |it| it.set_header("kid", 7)),
    change("kid_unknown", "FIT-3", REFUSED, &["kid"], |it| it.set_header("kid", "forge/invocation-token/other")),
    change("kid_in_upper_case", "FIT-3", REFUSED, &["kid"], |it| {
        it.set_header("kid", it.service.key_id.to_uppercase());
    }),
    change("another_key_under_kid", "FIT-3", REFUSED, &["kid"], |it| {
        let mut key = it.service.key.json_web_key(&it.service.key_id);
        key.insert("n".to_owned(), ANOTHER_MODULUS.into());
        it.key_set = key_set(key);
    }),
    change("iss_left_out", "FIT-4", REFUSED, &["iss"], |it| it.leave_out("iss")),
    change("iss_number", "FIT-4", REFUSED, &["iss"], |it| it.set("iss", 5)),
    change("iss_null", "FIT-4", REFUSED, &["iss"], |it| it.set("iss", Value::Null)),
    change("iss_list", "FIT-4", REFUSED, &["iss"], |it| it.set("iss", json!(["forge/invocation-token"]))),
    change("iss_that_begins_like_forge", "FIT-4", REFUSED, &["iss"], |it| it.set("iss", "forge/invocation-token2")),
    change("iss_of_a_tenant", "FIT-4", REFUSED, &["iss"], |it| it.set("iss", TENANT)),
    change("aud_left_out", "FIT-5", REFUSED, &["aud"], |it| it.leave_out("aud")),
    change("aud_number", "FIT-5", REFUSED, &["aud"], |it| it.set("aud", 7)),
    change("aud_empty", "FIT-5", REFUSED, &["aud"], |it| it.set("aud", json!([]))),
    change("aud_of_another_app", "FIT-5", REFUSED, &["aud"], |it| it.set("aud", ANOTHER_FORGE_APP)),
    change("aud_without_prefix", "FIT-5", REFUSED, &["aud"], |it| {
        let id = it.service.audience.rsplit('/').next().unwrap_or_default().to_owned();
        it.set("aud", id);
    }),
    change("aud_that_begins_like_the_app", "FIT-5", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{}0", it.service.audience));
    }),
    change("aud_that_contains_the_app", "FIT-5", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{ANOTHER_FORGE_APP}/{}", it.service.audience));
    }),
    change("aud_of_two_apps_in_one_text", "FIT-5", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{ANOTHER_FORGE_APP},{}", it.service.audience));
    }),
    change("aud_and_app_of_another_app", "FIT-5", REFUSED, &["aud", "app"], |it| {
        it.set("aud", ANOTHER_FORGE_APP);
        it.set("app", json!({ "id": ANOTHER_FORGE_APP }));
    }),
    change("aud_in_upper_case", "FIT-5", REFUSED, &["aud"], |it| it.set("aud", it.service.audience.to_uppercase())),
    change("aud_list_of_the_app", "FIT-5", ACCEPTED, &["aud"], |it| it.set("aud", json!([it.service.audience]))),
    change("aud_list_of_others", "FIT-5", REFUSED, &["aud"], |it| it.set("aud", json!([ANOTHER_FORGE_APP]))),
    change("app_id_of_another_app", "FIT-10", ACCEPTED, &["app"], |it| {
        it.set("app", json!({ "id": ANOTHER_FORGE_APP }));
    }),
    change("app_left_out", "FIT-10", ACCEPTED, &["app"], |it| it.leave_out("app")),
    change("exp_in_a_year", "FIT-6", ACCEPTED, &["exp"], |it| it.set("exp", it.fixture.now + YEAR)),
    change("iat_next_minute", "FIT-8", ACCEPTED, &["iat"], |it| it.set("iat", it.now + 60)),
    change("nbf_left_out", "FIT-7", ACCEPTED, &["nbf"], |it| it.leave_out("nbf")),
    change("jti_left_out", "FIT-10", ACCEPTED, &["jti"], |it| it.leave_out("jti")),
    change("sub_of_a_user", "FIT-10", ACCEPTED, &["sub"], |it| it.set("sub", "557058:a1")),
    change("qsh_of_a_request", "FIT-11", ACCEPTED, &["qsh"], |it| {
        it.set("qsh", qsh_hash::Qsh::of_canonical(b"POST&/&").as_str());
    }),
    change("unknown_claim", "FIT-10", ACCEPTED, &["x"], |it| it.set("x", json!({}))),
];
