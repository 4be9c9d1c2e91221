//! Callbacks with another body: with a key of nobody, and of tenants that the app does not know.

use qsh_diagnose::JsonBody;
use serde_json::{Map, Value};

use super::check::{Check, bare, carrying};
use super::settings::{Settings, now, token_id};
use super::tokens::{claims, header, nobodys_key, tampered};
use crate::tamper::{Service, TokenKind, change_named, signed_with_key};

/// The defects of a callback of a tenant that the app does not know.
const OF_FRESH: [&str; 3] = ["qsh_of_another_request", "iss_of_another_tenant", "aud_of_another_app"];

/// A secret that no tenant has.
const SECRET: &str = "a secret that qsh probe made up";

/// A callback that brings its public key along, and callbacks of tenants that the app does not know, which have one defect
/// each. A defect that the app lets through for a known tenant is not tried again.
pub(super) fn checks(settings: &Settings, let_through: &[&'static str]) -> Vec<Check> {
    let Some(body) = members(settings) else { return Vec::new() };
    let none = unknown(settings, &body).map(|unknown| {
        Check::new("callback", "fresh_no_token", "INS-13", false, bare(&unknown, unknown.request()))
            .with_summary("a first callback of a tenant without a token is refused")
    });
    let tried = OF_FRESH.into_iter().filter(|name| !let_through.contains(name));
    let fresh = tried.filter_map(|name| {
        let change = change_named(TokenKind::Install, name)?;
        let question = tampered(&unknown(settings, &body)?, change, 0)?.case.question;
        let check = Check::new("callback", &format!("fresh_{name}"), change.clause(settings.kind), false, question);
        Some(check.with_summary(format!("a first callback of a tenant with {} is refused", name.replace('_', " "))))
    });
    key_of_body(settings, &body).into_iter().chain(none).chain(fresh).collect()
}

/// The members of the body of a callback. `None` for another kind of endpoint.
fn members(settings: &Settings) -> Option<Map<String, Value>> {
    let body = settings.json.as_ref().filter(|_| settings.kind == TokenKind::Install)?;
    serde_json::from_str(body.as_str()).ok()
}

fn body_of(members: Map<String, Value>) -> Option<JsonBody> {
    Value::Object(members).to_string().parse().ok()
}

/// A callback whose body has the public key of the key that it is signed with.
fn key_of_body(settings: &Settings, body: &Map<String, Value>) -> Option<Check> {
    let service = settings.service.as_ref()?;
    let mut body = body.clone();
    body.insert("publicKey".to_owned(), nobodys_key().public_pem().into());
    let settings = Settings { json: Some(body_of(body)?), ..settings.clone() };
    let claims = claims(&settings, &settings.request(), now());
    let token = signed_with_key(&header(&service.key_id), &claims, &nobodys_key());
    let question = carrying(&settings, settings.request(), &token);
    let check = Check::new("callback", "key_of_body", "INS-3", false, question);
    Some(check.with_summary("a callback that is signed with the key in its own body is refused"))
}

/// The same app, and a tenant that it does not know.
fn unknown(settings: &Settings, body: &Map<String, Value>) -> Option<Settings> {
    let client_key = token_id();
    let mut body = body.clone();
    body.insert("clientKey".to_owned(), client_key.as_str().into());
    body.insert("sharedSecret".to_owned(), SECRET.into());
    let service = settings.service.clone().map(|service| Service { issuer: client_key.clone(), ..service });
    Some(Settings { json: Some(body_of(body)?), client_key, service, ..settings.clone() })
}
