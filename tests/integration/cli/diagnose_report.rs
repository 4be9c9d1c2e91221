//! `qsh diagnose --report FILE`.

use std::fs::File;

use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::{Value, json};

use super::{FAKE, User, shell_word, vector_file};

/// The command line of an implementation that has a dialect.
fn speaker(dialect: &str, more: &str) -> String {
    format!("{} --dialect {} {more}", shell_word(FAKE), shell_word(dialect))
}

impl User {
    /// Writes `report.json` of one adapter with these cases.
    fn with_report(self, command: &str, cases: &[&str]) -> Self {
        let args = ["run", "--command", command, "--format", "json", "--output", "report.json"];
        let code = self.qsh(&[args.as_slice(), cases].concat()).code;
        assert!(code < 2, "{code}");
        self
    }

    fn diagnosis(&self, code: i32) -> Value {
        let answer = self.qsh(&["diagnose", "--report", "report.json", "--format", "json"]);
        assert_eq!(answer.code, code, "{answer:?}");
        answer.json()
    }
}

#[test]
fn planted_mistakes_are_found_exactly_whichever_and_however_many_they_are() {
    let planted = [
        "trailing_slash=all",
        "base_removal=none value_order=as_given",
        "path_escapes=decoded invalid_escape=refused invalid_utf8=bytes_kept",
        "repeat=separate name_order=whole_pair space=plus jwt_parameter=kept",
        "part_join=second_omitted method_case=as_given leading_slashes=collapsed empty_value=dropped form_body=ignored",
    ];
    for dialect in planted {
        let user = User::new().with_report(&speaker(dialect, ""), &["!@large"]);
        let found = user.diagnosis(0);
        let choices: Vec<&str> = dialect.split(' ').collect();
        assert_eq!(found["dialect"], json!(choices), "{found}");
        assert_eq!(found["departures"], found["explained"], "{dialect}");
        assert_eq!((&found["explains_all_failures"], &found["unexplained"]), (&json!(true), &json!([])), "{dialect}");
        assert!(found["choices"].as_array().unwrap().iter().all(|choice| choice["explains"].as_u64() > Some(0)));
    }
}

