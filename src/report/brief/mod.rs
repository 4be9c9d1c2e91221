//! Brief text of reports that were read from files: what is not as expected, and the totals.
//!
//! Texts in a report are untrusted and are made printable here.

mod differences;
mod run;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::human::{line, lines};
use super::words::from;
use crate::suite::text::{Text, printable};
pub(super) use differences::differences;
pub(super) use run::run;

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// The request of an input, in one line. `None` if the input has no request.
fn request(input: &Value) -> Option<String> {
    let text = |member: &str| input[member].as_str();
    let hex = || Text::from_hex(text("url_hex")?).ok();
    let url = text("url").map(Text::from).or_else(hex)?;
    let mut line = format!("{} {url}", printable(text("method")?));
    for (member, what) in [("base_url", "base URL"), ("form", "form"), ("json", "JSON")] {
        if let Some(text) = text(member) {
            let _ = write!(line, "  {what} {}", printable(text));
        }
    }
    Some(from(0, &line))
}

/// A number with its noun, in the singular or the plural.
fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
