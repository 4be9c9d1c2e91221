//! Whole apps on real frameworks: the probe finds what is described of the framework, and nothing else.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use qsh::adapter::package;
use qsh::suite::case::Level;
use qsh::suite::spec;
use qsh::tamper::{TamperedToken, TokenKind, Treatment, changes};
use qsh_diagnose::Input;
use serde_json::Value;

use super::apps::{SECRET, TENANT};
use super::{causes, report};
use crate::programs::{EXPRESS, NO_KEY_HOST, PYTHON, RunningApp, SPRING, express, flask, has_python, helper, spring};
use crate::provision::{has_runtime_of, provision_bundled};

/// An app on atlassian-jwt for Python.
fn wsgi() -> RunningApp {
    let mut command = Command::new(provision_bundled(PYTHON).program);
    RunningApp::start(command.arg(helper("apps/wsgi.py")).args([TENANT, SECRET]))
}

/// The example of an app on our own verifier.
fn example() -> RunningApp {
    let cargo = || Command::new(env!("CARGO"));
    let build = ["build", "--quiet", "--locked", "--all-features", "--example", "app"];
    assert!(cargo().args(build).current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    // Tests are in target/debug/deps.
    let tests = std::env::current_exe().unwrap();
    let example = tests.parent().unwrap().with_file_name("examples").join("app");
    RunningApp::start(Command::new(example).arg(TENANT).env("QSH_SHARED_SECRET", SECRET).stderr(Stdio::null()))
}

#[test]
fn the_example_of_an_app_has_no_finding() {
    let app = example();
    let (report, code) = report(&app.url("/panel?issue=QSH-1"), &[]);
    assert_eq!((causes(&report), code), (vec![], 0), "{:#}", report["probe"]);
    assert_eq!(report["probe"]["leeway"], 30);
}

/// A probe sends nothing to any other machine: it works where there is none.
#[test]
fn a_probe_needs_no_other_machine() {
    const ALONE: [&str; 3] = ["--map-root-user", "--net", "sh"];
    let may_unshare = Command::new("unshare").args(ALONE).args(["-c", "ip link set lo up"]).output();
    if !may_unshare.is_ok_and(|output| output.status.success()) || !has_runtime_of(PYTHON) {
        eprintln!("this test did nothing: it needs unshare with user namespaces, and ip");
        return;
    }
    let python = provision_bundled(PYTHON).program;
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        ip link set lo up
        "$1" "$2" "$3" "$QSH_SHARED_SECRET" > port &
        trap "kill $!" EXIT
        while [ ! -s port ]; do sleep 0.1; done
        "$4" probe "http://127.0.0.1:$(cat port)/panel" --client-key "$3" --base-url http://app.test --format json
    "#;
    let mut command = Command::new("unshare");
    command.args(ALONE).args(["-c", script, "sh"]).arg(python).arg(helper("apps/wsgi.py"));
    command.args([TENANT, env!("CARGO_BIN_EXE_qsh")]);
    let output = command.current_dir(folder.path()).env("QSH_SHARED_SECRET", SECRET).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!((&report["probe"]["inconclusive"], output.status.code()), (&Value::Array(Vec::new()), Some(1)));
    assert!(causes(&report).contains(&"expiry_optional"), "{}", report["probe"]["findings"]);
}

/// The names of single changes that the framework's description says are treated otherwise than a clause of the level must or
/// should decides. Some of them are matters of the leeway: the app has another one than was described, and the probe measures
/// it.
fn described(adapter: &str, kind: TokenKind, of_leeway: &[&str]) -> BTreeSet<String> {
    let packages = package::bundled().unwrap();
    let package = packages.iter().find(|package| package.manifest().name == adapter).unwrap();
    let described = &package.manifest().tokens[&kind];
    let is_binding = |clause: &str| spec::clause(clause).unwrap().level < Level::Open;
    let differs = |name: &str, is_accepted: bool| {
        described.get(name).is_some_and(|it| match it {
            Treatment::Accepted => !is_accepted,
            // An app that fails has neither accepted nor refused.
            Treatment::Fault => true,
            _ => is_accepted,
        })
    };
    let wrong =
        changes(kind).filter(|change| is_binding(change.clause(kind)) && differs(change.name, change.is_accepted));
    // An app cannot be told of another clock or another secret, and a GET has no form. No product sends such a claim.
    let can_be_sent = |name: &&str| {
        let token = TamperedToken::good(kind, Input::new("GET", "/"));
        let token = token.with(qsh::tamper::change_named(kind, name).unwrap()).unwrap();
        !token.changes_receiver()
            && !["in_form_body", "aud_number", "aud_empty", "sub_number", "jti_number"].contains(name)
            && !of_leeway.contains(name)
    };
    wrong.map(|change| change.name).filter(can_be_sent).map(str::to_owned).collect()
}

/// The names of the changes of tokens that an app treats wrongly.
fn found(report: &Value) -> BTreeSet<String> {
    const GROUPS: [&str; 6] = ["transport", "algorithm", "signature", "hash", "claims", "form"];
    let results = report["results"].as_array().unwrap().iter();
    let wrong = results.filter(|it| it["verdict"] == "fail" || it["verdict"] == "error");
    let names = wrong.filter_map(|it| it["case"].as_str().unwrap().strip_prefix("probe/")?.split_once('/'));
    let of_token = names.filter(|(group, _)| GROUPS.contains(group));
    of_token.map(|(_, name)| name.replace('-', "_")).collect()
}

#[test]
fn an_app_on_express_does_what_is_described_of_its_framework() {
    if !has_runtime_of(EXPRESS) {
        return;
    }
    let app = express(NO_KEY_HOST, "", &[TENANT, SECRET]);
    let (of_url, code) = report(&app.url("/panel?issue=QSH-1"), &[]);
    assert_eq!(
        (found(&of_url), code),
        (described(EXPRESS, TokenKind::Url, &[]), 1),
        "{:#}",
        of_url["probe"]["findings"]
    );
    assert_eq!((&of_url["probe"]["leeway"], &of_url["probe"]["inconclusive"]), (&0.into(), &Value::Array(Vec::new())));
    let read = &of_url["probe"]["canonicalizer"];
    assert_eq!((&read["nearest"], &read["unread"]), (&"Express with qs".into(), &Value::Array(Vec::new())));
    let (of_context, _) = report(&app.url("/context/data"), &["--endpoint", "context"]);
    assert_eq!(
        found(&of_context),
        described(EXPRESS, TokenKind::Context, &[]),
        "{:#}",
        of_context["probe"]["findings"]
    );
}

#[test]
fn an_app_on_python_does_what_is_described_of_its_library() {
    if !has_runtime_of(PYTHON) {
        return;
    }
    let app = wsgi();
    let (report, code) = report(&app.url("/panel?issue=QSH-1"), &[]);
    let accepted: BTreeSet<&str> = causes(&report).into_iter().collect();
    // The app turns the exceptions of PyJWT and of Python into a 401, as an app has to.
    let expected =
        ["another_canonicalizer", "dates_of_any_type", "expiry_optional", "issue_time_optional", "malformed_tokens"];
    assert_eq!((accepted, code), (expected.into(), 1), "{:#}", report["probe"]["findings"]);
    assert_eq!(report["probe"]["canonicalizer"]["nearest"], "PyPI atlassian-jwt");
    let leeway = report["probe"]["leeway"].as_u64().unwrap();
    assert!((89..=91).contains(&leeway), "{leeway}");
}

#[test]
fn an_app_on_spring_boot_does_what_is_described_of_its_framework() {
    if !has_runtime_of(SPRING) {
        return;
    }
    let app = spring(NO_KEY_HOST, &[TENANT, SECRET]);
    let described = |kind| described(SPRING, kind, &["exp_a_second_ago", "nbf_next_second"]);
    let (of_url, code) = report(&app.url("/panel?issue=QSH-1"), &[]);
    assert_eq!((found(&of_url), code), (described(TokenKind::Url), 1), "{:#}", of_url["probe"]["findings"]);
    let leeway = of_url["probe"]["leeway"].as_u64().unwrap();
    assert!((29..=31).contains(&leeway), "{leeway}");
    let read = &of_url["probe"]["canonicalizer"];
    assert_eq!(read["nearest"], "Java atlassian-connect-spring-boot");
    // Tomcat takes no brackets in a target.
    assert_eq!(read["unread"], serde_json::json!(["qp[]=1&qp[]=2", "qp[a]=1"]));
    let (of_context, _) = report(&app.url("/context/data"), &["--endpoint", "context"]);
    assert_eq!(found(&of_context), described(TokenKind::Context), "{:#}", of_context["probe"]["findings"]);
}

/// The app does what the library's documentation shows, so that it fails where the library throws what is not documented.
#[test]
fn an_app_on_flask_does_what_is_described_of_its_library() {
    if !has_python() {
        return;
    }
    let app = flask(NO_KEY_HOST, &[TENANT, SECRET]);
    let (report, code) = report(&app.url("/panel?issue=QSH-1"), &[]);
    let described = described(PYTHON, TokenKind::Url, &["exp_a_second_ago", "exp_beyond_leeway", "iat_next_minute"]);
    assert_eq!((found(&report), code), (described, 1), "{:#}", report["probe"]["findings"]);
    let leeway = report["probe"]["leeway"].as_u64().unwrap();
    assert!((89..=91).contains(&leeway), "{leeway}");
    // The library does the second, and Flask the first.
    let choices = ["path_escapes=decoded", "value_order=decoded_code_point"];
    assert_eq!(report["probe"]["canonicalizer"]["choices"], serde_json::json!(choices));
}
