//! Changes to tokens that are signed with a shared secret: those of requests between products and apps.

use data_encoding::BASE64;
use qsh_auth::kind::Demand::{Issuer, Present, Text};
use serde_json::{Value, json};

use super::draft::{ANOTHER_SECRET, APP_KEY, Draft};
use super::signing::Key;
use super::{ACCEPTED, Change, REFUSED, change};

/// A year, in seconds.
const YEAR: i64 = 31_536_000;

/// Changes to the algorithm and to the secret. Assertions share them.
pub(super) const SECRETS: &[Change] = &[
    change("hs384", "JWT-8", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS384");
        it.key = Key::Hs384(it.fixture.shared_secret.clone().into());
    }),
    change("hs512", "JWT-8", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "HS512");
        it.key = Key::Hs512(it.fixture.shared_secret.clone().into());
    }),
    change("rs256", "JWT-8", REFUSED, &["alg", "key"], |it| {
        it.set_header("alg", "RS256");
        it.key = Key::Rs256(it.service.key.clone());
    }),
    change("alg_with_hyphen", "JWT-9", REFUSED, &["alg"], |it| it.set_header("alg", "HS-256")),
    change("kid_in_header", "JWT-15", ACCEPTED, &["kid"], |it| it.set_header("kid", "k1")),
    change("secret_of_another_tenant", "CON-2", REFUSED, &["key"], |it| it.key = Key::Hs256(ANOTHER_SECRET.into())),
    change("secret_beyond_ascii", "JWT-18", ACCEPTED, &["key"], |it| {
        it.share("gehe\u{ee}m, wie \u{5bae} und mehr als 32 Zeichen");
    }),
    change("secret_decoded", "JWT-18", REFUSED, &["key"], |it| {
        it.secret = BASE64.encode(it.fixture.shared_secret.as_bytes());
    }),
    change("secret_empty", "JWT-19", REFUSED, &["key"], |it| it.share("")),
    change("secret_short", "JWT-20", ACCEPTED, &["key"], |it| it.share("of 18 bytes, short")),
];

/// Changes to the claims, for all requests between products and apps.
pub(super) const CLAIMS: &[Change] = &[
    change("iss_left_out", "CON-3", REFUSED, &["iss"], |it| it.leave_out("iss")).by_rule("iss", Present),
    change("iss_number", "CON-3", REFUSED, &["iss"], |it| it.set("iss", 5)).by_rule("iss", Text),
    change("iss_null", "CON-3", REFUSED, &["iss"], |it| it.set("iss", Value::Null)).by_rule("iss", Text),
    change("iss_list", "CON-3", REFUSED, &["iss"], |it| {
        let issuer = it.claims["iss"].clone();
        it.set("iss", vec![issuer]);
    })
    .by_rule("iss", Text),
    change("iss_empty", "CON-3", REFUSED, &["iss"], |it| it.set("iss", "")).by_rule("iss", Issuer("")),
    change("iss_unknown", "CON-2", REFUSED, &["iss"], |it| it.set("iss", "nobody")).by_rule("iss", Issuer("")),
    change("iss_in_upper_case", "CON-2", REFUSED, &["iss"], |it| {
        let issuer = it.claims["iss"].as_str().unwrap_or_default().to_uppercase();
        it.set("iss", issuer);
    })
    .by_rule("iss", Issuer("")),
    change("exp_in_a_year", "CON-16", ACCEPTED, &["exp"], |it| it.set("exp", it.fixture.now + it.left + YEAR)),
    change("exp_1e30", "CON-15", ACCEPTED, &["exp"], |it| it.set("exp", 1e30)),
    change("iat_next_minute", "CON-10", ACCEPTED, &["iat"], |it| it.set("iat", it.now + 60)),
    change("iat_behind_exp", "CON-12", ACCEPTED, &["iat"], |it| it.set("iat", it.fixture.now + it.left + 60)),
    change("iat_a_year_ago", "CON-16", ACCEPTED, &["iat"], |it| it.set("iat", it.fixture.now - YEAR)),
    change("aud_of_somebody", "CON-20", ACCEPTED, &["aud"], |it| it.set("aud", "other")),
    change("aud_number", "CON-20", ACCEPTED, &["aud"], |it| it.set("aud", 7)),
    change("aud_empty", "CON-20", ACCEPTED, &["aud"], |it| it.set("aud", json!([]))),
    change("sub_of_a_user", "CON-20", ACCEPTED, &["sub"], |it| it.set("sub", "557058:a1")),
    change("sub_number", "CON-20", ACCEPTED, &["sub"], |it| it.set("sub", 7)),
    change("jti", "CON-21", ACCEPTED, &["jti"], |it| it.set("jti", "once")),
    change("jti_number", "CON-21", ACCEPTED, &["jti"], |it| it.set("jti", 7)),
    change("context", "CON-20", ACCEPTED, &["context"], |it| {
        it.set("context", json!({ "user": { "userKey": "a" } }));
    }),
    change("unknown_claim", "CON-20", ACCEPTED, &["x"], |it| it.set("x", json!({}))),
];

