use insta::assert_snapshot;

use super::*;
use crate::suite::load::Vectors;
use crate::suite::outcome::{Answer, Outcome, Reason};
use qsh_diagnose::Text;

const CAUSE: &str =
    "[[cause]]\nreason = \"r\"\nlink = \"l\"\nknown = [{ canonical_request = \"GET&/b&\", cases = [\"path/a\"] }]\n";

/// The outcome that most entries have.
const B: &str = "canonical_request = \"GET&/b&\"";

fn parse(causes: &str) -> Result<Baseline, BaselineError> {
    Baseline::parse(Path::new("known.toml"), &format!("format = \"qsh-known\"\nversion = 2\n{causes}"))
}

/// A baseline with these entries: the case, the outcome, and further keys of the cause.
fn baseline(entries: &[(&str, &str, &str)]) -> Baseline {
    let entry = |(case, outcome, more): &(&str, &str, &str)| {
        let known = format!("known = [{{ {outcome}, cases = [\"{case}\"] }}]");
        format!("[[cause]]\nreason = \"of {case}\"\nlink = \"l\"\n{known}\n{more}\n")
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

fn embedded(id: &str) -> Case {
    Vectors::embedded().unwrap().cases().find(|case| case.id == id).unwrap().clone()
}

fn canonical(text: &str) -> Outcome {
    Outcome::Ok(Answer::canonical_request(text))
}

fn both(text: &str, hash: &str) -> Outcome {
    Outcome::Ok(Answer { qsh: Some(hash.to_owned()), ..Answer::canonical_request(text) })
}

#[test]
fn what_is_wrong_is_named_by_file_and_case() {
    let error = |causes: &str| parse(causes).unwrap_err().to_string();
    assert_snapshot!(error(&CAUSE.replace("reason = \"r\"\n", "")), @"
        known.toml: TOML parse error at line 3, column 1
          |
        3 | [[cause]]
          | ^^^^^^^^^
        missing field `reason`
        ");
    assert_snapshot!(error(&CAUSE.replace("\"r\"", "\" \"")), @"known.toml: case path/a: expected a reason");
    assert_snapshot!(error(&CAUSE.replace("\"l\"", "\"\"")), @"known.toml: case path/a: expected a link");
    assert_snapshot!(error(&CAUSE.replace("link", "lynk")), @"
        known.toml: TOML parse error at line 5, column 1
          |
        5 | lynk = \"l\"
          | ^^^^
        unknown field `lynk`, expected one of `reason`, `link`, `runtime`, `known`
        ");
    assert_snapshot!(error(&CAUSE.replace("canonical_request", "canonical_request_hex")), @r#"known.toml: cause "r": expected pairs of hexadecimal digits"#);
    assert_snapshot!(error(&CAUSE.replace(B, "qsh = \"0\", fault = \"E\"")), @r#"known.toml: cause "r": expected today's outcome: canonical_request (or _hex), qsh or both, issuer (or _json), refused, rejected, fault, or as_expected = true"#);
    assert_snapshot!(error(&CAUSE.replace("\"path/a\"", "")), @r#"known.toml: cause "r": expected cases"#);
    assert_snapshot!(error(&CAUSE.replace("path/a", "path/[a")), @"known.toml: case path/[a: error parsing glob 'path/[a': unclosed character class; missing ']'");
    assert_snapshot!(error(&format!("{CAUSE}{CAUSE}")), @"known.toml: case path/a: listed twice");
    for whole in ["*", "**", "{path,query}/**", "?[a-z]*/*"] {
        let error = error(&CAUSE.replace("path/a", whole));
        assert!(error.starts_with(&format!("known.toml: case {whole}: expected a term that covers a part")), "{error}");
    }
    assert_snapshot!(error("[unsupported]\n\"*\" = \"loads nothing\"\n"), @r#"known.toml: unsupported "*": expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard"#);
    assert_snapshot!(error("[dialect]\ntrailing_slash = \"kept\"\n"), @"known.toml: dialect: trailing_slash=kept: expected a table with choice, reason and link");
    assert_snapshot!(error("[dialect.trailing_slash]\nchoice = \"kept\"\nreason = \" \"\nlink = \"l\"\n"), @r#"
        known.toml: TOML parse error at line 3, column 2
          |
        3 | [dialect.trailing_slash]
          |  ^^^^^^^
        dialect.trailing_slash: expected a reason
        "#);
    assert_snapshot!(error("[dialect.trailing_slash]\nchoice = \"eaten\"\nreason = \"r\"\nlink = \"l\"\n"), @r#"
        known.toml: TOML parse error at line 3, column 2
          |
        3 | [dialect.trailing_slash]
          |  ^^^^^^^
        dialect: unknown choice "eaten" of the dialect field trailing_slash, expected one of: one, kept, two, all, added
        "#);
    let other = Baseline::parse(Path::new("known.toml"), "format = \"qsh-known\"\nversion = 3\n").unwrap_err();
    assert_snapshot!(other, @r#"known.toml: expected format "qsh-known" version 2, found "qsh-known" version 3"#);
}

/// Version 1 had an entry for each case.
#[test]
fn the_old_form_is_read_and_written_in_the_new_one() {
    let entry =
        |case: &str, outcome: &str| format!("[[known]]\ncase = \"{case}\"\n{outcome}\nreason = \"r\"\nlink = \"l\"\n");
    let head = "format = \"qsh-known\"\nversion = 1\n[unsupported]\n\"@form\" = \"takes none\"\n";
    let read = |entries: &str| Baseline::parse(Path::new("known.toml"), &format!("{head}{entries}"));
    let ok = read(
        &(entry("a/a", &format!("kind = \"ok\"\n{B}"))
            + &entry("a/b", "kind = \"fault\"\nfault = \"KeyError\"")
            + &entry("a/c", &format!("kind = \"ok\"\n{B}"))),
    );
    assert_snapshot!(ok.unwrap().write(), @r#"
        format = "qsh-known"
        version = 2

        [unsupported]
        "@form" = "takes none"

        [[cause]]
        reason = "r"
        link = "l"
        known = [
            { canonical_request = "GET&/b&", cases = [
                "a/a",
                "a/c",
            ] },
            { fault = "KeyError", cases = ["a/b"] },
        ]
        "#);
    assert_snapshot!(read(&entry("a/a", "kind = \"ok\"\nfault = \"KeyError\"")).unwrap_err(), @r#"known.toml: case a/a: kind: expected "rejected" with rejected, "fault" with fault, and "ok" with any other outcome"#);
    assert_snapshot!(read(&entry("a/a", "kind = \"crashed\"\nfault = \"KeyError\"")).unwrap_err(), @r#"
        known.toml: TOML parse error at line 7, column 8
          |
        7 | kind = "crashed"
          |        ^^^^^^^^^
        unknown variant `crashed`, expected one of `ok`, `rejected`, `fault`
        "#);
}

#[test]
fn one_case_may_be_listed_for_several_runtimes() {
    let on = |runtime: &str| format!("{CAUSE}runtime = \"{runtime}\"\n");
    assert_eq!(parse(&(on("CPython*") + &on("PyPy*"))).unwrap().entries().len(), 2);
    assert!(parse(&(on("PyPy*") + &on("PyPy*"))).is_err());
}

#[test]
fn an_entry_matches_the_outcome_of_today_and_no_other() {
    let known = |outcome: &str| baseline(&[("a/b", outcome, "")]).entries()[0].clone();
    let hash = Text::from("GET&/b&").sha256_hex();
    let rejected = |reason| Outcome::Rejected { reason, message: "any words".to_owned() };
    let fault = |kind: &str| Outcome::Fault { kind: kind.to_owned(), message: "any words".to_owned() };

    let canonical_b = known(B);
    for outcome in [canonical("GET&/b&"), Outcome::Ok(Answer::qsh(hash.as_str())), both("GET&/b&", &hash)] {
        assert!(canonical_b.matches(&outcome), "{outcome:?}");
    }
    let empty = Outcome::Ok(Answer::default());
    for outcome in [canonical("GET&/c&"), Outcome::Ok(Answer::qsh("0")), both("GET&/b&", "0"), fault("ok"), empty] {
        assert!(!canonical_b.matches(&outcome), "{outcome:?}");
    }
    let hash_b = known(&format!("qsh = \"{hash}\""));
    assert!(hash_b.matches(&Outcome::Ok(Answer::qsh(hash.as_str()))));
    assert!(!hash_b.matches(&canonical("GET&/b&")), "a hash was answered when it was listed");
    let torn = known(&format!("{B}, qsh = \"0\""));
    assert!(torn.matches(&both("GET&/b&", "0")));
    for outcome in [both("GET&/b&", &hash), both("GET&/c&", "0"), canonical("GET&/b&")] {
        assert!(!torn.matches(&outcome), "{outcome:?}");
    }
    let expired = known("rejected = \"expired\"");
    assert!(expired.matches(&rejected(Reason::Expired)));
    assert!(!expired.matches(&rejected(Reason::Malformed)));
    let key_error = known("fault = \"KeyError\"");
    assert!(key_error.matches(&fault("KeyError")));
    assert!(!key_error.matches(&fault("TypeError")));
}

#[test]
fn what_is_no_answer_matches_nothing_and_is_never_entered() {
    let outcomes = [B, "rejected = \"other\"", "fault = \"crashed\"", "as_expected = true"];
    for outcome in [
        Outcome::Crashed("c".into()),
        Outcome::TimedOut(String::new()),
        Outcome::Garbled("g".into()),
        Outcome::SpawnFailed("s".into()),
        Outcome::Unsupported("u".into()),
    ] {
        assert_eq!(KnownOutcome::of(&outcome), None);
        for known in outcomes {
            assert!(!baseline(&[("a/b", known, "")]).entries()[0].matches(&outcome), "{known}: {outcome:?}");
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

const KEPT: &str = "[dialect.trailing_slash]\nchoice = \"kept\"\nreason = \"it stays\"\nlink = \"l\"\n";

#[test]
fn what_the_dialect_predicts_is_known_unless_an_entry_covers_the_case() {
    let case = embedded("path/trailing-slash/two-segments");
    let baseline = parse(KEPT).unwrap();
    let known = baseline.known(&case).unwrap();
    assert_eq!((known.reason.as_str(), known.link.as_str(), known.is_predicted()), ("it stays", "l", true));
    assert!(known.matches(&canonical("GET&/a/b/&")));
    let hash = Text::from("GET&/a/b/&").sha256_hex();
    assert!(known.matches(&Outcome::Ok(Answer::qsh(hash.as_str()))) && known.matches(&both("GET&/a/b/&", &hash)));
    let others = [canonical("GET&/a/b&"), both("GET&/a/b/&", "0"), Outcome::Ok(Answer::default())];
    assert!(!others.iter().any(|other| known.matches(other)));
    // The dialect says nothing of a case that is not about slashes.
    assert!(baseline.known(&embedded("query/name-order/colon-and-digit")).is_none());

    let listed = "[[cause]]\nreason = \"r\"\nlink = \"m\"\nknown = [{ as_expected = true, cases = [\"path/trailing-slash/two-segments\"] }]\n";
    let baseline = parse(&format!("{KEPT}{listed}")).unwrap();
    assert_eq!(baseline.known(&case).unwrap().outcome, KnownOutcome::AsExpected);
    assert!(baseline.stale(&[&case]).is_empty());
    // Without the choice, nothing else is expected.
    assert_eq!(parse(listed).unwrap().stale(&[&case]).len(), 1);
}

#[test]
fn the_manifest_and_the_baseline_describe_one_dialect() {
    let manifest = |text: &str| -> DescribedDialect { toml::from_str(text).unwrap() };
    let case = embedded("path/trailing-slash/two-segments");
    let and = |text: &str| parse(KEPT).unwrap().and_described(&manifest(text));
    // The baseline may give the reason for a choice of the manifest.
    let both = and("trailing_slash = \"kept\"\nplus = \"literal\"\n").unwrap();
    assert_eq!(both.dialect().dialect().to_string(), "trailing_slash=kept plus=literal");
    assert!(both.known(&case).is_some());
    // A choice without a reason makes nothing known.
    assert!(both.known(&embedded("query/plus/two")).is_none());
    assert_snapshot!(and("trailing_slash = \"all\"").unwrap_err(), @"dialect: trailing_slash=all and trailing_slash=kept exclude each other");
    assert_snapshot!(and("trailing_slash = { choice = \"kept\", reason = \"r\", link = \"l\" }").unwrap_err(), @"dialect: trailing_slash=kept has two reasons");
}

#[test]
fn a_baseline_is_written_as_it_was_read() {
    let mut all = baseline(&[
        ("a/*", B, "runtime = \"CPython*\""),
        ("a/hex", "canonical_request_hex = \"2fff\"", ""),
        ("a/hash", "qsh = \"00\"", ""),
        ("a/torn", "canonical_request_hex = \"2fff\", qsh = \"00\"", ""),
        ("a/rejected", "rejected = \"qsh_mismatch\"", ""),
        ("a/fault", "fault = \"KeyError\"", ""),
        ("a/issuer", "issuer_json = \"[1]\"", ""),
        ("a/right", "as_expected = true", ""),
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
fn entries_of_one_cause_are_written_together() {
    let entry = |case: &str, outcome: &str| format!("{{ {outcome}, cases = [\"{case}\"] }}");
    let of = |reason: &str, known: &[String]| {
        format!("[[cause]]\nreason = \"{reason}\"\nlink = \"l\"\nknown = [{}]\n", known.join(", "))
    };
    let text = of("one", &[entry("a/a", "fault = \"E\""), entry("a/b", "fault = \"F\"")])
        + &of("two", &[entry("b/b", B)])
        + &of("one", &[entry("a/c", "fault = \"E\"")]);
    assert_snapshot!(parse(&format!("{KEPT}[unsupported]\n\"@form\" = \"none\"\n{text}")).unwrap().write(), @r#"
        format = "qsh-known"
        version = 2

        [dialect.trailing_slash]
        choice = "kept"
        reason = "it stays"
        link = "l"

        [unsupported]
        "@form" = "none"

        [[cause]]
        reason = "one"
        link = "l"
        known = [
            { fault = "E", cases = [
                "a/a",
                "a/c",
            ] },
            { fault = "F", cases = ["a/b"] },
        ]

        [[cause]]
        reason = "two"
        link = "l"
        known = [{ canonical_request = "GET&/b&", cases = ["b/b"] }]
        "#);
}
