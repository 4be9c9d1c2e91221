//! The head of our JSON documents: format and version.

use serde_json::Value;

/// The only version of each format.
const VERSION: u64 = 1;

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Its name.
    pub(crate) name: &'static str,
    /// The command that writes it.
    pub(crate) command: &'static str,
}

impl Format {
    pub(crate) const REPORT: Self = Self { name: "qsh-report", command: "qsh run" };
    pub(crate) const DIFFERENCES: Self = Self { name: "qsh-differences", command: "qsh diff" };

    /// The format of a document, which has to be one of these. The error says what was expected.
    pub(crate) fn of(document: &Value, formats: &[Self]) -> Result<Self, String> {
        let found = |member: &str| document.get(member).map_or_else(|| "none".to_owned(), in_short);
        let name = document.get("format").and_then(Value::as_str);
        let Some(format) = formats.iter().find(|format| Some(format.name) == name) else {
            let described = formats
                .iter()
                .map(|format| format!("a report of `{} --format json`, of format {:?}", format.command, format.name));
            let expected = described.collect::<Vec<_>>().join(", or ");
            return Err(format!("expected {expected}, found {}", found("format")));
        };
        if document.get("version").and_then(Value::as_u64) != Some(VERSION) {
            return Err(format!("expected version {VERSION} of the format, found {}", found("version")));
        }
        Ok(*format)
    }
}

/// A short description of a value.
pub(crate) fn in_short(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.len() > 100 => format!("text of {} bytes", text.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
