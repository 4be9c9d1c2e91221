//! `qsh adapters`.

use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;
use qsh::suite::load::Vectors;
use serde_json::json;

use super::{FAKE, User};

#[test]
fn a_list_says_what_is_ready() {
    let user = User::new().without_programs();
    let answer = user.qsh(&["adapters", "list"]);
    assert_eq!(answer.code, 0);
    assert_snapshot!(user.redacted(&answer.stdout));
    let json = user.qsh(&["adapters", "list", "--format", "json"]).json();
    assert_eq!(json["adapters"][0]["name"], "built-in");
    assert_eq!(json["adapters"][0]["state"], "ready");
}

#[test]
fn what_this_machine_lacks_is_excused_unless_it_was_asked_for() {
    for command in ["setup", "doctor"] {
        let code = |user: &User, more: &[&str]| {
            let answer = user.qsh(&[["adapters", command].as_slice(), more].concat());
            assert!(answer.stdout.contains("python-atlassian-jwt  expected Python"), "{}", answer.stdout);
            answer.code
        };
        let user = User::new().without_programs();
        assert_eq!(code(&user, &[]), 0);
        assert_eq!(code(&user, &["python-atlassian-jwt"]), 3);
        assert_eq!(code(&user.with_env("CI", "true"), &[]), 3);
    }
}

