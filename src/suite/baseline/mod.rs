//! Baselines: the known failures of an implementation, and the cases that it does not support.
//!
//! Each known failure has the outcome that is expected today, a reason and a link.

mod file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};
use qsh_diagnose::Text;

use super::case::{Case, Level};
use super::outcome::{Answer, Issuer, Outcome, Reason};
use super::toml_problem::toml_problem;
use super::unsupported::{BOUNDED, UnsupportedCases, is_bounded};
use file::{Entry, FORMAT, File, VERSION};

/// The baseline of one implementation: a `known.toml`.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<Known>,
    unsupported: UnsupportedCases,
}

/// One entry of a baseline.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Known {
    /// The cases: an id, or a glob on ids.
    pub case: String,
    /// The outcome that is expected today.
    pub outcome: KnownOutcome,
    /// The reason for it.
    pub reason: String,
    /// Where to read about it.
    pub link: String,
    /// The runtimes on which it happens: a glob on the runtime that the adapter reports. `None` means all runtimes.
    pub runtime: Option<String>,
    cases: GlobMatcher,
    runtimes: Option<GlobMatcher>,
}

/// The outcome that is expected today. A crash, a hang or a garbled line is never a known failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownOutcome {
    /// This canonical request. An implementation that answers with hashes alone gives its hash.
    Canonical(Text),
    /// This hash, from an implementation whose canonical request is not known.
    Hash(String),
    /// This canonical request, with a hash that does not match it.
    Torn {
        /// The canonical request.
        canonical_request: Text,
        /// The hash.
        qsh: String,
    },
    /// The request is accepted, from this issuer. The case lists the claims of its token.
    Accepted(Issuer),
    /// A token is signed, and our own verifier refuses it for this reason.
    Refused(Reason),
    /// A refusal for this reason.
    Rejected(Reason),
    /// An exception of this type.
    Fault(String),
}

impl KnownOutcome {
    /// Converts an outcome. Returns `None` for an outcome that a baseline never has.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Ok(Answer { refused: Some(refused), .. }) => Some(Self::Refused(refused.reason)),
            Outcome::Ok(Answer { accepted: Some(accepted), .. }) => Some(Self::Accepted(accepted.issuer.clone())),
            Outcome::Ok(answer) => match (&answer.canonical_request, &answer.qsh) {
                (Some(text), Some(hash)) if *hash != text.sha256_hex() => {
                    Some(Self::Torn { canonical_request: text.clone(), qsh: hash.clone() })
                }
                (Some(text), _) => Some(Self::Canonical(text.clone())),
                (None, Some(hash)) => Some(Self::Hash(hash.clone())),
                (None, None) => None,
            },
            Outcome::Rejected { reason, .. } => Some(Self::Rejected(*reason)),
            Outcome::Fault { kind, .. } => Some(Self::Fault(kind.clone())),
            _ => None,
        }
    }
}

/// The prefix of the reason of an unexplained entry.
const UNEXPLAINED: &str = "to be explained: ";
/// The link of an entry that has no real link yet.
const UNLINKED: &str = "to be linked";

/// The reason that an update writes for a new failure. `hint` says what the failure looks like.
pub fn placeholder_reason(hint: Option<&str>) -> String {
    format!("{UNEXPLAINED}{}", hint.unwrap_or("no single deviation explains it"))
}

impl Known {
    /// Whether the reason or the link is still a placeholder that an update wrote.
    pub fn is_unexplained(&self) -> bool {
        self.reason.starts_with(UNEXPLAINED.trim_end()) || self.link == UNLINKED
    }

