//! Selects cases: by terms on ids, clauses, flags and features, and by shard.

use std::fmt;
use std::str::FromStr;

use globset::{Glob, GlobMatcher};

use super::case::Case;
use super::load::Vectors;
use super::near::{did_you_mean, near};
use super::spec;

/// Which cases are selected.
///
/// Terms select cases:
///
/// | term | example |
/// |---|---|
/// | a clause, or a glob on clauses | `QSH-Q7`, `PRD-*` |
/// | a flag or a feature | `@interop` |
/// | an id | `query/repeat/decoded-order` |
/// | the prefix of ids | `query/repeat` |
/// | a glob on ids | `query/*/decoded-*` |
///
/// A case is selected if any term matches it. `!term` excludes the cases that it matches. Without terms, all cases are
/// selected.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
/// use qsh::suite::select::Selection;
///
/// let vectors = Vectors::embedded()?;
/// let cases = Selection::new(&["QSH-Q7", "!@interop"])?.of(&vectors)?;
/// assert!(cases.iter().all(|case| case.clauses.contains(&"QSH-Q7".to_owned())));
/// assert!(Selection::new(&["PRD-*"])?.of(&vectors)?.len() > 20);
/// assert!(Selection::new(&["no/such/case"])?.of(&vectors).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Selection {
    included: Vec<Term>,
    excluded: Vec<Term>,
    shard: Option<Shard>,
}

impl Selection {
    /// Parses terms.
    ///
    /// # Errors
    ///
    /// A malformed glob, or a clause that `docs/spec.md` does not have.
    pub fn new(terms: &[impl AsRef<str>]) -> Result<Self, SelectError> {
        let mut selection = Self::default();
        for term in terms {
            match term.as_ref().strip_prefix('!') {
                Some(excluded) => selection.excluded.push(Term::parse(excluded)?),
                None => selection.included.push(Term::parse(term.as_ref())?),
            }
        }
        Ok(selection)
    }

    /// Limits the selection to one shard.
    #[must_use]
    pub fn shard(mut self, shard: Option<Shard>) -> Self {
        self.shard = shard;
        self
    }

    /// Whether all cases are selected. Only then can a baseline be checked for obsolete entries.
    pub fn is_everything(&self) -> bool {
        self.included.is_empty() && self.excluded.is_empty() && self.shard.is_none()
    }

    /// The selected cases, in order.
    ///
    /// # Errors
    ///
    /// A term that matches no case, or terms and a shard that leave no case.
    pub fn of<'v>(&self, vectors: &'v Vectors) -> Result<Vec<&'v Case>, SelectError> {
        for term in self.included.iter().chain(&self.excluded) {
            if !vectors.cases().any(|case| term.matches(case)) {
                return Err(term.no_match(vectors));
            }
        }
        let taken: Vec<&Case> = vectors.cases().filter(|case| self.takes(case)).collect();
        let cases: Vec<&Case> = match self.shard {
            Some(shard) => shard.of(&taken),
            None => taken,
        };
        if cases.is_empty() { Err(SelectError::Nothing) } else { Ok(cases) }
    }

    /// Whether a case is selected. A shard does not count.
    pub fn takes(&self, case: &Case) -> bool {
        (self.included.is_empty() || self.included.iter().any(|term| term.matches(case)))
            && !self.excluded.iter().any(|term| term.matches(case))
    }
}

/// Selects cases by a clause, a flag or feature, an id, a prefix of ids, or a glob on ids.
#[derive(Clone, Debug)]
pub(super) struct Term {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Clause,
    Clauses(GlobMatcher),
    Flag(String),
    Id(GlobMatcher),
}

impl Term {
    /// The prefix of ids, without wildcards.
    pub(super) fn front(id: &str) -> Self {
        let glob = Glob::new(&globset::escape(id)).expect("escaped text is a glob");
        Self { text: id.to_owned(), kind: Kind::Id(glob.compile_matcher()) }
    }

