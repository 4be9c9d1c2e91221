//! `qsh probe` against real servers on loopback.

mod apps;
mod server;

use std::process::{Command, Output};

use apps::{HOLES, SECRET, TENANT, sound, with};
use serde_json::Value;
use server::Server;

/// Runs `qsh probe` with the secret of the tests.
fn probe(url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["probe", url, "--client-key", TENANT, "--base-url", "http://app.test"]).args(arguments);
    command.env("QSH_SHARED_SECRET", SECRET).output().unwrap()
}

/// The report of a probe, and its exit code.
fn report(url: &str, arguments: &[&str]) -> (Value, i32) {
    let output = probe(url, &[arguments, &["--format", "json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    (
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{errors}")),
        output.status.code().unwrap(),
    )
}

fn causes(report: &Value) -> Vec<&str> {
    report["probe"]["findings"].as_array().unwrap().iter().map(|it| it["cause"].as_str().unwrap()).collect()
}

#[test]
fn a_sound_app_has_no_finding() {
    let server = Server::start(sound);
    let (report, code) = report(&server.url("/panel?issue=QSH-1"), &[]);
    assert_eq!((causes(&report), code), (vec![], 0), "{}", report["probe"]);
    let entry = &report["probe"];
    assert_eq!(entry["leeway"], 30);
    assert_eq!(entry["canonicalizer"]["choices"], serde_json::json!([]));
    assert_eq!(entry["inconclusive"], serde_json::json!([]));
    // Every request is counted, and there are not more than a thousand.
    let requests = usize::try_from(entry["requests"].as_u64().unwrap()).unwrap();
    assert_eq!(requests, server.served());
    assert!((150..1_000).contains(&requests), "{requests}");
}

#[test]
fn each_hole_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for hole in HOLES {
        let server = Server::start(with(hole.repair));
        let (report, code) = report(&server.url("/panel?issue=QSH-1"), &[]);
        if (causes(&report), code) != (vec![hole.cause], 1) {
            wrong.push(format!("{}, exit {code}: {:#}", hole.cause, report["probe"]["findings"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
