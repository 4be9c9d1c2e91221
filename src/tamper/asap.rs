//! Changes to an ASAP token.

use serde_json::{Value, json};

use super::draft::Draft;
use super::fixture::Service;
use super::signing::{ANOTHER_PUBLIC_KEY, Key};
use super::{ACCEPTED, Change, REFUSED, change};

pub(super) const CHANGES: &[Change] = &[
    change("rs512", "ASAP-2", ACCEPTED, &["alg", "key"], |it| {
        it.set_header("alg", "RS512");
        it.key = Key::Rs512(it.service.key.clone());
    }),
    change("hs256_by_public_key", "JWT-12", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS256");
        it.key = Key::Hs256(it.service.key.public_pem().into());
    }),
    change("es256_for_rsa", "ASAP-3", REFUSED, &["alg"], |it| it.set_header("alg", "ES256")),
    change("eddsa", "ASAP-2", REFUSED, &["alg"], |it| it.set_header("alg", "EdDSA")),
    change("kid_left_out", "ASAP-5", REFUSED, &["kid"], |it| drop(it.header.remove("kid"))),
    change("kid_number", "ASAP-5", REFUSED, &["kid"], |it| it.set_header("kid", 7)),
    change("kid_among_claims", "ASAP-5", REFUSED, &["kid"], |it| {
        it.header.remove("kid");
        it.set("kid", it.service.key_id.clone());
    }),
    change("kid_empty", "ASAP-6", REFUSED, &["kid"], |it| named(it, |_| String::new())),
    change("kid_with_slash_at_end", "ASAP-6", REFUSED, &["kid"], |it| named(it, |it| format!("{}/", it.key_id))),
    change("kid_with_empty_segment", "ASAP-6", REFUSED, &["kid"], |it| {
        named(it, |it| it.key_id.replacen('/', "//", 1));
    }),
    change("kid_with_parent_segment", "ASAP-6", REFUSED, &["kid"], |it| {
        named(it, |it| format!("{}/../{}", it.issuer, it.key_id));
    }),
    change("kid_with_dots_inside", "ASAP-6", ACCEPTED, &["kid"], |it| named(it, |it| format!("{}/a..b", it.issuer))),
    change("kid_with_blank", "ASAP-7", REFUSED, &["kid"], |it| named(it, |it| format!("{}/a b", it.issuer))),
    change("kid_with_escape", "ASAP-7", REFUSED, &["kid"], |it| named(it, |it| format!("{}/%2e%2e", it.issuer))),
    change("kid_with_line_end", "ASAP-7", REFUSED, &["kid"], |it| named(it, |it| format!("{}\n", it.key_id))),
    change("kid_unknown", "ASAP-8", REFUSED, &["kid"], |it| {
        it.set_header("kid", format!("{}/other", it.service.issuer));
    }),
    change("another_key_under_kid", "ASAP-8", REFUSED, &["kid"], |it| {
        it.public_keys.insert(it.service.key_id.clone(), ANOTHER_PUBLIC_KEY.to_owned());
    }),
    change("kid_of_another_service", "ASAP-10", REFUSED, &["kid"], |it| named(it, |_| "other/k1".to_owned())),
    change("kid_that_begins_like_the_issuer", "ASAP-10", REFUSED, &["kid"], |it| {
        named(it, |it| format!("{}2/k1", it.issuer));
    }),
    change("kid_equal_to_issuer", "ASAP-11", REFUSED, &["kid"], |it| named(it, |it| it.issuer.clone())),
    change("iss_left_out", "ASAP-12", REFUSED, &["iss"], |it| it.leave_out("iss")),
    change("iss_number", "ASAP-13", REFUSED, &["iss"], |it| it.set("iss", 5)),
    change("iss_null", "ASAP-13", REFUSED, &["iss"], |it| it.set("iss", Value::Null)),
    change("iss_of_another_service", "ASAP-10", REFUSED, &["iss", "kid"], |it| it.set("iss", "other")),
    change("jti_left_out", "ASAP-12", REFUSED, &["jti"], |it| it.leave_out("jti")),
    change("jti_number", "ASAP-13", REFUSED, &["jti"], |it| it.set("jti", 7)),
    change("jti_null", "ASAP-13", REFUSED, &["jti"], |it| it.set("jti", Value::Null)),
    change("sub_of_the_issuer", "ASAP-22", ACCEPTED, &["sub"], |it| it.set("sub", it.service.issuer.clone())),
    change("sub_of_somebody", "ASAP-23", REFUSED, &["sub"], |it| it.set("sub", "user")),
    change("sub_number", "ASAP-13", REFUSED, &["sub"], |it| it.set("sub", 7)),
    change("iat_next_second", "ASAP-15", REFUSED, &["iat", "nbf", "exp"], |it| {
        let issued = it.now + i64::from(it.leeway) + 1;
        it.set("iat", issued);
        it.set("exp", issued + it.left);
    }),
    change("iat_an_hour_before_exp", "ASAP-17", ACCEPTED, &["iat"], |it| {
        it.set("iat", it.fixture.now + it.left - 3600);
    }),
    change("iat_more_than_an_hour_before_exp", "ASAP-17", REFUSED, &["iat"], |it| {
        it.set("iat", it.fixture.now + it.left - 3601);
    }),
    change("iat_behind_exp", "ASAP-18", REFUSED, &["iat"], |it| it.set("iat", it.fixture.now + it.left + 1)),
    change("nbf_before_iat", "ASAP-19", ACCEPTED, &["nbf"], |it| it.set("nbf", it.fixture.now - 600)),
    change("aud_left_out", "ASAP-12", REFUSED, &["aud"], |it| it.leave_out("aud")),
    change("aud_of_another_server", "ASAP-20", REFUSED, &["aud"], |it| it.set("aud", another_server(it))),
    change("aud_that_begins_like_the_server", "ASAP-20", REFUSED, &["aud"], |it| {
        it.set("aud", format!("{}2", it.service.audience));
    }),
    change("aud_in_upper_case", "ASAP-20", REFUSED, &["aud"], |it| it.set("aud", it.service.audience.to_uppercase())),
    change("aud_list_with_the_server", "ASAP-20", ACCEPTED, &["aud"], |it| {
        it.set("aud", json!([another_server(it), it.service.audience]));
    }),
    change("aud_list_of_others", "ASAP-20", REFUSED, &["aud"], |it| {
        it.set("aud", json!([another_server(it)]));
    }),
    change("aud_number", "ASAP-21", REFUSED, &["aud"], |it| it.set("aud", 7)),
    change("aud_empty", "ASAP-21", REFUSED, &["aud"], |it| it.set("aud", json!([]))),
    change("unknown_claim", "ASAP-13", ACCEPTED, &["x"], |it| it.set("x", json!({}))),
];

/// The name of a server that is not the receiver.
fn another_server(it: &Draft) -> &'static str {
    if it.service.audience == "other" { "another" } else { "other" }
}

/// Gives the service's key another name, both in the token and in the receiver's key store.
fn named(it: &mut Draft, name: impl Fn(&Service) -> String) {
    let key_id = name(&it.service);
    it.public_keys.insert(key_id.clone(), it.service.key.public_pem().to_owned());
    it.set_header("kid", key_id);
}
