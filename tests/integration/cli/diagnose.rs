//! `qsh diagnose METHOD URL`.

use std::fs::File;

use insta::assert_snapshot;
use serde_json::json;

use super::User;

fn hash(canonical_request: &str) -> String {
    qsh_hash::Qsh::of_canonical(canonical_request.as_bytes()).to_string()
}

/// A token with these claims and no valid signature. `header` and `signature` are never read.
fn token(claims: &str) -> String {
    format!("e30.{}.c2ln", data_encoding::BASE64URL_NOPAD.encode(claims.as_bytes()))
}

#[test]
fn one_mistake_is_named_with_both_canonical_strings_and_what_to_change() {
    let wrong = hash("GET&/a&x=12");
    assert_snapshot!(User::new().qsh(&["diagnose", "GET", "/a?x=1&x=2", "--qsh", &wrong]).stdout, @"
    request   GET /a?x=1&x=2
    wrong     22aeb3e5be1cf8e0d53c95e9cc4db5d7475cd8a21a332fea385327e6a91a5c9c
              GET&/a&x=12
                        ^ differs from here
    right     GET&/a&x=1,2
              5334bc5ac7ec4c368664a5078ed6626764cc75f591771dcb15024eda5b238566

    One known mistake would lead to this hash, likeliest first:

    1. repeat=concatenated
       QSH-Q8  repeated values are joined without a separator
         instead  repeated values are joined with `,`
       seen in Go go-jira

    next      do this instead: repeated values are joined with `,`
    ");
}

#[test]
fn the_json_has_the_choices_and_all_that_is_known_of_them() {
    let url = "https://example.com/wiki/a?x=%3A1&x=.1";
    let wrong = hash("GET&/wiki/a&x=%3A1,.1");
    let args = ["diagnose", "GET", url, "--base-url", "https://example.com/wiki", "--qsh", &wrong, "--format", "json"];
    let answer = User::new().qsh(&args);
    assert_eq!(answer.code, 0);
    let report = answer.json();
    assert_eq!((&report["format"], &report["version"]), (&json!("qsh-diagnosis"), &json!(1)));
    assert_eq!((&report["explained"], &report["right"]), (&json!(true), &json!(false)));
    assert_eq!(report["canonical_request"], "GET&/a&x=.1,%3A1");
    let first = &report["explanations"][0];
    assert_eq!(first["choices"], json!(["base_removal=none", "value_order=as_given"]));
    assert_eq!((&first["canonical_request"], &first["qsh"]), (&json!("GET&/wiki/a&x=%3A1,.1"), &json!(wrong)));
    assert!(first["seen_in"].as_array().unwrap().contains(&json!("Scala toolsplus")), "{first}");
    assert_eq!((&first["differs_at"], &first["mistakes"][1]["clause"]), (&json!(5), &json!("QSH-Q7")));
}

#[test]
fn a_mistake_with_the_request_is_named_too() {
    let user = User::new();
    let first = |url: &str, canonical_request: &str| {
        let report = user.qsh(&["diagnose", "GET", url, "--qsh", &hash(canonical_request), "--format", "json"]).json();
        report["explanations"][0]["mistakes"][0]["name"].clone()
    };
    assert_eq!(first("/a?b=1", "POST&/a&b=1"), "another_method");
    assert_eq!(first("/ex/jira/1f/rest/x", "GET&/rest/x&"), "base_guessed");
    assert_eq!(first("/rest/x", "GET&/wiki/rest/x&"), "base_added");
    assert_eq!(first("/x?a=1&b=2&c=3", "GET&/x&a=1&c=3"), "parameter_missing");
    assert_eq!(first("/caf%C3%A9?a=%2526", "GET&/café&a=%26"), "url_decoded");
}

#[test]
fn the_claim_of_a_token_is_as_good_as_a_hash_and_stdin_as_good_as_an_argument() {
    let user = User::new();
    let claims = format!(r#"{{"iss":"app","qsh":"{}"}}"#, hash("GET&/a/&"));
    let by_hash = user.qsh(&["diagnose", "GET", "/a/", "--qsh", &hash("GET&/a/&")]);
    // The report on the token stands before the hash. The list of what is not checked stands after it.
    let of_hash = |stdout: &str| {
        let lines = stdout.lines().skip_while(|line| !line.starts_with("wrong "));
        lines
            .filter(|line| !line.starts_with("unchecked") && !line.starts_with("next"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let expected = of_hash(&by_hash.stdout);
    assert!(expected.len() > 10, "{by_hash:?}");
    assert_eq!(of_hash(&user.qsh(&["diagnose", "GET", "/a/", "--token", &token(&claims)]).stdout), expected);
    let file = user.write("token.txt", &format!("{}\n", token(&claims)));
    let mut command = user.command(&["diagnose", "GET", "/a/", "--token", "-"]);
    let piped = command.stdin(File::open(file).unwrap()).output().unwrap();
    assert_eq!(of_hash(&String::from_utf8(piped.stdout).unwrap()), expected);
}

#[test]
fn a_claim_of_a_token_may_be_any_text() {
    let user = User::new();
    let first = |claim: &str| {
        let claims = json!({ "qsh": claim }).to_string();
        let report = user.qsh(&["diagnose", "GET", "/a", "--token", &token(&claims), "--format", "json"]).json();
        report["explanations"][0]["choices"].clone()
    };
    // The results of Python's hashlib for `GET&/a&`: the MD5, and the SHA-256 in base64.
    assert_eq!(first("f6300323e08b70bb0b34187e235a71de"), json!(["hash_function=md5"]));
    assert_eq!(first("fEUIQ3lJ2g9TUmx+fDAQOu8aUBZDZTN/Eb9zpIXsU4A="), json!(["hash_text=base64"]));
    assert_eq!(first("not a hash"), json!(null));
}

#[test]
fn a_right_hash_and_one_that_nothing_explains_are_said_plainly() {
    let user = User::new();
    let right = user.qsh(&["diagnose", "GET", "/a?b=c", "--qsh", &hash("GET&/a&b=c")]);
    assert_eq!(right.code, 0);
    assert_snapshot!(right.stdout, @"
    request   GET /a?b=c
    right     1180ff04a7b8d95f2b75e555e4795e01d0697c210ab57b7ff29a2f44e641a2d3
              GET&/a&b=c
              No base URL was given: that of the receiver may have a path, such as /wiki, which is removed.
    next      read the log of the receiver: it may see another request, know another secret, or refuse for a reason outside the token
    ");
    let unknown = user.qsh(&["diagnose", "GET", "/a?b=c", "--qsh", &hash("of something else")]);
    assert_eq!(unknown.code, 1);
    let args = ["diagnose", "GET", "/a?b=c", "--qsh", &hash("of something else"), "--format", "json"];
    let tried = user.qsh(&args).json()["tried"]["canonical_requests"].to_string();
    assert_snapshot!(unknown.stdout.replace(&tried, "[count]"), @"
    request   GET /a?b=c
    wrong     913e0c227c0e439b8294a78e7539ee81c89ba4e82a9750d86efeeea94718a782
    right     1180ff04a7b8d95f2b75e555e4795e01d0697c210ab57b7ff29a2f44e641a2d3
              GET&/a&b=c

    No explanation found. Tried: every known mistake, alone and in combinations of up to 3;
    2021 rarer mistakes, such as 218 parameters that were not sent, and values in other forms, alone and with one other mistake;
    and the known behaviour of 27 implementations, each as a whole, with up to two mistakes with the request.
    [count] canonical requests were hashed. None has this hash.
    The request that was hashed may differ from this one in an unknown way.

    What to check:
      - method and URL: they must be those that were hashed, before redirects and with all parameters that were added later
      - the quotes around the URL: a shell cuts a URL without quotes at its first `&`
      - the base URL (--base-url): without it, a context path such as /wiki stays in the path
      - a proxy: it may have removed or added a part of the path, or decoded escapes
      - parameters that the client dropped because their value was undefined, null or None
      - a form body (--form), which is part of a POST
      - a JSON body (--json-body), which some implementations hash
      - a request with one parameter, and then the others: this separates combined mistakes
      - the implementation: `qsh run --command` asks it all vectors, `qsh diagnose --report` infers its dialect
    next      put the URL in quotes, if it has more parameters: a shell cuts it at its first &
    ");
    let json = user.qsh(&["diagnose", "GET", "/", "--qsh", &hash("x"), "--mistakes", "1", "--format", "json"]).json();
    assert_eq!(
        (&json["explained"], &json["explanations"], &json["tried"]["mistakes"]),
        (&json!(false), &json!([]), &json!(1))
    );
}

#[test]
fn a_long_query_is_said_to_be_searched_in_part_and_what_was_given_is_not_asked_for() {
    let user = User::new();
    let url = format!("/a?{}", (0..30).map(|index| format!("p{index}=1")).collect::<Vec<_>>().join("&"));
    let args =
        ["diagnose", "POST", &url, "--qsh", &hash("x"), "--mistakes", "1", "--json-body", "{}", "--base-url", "/b"];
    let answer = user.qsh(&args);
    assert!(answer.stdout.contains("Of its 30 parameters, only the first 24 were tried as missing, one at a time.\n"));
    assert!(!["--form", "--json-body", "--base-url"].iter().any(|given| answer.stdout.contains(given)));
    let json = user.qsh(&[&args[..], &["--format", "json"]].concat()).json();
    assert_eq!((&json["tried"]["missing_parameters"], &json["cut"]), (&json!(24), &json!(false)));
}

#[test]
fn a_json_body_that_was_counted_is_found() {
    let user = User::new();
    let body = r#"{"b":1,"a":["y","x"]}"#;
    let wrong = hash("POST&/p&a=x,y&b=1");
    let json = user.qsh(&["diagnose", "POST", "/p", "--json-body", body, "--qsh", &wrong, "--format", "json"]).json();
    assert_eq!(json["explanations"][0]["choices"], json!(["json_body=when_query_empty"]));
}

#[test]
fn bad_input_is_answered_with_one_line_and_exit_code_2() {
    let user = User::new();
    let error = |args: &[&str]| user.error(2, &[["diagnose"].as_slice(), args].concat());
    let good = "0".repeat(64);
    assert_snapshot!(error(&["GE T", "/", "--qsh", &good]), @r#"error: unusable method "GE T": expected an HTTP token such as GET, without white space or other separators"#);
    assert_snapshot!(error(&["GET", "/", "--base-url", "x", "--qsh", &good]), @r#"error: unusable base URL "x": expected an absolute URL such as https://example.com/wiki, or a path such as /wiki"#);
    assert_snapshot!(error(&["GET", "/", "--qsh", "abc"]), @"error: --qsh has 3 digits: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token");
    assert_snapshot!(error(&["GET", "/", "--qsh", ""]), @"error: --qsh has 0 digits: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token");
    assert_snapshot!(error(&["GET", "/", "--qsh", &format!("{}g", "0".repeat(63))]), @"error: --qsh has 'g' in it: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token");
    assert_snapshot!(error(&["POST", "/", "--json-body", "{", "--qsh", &good]), @"error: --json-body: unusable JSON body: EOF while parsing an object at line 1 column 1");
    assert_snapshot!(error(&["GET", "/", "--qsh", &format!("{good}é")]), @"error: --qsh has 'é' in it: expected the 64 hexadecimal digits of a SHA-256; for the claim of a token use --token");
    assert_snapshot!(error(&["GET", "/", "--qsh", &good, "--mistakes", "4"]), @"
    error: invalid value '4' for '--mistakes <N>': 4 is not in 1..=3

    For more information, try '--help'.
    ");
    assert_snapshot!(error(&["GET", "/"]), @"error: no hash: expected a token, an error message with hashes, --qsh HASH or --token TOKEN");
    assert_snapshot!(error(&[]), @"error: expected a method, a URL, a token, a hash, an error message, a curl command, a HAR entry, an HTTP message or a line of an access log");
    assert_snapshot!(error(&["hello"]), @"error: cannot tell what argument 1 is: expected a method, a URL, a token, a hash, an error message, a curl command, a HAR entry, an HTTP message or a line of an access log");
    assert_snapshot!(error(&[&good]), @"error: no URL: expected METHOD URL, a curl command, an HTTP message or another text with the URL of the request");
    assert_snapshot!(error(&["@none.har"]), @"error: cannot read none.har: No such file or directory (os error 2)");
    assert_snapshot!(error(&["-", "-"]), @"error: stdin can be read only once: expected one - among the arguments");
    assert_snapshot!(error(&["/a", "https://h/b", &good]), @"error: two different URLs: one in argument 1, another in argument 2");
    assert_snapshot!(error(&["curl https://h/a -d b=c", &good, "--form", "d=e"]), @"error: two bodies: one in the request, another in --form or --json-body");
    assert_snapshot!(error(&["/a", &good, "--header", "Host"]), @"error: --header has no colon: expected a header such as 'Host: app.example.com'");
    assert_snapshot!(error(&["--report", "x", "GET"]), @"
    error: the argument '--report <FILE>' cannot be used with '[PIECE]...'

    Usage: qsh diagnose [OPTIONS] <PIECE>...
           qsh diagnose [OPTIONS] --qsh <HASH>|--token <TOKEN> <METHOD> <URL>
           qsh diagnose [OPTIONS] --report <FILE> [--adapter <NAME>]

    For more information, try '--help'.
    ");
}

#[test]
fn a_hash_of_another_kind_is_searched_for_as_it_is() {
    let user = User::new();
    let first = |hash: &str| {
        let report = user.qsh(&["diagnose", "GET", "/a", "--qsh", hash, "--format", "json"]).json();
        report["explanations"][0]["choices"].clone()
    };
    // The results of Python's hashlib for `GET&/a&`.
    assert_eq!(first("f6300323e08b70bb0b34187e235a71de"), json!(["hash_function=md5"]));
    assert_eq!(first("fEUIQ3lJ2g9TUmx+fDAQOu8aUBZDZTN/Eb9zpIXsU4A="), json!(["hash_text=base64"]));
    assert_eq!(first("GET&/a/&"), json!(["trailing_slash=added"]));
}
