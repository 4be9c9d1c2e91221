//! Baselines: the failures of an implementation that are known, each with the outcome that is expected today, a reason
//! and a link.

mod file;

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};

use super::case::{Case, Level};
use super::outcome::{Answer, Outcome, Reason};
use super::text::Text;
use file::{Entry, FORMAT, File, VERSION};

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
    /// This canonical request, and a hash that is not its.
    Torn {
        /// The canonical request.
        canonical_request: Text,
        /// The hash.
        qsh: String,
    },
    /// The request is accepted, from this issuer; what its token says is in the case.
    Accepted(String),
    /// A token is signed that our own verifier refuses for this reason.
    Refused(Reason),
    /// A refusal for this reason.
    Rejected(Reason),
    /// An exception of this type.
    Fault(String),
}

impl KnownOutcome {
    /// What an outcome would be in a baseline; nothing for those that never are.
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

/// How the reason of an entry begins that nobody has explained yet.
const UNEXPLAINED: &str = "to be explained: ";
/// The link of an entry that nobody has linked yet.
const UNLINKED: &str = "to be linked";

/// The reason that an update gives a failure that nobody has explained yet; `hint` is what it looks like.
pub fn placeholder_reason(hint: Option<&str>) -> String {
    format!("{UNEXPLAINED}{}", hint.unwrap_or("no single deviation explains it"))
}

impl Known {
    /// Whether a person has yet to say why it is so, or where that can be read up: an update has written it, and
    /// nobody since.
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
    /// Anything that is not the format: an unknown member, an entry without reason or link, an outcome that is
    /// incomplete, two entries for one case.
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

    /// The entry that covers a case: the one that names it, before any glob; of several, one for certain runtimes
    /// before one for all; of several such still, the first in the file.
    pub fn covering(&self, case: &Case) -> Option<&Known> {
        let covering = self.entries.iter().filter(|entry| entry.covers(&case.id));
        covering.min_by_key(|entry| (entry.case != case.id, entry.runtime.is_none()))
    }

