//! Changes to the dates. Connect and ASAP share them.

use serde_json::{Value, json};

use super::draft::{AGE, Draft, LEFT, NOW};
use super::{ACCEPTED, Change, REFUSED, change};

pub(super) const CHANGES: &[Change] = &[
    change("exp_a_second_ago", &["CON-7", "ASAP-14"], REFUSED, &["now", "exp"], |it| it.now = NOW + LEFT + 1),
    change("exp_this_second", &["CON-8", "ASAP-14"], ACCEPTED, &["now", "exp"], |it| it.now = NOW + LEFT),
    change("exp_within_leeway", &["CON-5", "ASAP-14"], ACCEPTED, &["now", "exp"], |it| late(it, 29)),
    change("exp_beyond_leeway", &["CON-5", "ASAP-14"], REFUSED, &["now", "exp"], |it| late(it, 31)),
    change("exp_left_out", &["CON-6", "ASAP-12"], REFUSED, &["exp"], |it| it.leave_out("exp")),
    change("exp_text", &["CON-13", "ASAP-13"], REFUSED, &["exp"], |it| it.set("exp", (NOW + LEFT).to_string())),
    change("exp_true", &["CON-13", "ASAP-13"], REFUSED, &["exp"], |it| it.set("exp", true)),
    change("exp_null", &["CON-13", "ASAP-13"], REFUSED, &["exp"], |it| it.set("exp", Value::Null)),
    change("exp_list", &["CON-13", "ASAP-13"], REFUSED, &["exp"], |it| it.set("exp", json!([NOW + LEFT]))),
    change("exp_with_fraction", &["CON-14", "ASAP-13"], ACCEPTED, &["exp"], |it| {
        it.set("exp", (NOW + LEFT) as f64 - 0.5);
    }),
    change("exp_with_exponent", &["CON-14", "ASAP-13"], ACCEPTED, &["exp", "claims"], |it| {
        it.claims_text = |text| text.replacen("\"exp\":1700000120", "\"exp\":1.70000012e9", 1);
    }),
    change("exp_negative", &["CON-15", "ASAP-18"], REFUSED, &["exp"], |it| it.set("exp", -1)),
    change("iat_left_out", &["CON-9", "ASAP-12"], REFUSED, &["iat"], |it| it.leave_out("iat")),
    change("iat_text", &["CON-13", "ASAP-13"], REFUSED, &["iat"], |it| it.set("iat", (NOW - AGE).to_string())),
    change("iat_true", &["CON-13", "ASAP-13"], REFUSED, &["iat"], |it| it.set("iat", true)),
    change("iat_null", &["CON-13", "ASAP-13"], REFUSED, &["iat"], |it| it.set("iat", Value::Null)),
    change("iat_with_fraction", &["CON-14", "ASAP-13"], ACCEPTED, &["iat"], |it| {
        it.set("iat", (NOW - AGE) as f64 + 0.5);
    }),
    change("nbf_next_second", &["CON-11", "ASAP-14"], REFUSED, &["nbf"], |it| {
        it.set("nbf", it.now + i64::from(it.leeway) + 1);
    }),
    change("nbf_this_second", &["CON-11", "ASAP-14"], ACCEPTED, &["nbf"], |it| it.set("nbf", it.now)),
    change("nbf_within_leeway", &["CON-5", "ASAP-14"], ACCEPTED, &["nbf", "now"], |it| {
        it.leeway = 30;
        it.set("nbf", NOW + 29);
    }),
    change("nbf_text", &["CON-13", "ASAP-13"], REFUSED, &["nbf"], |it| it.set("nbf", (NOW - AGE).to_string())),
    change("nbf_null", &["CON-13", "ASAP-13"], REFUSED, &["nbf"], |it| it.set("nbf", Value::Null)),
];

/// Verifies the token this number of seconds after it expired, with a leeway of 30 seconds.
fn late(it: &mut Draft, seconds: i64) {
    it.leeway = 30;
    it.now = NOW + LEFT + seconds;
}
