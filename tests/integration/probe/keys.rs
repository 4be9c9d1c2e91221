//! `qsh probe` for callbacks, invocation tokens of Forge and ASAP tokens: sound apps, and apps with one hole each.

use std::process::Command;

use data_encoding::BASE64URL_NOPAD;
use qsh::adapter::built_in::BuiltIn;
use qsh::suite::case::{AsapVerification, ForgeVerification, InstallAuthentication, Presented, Question, Received};
use qsh::suite::outcome::Outcome;
use qsh::tamper::{PrivateKey, signed_with_key};
use qsh_diagnose::Input;
use serde_json::{Value, json};

use super::apps::{SECRET, TENANT, Token, now};
use super::causes;
use crate::server::{Answer, Seen, Server};

pub(super) const KEY_FILE: &str = "crates/auth/tests/keys/rsa.pkcs8.pem";
pub(super) const KEY_ID: &str = "billing/2026-11";
const FORGE_APP: &str = "ari:cloud:ecosystem::app/3f0d2a30-8f4e-4d0e-9a55-3a1b5a0c9b11";
pub(super) const BASE_URL: &str = "http://app.test";

/// A kind of endpoint, with the arguments of its probe.
pub(super) struct Endpoint {
    pub(super) arguments: &'static [&'static str],
    pub(super) question: fn(&Seen) -> Question,
}

pub(super) static INSTALL: Endpoint = Endpoint {
    arguments: &["--endpoint", "install", "--method", "POST", "--client-key", TENANT, "--base-url", BASE_URL],
    question: |seen| {
        let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
        Question::AuthenticateInstall(InstallAuthentication {
            request: Received {
                input: Input { base_url: Some(BASE_URL.to_owned()), ..Input::new(&seen.method, seen.target.as_str()) },
                headers: seen.headers.clone(),
            },
            client_key: body["clientKey"].as_str().unwrap_or_default().to_owned(),
            app_base_url: BASE_URL.to_owned(),
            further_base_urls: Vec::new(),
            public_keys: [(KEY_ID.to_owned(), key().public_pem().to_owned())].into(),
            now: now(),
            leeway: 10,
        })
    },
};

static FORGE: Endpoint = Endpoint {
    arguments: &["--endpoint", "forge", "--audience", FORGE_APP],
    question: |seen| {
        let keys = json!({ "keys": [key().json_web_key(KEY_ID)] });
        Question::ForgeVerify(ForgeVerification {
            presented: Presented::Headers(seen.headers.clone()),
            key_set: keys.as_object().unwrap().clone(),
            app_id: FORGE_APP.to_owned(),
            now: now(),
            leeway: 10,
        })
    },
};

static ASAP: Endpoint = Endpoint {
    arguments: &["--endpoint", "asap", "--audience", "invoices"],
    question: |seen| {
        Question::AsapVerify(AsapVerification {
            presented: Presented::Headers(seen.headers.clone()),
            public_keys: [(KEY_ID.to_owned(), key().public_pem().to_owned())].into(),
            audience: "invoices".to_owned(),
            now: now(),
            leeway: 10,
        })
    },
};

impl Endpoint {
    pub(super) fn sound(&self, seen: &Seen) -> Answer {
        match BuiltIn::new().answer(&(self.question)(seen)) {
            Outcome::Ok(_) => (200, "welcome"),
            _ => (401, "no"),
        }
    }

    /// The causes that a probe of an app finds, and its exit code.
    pub(super) fn probe(&self, app: impl Fn(&Seen) -> Answer + Send + 'static) -> (Vec<String>, i32, Value) {
        let server = Server::start(app);
        let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
        command.args(["probe", &server.url("/invoices"), "--private-key", KEY_FILE, "--key-id", KEY_ID]);
        command.args(self.arguments).args(["--format", "json"]).env("QSH_SHARED_SECRET", SECRET);
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        assert!(server.served() <= 1_000);
        (causes(&report).into_iter().map(str::to_owned).collect(), output.status.code().unwrap(), report)
    }
}

fn key() -> PrivateKey {
    PrivateKey::read(&std::fs::read_to_string(KEY_FILE).unwrap()).unwrap()
}

