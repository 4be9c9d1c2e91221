//! An adapter whose library has a fixed leeway, or does not look at the method.

use std::fs;

use insta::assert_snapshot;
use serde_json::json;

use super::{Answer, FAKE, User, shell_word};

/// An adapter that answers as our own implementation does, and introduces itself with a limit.
fn limited(operations: &[&str], limit: &str, value: serde_json::Value) -> String {
    let mut ok =
        json!({ "protocol": 1, "name": "fake", "version": "1.0", "language": "Rust", "operations": operations });
    ok[limit] = value;
    let introduction = json!({ "id": 0, "ok": ok }).to_string();
    format!("{} --every-reason expired --introduction {}", shell_word(FAKE), shell_word(&introduction))
}

fn run(user: &User, command: &str, more: &[&str]) -> Answer {
    user.qsh(&[["run", "--command", command].as_slice(), more].concat())
}

#[test]
fn a_case_that_needs_another_leeway_is_unsupported_and_has_to_be_listed() {
    let user = User::new();
    let command = limited(&["authenticate"], "fixed_leeway", json!(3));
    let leeway = ["claims/exp/last-second-leeway-0", "claims/leeway", "claims/exp/missing"];
    let answer = run(&user, &command, &[leeway.as_slice(), &["--format", "json"]].concat());
    assert_eq!(answer.code, 1);
    let report = answer.json();
    let results = report["results"].as_array().unwrap();
    let unsupported: Vec<_> = results.iter().filter(|it| it["outcome"]["kind"] == "unsupported").collect();
    assert!(!unsupported.is_empty() && unsupported.len() < results.len(), "{report}");
    for result in &unsupported {
        assert_eq!(result["outcome"]["message"], "its leeway is always 3 seconds", "{result}");
        // An open case is never failed.
        let verdict = if result["level"] == "open" { "unsupported" } else { "fail" };
        assert_eq!(result["verdict"], verdict, "{result}");
    }
    let human = run(&user, &command, &leeway);
    assert!(human.stdout.contains("NOT SUPPORTED  command  "), "{}", human.stdout);
    let listed = run(&user, &command, &[leeway.as_slice(), &["--allow-unsupported", "claims/leeway"]].concat());
    assert_eq!(listed.code, 0, "{}", listed.stdout);
    assert!(listed.stdout.contains(": its leeway is always 3 seconds"), "{}", listed.stdout);
}

#[test]
fn a_request_with_another_method_is_unsupported_unless_it_has_to_be_refused() {
    let user = User::new();
    let command = limited(&["canonical_request", "authenticate"], "fixed_method", json!("GET"));
    let verdicts = |cases: &[&str]| run(&user, &command, &[cases, &["--format", "json"]].concat()).verdicts("command");
    let verdict = |case: &str| verdicts(&[case])[0].1.clone();
    assert_eq!(verdict("method/case/all-lower"), "pass");
    assert_eq!(verdict("method/sent/delete"), "fail");
    let allowed =
        run(&user, &command, &["method/sent/delete", "method/case/mixed", "--allow-unsupported", "method/sent"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stdout);
    assert!(allowed.stdout.contains("1 case: it takes every request for GET"), "{}", allowed.stdout);
}

/// A reviewer sees the limit in adapter.toml.
#[test]
fn a_limit_is_in_the_manifest_and_in_the_introduction() {
    let user = User::new();
    let introduction = json!({ "id": 0, "ok": {
        "protocol": 1, "name": "fake", "version": "1.0", "language": "Rust", "operations": ["authenticate"],
        "fixed_leeway": 3,
    } });
    let manifest = |limits: &str| {
        let command = [FAKE.to_owned(), "--every-reason".to_owned(), "expired".to_owned(), "--introduction".to_owned()];
        let words: Vec<String> = command.iter().map(|word| format!("{word:?}")).collect();
        let introduction = introduction.to_string().replace('{', "{{").replace('}', "}}");
        user.write(
            "mine/adapter.toml",
            &format!(
                "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\n\
                 library_version = \"1.0\"\ndocumentation = \"https://example.com/\"\n{limits}\ncommand = [{}, {introduction:?}]\n",
                words.join(", ")
            ),
        );
        let answer = user.qsh(&["run", "--adapter", "mine", "claims/exp/missing"]);
        (answer.code, answer.stdout)
    };
    let (code, stdout) = manifest("");
    assert_eq!(code, 3);
    assert_snapshot!(stdout.lines().find(|line| line.starts_with("NOT USABLE")).unwrap(), @"NOT USABLE  mine  fixed_leeway: adapter.toml says nothing, the adapter says 3");
    let (code, stdout) = manifest("fixed_leeway = 30");
    assert_eq!(code, 3);
    assert_snapshot!(stdout.lines().find(|line| line.starts_with("NOT USABLE")).unwrap(), @"NOT USABLE  mine  fixed_leeway: adapter.toml says 30, the adapter says 3");
    assert_eq!(manifest("fixed_leeway = 3").0, 0);
    assert_eq!(manifest("fixed_leeway = 3\nfixed_method = \"GET\"").0, 3);
    let too_long = manifest("fixed_leeway = 301");
    assert_eq!(too_long.0, 2);
    fs::remove_dir_all(user.path("mine")).unwrap();
}
