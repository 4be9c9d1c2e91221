//! The checks of tokens: every change of `tamper` that a running app can be sent, freshly signed.

use std::sync::LazyLock;

use qsh_auth::kind::CONTEXT_QSH;
use qsh_diagnose::Input;
use serde_json::{Map, Value, json};

use super::check::{Check, bare, carrying, placed, without_secrets};
use super::kind::{good_clause, no_token_clause, reuse_clause};
use super::settings::{Settings, TokenIn, token_id};
use crate::suite::case::Question;
use crate::tamper::{Change, PrivateKey, Service, TamperedToken, TokenKind, changes, signed, signed_with_key};

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
    check.with_summary("a token is accepted a second time, while it lives")
}

/// A token with a wrong signature, sent after a good one.
pub(super) fn bad(settings: &Settings) -> Option<Check> {
    let change = changes(settings.kind).find(|change| change.name == "signature_altered")?;
    let question = tampered(settings, change, 0)?.case.question;
    let check = Check::new("start", "bad_token_after_good", "JWT-17", false, question);
    Some(check.with_summary("a token with a wrong signature is refused, after a good one"))
}

/// The checks of a group, signed now. `leeway` is that of the app.
pub(super) fn group(settings: &Settings, group: &str, leeway: u32) -> Vec<Check> {
    let of_group = changes(settings.kind).filter(|change| group_of(change) == group && change.name != "no_token");
    of_group.filter_map(|change| tampered(settings, change, leeway)).collect()
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

/// The check of one change. `None` if a running app cannot be sent it: it changes what the app knows, or it needs a method
/// that nobody has asked for.
fn tampered(settings: &Settings, change: &'static Change, leeway: u32) -> Option<Check> {
    let token = TamperedToken::good(settings.kind, settings.request()).with(change)?;
    if token.changes_receiver() {
        return None;
    }
    let question = placed(settings, without_secrets(token.question_in(&settings.fixture(leeway))));
    if question.request().is_some_and(|request| request.method != settings.method) {
        return None;
    }
    let check = Check::new(group_of(change), change.name, change.clause(settings.kind), change.is_accepted, question);
    Some(if UNREAL.contains(&change.name) { check.open() } else { check })
}

/// Claims that no product sends, of types that RFC 7519 does not allow for them. Libraries refuse them with good reason.
const UNREAL: [&str; 4] = ["aud_number", "aud_empty", "sub_number", "jti_number"];

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
    let hash = || request.request().map(|it| qsh_hash::hash(&it).to_string()).unwrap_or_default();
    let service = settings.service.as_ref();
    let issuer = service.map_or(&settings.client_key, |service| &service.issuer);
    let mut claims = json!({ "iss": issuer, "iat": now - 60, "exp": now + 120, "jti": token_id() });
    if let Some(service) = service {
        claims["aud"] = service.audience.as_str().into();
    }
    match settings.kind {
        TokenKind::Context => claims["qsh"] = CONTEXT_QSH.into(),
        TokenKind::Forge => claims["nbf"] = (now - 60).into(),
        TokenKind::Asap => {}
        _ => claims["qsh"] = hash().into(),
    }
    claims.as_object().cloned().unwrap_or_default()
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
