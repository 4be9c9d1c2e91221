//! The answers of the bundled shims: real processes with the real libraries.

use std::fmt::Write as _;
use std::process::Command;

use qsh::adapter::protocol;
use qsh::suite::load::Vectors;
use serde_json::{Value, json};

use super::provision::{Shim, has_python, provision_bundled};

const NOW: i64 = 1_700_000_000;
const SECRET: &str = "a secret of more than 32 characters";

#[test]
fn atlassian_jwt_takes_what_it_signed_until_it_expires() {
    if !has_python() {
        return;
    }
    let mut shim = Shim::start("python-atlassian-jwt");
    let signed = shim.ask_json(&json!({
        "id": 1, "op": "sign", "request": request("/x?b=2&a=1", []), "issuer": "client", "shared_secret": SECRET,
        "issued_at": NOW, "expires_at": NOW + 60, "claims": {"sub": "user"},
    }));
    let token = signed["ok"]["token"].as_str().unwrap();
    let mut authenticate = |url: &str, tenant: &str, now: i64, leeway: u32| {
        shim.ask_json(&json!({
            "id": 2, "op": "authenticate", "request": request(url, [("authorization", &format!("jwt {token}"))]),
            "tenants": {tenant: SECRET}, "now": now, "leeway": leeway, "endpoint": "url",
        }))
    };
    let accepted = json!({"id": 2, "ok": {"issuer": "client", "claims": {
        "aud": "client", "exp": NOW + 60, "iat": NOW, "iss": "client", "sub": "user",
        "qsh": qsh_hash::hash(&qsh_hash::Request::new("GET", "/x?a=1&b=2").unwrap()).as_str(),
    }}});
    // The clock is set by each question, even to an earlier time than before.
    for (now, leeway) in [(NOW + 59, 0), (NOW, 0), (NOW + 60, 1), (NOW + 59, 0)] {
        assert_eq!(authenticate("/x?a=1&b=2", "client", now, leeway), accepted);
    }
    let expired = json!({"id": 2, "fault": {"type": "ExpiredSignatureError", "message": "Signature has expired"}});
    assert_eq!(authenticate("/x?a=1&b=2", "client", NOW + 60, 0), expired);
    assert_eq!(authenticate("/x?a=1&b=2", "client", NOW + 61, 1), expired);
    assert_eq!(
        authenticate("/x?a=1&b=3", "client", NOW, 0),
        json!({"id": 2, "rejected": {"reason": "qsh_mismatch", "message": "qsh does not match"}})
    );
    assert_eq!(
        authenticate("/x?a=1&b=2", "another", NOW, 0),
        json!({"id": 2, "fault": {"type": "TypeError", "message": "'NoneType' object is not subscriptable"}})
    );
    assert_eq!(
        authenticate("/x?a=1&b=2", "client", i64::MAX, 0),
        json!({"id": 2, "unsupported": "reads a clock that knows the years 1 to 9999"})
    );
    shim.end();
}

#[test]
fn atlassian_jwt_says_what_it_has_no_means_for_and_what_it_does_not_document() {
    if !has_python() {
        return;
    }
    let mut shim = Shim::start("python-atlassian-jwt");
    let mut authenticate = |request: Value, endpoint: &str| {
        shim.ask_json(&json!({
            "id": 1, "op": "authenticate", "request": request, "tenants": {}, "now": NOW, "leeway": 0, "endpoint": endpoint,
        }))
    };
    let unsupported = |what: &str| json!({"id": 1, "unsupported": what});
    assert_eq!(authenticate(request("/", []), "context"), unsupported("knows no context tokens"));
    let twice = request("/", [("Authorization", "JWT a"), ("authorization", "JWT b")]);
    assert_eq!(authenticate(twice, "url"), unsupported("takes headers as a dict, which has each of them once"));
    let mut form = request("/", []);
    form["form"] = json!("a=b");
    assert_eq!(authenticate(form, "url"), unsupported("takes no form body"));
    assert_eq!(
        authenticate(request("/", []), "url"),
        json!({"id": 1, "rejected": {"reason": "no_token", "message": "JWT token not found"}})
    );

    let vectors = Vectors::embedded().unwrap();
    let mut of_case = |id: &str| {
        let case = vectors.cases().find(|case| case.id == id).unwrap();
        let mut line = Vec::new();
        protocol::write_question(&mut line, 1, &case.question);
        let answer: Value = serde_json::from_str(&shim.ask(str::from_utf8(&line).unwrap().trim_end())).unwrap();
        let kind = |kind: &str, member: &str| answer[kind][member].as_str().map(str::to_owned);
        kind("fault", "type").or_else(|| kind("rejected", "reason")).unwrap_or_else(|| answer.to_string())
    };
    assert_eq!(of_case("claims/hash/missing"), "KeyError");
    assert_eq!(of_case("claims/issuer/missing"), "KeyError");
    assert_eq!(of_case("claims/nbf/one-second-early"), "ImmatureSignatureError");
    assert_eq!(of_case("token/algorithm/none"), "InvalidAlgorithmError");
    assert_eq!(of_case("token/json/infinity"), "invalid_claim");
    // Python's own JSON has NaN, which an answer must not contain.
    assert!(of_case("token/json/nan").contains(":null"));
    shim.end();
}