/// An app that judges a request with another token in the place of its own.
fn with(endpoint: &'static Endpoint, repair: fn(&mut Token) -> bool) -> impl Fn(&Seen) -> Answer {
    move |seen| {
        let answer = endpoint.sound(seen);
        let carried = seen.headers.iter().position(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let Some(place) = carried.filter(|_| answer.0 != 200) else { return answer };
        let Some((scheme, text)) = seen.headers[place].1.split_once(' ') else { return answer };
        let Some(mut token) = Token::read(text) else { return answer };
        if !repair(&mut token) {
            return answer;
        }
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": KEY_ID });
        let mut seen = seen.clone();
        seen.headers[place].1 = format!("{scheme} {}", signed_with_key(&header, &token.claims, &key()));
        endpoint.sound(&seen)
    }
}

/// Whether a token is signed with the right key and names it.
fn is_signed(token: &Token) -> bool {
    token.header.get("kid") == Some(&KEY_ID.into()) && has_signature(token)
}

/// Whether a token is signed with the right key, whatever its `kid` says.
fn has_signature(token: &Token) -> bool {
    let (Some((text, _)), true) =
        (token.text.rsplit_once('.'), token.header.get("alg") == Some(&"RS256".into()) && is_well_formed(token))
    else {
        return false;
    };
    let public = pem::parse(key().public_pem()).unwrap();
    let Ok(signature) = BASE64URL_NOPAD.decode(token.signature.as_bytes()) else { return false };
    let algorithm = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
    aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, public.contents())
        .verify(text.as_bytes(), &signature)
        .is_ok()
}

/// Whether a token names a key that the app does not have.
fn has_unknown_key(token: &Token) -> bool {
    token.header.get("kid").and_then(Value::as_str).is_some_and(|kid| kid.ends_with("unknown"))
        && token.header.get("alg") == Some(&"RS256".into())
}

fn is_well_formed(token: &Token) -> bool {
    token.text.matches('.').count() == 2 && !token.text.contains('=') && !token.header.contains_key("crit")
}

/// Whether a token is of HS256 with this secret.
fn is_hs256(token: &Token, secret: &str) -> bool {
    token.header.get("alg") == Some(&"HS256".into()) && token.is_signed_with(secret)
}

fn set(token: &mut Token, claim: &str, value: impl Into<Value>) -> bool {
    token.claims.insert(claim.to_owned(), value.into());
    true
}

fn leave_out(token: &mut Token, claim: &str) -> bool {
    token.claims.remove(claim);
    true
}

#[test]
fn sound_apps_have_no_finding() {
    for endpoint in [&INSTALL, &FORGE, &ASAP] {
        let (found, code, report) = endpoint.probe(|seen| endpoint.sound(seen));
        assert_eq!((found, code), (Vec::<String>::new(), 0), "{:?} {}", endpoint.arguments, report["probe"]);
        assert_eq!(report["probe"]["leeway"], 10);
        assert_eq!(report["probe"]["service"]["key_id"], KEY_ID);
        let made = report["results"].as_array().unwrap().len();
        assert!(made > 70, "{made}");
        // No token is left in the report.
        assert!(!report["results"].to_string().contains("eyJ"));
        assert!(!report.to_string().contains(SECRET));
    }
}

/// An app with a hole: what it does, and the cause that is found.
struct Hole {
    endpoint: &'static Endpoint,
    cause: &'static str,
    repair: fn(&mut Token) -> bool,
}

const fn hole(endpoint: &'static Endpoint, cause: &'static str, repair: fn(&mut Token) -> bool) -> Hole {
    Hole { endpoint, cause, repair }
}

