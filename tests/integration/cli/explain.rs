//! `qsh explain`.

use insta::{assert_json_snapshot, assert_snapshot};
use qsh_diagnose::Text;
use serde_json::json;

use super::User;

#[test]
fn an_explanation_shows_each_step_that_changes_something() {
    let user = User::new();
    let request = [
        "explain",
        "get",
        "https://example.com/app/a&b/?z=1&ids=.1&ids=%3a1&jwt=x",
        "--base-url",
        "https://example.com/app",
    ];
    let answer = user.qsh(&request);
    assert_eq!(answer.code, 0);
    assert_snapshot!(answer.stdout, @r#"
    method    get
      QSH-M1   Method in upper case
        -> GET
        not Get
            method_case=first_upper: the method's first letter is put in upper case, and the others stay; seen in Java atlassian-connect-spring-boot
    path      https://example.com/app/a&b/?z=1&ids=.1&ids=%3a1&jwt=x
      QSH-P1   Path and query only
        -> /app/a&b/
      QSH-P3   The base URL is removed
        -> /a&b/
        not /app/a%26b
            base_removal=none: no base URL is removed; seen in PyPI atlassian-jwt and 9 more
        not /app/a%26b
            base_removal=wiki: a leading `/wiki` is removed, whatever the base URL is; seen in PHP brezzhnev and 2 more
        not /app/a%26b
            base_removal=wiki_anywhere: every `/wiki` is removed, wherever it occurs; seen in PHP thecatontheflat
        not /a%26b/?z=1%26ids=.1%26ids=%3a1%26jwt=x
            base_removal=text: the base URL is removed from the URL as text, and the query stays in the path; seen in Ruby MeisterLabs
      QSH-P7   No trailing slash
        -> /a&b
        not /a%26b/
            trailing_slash=kept: a trailing `/` stays; seen in PyPI jira and 8 more
      QSH-P9   Ampersand in the path
        -> /a%26b
        not /a&b
            path_ampersand=kept: `&` in the path stays, so that two requests can have one hash; seen in PyPI jira and 8 more
    query     z=1&ids=.1&ids=%3a1&jwt=x
      QSH-Q1   Pairs
        -> [z=1] [ids=.1] [ids=%3a1] [jwt=x]
      QSH-Q4   Decoded once
        -> [z=1] [ids=.1] [ids=:1] [jwt=x]
        not ids=%253a1,.1&z=1
            decoding=never: the query is encoded as it was written, so that `%20` becomes `%2520`; seen in PHP adlogix and 1 more
      QSH-Q17  The jwt parameter
        -> [z=1] [ids=.1] [ids=:1]
        not ids=.1,%3A1&jwt=x&z=1
            jwt_parameter=kept: `jwt` counts like any other parameter; seen in PHP adlogix and 3 more
      QSH-Q10  Escape set
        -> [z=1] [ids=.1] [ids=%3A1]
      QSH-Q8   Repeated parameters
        -> [z=1] [ids=.1,%3A1]
        not ids=.1%3A1&z=1
            repeat=concatenated: repeated values are joined without a separator; seen in Go go-jira
        not ids=.1&ids=%3A1&z=1
            repeat=separate: each repeated value is written as a pair of its own; seen in Rust atlassian-app-auth
        not ids=%3A1&z=1
            repeat=last_only: only the last of repeated values counts; seen in Ruby MeisterLabs
        not ids=%5B%22.1%22%20%22%3A1%22%5D&z=1
            repeat=clojure_vector_of_several: repeated values are written in the form of a Clojure vector, `["a" "b"]`; seen in Clojure arqivist
      QSH-Q7   Order of repeated values
        not ids=%3A1,.1&z=1
            value_order=encoded: repeated values are sorted by encoded text, as the prose says; seen in Go amp-labs/connectors and 2 more
        not ids=%3A1,.1&z=1
            value_order=culture: repeated values are sorted as in a dictionary: punctuation, digits, letters, and `a` before `A` before `b`; seen in C# port
      QSH-Q9   Order of names
        -> [ids=.1,%3A1] [z=1]
      QSH-Q21  Writing the query
        -> ids=.1,%3A1&z=1
    canonical GET&/a%26b&ids=.1,%3A1&z=1
    qsh       e22bf4f26e510f6e5e0cf7671604f46a96873700bf120478065838dfd8bbdff9
    155 known mistakes would change this hash; 140 of them were seen in no implementation: --all also shows those
    "#);
    let all = user.qsh(&[request.as_slice(), &["--all"]].concat());
    assert!(all.stdout.lines().count() > answer.stdout.lines().count());
    assert!(all.stdout.contains("not GET /a%26b ids=.1,%3A1&z=1\n        part_join=spaces: "), "{}", all.stdout);
    assert!(!answer.stdout.contains("part_join=spaces"));
}

#[test]
fn an_explanation_is_data_too() {
    let mut json = User::new().qsh(&["explain", "GET", "/a/?b", "--format", "json"]).json();
    let mistakes = json.as_object_mut().unwrap().remove("mistakes").unwrap();
    let kept = mistakes.as_array().unwrap().iter().find(|mistake| mistake["choice"] == "trailing_slash=kept").unwrap();
    assert_eq!((&kept["clause"], &kept["canonical_request"]), (&json!("QSH-P7"), &json!("GET&/a/&b=")));
    assert_eq!(kept["qsh"], Text::from("GET&/a/&b=").sha256_hex());
    assert_json_snapshot!("explanation", json);
}

#[test]
fn an_explanation_in_json_keeps_every_byte() {
    let json = User::new().qsh(&["explain", "GET", "/a\\\u{7f}?b=%FF", "--format", "json"]).json();
    let steps = json["steps"].as_array().unwrap();
    let path = steps.iter().find(|step| step["part"] == "path").unwrap();
    assert_eq!(path["before"], "/a\\\u{7f}?b=%FF");
}

#[test]
fn a_body_that_does_not_count_is_said_to_be_none() {
    let told = |args: &[&str]| User::new().qsh(&[&["explain"], args].concat()).stdout;
    let put = told(&["PUT", "/a", "--form", "b=c"]);
    assert!(
        put.contains("QSH-F1   Form body\n    the form body is ignored: the method is not POST (QSH-F3)\n"),
        "{put}"
    );
    let json = told(&["POST", "/a", "--json-body", r#"{"b":1}"#]);
    assert!(
        json.contains("QSH-F4   JSON body\n    the JSON body is ignored\n    not b=1\n        json_body="),
        "{json}"
    );
    let form = told(&["POST", "/a", "--form", "b=c"]);
    assert!(form.contains("qsh       ") && !form.contains("is ignored: the method"), "{form}");
}

#[test]
fn an_explanation_cannot_steer_the_terminal() {
    let answer = User::new().qsh(&["explain", "GET", "/\u{1b}[2J\u{202e}?a=\u{9b}", "--all"]);
    assert!(!answer.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{:?}", answer.stdout);
}
