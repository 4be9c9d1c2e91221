//! The cases that an implementation does not support, with reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::select::{SelectError, Term};

/// The cases that an implementation may answer with `unsupported`: `[unsupported]` of a baseline.
///
/// In any other case `unsupported` is a failure if the adapter offers the operation. Terms are those of `qsh run`: a
/// clause, a flag or feature, an id, a prefix of ids, or a glob on ids. A term must not cover the whole suite, so the
/// first part of an id has no wildcard.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
/// use qsh::suite::unsupported::UnsupportedCases;
///
/// let unsupported = UnsupportedCases::new([("@form", "takes no form body")])?;
/// let vectors = Vectors::embedded()?;
/// assert!(vectors.cases().all(|case| unsupported.covers(case) == case.features.contains(&"form".to_owned())));
/// assert!(UnsupportedCases::new([("*", "takes nothing")]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct UnsupportedCases {
    entries: Vec<Unsupported>,
}

#[derive(Clone, Debug)]
struct Unsupported {
    term: Term,
    reason: String,
}

impl UnsupportedCases {
    /// Parses terms, each with its reason.
    ///
    /// # Errors
    ///
    /// A term that [`Selection`](super::select::Selection) does not accept, `!term`, a glob with a wildcard in its
    /// first part, or an empty reason.
    pub fn new<T: AsRef<str>, R: Into<String>>(
        entries: impl IntoIterator<Item = (T, R)>,
    ) -> Result<Self, UnsupportedError> {
        let entry = |(term, reason): (T, R)| {
            let (term, reason) = (term.as_ref(), reason.into());
            let error = |problem| UnsupportedError { term: term.to_owned(), problem };
            if reason.trim().is_empty() {
                return Err(error(Problem::NoReason));
            }
            if !is_bounded(term) {
                return Err(error(Problem::Unbounded));
            }
            let term = Term::parse(term).map_err(|source| error(Problem::Term(source)))?;
            Ok(Unsupported { term, reason })
        };
        Ok(Self { entries: entries.into_iter().map(entry).collect::<Result<_, _>>()? })
    }

    /// Whether a case may be answered with `unsupported`.
    pub fn covers(&self, case: &Case) -> bool {
        self.entries.iter().any(|entry| entry.term.matches(case))
    }

    /// The obsolete terms: those that match none of the `unsupported` cases.
    pub fn stale<'s>(&'s self, unsupported: &[&Case]) -> Vec<&'s str> {
        let is_stale = |entry: &&Unsupported| !unsupported.iter().any(|case| entry.term.matches(case));
        self.entries.iter().filter(is_stale).map(|entry| entry.term.text()).collect()
    }

    /// The list that covers the `unsupported` cases of a run of `all` cases. Each case comes with the implementation's
    /// message.
    ///
    /// Terms that still match a case are kept. Any other case gets a new term: the shortest prefix of its id under
    /// which every case is unsupported with the same message.
    #[must_use]
    pub fn updated(&self, all: &[&Case], unsupported: &[(&Case, &str)]) -> Self {
        let is_used = |entry: &&Unsupported| unsupported.iter().any(|(case, _)| entry.term.matches(case));
        let mut updated = Self { entries: self.entries.iter().filter(is_used).cloned().collect() };
        let mut ids_by_words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (case, words) in unsupported.iter().filter(|(case, _)| !updated.covers(case)) {
            ids_by_words.entry(words).or_default().insert(&case.id);
        }
        let all: Vec<&str> = all.iter().map(|case| case.id.as_str()).collect();
        for (words, ids) in ids_by_words {
            let reason = if words.trim().is_empty() { "unsupported" } else { words };
            let entry = |front: &str| Unsupported { term: Term::front(front), reason: reason.to_owned() };
            updated.entries.extend(shortest_prefixes(&all, &ids).into_iter().map(entry));
        }
        updated
    }

    /// The terms, each with its reason.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| (entry.term.text(), entry.reason.as_str()))
    }

    /// This list and another one.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.entries.extend(others.entries);
        self
    }
}

