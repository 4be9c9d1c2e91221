//! Verdicts: a pure function of expectation, outcome and baseline.

use qsh_diagnose::Text;
use serde::{Deserialize, Serialize};

use super::allowed::{is_allowed, is_other_reason};
use super::baseline::{Known, KnownOutcome};
use super::case::{Case, Expectation, Expected, Level};
use super::outcome::Outcome;

/// The verdict on an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "every format of a report shows each of them")]
pub enum Verdict {
    /// As expected, or as an alternative allows.
    Pass,
    /// Refused, as it has to be, with a reason that the case does not name. With [`Reasons::Exact`] this is a failure.
    OtherReason,
    /// Neither as expected nor as the baseline says.
    Fail,
    /// Not as expected, but as the baseline says.
    KnownFailure,
    /// It does not fail, although the baseline lists a failure.
    UnexpectedPass,
    /// The implementation lacks the operation or an option.
    Unsupported,
    /// The case is open: its answer is recorded and never fails.
    Open,
    /// There is no answer.
    Error,
}

impl Verdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::OtherReason,
        Self::Fail,
        Self::KnownFailure,
        Self::UnexpectedPass,
        Self::Unsupported,
        Self::Open,
        Self::Error,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::OtherReason => "other_reason",
            Self::Fail => "fail",
            Self::KnownFailure => "known_failure",
            Self::UnexpectedPass => "unexpected_pass",
            Self::Unsupported => "unsupported",
            Self::Open => "open",
            Self::Error => "error",
        }
    }

    /// Whether the answer is wrong, known or not.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Fail | Self::KnownFailure | Self::Error)
    }

    /// Whether this verdict on a case of this level fails the run. `required` is the weakest level that decides.
    pub fn fails(self, level: Level, required: Level) -> bool {
        match self {
            Self::Fail | Self::UnexpectedPass => level <= required,
            Self::Error => true,
            Self::Pass | Self::OtherReason | Self::KnownFailure | Self::Unsupported | Self::Open => false,
        }
    }
}

/// Which reason a refusal needs.
///
/// The names of the reasons are this suite's own. What counts for security is that a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "reasons count, do not count, or are not seen")]
pub enum Reasons {
    /// Any reason. One that the case does not name is [`Verdict::OtherReason`].
    Any,
    /// A reason that the case names. Any other is [`Verdict::Fail`].
    Exact,
    /// None: a running app shows no reason. Every refusal that the case expects or allows passes.
    Unseen,
}

impl Reasons {
    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Exact => "exact",
            Self::Unseen => "unseen",
        }
    }
}

/// Judges one outcome. A crash, a timeout or a garbled line is always an error. It never counts as a refusal or as a
/// known failure.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
/// use qsh::suite::outcome::{Answer, Outcome};
/// use qsh::suite::verdict::{Reasons, Verdict, judge};
///
/// let vectors = Vectors::embedded()?;
/// let case = vectors.cases().find(|case| case.id == "path/trailing-slash/two-segments").unwrap();
/// let verdict = |outcome: Outcome| judge(case, &outcome, None, Reasons::Any);
/// assert_eq!(verdict(Outcome::Ok(Answer::canonical_request("GET&/a/b&"))), Verdict::Pass);
/// assert_eq!(verdict(Outcome::Ok(Answer::canonical_request("GET&/a/b/&"))), Verdict::Fail);
/// assert_eq!(verdict(Outcome::Crashed("signal 11".into())), Verdict::Error);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(case: &Case, outcome: &Outcome, known: Option<&Known>, reasons: Reasons) -> Verdict {
    match outcome {
        outcome if outcome.is_breach() => Verdict::Error,
        Outcome::Unsupported(_) if known.is_none() => Verdict::Unsupported,
        _ if case.level == Level::Open => Verdict::Open,
        outcome => match (without_baseline(case, outcome, reasons), known) {
            (Verdict::Fail, Some(known)) if known.matches(outcome) => Verdict::KnownFailure,
            (Verdict::Pass | Verdict::OtherReason, Some(known)) if known.outcome != KnownOutcome::AsExpected => {
                Verdict::UnexpectedPass
            }
            (verdict, _) => verdict,
        },
    }
}

/// The verdict on an answer to a case that is not open: pass, other reason or fail.
fn without_baseline(case: &Case, outcome: &Outcome, reasons: Reasons) -> Verdict {
    match reasons {
        _ if is_allowed(case, outcome) => Verdict::Pass,
        Reasons::Any if is_other_reason(case, outcome) => Verdict::OtherReason,
        Reasons::Unseen if is_other_reason(case, outcome) => Verdict::Pass,
        _ => Verdict::Fail,
    }
}

