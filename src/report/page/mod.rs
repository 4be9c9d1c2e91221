//! The report as one self-contained HTML page that compares implementations by clause and by case.
//!
//! The page contains its data as JSON. Each case is listed once. Each implementation has one letter for each case, and
//! its answer where that was not as expected.

mod data;

use super::run::RunReport;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
///
/// # Panics
///
/// Never: a report holds only text and numbers.
pub fn write(report: &RunReport) -> String {
    let data = serde_json::to_string(&data::Data::new(report)).expect("a report holds only text and numbers");
    // Without `<`, the data cannot close its `<script>` element.
    let data = data.replace('<', "\\u003c");
    // The data is filled in last, because it may contain the placeholders of the other parts.
    PAGE.replace("/*style*/", STYLE).replace("/*script*/", SCRIPT).replace("/*data*/", &data)
}
