//! Changes to an install callback.

use serde_json::{Value, json};

use super::connect::query;
use super::signing::{ANOTHER_PUBLIC_KEY, Key};
use super::{ACCEPTED, Change, REFUSED, change};

/// A year, in seconds.
const YEAR: i64 = 31_536_000;

pub(super) const CHANGES: &[Change] = &[
    change("rs512", "INS-1", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "RS512");
        it.key = Key::Rs512(it.service.key.clone());
    }),
    change("hs256_by_shared_secret", "INS-1", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS256");
        it.key = Key::Hs256(it.fixture.shared_secret.clone().into());
    }),
    change("hs256_by_public_key", "JWT-12", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS256");
        it.key = Key::Hs256(it.service.key.public_pem().into());
    }),
    change("es256_for_rsa", "INS-1", REFUSED, &["alg"], |it| it.set_header("alg", "ES256")),
    change("kid_left_out", "INS-2", REFUSED, &["kid"], |it| drop(it.header.remove("kid"))),
    change("kid_number", "INS-2", REFUSED, &["kid"], |it| it.set_header("kid", 7)),
    change("kid_unknown", "INS-3", REFUSED, &["kid"], |it| {
        it.set_header("kid", "0e50fccb-239d-4991-a5db-dc850ba3f236");
    }),
    change("kid_in_upper_case", "INS-3", REFUSED, &["kid"], |it| {
        it.set_header("kid", it.service.key_id.to_uppercase());
    }),
    change("kid_with_parent_segment", "INS-3", REFUSED, &["kid"], |it| {
        it.set_header("kid", format!("a/../{}", it.service.key_id));
    }),
    change("kid_with_escape", "INS-3", REFUSED, &["kid"], |it| it.set_header("kid", escaped(&it.service.key_id))),
    change("another_key_under_kid", "INS-3", REFUSED, &["kid"], |it| {
        it.public_keys.insert(it.service.key_id.clone(), ANOTHER_PUBLIC_KEY.to_owned());
    }),
    change("iss_left_out", "INS-4", REFUSED, &["iss"], |it| it.leave_out("iss")),
    change("iss_number", "INS-4", REFUSED, &["iss"], |it| it.set("iss", 5)),
    change("iss_null", "INS-4", REFUSED, &["iss"], |it| it.set("iss", Value::Null)),
    change("iss_empty", "INS-4", REFUSED, &["iss"], |it| it.set("iss", "")),
    change("iss_of_another_tenant", "INS-4", REFUSED, &["iss"], |it| {
        it.set("iss", "c2d9a1f4-5e83-4a07-b6d1-90f7e3a8b25c");
    }),
    change("iss_in_upper_case", "INS-4", REFUSED, &["iss"], |it| it.set("iss", it.service.issuer.to_uppercase())),
    change("aud_left_out", "INS-5", REFUSED, &["aud"], |it| it.leave_out("aud")),
    change("aud_null", "INS-5", REFUSED, &["aud"], |it| it.set("aud", Value::Null)),
    change("aud_number", "INS-5", REFUSED, &["aud"], |it| it.set("aud", 7)),
    change("aud_empty", "INS-5", REFUSED, &["aud"], |it| it.set("aud", json!([]))),
    change("aud_empty_text", "INS-6", REFUSED, &["aud"], |it| it.set("aud", "")),
    change("aud_of_another_app", "INS-6", REFUSED, &["aud"], |it| it.set("aud", ANOTHER_APP)),
    change("aud_that_begins_like_the_app", "INS-6", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{}.example.org", it.service.audience));
    }),
    change("aud_that_contains_the_app", "INS-6", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{ANOTHER_APP}?{}", it.service.audience));
    }),
    change("aud_in_upper_case", "INS-6", REFUSED, &["aud"], |it| it.set("aud", it.service.audience.to_uppercase())),
    change("aud_with_slash", "INS-7", ACCEPTED, &["aud"], |it| it.set("aud", format!("{}/", it.service.audience))),
    change("aud_list_of_the_app", "INS-5", ACCEPTED, &["aud"], |it| it.set("aud", json!([it.service.audience]))),
    change("aud_list_with_the_app_last", "INS-8", ACCEPTED, &["aud"], |it| {
        it.set("aud", json!([ANOTHER_APP, it.service.audience]));
    }),
    change("aud_list_of_others", "INS-6", REFUSED, &["aud"], |it| it.set("aud", json!([ANOTHER_APP]))),
    change("exp_in_a_year", "CON-16", ACCEPTED, &["exp"], |it| it.set("exp", it.fixture.now + it.left + YEAR)),
    change("iat_next_minute", "CON-10", ACCEPTED, &["iat"], |it| it.set("iat", it.now + 60)),
    change("iat_a_year_ago", "CON-16", ACCEPTED, &["iat"], |it| it.set("iat", it.fixture.now - YEAR)),
    change("sub_of_a_user", "CON-20", ACCEPTED, &["sub"], |it| it.set("sub", "557058:a1")),
    change("jti", "CON-21", ACCEPTED, &["jti"], |it| it.set("jti", "once")),
    change("unknown_claim", "CON-20", ACCEPTED, &["x"], |it| it.set("x", json!({}))),
    change("no_token", "INS-13", REFUSED, &["transport"], |it| it.headers.clear()),
    change("scheme_in_lower_case", "TRN-2", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("Authorization", "jwt {}")];
    }),
    change("header_name_in_lower_case", "TRN-4", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("authorization", "JWT {}")];
    }),
    change("bearer", "TRN-5", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "Bearer {}")]),
    change("scheme_without_blank", "TRN-5", REFUSED, &["transport"], |it| {
        it.headers = vec![("Authorization", "JWT{}")];
    }),
    change("empty_token", "TRN-13", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "JWT ")]),
    change("in_query", "INS-12", REFUSED, &["transport"], |it| query(it, "jwt={}")),
    change("in_acpt_header", "INS-12", REFUSED, &["transport"], |it| it.headers = vec![("X-acpt", "{}")]),
];

/// The base URL of another app.
const ANOTHER_APP: &str = "https://other.example";

/// A key id with its slashes escaped, or with an escape of its first letter if it has none.
fn escaped(key_id: &str) -> String {
    if key_id.contains('/') {
        return key_id.replace('/', "%2F");
    }
    key_id
        .chars()
        .next()
        .map_or_else(String::new, |first| format!("%{:02X}{}", first as u32, &key_id[first.len_utf8()..]))
}