#[test]
fn asap_shims_take_what_they_and_each_other_signed_until_it_expires() {
    if !has_python() {
        return;
    }
    let keys = Keys::generate();
    let mut shims = ["python-atlassian-jwt-auth", "python-pyjwt"].map(|name| (name, Shim::start(name)));
    let mut tokens = Vec::new();
    for algorithm in ["RS256", "ES256", "PS256"] {
        let (private_key, public_key) = keys.of(algorithm);
        for (name, shim) in &mut shims {
            for _ in 0..2 {
                let answer = shim.ask_json(&json!({
                    "id": 1, "op": "asap_sign", "issuer": "svc", "key_id": "svc/k1", "private_key_pem": private_key,
                    "algorithm": algorithm, "audience": "api", "issued_at": NOW, "expires_at": NOW + 60, "claims": {"x": 1},
                }));
                let token = answer["ok"]["token"].as_str().unwrap_or_else(|| panic!("{name}: {answer}")).to_owned();
                tokens.push((algorithm, public_key, token));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for (algorithm, public_key, token) in &tokens {
        for (name, shim) in &mut shims {
            let mut verify = |key_id: &str, audience: &str, now: i64, leeway: u32| {
                shim.ask_json(&json!({
                    "id": 2, "op": "asap_verify", "token": token, "public_keys": {key_id: public_key},
                    "audience": audience, "now": now, "leeway": leeway,
                }))
            };
            for (now, leeway) in [(NOW + 59, 0), (NOW, 0), (NOW + 60, 1)] {
                let answer = verify("svc/k1", "api", now, leeway);
                let claims = &answer["ok"]["claims"];
                assert_eq!(answer["ok"]["issuer"], "svc", "{name} {algorithm}: {answer}");
                assert_eq!((&claims["exp"], &claims["x"]), (&json!(NOW + 60), &json!(1)));
                seen.insert(claims["jti"].to_string());
            }
            let late = verify("svc/k1", "api", NOW + 60, 0);
            // `verify_jwt` documents ValueError, and also raises the exceptions of PyJWT.
            let expected = match *name {
                "python-pyjwt" => {
                    json!({"rejected": {"reason": "expired", "message": "Signature has expired"}, "id": 2})
                }
                _ => json!({"fault": {"type": "ExpiredSignatureError", "message": "Signature has expired"}, "id": 2}),
            };
            assert_eq!(late, expected);
            assert_eq!(verify("svc/k2", "api", NOW, 0)["rejected"]["reason"], "unknown_key");
            assert!(verify("svc/k1", "another", NOW, 0).get("ok").is_none());
        }
    }
    assert_eq!(seen.len(), tokens.len(), "each token has a jti of its own");
    for (_, shim) in shims {
        shim.end();
    }
}

#[test]
fn asap_shims_know_as_much_of_asap_as_their_libraries() {
    if !has_python() {
        return;
    }
    let keys = Keys::generate();
    let mut answers = String::new();
    for name in ["python-atlassian-jwt-auth", "python-pyjwt"] {
        let mut shim = Shim::start(name);
        let mut answer_to = |what: &str, question: Value| {
            let answer = shim.ask_json(&question);
            // The messages are PyJWT's and contain addresses of objects.
            let member = |member: &str, inner: &str| Some(format!("{member} {}", answer[member][inner].as_str()?));
            let said = member("rejected", "reason").or_else(|| member("fault", "type")).unwrap_or_else(|| {
                answer["unsupported"].as_str().map_or_else(|| "ok".to_owned(), |what| format!("unsupported: {what}"))
            });
            writeln!(answers, "{name}, {what}: {said}").unwrap();
            answer["ok"]["token"].as_str().unwrap_or_default().to_owned()
        };
        let (private_key, public_key) = keys.of("RS256");
        let sign = |key_id: &str, algorithm: &str, seconds: i64, claims: Value| {
            json!({
                "id": 1, "op": "asap_sign", "issuer": "svc", "key_id": key_id, "private_key_pem": private_key,
                "algorithm": algorithm, "audience": "api", "issued_at": NOW, "expires_at": NOW + seconds, "claims": claims,
            })
        };
        let verify = |token: &str, key_id: &str, public_key: &str| {
            json!({
                "id": 2, "op": "asap_verify", "token": token, "public_keys": {key_id: public_key}, "audience": "api",
                "now": NOW, "leeway": 0,
            })
        };
        answer_to("signing for two hours", sign("svc/k1", "RS256", 7200, json!({})));
        answer_to("signing with HS256", sign("svc/k1", "HS256", 60, json!({})));
        answer_to("signing with an RSA key for ES256", sign("svc/k1", "ES256", 60, json!({})));
        let token = answer_to("signing with the key of another", sign("other/k1", "RS256", 60, json!({})));
        answer_to("that token", verify(&token, "other/k1", public_key));
        let token = answer_to("signing for another subject", sign("svc/k1", "RS256", 60, json!({"sub": "user"})));
        answer_to("that token", verify(&token, "svc/k1", public_key));
        let long = json!({"exp": NOW + 3601});
        let token = answer_to("signing for an hour and a second by a claim", sign("svc/k1", "RS256", 60, long));
        answer_to("that token", verify(&token, "svc/k1", public_key));
        let token = answer_to("signing", sign("svc/k1", "RS256", 60, json!({})));
        answer_to("that token with a key for ES256", verify(&token, "svc/k1", keys.of("ES256").1));
        answer_to("no token", verify("x", "svc/k1", public_key));
        let mut headers = verify("", "svc/k1", public_key);
        headers.as_object_mut().unwrap().remove("token");
        headers["headers"] = json!([["Authorization", format!("Bearer {token}")]]);
        answer_to("that token in a header", headers);
        answer_to("sign", json!({"id": 3, "op": "sign"}));
        shim.end();
    }
    insta::assert_snapshot!(answers, @"
    python-atlassian-jwt-auth, signing for two hours: rejected other
    python-atlassian-jwt-auth, signing with HS256: rejected other
    python-atlassian-jwt-auth, signing with an RSA key for ES256: fault TypeError
    python-atlassian-jwt-auth, signing with the key of another: ok
    python-atlassian-jwt-auth, that token: rejected key_not_owned
    python-atlassian-jwt-auth, signing for another subject: ok
    python-atlassian-jwt-auth, that token: rejected subject_mismatch
    python-atlassian-jwt-auth, signing for an hour and a second by a claim: ok
    python-atlassian-jwt-auth, that token: rejected lifetime_too_long
    python-atlassian-jwt-auth, signing: ok
    python-atlassian-jwt-auth, that token with a key for ES256: fault InvalidKeyError
    python-atlassian-jwt-auth, no token: fault DecodeError
    python-atlassian-jwt-auth, that token in a header: unsupported: takes a token: its documentation leaves the header to the caller
    python-atlassian-jwt-auth, sign: unsupported: no operation sign
    python-pyjwt, signing for two hours: ok
    python-pyjwt, signing with HS256: rejected algorithm_not_allowed
    python-pyjwt, signing with an RSA key for ES256: rejected algorithm_not_allowed
    python-pyjwt, signing with the key of another: ok
    python-pyjwt, that token: ok
    python-pyjwt, signing for another subject: ok
    python-pyjwt, that token: ok
    python-pyjwt, signing for an hour and a second by a claim: ok
    python-pyjwt, that token: ok
    python-pyjwt, signing: ok
    python-pyjwt, that token with a key for ES256: rejected algorithm_not_allowed
    python-pyjwt, no token: rejected malformed
    python-pyjwt, that token in a header: unsupported: takes a token: the header is the caller's
    python-pyjwt, sign: unsupported: no operation sign
    ");
}

fn request<const N: usize>(url: &str, headers: [(&str, &str); N]) -> Value {
    json!({"method": "GET", "url": url, "base_url": null, "form": null, "headers": headers.to_vec()})
}

/// The keys of one run, private and public, in PEM.
struct Keys {
    rsa: (String, String),
    p256: (String, String),
}

impl Keys {
    /// Generates the keys with the libraries' own Python, so that the repository contains no keys.
    fn generate() -> Self {
        const SCRIPT: &str = "\
import json
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
def pair(key):
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return [private.decode(), public.decode()]
print(json.dumps([pair(rsa.generate_private_key(65537, 2048)), pair(ec.generate_private_key(ec.SECP256R1()))]))";
        let launch = provision_bundled("python-pyjwt");
        let output = Command::new(&launch.program).args(["-I", "-c", SCRIPT]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let [rsa, p256] = serde_json::from_slice(&output.stdout).unwrap();
        Self { rsa, p256 }
    }

    fn of(&self, algorithm: &str) -> (&str, &str) {
        let (private, public) = if algorithm.starts_with("ES") { &self.p256 } else { &self.rsa };
        (private, public)
    }
}
