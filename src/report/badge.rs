//! A run as a badge: what shields.io reads from an endpoint.

use serde_json::json;

use super::Report;
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// The JSON of a shields endpoint, version 1, with a line feed at its end: how many of the binding cases pass that the
/// adapters have the means for.
pub fn write(report: &Report<'_>) -> String {
    let results = report.adapters.iter().flat_map(|adapter| &adapter.results);
    let binding = results.filter(|it| it.case.level != Level::Open && it.verdict != Verdict::Unsupported);
    let (mut asked, mut passed) = (0, 0);
    for result in binding {
        asked += 1;
        passed += usize::from(matches!(result.verdict, Verdict::Pass | Verdict::UnexpectedPass));
    }
    let (message, color) = match asked {
        0 => ("not run".to_owned(), "lightgrey"),
        _ if passed == asked => (format!("{passed} of {asked}"), "brightgreen"),
        _ if passed * 20 >= asked * 19 => (format!("{passed} of {asked}"), "yellow"),
        _ => (format!("{passed} of {asked}"), "red"),
    };
    json!({ "schemaVersion": 1, "label": "qsh conformance", "message": message, "color": color }).to_string() + "\n"
}
