//! Findings. Each names the cause of failed checks. The most severe comes first.

use std::fmt;

use super::cause::{CANONICALIZER, Cause, FAILURES, causes};
use super::check::{Checked, Kind};
use super::severity::Severity;
use crate::adapter::http::App;
use crate::suite::spec;

/// The cause of failed checks.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The stable name of the cause, such as `hash_unchecked`. For what no cause explains, it is the clause.
    pub cause: String,
    /// How severe it is.
    pub severity: Severity,
    /// What the app does, as a sentence.
    pub title: String,
    /// Who could do what with it.
    pub consequence: String,
    /// The clauses of the checks.
    pub clauses: Vec<String>,
    /// The ids of the checks. The first one is the example.
    pub cases: Vec<String>,
    /// What the app answered to the example.
    pub response: String,
    /// The command that sends the example again, while its token lives.
    pub curl: Option<String>,
}

/// Hides the command, which has a token.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cause, severity, cases, response, .. } = self;
        let mut shown = f.debug_struct("Finding");
        shown.field("cause", cause).field("severity", severity).field("cases", cases).field("response", response);
        shown.finish_non_exhaustive()
    }
}

/// The findings that explain these checks. The app passes none of them.
pub fn findings(failed: &[&Checked], app: &App) -> Vec<Finding> {
    let mut left: Vec<&Checked> = failed.to_vec();
    let mut found = Vec::new();
    for cause in causes() {
        let (explained, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(|it| cause.explains(it));
        if cause.is_shown_by(&explained) {
            found.push(of_cause(cause, &explained, app));
            left = others;
        }
    }
    let (failures, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(|it| it.kind() == Kind::Failure);
    if !failures.is_empty() {
        found.push(of_cause(&FAILURES, &failures, app));
        left = others;
    }
    let is_of_hash = |it: &&Checked| {
        let id = &it.check.case.id;
        it.kind() == Kind::Refused && (id.starts_with("probe/query/") || id.starts_with("probe/path/"))
    };
    let (hashes, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(is_of_hash);
    if !hashes.is_empty() {
        found.push(of_cause(&CANONICALIZER, &hashes, app));
        left = others;
    }
    while let Some(first) = left.first() {
        let clause = first.check.case.clauses[0].clone();
        let alike = |it: &&Checked| it.check.case.clauses[0] == clause && it.kind() == first.kind();
        let (explained, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(alike);
        found.push(of_clause(&clause, &explained, app));
        left = others;
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

fn of_cause(cause: &Cause, explained: &[&Checked], app: &App) -> Finding {
    let example = explained.iter().position(|it| cause.shows(it)).unwrap_or(0);
    // Where only the parameter is checked badly, the title says so.
    let is_in_parameter = explained.iter().all(|it| it.check.case.id.starts_with("probe/parameter/"));
    let place = if is_in_parameter { ", if the token is in the parameter jwt" } else { "" };
    let finding = Finding {
        cause: cause.name.to_owned(),
        severity: cause.severity,
        title: format!("{}{place}", cause.title),
        consequence: cause.consequence.to_owned(),
        ..bare(explained, example, app)
    };
    let of_example = &explained[example].check.case.clauses[0];
    Finding { clauses: first_clause(finding.clauses, cause.clause, of_example), ..finding }
}

/// The clauses, with that of the cause first. If the example is a token that is signed with a private key, its clause can be
/// one of its kind, and is first.
fn first_clause(clauses: Vec<String>, of_cause: &str, of_example: &str) -> Vec<String> {
    let is_of_key = ["INS-", "FIT-", "ASAP-"].iter().any(|front| of_example.starts_with(front));
    let first = if is_of_key { of_example } else { of_cause };
    let others = clauses.into_iter().filter(|clause| clause != first);
    [first.to_owned()].into_iter().chain(others).collect()
}

fn of_clause(clause: &str, explained: &[&Checked], app: &App) -> Finding {
    let title = spec::clause(clause).map_or("", |clause| clause.title).to_lowercase();
    let names: Vec<String> = explained.iter().map(|it| it.check.name.replace('_', " ")).collect();
    let names = names.join(", ");
    let (severity, title, consequence) = match explained[0].kind() {
        Kind::Refused => (
            Severity::Compatibility,
            format!("refuses what is good ({title}): {names}"),
            "requests of a product, or of a later version of it, get a 401",
        ),
        _ => (
            Severity::Low,
            format!("accepts what has to be refused ({title}): {names}"),
            "what other readers of the token refuse is good here",
        ),
    };
    let consequence = consequence.to_owned();
    Finding { cause: clause.to_owned(), severity, title, consequence, ..bare(explained, 0, app) }
}

/// What every finding has: its checks, and the exchange of the example.
fn bare(explained: &[&Checked], example: usize, app: &App) -> Finding {
    let mut cases: Vec<String> = explained.iter().map(|it| it.check.case.id.clone()).collect();
    cases.swap(0, example);
    let mut clauses: Vec<String> = Vec::new();
    for checked in explained {
        for clause in &checked.check.case.clauses {
            if !clauses.contains(clause) {
                clauses.push(clause.clone());
            }
        }
    }
    Finding {
        cause: String::new(),
        severity: Severity::Low,
        title: String::new(),
        consequence: String::new(),
        clauses,
        cases,
        response: explained[example].response(),
        curl: explained[example].exchange.as_ref().map(|it| app.curl(&it.message)),
    }
}