#[test]
fn bytes_and_refusals_of_a_report_are_answers_like_any_other() {
    let dialect = "path_escapes=decoded invalid_escape=refused";
    let user = User::new().with_report(&speaker(dialect, ""), &["path/escapes", "query/invalid-escapes"]);
    let report = user.read("report.json");
    assert!(report.contains("canonical_request_hex") && report.contains(r#""kind":"rejected""#), "{report}");
    assert_eq!(user.diagnosis(0)["dialect"], json!(dialect.split(' ').collect::<Vec<_>>()));
}

#[test]
fn hashes_alone_are_enough() {
    let dialect = "trailing_slash=kept repeat=concatenated";
    let command = speaker(dialect, "--operations '\"qsh\"'");
    let user = User::new().with_report(&command, &["path/trailing-slash", "query/repeat"]);
    assert!(!user.read("report.json").contains(r#""value":{"canonical_request"#));
    assert_eq!(user.diagnosis(0)["dialect"], json!(dialect.split(' ').collect::<Vec<_>>()));
}

/// Mistakes in two clauses, an answer that no dialect gives, and a case without an answer.
fn with_mixed_report() -> User {
    let command = speaker(
        "trailing_slash=kept repeat=concatenated",
        "--operations '\"canonical_request\"' --backwards-on x=23 --crash-on b=c/",
    );
    let cases = [
        "path/trailing-slash/two-segments",
        "path/trailing-slash/before-query",
        "query/repeat/two-values",
        "query/repeat/concatenation-one",
    ];
    User::new().with_report(&command, &cases)
}

#[test]
fn a_person_is_told_the_choices_what_to_do_instead_and_what_stays_unexplained() {
    let answer = with_mixed_report().qsh(&["diagnose", "--report", "report.json"]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(answer.stdout, @r#"
    command (1.0, none): 3 answers, 3 of them not as specified; 4 cases fail
    2 choices explain 2 of these:

    trailing_slash=kept  QSH-P7
       a trailing `/` stays
       instead  one trailing `/` is removed, unless the path is only `/`
       shown by 1 case, such as path/trailing-slash/two-segments
       seen in PyPI jira, TypeScript jira-connect, Ruby MeisterLabs, Go rbriski/atlassian-jwt, PHP adlogix, PHP thecatontheflat, …

    repeat=concatenated  QSH-Q8
       repeated values are joined without a separator
       instead  repeated values are joined with `,`
       shown by 1 case, such as query/repeat/two-values
       seen in Go go-jira

    The nearest known implementation is TypeScript jira-connect: its known behaviour gives 1 of the 3 answers.
       equally near: Clojure arqivist, Ruby MeisterLabs, C# port, PHP thecatontheflat, PHP adlogix, Go rbriski/atlassian-jwt, PyPI jira
       it is not known for repeat=concatenated
       it is also known for base_removal=none, path_characters=whatwg, path_segments=escaped_dots_removed, name_order=decoded_utf16

    2 failures are not explained:
      query/repeat/concatenation-one  GET /p?x=1&x=23
        expected  GET&/p&x=1,23
        answered  321=x&p/&TEG
      path/trailing-slash/before-query  GET /a/?b=c/  (error)
        expected  GET&/a&b=c%2F
        answered  crashed: the process ended (exit status: 3); its standard error ends with "fake: about to crash"
    "#);
}

#[test]
fn the_json_has_all_that_is_known_of_each_choice_and_of_what_is_not_explained() {
    assert_json_snapshot!(with_mixed_report().diagnosis(1), @r#"
    {
      "adapter": {
        "name": "command",
        "runtime": "none",
        "version": "1.0"
      },
      "answers": 3,
      "choices": [
        {
          "alternatives": [],
          "cases": [
            "path/trailing-slash/two-segments"
          ],
          "choice": "trailing_slash=kept",
          "clause": "QSH-P7",
          "does": "a trailing `/` stays",
          "explains": 1,
          "instead": "one trailing `/` is removed, unless the path is only `/`",
          "seen_in": [
            "PyPI jira",
            "TypeScript jira-connect",
            "Ruby MeisterLabs",
            "Go rbriski/atlassian-jwt",
            "PHP adlogix",
            "PHP thecatontheflat",
            "Rust atlassian-app-auth",
            "C# port",
            "Clojure arqivist"
          ]
        },
        {
          "alternatives": [],
          "cases": [
            "query/repeat/two-values"
          ],
          "choice": "repeat=concatenated",
          "clause": "QSH-Q8",
          "does": "repeated values are joined without a separator",
          "explains": 1,
          "instead": "repeated values are joined with `,`",
          "seen_in": [
            "Go go-jira"
          ]
        }
      ],
      "contradicted": 0,
      "departures": 3,
      "dialect": [
        "trailing_slash=kept",
        "repeat=concatenated"
      ],
      "explained": 2,
      "explains_all_failures": false,
      "failures": 4,
      "format": "qsh-report-diagnosis",
      "nearest": {
        "answers": 1,
        "name": "TypeScript jira-connect",
        "not_found": [
          "base_removal=none",
          "path_characters=whatwg",
          "path_segments=escaped_dots_removed",
          "name_order=decoded_utf16"
        ],
        "not_known_of_it": [
          "repeat=concatenated"
        ],
        "same": false,
        "ties": [
          "Clojure arqivist",
          "Ruby MeisterLabs",
          "C# port",
          "PHP thecatontheflat",
          "PHP adlogix",
          "Go rbriski/atlassian-jwt",
          "PyPI jira"
        ]
      },
      "unexplained": [
        {
          "case": "query/repeat/concatenation-one",
          "expected": {
            "canonical_request": "GET&/p&x=1,23",
            "qsh": "df4a4e321309e79d722629197b3e71fd5d5289a2a48d27496edba12df7d6cac9"
          },
          "input": {
            "method": "GET",
            "url": "/p?x=1&x=23"
          },
          "level": "must",
          "outcome": {
            "kind": "ok",
            "value": {
              "canonical_request": "321=x&p/&TEG"
            }
          },
          "verdict": "fail"
        },
        {
          "case": "path/trailing-slash/before-query",
          "expected": {
            "canonical_request": "GET&/a&b=c%2F",
            "qsh": "38a56af3d4980c12be14575b9914fbf7a460d95e33c3d9fb88965c939643acc9"
          },
          "input": {
            "method": "GET",
            "url": "/a/?b=c/"
          },
          "level": "must",
          "outcome": {
            "kind": "crashed",
            "message": "the process ended (exit status: 3); its standard error ends with \"fake: about to crash\""
          },
          "verdict": "error"
        }
      ],
      "version": 1
    }
    "#);
}

#[test]
fn what_the_answers_cannot_tell_apart_and_who_is_known_for_it_is_said() {
    let user = User::new().with_report(
        &speaker("trailing_slash=all value_order=decoded_code_point", ""),
        &["path/trailing-slash/two", "query/value-order/astral-before-private-use"],
    );
    let answer = user.qsh(&["diagnose", "--report", "report.json"]);
    assert_eq!(answer.code, 0);
    assert_snapshot!(answer.stdout, @"
    command (1.0, none): 2 answers, 2 of them not as specified; 1 case fails
    2 choices explain all of these:

    trailing_slash=all  QSH-P7
       every trailing `/` is removed
       instead  one trailing `/` is removed, unless the path is only `/`
       shown by 1 case, such as path/trailing-slash/two
       these answers cannot distinguish it from trailing_slash=two, path_segments=slashes_collapsed, path_segments=normalized
       seen in PyPI atlassian-jwt, Go go-jira, Go AndreyLevchenko/atlassian-jwt, PHP brezzhnev, PHP atlassian-connect-laravel, Java atlassian-connect-spring-boot, …

    value_order=as_given  QSH-Q7
       repeated values are not sorted
       instead  repeated values are sorted by decoded text, UTF-16 unit by unit
       shown by 1 case, such as query/value-order/astral-before-private-use
       these answers cannot distinguish it from value_order=decoded_code_point, value_order=encoded, value_order=ignoring_case, value_order=culture, value_order=numeric, value_order=by_length, value_order=reversed
       seen in Scala toolsplus, Scala atlassian-connect-play, Ruby atlassian-jwt, Go go-jira, PHP brezzhnev, PHP atlassian-connect-laravel, …

    All these answers match the known behaviour of Java Tika.
       equally near: PHP atlassian-connect-laravel, Sentry
    ");
}

#[test]
fn an_adapter_without_a_failure_is_said_to_have_none() {
    let user = User::new().with_report(&speaker("", ""), &["query/repeat"]);
    assert_eq!(user.diagnosis(0)["choices"], json!([]));
    let answer = user.qsh(&["diagnose", "--report", "report.json"]);
    assert_eq!(answer.code, 0);
    assert_snapshot!(answer.stdout, @"command (1.0, none): 15 answers, all of them as specified; no case fails");
    // An open case does not fail. It still shows how the implementation reads it.
    let user = User::new().with_report(&speaker("form_methods=post_and_put", ""), &["form/methods/put"]);
    assert_eq!(
        (&user.diagnosis(0)["failures"], &user.diagnosis(0)["dialect"]),
        (&json!(0), &json!(["form_methods=post_and_put"]))
    );
}

#[test]
fn a_failure_that_the_specification_leads_to_is_one_of_the_case() {
    let user = User::new().with_own_vectors().with_report(&speaker("", ""), &["--vectors", "own.json"]);
    let answer = user.qsh(&["diagnose", "--report", "report.json"]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(answer.stdout, @"
    command (1.0, none): 3 answers, all of them as specified; 1 case fails

    1 failure is not explained:
      own/right  GET /right&
        expected  GET&/right&
        answered  GET&/right%26&
        this is the specified answer: the case expects something else
    ");
}

#[test]
fn a_report_comes_from_stdin_and_its_adapter_is_named_where_there_are_several() {
    let user = User::new();
    let (one, other) = (speaker("trailing_slash=all", ""), speaker("trailing_slash=kept", ""));
    let run = [
        "run",
        "path/trailing-slash",
        "--command",
        &one,
        "--command",
        &other,
        "--format",
        "json",
        "--output",
        "r.json",
    ];
    assert_eq!(user.qsh(&run).code, 1);
    let by_file = user.qsh(&["diagnose", "--report", "r.json", "--adapter", "command-2"]);
    assert_eq!(by_file.code, 0);
    assert!(by_file.stdout.contains("trailing_slash=kept"), "{by_file:?}");
    let mut command = user.command(&["diagnose", "--report", "-", "--adapter", "command-2"]);
    let piped = command.stdin(File::open(user.path("r.json")).unwrap()).output().unwrap();
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), by_file.stdout);
    assert_snapshot!(user.error(2, &["diagnose", "--report", "r.json"]), @"error: r.json: several adapters were run, expected the name of one: command, command-2");
    assert_snapshot!(user.error(2, &["diagnose", "--report", "r.json", "--adapter", "command-3"]), @r#"error: r.json: no adapter "command-3", expected one of: command, command-2"#);
    let mut command = user.command(&["diagnose", "--report", "-"]);
    let piped = command.stdin(File::open(user.path("r.json")).unwrap()).output().unwrap();
    assert_snapshot!(String::from_utf8(piped.stderr).unwrap(), @"error: stdin: several adapters were run, expected the name of one: command, command-2");
}

#[test]
fn bad_input_is_named_with_its_file_and_answered_with_exit_code_2() {
    let user = User::new().without_programs();
    let error = |args: &[&str]| user.error(2, &[["diagnose", "--report"].as_slice(), args].concat());
    assert_snapshot!(error(&["none.json"]), @"error: cannot read none.json: No such file or directory (os error 2)");
    user.write("bad.json", "<report/>");
    assert_snapshot!(error(&["bad.json"]), @"error: bad.json: not JSON: expected value at line 1 column 1");
    user.write("bad.json", &vector_file(&[]));
    assert_snapshot!(error(&["bad.json"]), @r#"error: bad.json: expected a report of `qsh run --format json`, of format "qsh-report", found "qsh-vectors""#);
    user.write("bad.json", r#"{"format":"qsh-report","version":2}"#);
    assert_snapshot!(error(&["bad.json"]), @"error: bad.json: expected version 1 of the format, found 2");
    user.write("bad.json", r#"{"format":"qsh-report","version":1,"adapters":[{"name":"\u001b[2J"}],"results":[{}]}"#);
    assert_snapshot!(error(&["bad.json"]), @"error: bad.json: missing field `incidents` at line 1 column 67");
    let run = |args: &[&str]| {
        user.qsh(&[["run", "query/repeat", "--format", "json", "--output", "r.json"].as_slice(), args].concat())
    };
    assert_eq!(run(&[]).code, 0);
    assert_snapshot!(error(&["r.json", "--adapter", "python-atlassian-jwt"]), @"error: r.json: python-atlassian-jwt was not run: expected Python 3.9.2 or newer as `python3`, but there is no such program; install it from https://www.python.org/downloads/ or with the system's package manager");
    assert_eq!(run(&["--command", &speaker("", "--operations '\"sign\"'")]).code, 3);
    assert_snapshot!(error(&["r.json"]), @"error: r.json: command: expected answers or refusals, found none among its results (15)");
}

#[test]
fn a_report_excludes_the_arguments_of_one_request() {
    let user = User::new();
    for args in
        [["GET", "/"], ["--qsh", "00"], ["--token", "a.b.c"], ["--base-url", "/"], ["--form", "a"], ["--mistakes", "1"]]
    {
        let error = user.error(2, &[["diagnose", "--report", "r.json"].as_slice(), &args].concat());
        assert!(error.contains("cannot be used with"), "{error}");
    }
    let hash = "0".repeat(64);
    assert_snapshot!(user.error(2, &["diagnose", "GET", "/", "--qsh", &hash, "--adapter", "a"]), @"error: --adapter requires --report");
}
