//! `qsh mock` as a program.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::app::App;

/// A port whose next one is free, too. It is below those that the system gives away, so that an app that is started later does
/// not get it.
pub(super) fn port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 1_000).unwrap() * 10;
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(2, Ordering::Relaxed));
    ports.find(|port| is_free(*port) && is_free(port + 1)).unwrap()
}

fn mock(app: &App, port: u16, arguments: &[&str]) -> Command {
    app.use_keys_of(&format!("http://127.0.0.1:{port}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
    command.args(["mock", "--app", &app.url(), "--port", &port.to_string()]).args(arguments);
    command
}

fn run(app: &App, arguments: &[&str]) -> Output {
    mock(app, port(), arguments).output().unwrap()
}

#[test]
fn the_command_has_the_addresses_and_decides_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("mock.xml");
    let report = format!("junit={}", junit.display());
    let script = r#"test -n "$QSH_SHARED_SECRET" && echo "$QSH_BASE_URL $QSH_APP_KEY" && exit 3"#;
    let output = run(&App::sound(), &["--exec", script, "--format", "json", "--report", &report]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["command"]["code"]), (Some(1), &3.into()));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("http://127.0.0.1:") && errors.contains(" com.example.app\n"), "{errors}");
    let junit = std::fs::read_to_string(junit).unwrap();
    assert!(junit.contains(r#"name="site-1: installed""#) && junit.contains(r#"failures="1""#), "{junit}");
    let good = run(&App::sound(), &["--exec", "true", "--context", "/data"]);
    let text = String::from_utf8(good.stdout).unwrap();
    assert_eq!((good.status.code(), text.contains("All as expected")), (Some(0), true), "{text}");
    let bad = run(&App::with_hole("install_for_any_app"), &["--exec", "true"]);
    let text = String::from_utf8(bad.stdout).unwrap();
    assert_eq!(bad.status.code(), Some(1));
    assert!(
        text.contains("accepted  a request with a token for another app  another_app")
            && text.contains("INS-6  site-1 Install"),
        "{text}"
    );
    let skipped = run(&App::with_hole("install_for_any_app"), &["--exec", "true", "--skip", "*/another_app"]);
    let text = String::from_utf8(skipped.stdout).unwrap();
    assert_eq!(skipped.status.code(), Some(0), "{text}");
    assert!(text.contains("not sent    installed/another_app"), "{text}");
    let nothing = run(&App::sound(), &["--exec", "true", "--skip", "*"]);
    let text = String::from_utf8(nothing.stdout).unwrap();
    assert_eq!(nothing.status.code(), Some(4), "{text}");
    assert!(text.contains("Nothing was sent"), "{text}");
    // With a state, the app stays installed, and the report says what was not sent.
    let state = folder.path().join("state.json");
    let kept_app = App::sound();
    let kept = run(&kept_app, &["--exec", "true", "--state", state.to_str().unwrap()]);
    let text = String::from_utf8(kept.stdout).unwrap();
    assert_eq!((kept.status.code(), kept_app.tenants().len()), (Some(0), 1), "{text}");
    assert!(text.contains("not sent    uninstalled") && state.exists(), "{text}");
    let missing = run(&App::sound(), &["--exec", "true", "--expect", "GET /rest/api/3/myself"]);
    let text = String::from_utf8(missing.stdout).unwrap();
    assert!(missing.status.code() == Some(1) && text.contains("missing   GET /rest/api/3/myself"), "{text}");
}

#[test]
fn an_interruption_ends_it_at_once_with_a_report() {
    let app = App::sound();
    let mut child = mock(&app, port(), &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("Install") {
        assert_ne!(errors.read_line(&mut said).unwrap(), 0, "{said}");
    }
    assert_eq!(app.tenants().len(), 1);
    let began = Instant::now();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    // A busy machine takes a while to end a process.
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("All as expected ("), "{report}");
    assert!(app.tenants().is_empty());
}

#[test]
fn what_cannot_be_used_is_named() {
    let app = App::sound();
    let said = |arguments: &[&str]| {
        let output = run(&app, &[arguments, &["--exec", "true"]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["--descriptor", "/panel"]).contains("/panel: expected the descriptor of the app, found status 401"));
    assert!(said(&["--descriptor", "nowhere.json"]).contains("nowhere.json: expected a file that is there"));
    assert!(said(&["--expect", "myself"]).contains("expected METHOD PATH without a query"));
    assert!(said(&["--skip", "["]).contains("--skip"));
    assert!(said(&["--skip", "nothing:*"]).contains("--skip nothing:*: expected one of installed, installed-again"));
    assert!(said(&["--forge", "/remote", "--forge-app", "app"]).contains("with a UUID after it"));
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    std::fs::write(&state, "{\"format\":\"other\"}").unwrap();
    assert!(
        said(&["--state", state.to_str().unwrap()]).contains("expected the state of `qsh mock`, version 1, for jira")
    );
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = mock(&app, port, &["--exec", "true"]).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains(&format!("port {port}: ")), "{errors}");
    let elsewhere =
        Command::new(env!("CARGO_BIN_EXE_qsh")).args(["mock", "--app", "http://192.0.2.1:1"]).output().unwrap();
    assert!(String::from_utf8(elsewhere.stderr).unwrap().contains("--allow-host 192.0.2.1"));
}
