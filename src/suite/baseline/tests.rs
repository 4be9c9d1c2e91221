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

/// A baseline with these entries: the case, the kind with its value, and further keys.
fn baseline(entries: &[(&str, &str, &str)]) -> Baseline {
    let entry = |(case, kind, more): &(&str, &str, &str)| {
        format!("[[known]]\ncase = \"{case}\"\nkind = {kind}\nreason = \"of {case}\"\nlink = \"l\"\n{more}\n")
    };
    parse(&entries.iter().map(entry).collect::<String>()).unwrap()
}

/// A case with this id that can fail.
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
        unknown field `lynk`, expected one of `case`, `kind`, `canonical_request`, `canonical_request_hex`, `qsh`, `issuer`, `issuer_json`, `refused`, `rejected`, `fault`, `runtime`, `reason`, `link`
        "#);
    assert_snapshot!(error(&ENTRY.replace("\"ok\"", "\"crashed\"")), @r#"
        known.toml: TOML parse error at line 5, column 8
          |
        5 | kind = "crashed"
          |        ^^^^^^^^^
        unknown variant `crashed`, expected one of `ok`, `rejected`, `fault`
        "#);
    assert_snapshot!(error(&ENTRY.replace("\"ok\"", "\"fault\"")), @r#"known.toml: case path/a: expected today's outcome: kind "ok" with canonical_request (or _hex), qsh or both, or with issuer (or _json) or refused, kind "rejected" with rejected, or kind "fault" with fault"#);
    assert_snapshot!(error(&ENTRY.replace("canonical_request", "canonical_request_hex")), @"known.toml: case path/a: expected pairs of hexadecimal digits");
    assert_snapshot!(error(&ENTRY.replace("path/a", "path/[a")), @"known.toml: case path/[a: error parsing glob 'path/[a': unclosed character class; missing ']'");
    assert_snapshot!(error(&format!("{ENTRY}{ENTRY}")), @"known.toml: case path/a: listed twice");
    for whole in ["*", "**", "{path,query}/**", "?[a-z]*/*"] {
        let error = error(&ENTRY.replace("path/a", whole));
        assert!(error.starts_with(&format!("known.toml: case {whole}: expected a term that covers a part")), "{error}");
    }
    assert_snapshot!(error("[unsupported]\n\"*\" = \"loads nothing\"\n"), @r#"known.toml: unsupported "*": expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard"#);
    let other = Baseline::parse(Path::new("known.toml"), "format = \"qsh-known\"\nversion = 2\n").unwrap_err();
    assert_snapshot!(other, @r#"known.toml: expected format "qsh-known" version 1, found "qsh-known" version 2"#);
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
        Outcome::TimedOut(String::new()),
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
    let all = baseline(&[("a/*", B, ""), ("a/b", B, ""), ("c/**", B, "")]);
    let covering = |id: &str| all.covering(&case(id)).map(|known| known.case.as_str());
    assert_eq!(covering("a/b"), Some("a/b"));
    assert_eq!(covering("a/c"), Some("a/*"));
    assert_eq!(covering("c/a"), Some("c/**"));
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
    // An entry with the id of the case takes precedence over an entry for a runtime.
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
    let [glob, moved, crashes, new, new_crashes] = ["a/glob", "a/moved", "b/crashes", "d/new", "d/new-crash"].map(case);
    let crashed = Outcome::Crashed(String::new());
    let (other, fault) = (canonical("GET&/other&"), Outcome::Fault { kind: "E".into(), message: "m".into() });
    let failures = [(&glob, &other), (&moved, &other), (&crashes, &crashed), (&new, &fault), (&new_crashes, &crashed)];
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
    // The same update a second time changes nothing.
    let again = updated.updated("CPython 3.12", failures, |_, _| String::new(), None);
    assert_eq!(again.write(), updated.write());
}

/// A canonical request may be long, so a baseline may hold its hash instead.
#[test]
fn an_update_keeps_a_hash_where_it_is_still_that_of_the_answer() {
    let (case, hash) = (case("a/a"), Text::from("GET&/b&").sha256_hex());
    let old = baseline(&[("a/*", &format!("\"ok\"\nqsh = \"{hash}\""), "")]);
    let updated =
        |outcome| old.updated("", [(&case, &outcome)], |_, _| String::new(), None).entries()[0].outcome.clone();
    assert_eq!(updated(both("GET&/b&", &hash)), KnownOutcome::Hash(hash));
    assert_eq!(updated(canonical("GET&/c&")), KnownOutcome::Canonical("GET&/c&".into()));
}

#[test]
fn an_update_guesses_anew_what_nobody_has_explained() {
    let (case, outcome) = (case("a/a"), canonical("GET&/c&"));
    let old = baseline(&[("a/a", B, "")]);
    let guessed = |old: &Baseline, hint| {
        let updated = old.updated("", [(&case, &outcome)], |_, _| placeholder_reason(Some(hint)), None);
        (updated.entries()[0].reason.clone(), updated)
    };
    assert_eq!(guessed(&old, "looks like x").0, "of a/a");
    let (first, unexplained) = guessed(&Baseline::default(), "looks like x");
    assert_eq!(first, "to be explained: looks like x");
    assert_eq!(guessed(&unexplained, "looks like y").0, "to be explained: looks like y");
}

#[test]
fn an_update_makes_the_same_outcomes_known() {
    let case = case("a/a");
    for outcome in [canonical("GET&/b&"), Outcome::Ok(Answer::qsh("0")), both("GET&/b&", "0"), both("GET&/b&", "")] {
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
