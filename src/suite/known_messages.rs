//! The page `docs/401.md`: the messages that people search for, and their causes.

use std::fmt::Write as _;

use qsh_diagnose::messages::MESSAGES;

/// The text before the first message.
const INTRODUCTION: &str = "\
# 401: which message, which cause

This page lists messages that people search for. Each has its likely causes, the most likely first, and the command that
decides between them. Give `qsh diagnose` whatever you have: it takes a URL, a token, a message, a curl command, a HAR
entry or an HTTP message, in any mixture. It says which kind of token it sees, what is wrong with it, and whether its hash
is right. [diagnosis.md](diagnosis.md) shows examples, [tokens.md](tokens.md) has the rules of each kind.

No command sends a token anywhere.

This page is generated from the table of messages, `crates/diagnose/src/messages/`. To change it, change the table and run
`cargo test known_messages`, which writes this file again.
";

/// The text of `docs/401.md`, generated from the table of messages.
///
/// # Examples
///
/// ```
/// let page = qsh::suite::known_messages::page();
/// assert!(page.contains("\n## Signature verification failed, bad signature\n"));
/// assert!(page.contains("\n```sh\nqsh diagnose TOKEN --secret-file FILE\n```\n"));
/// ```
pub fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    for message in MESSAGES {
        let _ = write!(text, "\n## {}\n\n{}\n\n", message.title, message.written_by);
        for (index, cause) in message.causes.iter().enumerate() {
            let _ = writeln!(text, "{}. {cause}", index + 1);
        }
        if !message.note.is_empty() {
            let _ = write!(text, "\n{}\n", message.note);
        }
        let _ = write!(text, "\n```sh\n{}\n```\n", message.command);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::generated::assert_written;
    use crate::suite::spec;

    #[test]
    fn the_file_is_the_one_of_the_table() {
        assert_written("docs/401.md", &page(), "cargo test known_messages");
    }

    #[test]
    fn every_clause_of_the_table_is_in_the_specification() {
        let page = page();
        let words = page.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let clauses: Vec<&str> = words.filter(|word| spec::is_clause_number(word)).collect();
        assert!(clauses.len() > 20, "{clauses:?}");
        for clause in clauses {
            assert!(spec::clause(clause).is_some(), "{clause}");
        }
    }
}
