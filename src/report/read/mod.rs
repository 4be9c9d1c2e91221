//! Reads the JSON reports of `qsh run` and `qsh diff`.
//!
//! Later versions may add members, so unknown members are ignored. Values that are not interpreted here, such as an
//! outcome with its message, are kept as they are.

mod differences;
mod run;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::suite::head::Format;
pub use differences::DifferencesReport;
pub(super) use differences::{Entry, Peer};
pub use run::RunReport;
pub(super) use run::{Dispute, NotRun, NotRunKind, ReportedAdapter, Row, Suite};

/// A report that was read from JSON.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two formats of reports")]
pub enum Document {
    /// The report of a run.
    Run(RunReport),
    /// The report of a comparison.
    Differences(DifferencesReport),
}

impl Document {
    /// Reads a report of either format.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or is of another format or version. A required member is missing or has the wrong type.
    /// The results do not fit the rest of the report.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::report::read::Document;
    ///
    /// let error = Document::read(br#"{"format":"qsh-report","version":2}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "expected version 1 of the format, found 2");
    /// ```
    pub fn read(text: &[u8]) -> Result<Self, BadDocument> {
        let value: Value = serde_json::from_slice(text).map_err(|error| BadDocument(format!("not JSON: {error}")))?;
        Ok(match Format::of(&value, &[Format::REPORT, Format::DIFFERENCES]).map_err(BadDocument)? {
            Format::REPORT => Self::Run(parse::<RunReport>(text)?.checked()?),
            _ => Self::Differences(parse(text)?),
        })
    }

    pub(super) fn format(&self) -> Format {
        match self {
            Self::Run(_) => Format::REPORT,
            Self::Differences(_) => Format::DIFFERENCES,
        }
    }
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, BadDocument> {
    serde_json::from_slice(text).map_err(|error| BadDocument(error.to_string()))
}

/// A report that cannot be used. `Display` says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadDocument(String);

/// A JSON value that is kept as it is, together with its interpreted members.
pub(super) struct Raw<H> {
    json: Box<RawValue>,
    pub(super) head: H,
}

impl<H> Raw<H> {
    /// Returns the value as it was read.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(self.json.get()).expect("it was read as JSON before")
    }
}

impl<H: fmt::Debug> fmt::Debug for Raw<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head.fmt(f)
    }
}

impl<H> Serialize for Raw<H> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de, H: DeserializeOwned> Deserialize<'de> for Raw<H> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let head = serde_json::from_str(json.get()).map_err(|error| {
            // Drop the position within the value. The caller adds the position within the report.
            let text = error.to_string();
            D::Error::custom(text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what))
        })?;
        Ok(Self { json, head })
    }
}