static HOLES: &[Hole] = &[
    hole(&INSTALL, "audience_unchecked", |it| is_signed(it) && set(it, "aud", BASE_URL)),
    hole(&INSTALL, "audience_compared_in_part", |it| {
        let is_part = it.claims.get("aud").and_then(Value::as_str).is_some_and(|it| it.starts_with(BASE_URL));
        is_signed(it) && is_part && set(it, "aud", BASE_URL)
    }),
    hole(&INSTALL, "tenant_unchecked", |it| is_signed(it) && set(it, "iss", TENANT)),
    hole(&INSTALL, "callback_by_shared_secret", |it| is_hs256(it, SECRET)),
    hole(&INSTALL, "public_key_as_secret", |it| is_hs256(it, key().public_pem())),
    hole(&INSTALL, "key_unchecked", |it| is_well_formed(it) && it.claims.get("iss") == Some(&TENANT.into())),
    hole(&INSTALL, "expiry_optional", |it| {
        is_signed(it) && !it.claims.contains_key("exp") && set(it, "exp", now() + 60)
    }),
    hole(&INSTALL, "unknown_key_unchecked", |it| has_unknown_key(it) && is_well_formed(it)),
    hole(&FORGE, "unknown_key_unchecked", |it| has_unknown_key(it) && is_well_formed(it)),
    hole(&ASAP, "unknown_key_unchecked", |it| has_unknown_key(it) && is_well_formed(it)),
    hole(&FORGE, "audience_compared_in_part", |it| {
        let is_part = it.claims.get("aud").and_then(Value::as_str).is_some_and(|it| it.contains(FORGE_APP));
        is_signed(it) && is_part && set(it, "aud", FORGE_APP)
    }),
    hole(&FORGE, "audience_unchecked", |it| {
        is_signed(it) && it.claims.get("aud") == Some(&it.claims["app"]["id"]) && set(it, "aud", FORGE_APP)
    }),
    hole(&INSTALL, "key_id_as_path", |it| {
        let kid = it.header.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned();
        has_signature(it) && kid.ends_with(&format!("/../{KEY_ID}"))
    }),
    hole(&FORGE, "audience_unchecked", |it| is_signed(it) && set(it, "aud", FORGE_APP)),
    hole(&FORGE, "audience_optional", |it| {
        is_signed(it) && !it.claims.contains_key("aud") && set(it, "aud", FORGE_APP)
    }),
    hole(&FORGE, "forge_unchecked", |it| is_signed(it) && set(it, "iss", "forge/invocation-token")),
    hole(&FORGE, "key_of_the_token", |it| {
        it.header.get("jwk").is_some_and(|jwk| jwk["kty"] == "RSA")
            && is_well_formed(it)
            && it.header.get("alg") == Some(&"RS256".into())
            && it.claims.contains_key("jti")
    }),
    hole(&FORGE, "algorithm_none", |it| it.header.get("alg") == Some(&"none".into()) && it.signature.is_empty()),
    hole(&FORGE, "not_before_unchecked", |it| is_signed(it) && leave_out(it, "nbf")),
    hole(&ASAP, "audience_unchecked", |it| is_signed(it) && set(it, "aud", "invoices")),
    hole(&ASAP, "service_unchecked", |it| is_signed(it) && set(it, "iss", "billing")),
    hole(&ASAP, "token_id_optional", |it| is_signed(it) && set(it, "jti", "a")),
    hole(&ASAP, "lifetime_unchecked", |it| {
        let is_old = it.claims.get("iat").and_then(Value::as_i64).is_some_and(|iat| iat < now() - 3_000);
        is_signed(it) && is_old && set(it, "iat", now() - 30)
    }),
    hole(&ASAP, "key_id_as_path", |it| {
        let kid = it.header.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned();
        has_signature(it) && kid.ends_with(&format!("/../{KEY_ID}"))
    }),
];

#[test]
fn each_hole_is_found_and_nothing_else() {
    for hole in HOLES {
        let (found, code, report) = hole.endpoint.probe(with(hole.endpoint, hole.repair));
        let what = (hole.endpoint.arguments[1], hole.cause);
        assert_eq!((found, code), (vec![hole.cause.to_owned()], 1), "{what:?} {}", report["probe"]["findings"]);
    }
}

