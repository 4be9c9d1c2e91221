//! The destinations of results: stdout, files, terminals, and pipes that are closed early.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use insta::assert_snapshot;

use super::{User, fake, names};

#[test]
fn a_report_goes_whole_into_its_file() {
    let user = User::new();
    let answer = user.qsh(&["run", "--adapter", "built-in", "--format", "json", "--output", "report.json", "QSH-P6"]);
    assert_eq!((answer.code, answer.stdout.as_str(), answer.stderr.as_str()), (0, "", ""));
    let printed = user.qsh(&["run", "--adapter", "built-in", "--format", "json", "QSH-P6"]).json();
    let written: serde_json::Value = serde_json::from_str(&user.read("report.json")).unwrap();
    assert_eq!(written["adapters"], printed["adapters"]);
    user.qsh(&["run", "--adapter", "built-in", "--color", "always", "--output", "report.txt", "QSH-P6"]);
    assert!(!user.read("report.txt").contains('\u{1b}'), "colours are for terminals");
    assert_eq!(names(user.home.path()), ["report.json", "report.txt"]);
}

#[test]
fn a_report_that_cannot_be_written_leaves_everything_as_it_was() {
    let user = User::new();
    user.write("old.json", "old");
    let to = |path: &str, code| user.error(code, &["run", "--adapter", "built-in", "--output", path, "QSH-P6"]);
    assert!(to("no/such/folder/report", 2).starts_with("error: cannot write no/such/folder/report: "));
    fs::create_dir(user.path("folder")).unwrap();
    assert!(to("folder", 2).starts_with("error: cannot write folder: "));
    let error = user.error(4, &["run", "--adapter", "built-in", "--output", "old.json", "no/such"]);
    assert_snapshot!(error, @r#"error: no case matches "no/such"; `qsh vectors list` shows them all"#);
    assert_eq!(user.read("old.json"), "old");
    assert_eq!(names(user.home.path()), ["folder", "old.json"]);
}

#[test]
fn only_a_file_is_replaced() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    let user = User::new();
    let to = |path: &str| {
        let answer = user.qsh(&["vectors", "export", "QSH-P6", "--output", path]);
        assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{answer:?}");
    };
    to("/dev/null");
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());

    let file = user.write("real.json", "old");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, user.path("link.json")).unwrap();
    to("link.json");
    assert!(user.path("link.json").is_symlink());
    assert!(user.read("real.json").starts_with('{'));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn colours_are_where_they_are_wanted() {
    let is_coloured = |user: User, more: &[&str]| {
        let answer = user.qsh(&[["run", "--adapter", "built-in", "QSH-P6"].as_slice(), more].concat());
        answer.stdout.contains('\u{1b}')
    };
    assert!(!is_coloured(User::new(), &[]), "stdout is no terminal");
    assert!(is_coloured(User::new(), &["--color", "always"]));
    assert!(is_coloured(User::new().with_env("CLICOLOR_FORCE", "1"), &[]));
    assert!(!is_coloured(User::new().with_env("NO_COLOR", "1").with_env("CLICOLOR_FORCE", "1"), &[]));
    assert!(!is_coloured(User::new().with_env("CLICOLOR_FORCE", "1"), &["--color", "never"]));
    assert!(!is_coloured(User::new(), &["--color", "always", "--format", "json"]));
    assert!(!is_coloured(User::new(), &["--color", "always", "--format", "junit"]));
}

#[test]
fn data_is_printed_byte_for_byte() {
    // DEL and CSI are ordinary text in JSON and are not escaped.
    let json = User::new().qsh(&["hash", "GET", "/\u{7f}\u{9b}1m", "--format", "json"]).json();
    assert_eq!(json["canonical_request"], "GET&/\u{7f}\u{9b}1m&");
}

#[test]
fn a_reader_that_leaves_changes_no_exit_code() {
    let user = User::new();
    for (command, code) in [(super::honest(), 0), (fake(""), 1)] {
        let args = ["run", "--format", "json", "--command", &command];
        let mut child = user.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(output.status.code(), Some(code), "{command}");
    }
}

#[test]
fn a_reader_that_takes_one_line_gets_it() {
    let user = User::new();
    let mut child = user.command(&["vectors", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("  ASAP-1  "), "{line}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn an_error_that_nobody_reads_keeps_its_exit_code() {
    let user = User::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = user.command(&["run", "--adapter", "nobody"]).stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn an_error_cannot_steer_the_terminal() {
    let user = User::new();
    let text = user.error(2, &["run", "--adapter", "a\u{9b}31m\u{1b}[2J"]);
    assert!(!text.contains(['\u{1b}', '\u{9b}']), "{text:?}");
    user.write("bad.json", "{\"\\u001b[2J\": 1}");
    assert_snapshot!(user.error(2, &["vectors", "check", "--vectors", "bad.json"]), @r"error: the vectors cannot be used: bad.json: unknown field `\u{1b}[2J`, expected one of `format`, `version`, `suite_version`, `case_count`, `notes`, `cases`");
}

#[test]
fn one_run_writes_several_formats() {
    let user = User::new().with_own_vectors();
    let command = fake("");
    let run = ["run", "--vectors", "own.json", "--command", &command];
    let reports = ["--report", "json=report.json", "--report", "junit=report.xml", "--report", "human=report.txt"];
    let answer = user.qsh(&[run.as_slice(), &reports].concat());
    assert_eq!(answer.code, 1, "{answer:?}");
    // The summary stays on stdout.
    assert!(answer.stdout.contains("Not as expected"), "{answer:?}");
    assert!(user.read("report.txt").contains("Not as expected"));
    assert!(user.read("report.xml").contains("<testsuites"));
    let json: serde_json::Value = serde_json::from_str(&user.read("report.json")).unwrap();
    assert_eq!(json["conclusion"], "failed");
    let diff = ["diff", "--adapter", "built-in", "--cases", "200", "--report", "markdown=diff.md"];
    assert_eq!(user.qsh(&diff).code, 0);
    assert!(user.read("diff.md").starts_with("# Comparison"));
    // Two reports never go to one file, and `-` is stdout.
    let twice = ["--output", "one.txt", "--report", "json=one.txt"];
    assert_snapshot!(user.error(2, &[run.as_slice(), &twice].concat()), @"error: two reports go to one.txt: expected a file for each");
    assert!(!user.path("one.txt").exists());
    let printed = user.qsh(&[run.as_slice(), &["--output", "human.txt", "--report", "json=-"]].concat());
    assert_eq!(printed.json()["format"], "qsh-report");
    let error = |report: &str| user.error(2, &[run.as_slice(), &["--report", report]].concat());
    let expected = "expected FORMAT=FILE, where FORMAT is one of human, json, junit, tap, sarif, markdown, html, badge";
    for wrong in ["json", "json=", "yaml=report.yaml", "=report"] {
        assert!(error(wrong).contains(expected), "{}", error(wrong));
    }
}
