//! `qsh hash` and `qsh explain`.

use insta::{assert_json_snapshot, assert_snapshot};
use qsh::suite::text::Text;
use serde_json::json;

use super::User;

#[test]
fn a_hash_is_one_line() {
    let user = User::new();
    let answer =
        user.qsh(&["hash", "GET", "https://example.com/test?ids=.1&ids=%3A1", "--base-url", "https://example.com"]);
    assert_eq!(answer.code, 0);
    assert_eq!(answer.stdout, format!("{}\n", qsh::Qsh::of_canonical(b"GET&/test&ids=.1,%3A1")));
    let form = user.qsh(&["hash", "post", "/a", "--form", "b=c"]);
    assert_eq!(form.stdout, format!("{}\n", qsh::Qsh::of_canonical(b"POST&/a&b=c")));
    assert_json_snapshot!(user.qsh(&["hash", "GET", "/", "--format", "json"]).json(), @r#"
    {
      "canonical_request": "GET&/&",
      "canonical_request_hex": null,
      "format": "qsh-hash",
      "qsh": "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239",
      "version": 1
    }
    "#);
}

#[test]
fn a_url_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let output = User::new()
        .command(&["hash", "GET"])
        .arg(OsStr::from_bytes(b"/\xff"))
        .args(["--format", "json"])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["canonical_request"], serde_json::Value::Null);
    assert!(json["canonical_request_hex"].as_str().unwrap().starts_with("474554262f"), "{json}");
}