/// A Forge app that looks at `app`, and refuses what the specification leaves open.
#[test]
fn a_strict_app_of_forge_and_a_strict_service_have_no_finding() {
    let strict = |endpoint: &'static Endpoint, is_good: fn(&Token) -> bool| {
        move |seen: &Seen| {
            let text = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("Bearer "));
            // The name of a scheme has no case.
            let text = text.or_else(|| seen.headers.iter().find_map(|(_, value)| value.strip_prefix("bearer ")));
            if text.and_then(Token::read).is_some_and(|token| is_good(&token)) {
                endpoint.sound(seen)
            } else {
                (401, "no")
            }
        }
    };
    let forge = strict(&FORGE, |it| {
        it.claims.get("nbf").is_some_and(Value::is_i64)
            && it.claims.get("iat").is_some_and(|iat| iat.as_i64().is_some_and(|iat| iat <= now()))
            && it.claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp.fract() == 0.0)
            && it.claims.get("app").is_some_and(|app| app["id"] == FORGE_APP)
            && it.header.get("typ") != Some(&"JOSE".into())
    });
    let (found, _, report) = FORGE.probe(forge);
    assert_eq!(found, Vec::<String>::new(), "{}", report["probe"]["findings"]);
    // An app that reads a claim which only some tokens have.
    static FOR_A_USER: Endpoint = Endpoint {
        arguments: &["--endpoint", "forge", "--audience", FORGE_APP, "--claim", r#"principal="557058:1""#],
        question: FORGE.question,
    };
    let reads = strict(&FORGE, |it| it.claims.get("principal") == Some(&"557058:1".into()));
    assert_eq!(FOR_A_USER.probe(reads).0, Vec::<String>::new());
    let asap = strict(&ASAP, |it| {
        let date = |name| it.claims.get(name).and_then(Value::as_f64).unwrap_or(0.0);
        it.header.get("alg") == Some(&"RS256".into())
            && date("iat") <= date("exp")
            && date("exp") - date("iat") < 3_600.0
    });
    assert_eq!(ASAP.probe(asap).0, Vec::<String>::new());
}

