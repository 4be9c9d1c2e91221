//! Merges the reports of a CI matrix. The shards of a run become the report of the whole run. Comparisons with
//! different seeds become one comparison.

mod differences;
mod run;

use super::document::Document;
use crate::suite::head::Format;

/// A report with a name for messages.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the command line and by tests, field by field")]
pub struct Named<D> {
    /// The name, such as the name of the report's file.
    pub name: String,
    /// The report.
    pub report: D,
}

/// Merges reports of one format.
///
/// # Errors
///
/// There is no report, or the reports have different formats. The reports do not belong together: they are shards of
/// different selections or versions, or have different adapters. A shard is missing. Two reports give different results
/// for one case. A seed is given twice.
///
/// # Examples
///
/// ```
/// use qsh::report::merge::{Named, merge};
/// use qsh::report::document::Document;
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
pub fn merge(reports: Vec<Named<Document>>) -> Result<Document, MergeError> {
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
            Document::Run(report) if report.probe.is_some() => {
                return Err(MergeError(format!(
                    "{name}: is a report of `qsh probe`, and each of these is about an app of its own"
                )));
            }
            Document::Run(report) => runs.push(Named { name, report }),
            Document::Differences(report) => comparisons.push(Named { name, report }),
        }
    }
    match format {
        Format::REPORT => run::merge(runs).map(Document::Run),
        _ => differences::merge(comparisons).map(Document::Differences),
    }
}

/// Reports that do not belong together. `Display` names the first report that does not fit the ones before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MergeError(String);

/// The name of an adapter, and the properties that must be the same in all reports. A property is `None` if it is not
/// known, because the adapter was not run.
struct Identity {
    adapter: String,
    traits: Vec<(&'static str, Option<String>)>,
}

/// Checks that all reports have the same adapters in the same order, with the same properties.
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

/// The texts of several reports. A text that an earlier report has is not repeated.
fn united<'r>(lists: impl IntoIterator<Item = &'r Vec<String>>) -> Vec<String> {
    lists.into_iter().fold(Vec::new(), |mut said, list| {
        let new: Vec<String> = list.iter().filter(|text| !said.contains(text)).cloned().collect();
        said.extend(new);
        said
    })
}
