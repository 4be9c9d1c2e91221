//! Cells of Markdown tables. Untrusted text is escaped, so that it cannot end a cell.

use super::words::message;

/// A text as inline code in a cell. The fence is longer than any run of backticks in the text, and `|` is escaped.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Markdown removes one blank on each side of inline code.
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('|', "\\|"))
}

/// An untrusted text in one line, with Markdown escaped. An underscore within a word is not markup and stays as it is.
pub(super) fn words(text: &str) -> String {
    let text = message(text);
    let mut words = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let is_end = signs.peek().is_none_or(|next| !next.is_alphanumeric());
        let is_markup = match sign {
            '_' => is_end || !words.ends_with(char::is_alphanumeric),
            _ => "\\`*{}[]<>#|~".contains(sign),
        };
        if is_markup {
            words.push('\\');
        }
        words.push(sign);
    }
    words
}

/// A row of a table, as one line.
pub(super) fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| format!(" {} ", cell.as_ref())).collect();
    format!("|{}|\n", cells.join("|"))
}

/// The first two rows of a table: the titles and the delimiter row.
pub(super) fn head<T: AsRef<str>>(titles: &[T]) -> String {
    row(titles) + &format!("|{}\n", "---|".repeat(titles.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_in_its_cell() {
        assert_eq!(code("GET /a|b"), "`GET /a\\|b`");
        assert_eq!(code("GET /`a``b"), "```GET /`a``b```");
        assert_eq!(code("GET /`"), "`` GET /` ``");
    }

    #[test]
    fn words_are_no_markup() {
        assert_eq!(words("`a|b` *c* [d](e) __proto__"), "\\`a\\|b\\` \\*c\\* \\[d\\](e) \\_\\_proto\\_\\_");
        assert_eq!(words("exp_left_out"), "exp_left_out");
        assert_eq!(words("a\u{1b}b"), "a\\\\u\\{1b\\}b");
    }

    #[test]
    fn a_table_has_a_head_and_rows() {
        assert_eq!(head(&["a", "b"]) + &row(["1", "2"]), "| a | b |\n|---|---|\n| 1 | 2 |\n");
    }
}