/// Names that are their own upper case, and those that a change would write.
#[test]
fn what_a_change_does_not_change_is_not_sent() {
    let question = |seen: &Seen| {
        Question::AsapVerify(AsapVerification {
            presented: Presented::Headers(seen.headers.clone()),
            public_keys: [("OTHER/1".to_owned(), key().public_pem().to_owned())].into(),
            audience: "other".to_owned(),
            now: now(),
            leeway: 10,
        })
    };
    let server = Server::start(move |seen: &Seen| match BuiltIn::new().answer(&question(seen)) {
        Outcome::Ok(_) => (200, "welcome"),
        _ => (401, "no"),
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["probe", &server.url("/"), "--endpoint", "asap", "--private-key", KEY_FILE, "--key-id", "OTHER/1"]);
    let output = command.args(["--audience", "other", "--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(causes(&report), Vec::<&str>::new(), "{}", report["probe"]);
}

/// What an app would accept instead, and the option for it.
#[test]
fn another_audience_and_another_signature_are_named() {
    let with_slash = |seen: &Seen| {
        let Question::AuthenticateInstall(asked) = (INSTALL.question)(seen) else { unreachable!() };
        let app_base_url = format!("{BASE_URL}/connect");
        match BuiltIn::new().answer(&Question::AuthenticateInstall(InstallAuthentication { app_base_url, ..asked })) {
            Outcome::Ok(_) => (200, "welcome"),
            _ => (401, "no"),
        }
    };
    let (_, code, report) = INSTALL.probe(with_slash);
    assert_eq!(code, 3, "{report}");
    let by_secret = |seen: &Seen| {
        let text = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("JWT "));
        match text.and_then(Token::read).is_some_and(|token| is_hs256(&token, SECRET)) {
            true => (200, "welcome"),
            false => (401, "no"),
        }
    };
    let (_, code, report) = INSTALL.probe(by_secret);
    let because = report["probe"]["help"]["because"].as_str().unwrap();
    assert!(code == 3 && because.contains("signed with the shared secret"), "{because}");
    let by_id = |seen: &Seen| {
        let Question::ForgeVerify(asked) = (FORGE.question)(seen) else { unreachable!() };
        let app_id = FORGE_APP.rsplit('/').next().unwrap_or_default().to_owned();
        match BuiltIn::new().answer(&Question::ForgeVerify(ForgeVerification { app_id, ..asked })) {
            Outcome::Ok(_) => (200, "welcome"),
            _ => (401, "no"),
        }
    };
    let (_, code, report) = FORGE.probe(by_id);
    let options = &report["probe"]["help"]["options"];
    assert_eq!((code, options), (3, &json!([format!("--audience {}", FORGE_APP.rsplit('/').next().unwrap())])));
}

/// An app that remembers the ids of good tokens, and lets any token with one of them through.
#[test]
fn a_known_token_that_is_not_checked_is_found() {
    let known = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let remembers = move |seen: &Seen| {
        let text = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("Bearer "));
        let id = text.and_then(Token::read).and_then(|token| token.claims.get("jti").map(Value::to_string));
        let Some(id) = id.filter(|id| id.len() > 10) else { return ASAP.sound(seen) };
        let answer = ASAP.sound(seen);
        let mut known = known.lock().unwrap();
        if answer.0 == 200 {
            known.insert(id);
            return answer;
        }
        if known.contains(&id) { (200, "seen before") } else { answer }
    };
    assert_eq!(ASAP.probe(remembers).0, ["known_token_unchecked"]);
}

/// A token that is good once.
#[test]
fn an_app_that_takes_each_token_once_is_not_taken_for_a_lock() {
    let used = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let once = move |seen: &Seen| {
        let answer = ASAP.sound(seen);
        let carried = seen.headers.iter().find_map(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default();
        let is_new = || used.lock().unwrap().insert(carried.to_owned());
        if answer.0 == 200 && !is_new() { (401, "replayed") } else { answer }
    };
    // ASAP leaves it open whether a server does this.
    let (found, code, report) = ASAP.probe(once);
    assert_eq!((found, code), (vec![], 0), "{}", report["probe"]);
    assert_eq!(report["probe"]["inconclusive"], json!([]));
}

#[test]
fn what_is_missing_is_named() {
    let cases: [(&[&str], &str); 16] = [
        (&["--endpoint", "asap"], "--endpoint asap: expected --private-key FILE and --key-id KID"),
        (
            &["--endpoint", "install", "--client-key", "a", "--method", "POST"],
            "--endpoint install: expected --private-key",
        ),
        (&["--endpoint", "install", "--client-key", "a"], "say --method POST"),
        (
            &["--endpoint", "asap", "--private-key", KEY_FILE, "--key-id", "a/b"],
            "--endpoint asap: expected --audience, the name of the service",
        ),
        (
            &["--client-key", "a", "--private-key", KEY_FILE, "--key-id", "a/b"],
            "tokens of --endpoint url are signed with the shared secret",
        ),
        (
            &["--endpoint", "asap", "--private-key", "crates/auth/tests/keys/p256.pkcs8.pem", "--key-id", "a/b"],
            "p256.pkcs8.pem: expected a private RSA key of 2,048 to 8,192 bits in PEM",
        ),
        (&[], "--client-key: expected the clientKey of the installed callback"),
        (&["--endpoint", "asap", "--client-key", "a"], "--client-key: --endpoint asap has no tenant"),
        (&["--endpoint", "forge", "--secret-file", "a"], "--secret-file: --endpoint forge has no shared secret"),
        (&["--endpoint", "forge", "--token-in", "query"], "--token-in query: --endpoint forge takes tokens"),
        (
            &["--endpoint", "asap", "--other-client-key", "a", "--other-secret-file", "b"],
            "--other-client-key: --endpoint asap has no secrets",
        ),
        (
            &["--endpoint", "install", "--client-key", "a", "--method", "POST", "--form", "a=1"],
            "--form: --endpoint install has a body in JSON",
        ),
        (
            &["--endpoint", "asap", "--private-key", KEY_FILE, "--key-id", "a/b", "--audience", ""],
            "--audience: expected a name, found an empty text",
        ),
        (
            &["--endpoint", "asap", "--private-key", KEY_FILE, "--key-id", "a", "--audience", "b"],
            "--key-id a: expected the issuer, a slash and a name",
        ),
        (
            &["--endpoint", "install", "--client-key", "a", "--method", "POST", "--json-body", r#"{"clientKey":"b"}"#],
            "--json-body: expected --client-key as the member clientKey",
        ),
        (
            &["--endpoint", "install", "--client-key", "a", "--method", "POST", "--json-body", r#"{"clientKey":"a"}"#],
            "--json-body: expected the shared secret that is given as the member sharedSecret",
        ),
    ];
    for (arguments, expected) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
        command.args(["probe", "http://127.0.0.1:1/"]).args(arguments).env("QSH_SHARED_SECRET", SECRET);
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}
