//! Which adapters `qsh run` starts, and how often.

use std::fs;

use insta::assert_snapshot;

use super::{Answer, FAKE, User, shell_word};

/// The names of the adapters in a JSON report.
fn adapters(answer: &Answer) -> Vec<String> {
    let report = answer.json();
    report["adapters"].as_array().unwrap().iter().map(|adapter| adapter["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_language_narrows_the_adapters() {
    let user = User::new().without_programs();
    let run = |args: &[&str]| user.qsh(&[["run", "path", "--format", "json"].as_slice(), args].concat());
    let answer = run(&["--language", "rust"]);
    assert_eq!((answer.code, adapters(&answer)), (0, vec!["built-in".into(), "rust-atlassian-app-auth".into()]));
    let answer = run(&["--adapter", "python-pyjwt", "--adapter", "built-in", "--language", "RUST"]);
    assert_eq!((answer.code, adapters(&answer)), (0, vec!["built-in".into()]));
    let answer = run(&["--language", "Scala", "--language", "go", "--language", "rust"]);
    assert_eq!(adapters(&answer).len(), 5);
    // Not one of them can run on this machine.
    let answer = run(&["--language", "python"]);
    assert_eq!(answer.code, 3);
    assert!(adapters(&answer).iter().all(|name| name.starts_with("python-")), "{answer:?}");
}

#[test]
fn an_unknown_language_is_usage() {
    let user = User::new();
    let usage = |args: &[&str]| user.error(2, &[["run"].as_slice(), args].concat());
    assert_snapshot!(usage(&["--language", "cobol"]), @r#"error: no adapter is in the language "cobol": expected Go, Java, JavaScript, Python, Rust or Scala"#);
    assert_snapshot!(usage(&["--adapter", "built-in", "--language", "python"]), @r#"error: no adapter is in the language "python": expected Rust"#);
    let answer = usage(&["--command", "cat", "--language", "python"]);
    assert!(answer.starts_with("error: the argument '--command <COMMAND>' cannot be used with"), "{answer}");
}

#[test]
fn an_adapter_is_started_once_for_the_vectors_and_the_tokens_of_others() {
    let user = User::new();
    let pids = user.path("pids");
    let verifier = format!(
        "{} --pids {} --operations '\"authenticate\"' --lets-through expired",
        shell_word(FAKE),
        shell_word(pids.to_str().unwrap())
    );
    let args = ["run", "claims/exp", "sign", "--adapter", "built-in", "--command", &verifier, "--format", "json"];
    let report = user.qsh(&args).json();
    let verifier = &report["adapters"][1];
    assert!(verifier["summary"]["fail"].as_u64().unwrap() > 0, "it accepts expired tokens: {verifier}");
    assert!(verifier["checked"].as_u64().unwrap() > 0, "it is shown tokens of others: {verifier}");
    assert_eq!(verifier["disputes"].as_array().map(Vec::len), Some(0), "{verifier}");
    assert_eq!(fs::read_to_string(&pids).unwrap().lines().count(), 1);
}

#[test]
fn a_case_that_is_answered_again_after_the_tokens_of_others_fails() {
    let user = User::new();
    let verifier =
        format!("{} --operations '\"authenticate\"' --every-reason other --twice-late-on SENT", shell_word(FAKE));
    let run = |verifier: &str| {
        let args = ["run", "claims/exp", "sign", "--adapter", "built-in", "--command", verifier, "--format", "json"];
        user.qsh(&args).json()
    };
    let report = run(&verifier);
    let case = &report["results"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|it| it["adapter"] == "command" && it["verdict"] != "unsupported");
    let case = case.unwrap();
    let token = case["input"]["headers"][0][1].as_str().unwrap().rsplit(' ').next().unwrap();
    let report = run(&verifier.replace("SENT", token));
    let spoilt = report["results"].as_array().unwrap().iter().filter(|it| it["outcome"]["kind"] == "garbled");
    assert!(spoilt.map(|it| &it["case"]).eq([&case["case"]]));
    assert_eq!(report["adapters"][1]["incidents"].as_array().map_or(0, Vec::len), 0);
}
