//! The report as one self-contained HTML page: what is wrong with each implementation, and who departs from each clause.
//!
//! The page contains its data as JSON, and its script makes every view of it. The address names the view, so that each one
//! can be linked to.

mod data;

use super::run::RunReport;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// The parts of the script, in the order in which they need each other.
const SCRIPT: &str = concat!(
    include_str!("script/elements.js"),
    include_str!("script/markdown.js"),
    include_str!("script/model.js"),
    include_str!("script/problem.js"),
    include_str!("script/overview.js"),
    include_str!("script/implementation.js"),
    include_str!("script/clause.js"),
    include_str!("script/case.js"),
    include_str!("script/compare.js"),
    include_str!("script/search.js"),
    include_str!("script/address.js"),
);

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
