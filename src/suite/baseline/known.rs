//! [`Known`]: one known failure, with the outcome that is expected today.

use globset::{Glob, GlobMatcher};
use qsh_diagnose::{Deviation, Text};

use crate::suite::described::{Prediction, Why, is_predicted};
use crate::suite::outcome::{Answer, Issuer, Outcome, Reason};
use crate::suite::unsupported::{BOUNDED, is_bounded};

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
    /// The choices of the described dialect that predict it. Empty for an entry of a file.
    pub choices: Vec<Deviation>,
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
    /// The answer that the described dialect predicts.
    Predicted(Outcome),
    /// The right answer, although the described dialect predicts another one.
    AsExpected,
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
pub(crate) const UNLINKED: &str = "to be linked";

/// The reason that an update writes for a new failure. `hint` says what the failure looks like.
pub(crate) fn placeholder_reason(hint: Option<&str>) -> String {
    format!("{UNEXPLAINED}{}", hint.unwrap_or("no single deviation explains it"))
}

/// Whether a reason is still a placeholder that an update wrote.
pub(crate) fn is_placeholder(reason: &str) -> bool {
    reason.contains(UNEXPLAINED.trim_end())
}

impl Known {
    /// Whether the reason or the link is still a placeholder that an update wrote.
    pub fn is_unexplained(&self) -> bool {
        is_placeholder(&self.reason) || self.link == UNLINKED
    }

    /// The same, on the runtimes of an entry that it replaces.
    #[must_use]
    pub(crate) fn like(self, replaced: Option<&Self>) -> Self {
        let (runtime, runtimes) = replaced.map(|old| (old.runtime.clone(), old.runtimes.clone())).unzip();
        Self { runtime: runtime.flatten(), runtimes: runtimes.flatten(), ..self }
    }

    /// Whether an outcome is the one that is expected today.
    pub fn matches(&self, outcome: &Outcome) -> bool {
        match (&self.outcome, outcome) {
            (KnownOutcome::Canonical(text), Outcome::Ok(answer)) => {
                let hash = text.sha256_hex();
                (answer.canonical_request.is_some() || answer.qsh.is_some())
                    && answer.canonical_request.as_ref().is_none_or(|found| found == text)
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
            (KnownOutcome::Predicted(predicted), outcome) => is_predicted(predicted, outcome),
            _ => false,
        }
    }

    /// An entry of a file. `case` and `runtime` may be globs.
    ///
    /// # Errors
    ///
    /// A text that is no glob, or a glob on cases that could cover the whole suite.
    pub(super) fn new(case: String, outcome: KnownOutcome, why: Why, runtime: Option<String>) -> Result<Self, String> {
        let (cases, runtimes) = (glob_on_ids(&case)?, runtime.as_deref().map(glob).transpose()?);
        let Why { reason, link } = why;
        Ok(Self { case, outcome, reason, link, runtime, choices: Vec::new(), cases, runtimes })
    }

    /// What is known of a single case, on every runtime.
    pub(crate) fn of_case(id: &str, outcome: KnownOutcome, why: Why) -> Self {
        let Why { reason, link } = why;
        let (case, cases) = (id.to_owned(), literal(id));
        Self { case, outcome, reason, link, runtime: None, choices: Vec::new(), cases, runtimes: None }
    }

    /// What a described dialect predicts for a case.
    pub(super) fn predicted(id: &str, Prediction { outcome, choices, .. }: Prediction<'_>) -> Self {
        let whys: Vec<&Why> = choices.iter().filter_map(|choice| choice.why.as_ref()).collect();
        let reason = whys.iter().map(|why| why.reason.as_str()).collect::<Vec<_>>().join("; ");
        let why = Why { reason, link: whys.first().map(|why| why.link.clone()).unwrap_or_default() };
        let choices = choices.iter().map(|choice| choice.deviation).collect();
        Self { choices, ..Self::of_case(id, KnownOutcome::Predicted(outcome), why) }
    }

    /// Whether the described dialect predicts it, and no entry of a file lists it.
    pub fn is_predicted(&self) -> bool {
        !self.choices.is_empty()
    }

    pub(crate) fn covers(&self, id: &str) -> bool {
        self.case == id || self.cases.is_match(id)
    }

    pub(crate) fn is_on(&self, runtime: &str) -> bool {
        self.runtimes.as_ref().is_none_or(|runtimes| runtimes.is_match(runtime))
    }
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