    /// The term as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn parse(text: &str) -> Result<Self, SelectError> {
        let owned = text.to_owned();
        let glob =
            || Glob::new(text).map_err(|error| SelectError::BadGlob { term: owned.clone(), why: error.to_string() });
        // No id has a capital letter.
        if text.starts_with(|first: char| first.is_ascii_uppercase()) && text.contains(['*', '?', '[', '{']) {
            let kind = Kind::Clauses(glob()?.compile_matcher());
            return Ok(Self { text: owned, kind });
        }
        if spec::is_clause_number(text) {
            return match spec::clause(text) {
                Some(_) => Ok(Self { text: owned, kind: Kind::Clause }),
                None => Err(unknown_clause(owned)),
            };
        }
        if let Some(flag) = text.strip_prefix('@') {
            return Ok(Self { kind: Kind::Flag(flag.to_owned()), text: owned });
        }
        let kind = Kind::Id(glob()?.compile_matcher());
        Ok(Self { text: owned, kind })
    }

    /// The error for a term that matches no case, with the terms that may have been meant.
    fn no_match(&self, vectors: &Vectors) -> SelectError {
        let known: Vec<String> = match &self.kind {
            Kind::Flag(_) => flags(vectors).collect(),
            Kind::Id(_) if globset::escape(&self.text) == self.text => {
                let clauses = vectors.cases().flat_map(|case| case.clauses.iter().cloned());
                ids_and_prefixes(vectors).map(str::to_owned).chain(clauses).chain(flags(vectors)).collect()
            }
            Kind::Clause | Kind::Clauses(_) | Kind::Id(_) => Vec::new(),
        };
        let near = near(self.text.trim_end_matches('/'), known.iter().map(|term| (term.as_str(), term.as_str())));
        SelectError::no_match(&self.text, &near)
    }

    pub(super) fn matches(&self, case: &Case) -> bool {
        match &self.kind {
            Kind::Clauses(glob) => case.clauses.iter().any(|clause| glob.is_match(clause)),
            Kind::Clause => case.clauses.contains(&self.text),
            Kind::Flag(flag) => case.flags.contains(flag) || case.features.contains(flag),
            Kind::Id(glob) => {
                let front = self.text.trim_end_matches('/');
                let below = case.id.strip_prefix(front).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                below || glob.is_match(&case.id)
            }
        }
    }
}

fn ids_and_prefixes(vectors: &Vectors) -> impl Iterator<Item = &str> {
    let of = |id: &str| id.match_indices('/').map(|(end, _)| end).chain([id.len()]).collect::<Vec<_>>();
    vectors.cases().flat_map(move |case| of(&case.id).into_iter().map(|end| &case.id[..end]))
}

/// The terms for all flags and features.
fn flags(vectors: &Vectors) -> impl Iterator<Item = String> {
    vectors.cases().flat_map(|case| case.flags.iter().chain(&case.features)).map(|flag| format!("@{flag}"))
}

/// The case with this id.
///
/// # Errors
///
/// There is none. The error has the ids that resemble it.
pub fn case<'v>(id: &str, vectors: &'v Vectors) -> Result<&'v Case, SelectError> {
    let ids = || vectors.cases().map(|case| (case.id.as_str(), case.id.as_str()));
    vectors.cases().find(|case| case.id == id).ok_or_else(|| SelectError::no_match(id, &near(id, ids())))
}

fn unknown_clause(clause: String) -> SelectError {
    let near = near(&clause, spec::clauses().iter().map(|clause| (clause.id, clause.id)));
    let near = near.into_iter().map(str::to_owned).collect();
    SelectError::UnknownClause { clause, near }
}

/// What an error about a term ends in: the terms that may have been meant, or else where they are listed.
fn hint(near: &[String], otherwise: &str) -> String {
    did_you_mean(near).map_or_else(|| otherwise.to_owned(), |question| format!(": {question}"))
}

/// One of `count` shards of a selection, written `index/count` with `index` from 1. Each case is in exactly one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// The only shard of one.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// The shard with this number, from 1, of `count`. Returns `None` if there is no such shard.
    pub fn new(index: usize, count: usize) -> Option<Self> {
        (1 <= index && index <= count).then_some(Self { index, count })
    }

    /// The number of the shard, from 1.
    pub fn index(self) -> usize {
        self.index
    }

    /// The number of shards.
    pub fn count(self) -> usize {
        self.count
    }

    /// The items of this shard.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::select::Shard;
    ///
    /// let shard: Shard = "2/3".parse()?;
    /// assert_eq!(shard.of(&["a", "b", "c", "d", "e"]), ["b", "e"]);
    /// assert_eq!([shard.place_in_whole(0), shard.place_in_whole(1)], [1, 4]);
    /// # Ok::<(), qsh::suite::select::SelectError>(())
    /// ```
    pub fn of<T: Clone>(self, whole: &[T]) -> Vec<T> {
        whole.iter().skip(self.index - 1).step_by(self.count).cloned().collect()
    }

    /// The number of items in this shard, for this number of items in total.
    pub fn size(self, whole: usize) -> usize {
        whole.saturating_sub(self.index - 1).div_ceil(self.count)
    }

    /// Converts an index in the shard to an index in the whole list.
    pub fn place_in_whole(self, place: usize) -> usize {
        place * self.count + self.index - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = SelectError;

    fn from_str(text: &str) -> Result<Self, SelectError> {
        let shard = text.split_once('/').and_then(|(index, count)| Self::new(index.parse().ok()?, count.parse().ok()?));
        shard.ok_or_else(|| SelectError::BadShard(text.to_owned()))
    }
}

