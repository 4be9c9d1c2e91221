//! The styles of texts for a terminal, and the parts that such texts have in common.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::words::message;

/// What is wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is right.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is worth knowing.
pub const NOTE: Style = AnsiColor::Yellow.on_default();
/// What matters less.
pub const FAINT: Style = Style::new().dimmed();
/// A name.
pub const BOLD: Style = Style::new().bold();
/// A clause of the specification.
pub const CLAUSE: Style = AnsiColor::Cyan.on_default();

pub(super) fn line(out: &mut String, text: fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

/// Writes a heading and a text. The text may have several lines, such as the end of a standard error. Its further lines
/// are indented, so that they do not look like lines of the report.
pub(super) fn lines(out: &mut String, head: fmt::Arguments<'_>, words: &str) {
    let words: Vec<String> = words.lines().map(message).collect();
    line(out, format_args!("{head}  {}", words.join("\n  ")));
}

/// A number with its noun, in the singular or the plural.
///
/// ```
/// use qsh::report::style::counted;
///
/// assert_eq!([1, 2_000].map(|count| counted(count, "case")), ["1 case", "2,000 cases"]);
/// ```
pub fn counted(count: u64, noun: &str) -> String {
    plural(count, noun, &format!("{noun}s"))
}

/// A number with words in the singular or the plural.
pub fn plural(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { more })
}

/// A number with commas between groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}
