//! Where code scanning shows a result: in a file of the user's repository.

use std::fs;

use serde_json::Value;

use super::{Answer, User, fake};

/// The files that a SARIF log names.
fn files(answer: &Answer) -> Vec<String> {
    let log = answer.json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty(), "{answer:?}");
    let file = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        let (file, line) = (place["artifactLocation"]["uri"].as_str().unwrap(), &place["region"]["startLine"]);
        format!("{file}:{line}")
    };
    let mut files: Vec<String> = results.iter().map(file).collect();
    files.sort_unstable();
    files.dedup();
    files
}

fn wrong() -> String {
    fake("--dialect trailing_slash=kept")
}

const RUN: [&str; 4] = ["run", "path/trailing-slash", "--format", "sarif"];

#[test]
fn the_command_of_an_adapter_names_its_file() {
    let user = User::new();
    user.write("sdk/my adapter.sh", &format!("exec {}", wrong()));
    let run = || files(&user.qsh(&[&RUN[..], &["--command", "sh 'sdk/my adapter.sh'"]].concat()));
    assert_eq!(run(), ["sdk/my%20adapter.sh:1"]);
    // A file of the system is in no repository.
    assert_eq!(files(&user.qsh(&[&RUN[..], &["--command", &wrong()]].concat())), ["README.md:1"]);
}

#[test]
fn a_workflow_is_the_place_of_what_has_no_file() {
    let workflow = "owner/name/.github/workflows/test.yml@refs/heads/main";
    let user = User::new().with_env("GITHUB_WORKFLOW_REF", workflow);
    let run = || files(&user.qsh(&[&RUN[..], &["--command", &wrong()]].concat()));
    assert_eq!(run(), ["README.md:1"]);
    user.write(".github/workflows/test.yml", "on: push\n");
    assert_eq!(run(), [".github/workflows/test.yml:1"]);
}

#[test]
fn a_known_failure_is_at_its_line_of_the_baseline_seen_from_the_root_of_the_repository() {
    let user = User::new();
    fs::create_dir(user.path(".git")).unwrap();
    fs::create_dir(user.path("suite")).unwrap();
    let baseline = ["--baseline", "suite/known.toml", "--command", &wrong()].map(str::to_owned);
    let baseline: Vec<&str> = baseline.iter().map(String::as_str).collect();
    assert_eq!(user.qsh(&[&["run", "--format", "json", "--update-baseline"], baseline.as_slice()].concat()).code, 0);
    let text = user.read("suite/known.toml");
    let choice = text.lines().position(|line| line == "choice = \"kept\"").unwrap() + 1;
    // The run is in a folder of the repository.
    let mut command = user.command(&["run", "--format", "sarif", "--baseline", "known.toml", "--command", &wrong()]);
    let output = command.current_dir(user.path("suite")).output().unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let line = |result: &Value| {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "suite/known.toml");
        place["region"]["startLine"].to_string()
    };
    let lines: Vec<String> = results.iter().map(line).collect();
    assert!(lines.contains(&choice.to_string()), "{lines:?} {text}");
    assert!(results.iter().all(|result| result["level"] == "note"));
}
