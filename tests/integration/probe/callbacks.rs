//! `qsh probe --endpoint install`: the body of a callback, and apps that refuse a good one.

use std::process::Command;

use qsh::adapter::built_in::BuiltIn;
use qsh::suite::case::{InstallAuthentication, Question};
use qsh::suite::outcome::Outcome;
use serde_json::{Value, json};

use super::apps::{SECRET, TENANT};
use super::keys::{BASE_URL, INSTALL, KEY_FILE, KEY_ID};
use crate::server::{Seen, Server};

/// A first callback without a token, as an older table of Atlassian has it.
#[test]
fn an_unsigned_callback_is_found() {
    let app = |seen: &Seen| {
        if seen.headers.iter().any(|(name, _)| name == "Authorization") {
            INSTALL.sound(seen)
        } else {
            (200, "installed")
        }
    };
    assert_eq!(INSTALL.probe(app).0, ["no_authentication"]);
}

/// A callback that installs a tenant is less checked than one that changes it, or brings its own key along.
#[test]
fn holes_around_the_body_of_a_callback_are_found() {
    let body = |seen: &Seen| serde_json::from_str::<Value>(&seen.body).unwrap_or_default();
    let first =
        move |seen: &Seen| if body(seen)["clientKey"] == TENANT { INSTALL.sound(seen) } else { (200, "installed") };
    let (found, code, report) = INSTALL.probe(first);
    assert_eq!((found, code), (vec!["first_callback_unchecked".to_owned()], 1), "{}", report["probe"]["findings"]);
    let cases = report["probe"]["findings"][0]["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4, "{cases:?}");
    let own_key = move |seen: &Seen| {
        if body(seen).get("publicKey").is_some() { (200, "installed") } else { INSTALL.sound(seen) }
    };
    assert_eq!(INSTALL.probe(own_key).0, ["key_of_the_body"]);
}

/// An app that repeats the request in its answer, and a secret with quotes and backslashes.
#[test]
fn a_report_has_no_secret_of_a_callback() {
    let secret = r#"a 'secret' with "quotes" and \ a backslash"#;
    let server = Server::start(|_: &Seen| (200, r#"{"sharedSecret":"a 'secret' with \"quotes\" and \\ a backslash"}"#));
    for format in ["human", "json", "markdown", "sarif"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
        command.args(["probe", &server.url("/"), "--private-key", KEY_FILE, "--key-id", KEY_ID, "--format", format]);
        let output = command.args(INSTALL.arguments).env("QSH_SHARED_SECRET", secret).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(!text.contains("quotes") && !text.contains("backslash"), "{format}: {text}");
        let has_command = matches!(format, "human" | "json");
        assert_eq!(text.contains("${QSH_SHARED_SECRET:?}"), has_command, "{format}: {text}");
    }
}

/// A failure is no refusal.
#[test]
fn an_app_that_fails_at_a_good_request_is_said_to_fail() {
    let fails = |seen: &Seen| if INSTALL.sound(seen).0 == 200 { (500, "no database") } else { (401, "no") };
    let (_, code, report) = INSTALL.probe(fails);
    let help = &report["probe"]["help"];
    assert_eq!((code, &help["fails"]), (3, &json!(true)), "{help}");
    assert!(
        help["tried"].as_u64().unwrap() <= 10 && report["probe"]["stopped"].to_string().contains("fails"),
        "{help}"
    );
    // The base URL is the audience and part of the hash at once.
    let below = |seen: &Seen| {
        let Question::AuthenticateInstall(asked) = (INSTALL.question)(seen) else { unreachable!() };
        let base = format!("{BASE_URL}/invoices");
        let mut request = asked.request.clone();
        request.input.base_url = Some(base.clone());
        let asked = InstallAuthentication { app_base_url: base, request, ..asked };
        match BuiltIn::new().answer(&Question::AuthenticateInstall(asked)) {
            Outcome::Ok(_) => (200, "welcome"),
            _ => (401, "no"),
        }
    };
    let server = Server::start(below);
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["probe", &server.url("/invoices/installed"), "--private-key", KEY_FILE, "--key-id", KEY_ID]);
    let output = command.args(INSTALL.arguments).args(["--format", "json"]).env("QSH_SHARED_SECRET", SECRET).output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let base = format!("{BASE_URL}/invoices");
    let expected = json!([format!("--base-url {base}"), format!("--audience {base}")]);
    assert_eq!(report["probe"]["help"]["options"], expected, "{}", report["probe"]["help"]);
}
