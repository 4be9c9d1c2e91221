//! The table of causes: what an app leaves out, which checks show it, and which others follow from it.

mod keys;
mod table;

use super::check::{Checked, Kind};
use super::severity::Severity;
pub(super) use table::{CANONICALIZER, FAILURES};

/// Something that an app leaves out.
pub(super) struct Cause {
    /// The stable name.
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    /// The clause that it breaks.
    pub(super) clause: &'static str,
    /// What the app does.
    pub(super) title: &'static str,
    /// Who could do what with it.
    pub(super) consequence: &'static str,
    /// The checks that show it.
    shown_by: Shown,
    /// The checks that follow from it: a name, a beginning of names that ends in `*`, or a group that ends in `/`.
    explains: &'static [&'static str],
}

/// The checks that show a cause.
enum Shown {
    /// Each that follows from it.
    Each,
    /// One of these.
    Any(&'static [&'static str]),
    /// All of these.
    All(&'static [&'static str]),
}

impl Cause {
    /// Whether a check is one that shows it.
    pub(super) fn shows(&self, checked: &Checked) -> bool {
        match self.shown_by {
            Shown::Each => true,
            Shown::Any(names) | Shown::All(names) => names.contains(&plain(checked)),
        }
    }

    /// Whether check and cause are about the same kind of token. A context token has no hash, so that a cause about hashes
    /// says nothing about it.
    fn is_about(&self, checked: &Checked) -> bool {
        let is_context = checked.check.case.clauses.iter().any(|clause| CONTEXT.contains(&clause.as_str()));
        is_context == CONTEXT.contains(&self.clause) || self.explains == ["*"]
    }

    /// Whether a check that was not passed follows from this cause.
    pub(super) fn explains(&self, checked: &Checked) -> bool {
        let (name, id) = (plain(checked), &checked.check.case.id);
        let is_it = |term: &&str| match (term.strip_suffix('*'), term.strip_suffix('/')) {
            (Some(front), _) => name.starts_with(front),
            (_, Some(group)) => id.starts_with(&format!("probe/{group}/")),
            _ => name == *term,
        };
        checked.kind() == Kind::LetThrough && self.is_about(checked) && self.explains.iter().any(is_it)
    }

    /// Whether these checks, which follow from it, show it.
    pub(super) fn is_shown_by(&self, explained: &[&Checked]) -> bool {
        let has = |name: &&str| explained.iter().any(|it| plain(it) == *name);
        match self.shown_by {
            Shown::Each => !explained.is_empty(),
            Shown::Any(names) => names.iter().any(has),
            Shown::All(names) => names.iter().all(has),
        }
    }
}

/// The clauses on the value of `qsh` in context tokens.
const CONTEXT: [&str; 3] = ["CTX-3", "CTX-4", "CTX-5"];

/// The name of a check, wherever its token is.
fn plain(checked: &Checked) -> &str {
    let name = checked.check.name.as_str();
    name.strip_suffix(IN_QUERY).unwrap_or(name)
}

/// The end of the names of checks whose token is in the parameter `jwt`.
const IN_QUERY: &str = "_in_query";

/// Every cause, in the order in which they are looked for: what follows from a cause is not looked at again.
pub(super) fn causes() -> impl Iterator<Item = &'static Cause> {
    keys::CAUSES.iter().chain(table::CAUSES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::probe::ENDPOINTS;
    use crate::suite::spec;
    use crate::tamper::changes;

    /// A row for each, with what follows from it.
    #[test]
    fn the_page_lists_every_cause() {
        let page = include_str!("../../../docs/probe.md");
        for Cause { name, severity, clause, title, consequence, .. } in causes().chain([&FAILURES, &CANONICALIZER]) {
            let row = format!("| `{name}` | {} | {clause} | {title} | {consequence} |", severity.name());
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn every_cause_has_a_name_and_a_clause_and_names_checks_that_there_are() {
        let dates = ["exp_passed", "exp_beyond_leeway", "exp_an_hour_ago"];
        let requests = [
            "for_another_method",
            "for_a_path_below",
            "for_another_path",
            "for_another_value",
            "with_a_parameter_more",
        ];
        let of_tenants = ["iss_of_other_tenant", "secret_of_other_tenant"];
        let of_tokens = ENDPOINTS.into_iter().flat_map(changes).map(|change| change.name);
        let others = [
            "no_token_after_good",
            "bad_token_after_good",
            "for_the_path_alone",
            "guess_",
            "signed_by_another_key",
            "unknown_key_of_nobody",
            "signature_altered_of_known_token",
            "key_of_body",
            "key_of_kid_",
            "fresh",
            "after_jwt",
            "without_scheme",
            "in_oauth_header",
            "key_of_",
            "at_another_path",
            "with_another_query",
            "without_the_query",
        ];
        let names: BTreeSet<&str> = of_tokens.chain(others).chain(of_tenants).chain(dates).chain(requests).collect();
        let mut seen = BTreeSet::new();
        for cause in causes() {
            assert!(seen.insert(cause.name) && spec::clause(cause.clause).is_some(), "{}", cause.name);
            let shown_by: &[&str] = match cause.shown_by {
                Shown::Each => &[],
                Shown::Any(names) | Shown::All(names) => names,
            };
            for term in shown_by.iter().chain(cause.explains).filter(|term| !term.ends_with('/')) {
                let front = term.trim_end_matches('*');
                let is_there = |name: &&str| if term.ends_with('*') { name.starts_with(front) } else { name == term };
                assert!(names.iter().any(is_there), "{}: {term}", cause.name);
            }
        }
    }
}
