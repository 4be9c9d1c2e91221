//! Whole apps on real frameworks are installed, opened and called back. What they let pass is described of them.

use std::process::Command;

use globset::Glob;
use qsh::adapter::package::{self, Package};
use qsh::suite::baseline::{Baseline, KnownOutcome};
use qsh::tamper::{TokenKind, Treatment};
use serde_json::Value;

use super::command::port;
use crate::programs::{
    Client, EXPRESS, PYTHON, RunningApp, SPRING, express, flask, has_python, helper, python, spring,
};
use crate::provision::has_runtime_of;

/// The report of a product that an app is installed on.
fn course(start: impl FnOnce(&str) -> RunningApp, arguments: &[&str]) -> Value {
    let port = port();
    let app = start(&format!("http://127.0.0.1:{port}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["mock", "--app", &app.url(""), "--port", &port.to_string(), "--format", "json"]);
    let output = command.args(arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    // Each of these apps lets something pass.
    assert_eq!(output.status.code(), Some(1), "{report:#}");
    report
}

/// The checks that ended in another way than they should: the request, its flaw, and the outcome.
fn wrong(report: &Value) -> Vec<(&str, &str, &str)> {
    fn what(check: &Value) -> &str {
        if check["site"] == "new-site" { "First install" } else { text(&check["what"]) }
    }
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["is_fine"] == false);
    checks.map(|check| (what(check), text(&check["flaw"]["name"]), text(&check["outcome"]))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// Asserts that every right request was accepted, by the app and by the product, and that the app called it this often.
fn assert_right_requests(report: &Value, orders: &[&str], calls: u64) {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["flaw"].is_null());
    let right: Vec<&str> = checks.map(|check| check["what"].as_str().unwrap()).collect();
    assert_eq!(right, orders);
    assert_eq!(report["refused"], Value::Array(Vec::new()), "{report:#}");
    assert_eq!(report["accepted_calls"], calls, "{report:#}");
    assert_eq!(report["missing"], Value::Array(Vec::new()));
}

/// Whether the adapter of a library describes that it treats a token so.
fn is_described(adapter: &str, kind: TokenKind, flaw: &str, treatment: Treatment) -> bool {
    let change = match flaw {
        "expired" => "exp_beyond_leeway",
        "no_expiry" => "exp_left_out",
        "no_hash" => "qsh_left_out",
        "unsigned" => "alg_none_unsigned",
        _ => panic!("{flaw}: expected a flaw with a change of tokens"),
    };
    package(adapter).manifest().tokens[&kind].get(change) == Some(&treatment)
}

/// Whether the adapter of a framework excuses that it accepts a callback.
fn is_excused(adapter: &str, case: &str) -> bool {
    let package = package(adapter);
    let text = package.known().unwrap().unwrap();
    let known = Baseline::parse(&package.path("known.toml"), str::from_utf8(&text).unwrap()).unwrap();
    let covers = |glob: &str| Glob::new(glob).unwrap().compile_matcher().is_match(case);
    known.entries().iter().any(|it| covers(&it.case) && matches!(it.outcome, KnownOutcome::Accepted(_)))
}

fn package(adapter: &str) -> Package {
    package::bundled().unwrap().into_iter().find(|package| package.manifest().name == adapter).unwrap()
}

/// What is sent to an app with a path for context tokens.
const WITH_CONTEXT: [&str; 7] = [
    "Install",
    "Install again, with a new secret",
    "Call",
    "Panel",
    "jira:issue_created",
    "/context/data",
    "Uninstall",
];

#[test]
fn an_app_on_express_is_installed_by_the_framework() {
    if !has_runtime_of(EXPRESS) {
        return;
    }
    // The command has the addresses and the secret of the site.
    let client = Client::JavaScript.command() + " none";
    let arguments = ["--context", "/context/data", "--expect", "GET /rest/api/3/search", "--exec", &client];
    let report = course(|key_host| express(key_host, "", &[]), &arguments);
    // The page that calls back is sent twice, and once with the flaw that is let pass.
    assert_right_requests(&report, &WITH_CONTEXT, 4);
    assert_eq!(report["command"]["code"], 0);
    let everywhere = ["Install", "First install", "Call", "Panel", "jira:issue_created", "/context/data", "Uninstall"];
    assert_eq!(wrong(&report), everywhere.map(|what| (what, "no_expiry", "accepted")));
    assert!(is_excused(EXPRESS, "install/dates/exp-missing"));
    for kind in [TokenKind::Url, TokenKind::Context] {
        assert!(is_described(EXPRESS, kind, "no_expiry", Treatment::Accepted), "{kind:?}");
    }
}

#[test]
fn an_app_on_spring_boot_is_installed_by_the_framework() {
    if !has_runtime_of(SPRING) {
        return;
    }
    let arguments = ["--product", "confluence", "--context", "/context/data", "--exec", "true"];
    let report = course(|key_host| spring(key_host, &[]), &arguments);
    assert_right_requests(&report, &WITH_CONTEXT, 3);
    // The framework checks issuer and hash of callbacks only for a tenant that it knows.
    let first = ["another_tenant", "another_request", "no_hash", "context_token"];
    let of_url = ["Call", "Panel", "jira:issue_created"];
    let expected = first.map(|flaw| ("First install", flaw, "accepted")).into_iter();
    let expected: Vec<_> = expected.chain(of_url.map(|what| (what, "no_hash", "accepted"))).collect();
    assert_eq!(wrong(&report), expected);
    for case in ["install/issuer/other-body", "install/hash/missing", "install/context-token/installed"] {
        assert!(is_excused(SPRING, case), "{case}");
    }
    assert!(is_described(SPRING, TokenKind::Url, "no_hash", Treatment::Accepted));
}

/// The library knows neither the audience nor the body of callbacks. The app does no more than its documentation shows.
#[test]
fn an_app_on_flask_lets_pass_what_its_library_does_not_know() {
    if !has_python() {
        return;
    }
    let report = course(|key_host| flask(key_host, &[]), &["--exec", "true"]);
    let right: Vec<&str> = WITH_CONTEXT.into_iter().filter(|what| *what != "/context/data").collect();
    assert_right_requests(&report, &right, 3);
    let of_callbacks = [
        ("unsigned", "failed"),
        ("shared_secret", "failed"),
        ("public_key_as_secret", "failed"),
        ("another_tenant", "accepted"),
        ("another_app", "accepted"),
        ("no_hash", "failed"),
        ("expired", "failed"),
        ("no_expiry", "accepted"),
    ];
    let of_url = [("unsigned", "failed"), ("no_hash", "failed"), ("expired", "failed"), ("no_expiry", "accepted")];
    let mut expected = Vec::new();
    for what in ["Install", "First install", "Call", "Panel", "jira:issue_created", "Uninstall"] {
        let is_callback = matches!(what, "Install" | "First install" | "Uninstall");
        let flaws: &[(&str, &str)] = if is_callback { &of_callbacks } else { &of_url };
        expected.extend(flaws.iter().map(|(flaw, outcome)| (what, *flaw, *outcome)));
    }
    assert_eq!(wrong(&report), expected, "{report:#}");
    for (flaw, outcome) in of_url {
        let treatment = if outcome == "accepted" { Treatment::Accepted } else { Treatment::Fault };
        assert!(is_described(PYTHON, TokenKind::Url, flaw, treatment), "{flaw}");
    }
}

/// Both commands work where there is no other machine: they send nothing anywhere else.
#[test]
fn an_app_is_installed_and_probed_without_any_other_machine() {
    const ALONE: [&str; 3] = ["--map-root-user", "--net", "sh"];
    let may_unshare = Command::new("unshare").args(ALONE).args(["-c", "ip link set lo up"]).output();
    if !may_unshare.is_ok_and(|output| output.status.success()) || !has_python() {
        eprintln!("this test did nothing: it needs unshare with user namespaces, ip, and Python");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        ip link set lo up
        "$1" -E -s "$2" http://127.0.0.1:2990 > port &
        trap "kill $!" EXIT
        while [ ! -s port ]; do sleep 0.1; done
        QSH="$3" "$3" mock --app "http://127.0.0.1:$(cat port)" --format json --exec \
            '"$QSH" probe "$QSH_APP_URL/panel?issue=1" --client-key "$QSH_CLIENT_KEY" --format json --output probe.json'
    "#;
    let mut command = Command::new("unshare");
    command.args(ALONE).args(["-c", script, "sh"]).arg(python()).arg(helper("apps/flask_app.py"));
    let output = command.arg(env!("CARGO_BIN_EXE_qsh")).current_dir(folder.path()).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let right: Vec<&str> = WITH_CONTEXT.into_iter().filter(|what| *what != "/context/data").collect();
    assert_right_requests(&report, &right, 3);
    let probed: Value = serde_json::from_slice(&std::fs::read(folder.path().join("probe.json")).unwrap()).unwrap();
    assert_eq!(probed["probe"]["inconclusive"], Value::Array(Vec::new()));
    assert!(!probed["probe"]["findings"].as_array().unwrap().is_empty(), "{probed:#}");
    assert_eq!(report["command"]["code"], 1);
}