#[test]
fn an_unknown_adapter_is_usage() {
    let user = User::new();
    assert_snapshot!(user.error(2, &["adapters", "doctor", "nobody"]), @r#"error: unknown adapter "nobody": expected one that `qsh adapters list` lists, or the path of an adapter's folder"#);
    let unknown = user.error(2, &["run", "--adapter", "javascript-atlassian-jwt@9"]);
    assert_snapshot!(unknown, @r#"error: javascript-atlassian-jwt cannot be run at version "9": expected 2.0.3, 1.0.3"#);
    std::fs::create_dir(user.path("folder")).unwrap();
    let error = user.error(2, &["adapters", "setup", "folder"]);
    assert!(
        error.starts_with("error: the adapter folder cannot be used: cannot read HOME/folder/adapter.toml: "),
        "{error}"
    );
    user.write("folder/adapter.toml", "format = \"qsh-adapter\"\n");
    let error = user.error(2, &["adapters", "setup", "folder"]);
    assert!(error.starts_with("error: the adapter folder cannot be used: HOME/folder/adapter.toml: "), "{error}");
}

/// Writes `mine/adapter.toml` for a fake adapter with these arguments and this section.
fn write_adapter(user: &User, args: &str, section: &str) {
    user.write(
        "mine/adapter.toml",
        &format!(
            "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\n\
             library_version = \"1.0\"\ndocumentation = \"https://example.com/\"\ncommand = [{FAKE:?}{args}]\n{section}"
        ),
    );
}

#[test]
fn a_doctor_finds_an_adapter_that_is_not_what_it_says() {
    let user = User::new();
    let adapter = |args: &str| write_adapter(&user, args, "");
    let doctor = || {
        let answer = user.qsh(&["adapters", "doctor", "mine"]);
        (answer.code, user.redacted(&answer.stdout))
    };
    adapter(", \"--backwards-on\", \"method\"");
    let (code, text) = doctor();
    // Some answers are not JSON if their escapes are reversed.
    assert_eq!(code, 3);
    assert!(text.starts_with("dialect  mine  unknown: no known dialect explains any of its "), "{text}");
    adapter("");
    let (code, text) = doctor();
    assert_eq!(code, 0);
    assert_snapshot!(without_counts(&text), @r#"
    ok       mine  fake 1.0 on none answers canonical_request, qsh
    dialect  mine  not as specified: that explains N of N answers, and this explains N; N answers, such as the one to shape/separators/question-mark-only, stay unexplained (--format json lists them):

    [dialect]
    # QSH-C1: path and query are joined with `?`; without parameters the `?` is left out (N answers, such as shape/npm/path)
    part_join = "question_mark"
    # QSH-M1: the method stays as the caller wrote it (N answers, such as method/case/all-lower)
    method_case = "as_given"
    # QSH-M3: any text is a method, and its letters are put in upper case as Unicode says (N answers, such as method/token/empty)
    # no answer distinguishes it from method_check = "unchecked_ascii"
    method_check = "unchecked"
    # QSH-P1: scheme and host stay in front of the path (N answers, such as path/authority/https)
    target = "with_origin"
    # QSH-P2: the fragment stays in the path or query before it (N answers, such as path/empty/fragment-only)
    fragment = "kept"
    # QSH-P3: no base URL is removed (N answers, such as base/removal/two-segments)
    base_removal = "none"
    # QSH-P6: an empty path stays empty (N answers, such as path/npm/no-path)
    empty_path = "kept"
    # QSH-P6: a path that comes without a leading slash gets none (N answers, such as path/empty/ampersand-only)
    leading_slash = "as_given"
    # QSH-P7: a trailing `/` stays (N answers, such as path/empty/no-leading-slash-with-trailing-slash)
    trailing_slash = "kept"
    # QSH-P9: `&` in the path stays, so that two requests can have one hash (N answers, such as path/empty/ampersand-only)
    path_ampersand = "kept"
    # QSH-Q1: the query counts as it is written in the URL (N answers, such as query/pairs/semicolon-alone)
    query_text = "as_written"
    # QSH-H2: the canonical request itself takes the place of its hash (N answers, such as hash/sha256/leading-zeros)
    hash_function = "unhashed"
    "#);
    adapter(
        r#", "--introduction", '{{"id":0,"ok":{{"protocol":1,"name":"evil\u001b[2J","version":"2.0","language":"Rust","runtime":"none","operations":["qsh"]}}}}'"#,
    );
    let (code, text) = doctor();
    assert_eq!(code, 3);
    assert_snapshot!(text, @r#"
    problem  mine  library: adapter.toml says "fake", the adapter says "evil\u{1b}[2J"
    problem  mine  version: adapter.toml says "1.0", the adapter says "2.0"
    "#);
    adapter(r#", "--operations", '"qsh","canonical_reqest"'"#);
    let (code, text) = doctor();
    assert_eq!(code, 3);
    assert!(
        text.starts_with(
            "problem  mine  it offers the unknown operation \"canonical_reqest\": did you mean canonical_request?"
        ),
        "{text}"
    );
    adapter(", \"--crash-on\", \"path\"");
    let (code, text) = doctor();
    assert_eq!(code, 3);
    assert!(
        text.contains("canonical_request of GET /path?b=2&a=1: crashed: the process ended (exit status: 3)"),
        "{text}"
    );
    adapter(", \"--exit-at-start\", \"7\"");
    let (code, text) = doctor();
    assert_eq!(code, 3);
    assert_snapshot!(text, @"
    problem  mine  FAKE --exit-at-start 7: ended before it introduced itself (exit status: 7); its standard error ends with:
          fake: cannot start
    ");
}

/// What `qsh adapters doctor` says about the dialect of `mine`.
fn dialect_shown(user: &User) -> String {
    let answer = user.qsh(&["adapters", "doctor", "mine"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let dialect = answer.stdout.split_once("dialect  mine  ").map_or("", |(_, dialect)| dialect);
    without_counts(dialect.trim_end())
}

/// The text with N in place of numbers, which grow with the vectors.
fn without_counts(text: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.parse::<usize>().is_ok() { word.replace(bare, "N") } else { word.to_owned() }
    };
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

#[test]
fn a_doctor_proposes_a_dialect_that_makes_the_manifest_right() {
    let user = User::new();
    let args = r#", "--dialect", "trailing_slash=two name_order=as_given""#;
    write_adapter(&user, args, "");
    let text = dialect_shown(&user);
    assert_snapshot!(text, @r#"
    not as specified: that explains N of N answers, and this explains N:

    [dialect]
    # QSH-P7: up to two trailing `/` are removed (N answers, such as path/trailing-slash/only-three)
    trailing_slash = "two"
    # QSH-Q9: parameters are not sorted (N answers, such as query/no-equals-sign/order)
    name_order = "as_given"
    "#);
    let (_, section) = text.split_once("\n\n").unwrap();
    write_adapter(&user, args, section);
    assert_snapshot!(dialect_shown(&user), @"as adapter.toml describes it: all N answers");
}

#[test]
fn a_doctor_leaves_what_no_answer_shows_as_it_is_described_and_takes_out_what_answers_contradict() {
    let user = User::new();
    let args = r#", "--dialect", "repeat=concatenated", "--unsupported-on", "\"form\":\"""#;
    write_adapter(&user, args, "[dialect]\nform_body = \"ignored\"\ntrailing_slash = \"all\"\n");
    assert_snapshot!(dialect_shown(&user), @r#"
    not as adapter.toml describes it: that explains N of N answers, and this explains N:

    [dialect]
    # QSH-Q8: repeated values are joined without a separator (N answers, such as query/empty-name/two-equals-signs)
    repeat = "concatenated"
    # QSH-F1: unchanged, because no answer shows it
    form_body = "ignored"
    "#);
    let args = r#", "--dialect", "trailing_slash=two repeat=concatenated", "--unsupported-on", "///""#;
    write_adapter(&user, args, "[dialect]\ntrailing_slash = \"two\"\n");
    assert_snapshot!(dialect_shown(&user), @r#"
    not as adapter.toml describes it: that explains N of N answers, and this explains N:

    [dialect]
    # QSH-P7: up to two trailing `/` are removed (N answer, such as path/trailing-slash/two)
    # no answer distinguishes it from trailing_slash = "all"
    trailing_slash = "two"
    # QSH-Q8: repeated values are joined without a separator (N answers, such as query/empty-name/two-equals-signs)
    repeat = "concatenated"
    "#);
    write_adapter(&user, r#", "--dialect", """#, "[dialect]\ntrailing_slash = \"all\"\n");
    assert_snapshot!(dialect_shown(&user), @"
    not as adapter.toml describes it: that explains N of N answers, and this explains N:

    [dialect]
    # empty: everything is as specified
    ");
    write_adapter(&user, r#", "--dialect", """#, "");
    assert_snapshot!(dialect_shown(&user), @"as specified: all N answers");
}

#[test]
fn a_doctor_says_the_same_as_data_and_asks_nothing_that_cannot_be_answered() {
    let user = User::new();
    let row = |args: &[&str]| {
        user.qsh(&[["adapters"].as_slice(), args, &["mine", "--format", "json"]].concat()).json()["adapters"][0].clone()
    };
    write_adapter(
        &user,
        r#", "--dialect", "trailing_slash=two", "--backwards-on", "\"/a/\"""#,
        "[dialect]\nrepeat = \"separate\"\n",
    );
    let dialect = &row(&["doctor"])["dialect"];
    let vectors = Vectors::embedded().unwrap();
    let all = vectors.cases().filter(|case| case.question.canonicalized().is_some()).count();
    assert_eq!((&dialect["agrees"], &dialect["answers"]), (&json!(false), &json!(all)));
    assert_eq!(
        (&dialect["described"], &dialect["found"]),
        (&json!(["repeat=separate"]), &json!(["trailing_slash=two"]))
    );
    assert_eq!(dialect["unexplained"], json!(["path/trailing-slash/one"]));
    assert_eq!(dialect["as_found"], json!(all - 1));
    assert!(dialect["as_described"].as_u64() < dialect["as_found"].as_u64());
    assert!(dialect["proposal"].as_str().unwrap().ends_with("\ntrailing_slash = \"two\"\n"), "{dialect}");
    assert_eq!(row(&["setup"]).get("dialect"), None);
    write_adapter(&user, r#", "--operations", "\"sign\"""#, "");
    assert_eq!(row(&["doctor"]).get("dialect"), None);
    assert_eq!(dialect_shown(&user), "");
}

/// The output of `qsh adapters serve` for these lines, and its exit code.
fn serve(lines: &[u8]) -> (i32, String, String) {
    let user = User::new();
    let mut command = user.command(&["adapters", "serve"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn our_own_adapter_speaks_the_protocol() {
    let (code, stdout, stderr) = serve(
        b"{\"id\":0,\"op\":\"describe\",\"protocol\":1}\n\
          {\"id\":1,\"op\":\"canonical_request\",\"request\":{\"method\":\"GET\",\"url\":\"https://example.com/test?a=b\",\"base_url\":\"https://example.com\",\"form\":null}}\n\
          {\"id\":7,\"op\":\"qsh\",\"request\":{\"method\":\"get\",\"url\":\"/\",\"later\":1},\"later\":2}\n\
          {\"id\":3,\"op\":\"canonical_request\",\"request\":{\"method\":\"GET\",\"url_hex\":\"2fff\"}}\n\
          {\"id\":4,\"op\":\"canonical_request\",\"request\":{\"method\":\"G T\",\"url\":\"/\"}}\n\
          {\"id\":5,\"op\":\"teleport\"}",
    );
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_snapshot!(stdout.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"
    {"id":0,"ok":{"protocol":1,"name":"built-in","version":"VERSION","language":"Rust","runtime":"native","operations":["canonical_request","qsh","sign","authenticate","authenticate_install","asap_sign","asap_verify","authenticate_product","impersonation_sign","impersonation_verify","forge_verify"]}}
    {"id":1,"ok":{"canonical_request":"GET&/test&a=b"}}
    {"id":7,"ok":{"qsh":"c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"}}
    {"id":3,"ok":{"canonical_request_hex":"474554262fff26"}}
    {"id":4,"rejected":{"reason":"malformed","message":"unusable method \"G T\": expected an HTTP token such as GET, without white space or other separators"}}
    {"id":5,"unsupported":"no operation teleport"}
    "#);
}

#[test]
fn our_own_adapter_refuses_what_is_no_question() {
    let first = b"{\"id\":1,\"op\":\"qsh\",\"request\":{\"method\":\"GET\",\"url\":\"/\"}}\n".as_slice();
    let error = |line: &[u8]| {
        let (code, stdout, stderr) = serve(&[first, line].concat());
        assert_eq!(code, 2);
        assert_eq!(stdout.lines().count(), 1, "what came before is answered");
        stderr.trim_end().to_owned()
    };
    assert_snapshot!(error(b"hello\n"), @"error: expected one JSON object per line, but expected value at line 1 column 1");
    assert_snapshot!(error(b"\xff\n"), @"error: expected UTF-8, but the byte at 0 is not");
    assert_snapshot!(error(b"{\"op\":\"qsh\"}\n"), @"error: expected one JSON object per line, but missing field `id` at line 1 column 12");
    assert_snapshot!(error(b"{\"id\":2,\"op\":\"qsh\",\"request\":{\"method\":\"GET\"}}\n"), @"error: the arguments of qsh: expected exactly one of url and url_hex");
    assert_eq!(serve(b""), (0, String::new(), String::new()));
}
