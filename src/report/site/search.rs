//! The index of the search: a script that sets one variable, so that it loads from a folder, too.

use serde_json::{Value, json};

use super::model::{Site, case_path, clause_path};
use crate::report::findings::findings;
use crate::report::page_names;
use crate::report::words::message;
use crate::suite::spec;

/// The script. Each entry has a kind, a title, an address and further words.
pub(super) fn index(site: &Site<'_>) -> String {
    let implementations = site.adapters.iter().map(|of| {
        let (name, library) = (&of.adapter.name, message(&of.adapter.library()));
        json!(["implementation", message(name), page_names::implementation(name), library])
    });
    let clauses = spec::clauses().iter().map(|it| json!(["clause", it.id, clause_path(it.id), it.title]));
    let findings = findings().iter().map(|it| {
        json!(["finding", it.library, format!("findings/{}.html", it.section.anchor), it.follows.replace('`', "")])
    });
    let cases = site
        .cases
        .iter()
        .map(|case| json!(["vector", message(&case.case), case_path(&case.case), message(&case.summary)]));
    let entries: Vec<Value> = implementations.chain(clauses).chain(findings).chain(cases).collect();
    format!("\"use strict\";\nwindow.searchIndex = {};\n", Value::from(entries))
}
