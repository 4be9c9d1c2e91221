//! A real nginx in front of a real app, and in front of the product: the cause of a refusal is named.

use std::process::Command;

use serde_json::Value;

use super::Running;
use super::app::App;
use super::clients::call;
use super::command::port;
use crate::nginx::{Nginx, has_nginx};
use crate::programs::{Client, EXPRESS, express};
use crate::provision::has_runtime_of;

#[test]
fn what_nginx_does_between_product_and_app_is_named() {
    if !has_nginx() || !has_runtime_of(EXPRESS) {
        return;
    }
    // The report of an app behind nginx, below a path of it.
    let report = |location: &str, path: &str| -> Value {
        let port = port();
        let app = express(&format!("http://127.0.0.1:{port}"), "", &[]);
        let nginx = Nginx::start(&location.replace("APP", &app.url("")));
        let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
        command.args(["mock", "--app", &nginx.url(path), "--port", &port.to_string(), "--format", "json"]);
        let output = command.args(["--skip", "*/*", "--exec", "true"]).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    let wrong = |report: &Value| -> Vec<(String, String)> {
        let wrong = report["checks"].as_array().unwrap().iter().filter(|check| check["is_fine"] == false);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        wrong.map(|check| (text(&check["what"]), text(&check["diagnosis"]))).collect()
    };
    // The product calls the app below a prefix, and nginx removes it: the path of a base URL is not hashed.
    let removed = report("location /app/ { proxy_pass APP/; }", "/app");
    assert_eq!(wrong(&removed), []);
    // nginx adds a prefix to one page.
    let added = report("location / { proxy_pass APP; } location /panel { proxy_pass APP/connect/panel; }", "");
    let [(what, diagnosis)] = &wrong(&added)[..] else { panic!("{added:#}") };
    assert_eq!(what, "Panel");
    assert!(diagnosis.contains("the app computes the hash of the path with /connect before it"), "{diagnosis}");
    // nginx decodes the path and merges its slashes. A module of the descriptor shows it.
    let folder = tempfile::tempdir().unwrap();
    let descriptor = folder.path().join("descriptor.json");
    let module = r#"{"key":"com.example.express","name":"Express","baseUrl":"http://app.test","lifecycle":{"installed":"/installed"},
        "modules":{"webPanels":[{"key":"panel","name":{"value":"Panel"},"url":"/panel//%41"}]}}"#;
    let decoded = || -> Value {
        let port = port();
        let app = express(&format!("http://127.0.0.1:{port}"), "", &[]);
        let rewrites = format!("location / {{ rewrite ^(.*)$ $1 break; proxy_pass {}; }}", app.url(""));
        let nginx = Nginx::start(&rewrites);
        // The audience of callbacks is the base URL that the app has.
        std::fs::write(&descriptor, module.replace("http://app.test", &app.url(""))).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_qsh"));
        command.args(["mock", "--app", &nginx.url(""), "--port", &port.to_string(), "--format", "json"]);
        command.arg("--descriptor").arg(&descriptor);
        let output = command.args(["--skip", "*/*", "--exec", "true"]).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    let decoded = decoded();
    let [(what, diagnosis)] = &wrong(&decoded)[..] else { panic!("{decoded:#}") };
    assert_eq!(what, "Panel");
    assert!(diagnosis.contains("(path_escapes=decoded path_segments=slashes_collapsed)"), "{diagnosis}");
    // nginx adds it everywhere, so that the app has no such route.
    let moved =
        report("location / { proxy_pass APP/connect/; } location = /atlassian-connect.json { proxy_pass APP; }", "");
    let [(what, diagnosis)] = &wrong(&moved)[..] else { panic!("{moved:#}") };
    assert_eq!(what, "Install");
    assert!(diagnosis.contains("/installed, compare its routes with the descriptor"), "{diagnosis}");
}

#[test]
fn what_nginx_does_between_app_and_product_is_named() {
    if !has_nginx() || !Client::JavaScript.is_available() || !Client::GoJira.is_available() {
        return;
    }
    // The call of a client through nginx, with a base URL below a path of it: the mistakes, and what was expected and hashed.
    let called = |client: Client, location: &str, path: &str| {
        let running = Running::start(App::sound());
        running.install();
        let (site, base_url) = running.site();
        let nginx = Nginx::start(&location.replace("SITE", &base_url));
        call(client, "none", &nginx.url(path), &site);
        let mut session = running.mock.session();
        if session.refused.is_empty() {
            assert_eq!(session.accepted_calls, 1);
            return (String::new(), String::new());
        }
        assert_eq!((session.accepted_calls, session.refused.len()), (0, 1), "{}", session.to_human());
        let cause = session.refused.remove(0);
        let reason = format!("{} {}", cause.refusal.reason, cause.mistakes.join(" "));
        (reason.trim_end().to_owned(), cause.diagnosis.unwrap_or_default())
    };
    // nginx removes the path of the base URL, which a right client does not hash.
    let removes = "location /jira/ { proxy_pass SITE/; }";
    assert_eq!(called(Client::JavaScript, removes, "/jira").0, "");
    let (mistake, diagnosis) = called(Client::GoJira, removes, "/jira");
    assert_eq!(mistake, "qsh_mismatch base_added");
    assert!(diagnosis.contains("`/jira` stands in front of the path"), "{diagnosis}");
    // It adds a path.
    let (mistake, diagnosis) = called(Client::JavaScript, "location / { proxy_pass SITE/jira/; }", "");
    assert_eq!(mistake, "qsh_mismatch base_guessed");
    assert!(diagnosis.contains("`/jira` is removed from the front of the path"), "{diagnosis}");
    // It adds a parameter.
    let adds = "location / { set $args $args&via=nginx; proxy_pass SITE; }";
    let (mistake, diagnosis) = called(Client::JavaScript, adds, "");
    assert_eq!(mistake, "qsh_mismatch parameter_missing");
    assert!(diagnosis.contains("the parameter `via` was not hashed"), "{diagnosis}");
    // It removes the header field.
    let drops = "location / { proxy_set_header Authorization \"\"; proxy_pass SITE; }";
    let (mistake, diagnosis) = called(Client::JavaScript, drops, "");
    assert_eq!(mistake, "no_token");
    assert!(diagnosis.contains("no header and no parameter has a token"), "{diagnosis}");
}
