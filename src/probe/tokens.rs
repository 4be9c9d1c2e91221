//! The checks of tokens: every change of `tamper` that a running app can be sent, freshly signed.

use std::sync::LazyLock;

use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::check::{Check, bare, carrying, placed, without_secrets};
use super::kind::{good_clause, may_take_once, no_token_clause, reuse_clause};
use super::open::is_open;
use super::settings::{Settings, TokenIn, now};
use crate::suite::case::Question;
use crate::tamper::{
    Change, Fixture, PrivateKey, Service, TamperedToken, TokenKind, change_named, changes, good_claims, signed,
    signed_with_key,
};

/// Checks with one subject. Between two groups the good request is sent again.
pub(super) const GROUPS: [&str; 7] = ["transport", "algorithm", "key", "signature", "hash", "claims", "form"];

/// A good request.
pub(super) fn good(settings: &Settings) -> Check {
    let token = TamperedToken::good(settings.kind, settings.request());
    let question = placed(settings, without_secrets(token.question_in(&settings.fixture(0))));
    Check::new("start", "good_token", good_clause(settings.kind), true, question)
        .with_summary("a good token is accepted")
}

/// The name of the change that a check makes.
pub(super) fn change_name(settings: &Settings, name: &str) -> Option<&'static str> {
    changes(settings.kind).map(|change| change.name).find(|it| *it == name)
}

/// A request without a token.
pub(super) fn without_token(settings: &Settings) -> Check {
    let question = bare(settings, settings.request());
    let check = Check::new("start", "no_token", no_token_clause(settings.kind), false, question);
    check.with_summary("a request without a token is refused")
}

/// A good token that the app has seen before.
pub(super) fn reused(settings: &Settings, question: Question) -> Check {
    let check = Check::new("request", "reused_token", reuse_clause(settings.kind), true, question);
    let check = check.with_summary("a token is accepted a second time, while it lives");
    if may_take_once(settings.kind) { check.open() } else { check }
}

/// A token with a wrong signature, sent after a good one.
pub(super) fn bad(settings: &Settings) -> Option<Check> {
    let change = changes(settings.kind).find(|change| change.name == "signature_altered")?;
    let question = tampered(settings, change, 0)?.case.question;
    let check = Check::new("start", "bad_token_after_good", "JWT-17", false, question);
    Some(check.with_summary("a token with a wrong signature is refused, after a good one"))
}

/// A good token, and the same one with a wrong signature. An app that remembers tokens by their `jti` can mix them up.
pub(super) fn good_and_altered(settings: &Settings) -> Option<(Question, Check)> {
    let fixture = settings.fixture(0);
    let good = TamperedToken::good(settings.kind, settings.request());
    let altered = good.clone().with(change_named(settings.kind, "signature_altered")?)?;
    let [good, altered] = [good, altered].map(|token| placed(settings, without_secrets(token.question_in(&fixture))));
    let check = Check::new("request", "signature_altered_of_known_token", "JWT-17", false, altered);
    Some((good, check.with_summary("a token with the jti of a good one and a wrong signature is refused")))
}

/// The checks of a group, signed now. `leeway` is that of the app.
pub(super) fn group(settings: &Settings, group: &str, leeway: u32) -> Vec<Check> {
    let of_group = changes(settings.kind).filter(|change| group_of(change) == group && change.name != "no_token");
    let is_not_begun = |change: &Change| {
        // A service with ASAP may allow shorter lives than this token has.
        change.name == "nbf_next_second" && i64::from(leeway) < AHEAD && settings.kind != TokenKind::Asap
    };
    let check = |change: &'static Change| match is_not_begun(change) {
        true => Some(not_begun(settings, change)),
        false => tampered(settings, change, leeway),
    };
    of_group.filter_map(check).collect()
}

/// The seconds until a token begins to be good. Its command proves something until then.
const AHEAD: i64 = 3_600;

/// A token that is good in an hour.
fn not_begun(settings: &Settings, change: &Change) -> Check {
    let at = now();
    let mut claims = claims(settings, &settings.request(), at);
    claims.insert("nbf".to_owned(), Value::from(at + AHEAD));
    claims.insert("exp".to_owned(), Value::from(at + AHEAD + 120));
    let question = claiming(settings, settings.request(), &claims);
    let check = Check::new(group_of(change), change.name, change.clause(settings.kind), change.is_accepted, question);
    check.with_summary("a token that is good in an hour is refused")
}

