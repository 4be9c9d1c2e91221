//! The reports of a verifier of tokens.

use std::path::Path;

use qsh::report::markdown::{self, Links};
use qsh::report::{Requirements, human, page};
use qsh::runner::Participant;
use qsh::suite::case::Level;
use qsh::suite::load::Vectors;
use qsh::suite::outcome::{Answer, Outcome, Reason};
use qsh::suite::verdict::{Reasons, Verdict};
use serde_json::{Value, json};

use super::{SHOULD, Scripted, baseline, file, participant, run, run_with, strip};

/// The holes of a verifier come first: what it accepts and has to refuse.
#[test]
fn what_a_verifier_of_tokens_accepts_comes_first() {
    let token = |id: &str, level: &str, url: &str, expect: Value| {
        json!({
            "id": id, "summary": format!("shows {id}"), "clauses": ["CON-7"], "level": level,
            "operation": "authenticate", "expect": expect, "source": "this test",
            "input": {
                "method": "GET", "url": url, "headers": [], "tenants": { "client": "secret" }, "now": 1, "leeway": 0,
                "endpoint": "url",
            },
        })
    };
    let expired = json!({ "rejected": ["expired"] });
    let cases = [
        token("a/taken", "must", "/taken", expired.clone()),
        token("a/not-text", "should", "/not-text", expired.clone()),
        token("a/other-reason", "must", "/other-reason", expired.clone()),
        token("a/open", "open", "/open", expired),
        token("a/good", "must", "/good", json!({ "issuer": "client", "claims": { "aud": "app" } })),
        token("a/good-from-nobody", "must", "/good-from-nobody", json!({ "issuer": "client", "claims": {} })),
    ];
    let vectors = Vectors::parse(Path::new("vectors"), &file(&cases)).unwrap();
    let accepted =
        |issuer: Value, claims: Value| Outcome::Ok(Answer::accepted(issuer, claims.as_object().unwrap().clone()));
    let script = || {
        vec![
            ("/taken", accepted(json!("client"), json!({}))),
            ("/not-text", accepted(json!(["client"]), json!({}))),
            ("/other-reason", Outcome::Rejected { reason: Reason::Other, message: "late".into() }),
            ("/open", accepted(json!("client"), json!({}))),
            ("/good", accepted(json!("client"), json!({ "aud": ["app"] }))),
            ("/good-from-nobody", accepted(Value::Null, json!({}))),
        ]
    };
    let verifier = || {
        let Participant { name, baseline, .. } = participant("verifier", baseline(&[]), Vec::new(), &[]);
        let description = json!({ "protocol": 1, "name": "v", "operations": ["authenticate"] });
        let script = script().into_iter().map(|(url, outcome)| (url.to_owned(), outcome)).collect();
        let description = serde_json::from_value(description).unwrap();
        let scripted = Scripted { description, script, incidents: Vec::new() };
        Participant { name, baseline, start: Box::new(|_| Ok(Box::new(scripted))) }
    };
    let report = run(&vectors, vec![verifier()], Level::Should);
    let verdicts: Vec<&str> = report.results.iter().map(|result| result.verdict.name()).collect();
    assert_eq!(verdicts, ["fail", "fail", "other_reason", "open", "pass", "fail"]);
    insta::assert_snapshot!(strip(&human::write(&report, human::Detail::Cases)), @r#"
    adapter  version  right  wrong  other unsup. causes
    verifier unknown      1      3      1      0      2

    verifier  v unknown
      accepts what must be refused
          2  `exp` (expired)  CON-7
             a/taken  GET /taken  now 1, leeway 0, url endpoint
             accepted from client, claims {}  not a refusal: expired
      another answer
          1  `exp` (expired)  CON-7
             a/good-from-nobody  GET /good-from-nobody  now 1, leeway 0, url endpoint
             accepted from no issuer, claims {}  not accepted from client, claims {}

    FAIL  a/taken  verifier
      shows a/taken (CON-7, must)
      request   GET /taken  now 1, leeway 0, url endpoint
      expected  a refusal: expired
      answered  accepted from client, claims {}

    FAIL  a/not-text  verifier
      shows a/not-text (CON-7, should)
      request   GET /not-text  now 1, leeway 0, url endpoint
      expected  a refusal: expired
      answered  accepted from ["client"], which is not text, claims {}

    FAIL  a/good-from-nobody  verifier
      shows a/good-from-nobody (CON-7, must)
      request   GET /good-from-nobody  now 1, leeway 0, url endpoint
      expected  accepted from client, claims {}
      answered  accepted from no issuer, claims {}

    OTHER REASON  verifier  1 case is refused for another reason
      other, not expired: a/other-reason

    verifier (v unknown, unknown): accepts 2 of 3 tokens that have to be refused; 1 pass, 1 other reason, 3 fail, 1 open (1 answered differently)

    Not as expected (6 cases, 1 of 1 adapters, 1.2 s)
    "#);
    let table = markdown::write(&report, &Links::default());
    insta::assert_snapshot!(table.lines().find(|line| line.starts_with("| verifier")).unwrap(), @"| verifier | v unknown | 1 | 3 | 1 | 0 | **2** of 3 | 2 | accepts what must be refused: exp (expired) |");
    assert!(
        page::write(&report).contains("Accepts 2 of 3 tokens that must be refused, and answers otherwise in 1 case.")
    );
    // With exact reasons, the refusal fails as well. It is no hole.
    let exact = run_with(&vectors, vec![verifier()], Requirements { reasons: Reasons::Exact, ..SHOULD });
    assert_eq!(exact.results[2].verdict, Verdict::Fail);
    assert!(page::write(&exact).contains("Accepts 2 of 3 tokens that must be refused, "));
}
