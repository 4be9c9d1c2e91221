//! Findings: the causes behind the checks that an app does not pass, the gravest first.

use super::cause::{CAUSES, Cause};
use super::check::{Checked, Kind};
use super::gravity::Gravity;
use crate::suite::spec;

/// A cause behind checks that an app does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The stable name of the cause, such as `hash_unchecked`. For what no cause explains, it is the clause.
    pub cause: String,
    /// How grave it is.
    pub gravity: Gravity,
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

/// The findings behind these checks, none of which the app passes. `origin` is the URL of the app without a path.
pub fn findings(failed: &[&Checked], origin: &str) -> Vec<Finding> {
    let mut left: Vec<&Checked> = failed.to_vec();
    let mut found = Vec::new();
    for cause in CAUSES {
        let (explained, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(|it| cause.explains(it));
        if cause.is_shown_by(&explained) {
            found.push(of_cause(cause, &explained, origin));
            left = others;
        }
    }
    let (failures, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(|it| it.kind() == Kind::Failure);
    if !failures.is_empty() {
        found.push(of_failures(&failures, origin));
        left = others;
    }
    let is_of_hash = |it: &&Checked| {
        let id = &it.check.case.id;
        it.kind() == Kind::Refused && (id.starts_with("probe/query/") || id.starts_with("probe/path/"))
    };
    let (hashes, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(is_of_hash);
    if !hashes.is_empty() {
        found.push(of_canonicalizer(&hashes, origin));
        left = others;
    }
    while let Some(first) = left.first() {
        let clause = first.check.case.clauses[0].clone();
        let alike = |it: &&Checked| it.check.case.clauses[0] == clause && it.kind() == first.kind();
        let (explained, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(alike);
        found.push(of_clause(&clause, &explained, origin));
        left = others;
    }
    found.sort_by_key(|finding| finding.gravity);
    found
}

fn of_cause(cause: &Cause, explained: &[&Checked], origin: &str) -> Finding {
    let example = explained.iter().position(|it| cause.shown_by.contains(&it.check.name.as_str())).unwrap_or(0);
    let finding = Finding {
        cause: cause.name.to_owned(),
        gravity: cause.gravity,
        title: cause.title.to_owned(),
        consequence: cause.consequence.to_owned(),
        ..bare(explained, example, origin)
    };
    Finding { clauses: first_clause(finding.clauses, cause.clause), ..finding }
}

/// The clauses, with this one first.
fn first_clause(clauses: Vec<String>, first: &str) -> Vec<String> {
    let others = clauses.into_iter().filter(|clause| clause != first);
    [first.to_owned()].into_iter().chain(others).collect()
}

fn of_clause(clause: &str, explained: &[&Checked], origin: &str) -> Finding {
    let title = spec::clause(clause).map_or("", |clause| clause.title).to_lowercase();
    let names: Vec<String> = explained.iter().map(|it| it.check.name.replace('_', " ")).collect();
    let names = names.join(", ");
    let (gravity, title, consequence) = match explained[0].kind() {
        Kind::Refused => (
            Gravity::Compatibility,
            format!("refuses what is good ({title}): {names}"),
            "requests of a product, or of a later version of it, get a 401",
        ),
        _ => (
            Gravity::Low,
            format!("accepts what has to be refused ({title}): {names}"),
            "what other readers of the token refuse is good here",
        ),
    };
    let consequence = consequence.to_owned();
    Finding { cause: clause.to_owned(), gravity, title, consequence, ..bare(explained, 0, origin) }
}

/// An app that fails, or closes the connection, where it has to answer.
fn of_failures(failures: &[&Checked], origin: &str) -> Finding {
    Finding {
        cause: "fails_instead_of_refusing".to_owned(),
        gravity: Gravity::Low,
        title: "fails where it has to refuse or to accept".to_owned(),
        consequence: "a sender can make the app fail, and a failure is no clean refusal".to_owned(),
        ..bare(failures, 0, origin)
    }
}

/// An app that computes another hash than the product.
fn of_canonicalizer(hashes: &[&Checked], origin: &str) -> Finding {
    let is_path = hashes.iter().all(|it| it.check.case.id.starts_with("probe/path/"));
    let title = match is_path {
        true => "sees another path than was sent, and computes the hash of that: a proxy or a framework rewrites it",
        false => "computes another hash than a product for some requests",
    };
    Finding {
        cause: "another_canonicalizer".to_owned(),
        gravity: Gravity::Compatibility,
        title: title.to_owned(),
        consequence: "requests with such paths or parameters get a 401".to_owned(),
        ..bare(hashes, 0, origin)
    }
}

/// What every finding has: its checks, and the exchange of the example.
fn bare(explained: &[&Checked], example: usize, origin: &str) -> Finding {
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
    let exchange = explained[example].exchange.as_ref();
    let response = match exchange.map(|it| &it.response) {
        Some(Ok(response)) => format!("{} {}", response.status, response.excerpt()),
        Some(Err(trouble)) => trouble.to_string(),
        None => String::new(),
    };
    Finding {
        cause: String::new(),
        gravity: Gravity::Low,
        title: String::new(),
        consequence: String::new(),
        clauses,
        cases,
        response: response.trim_end().to_owned(),
        curl: exchange.map(|it| it.message.curl(origin)),
    }
}