/// Whether a term is limited to a part of the suite: it is not an exclusion, and its first part has no wildcard.
pub(super) fn is_bounded(term: &str) -> bool {
    let first = term.split('/').next().unwrap_or_default();
    !first.is_empty() && !first.contains(['!', '*', '?', '[', ']', '{', '}', '\\'])
}

/// The shortest prefixes that cover these ids and no other case. An id is its own prefix, even if other cases are
/// below it.
pub fn shortest_prefixes<'i>(all: &[&str], ids: &BTreeSet<&'i str>) -> BTreeSet<&'i str> {
    let is_below =
        |id: &str, front: &str| id.strip_prefix(front).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let covers_only_these = |front: &&str| all.iter().all(|id| !is_below(id, front) || ids.contains(*id));
    let prefixes = |id: &'i str| id.match_indices('/').map(move |(end, _)| &id[..end]).chain([id]);
    ids.iter().map(|id| prefixes(id).find(covers_only_these).unwrap_or(id)).collect()
}

/// A list of unsupported cases that cannot be used. `Display` names the term.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unsupported {term:?}: {problem}")]
pub struct UnsupportedError {
    term: String,
    #[source]
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("expected a reason")]
    NoReason,
    #[error("{BOUNDED}")]
    Unbounded,
    #[error(transparent)]
    Term(#[from] SelectError),
}

/// The error message for a term that could cover the whole suite.
pub(super) const BOUNDED: &str = "expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::case::Level;
    use crate::suite::load::Vectors;

    fn case(id: &str) -> Case {
        let vectors = Vectors::embedded().unwrap();
        let mut case = vectors.cases().find(|case| case.level == Level::Must).unwrap().clone();
        id.clone_into(&mut case.id);
        case
    }

    #[test]
    fn a_term_covers_a_part_of_the_suite_and_has_a_reason() {
        let error = |term: &str, reason: &str| UnsupportedCases::new([(term, reason)]).unwrap_err().to_string();
        for term in ["*", "", "**", "{a,b}/c", "?/a", "[a-z]*/**", "!form", "\\a/b", "/a"] {
            assert!(error(term, "r").contains("expected a term that covers a part of the suite"), "{term}");
        }
        insta::assert_snapshot!(error("form", " "), @r#"unsupported "form": expected a reason"#);
        insta::assert_snapshot!(error("form/[", "r"), @r#"unsupported "form/[": "form/[" is not a glob on case ids: error parsing glob 'form/[': unclosed character class; missing ']'"#);
        insta::assert_snapshot!(error("QSH-Q999", "r"), @r#"unsupported "QSH-Q999": unknown clause "QSH-Q999": did you mean QSH-Q19 or QSH-Q9?"#);
    }

    #[test]
    fn an_update_keeps_what_is_still_unsupported_and_adds_the_shortest_prefixes() {
        let [a, b, c, d, e] = ["form/x/1", "form/x/2", "form/y/1", "base/x", "path/x"].map(case);
        let old = UnsupportedCases::new([("base", "no base"), ("path", "no path")]).unwrap();
        let unsupported = [(&a, "no form"), (&b, "no form"), (&d, "another word"), (&c, "")];
        let updated = old.updated(&[&a, &b, &c, &d, &e], &unsupported);
        let entries: Vec<(&str, &str)> = updated.entries().collect();
        assert_eq!(entries, [("base", "no base"), ("form/y", "unsupported"), ("form/x", "no form")]);
        assert!(unsupported.iter().all(|(case, _)| updated.covers(case)) && !updated.covers(&e));
        assert_eq!(updated.stale(&[&a, &d]), ["form/y"]);
    }

    #[test]
    fn a_front_covers_no_case_that_is_supported() {
        let all = ["a/x", "a/xy", "a/x/z"];
        let prefixes = |ids: &[&str]| shortest_prefixes(&all, &ids.iter().copied().collect()).len();
        assert_eq!((prefixes(&["a/x", "a/xy", "a/x/z"]), prefixes(&["a/x", "a/x/z"]), prefixes(&["a/x/z"])), (1, 1, 1));
        assert_eq!(prefixes(&["a/x", "a/xy"]), 2);
    }
}