/// The group of a change, by the clause that decides about it.
fn group_of(change: &Change) -> &'static str {
    // A change that several kinds share is in one group for each of them.
    let clause = change.clause(TokenKind::Url);
    let number = clause.split_once('-').and_then(|(_, number)| number.parse().ok()).unwrap_or(0);
    match (clause.split('-').next().unwrap_or_default(), number) {
        ("TRN", _) | ("INS", 12..) => "transport",
        ("JWT", 7..=15) | ("INS" | "FIT", 1) | ("ASAP", 2..=4) => "algorithm",
        ("INS" | "FIT", 2..=3) | ("ASAP", 5..=11) => "key",
        ("JWT", 16..) | ("CON", 2) => "signature",
        ("JWT", _) => "form",
        ("CON", 17..=19) | ("CTX", _) => "hash",
        _ => "claims",
    }
}

/// The check of one change. `None` if a running app cannot be sent it: it changes what the app knows, it needs a method that
/// nobody has asked for, or it changes nothing of what was given, such as the case of a key id in upper case.
pub(super) fn tampered(settings: &Settings, change: &'static Change, leeway: u32) -> Option<Check> {
    let good = TamperedToken::good(settings.kind, settings.request());
    let token = good.clone().with(change)?;
    let fixture = settings.fixture(leeway);
    let question = token.question_in(&fixture);
    if token.changes_receiver() || question == good.question_in(&fixture) {
        return None;
    }
    let question = placed(settings, without_secrets(question));
    if question.request().is_some_and(|request| request.method != settings.method) {
        return None;
    }
    let check = Check::new(group_of(change), change.name, change.clause(settings.kind), change.is_accepted, question);
    Some(if is_open(settings.kind, change) { check.open() } else { check })
}

/// The defects that are sent in the parameter `jwt`, too: an app can check both places in different ways.
const IN_QUERY: [&str; 10] = [
    "alg_none_unsigned",
    "signature_altered",
    "signature_empty",
    "secret_of_another_tenant",
    "iss_unknown",
    "qsh_left_out",
    "qsh_of_another_request",
    "qsh_of_context",
    "exp_left_out",
    "exp_null",
];

/// The most severe defects in the other place, the parameter `jwt`.
pub(super) fn in_parameter(settings: &Settings) -> Vec<Check> {
    let settings = Settings { token_in: TokenIn::Query, ..settings.clone() };
    let of_query = changes(settings.kind).filter(|change| IN_QUERY.contains(&change.name));
    let check = |change: &'static Change| {
        let question = tampered(&settings, change, 0)?.case.question;
        let clause = change.clause(settings.kind);
        Some(Check::new("parameter", &format!("{}_in_query", change.name), clause, change.is_accepted, question))
    };
    of_query.filter_map(check).collect()
}

/// Malformed tokens that were accepted, each with a signature by another secret; and a text that is no token.
pub(super) fn garbage(settings: &Settings, accepted: &[&'static str]) -> Vec<Check> {
    let service = settings.service.clone().map(|service| Service { key: nobodys_key(), ..service });
    let other = Settings { shared_secret: ANOTHER_SECRET.to_owned(), service, ..settings.clone() };
    let malformed = accepted.iter().filter_map(|name| {
        let change = changes(settings.kind).find(|change| change.name == *name)?;
        let question = tampered(&other, change, 0)?.case.question;
        Some(Check::new("garbage", &format!("{name}_by_another_secret"), "JWT-17", false, question))
    });
    let text = carrying(settings, settings.request(), "a.b.c");
    malformed.chain([Check::new("garbage", "not_a_token", "JWT-4", false, text)]).collect()
}

/// A private key that no app trusts. It is made once.
pub(super) fn nobodys_key() -> PrivateKey {
    static KEY: LazyLock<PrivateKey> = LazyLock::new(PrivateKey::generate);
    KEY.clone()
}

/// A secret that no tenant has.
const ANOTHER_SECRET: &str = "a secret that no tenant of this app has";

/// The claims of a good token for a request, issued a minute ago.
pub(super) fn claims(settings: &Settings, request: &Input, now: i64) -> Map<String, Value> {
    good_claims(settings.kind, request, &Fixture { now, ..settings.fixture(0) })
}

/// The text of a token with these claims, signed as every good one.
pub(super) fn token(settings: &Settings, claims: &Map<String, Value>) -> String {
    match &settings.service {
        Some(service) => signed_with_key(&header(&service.key_id), claims, &service.key),
        None => signed(claims, settings.shared_secret.as_bytes()),
    }
}

/// The header of a token that is signed with a private key.
pub(super) fn header(key_id: &str) -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": key_id })
}

/// The question that sends a token with these claims in a request.
pub(super) fn claiming(settings: &Settings, request: Input, claims: &Map<String, Value>) -> Question {
    carrying(settings, request, &token(settings, claims))
}
