//! A vector file: its heading, and its cases.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::case::Case;

pub(super) const FORMAT: &str = "qsh-vectors";
pub(super) const VERSION: u32 = 1;

/// A vector file as it is written.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VectorFile", extend("$id" = "urn:qsh:vectors:1"))]
#[schemars(extend("dependentRequired" = {
    "suite_version": ["case_count", "notes"], "case_count": ["suite_version", "notes"], "notes": ["suite_version", "case_count"],
}))]
pub(super) struct File<Cases> {
    /// Always `qsh-vectors`.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: String,
    /// Always 1.
    #[schemars(extend("const" = VERSION))]
    pub(super) version: u32,
    /// The version of the suite that wrote the file. Comes with `case_count` and `notes`, or without both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) suite_version: Option<String>,
    /// How many cases the file has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) case_count: Option<usize>,
    /// A note for each flag of the cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) notes: Option<Notes>,
    /// The cases.
    pub(super) cases: Cases,
}

/// The notes of flags, by flag.
pub type Notes = BTreeMap<String, Note>;

/// What a flag means for an implementation that does not follow the cases with it.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
///
/// let notes = Vectors::embedded()?.notes();
/// assert_eq!(notes["alg-none"].cves, ["CVE-2022-23540"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Note {
    /// What goes wrong.
    #[schemars(length(min = 1))]
    pub consequence: String,
    /// Vulnerabilities that came of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(regex(pattern = "^CVE-[0-9]{4}-[0-9]{4,}$")))]
    pub cves: Vec<String>,
    /// Where more is to be read: addresses. At least one.
    #[schemars(length(min = 1), inner(regex(pattern = "^https://")))]
    pub links: Vec<String>,
}

/// What a vector file says of itself. A file of other people may be without it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heading {
    /// The version of the suite that wrote the file.
    pub suite_version: String,
    /// A note for each flag of the cases.
    pub notes: Notes,
}

/// A heading that is incomplete, or does not fit the cases below it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadHeading {
    /// Some members, and not all.
    #[error("expected suite_version, case_count and notes, or none of the three: {0} is missing")]
    Incomplete(&'static str),
    /// Another number of cases.
    #[error("expected {expected} cases, as case_count says, found {found}")]
    Count {
        /// What the heading says.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A flag without a note.
    #[error("case {case}: the flag {flag:?} has no note: expected one in notes")]
    NoNote {
        /// The first case with the flag.
        case: String,
        /// The flag.
        flag: String,
    },
    /// A note without a flag.
    #[error("the note {0:?} belongs to no case: expected a case with this flag")]
    NoFlag(String),
    /// A note that says too little.
    #[error("the note {flag:?}: expected {expected}")]
    Note {
        /// The flag.
        flag: String,
        /// What a note has to have.
        expected: &'static str,
    },
}

impl<Cases> File<Cases> {
    /// The heading, and how many cases it announces. `None` if the file has no member of a heading.
    pub(super) fn heading(&mut self) -> Result<Option<(Heading, usize)>, BadHeading> {
        match (self.suite_version.take(), self.case_count, self.notes.take()) {
            (None, None, None) => Ok(None),
            (Some(suite_version), Some(count), Some(notes)) => Ok(Some((Heading { suite_version, notes }, count))),
            (None, _, _) => Err(BadHeading::Incomplete("suite_version")),
            (_, None, _) => Err(BadHeading::Incomplete("case_count")),
            (_, _, None) => Err(BadHeading::Incomplete("notes")),
        }
    }
}

impl Heading {
    /// The heading of a file with these cases. `None` if one of their flags has no note.
    pub(super) fn of(cases: &[Case], notes: &Notes) -> Option<Self> {
        let flags: BTreeSet<&String> = cases.iter().flat_map(|case| &case.flags).collect();
        let notes = flags.into_iter().map(|flag| Some((flag.clone(), notes.get(flag)?.clone())));
        Some(Self { suite_version: env!("CARGO_PKG_VERSION").to_owned(), notes: notes.collect::<Option<_>>()? })
    }

    /// Checks that the heading fits the cases.
    pub(super) fn check(&self, count: usize, cases: &[Case]) -> Result<(), BadHeading> {
        if count != cases.len() {
            return Err(BadHeading::Count { expected: count, found: cases.len() });
        }
        for (case, flag) in cases.iter().flat_map(|case| case.flags.iter().map(move |flag| (case, flag))) {
            if !self.notes.contains_key(flag) {
                return Err(BadHeading::NoNote { case: case.id.clone(), flag: flag.clone() });
            }
        }
        for (flag, note) in &self.notes {
            if !cases.iter().any(|case| case.flags.contains(flag)) {
                return Err(BadHeading::NoFlag(flag.clone()));
            }
            note.check().map_err(|expected| BadHeading::Note { flag: flag.clone(), expected })?;
        }
        Ok(())
    }
}

impl Note {
    /// What the note lacks.
    fn check(&self) -> Result<(), &'static str> {
        let is_cve = |text: &String| {
            let digits = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
            let are = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            digits.is_some_and(|(year, number)| year.len() == 4 && number.len() >= 4 && are(year) && are(number))
        };
        if self.consequence.is_empty() {
            return Err("a consequence");
        }
        if !self.cves.iter().all(is_cve) {
            return Err("cves of the form CVE-2021-26073");
        }
        if self.links.is_empty() || !self.links.iter().all(|link| link.starts_with("https://")) {
            return Err("at least one link, each beginning with https://");
        }
        Ok(())
    }
}