    /// Whether an outcome is the one that is expected today.
    pub fn matches(&self, outcome: &Outcome) -> bool {
        match (&self.outcome, outcome) {
            (KnownOutcome::Canonical(text), Outcome::Ok(answer)) => {
                let hash = text.sha256_hex();
                answer.canonical_request.as_ref().is_none_or(|found| found == text)
                    && answer.qsh.as_ref().is_none_or(|found| *found == hash)
            }
            (KnownOutcome::Hash(hash), Outcome::Ok(answer)) => answer.qsh.as_ref() == Some(hash),
            (KnownOutcome::Torn { canonical_request, qsh }, Outcome::Ok(answer)) => {
                answer.canonical_request.as_ref() == Some(canonical_request) && answer.qsh.as_ref() == Some(qsh)
            }
            (KnownOutcome::Accepted(issuer), Outcome::Ok(answer)) => {
                answer.accepted.as_ref().is_some_and(|accepted| accepted.issuer == *issuer)
            }
            (KnownOutcome::Refused(reason), Outcome::Ok(answer)) => {
                answer.refused.as_ref().is_some_and(|refused| refused.reason == *reason)
            }
            (KnownOutcome::Rejected(reason), Outcome::Rejected { reason: found, .. }) => reason == found,
            (KnownOutcome::Fault(kind), Outcome::Fault { kind: found, .. }) => kind == found,
            _ => false,
        }
    }

    fn covers(&self, id: &str) -> bool {
        self.case == id || self.cases.is_match(id)
    }

    fn is_on(&self, runtime: &str) -> bool {
        self.runtimes.as_ref().is_none_or(|runtimes| runtimes.is_match(runtime))
    }
}