#[test]
fn a_request_that_is_none_says_why() {
    let user = User::new();
    let error = |args: &[&str]| {
        let error = user.error(2, &[["hash"].as_slice(), args].concat());
        assert_eq!(user.error(2, &[["explain"].as_slice(), args].concat()), error);
        error
    };
    assert_snapshot!(error(&["GE T", "/"]), @r#"error: unusable method "GE T": expected an HTTP token such as GET, without white space or other separators"#);
    assert_snapshot!(error(&["", "/"]), @r#"error: unusable method "": expected an HTTP token such as GET, without white space or other separators"#);
    assert_snapshot!(error(&["GET", "/", "--base-url", "nonsense"]), @r#"error: unusable base URL "nonsense": expected an absolute URL such as https://example.com/wiki, or a path such as /wiki"#);
    assert_snapshot!(user.error(2, &["hash", "GET"]), @"
    error: the following required arguments were not provided:
      <URL>

    Usage: qsh hash <METHOD> <URL>

    For more information, try '--help'.
    ");
}

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
    assert_snapshot!(answer.stdout, @"
    method    get
      QSH-M1   Method in upper case
        -> GET
    path      https://example.com/app/a&b/?z=1&ids=.1&ids=%3a1&jwt=x
      QSH-P1   Path and query only
        -> /app/a&b/
      QSH-P3   The base URL is removed
        -> /a&b/
        not /app/a%26b
            base_removal=none: no base URL is removed; seen in PyPI atlassian-jwt and 9 more
        not /app/a%26b
            base_removal=wiki: a leading `/wiki` is removed, whatever the base URL; seen in PHP brezzhnev and 2 more
        not /app/a%26b
            base_removal=wiki_anywhere: every `/wiki` is removed, wherever it stands; seen in PHP thecatontheflat
        not /a%26b/?z=1%26ids=.1%26ids=%3a1%26jwt=x
            base_removal=text: the base URL's text is taken off the URL, and the query stays in the path; seen in Ruby MeisterLabs
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
            repeat=concatenated: repeated values are joined with nothing; seen in Go go-jira
        not ids=.1&ids=%3A1&z=1
            repeat=separate: repeated values are written as a pair each; seen in Rust atlassian-app-auth
        not ids[]=.1&ids[]=%3A1&z=1
            repeat=rails_brackets: repeated values are written as a pair `name[]=value` each; seen in Ruby MeisterLabs
      QSH-Q7   Order of repeated values
        not ids=%3A1,.1&z=1
            value_order=encoded: repeated values are sorted by encoded text, as the prose says; seen in Go amp-labs/connectors and 2 more
        not ids=%3A1,.1&z=1
            value_order=culture: repeated values are sorted as a dictionary has them: punctuation, digits, letters, and `a` before `A` before `b`; seen in C# port
      QSH-Q9   Order of names
        -> [ids=.1,%3A1] [z=1]
        not z=1&ids=.1,%3A1
            name_order=as_given: parameters are not sorted; seen in PHP thecatontheflat
      QSH-Q21  Writing the query
        -> ids=.1,%3A1&z=1
    canonical GET&/a%26b&ids=.1,%3A1&z=1
    qsh       e22bf4f26e510f6e5e0cf7671604f46a96873700bf120478065838dfd8bbdff9
    133 known mistakes would change this hash; 119 of them were seen in no implementation: --all shows those, too
    ");
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
    assert_json_snapshot!(json, @r#"
    {
      "canonical_request": "GET&/a&b=",
      "canonical_request_hex": null,
      "format": "qsh-explanation",
      "qsh": "fe7bdb4f25a693e7bc9b8fb36b86d9e2107bb7cb6df461ab7247907e6ee25f26",
      "steps": [
        {
          "after": "GET",
          "before": "GET",
          "clause": "QSH-M1",
          "part": "method",
          "title": "Method in upper case"
        },
        {
          "after": "GET",
          "before": "GET",
          "clause": "QSH-M2",
          "part": "method",
          "title": "The method that was sent"
        },
        {
          "after": "/a/?b",
          "before": "/a/?b",
          "clause": "QSH-P2",
          "part": "path",
          "title": "No fragment"
        },
        {
          "after": "/a/",
          "before": "/a/?b",
          "clause": "QSH-P1",
          "part": "path",
          "title": "Path and query only"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P14",
          "part": "path",
          "title": "A colon in the first segment"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P12",
          "part": "path",
          "title": "Characters of the path"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P13",
          "part": "path",
          "title": "Segments"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P11",
          "part": "path",
          "title": "Escapes in the path"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P3",
          "part": "path",
          "title": "The base URL is removed"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P10",
          "part": "path",
          "title": "Path parameters"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P8",
          "part": "path",
          "title": "Leading slashes"
        },
        {
          "after": "/a/",
          "before": "/a/",
          "clause": "QSH-P6",
          "part": "path",
          "title": "Never empty"
        },
        {
          "after": "/a",
          "before": "/a/",
          "clause": "QSH-P7",
          "part": "path",
          "title": "No trailing slash"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P6",
          "part": "path",
          "title": "Never empty"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P9",
          "part": "path",
          "title": "Ampersand in the path"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P10",
          "part": "path",
          "title": "Path parameters"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P6",
          "part": "path",
          "title": "Never empty"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P12",
          "part": "path",
          "title": "Characters of the path"
        },
        {
          "after": "/a",
          "before": "/a",
          "clause": "QSH-P1",
          "part": "path",
          "title": "Path and query only"
        },
        {
          "after": [
            "b"
          ],
          "before": "b",
          "clause": "QSH-Q1",
          "part": "query",
          "title": "Pairs"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-F1",
          "part": "query",
          "title": "Form body"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q2",
          "part": "query",
          "title": "Empty pairs"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q18",
          "part": "query",
          "title": "All parameters count"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q3",
          "part": "query",
          "title": "Name and value"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q5",
          "part": "query",
          "title": "Plus is a space"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q4",
          "part": "query",
          "title": "Decoded once"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q20",
          "part": "query",
          "title": "Invalid UTF-8"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q4",
          "part": "query",
          "title": "Decoded once"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q17",
          "part": "query",
          "title": "The jwt parameter"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q19",
          "part": "query",
          "title": "Names have no meaning"
        },
        {
          "after": [
            "b"
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q16",
          "part": "query",
          "title": "Empty name"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b"
          ],
          "clause": "QSH-Q15",
          "part": "query",
          "title": "No equals sign"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q14",
          "part": "query",
          "title": "Empty value"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q8",
          "part": "query",
          "title": "Repeated parameters"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q10",
          "part": "query",
          "title": "Escape set"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q13",
          "part": "query",
          "title": "Names are encoded too"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q12",
          "part": "query",
          "title": "Space as %20"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q11",
          "part": "query",
          "title": "Upper-case hex"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q8",
          "part": "query",
          "title": "Repeated parameters"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q7",
          "part": "query",
          "title": "Order of repeated values"
        },
        {
          "after": [
            "b="
          ],
          "before": [
            "b="
          ],
          "clause": "QSH-Q9",
          "part": "query",
          "title": "Order of names"
        },
        {
          "after": "b=",
          "before": [
            "b="
          ],
          "clause": "QSH-Q21",
          "part": "query",
          "title": "Writing the query"
        }
      ],
      "version": 1
    }
    "#);
}

#[test]
fn an_explanation_in_json_keeps_every_byte() {
    let json = User::new().qsh(&["explain", "GET", "/a\\\u{7f}?b=%FF", "--format", "json"]).json();
    let steps = json["steps"].as_array().unwrap();
    let path = steps.iter().find(|step| step["part"] == "path").unwrap();
    assert_eq!(path["before"], "/a\\\u{7f}?b=%FF");
}

#[test]
fn an_explanation_cannot_steer_the_terminal() {
    let answer = User::new().qsh(&["explain", "GET", "/\u{1b}[2J\u{202e}?a=\u{9b}", "--all"]);
    assert!(!answer.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{:?}", answer.stdout);
}
