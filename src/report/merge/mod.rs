//! Merges the reports of a CI matrix: the shards of a run into the report of the whole run, and comparisons with several
//! seeds into one.

mod differences;
mod run;

use super::Conclusion;
use super::brief;
use super::read::{DifferencesReport, Document, RunReport};
use crate::suite::head::Format;

/// A report, and the name that messages call it by.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Named<D> {
    /// The name, such as that of its file.
    pub name: String,
    /// The report.
    pub report: D,
}

/// What reports make together.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two formats of reports")]
pub enum Merged {
    /// A whole run.
    Run(RunReport),
    /// A comparison.
    Differences(DifferencesReport),
}

/// Merges reports of one format.
///
/// # Errors
///
/// No report at all, reports of two formats, and reports that do not belong together: shards of different selections or
/// versions, a shard that is missing, one result that is two, adapters that are not the same, a seed that is given twice.
///
/// # Examples
///
/// ```
/// use qsh::report::merge::{Named, merge};
/// use qsh::report::read::Document;
///
/// let text = |seed: u64| {
///     format!(
///         r#"{{"format":"qsh-differences","version":1,"cases":1000,"differing":0,"seed":{seed},"seconds":1.5,
///             "adapters":[],"violations":[],"clusters":[]}}"#
///     )
/// };
/// let named = |name: &str, seed| Named { name: name.to_owned(), report: Document::read(text(seed).as_bytes()).unwrap() };
/// let merged = merge(vec![named("1.json", 1), named("2.json", 2)])?;
/// assert!(merged.to_json().contains("\"cases\": 2000"));
/// let error = merge(vec![named("1.json", 1), named("2.json", 1)]).unwrap_err();
/// assert_eq!(error.to_string(), "2.json: seed 1 is that of 1.json, too: its requests would be counted twice");
/// # Ok::<(), qsh::report::merge::MergeError>(())
/// ```
pub fn merge(reports: Vec<Named<Document>>) -> Result<Merged, MergeError> {
    let first = reports.first().ok_or_else(|| MergeError("there is nothing to merge".to_owned()))?;
    let (first_name, format) = (first.name.clone(), first.report.format());
    let (mut runs, mut comparisons) = (Vec::new(), Vec::new());
    for Named { name, report } in reports {
        if report.format() != format {
            let (found, expected) = (report.format().command, format.command);
            return Err(MergeError(format!(
                "{name}: is a report of `{found}`, and {first_name} is one of `{expected}`"
            )));
        }
        match report {
            Document::Run(report) => runs.push(Named { name, report }),
            Document::Differences(report) => comparisons.push(Named { name, report }),
        }
    }
    match format {
        Format::REPORT => run::merge(runs).map(Merged::Run),
        _ => differences::merge(comparisons).map(Merged::Differences),
    }
}

impl Merged {
    /// What it comes to: exit codes as those of the run or the comparison.
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Run(report) => report.conclusion(),
            Self::Differences(report) if !report.is_usable() => Conclusion::NotUsable,
            Self::Differences(report) if report.is_as_described() => Conclusion::AsExpected,
            Self::Differences(_) => Conclusion::Failed,
        }
    }

    /// The report as one JSON document with a line feed at its end, in the format of those that it was merged of.
    pub fn to_json(&self) -> String {
        match self {
            Self::Run(report) => report.to_json(),
            Self::Differences(report) => report.to_json(),
        }
    }

    /// The report for a person. It holds ANSI escapes for its colours; whoever prints it takes them out where they are not
    /// wanted.
    pub fn to_human(&self) -> String {
        match self {
            Self::Run(report) => brief::run(report),
            Self::Differences(report) => brief::differences(report),
        }
    }
}

/// Reports that do not belong together. `Display` names the one that does not belong to those before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MergeError(String);

/// Who an adapter is, and what it has to have the same in all reports. What is not known of one that was not run is
/// nothing.
struct Identity {
    adapter: String,
    traits: Vec<(&'static str, Option<String>)>,
}

/// The adapters of all reports are those of the first, in the same order, and the same.
fn check_adapters(reports: &[(&str, Vec<Identity>)]) -> Result<(), MergeError> {
    let Some(((first, expected), others)) = reports.split_first() else { return Ok(()) };
    let names = |of: &[Identity]| of.iter().map(|it| it.adapter.as_str()).collect::<Vec<_>>().join(", ");
    for (name, found) in others {
        let (found, expected) = (names(found), names(expected));
        if found != expected {
            return Err(MergeError(format!("{name}: has the adapters {found}, and {first} has {expected}")));
        }
    }
    for (place, Identity { adapter, traits }) in expected.iter().enumerate() {
        for (index, (what, _)) in traits.iter().enumerate() {
            let mut known = reports.iter().filter_map(|(name, of)| Some((name, of[place].traits[index].1.as_ref()?)));
            let Some((first, expected)) = known.next() else { continue };
            if let Some((name, found)) = known.find(|(_, found)| *found != expected) {
                return Err(MergeError(format!(
                    "{name}: the {what} of {adapter} is {found:?}, and {expected:?} in {first}"
                )));
            }
        }
    }
    Ok(())
}

/// Texts of several reports: those that another report has said already are not said again.
fn united<'r>(lists: impl IntoIterator<Item = &'r Vec<String>>) -> Vec<String> {
    lists.into_iter().fold(Vec::new(), |mut said, list| {
        let new: Vec<String> = list.iter().filter(|text| !said.contains(text)).cloned().collect();
        said.extend(new);
        said
    })
}
