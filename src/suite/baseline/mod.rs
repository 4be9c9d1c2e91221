//! Baselines: what is known of an implementation. The choices of its dialect, further failures by their causes, and the
//! cases that it does not support.
//!
//! Each has a reason and a link. Each further failure has the outcome that is expected today.

mod answers;
mod file;
mod known;
mod old_file;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::case::{Case, Level};
use super::described::DescribedDialect;
use super::toml_problem::toml_problem;
use super::unsupported::UnsupportedCases;
use file::{FORMAT, File, Head, VERSION};
pub use known::{Known, KnownOutcome};
pub(crate) use known::{UNLINKED, is_placeholder, placeholder_reason};
use old_file::OldFile;

/// The baseline of one implementation: a `known.toml`, and the dialect that the adapter's manifest describes.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<Known>,
    unsupported: UnsupportedCases,
    /// The dialect of the file.
    own: DescribedDialect,
    /// The dialect of the adapter's manifest.
    manifest: DescribedDialect,
    /// Both.
    dialect: DescribedDialect,
}

impl Baseline {
    /// Reads a `known.toml`; `path` is for messages.
    ///
    /// # Errors
    ///
    /// Text in another format: an unknown member, a choice or a cause without reason or link, an incomplete outcome, two
    /// entries for one case, or a wildcard that could cover the whole suite.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::baseline::Baseline;
    /// use qsh::suite::load::Vectors;
    /// use qsh::suite::outcome::{Answer, Outcome};
    ///
    /// let text = r#"
    ///     format = "qsh-known"
    ///     version = 2
    ///
    ///     [dialect.trailing_slash]
    ///     choice = "kept"
    ///     reason = "the trailing slash stays"
    ///     link = "https://example.com/issues/1"
    ///
    ///     [[cause]]
    ///     reason = "an empty URL is not looked for"
    ///     link = "https://example.com/issues/2"
    ///     known = [{ fault = "IndexError", cases = ["path/empty/query-only"] }]
    /// "#;
    /// let baseline = Baseline::parse("known.toml".as_ref(), text)?;
    /// let vectors = Vectors::embedded()?;
    /// let case = |id: &str| vectors.cases().find(|case| case.id == id).unwrap();
    ///
    /// let known = baseline.known(case("path/trailing-slash/two-segments")).unwrap();
    /// assert_eq!(known.reason, "the trailing slash stays");
    /// assert!(known.matches(&Outcome::Ok(Answer::canonical_request("GET&/a/b/&"))));
    /// assert!(!known.matches(&Outcome::Ok(Answer::canonical_request("GET&/a/b//&"))));
    /// assert_eq!(baseline.known(case("path/empty/query-only")).unwrap().link, "https://example.com/issues/2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let error = |problem: String| BaselineError { path: path.to_owned(), problem };
        let toml = |source: toml::de::Error| error(toml_problem(&source));
        let Head { format, version } = toml::from_str(text).map_err(toml)?;
        let (own, unsupported, entries) = match (format.as_str(), version) {
            (FORMAT, VERSION) => {
                let file: File = toml::from_str(text).map_err(toml)?;
                let entries = file.cause.into_iter().map(|cause| cause.entries().map_err(error));
                let entries: Vec<Vec<Known>> = entries.collect::<Result<_, _>>()?;
                (file.dialect, file.unsupported, entries.into_iter().flatten().collect())
            }
            (FORMAT, 1) => {
                let file: OldFile = toml::from_str(text).map_err(toml)?;
                let entry = |raw: old_file::Entry| {
                    let case = raw.case.clone();
                    Known::try_from(raw).map_err(|problem| error(format!("case {case}: {problem}")))
                };
                let entries: Vec<Known> = file.known.into_iter().map(entry).collect::<Result<_, _>>()?;
                (DescribedDialect::default(), file.unsupported, entries)
            }
            _ => {
                return Err(error(format!(
                    "expected format {FORMAT:?} version {VERSION}, found {format:?} version {version}"
                )));
            }
        };
        if let Some(choice) = own.choices().iter().find(|choice| choice.why.is_none()) {
            return Err(error(format!("dialect: {}: expected a table with choice, reason and link", choice.deviation)));
        }
        for (place, entry) in entries.iter().enumerate() {
            for (text, what) in [(&entry.reason, "reason"), (&entry.link, "link")] {
                if text.trim().is_empty() {
                    return Err(error(format!("case {}: expected a {what}", entry.case)));
                }
            }
            if entries[..place].iter().any(|other| other.case == entry.case && other.runtime == entry.runtime) {
                return Err(error(format!("case {}: listed twice", entry.case)));
            }
        }
        let unsupported = UnsupportedCases::new(unsupported).map_err(|problem| error(problem.to_string()))?;
        Ok(Self { unsupported, ..Self::new(own, entries) })
    }

    /// A baseline of these choices and entries.
    pub(crate) fn new(own: DescribedDialect, entries: Vec<Known>) -> Self {
        Self { entries, dialect: own.clone(), own, ..Self::default() }
    }

    /// The same baseline, with the dialect that the adapter's manifest describes.
    ///
    /// # Errors
    ///
    /// A choice that the baseline excludes, or that has a reason in both.
    pub fn and_described(self, manifest: &DescribedDialect) -> Result<Self, String> {
        let dialect = manifest.and(&self.own)?;
        Ok(Self { dialect, manifest: manifest.clone(), ..self })
    }

    /// The dialect of the implementation, as its manifest and the baseline describe it.
    pub fn dialect(&self) -> &DescribedDialect {
        &self.dialect
    }

    /// The part of the dialect that the baseline itself describes.
    pub fn own_dialect(&self) -> &DescribedDialect {
        &self.own
    }

    /// The part of the dialect that the adapter's manifest describes.
    pub fn manifest_dialect(&self) -> &DescribedDialect {
        &self.manifest
    }

    /// The entries that apply to a runtime, such as `CPython 3.11.7`.
    #[must_use]
    pub fn on(&self, runtime: &str) -> Self {
        let entries = self.entries.iter().filter(|entry| entry.is_on(runtime)).cloned().collect();
        Self { entries, ..self.clone() }
    }

    /// The cases that the implementation may answer with `unsupported`.
    pub fn unsupported(&self) -> &UnsupportedCases {
        &self.unsupported
    }

    /// The same baseline, with these unsupported cases added to its own.
    #[must_use]
    pub fn and_unsupported(self, others: UnsupportedCases) -> Self {
        let unsupported = self.unsupported.clone().and(others);
        self.with_unsupported(unsupported)
    }

    /// The same baseline, with these unsupported cases in place of its own.
    #[must_use]
    pub fn with_unsupported(self, unsupported: UnsupportedCases) -> Self {
        Self { unsupported, ..self }
    }

    /// What is known of a case: the entry that covers it, or else the failure that the dialect predicts.
    pub fn known(&self, case: &Case) -> Option<Cow<'_, Known>> {
        match self.covering(case) {
            Some(entry) => Some(Cow::Borrowed(entry)),
            None => Some(Cow::Owned(Known::predicted(&case.id, self.dialect.prediction(case)?))),
        }
    }

    /// The entry that covers a case. If there are several, the order of preference is:
    ///
    /// 1. an entry with the id of the case, then globs;
    /// 2. an entry for certain runtimes, then entries for all;
    /// 3. the order in the file.
    pub fn covering(&self, case: &Case) -> Option<&Known> {
        let covering = self.entries.iter().filter(|entry| entry.covers(&case.id));
        covering.min_by_key(|entry| (entry.case != case.id, entry.runtime.is_none()))
    }

    /// The obsolete entries: those that cover no case that can fail, and those that contradict no prediction although they
    /// say so.
    pub fn stale<'b>(&'b self, cases: &[&Case]) -> Vec<&'b Known> {
        let is_needed = |entry: &Known, case: &Case| {
            case.level != Level::Open
                && entry.covers(&case.id)
                && (entry.outcome != KnownOutcome::AsExpected || self.dialect.prediction(case).is_some())
        };
        self.entries.iter().filter(|entry| !cases.iter().any(|case| is_needed(entry, case))).collect()
    }

    /// The text of the `known.toml`.
    pub fn write(&self) -> String {
        file::write(&self.own, &self.unsupported, &self.entries)
    }

    /// The entries.
    pub fn entries(&self) -> &[Known] {
        &self.entries
    }
}

/// A baseline that cannot be used. `Display` names the file and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct BaselineError {
    path: PathBuf,
    problem: String,
}
