//! The styles of reports for a terminal, and lines of text.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::words::message;

pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const NOTE: Style = AnsiColor::Yellow.on_default();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();

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
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(count)) }
}

/// A number with commas between groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}
