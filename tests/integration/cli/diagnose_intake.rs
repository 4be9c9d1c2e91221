//! `qsh diagnose` with what people have: a URL with a token, an error message, a curl command, a HAR file.

use std::fs::File;

use data_encoding::BASE64URL_NOPAD;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Answer, User};

/// A request to Confluence. Its base URL ends in `/wiki`.
const URL: &str = "https://acme.atlassian.net/wiki/rest/api/content?limit=5";
/// The hash of `GET&/rest/api/content&limit=5`.
const RIGHT: &str = "5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94";
/// The hash of `GET&/wiki/rest/api/content&limit=5`.
const WRONG: &str = "36c1d604c1382f400199b766950bdf6be744292b5ffb69562d101bf4155d91b8";

fn token() -> String {
    let claims = json!({ "iss": "com.example.app", "qsh": WRONG }).to_string();
    let [header, claims] = [r#"{"alg":"HS256"}"#, &claims].map(|text| BASE64URL_NOPAD.encode(text.as_bytes()));
    format!("{header}.{claims}.{}", BASE64URL_NOPAD.encode(&[7; 32]))
}

/// The answer in JSON. No token is shown, in whatever form it was given.
#[track_caller]
fn diagnosis(user: &User, args: &[&str]) -> Value {
    let answer = user.qsh(&[&["diagnose", "--format", "json"], args].concat());
    assert!(!format!("{answer:?}").contains("eyJ"), "{answer:?}");
    answer.json()
}

#[track_caller]
fn human(user: &User, args: &[&str]) -> Answer {
    user.qsh(&[&["diagnose"], args].concat())
}

#[test]
fn the_base_url_follows_from_a_known_host_and_is_said() {
    let user = User::new();
    let answer = human(&user, &["GET", URL, "--qsh", WRONG]);
    assert_snapshot!(answer.stderr, @"note: base URL https://acme.atlassian.net/wiki, which follows from the host (Confluence); --base-url '' leaves it out");
    assert_snapshot!(answer.stdout.lines().take(6).collect::<Vec<_>>().join("\n"), @"
    request   GET https://acme.atlassian.net/wiki/rest/api/content?limit=5  base https://acme.atlassian.net/wiki
    wrong     36c1d604c1382f400199b766950bdf6be744292b5ffb69562d101bf4155d91b8
              GET&/wiki/rest/api/content&limit=5
                   ^ differs from here
    right     GET&/rest/api/content&limit=5
              5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94
    ");
    let without = human(&user, &["GET", URL, "--qsh", WRONG, "--base-url", ""]);
    assert!(without.stderr.is_empty() && without.stdout.contains("\nright     36c1d604"), "{without:?}");
    let bare = human(&user, &["GET", URL.strip_prefix("https://").unwrap(), "--qsh", RIGHT]);
    assert!(bare.stderr.starts_with("note: the URL has no scheme: took https\n"), "{bare:?}");
    assert_eq!(bare.code, 0);
}

#[test]
fn every_command_that_hashes_takes_the_base_url_from_the_host() {
    let user = User::new();
    user.write("secret.txt", "a shared secret");
    let note = "note: base URL https://acme.atlassian.net/wiki, which follows from the host (Confluence); --base-url '' leaves it out\n";
    let hash = user.qsh(&["hash", "GET", URL]);
    assert_eq!((hash.stdout.trim(), hash.stderr.as_str()), (RIGHT, note));
    let off = user.qsh(&["hash", "GET", URL, "--base-url", ""]);
    assert_eq!((off.stdout.trim(), off.stderr.as_str()), (WRONG, ""));
    let explained = user.qsh(&["explain", "GET", URL]);
    assert_eq!((explained.stdout.contains(RIGHT), explained.stderr.as_str()), (true, note));
    let signed =
        user.qsh(&["token", "sign", "GET", URL, "--issuer", "a", "--secret-file", "secret.txt", "--format", "json"]);
    assert_eq!((&signed.json()["claims"]["qsh"], signed.stderr.as_str()), (&json!(RIGHT), note));
    let token = signed.json()["token"].as_str().unwrap().to_owned();
    let inspected = user.qsh(&["token", "inspect", &token, "GET", URL]);
    assert_eq!((inspected.code, inspected.stderr.as_str()), (0, note));
}

#[test]
fn a_base_url_that_does_not_apply_is_said() {
    let user = User::new();
    for command in ["hash", "explain"] {
        let said = |url: &str, base: &str| user.qsh(&[command, "GET", url, "--base-url", base]).stderr;
        assert_eq!(
            said("https://h/a", "https://other/"),
            "note: the base URL https://other/ has another scheme or host than the URL\n"
        );
        assert_eq!(
            said("https://h/wikis", "https://h/wiki"),
            "note: the path does not begin with the path of the base URL https://h/wiki, so nothing is removed\n"
        );
        assert_eq!(said("https://h/wiki/a", "https://h/wiki/"), "");
        assert_eq!(said("/wiki/a", "https://h/wiki"), "");
    }
    let answer = human(&user, &["GET", "http://h/a", "--base-url", "https://h", "--qsh", RIGHT, "--mistakes", "1"]);
    assert_eq!(answer.stderr, "note: the base URL https://h has another scheme or host than the URL\n");
}

#[test]
fn a_request_and_a_token_in_every_mixture() {
    let user = User::new();
    let token = token();
    let curl = format!("curl -s '{URL}' \\\n -H 'Authorization: JWT {token}'");
    let header = format!("Authorization: JWT {token}");
    let with_token = format!("{URL}&jwt={token}");
    let message =
        format!("GET {} HTTP/1.1\nHost: acme.atlassian.net\n{header}\n\n", &URL["https://acme.atlassian.net".len()..]);
    user.write("request.txt", &message);
    for args in [
        &["GET", URL, &token][..],
        &["GET", URL, "JWT", &token],
        &[&token, URL],
        &[&header, &format!("GET {URL}")],
        &["GET", URL, "--header", &header],
        &["GET", &with_token],
        &[&with_token],
        &[&curl],
        &["--", "curl", "-X", "GET", "-H", &header, URL],
        &[&message],
        &["@request.txt"],
        &["request.txt"],
        &[URL, WRONG],
        &[URL, "--qsh", WRONG],
        &[URL, "--token", &token],
    ] {
        let answer = diagnosis(&user, args);
        assert_eq!((&answer["hash"], &answer["qsh"]), (&json!(WRONG), &json!(RIGHT)), "{args:?}");
        assert_eq!(answer["explanations"][0]["choices"], json!(["base_removal=none"]), "{args:?}");
        assert!(!answer["taken"].as_array().unwrap().is_empty(), "{args:?}");
    }
}

#[test]
fn stdin_is_read_where_there_is_no_argument_or_a_dash() {
    let user = User::new();
    let file = user.write("text.txt", &format!("GET {URL}\nAuthorization: JWT {}\n", token()));
    for args in [&["diagnose"][..], &["diagnose", "-"]] {
        let output = user.command(args).stdin(File::open(&file).unwrap()).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            stdout.lines().take(2).collect::<Vec<_>>(),
            [
                "input     took stdin for an HTTP message",
                "          took the token in the Authorization header of stdin"
            ]
        );
        assert!(stdout.contains(&format!("wrong     {WRONG}\n")), "{stdout}");
    }
}

#[test]
fn a_har_file_with_one_token() {
    let user = User::new();
    let entry = |token: &str| json!({ "request": { "method": "GET", "url": URL, "headers": [{ "name": "Authorization", "value": token }] } });
    let har =
        |tokens: &[&str]| json!({ "log": { "entries": tokens.iter().map(|token| entry(token)).collect::<Vec<_>>() } });
    let jwt = format!("JWT {}", token());
    user.write("one.har", &har(&["", &jwt]).to_string());
    assert_eq!(diagnosis(&user, &["@one.har"])["hash"], WRONG);
    user.write("two.har", &har(&["", &jwt, &jwt]).to_string());
    assert_snapshot!(user.error(2, &["diagnose", "@two.har"]), @"error: 2 requests of the HAR file in two.har have a token: expected one entry, such as the output of jq '.log.entries[N]'; N is 1 for GET https://acme.atlassian.net/wiki/rest/api/content, 2 for GET https://acme.atlassian.net/wiki/rest/api/content");
}

#[test]
fn of_the_two_hashes_of_an_error_message_the_right_one_is_named_and_the_other_one_explained() {
    let user = User::new();
    let message = format!("Expecting claim 'qsh' to have value '{RIGHT}' but instead it has the value '{WRONG}'");
    let answer = human(&user, &["GET", URL, &message]);
    assert_eq!(answer.code, 0);
    assert_snapshot!(answer.stdout, @"
    input     took argument 1 for the method
              took argument 2 for a URL
              took argument 3 for an error message with the token's hash and the receiver's
              the right hash of this request is the one that the receiver computed
    request   GET https://acme.atlassian.net/wiki/rest/api/content?limit=5  base https://acme.atlassian.net/wiki
    wrong     36c1d604c1382f400199b766950bdf6be744292b5ffb69562d101bf4155d91b8
              GET&/wiki/rest/api/content&limit=5
                   ^ differs from here
    right     GET&/rest/api/content&limit=5
              5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94

    One known mistake would lead to this hash, likeliest first:

    1. base_removal=none
       QSH-P3  no base URL is removed
         instead  the base URL's path is removed from the front of the path
       seen in PyPI atlassian-jwt, Scala toolsplus, github-for-jira, TypeScript jira-connect, Go rbriski/atlassian-jwt, Go go-jira, …

    next      do this instead: the base URL's path is removed from the front of the path
    ");
    let json = diagnosis(&user, &["GET", URL, &message]);
    assert_eq!((&json["owner"], &json["others"]), (&json!("token"), &json!([])));
}

#[test]
fn where_neither_hash_is_right_both_are_explained() {
    let user = User::new();
    let slash = "https://acme.atlassian.net/wiki/rest/api/content/?limit=5";
    // The hash of `GET&/rest/api/content/&limit=5`.
    let kept = qsh_hash::Qsh::of_canonical(b"GET&/rest/api/content/&limit=5").to_string();
    let message = format!("expected {kept}, received {WRONG}");
    let json = diagnosis(&user, &["GET", slash, &message]);
    assert_eq!((&json["hash"], &json["owner"]), (&json!(WRONG), &json!("token")));
    assert_eq!((&json["others"][0]["hash"], &json["others"][0]["owner"]), (&json!(kept), &json!("receiver")));
    assert_eq!(json["others"][0]["explanations"][0]["choices"], json!(["trailing_slash=kept"]));
    let answer = human(&user, &["GET", slash, &message]).stdout;
    assert!(
        answer.contains("neither hash is the right one")
            && answer.contains("The other hash is the one that the receiver computed.\n"),
        "{answer}"
    );
}

#[test]
fn a_hash_that_was_cut_off_is_completed() {
    let user = User::new();
    let right = diagnosis(&user, &["GET", URL, "--qsh", &RIGHT[..32]]);
    assert_eq!((&right["right"], &right["hash"]), (&json!(true), &json!(RIGHT)));
    assert!(right["taken"].to_string().contains("the 32 digits are the first of the right hash"), "{right}");
    let wrong = diagnosis(&user, &["GET", URL, &format!("{}…", &WRONG[..10])]);
    assert_eq!(wrong["explanations"][0]["choices"], json!(["base_removal=none"]));
    let values = format!("Expecting claim 'qsh' to have value '9675…' but instead it has the value '{WRONG}'");
    let answer = diagnosis(&user, &["GET", URL, &values]);
    assert_eq!((&answer["hash"], &answer["others"]), (&json!(WRONG), &json!([])));
    assert!(answer["taken"].to_string().contains("the 4 digits are not the first of the right hash"), "{answer}");
}

#[test]
fn a_canonical_request_is_compared_with_the_right_one() {
    let user = User::new();
    let unknown = human(&user, &["GET", URL, "GET&/rest/api/conten&limit=5", "--mistakes", "1"]);
    assert_eq!(unknown.code, 1);
    assert_snapshot!(unknown.stdout.lines().skip(3).take(6).collect::<Vec<_>>().join("\n"), @"
    request   GET https://acme.atlassian.net/wiki/rest/api/content?limit=5  base https://acme.atlassian.net/wiki
    wrong     39c3127211007e409b2ac7604f017c0959d2c4141ff1d6cf263ab435dff4ef36
              GET&/rest/api/conten&limit=5
                                  ^ differs from here
    right     GET&/rest/api/content&limit=5
              5beb53902fb4a03829a6ad833560ab063377373a0a84127712381cb5cf843e94
    ");
    let known = diagnosis(&user, &["GET", URL, "GET&/wiki/rest/api/content&limit=5"]);
    assert_eq!(known["explanations"][0]["choices"], json!(["base_removal=none"]));
    let right = diagnosis(&user, &["GET", URL, "GET&/rest/api/content&limit=5"]);
    assert_eq!(right["right"], true);
}

#[test]
fn an_endpoint_for_context_tokens_is_named() {
    let user = User::new();
    let message =
        format!("Expecting claim 'qsh' to have contextJwt value 'context-qsh' but instead it has the value '{RIGHT}'");
    let answer = diagnosis(&user, &["GET", URL, &message]);
    assert_eq!(answer["right"], true);
    assert!(answer["taken"].to_string().contains("the receiver accepts only context tokens at this URL"), "{answer}");
}
