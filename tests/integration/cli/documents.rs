//! The command output in the documents is the real output.

use std::{env, fs};

use super::User;

/// The start of a block with a command.
const BLOCK: &str = "```text\n$ qsh ";

/// Runs every command in a document. `INSTA_UPDATE=always` updates the output in the document.
fn every_command_prints_what_is_shown(path: &str, count: usize) {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(&path).unwrap();
    let is_update = env::var("INSTA_UPDATE").as_deref() == Ok("always");
    let mut pieces = document.split(BLOCK);
    let mut again = pieces.next().unwrap().to_owned();
    let mut found = 0;
    for piece in pieces {
        let (command, rest) = piece.split_once('\n').unwrap();
        let (shown, behind) = rest.split_once("\n```").unwrap();
        let words = shlex::split(command).unwrap();
        let answer = User::new().qsh(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let printed = answer.stdout.trim_end();
        assert!(is_update || printed == shown, "{path} shows of qsh {command}\n{shown}\nbut it prints\n{printed}");
        again += &format!("{BLOCK}{command}\n{printed}\n```{behind}");
        found += 1;
    }
    assert_eq!(found, count);
    if is_update {
        fs::write(&path, &again).unwrap();
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    every_command_prints_what_is_shown("README.md", 1);
}

#[test]
fn the_page_on_diagnosis_shows_what_is_printed() {
    every_command_prints_what_is_shown("docs/diagnosis.md", 4);
}
