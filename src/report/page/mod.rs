//! The report as one self-contained page: implementations against clauses and cases, to look at in a browser.
//!
//! The page has its data in it, as JSON: every case once, and of each implementation a letter for each case and what it
//! answered where that was not what was expected.

mod data;
mod security;

use std::collections::BTreeMap;

use qsh_diagnose::Dialect;

use super::Report;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page. `dialects` has what is described of implementations, by the names of their adapters.
///
/// # Panics
///
/// Never: a report holds only text and numbers.
pub fn write(report: &Report<'_>, dialects: &BTreeMap<&str, Dialect>) -> String {
    let data = serde_json::to_string(&data::Data::new(report, dialects)).expect("a report holds only text and numbers");
    // Nothing in it ends the element that it stands in.
    let data = data.replace('<', "\\u003c");
    // The data comes last: it may have anything in it, and is not searched for places to fill.
    PAGE.replace("/*style*/", STYLE).replace("/*script*/", SCRIPT).replace("/*data*/", &data)
}