/// The first difference between an answer and the expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The stage at which they differ.
    pub stage: Stage,
    /// The offset of the first different byte in the text of that stage.
    pub at: usize,
    /// The offset of the same byte in `expected` and `found`.
    pub offset: usize,
    /// The expected canonical request, or the expected hash if only the hash differs.
    pub expected: Text,
    /// The answer.
    pub found: Text,
}

/// A stage of the algorithm: a part of the canonical request, or the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// The canonical method.
    Method,
    /// The canonical path.
    Path,
    /// The canonical query.
    Query,
    /// The hash.
    Hash,
}

impl Stage {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Hash => "hash",
        }
    }
}

/// The first difference between an answer and what a case expects. Returns `None` if there are no two texts to
/// compare.
///
/// The canonical request is compared as a whole. A wrong one may have `&` anywhere, so its parts are unknown. The
/// parts of the expected one tell the stage of the first different byte.
///
/// # Examples
///
/// ```
/// use qsh::suite::load::Vectors;
/// use qsh::suite::outcome::{Answer, Outcome};
/// use qsh::suite::verdict::{Stage, difference};
///
/// let vectors = Vectors::embedded()?;
/// let case = vectors.cases().find(|case| case.id == "path/trailing-slash/two").unwrap();
/// let found = difference(case, &Outcome::Ok(Answer::canonical_request("GET&/a&"))).unwrap();
/// assert_eq!((found.stage, found.at), (Stage::Path, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn difference(case: &Case, outcome: &Outcome) -> Option<Difference> {
    let (Expectation::Canonical(expected), Outcome::Ok(answer)) = (&case.expect, outcome) else { return None };
    if let Some(found) = answer.canonical_request.as_ref().filter(|found| **found != expected.canonical_request) {
        return Some(in_canonical_request(expected, found));
    }
    let found = answer.qsh.as_ref().filter(|found| **found != expected.qsh)?;
    let at = first_difference(expected.qsh.as_bytes(), found.as_bytes());
    let (expected, found) = (Text::from(expected.qsh.as_str()), Text::from(found.as_str()));
    Some(Difference { stage: Stage::Hash, at, offset: at, expected, found })
}

fn in_canonical_request(expected: &Expected, found: &Text) -> Difference {
    let whole = &expected.canonical_request;
    let offset = first_difference(whole.as_bytes(), found.as_bytes());
    let path = expected.method.len() + 1;
    let query = path + expected.path.as_bytes().len() + 1;
    let (stage, start) = match offset {
        offset if offset < path => (Stage::Method, 0),
        offset if offset < query => (Stage::Path, path),
        _ => (Stage::Query, query),
    };
    Difference { stage, at: offset - start, offset, expected: whole.clone(), found: found.clone() }
}

