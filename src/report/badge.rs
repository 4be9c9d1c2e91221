//! A run as a badge: what shields.io reads from an endpoint.

use serde_json::json;

use super::Report;
use crate::suite::case::Level;
use crate::suite::verdict::Verdict;

/// The JSON of a shields endpoint, version 1, with a line feed at its end: how many of all cases pass, open ones and
/// unsupported ones included in the total.
///
/// The badge is bright green where every case that can fail passes, green where half of them pass and none fails, and
/// yellow where few are answered or up to 5 % of those fail.
pub fn write(report: &Report<'_>) -> String {
    let results = || report.adapters.iter().flat_map(|adapter| &adapter.results);
    let binding = results().filter(|it| it.case.level != Level::Open).count();
    let count = |wanted: &[Verdict]| results().filter(|it| wanted.contains(&it.verdict)).count();
    let passed = count(&[Verdict::Pass, Verdict::UnexpectedPass]);
    let failed = count(&[Verdict::Fail, Verdict::KnownFailure, Verdict::Error]);
    let message = format!("{passed} of {}", results().count());
    let (message, color) = match passed + failed {
        0 => ("not run".to_owned(), "lightgrey"),
        _ if passed == binding => (message, "brightgreen"),
        _ if failed == 0 && passed * 2 >= binding => (message, "green"),
        _ if failed * 19 <= passed => (message, "yellow"),
        _ => (message, "red"),
    };
    json!({ "schemaVersion": 1, "label": "qsh conformance", "message": message, "color": color }).to_string() + "\n"
}