/// A selection that is malformed or matches no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// A malformed glob.
    #[error("{term:?} is not a glob on case ids: {why}")]
    BadGlob {
        /// The term.
        term: String,
        /// The cause.
        why: String,
    },
    /// A malformed shard.
    #[error("{0:?} is not a shard: expected I/N with I from 1 to N, such as 2/4")]
    BadShard(String),
    /// A term that matches no case.
    #[error("no case matches {term:?}{}", hint(near, "; `qsh vectors list` shows them all"))]
    NoMatch {
        /// The term.
        term: String,
        /// Terms like it that match a case.
        near: Vec<String>,
    },
    /// The terms or the shard leave no case.
    #[error("nothing is selected")]
    Nothing,
    /// A clause that does not exist.
    #[error("unknown clause {clause:?}{}", hint(near, ": expected a heading of docs/spec.md, such as QSH-Q7"))]
    UnknownClause {
        /// The number.
        clause: String,
        /// Numbers like it.
        near: Vec<String>,
    },
}

impl SelectError {
    fn no_match(term: &str, near: &[&str]) -> Self {
        Self::NoMatch { term: term.to_owned(), near: near.iter().map(ToString::to_string).collect() }
    }

    /// Whether the terms are well formed, but no case matches.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::NoMatch { .. } | Self::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(terms: &[&str]) -> Vec<String> {
        let vectors = Vectors::embedded().unwrap();
        Selection::new(terms).unwrap().of(&vectors).unwrap().iter().map(|case| case.id.clone()).collect()
    }

    #[test]
    fn the_front_of_an_id_ends_at_a_slash() {
        let query = ids(&["query"]);
        assert!(query.iter().all(|id| id.starts_with("query/")));
        assert_eq!(query, ids(&["query/"]));
        assert_eq!(query, ids(&["query/**"]));
        let vectors = Vectors::embedded().unwrap();
        let error = Selection::new(&["quer"]).unwrap().of(&vectors).unwrap_err();
        insta::assert_snapshot!(error, @r#"no case matches "quer": did you mean query?"#);
    }

    #[test]
    fn a_term_that_selects_nothing_is_named_as_it_was_written() {
        let vectors = Vectors::embedded().unwrap();
        let error = Selection::new(&["@no-such-flag"]).unwrap().of(&vectors).unwrap_err();
        insta::assert_snapshot!(error, @r#"no case matches "@no-such-flag"; `qsh vectors list` shows them all"#);
    }

    #[test]
    fn excluded_terms_take_out_what_they_select() {
        let (all, without) = (ids(&["@interop"]), ids(&["@interop", "!QSH-Q7"]));
        assert!(without.len() < all.len());
        assert!(without.iter().all(|id| all.contains(id)));
    }

    #[test]
    fn shards_make_the_whole_without_overlap() {
        let vectors = Vectors::embedded().unwrap();
        let mut parts: Vec<String> = Vec::new();
        for shard in ["1/3", "2/3", "3/3"] {
            let selection = Selection::default().shard(Some(shard.parse().unwrap()));
            parts.extend(selection.of(&vectors).unwrap().iter().map(|case| case.id.clone()));
        }
        let mut all = ids(&[]);
        parts.sort();
        all.sort();
        assert_eq!(parts, all);
    }

    #[test]
    fn a_shard_knows_how_many_it_has_of_a_whole_and_where() {
        for count in 1..6 {
            for cases in 0..12 {
                let whole: Vec<usize> = (0..cases).collect();
                for shard in (1..=count).filter_map(|index| Shard::new(index, count)) {
                    let part = shard.of(&whole);
                    let places: Vec<usize> = (0..shard.size(cases)).map(|place| shard.place_in_whole(place)).collect();
                    assert_eq!(part, places, "{shard} of {cases}");
                }
            }
        }
    }

    #[test]
    fn there_may_be_any_number_of_shards() {
        let last = Shard::new(usize::MAX, usize::MAX).unwrap();
        assert_eq!((last.size(2_000), last.of(&["a"])), (0, Vec::new()));
    }

    #[test]
    fn a_shard_is_one_of_its_count() {
        for text in ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", ""] {
            assert_eq!(text.parse::<Shard>(), Err(SelectError::BadShard(text.to_owned())));
        }
    }
}