/// The index of the first different byte. If one text is a prefix of the other, this is the shorter length.
pub fn first_difference(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).position(|(a, b)| a != b).unwrap_or_else(|| a.len().min(b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::baseline::Baseline;
    use crate::suite::case::{AllowedAnswer, Alternative};
    use crate::suite::load::Vectors;
    use crate::suite::outcome::{Answer, Reason};

    fn case(level: Level, expectation: fn(&Expectation) -> bool) -> Case {
        let vectors = Vectors::embedded().unwrap();
        vectors.cases().find(|case| case.level == level && expectation(&case.expect)).unwrap().clone()
    }

    fn canonical(case: &Case) -> Expected {
        match &case.expect {
            Expectation::Canonical(expected) => expected.clone(),
            _ => panic!("{} expects no canonical request", case.id),
        }
    }

    #[test]
    fn no_answer_at_all_is_an_error_even_where_a_refusal_is_expected() {
        let mut must_refuse = case(Level::Must, |expect| matches!(expect, Expectation::Canonical(_)));
        must_refuse.expect = Expectation::Rejected(vec![Reason::Malformed]);
        for outcome in [
            Outcome::Crashed("signal 11".into()),
            Outcome::TimedOut("no answer".into()),
            Outcome::Garbled("{".into()),
            Outcome::SpawnFailed("not found".into()),
        ] {
            assert_eq!(judge(&must_refuse, &outcome, None, Reasons::Any), Verdict::Error);
        }
        let fault = Outcome::Fault { kind: "KeyError".into(), message: String::new() };
        assert_eq!(judge(&must_refuse, &fault, None, Reasons::Any), Verdict::Fail);
        let right = Outcome::Rejected { reason: Reason::Malformed, message: String::new() };
        assert_eq!(judge(&must_refuse, &right, None, Reasons::Exact), Verdict::Pass);
    }

    #[test]
    fn a_refusal_for_another_reason_fails_only_where_reasons_are_exact() {
        let mut refused = case(Level::Must, |expect| matches!(expect, Expectation::Rejected(_)));
        refused.expect = Expectation::Rejected(vec![Reason::Malformed]);
        let accepted = case(Level::Must, |expect| matches!(expect, Expectation::Accepted(_)));
        let known = "format = \"qsh-known\"\nversion = 1\n[[known]]\ncase = \"a/b\"\nkind = \"rejected\"\n\
                     rejected = \"expired\"\nreason = \"r\"\nlink = \"l\"\n";
        let known = Baseline::parse("known.toml".as_ref(), known).unwrap().entries()[0].clone();
        let other = Outcome::Rejected { reason: Reason::Expired, message: String::new() };
        for (case, known, any, exact) in [
            (&refused, None, Verdict::OtherReason, Verdict::Fail),
            // The entry is obsolete where reasons do not count.
            (&refused, Some(&known), Verdict::UnexpectedPass, Verdict::KnownFailure),
            // A request that has to be accepted is refused: no reason excuses that.
            (&accepted, None, Verdict::Fail, Verdict::Fail),
            (&accepted, Some(&known), Verdict::KnownFailure, Verdict::KnownFailure),
        ] {
            assert_eq!(judge(case, &other, known, Reasons::Any), any, "{}", case.id);
            assert_eq!(judge(case, &other, known, Reasons::Exact), exact, "{}", case.id);
        }
        let open = Case { level: Level::Open, ..refused };
        assert_eq!(judge(&open, &other, None, Reasons::Any), Verdict::Open);
    }

    /// A case that may be refused, as an alternative, may be refused for any reason.
    #[test]
    fn an_alternative_that_is_a_refusal_counts_like_an_expected_one() {
        let mut case = case(Level::Must, |expect| matches!(expect, Expectation::Accepted(_)));
        let answer = AllowedAnswer::Rejected(vec![Reason::Replayed]);
        case.accept = vec![Alternative { because: "it may".to_owned(), answer }];
        let refused = |reason| Outcome::Rejected { reason, message: String::new() };
        assert_eq!(judge(&case, &refused(Reason::Replayed), None, Reasons::Exact), Verdict::Pass);
        assert_eq!(judge(&case, &refused(Reason::Other), None, Reasons::Any), Verdict::OtherReason);
        assert_eq!(judge(&case, &refused(Reason::Other), None, Reasons::Exact), Verdict::Fail);
    }

    #[test]
    fn a_right_canonical_string_with_a_wrong_hash_fails_at_the_hash() {
        let case = case(Level::Must, |expect| matches!(expect, Expectation::Canonical(_)));
        let expected = canonical(&case);
        let outcome = Outcome::Ok(Answer {
            qsh: Some(expected.qsh.to_uppercase()),
            ..Answer::canonical_request(expected.canonical_request.clone())
        });
        assert_eq!(judge(&case, &outcome, None, Reasons::Any), Verdict::Fail);
        assert_eq!(difference(&case, &outcome).unwrap().stage, Stage::Hash);
    }

    #[test]
    fn an_answer_without_text_or_hash_is_not_a_pass() {
        let case = case(Level::Must, |expect| matches!(expect, Expectation::Canonical(_)));
        assert_eq!(judge(&case, &Outcome::Ok(Answer::default()), None, Reasons::Any), Verdict::Fail);
    }

    #[test]
    fn the_first_difference_belongs_to_the_stage_of_the_expected_text() {
        let qsh = "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239".to_owned();
        let expected = Expected {
            canonical_request: Text::from("GET&/a&b=1"),
            method: "GET".into(),
            path: Text::from("/a"),
            query: "b=1".into(),
            qsh,
        };
        for (found, stage, at) in [
            ("get&/a&b=1", Stage::Method, 0),
            ("GET", Stage::Method, 3),
            ("GET&/A&b=1", Stage::Path, 1),
            ("GET&/a", Stage::Path, 2),
            ("GET&/a/&b=1", Stage::Path, 2),
            ("GET&/a&b=2", Stage::Query, 2),
            ("GET&/a&b=1&c", Stage::Query, 3),
        ] {
            let difference = in_canonical_request(&expected, &Text::from(found));
            assert_eq!((difference.stage, difference.at), (stage, at), "{found}");
        }
    }

    #[test]
    fn open_cases_are_recorded_whatever_is_answered_and_errors_stay_errors() {
        let open = case(Level::Open, |_| true);
        assert_eq!(judge(&open, &Outcome::Ok(Answer::qsh("x")), None, Reasons::Any), Verdict::Open);
        assert_eq!(judge(&open, &Outcome::Crashed(String::new()), None, Reasons::Any), Verdict::Error);
        assert_eq!(judge(&open, &Outcome::Unsupported(String::new()), None, Reasons::Any), Verdict::Unsupported);
    }

    #[test]
    fn the_level_that_is_required_decides_which_failures_count() {
        assert!(Verdict::Fail.fails(Level::Must, Level::Must));
        assert!(!Verdict::Fail.fails(Level::Should, Level::Must));
        assert!(Verdict::Fail.fails(Level::Should, Level::Should));
        assert!(Verdict::Error.fails(Level::Open, Level::Must));
    }
}
