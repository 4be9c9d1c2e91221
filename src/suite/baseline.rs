//! Baselines: the failures of an implementation that are known, each with the outcome that is expected today, a reason and a link.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::outcome::{Outcome, Reason};
use super::text::Text;
use crate::qsh::Qsh;

const FORMAT: &str = "qsh-known";
const VERSION: u32 = 1;

/// The known failures of one implementation: a `known.toml`.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    entries: Vec<Known>,
}

/// One entry of a baseline.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Known {
    /// The cases: an id, or a glob on ids.
    pub case: String,
    /// What is expected of them today.
    pub outcome: KnownOutcome,
    /// Why it is so.
    pub reason: String,
    /// Where that can be read up.
    pub link: String,
    /// The runtimes that it happens on: a glob on what the adapter says of its own; nothing, where it happens on all.
    pub runtime: Option<String>,
    cases: GlobMatcher,
    runtimes: Option<GlobMatcher>,
}

/// The outcome that is expected today. A crash, a hang or a garbled line is never a known failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownOutcome {
    /// This canonical request, or its hash from an implementation that answers nothing else.
    Canonical(Text),
    /// This hash, from an implementation whose canonical request is not known.
    Hash(String),
    /// A refusal for this reason.
    Rejected(Reason),
    /// An exception of this type.
    Fault(String),
}

impl KnownOutcome {
    /// What an outcome would be in a baseline; nothing for those that never are.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Ok(answer) => match (&answer.canonical_request, &answer.qsh) {
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

impl Known {
    /// Whether an outcome is the one that is expected today.
    pub fn matches(&self, outcome: &Outcome) -> bool {
        match (&self.outcome, outcome) {
            (KnownOutcome::Canonical(text), Outcome::Ok(answer)) => {
                let hash = Qsh::of_canonical(text.as_bytes());
                answer.canonical_request.as_ref().is_none_or(|found| found == text)
                    && answer.qsh.as_ref().is_none_or(|found| found == hash.as_str())
            }
            (KnownOutcome::Hash(hash), Outcome::Ok(answer)) => answer.qsh.as_ref() == Some(hash),
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
    /// Anything that is not the format: an unknown member, an entry without reason or link, an outcome that is incomplete, two entries for one case.
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let error = |problem: String| BaselineError { path: path.to_owned(), problem };
        let file: File = toml::from_str(text).map_err(|source| error(source.to_string().trim_end().to_owned()))?;
        if file.format != FORMAT || file.version != VERSION {
            return Err(error(format!("expected format {FORMAT:?} version {VERSION}")));
        }
        let mut baseline = Self::default();
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

    /// The entries that hold on a runtime, such as `CPython 3.11.7`.
    #[must_use]
    pub fn on(&self, runtime: &str) -> Self {
        Self { entries: self.entries.iter().filter(|entry| entry.is_on(runtime)).cloned().collect() }
    }

    /// The entry that covers a case: the one that names it, before any glob.
    pub fn covering(&self, case: &Case) -> Option<&Known> {
        let named = self.entries.iter().find(|entry| entry.case == case.id);
        named.or_else(|| self.entries.iter().find(|entry| entry.covers(&case.id)))
    }

    /// The entries that cover none of the cases, and so have outlived what they were written for.
    pub fn stale<'b>(&'b self, cases: &[&Case]) -> Vec<&'b Known> {
        self.entries.iter().filter(|entry| !cases.iter().any(|case| entry.covers(&case.id))).collect()
    }

