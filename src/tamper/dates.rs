//! Changes to the dates. All kinds share them.

use qsh_auth::kind::Demand::{self, AfterIssue, Begun, Date, NotPassed, Present};
use serde_json::{Value, json};

use super::draft::Draft;
use super::{ACCEPTED, Change, REFUSED};

pub(super) const CHANGES: &[Change] = &[
    date("exp_a_second_ago", "CON-7", ("exp", NotPassed), REFUSED, &["now", "exp"], |it| {
        it.now = it.fixture.now + it.left + 1;
    }),
    date("exp_this_second", "CON-8", ("exp", NotPassed), ACCEPTED, &["now", "exp"], |it| {
        it.now = it.fixture.now + it.left;
    }),
    date("exp_within_leeway", "CON-5", ("exp", NotPassed), ACCEPTED, &["now", "exp"], |it| late(it, 29)),
    date("exp_beyond_leeway", "CON-5", ("exp", NotPassed), REFUSED, &["now", "exp"], |it| late(it, 31)),
    date("exp_left_out", "CON-6", ("exp", Present), REFUSED, &["exp"], |it| it.leave_out("exp")),
    date("exp_text", "CON-13", ("exp", Date), REFUSED, &["exp"], |it| {
        it.set("exp", (it.fixture.now + it.left).to_string());
    }),
    date("exp_true", "CON-13", ("exp", Date), REFUSED, &["exp"], |it| it.set("exp", true)),
    date("exp_null", "CON-13", ("exp", Date), REFUSED, &["exp"], |it| it.set("exp", Value::Null)),
    date("exp_list", "CON-13", ("exp", Date), REFUSED, &["exp"], |it| it.set("exp", json!([it.fixture.now + it.left]))),
    date("exp_with_fraction", "CON-14", ("exp", Date), ACCEPTED, &["exp"], |it| {
        it.set("exp", (it.fixture.now + it.left) as f64 - 0.5);
    }),
    date("exp_with_exponent", "CON-14", ("exp", Date), ACCEPTED, &["exp", "claims"], |it| {
        it.claims_text = with_exponent;
    }),
    date("exp_negative", "CON-15", ("exp", AfterIssue), REFUSED, &["exp"], |it| it.set("exp", -1)),
    date("iat_left_out", "CON-9", ("iat", Present), REFUSED, &["iat"], |it| it.leave_out("iat")),
    date("iat_text", "CON-13", ("iat", Date), REFUSED, &["iat"], |it| {
        it.set("iat", (it.fixture.now - it.age).to_string());
    }),
    date("iat_true", "CON-13", ("iat", Date), REFUSED, &["iat"], |it| it.set("iat", true)),
    date("iat_null", "CON-13", ("iat", Date), REFUSED, &["iat"], |it| it.set("iat", Value::Null)),
    date("iat_with_fraction", "CON-14", ("iat", Date), ACCEPTED, &["iat"], |it| {
        it.set("iat", (it.fixture.now - it.age) as f64 + 0.5);
    }),
    date("nbf_next_second", "CON-11", ("nbf", Begun), REFUSED, &["nbf"], |it| {
        it.set("nbf", it.now + i64::from(it.leeway) + 1);
    }),
    date("nbf_this_second", "CON-11", ("nbf", Begun), ACCEPTED, &["nbf"], |it| it.set("nbf", it.now)),
    date("nbf_within_leeway", "CON-5", ("nbf", Begun), ACCEPTED, &["nbf", "now"], |it| {
        it.leeway = 30;
        it.set("nbf", it.fixture.now + 29);
    }),
    date("nbf_text", "CON-13", ("nbf", Date), REFUSED, &["nbf"], |it| {
        it.set("nbf", (it.fixture.now - it.age).to_string());
    }),
    date("nbf_null", "CON-13", ("nbf", Date), REFUSED, &["nbf"], |it| it.set("nbf", Value::Null)),
];

/// A row of the table. `clause` is the one of Connect; the table of kinds has the one of another kind, for its rule.
const fn date(
    name: &'static str,
    clause: &'static str,
    rule: (&'static str, Demand),
    is_accepted: bool,
    parts: &'static [&'static str],
    apply: fn(&mut Draft),
) -> Change {
    Change { name, clause, rule: Some(rule), is_accepted, parts, apply }
}

/// Writes the ten digits of `exp` with an exponent.
fn with_exponent(text: String) -> String {
    let name = "\"exp\":1";
    let Some(at) = text.find(name).map(|at| at + name.len()) else { return text };
    format!("{}.{}e9{}", &text[..at], &text[at..at + 9], &text[at + 9..])
}

/// Verifies the token this number of seconds after it expired, with a leeway of 30 seconds.
fn late(it: &mut Draft, seconds: i64) {
    it.leeway = 30;
    it.now = it.fixture.now + it.left + seconds;
}