    /// The entries that cover no case that can fail, and so have outlived what they were written for.
    pub fn stale<'b>(&'b self, cases: &[&Case]) -> Vec<&'b Known> {
        let can_fail = |entry: &Known, case: &Case| case.level != Level::Open && entry.covers(&case.id);
        self.entries.iter().filter(|entry| !cases.iter().any(|case| can_fail(entry, case))).collect()
    }

    /// The baseline that would make a run on this runtime with these failures as expected: entries of cases that still
    /// fail keep reason and link, those of others go, and new failures get `new_reason` and `new_link`, without which
    /// they [are unexplained](Known::is_unexplained). A case that
    /// came to no answer is never entered, but keeps an entry that it has. Entries of other runtimes stay as they
    /// are.
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
            // No answer came: what is known of the case is still the last that is known.
            let unanswered = outcome.is_breach() || matches!(outcome, Outcome::Unsupported(_));
            let kept = old.filter(|_| unanswered).map(|old| old.outcome.clone());
            Some(Known {
                case: case.id.clone(),
                outcome: KnownOutcome::of(outcome).or(kept)?,
                reason: old.map_or_else(|| new_reason(case, outcome), |old| old.reason.clone()),
                link: old.map_or_else(|| new_link.unwrap_or(UNLINKED).to_owned(), |old| old.link.clone()),
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

fn glob(text: &str) -> Result<GlobMatcher, String> {
    Glob::new(text).map(|glob| glob.compile_matcher()).map_err(|error| error.to_string())
}

fn literal(id: &str) -> GlobMatcher {
    Glob::new(&globset::escape(id)).expect("escaped text is a glob").compile_matcher()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::suite::load::Vectors;
    use crate::suite::outcome::Answer;

    const ENTRY: &str =
        "[[known]]\ncase = \"path/a\"\nkind = \"ok\"\ncanonical_request = \"GET&/b&\"\nreason = \"r\"\nlink = \"l\"\n";

    /// The kind and the value of an entry: the canonical request `GET&/b&`.
    const B: &str = "\"ok\"\ncanonical_request = \"GET&/b&\"";

    fn parse(entries: &str) -> Result<Baseline, BaselineError> {
        Baseline::parse(Path::new("known.toml"), &format!("format = \"qsh-known\"\nversion = 1\n{entries}"))
    }

    /// Entries of a case, its kind with value, and what else there is to say.
    fn baseline(entries: &[(&str, &str, &str)]) -> Baseline {
        let entry = |(case, kind, more): &(&str, &str, &str)| {
            format!("[[known]]\ncase = \"{case}\"\nkind = {kind}\nreason = \"of {case}\"\nlink = \"l\"\n{more}\n")
        };
        parse(&entries.iter().map(entry).collect::<String>()).unwrap()
    }

    /// Some case under another id.
    fn case(id: &str) -> Case {
        let vectors = Vectors::embedded().unwrap();
        let mut case = vectors.cases().find(|case| case.level != Level::Open).unwrap().clone();
        id.clone_into(&mut case.id);
        case
    }

    fn canonical(text: &str) -> Outcome {
        Outcome::Ok(Answer::canonical_request(text))
    }

    fn both(text: &str, hash: &str) -> Outcome {
        Outcome::Ok(Answer { qsh: Some(hash.to_owned()), ..Answer::canonical_request(text) })
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_case() {
        let error = |entries: &str| parse(entries).unwrap_err().to_string();
        assert_snapshot!(error(&ENTRY.replace("reason = \"r\"\n", "")), @"
        known.toml: TOML parse error at line 3, column 1
          |
        3 | [[known]]
          | ^^^^^^^^^
        missing field `reason`
        ");
        assert_snapshot!(error(&ENTRY.replace("\"r\"", "\" \"")), @"known.toml: case path/a: expected a reason");
        assert_snapshot!(error(&ENTRY.replace("\"l\"", "\"\"")), @"known.toml: case path/a: expected a link");
        assert_snapshot!(error(&ENTRY.replace("link", "lynk")), @r#"
        known.toml: TOML parse error at line 8, column 1
          |
        8 | lynk = "l"
          | ^^^^
        unknown field `lynk`, expected one of `case`, `kind`, `canonical_request`, `canonical_request_hex`, `qsh`, `issuer`, `refused`, `rejected`, `fault`, `runtime`, `reason`, `link`
        "#);
        assert_snapshot!(error(&ENTRY.replace("\"ok\"", "\"crashed\"")), @r#"
        known.toml: TOML parse error at line 5, column 8
          |
        5 | kind = "crashed"
          |        ^^^^^^^^^
        unknown variant `crashed`, expected one of `ok`, `rejected`, `fault`
        "#);
        assert_snapshot!(error(&ENTRY.replace("\"ok\"", "\"fault\"")), @r#"known.toml: case path/a: expected today's outcome: kind "ok" with canonical_request (or _hex), qsh or both, or with issuer or refused, kind "rejected" with rejected, or kind "fault" with fault"#);
        assert_snapshot!(error(&ENTRY.replace("canonical_request", "canonical_request_hex")), @"known.toml: case path/a: expected pairs of hexadecimal digits");
        assert_snapshot!(error(&ENTRY.replace("path/a", "path/[a")), @"known.toml: case path/[a: error parsing glob 'path/[a': unclosed character class; missing ']'");
        assert_snapshot!(error(&format!("{ENTRY}{ENTRY}")), @"known.toml: case path/a: listed twice");
        let other = Baseline::parse(Path::new("known.toml"), "format = \"qsh-known\"\nversion = 2\n").unwrap_err();
        assert_snapshot!(other, @r#"known.toml: expected format "qsh-known" version 1"#);
    }

    #[test]
    fn one_case_may_be_listed_for_several_runtimes() {
        let on = |runtime: &str| format!("{ENTRY}runtime = \"{runtime}\"\n");
        assert_eq!(parse(&(on("CPython*") + &on("PyPy*"))).unwrap().entries().len(), 2);
        assert!(parse(&(on("PyPy*") + &on("PyPy*"))).is_err());
    }

    #[test]
    fn an_entry_matches_the_outcome_of_today_and_no_other() {
        let known = |kind: &str| baseline(&[("a/b", kind, "")]).entries()[0].clone();
        let hash = Text::from("GET&/b&").sha256_hex();
        let rejected = |reason| Outcome::Rejected { reason, message: "any words".to_owned() };
        let fault = |kind: &str| Outcome::Fault { kind: kind.to_owned(), message: "any words".to_owned() };

        let canonical_b = known(B);
        for outcome in [canonical("GET&/b&"), Outcome::Ok(Answer::qsh(hash.as_str())), both("GET&/b&", &hash)] {
            assert!(canonical_b.matches(&outcome), "{outcome:?}");
        }
        for outcome in [canonical("GET&/c&"), Outcome::Ok(Answer::qsh("0")), both("GET&/b&", "0"), fault("ok")] {
            assert!(!canonical_b.matches(&outcome), "{outcome:?}");
        }
        let hash_b = known(&format!("\"ok\"\nqsh = \"{hash}\""));
        assert!(hash_b.matches(&Outcome::Ok(Answer::qsh(hash.as_str()))));
        assert!(!hash_b.matches(&canonical("GET&/b&")), "a hash was answered when it was listed");
        let torn = known(&format!("{B}\nqsh = \"0\""));
        assert!(torn.matches(&both("GET&/b&", "0")));
        for outcome in [both("GET&/b&", &hash), both("GET&/c&", "0"), canonical("GET&/b&")] {
            assert!(!torn.matches(&outcome), "{outcome:?}");
        }
        let expired = known("\"rejected\"\nrejected = \"expired\"");
        assert!(expired.matches(&rejected(Reason::Expired)));
        assert!(!expired.matches(&rejected(Reason::Malformed)));
        let key_error = known("\"fault\"\nfault = \"KeyError\"");
        assert!(key_error.matches(&fault("KeyError")));
        assert!(!key_error.matches(&fault("TypeError")));
    }

    #[test]
    fn what_is_no_answer_matches_nothing_and_is_never_entered() {
        let kinds = [B, "\"rejected\"\nrejected = \"other\"", "\"fault\"\nfault = \"crashed\""];
        for outcome in [
            Outcome::Crashed("c".into()),
            Outcome::TimedOut(std::time::Duration::ZERO),
            Outcome::Garbled("g".into()),
            Outcome::SpawnFailed("s".into()),
            Outcome::Unsupported("u".into()),
        ] {
            assert_eq!(KnownOutcome::of(&outcome), None);
            for kind in kinds {
                assert!(!baseline(&[("a/b", kind, "")]).entries()[0].matches(&outcome), "{kind}: {outcome:?}");
            }
        }
    }

    #[test]
    fn the_entry_that_names_a_case_goes_before_any_glob() {
        let all = baseline(&[("a/*", B, ""), ("a/b", B, ""), ("**", B, "")]);
        let covering = |id: &str| all.covering(&case(id)).map(|known| known.case.as_str());
        assert_eq!(covering("a/b"), Some("a/b"));
        assert_eq!(covering("a/c"), Some("a/*"));
        assert_eq!(covering("c/a"), Some("**"));
        assert!(baseline(&[("a/*", B, "")]).covering(&case("b/a")).is_none());
    }

    #[test]
    fn an_entry_for_a_runtime_goes_before_one_for_all() {
        let (cpython, cpython_3) = ("runtime = \"CPython*\"", "runtime = \"CPython 3*\"");
        let covering = |entries: &[(&str, &str, &str)], runtime: &str| {
            let known = baseline(entries).on(runtime).covering(&case("a/b")).unwrap().clone();
            (known.case, known.runtime)
        };
        let is = |case: &str, runtime: Option<&str>| (case.to_owned(), runtime.map(str::to_owned));
        let mixed = [("a/b", B, ""), ("a/b", B, cpython), ("a/b", B, cpython_3), ("a/*", B, cpython)];
        assert_eq!(covering(&mixed, "CPython 3.12"), is("a/b", Some("CPython*")));
        assert_eq!(covering(&mixed, "PyPy 7.3"), is("a/b", None));
        // A name says more than a runtime does.
        assert_eq!(covering(&[mixed[3], mixed[0]], "CPython 3.12"), is("a/b", None));
        assert_eq!(covering(&[("a/*", B, ""), mixed[3]], "CPython 3.12"), is("a/*", Some("CPython*")));
    }

    #[test]
    fn an_entry_that_covers_no_case_is_stale() {
        let baseline = baseline(&[("a/*", B, ""), ("a/b", B, ""), ("c/*", B, "")]);
        let (a, b) = (case("a/a"), case("a/b"));
        let stale = |cases: &[&Case]| baseline.stale(cases).iter().map(|known| known.case.clone()).collect::<Vec<_>>();
        assert_eq!(stale(&[&a, &b]), ["c/*"]);
        assert_eq!(stale(&[&a]), ["a/b", "c/*"]);
        assert_eq!(stale(&[]), ["a/*", "a/b", "c/*"]);
    }

    #[test]
    fn an_entry_holds_on_its_runtime() {
        let baseline = baseline(&[("a/a", B, ""), ("a/b", B, "runtime = \"CPython 3.1?.*\"")]);
        let on = |runtime: &str| baseline.on(runtime).entries().len();
        assert_eq!(on("CPython 3.11.7"), 2);
        assert_eq!(on("CPython 3.9.2"), 1);
        assert_eq!(on(""), 1);
    }

    #[test]
    fn an_update_keeps_what_still_fails_and_enters_what_is_new() {
        let old = baseline(&[
            ("a/*", B, ""),
            ("b/passes", B, ""),
            ("b/crashes", B, ""),
            ("c/c", B, "runtime = \"PyPy*\""),
            ("a/moved", B, "runtime = \"CPython*\""),
        ]);
        let [glob, moved, crashes, new, new_crashes] =
            ["a/glob", "a/moved", "b/crashes", "d/new", "d/new-crash"].map(case);
        let crashed = Outcome::Crashed(String::new());
        let (other, fault) = (canonical("GET&/other&"), Outcome::Fault { kind: "E".into(), message: "m".into() });
        let failures =
            [(&glob, &other), (&moved, &other), (&crashes, &crashed), (&new, &fault), (&new_crashes, &crashed)];
        let updated = old.updated("CPython 3.12", failures, |case, _| format!("new: {}", case.id), Some("new link"));
        assert_snapshot!(updated.write(), @r#"
        format = "qsh-known"
        version = 1

        [[known]]
        case = "a/glob"
        kind = "ok"
        canonical_request = "GET&/other&"
        reason = "of a/*"
        link = "l"

        [[known]]
        case = "a/moved"
        kind = "ok"
        canonical_request = "GET&/other&"
        runtime = "CPython*"
        reason = "of a/moved"
        link = "l"

        [[known]]
        case = "b/crashes"
        kind = "ok"
        canonical_request = "GET&/b&"
        reason = "of b/crashes"
        link = "l"

        [[known]]
        case = "d/new"
        kind = "fault"
        fault = "E"
        reason = "new: d/new"
        link = "new link"

        [[known]]
        case = "c/c"
        kind = "ok"
        canonical_request = "GET&/b&"
        runtime = "PyPy*"
        reason = "of c/c"
        link = "l"
        "#);
        // The same run again: nothing is left to update.
        let again = updated.updated("CPython 3.12", failures, |_, _| String::new(), None);
        assert_eq!(again.write(), updated.write());
    }

    #[test]
    fn an_update_makes_the_same_outcomes_known() {
        let case = case("a/a");
        for outcome in [canonical("GET&/b&"), Outcome::Ok(Answer::qsh("0")), both("GET&/b&", "0"), both("GET&/b&", "")]
        {
            let updated = Baseline::default().updated("", [(&case, &outcome)], |_, _| "r".to_owned(), Some("l"));
            let read = Baseline::parse(Path::new("known.toml"), &updated.write()).unwrap();
            assert!(read.covering(&case).unwrap().matches(&outcome), "{outcome:?}");
        }
    }

    #[test]
    fn a_baseline_is_written_as_it_was_read() {
        let mut all = baseline(&[
            ("a/*", B, "runtime = \"CPython*\""),
            ("a/hex", "\"ok\"\ncanonical_request_hex = \"2fff\"", ""),
            ("a/hash", "\"ok\"\nqsh = \"00\"", ""),
            ("a/torn", "\"ok\"\ncanonical_request_hex = \"2fff\"\nqsh = \"00\"", ""),
            ("a/rejected", "\"rejected\"\nrejected = \"qsh_mismatch\"", ""),
            ("a/fault", "\"fault\"\nfault = \"KeyError\"", ""),
        ]);
        all.entries[0].outcome = KnownOutcome::Canonical(Text::from("GET&/\u{7f}\n\r\"'''\\&"));
        all.entries[1].reason = "two\nlines \"\"\" of it".to_owned();
        let text = all.write();
        let again = Baseline::parse(Path::new("known.toml"), &text).unwrap();
        assert_eq!(again.write(), text);
        for (one, other) in all.entries.iter().zip(&again.entries) {
            assert_eq!((&one.case, &one.outcome, &one.reason), (&other.case, &other.outcome, &other.reason));
        }
    }

    #[test]
    fn an_entry_is_unexplained_until_a_person_has_given_reason_and_link() {
        let case = case("a/a");
        let outcome = canonical("GET&/b&");
        let is_unexplained = |reason: &str, link: Option<&str>| {
            let updated = Baseline::default().updated("", [(&case, &outcome)], |_, _| reason.to_owned(), link);
            let read = Baseline::parse(Path::new("known.toml"), &updated.write()).unwrap();
            read.entries()[0].is_unexplained()
        };
        for hint in [None, Some(""), Some("order=encoded")] {
            assert!(is_unexplained(&placeholder_reason(hint), Some("l")));
        }
        assert!(is_unexplained("a reason", None));
        assert!(!is_unexplained("a reason", Some("l")));
    }

    #[test]
    fn an_update_takes_glob_characters_in_an_id_literally() {
        let (literal, other) = (case("a/[b]"), case("a/b"));
        let outcome = canonical("GET&/b&");
        let updated = Baseline::default().updated("", [(&literal, &outcome)], |_, _| "r".to_owned(), Some("l"));
        assert!(updated.covering(&literal).is_some());
        assert!(updated.covering(&other).is_none());
    }
}
