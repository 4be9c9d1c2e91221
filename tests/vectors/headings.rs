//! What the bundled files say of themselves and of their cases.

use std::collections::HashMap;

use qsh::suite::case::{Expectation, Operation};
use qsh::suite::load::{LoadError, Vectors};
use serde_json::{Value, json};

#[test]
fn every_bundled_file_has_the_version_of_the_package() {
    for file in Vectors::embedded().unwrap().files() {
        let heading = file.heading.as_ref().unwrap();
        assert_eq!(heading.suite_version, env!("CARGO_PKG_VERSION"), "{}: run the generator", file.path.display());
    }
}

#[test]
fn every_summary_stands_once_and_ends_in_what_is_to_happen() {
    let vectors = Vectors::embedded().unwrap();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for case in vectors.cases() {
        assert_eq!(seen.insert(&case.summary, &case.id), None, "{}: {}", case.id, case.summary);
        let end = match (&case.expect, case.question.operation()) {
            (Expectation::Rejected(_), _) => ": is refused",
            (Expectation::Accepted(_), _) => ": is accepted",
            (Expectation::Signed(_), _) => ": is signed",
            // The summary says the result in its own words.
            (Expectation::Canonical(_), Operation::CanonicalRequest | Operation::Qsh) => "",
            (Expectation::Canonical(_), other) => panic!("{}: {other:?}", case.id),
        };
        assert!(case.summary.ends_with(end), "{}: {}", case.id, case.summary);
    }
}

/// A file of one case with the flag `boundary`, with one change.
fn changed(change: impl Fn(&mut Value)) -> Result<Vectors, LoadError> {
    let mut file = json!({
        "format": "qsh-vectors", "version": 1, "suite_version": "1.0.0", "case_count": 1,
        "notes": { "boundary": { "consequence": "It goes wrong.", "cves": ["CVE-2021-26073"], "links": ["https://a.example"] } },
        "cases": [{
            "id": "own/a", "summary": "an empty method: is refused", "clauses": ["QSH-M3"], "level": "must",
            "operation": "canonical_request", "input": { "method": "", "url": "/" }, "expect": { "rejected": ["malformed"] },
            "flags": ["boundary"], "source": "here",
        }],
    });
    change(&mut file);
    Vectors::parse("own.json".as_ref(), file.to_string().as_bytes())
}

fn error(change: impl Fn(&mut Value)) -> String {
    changed(change).unwrap_err().to_string()
}

fn without(file: &mut Value, members: &[&str]) {
    for member in members {
        file.as_object_mut().unwrap().remove(*member);
    }
}

#[test]
fn a_heading_is_whole_or_left_out() {
    assert_eq!(changed(|_| ()).unwrap().notes()["boundary"].consequence, "It goes wrong.");
    let bare = changed(|file| without(file, &["suite_version", "case_count", "notes"])).unwrap();
    assert_eq!(bare.files()[0].heading, None);
    for missing in ["suite_version", "case_count", "notes"] {
        let expected = format!(
            "own.json: expected suite_version, case_count and notes, or none of the three: {missing} is missing"
        );
        assert_eq!(error(|file| without(file, &[missing])), expected);
    }
}

#[test]
fn a_heading_that_does_not_fit_the_cases_is_refused() {
    assert_eq!(error(|file| file["case_count"] = json!(2)), "own.json: expected 2 cases, as case_count says, found 1");
    assert_eq!(
        error(|file| file["notes"] = json!({})),
        r#"own.json: case own/a: the flag "boundary" has no note: expected one in notes"#
    );
    assert_eq!(
        error(|file| file["notes"]["utf-16"] = file["notes"]["boundary"].clone()),
        r#"own.json: the note "utf-16" belongs to no case: expected a case with this flag"#
    );
    for (member, value, expected) in [
        ("consequence", json!(""), "a consequence"),
        ("links", json!([]), "at least one link, each beginning with https://"),
        ("links", json!(["http://a.example"]), "at least one link, each beginning with https://"),
        ("cves", json!(["CVE-21-26073"]), "cves of the form CVE-2021-26073"),
    ] {
        let expected = format!("own.json: the note \"boundary\": expected {expected}");
        assert_eq!(error(|file| file["notes"]["boundary"][member] = value.clone()), expected);
    }
}

#[test]
fn a_reason_stands_once() {
    let twice = json!({ "rejected": ["malformed", "other", "malformed"] });
    let expected = r#"own.json: case own/a: rejected has "malformed" twice: expected each reason once"#;
    assert_eq!(error(|file| file["cases"][0]["expect"] = twice.clone()), expected);
    let accept = json!([{ "because": "b", "rejected": ["other", "other"] }]);
    let expected = r#"own.json: case own/a: rejected has "other" twice: expected each reason once"#;
    assert_eq!(error(|file| file["cases"][0]["accept"] = accept.clone()), expected);
}
