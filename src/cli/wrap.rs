//! Wraps long lines of a text for a terminal.

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// The narrowest terminal for which lines are wrapped.
const NARROWEST: usize = 40;
/// The columns in which a label can stand before a text.
const LABEL: usize = 24;

/// The text with lines of at most `width` columns, where words allow it. Further lines begin below the text of their first
/// line, after its label. A command that is to be copied stays in one line.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    if width < NARROWEST {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let plain = anstream::adapter::strip_str(line).to_string();
        if display_width(plain.trim_end()) <= width || plain.trim_start().starts_with("curl ") {
            out.push_str(line);
            continue;
        }
        let indent = " ".repeat(hanging_indent(&plain));
        let options = Options::new(width)
            .subsequent_indent(&indent)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        for part in textwrap::wrap(line.trim_end_matches('\n'), options) {
            out.push_str(&part);
            out.push('\n');
        }
    }
    out
}

/// The column at which the text of a line begins: after its label, which ends in two blanks, or two columns further than the
/// line.
fn hanging_indent(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let label = line[start..].find("  ").map(|at| {
        let after = &line[start + at..];
        start + at + after.len() - after.trim_start().len()
    });
    label.filter(|column| *column <= LABEL).unwrap_or(start + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_begin_below_the_text() {
        let text = "   12  a cause with more words than there are columns in this terminal\nshort\n";
        let expected =
            "   12  a cause with more words than\n       there are columns in this\n       terminal\nshort\n";
        assert_eq!(wrapped(text, 40), expected);
        let plain = "  a line without a label that is longer than the terminal\n";
        assert_eq!(wrapped(plain, 40), "  a line without a label that is longer\n    than the terminal\n");
    }

    #[test]
    fn colours_have_no_width_and_words_and_commands_stay_whole() {
        let red = "\u{1b}[31mred\u{1b}[0m words that are just as long as it is\n";
        assert_eq!(wrapped(red, 40), red);
        let word = format!("{}\n", "x".repeat(60));
        assert_eq!(wrapped(&word, 40), word);
        let command = format!("  curl -i {}\n", "a b ".repeat(20));
        assert_eq!(wrapped(&command, 40), command);
        assert_eq!(wrapped("a b c d e f g h i j k l m n o p q r s t u v w\n", 20).lines().count(), 1);
    }
}
