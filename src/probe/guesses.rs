//! Secrets and keys that anybody can have: an app that takes one of them can be called by anybody.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::check::{Check, carrying};
use super::kind::good_clause;
use super::settings::{Settings, now};
use super::tokens::{self, claims, nobodys_key};
use crate::tamper::{Service, TokenKind, signed_with_header, signed_with_key};

/// What a program takes for the secret of a tenant that it does not know.
const SECRETS: [(&str, &str); 6] = [
    ("empty", ""),
    ("none", "None"),
    ("null", "null"),
    ("undefined", "undefined"),
    ("false", "false"),
    ("object", "[object Object]"),
];

/// Members that every JavaScript object has, with their text.
const MEMBERS: [(&str, &str); 3] = [
    ("constructor", "function Object() { [native code] }"),
    ("toString", "function toString() { [native code] }"),
    ("__proto__", "[object Object]"),
];

/// Files with a content that anybody knows.
const FILES: [&str; 2] = ["../../../../../../../dev/null", "/dev/null"];

/// Tokens of nobody: of a tenant that the app does not know, with a secret that anybody knows, or with a key that the token
/// brings along.
pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let of_secrets = if settings.service.is_none() { secrets(settings) } else { Vec::new() };
    let of_keys = settings.service.iter().flat_map(|service| {
        [foreign_key(settings, service), unknown_key(settings, service)]
            .into_iter()
            .chain(through_parent(settings, service))
    });
    of_secrets.into_iter().chain(of_keys).chain(own_keys(settings)).collect()
}

/// The claims of a good token, with this issuer.
fn by(settings: &Settings, issuer: &str) -> Map<String, Value> {
    let mut claims = claims(settings, &settings.request(), now());
    claims.insert("iss".to_owned(), Value::from(issuer));
    claims
}

fn send(settings: &Settings, name: String, clause: &str, token: &str, summary: String) -> Check {
    let question = carrying(settings, settings.request(), token);
    Check::new("guess", &name, clause, false, question).with_summary(summary)
}

/// A token that is good, but signed with another key.
fn foreign_key(settings: &Settings, service: &Service) -> Check {
    let claims = claims(settings, &settings.request(), now());
    let token = signed_with_key(&tokens::header(&service.key_id), &claims, &nobodys_key());
    let summary = "a token that is signed with another key than the one of its kid is refused".to_owned();
    send(settings, "signed_by_another_key".to_owned(), good_clause(settings.kind), &token, summary)
}

/// A token that names a key that nobody has, and is signed with another one.
fn unknown_key(settings: &Settings, service: &Service) -> Check {
    let key_id = match settings.kind {
        // The owner of a key is the front of its name.
        TokenKind::Asap => format!("{}/qsh-probe-unknown", service.issuer),
        _ => "qsh-probe-unknown".to_owned(),
    };
    let claims = claims(settings, &settings.request(), now());
    let token = signed_with_key(&tokens::header(&key_id), &claims, &nobodys_key());
    let summary = "a token whose kid names no key, signed with any key, is refused".to_owned();
    send(settings, "unknown_key_of_nobody".to_owned(), good_clause(settings.kind), &token, summary)
}

/// An ASAP token whose `kid` leads to its key through the parent of a segment. An app that makes a path of it finds the key.
fn through_parent(settings: &Settings, service: &Service) -> Option<Check> {
    let claims = claims(settings, &settings.request(), now());
    let header = tokens::header(&format!("{}/../{}", service.issuer, service.key_id));
    let token = signed_with_key(&header, &claims, &service.key);
    let summary = "a token whose kid has the segment .. is refused".to_owned();
    let name = "kid_with_parent_segment".to_owned();
    (settings.kind == TokenKind::Asap).then(|| send(settings, name, "ASAP-6", &token, summary))
}

/// Tokens with a secret that anybody knows.
fn secrets(settings: &Settings) -> Vec<Check> {
    let header = || json!({ "alg": "HS256", "typ": "JWT" });
    let by = |issuer: &str| by(settings, issuer);
    let send = |name: String, clause: &str, token: &str, summary: String| send(settings, name, clause, token, summary);
    let guessed = SECRETS.iter().map(|(name, secret)| {
        let token = signed_with_header(&header(), &by("qsh-probe-unknown-tenant"), secret.as_bytes());
        let summary = format!("a token of an unknown tenant with the secret {secret:?} is refused");
        send(format!("guess_secret_{name}"), "CON-2", &token, summary)
    });
    let empty = signed_with_header(&header(), &by(&settings.client_key), b"");
    let empty = send(
        "guess_empty_secret_of_tenant".to_owned(),
        "JWT-19",
        &empty,
        "a token of the tenant with an empty secret is refused".to_owned(),
    );
    let members = MEMBERS.iter().map(|(issuer, secret)| {
        let token = signed_with_header(&header(), &by(issuer), secret.as_bytes());
        let summary = format!("a token of the issuer {issuer}, with the text of that member as its secret, is refused");
        send(format!("guess_member_{}", issuer.trim_matches('_').to_lowercase()), "CON-2", &token, summary)
    });
    guessed.chain([empty]).chain(members).collect()
}

/// Tokens that name a key of their own, or bring one along.
fn own_keys(settings: &Settings) -> Vec<Check> {
    let claims = || claims(settings, &settings.request(), now());
    let send = |name: &str, token: &str, summary: String| send(settings, name.to_owned(), "JWT-15", token, summary);
    let files = FILES.iter().enumerate().map(|(place, file)| {
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": file });
        let token = signed_with_header(&header, &claims(), b"");
        let summary = format!("a token whose kid is {file}, with an empty secret, is refused");
        send(&format!("key_of_kid_{place}"), &token, summary)
    });
    let key_id = settings.service.as_ref().map_or("own", |service| &service.key_id);
    let mut jwk = tokens::header(key_id);
    jwk["jwk"] = Value::from(nobodys_key().json_web_key(key_id));
    let jwk = signed_with_key(&jwk, &claims(), &nobodys_key());
    let jwk = send("key_of_jwk", &jwk, "a token that is signed with the key in its own header is refused".to_owned());
    let secret = BASE64URL_NOPAD.encode(ANYBODY.as_bytes());
    let oct = json!({ "alg": "HS256", "typ": "JWT", "jwk": { "kty": "oct", "k": secret } });
    let oct = signed_with_header(&oct, &claims(), ANYBODY.as_bytes());
    let oct =
        send("key_of_oct_jwk", &oct, "a token that is signed with the secret in its own header is refused".to_owned());
    files.chain([jwk, oct]).collect()
}

/// The secret of a token that brings its own.
const ANYBODY: &str = "a secret that the token brings along";