impl Baseline {
    /// Reads a `known.toml`; `path` is for messages.
    ///
    /// # Errors
    ///
    /// Text in another format: an unknown member, an entry without reason or link, an incomplete outcome, two entries
    /// for one case, or a wildcard that could cover the whole suite.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::baseline::Baseline;
    /// use qsh::suite::load::Vectors;
    /// use qsh::suite::outcome::{Answer, Outcome};
    ///
    /// let text = r#"
    ///     format = "qsh-known"
    ///     version = 1
    ///     [[known]]
    ///     case = "path/trailing-slash/two-segments"
    ///     kind = "ok"
    ///     canonical_request = "GET&/a/b/&"
    ///     reason = "the trailing slash stays"
    ///     link = "https://example.com/issues/1"
    /// "#;
    /// let baseline = Baseline::parse("known.toml".as_ref(), text)?;
    /// let vectors = Vectors::embedded()?;
    /// let case = vectors.cases().find(|case| case.id == "path/trailing-slash/two-segments").unwrap();
    /// let known = baseline.covering(case).unwrap();
    /// assert!(known.matches(&Outcome::Ok(Answer::canonical_request("GET&/a/b/&"))));
    /// assert!(!known.matches(&Outcome::Ok(Answer::canonical_request("GET&/a/b//&"))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let error = |problem: String| BaselineError { path: path.to_owned(), problem };
        let file: File = toml::from_str(text).map_err(|source| error(toml_problem(&source)))?;
        if file.format != FORMAT || file.version != VERSION {
            let File { format, version, .. } = file;
            return Err(error(format!(
                "expected format {FORMAT:?} version {VERSION}, found {format:?} version {version}"
            )));
        }
        let unsupported = UnsupportedCases::new(file.unsupported).map_err(|problem| error(problem.to_string()))?;
        let mut baseline = Self { entries: Vec::new(), unsupported };
        for raw in file.known {
            let case = raw.case.clone();
            let entry = Known::try_from(raw).map_err(|problem| error(format!("case {case}: {problem}")))?;
            if baseline.entries.iter().any(|other| other.case == entry.case && other.runtime == entry.runtime) {
                return Err(error(format!("case {case}: listed twice")));
            }
            baseline.entries.push(entry);
        }
        Ok(baseline)
    }

    /// The entries that apply to a runtime, such as `CPython 3.11.7`.
    #[must_use]
    pub fn on(&self, runtime: &str) -> Self {
        let entries = self.entries.iter().filter(|entry| entry.is_on(runtime)).cloned().collect();
        Self { entries, unsupported: self.unsupported.clone() }
    }

    /// The cases that the implementation may answer with `unsupported`.
    pub fn unsupported(&self) -> &UnsupportedCases {
        &self.unsupported
    }

    /// The same baseline, with these unsupported cases added to its own.
    #[must_use]
    pub fn and_unsupported(self, others: UnsupportedCases) -> Self {
        let unsupported = self.unsupported.clone().and(others);
        self.with_unsupported(unsupported)
    }

    /// The same baseline, with these unsupported cases in place of its own.
    #[must_use]
    pub fn with_unsupported(self, unsupported: UnsupportedCases) -> Self {
        Self { unsupported, ..self }
    }

    /// The entry that covers a case. If there are several, the order of preference is:
    ///
    /// 1. an entry with the id of the case, then globs;
    /// 2. an entry for certain runtimes, then entries for all;
    /// 3. the order in the file.
    pub fn covering(&self, case: &Case) -> Option<&Known> {
        let covering = self.entries.iter().filter(|entry| entry.covers(&case.id));
        covering.min_by_key(|entry| (entry.case != case.id, entry.runtime.is_none()))
    }

    /// The obsolete entries: those that cover no case that can fail.
    pub fn stale<'b>(&'b self, cases: &[&Case]) -> Vec<&'b Known> {
        let can_fail = |entry: &Known, case: &Case| case.level != Level::Open && entry.covers(&case.id);
        self.entries.iter().filter(|entry| !cases.iter().any(|case| can_fail(entry, case))).collect()
    }

    /// The baseline with which a run on this runtime with these failures is as expected.
    ///
    /// - An entry of a case that still fails keeps its reason and link. An entry of a case that no longer fails is
    ///   removed.
    /// - A new failure gets `new_reason` and `new_link`. Without a link it [is unexplained](Known::is_unexplained).
    /// - A case without an answer gets no new entry, but keeps the one that it has.
    /// - Entries of other runtimes are kept.
    #[must_use]
    pub fn updated<'r>(
        &self,
        runtime: &str,
        failures: impl IntoIterator<Item = (&'r Case, &'r Outcome)>,
        new_reason: impl Fn(&Case, &Outcome) -> String,
        new_link: Option<&str>,
    ) -> Self {
        let here = self.on(runtime);
        let failing = failures.into_iter().filter_map(|(case, outcome)| {
            let old = here.covering(case);
            // An entry is kept if no answer came, or if the answer matches it. It may hold a hash instead of the
            // request.
            let unanswered = outcome.is_breach() || matches!(outcome, Outcome::Unsupported(_));
            let kept = old.filter(|old| unanswered || old.matches(outcome)).map(|old| old.outcome.clone());
            // A hint that an earlier update wrote is replaced.
            let reason = old.filter(|old| !old.reason.starts_with(UNEXPLAINED));
            Some(Known {
                case: case.id.clone(),
                outcome: kept.or_else(|| KnownOutcome::of(outcome))?,
                reason: reason.map_or_else(|| new_reason(case, outcome), |old| old.reason.clone()),
                link: old.map_or_else(|| new_link.unwrap_or(UNLINKED).to_owned(), |old| old.link.clone()),
                runtime: old.and_then(|old| old.runtime.clone()),
                cases: literal(&case.id),
                runtimes: old.and_then(|old| old.runtimes.clone()),
            })
        });
        let elsewhere = self.entries.iter().filter(|entry| !entry.is_on(runtime)).cloned();
        Self { entries: failing.chain(elsewhere).collect(), unsupported: self.unsupported.clone() }
    }

    /// The text of the `known.toml`.
    pub fn write(&self) -> String {
        let known = self.entries.iter().cloned().map(Entry::from).collect();
        let owned = |(term, reason): (&str, &str)| (term.to_owned(), reason.to_owned());
        let unsupported = self.unsupported.entries().map(owned).collect();
        let file = File { format: FORMAT.to_owned(), version: VERSION, unsupported, known };
        toml::to_string_pretty(&file).expect("a baseline holds only text and numbers")
    }

    /// The entries.
    pub fn entries(&self) -> &[Known] {
        &self.entries
    }
}

/// A baseline that cannot be used. `Display` names the file and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct BaselineError {
    path: PathBuf,
    problem: String,
}

/// Compiles a glob on case ids. It must not cover the whole suite.
fn glob_on_ids(text: &str) -> Result<GlobMatcher, String> {
    if is_bounded(text) { glob(text) } else { Err(BOUNDED.to_owned()) }
}

fn glob(text: &str) -> Result<GlobMatcher, String> {
    Glob::new(text).map(|glob| glob.compile_matcher()).map_err(|error| error.to_string())
}

fn literal(id: &str) -> GlobMatcher {
    Glob::new(&globset::escape(id)).expect("escaped text is a glob").compile_matcher()
}