/// Changes to a request from a tenant: its carrier, and an issuer that is no tenant.
pub(super) const TENANT: &[Change] = &[
    change("iss_of_the_app", "CTX-7", REFUSED, &["iss", "aud"], |it| {
        let client = it.claims["iss"].clone();
        it.set("iss", APP_KEY);
        it.set("aud", client);
    }),
    change("no_token", "TRN-12", REFUSED, &["transport"], |it| it.headers.clear()),
    change("scheme_in_lower_case", "TRN-2", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("Authorization", "jwt {}")];
    }),
    change("two_blanks_behind_scheme", "TRN-3", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("Authorization", "JWT  {}")];
    }),
    change("header_name_in_lower_case", "TRN-4", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("authorization", "JWT {}")];
    }),
    change("header_name_in_upper_case", "TRN-4", ACCEPTED, &["transport"], |it| {
        it.headers = vec![("AUTHORIZATION", "JWT {}")];
    }),
    change("bearer", "TRN-5", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "Bearer {}")]),
    change("scheme_without_blank", "TRN-5", REFUSED, &["transport"], |it| {
        it.headers = vec![("Authorization", "JWT{}")];
    }),
    change("token_as_parameter_of_scheme", "TRN-1", REFUSED, &["transport"], |it| {
        it.headers = vec![("Authorization", "JWT token={}")];
    }),
    change("empty_token", "TRN-13", REFUSED, &["transport"], |it| it.headers = vec![("Authorization", "JWT ")]),
    change("in_query", "TRN-6", ACCEPTED, &["transport"], |it| query(it, "jwt={}")),
    change("in_query_with_escaped_name", "TRN-6", ACCEPTED, &["transport"], |it| query(it, "j%77t={}")),
    change("in_query_in_upper_case", "TRN-6", REFUSED, &["transport", "qsh"], |it| query(it, "JWT={}")),
    change("in_header_and_query", "TRN-8", ACCEPTED, &["transport"], |it| it.query = vec!["jwt={}"]),
    change("another_in_query", "TRN-8", REFUSED, &["transport"], |it| it.query = vec!["jwt={another}"]),
    change("twice_in_query", "TRN-9", ACCEPTED, &["transport"], |it| {
        it.headers.clear();
        it.query = vec!["jwt={}", "jwt={}"];
    }),
    change("two_in_query", "TRN-9", REFUSED, &["transport"], |it| {
        it.headers.clear();
        it.query = vec!["jwt={}", "jwt={another}"];
    }),
    change("empty_in_query", "TRN-13", ACCEPTED, &["transport"], |it| it.query = vec!["jwt="]),
    change("in_form_body", "TRN-10", REFUSED, &["transport"], |it| {
        it.headers.clear();
        it.send_form("jwt={}");
    }),
    change("in_cookie", "TRN-11", REFUSED, &["transport"], |it| it.headers = vec![("Cookie", "jwt={}")]),
    change("in_acpt_header", "TRN-11", REFUSED, &["transport"], |it| it.headers = vec![("X-acpt", "{}")]),
];

/// Changes to the hash of a token that is bound to its URL.
pub(super) const HASH: &[Change] = &[
    change("qsh_left_out", "CON-17", REFUSED, &["qsh"], |it| it.leave_out("qsh")),
    change("qsh_number", "CON-17", REFUSED, &["qsh"], |it| it.set("qsh", 5)),
    change("qsh_null", "CON-17", REFUSED, &["qsh"], |it| it.set("qsh", Value::Null)),
    change("qsh_empty", "CON-17", REFUSED, &["qsh"], |it| it.set("qsh", "")),
    change("qsh_of_another_request", "CON-18", REFUSED, &["qsh"], |it| {
        it.set("qsh", qsh_hash::Qsh::of_canonical(b"GET&/other&").as_str());
    }),
    change("qsh_in_upper_case", "CON-18", REFUSED, &["qsh"], |it| with_hash(it, |hash| hash.to_uppercase())),
    change("qsh_with_another_first_digit", "CON-18", REFUSED, &["qsh"], |it| {
        with_hash(it, |hash| another_digit(&hash[..1]) + &hash[1..]);
    }),
    change("qsh_with_another_last_digit", "CON-18", REFUSED, &["qsh"], |it| {
        with_hash(it, |hash| hash[..63].to_owned() + &another_digit(&hash[63..]));
    }),
    change("qsh_cut", "CON-18", REFUSED, &["qsh"], |it| with_hash(it, |hash| hash[..32].to_owned())),
    change("qsh_longer", "CON-18", REFUSED, &["qsh"], |it| with_hash(it, |hash| hash.to_owned() + "0")),
    change("qsh_of_context", "CTX-2", REFUSED, &["qsh"], |it| it.set("qsh", "context-qsh")),
];

/// Changes for an endpoint that accepts context tokens.
pub(super) const CONTEXT: &[Change] = &[
    change("qsh_left_out", "CTX-5", REFUSED, &["qsh"], |it| it.leave_out("qsh")),
    change("qsh_empty", "CTX-3", REFUSED, &["qsh"], |it| it.set("qsh", "")),
    change("qsh_in_upper_case", "CTX-3", REFUSED, &["qsh"], |it| it.set("qsh", "Context-QSH")),
    change("qsh_cut", "CTX-3", REFUSED, &["qsh"], |it| it.set("qsh", "context")),
    change("qsh_longer", "CTX-3", REFUSED, &["qsh"], |it| it.set("qsh", "context-qsh2")),
    change("qsh_with_blank", "CTX-3", REFUSED, &["qsh"], |it| it.set("qsh", "context-qsh ")),
    change("qsh_of_the_url", "CTX-4", REFUSED, &["qsh"], |it| {
        it.set("qsh", qsh_hash::Qsh::of_canonical(b"GET&/&").as_str());
    }),
];

pub(super) fn query(it: &mut Draft, parameter: &'static str) {
    it.headers.clear();
    it.query = vec![parameter];
}

fn another_digit(digit: &str) -> String {
    if digit == "0" { "1" } else { "0" }.to_owned()
}

fn with_hash(it: &mut Draft, rewritten: impl Fn(&str) -> String) {
    let hash = rewritten(it.claims["qsh"].as_str().unwrap_or_default());
    it.set("qsh", hash);
}