    /// The baseline that would make a run on this runtime with these failures as expected: entries of cases that still fail keep reason and link, those of
    /// others go, and new failures get `new_reason` and `new_link`. A case that came to no answer is never entered, but keeps an entry that it has.
    /// Entries of other runtimes stay as they are.
    #[must_use]
    pub fn updated<'r>(
        &self,
        runtime: &str,
        failures: impl IntoIterator<Item = (&'r Case, &'r Outcome)>,
        new_reason: impl Fn(&Case, &Outcome) -> String,
        new_link: &str,
    ) -> Self {
        let here = self.on(runtime);
        let failing = failures.into_iter().filter_map(|(case, outcome)| {
            let old = here.covering(case);
            // No answer came: what is known of the case is still the last that is known.
            let kept = old.filter(|_| outcome.is_breach()).map(|old| old.outcome.clone());
            Some(Known {
                case: case.id.clone(),
                outcome: KnownOutcome::of(outcome).or(kept)?,
                reason: old.map_or_else(|| new_reason(case, outcome), |old| old.reason.clone()),
                link: old.map_or_else(|| new_link.to_owned(), |old| old.link.clone()),
                runtime: old.and_then(|old| old.runtime.clone()),
                cases: literal(&case.id),
                runtimes: old.and_then(|old| old.runtimes.clone()),
            })
        });
        let elsewhere = self.entries.iter().filter(|entry| !entry.is_on(runtime)).cloned();
        Self { entries: failing.chain(elsewhere).collect() }
    }

    /// The text of the `known.toml`.
    pub fn write(&self) -> String {
        let known = self.entries.iter().cloned().map(Entry::from).collect();
        let file = File { format: FORMAT.to_owned(), version: VERSION, known };
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

/// A `known.toml` as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    #[serde(default)]
    known: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    kind: KnownKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical_request_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qsh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runtime: Option<String>,
    reason: String,
    link: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KnownKind {
    Ok,
    Rejected,
    Fault,
}

impl TryFrom<Entry> for Known {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        for (text, what) in [(&entry.reason, "reason"), (&entry.link, "link")] {
            if text.trim().is_empty() {
                return Err(format!("expected a {what}"));
            }
        }
        let values =
            (entry.kind, entry.canonical_request, entry.canonical_request_hex, entry.qsh, entry.rejected, entry.fault);
        let outcome = match values {
            (KnownKind::Ok, Some(text), None, None, None, None) => KnownOutcome::Canonical(Text::from(text)),
            (KnownKind::Ok, None, Some(hex), None, None, None) => {
                KnownOutcome::Canonical(Text::from_hex(&hex).map_err(|error| error.to_string())?)
            }
            (KnownKind::Ok, None, None, Some(hash), None, None) => KnownOutcome::Hash(hash),
            (KnownKind::Rejected, None, None, None, Some(reason), None) => KnownOutcome::Rejected(reason),
            (KnownKind::Fault, None, None, None, None, Some(kind)) => KnownOutcome::Fault(kind),
            _ => {
                return Err("expected today's outcome: kind \"ok\" with canonical_request (or _hex, or qsh), kind \"rejected\" \
                            with rejected, or kind \"fault\" with fault"
                    .to_owned());
            }
        };
        let cases = glob(&entry.case)?;
        let runtimes = entry.runtime.as_deref().map(glob).transpose()?;
        Ok(Self {
            case: entry.case,
            outcome,
            reason: entry.reason,
            link: entry.link,
            runtime: entry.runtime,
            cases,
            runtimes,
        })
    }
}

impl From<Known> for Entry {
    fn from(known: Known) -> Self {
        let mut entry = Self {
            case: known.case,
            kind: KnownKind::Ok,
            canonical_request: None,
            canonical_request_hex: None,
            qsh: None,
            rejected: None,
            fault: None,
            runtime: known.runtime,
            reason: known.reason,
            link: known.link,
        };
        match known.outcome {
            KnownOutcome::Canonical(text) => match text.as_str() {
                Some(utf8) => entry.canonical_request = Some(utf8.to_owned()),
                None => entry.canonical_request_hex = Some(text.to_hex()),
            },
            KnownOutcome::Hash(hash) => entry.qsh = Some(hash),
            KnownOutcome::Rejected(reason) => {
                entry.kind = KnownKind::Rejected;
                entry.rejected = Some(reason);
            }
            KnownOutcome::Fault(kind) => {
                entry.kind = KnownKind::Fault;
                entry.fault = Some(kind);
            }
        }
        entry
    }
}

fn glob(text: &str) -> Result<GlobMatcher, String> {
    Glob::new(text).map(|glob| glob.compile_matcher()).map_err(|error| error.to_string())
}

fn literal(id: &str) -> GlobMatcher {
    Glob::new(&globset::escape(id)).expect("escaped text is a glob").compile_matcher()
}
