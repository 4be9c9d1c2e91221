//! Changes to an assertion for user impersonation.

use serde_json::{Value, json};

use super::draft::{ACCOUNT, APP_KEY, CLIENT_ID, SERVER_OF_TOKENS, SITE};
use super::{ACCEPTED, Change, REFUSED, change};

pub(super) const CHANGES: &[Change] = &[
    change("iss_left_out", "IMP-2", REFUSED, &["iss"], |it| it.leave_out("iss")),
    change("iss_number", "IMP-2", REFUSED, &["iss"], |it| it.set("iss", 5)),
    change("iss_null", "IMP-2", REFUSED, &["iss"], |it| it.set("iss", Value::Null)),
    change("iss_without_urn", "IMP-2", REFUSED, &["iss"], |it| it.set("iss", CLIENT_ID)),
    change("iss_of_another_app", "IMP-2", REFUSED, &["iss"], |it| {
        it.set("iss", "urn:atlassian:connect:clientid:another");
    }),
    change("iss_of_the_app", "IMP-2", REFUSED, &["iss"], |it| it.set("iss", APP_KEY)),
    change("sub_left_out", "IMP-3", REFUSED, &["sub"], |it| it.leave_out("sub")),
    change("sub_number", "IMP-3", REFUSED, &["sub"], |it| it.set("sub", 7)),
    change("sub_without_urn", "IMP-3", REFUSED, &["sub"], |it| it.set("sub", ACCOUNT)),
    change("sub_of_a_user_key", "IMP-3", ACCEPTED, &["sub"], |it| {
        it.set("sub", "urn:atlassian:connect:userkey:admin");
    }),
    change("tnt_left_out", "IMP-4", REFUSED, &["tnt"], |it| it.leave_out("tnt")),
    change("tnt_number", "IMP-4", REFUSED, &["tnt"], |it| it.set("tnt", 7)),
    change("tnt_of_confluence", "IMP-4", ACCEPTED, &["tnt"], |it| it.set("tnt", format!("{SITE}/wiki"))),
    change("aud_left_out", "IMP-5", REFUSED, &["aud"], |it| it.leave_out("aud")),
    change("aud_number", "IMP-5", REFUSED, &["aud"], |it| it.set("aud", 7)),
    change("aud_empty", "IMP-5", REFUSED, &["aud"], |it| it.set("aud", json!([]))),
    change("aud_of_the_site", "IMP-5", REFUSED, &["aud"], |it| it.set("aud", SITE)),
    change("aud_with_slash", "IMP-5", REFUSED, &["aud"], |it| it.set("aud", format!("{SERVER_OF_TOKENS}/"))),
    change("aud_list_with_the_server", "IMP-5", ACCEPTED, &["aud"], |it| {
        it.set("aud", json!([SITE, SERVER_OF_TOKENS]));
    }),
    change("iat_next_second", "IMP-6", REFUSED, &["iat"], |it| it.set("iat", it.now + i64::from(it.leeway) + 1)),
    change("iat_more_than_a_minute_before_exp", "IMP-7", REFUSED, &["iat"], |it| {
        it.set("iat", it.fixture.now + it.left - 61);
    }),
    change("exp_more_than_a_minute_after_iat", "IMP-7", REFUSED, &["exp"], |it| {
        it.set("exp", it.fixture.now - it.age + 61);
    }),
    change("iat_after_exp", "IMP-7", REFUSED, &["iat"], |it| it.set("iat", it.fixture.now + it.left + 1)),
    change("jti", "IMP-8", ACCEPTED, &["jti"], |it| it.set("jti", "once")),
    change("qsh_of_a_request", "IMP-8", ACCEPTED, &["qsh"], |it| {
        it.set("qsh", qsh_hash::Qsh::of_canonical(b"POST&/oauth2/token&").as_str());
    }),
    change("unknown_claim", "IMP-8", ACCEPTED, &["x"], |it| it.set("x", json!({}))),
];
