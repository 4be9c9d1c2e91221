//! A run as a badge, in the format of shields.io endpoints.

use serde_json::json;

use super::run::{CaseResult, RunReport};
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// Returns the JSON of a shields endpoint, version 1, ending with a line feed. It says how many of all cases pass. The
/// total includes open and unsupported cases. Refusals for another reason than expected are counted apart.
///
/// The colour is:
///
/// - bright green if every case that can fail passes;
/// - green if half of them pass or are refused for another reason, and none fails;
/// - yellow if few are answered, or if up to 5 % of those fail.
pub fn write(report: &RunReport) -> String {
    of(report.results.iter())
}

/// The badge of these results, in the same way.
pub(super) fn of<'r>(all: impl Iterator<Item = &'r CaseResult> + Clone) -> String {
    let results = || all.clone();
    let binding = results().filter(|it| it.level != Level::Open).count();
    let count = |wanted: &[Verdict]| results().filter(|it| wanted.contains(&it.verdict)).count();
    let passed = count(&[Verdict::Pass, Verdict::UnexpectedPass]);
    let failed = results().filter(|it| it.verdict.is_wrong()).count();
    let other_reasons = count(&[Verdict::OtherReason]);
    let message = match other_reasons {
        0 => format!("{passed} of {}", results().count()),
        _ => format!("{passed} of {}, {other_reasons} for another reason", results().count()),
    };
    let not_failed = passed + other_reasons;
    let (message, color) = match not_failed + failed {
        0 => ("not run".to_owned(), "lightgrey"),
        _ if failed == 0 && passed == binding => (message, "brightgreen"),
        _ if failed == 0 && not_failed * 2 >= binding => (message, "green"),
        _ if failed * 19 <= not_failed => (message, "yellow"),
        _ => (message, "red"),
    };
    json!({ "schemaVersion": 1, "label": "qsh conformance", "message": message, "color": color }).to_string() + "\n"
}
