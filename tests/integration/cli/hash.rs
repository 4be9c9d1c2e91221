//! `qsh hash`.

use insta::{assert_json_snapshot, assert_snapshot};

use super::User;

#[test]
fn a_hash_is_one_line() {
    let user = User::new();
    let answer =
        user.qsh(&["hash", "GET", "https://example.com/test?ids=.1&ids=%3A1", "--base-url", "https://example.com"]);
    assert_eq!(answer.code, 0);
    assert_eq!(answer.stdout, format!("{}\n", qsh_hash::Qsh::of_canonical(b"GET&/test&ids=.1,%3A1")));
    let form = user.qsh(&["hash", "post", "/a", "--form", "b=c"]);
    assert_eq!(form.stdout, format!("{}\n", qsh_hash::Qsh::of_canonical(b"POST&/a&b=c")));
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
