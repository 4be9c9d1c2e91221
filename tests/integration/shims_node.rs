//! The answers of the shims that run a server: real processes with the real frameworks from npm.

use insta::assert_snapshot;
use qsh::adapter::protocol;
use qsh::suite::load::Vectors;
use serde_json::{Value, json};

use super::provision::{Shim, has_runtime_of};

const NOW: i64 = 1_700_000_000;
const FRAMEWORK: &str = "javascript-atlassian-connect-express";
const ASAP: &str = "javascript-jwt-authentication";

fn key(name: &str) -> String {
    std::fs::read_to_string(format!("{}/crates/auth/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The answer of a shim to a case: the accepted issuer, or the reason for the refusal.
fn of_case(shim: &mut Shim, id: &str) -> String {
    let vectors = Vectors::embedded().unwrap();
    let case = vectors.cases().find(|case| case.id == id).unwrap();
    let mut line = Vec::new();
    protocol::write_question(&mut line, 1, &case.question);
    said(&serde_json::from_str(&shim.ask(str::from_utf8(&line).unwrap().trim_end())).unwrap())
}

fn said(answer: &Value) -> String {
    let member = |member: &str, inner: &str| Some(format!("{member} {}", answer[member][inner].as_str()?));
    let unsupported = || answer["unsupported"].as_str().map(|what| format!("unsupported: {what}"));
    member("ok", "issuer")
        .or_else(|| member("rejected", "reason"))
        .or_else(|| member("fault", "type"))
        .or_else(unsupported)
        .unwrap_or_else(|| answer.to_string())
}

#[test]
fn the_middleware_of_express_decides() {
    if !has_runtime_of(FRAMEWORK) {
        return;
    }
    let mut shim = Shim::start(FRAMEWORK);
    let described = shim.ask_json(&json!({ "id": 0, "op": "describe", "protocol": 1 }));
    assert_eq!(described["ok"]["name"], "atlassian-connect-express");
    assert_eq!(described["ok"]["operations"], json!(["authenticate", "authenticate_install", "forge_verify"]));
    let answers: Vec<String> = [
        "transport/header/plain",
        "transport/parameter/last",
        "transport/form/token",
        "transport/elsewhere/x-acpt",
        "transport/header/scheme-in-lower-case",
        "claims/exp/missing",
        "claims/leeway/30-exp-inside",
        "context/context-endpoint/no-hash",
        "install/algorithm/rs256",
        "install/algorithm/hs256-public-key",
        "install/key/unknown",
        // A request that is never answered does not delay the next question.
        "install/audience/number",
        "install/token/two-segments",
        "forge/good",
        "forge/audience/another-app",
        "forge/key/own-jwk",
    ]
    .iter()
    .map(|id| format!("{id}: {}", of_case(&mut shim, id)))
    .collect();
    assert_snapshot!(answers.join("\n"), @"
    transport/header/plain: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    transport/parameter/last: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    transport/form/token: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    transport/elsewhere/x-acpt: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    transport/header/scheme-in-lower-case: rejected no_token
    claims/exp/missing: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    claims/leeway/30-exp-inside: unsupported: has no leeway
    context/context-endpoint/no-hash: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    install/algorithm/rs256: ok 574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90
    install/algorithm/hs256-public-key: rejected algorithm_not_allowed
    install/key/unknown: rejected malformed
    install/audience/number: fault RangeError
    install/token/two-segments: fault Error
    forge/good: ok forge/invocation-token
    forge/audience/another-app: rejected other
    forge/key/own-jwk: rejected other
    ");
    shim.end();
}

#[test]
fn the_middleware_of_express_is_asked_as_a_server_is() {
    if !has_runtime_of(FRAMEWORK) {
        return;
    }
    let mut shim = Shim::start(FRAMEWORK);
    let mut ask = |method: &str, target: &Value, now: i64| {
        let mut request = json!({ "method": method, "headers": [], "base_url": null, "form": null });
        request.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        said(&shim.ask_json(&json!({
            "id": 1, "op": "authenticate", "request": request, "tenants": {}, "now": now, "leeway": 0, "endpoint": "url",
        })))
    };
    assert_eq!(ask("GET", &json!({ "url": "https://example.com/a#b" }), NOW), "rejected no_token");
    // A request line cannot have these in its target.
    assert_eq!(ask("GET", &json!({ "url_hex": "2fff" }), NOW), "rejected malformed");
    assert_eq!(ask("GET", &json!({ "url": "/a b" }), NOW), "rejected malformed");
    assert_eq!(ask("get", &json!({ "url": "/" }), NOW), "unsupported: Node.js takes no request with the method get");
    assert_eq!(ask("GET", &json!({ "url": "/" }), i64::MAX), "unsupported: reads a clock that knows 275,760 years");
    shim.end();
}

#[test]
fn asap_tokens_of_node_are_good_in_their_time() {
    if !has_runtime_of(ASAP) {
        return;
    }
    let mut shim = Shim::start(ASAP);
    let signed = shim.ask_json(&json!({
        "id": 1, "op": "asap_sign", "issuer": "svc", "key_id": "svc/k1", "private_key_pem": key("rsa.pkcs8.pem"),
        "algorithm": "RS256", "audience": "api", "issued_at": NOW, "expires_at": NOW + 60, "claims": { "x": 1 },
    }));
    let token = signed["ok"]["token"].as_str().unwrap();
    let mut verify = |member: &str, value: &Value, audience: &str, now: i64| {
        let keys = json!({ "svc/k1": key("rsa.spki.pem") });
        let mut question = json!({
            "id": 2, "op": "asap_verify", "public_keys": keys, "audience": audience, "now": now, "leeway": 1,
        });
        question[member] = value.clone();
        shim.ask_json(&question)
    };
    let header = json!([["Authorization", format!("Bearer {token}")]]);
    for (member, value) in [("token", &json!(token)), ("headers", &header)] {
        // The clock is set by each question, even to an earlier time than before.
        for now in [NOW + 61, NOW, NOW + 59] {
            let answer = verify(member, value, "api", now);
            assert_eq!(answer["ok"]["claims"]["exp"], NOW + 60, "{answer}");
            assert_eq!(answer["ok"]["claims"]["x"], 1);
        }
        assert_eq!(said(&verify(member, value, "api", NOW + 62)), "rejected expired");
        assert_eq!(said(&verify(member, value, "another", NOW)), "rejected audience_mismatch");
    }
    assert_eq!(said(&verify("token", &json!("x"), "api", NOW)), "rejected malformed");
    assert_eq!(said(&verify("headers", &json!([]), "api", NOW)), "rejected no_token");
    shim.end();
}

/// A leeway from the environment is text. Every leeway except the library's own 30 seconds is set in the environment.
#[test]
fn a_leeway_from_the_environment_lets_every_token_be_early() {
    if !has_runtime_of(ASAP) {
        return;
    }
    let mut shim = Shim::start(ASAP);
    assert_eq!(of_case(&mut shim, "asap/window/nbf-leeway-30-outside"), "rejected not_yet_valid");
    assert_eq!(of_case(&mut shim, "asap/window/nbf-leeway-300-outside"), "ok svc");
    shim.end();
}
