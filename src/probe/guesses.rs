//! Secrets and keys that anybody can have: an app that takes one of them can be called by anybody.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::check::{Check, carrying};
use super::settings::{Settings, now};
use super::tokens::claims;
use crate::tamper::{signed_with_header, signed_with_own_key};

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
    let at = now();
    let by = |issuer: &str| {
        let mut claims: Map<String, Value> = claims(settings, &settings.request(), at);
        claims.insert("iss".to_owned(), Value::from(issuer));
        claims
    };
    let header = || json!({ "alg": "HS256", "typ": "JWT" });
    let send = |name: String, clause: &str, token: &str, summary: String| {
        let question = carrying(settings, settings.request(), token);
        Check::new("guess", &name, clause, false, question).with_summary(summary)
    };
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
    let files = FILES.iter().enumerate().map(|(place, file)| {
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": file });
        let token = signed_with_header(&header, &by(&settings.client_key), b"");
        let summary = format!("a token whose kid is {file}, with an empty secret, is refused");
        send(format!("key_of_kid_{place}"), "JWT-15", &token, summary)
    });
    let jwk = signed_with_own_key(&by(&settings.client_key));
    let jwk = send(
        "key_of_jwk".to_owned(),
        "JWT-15",
        &jwk,
        "a token that is signed with the key in its own header is refused".to_owned(),
    );
    let secret = BASE64URL_NOPAD.encode(ANYBODY.as_bytes());
    let oct = json!({ "alg": "HS256", "typ": "JWT", "jwk": { "kty": "oct", "k": secret } });
    let oct = signed_with_header(&oct, &by(&settings.client_key), ANYBODY.as_bytes());
    let oct = send(
        "key_of_oct_jwk".to_owned(),
        "JWT-15",
        &oct,
        "a token that is signed with the secret in its own header is refused".to_owned(),
    );
    guessed.chain([empty]).chain(members).chain(files).chain([jwk, oct]).collect()
}

/// The secret of a token that brings its own.
const ANYBODY: &str = "a secret that the token brings along";
