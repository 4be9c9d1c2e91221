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

/// Each section of docs/401.md ends in a command. It exists, and so do its options and the clauses of the page.
#[test]
fn the_page_on_401_names_commands_options_and_clauses_that_exist() {
    let page = include_str!("../../../docs/401.md");
    let sections: Vec<&str> = page.split("\n## ").skip(1).collect();
    assert!(sections.len() > 10, "{}", sections.len());
    let user = User::new();
    for section in sections {
        let (_, block) = section.split_once("```sh\n").unwrap_or_else(|| panic!("no command in {section}"));
        let words = shlex::split(block.split_once("\n```").unwrap().0).unwrap();
        assert_eq!(words[0], "qsh");
        let is_command = |word: &&String| ["diagnose", "token", "inspect", "verify"].contains(&word.as_str());
        let command: Vec<&str> = words[1..].iter().take_while(is_command).map(String::as_str).collect();
        let help = user.qsh(&[&command[..], &["--help"]].concat()).stdout;
        let before_another_command = words.split(|word| word == "--").next().unwrap();
        for option in before_another_command.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(&format!("{option} <")), "{command:?} has no {option}");
        }
    }
    for clause in page.split(['(', ')', ',', ' ', '\n']).filter(|word| qsh::suite::spec::is_clause_number(word)) {
        assert!(qsh::suite::spec::clause(clause).is_some(), "{clause}");
    }
}
