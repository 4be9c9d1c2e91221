//! A refusal for another reason than the case names: what it is called, where it is counted, and when it fails.

use serde_json::Value;

use super::{Answer, FAKE, User, shell_word};

/// The operations on tokens.
const TOKENS: &str = r#""sign","authenticate","authenticate_install","asap_sign","asap_verify""#;

/// An adapter that decides as our own implementation does, and names every reason `other`.
fn vague(more: &str) -> String {
    format!("{} --operations {} --every-reason other {more}", shell_word(FAKE), shell_word(TOKENS))
}

fn run(user: &User, command: &str, more: &[&str]) -> Answer {
    user.qsh(&[["run", "--command", command].as_slice(), more].concat())
}

/// The summary and the conclusion of a run of one adapter.
fn summary(answer: &Answer) -> (Value, Value) {
    let report = answer.json();
    (report["adapters"][0]["summary"].clone(), report["conclusion"].clone())
}

#[test]
fn who_decides_everything_right_passes_whatever_the_reasons_are_called() {
    let user = User::new();
    let answer = run(&user, &vague(""), &["--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let (summary, conclusion) = summary(&answer);
    assert_eq!((&conclusion, &summary["fail"], &summary["error"]), (&"as_expected".into(), &0.into(), &0.into()));
    assert!(summary["other_reason"].as_u64().unwrap() > 900, "{summary}");
    assert!(summary["pass"].as_u64().unwrap() > 300, "{summary}");
    // Every refusal is counted apart, and every good token passes.
    let report = answer.json();
    for result in report["results"].as_array().unwrap().iter().filter(|it| it["verdict"] == "other_reason") {
        assert_eq!((&result["outcome"]["kind"], &result["allowed"]), (&"rejected".into(), &false.into()), "{result}");
        assert!(result["expected"]["rejected"].is_array(), "{result}");
    }
    assert_eq!(report["requirements"]["reasons"], "any");
}

#[test]
fn exact_reasons_fail_as_they_did_before() {
    let user = User::new();
    let answer = run(&user, &vague(""), &["--format", "json", "--reasons", "exact"]);
    assert_eq!(answer.code, 1);
    let (summary, conclusion) = summary(&answer);
    assert_eq!((&conclusion, &summary["other_reason"]), (&"failed".into(), &0.into()));
    assert!(summary["fail"].as_u64().unwrap() > 900, "{summary}");
    assert_eq!(answer.json()["requirements"]["reasons"], "exact");
    let usage = user.error(2, &["run", "--reasons", "some"]);
    insta::assert_snapshot!(usage, @"
    error: invalid value 'some' for '--reasons <REASONS>'
      [possible values: any, exact]

    For more information, try '--help'.
    ");
}

/// A hole stays a failure among a thousand refusals for another reason, and is the first thing that the summary says.
#[test]
fn an_accepted_token_fails_among_other_reasons() {
    let user = User::new();
    let answer = run(&user, &vague("--lets-through bad_signature"), &["token", "-v"]);
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("FAIL  token/"), "{}", answer.stdout);
    assert!(answer.stdout.contains("OTHER REASON  command  "), "{}", answer.stdout);
    let line = answer.stdout.lines().find(|line| line.starts_with("command (fake 1.0, none): ")).unwrap();
    let (_, said) = line.split_once("none): ").unwrap();
    assert!(said.starts_with("accepts ") && said.contains(" tokens that have to be refused; "), "{said}");
    assert!(said.contains(" other reason, "), "{said}");
}

/// A library can accept a token whose issuer is not text. Its adapter can say so.
#[test]
fn an_issuer_that_is_not_text_is_an_answer() {
    let user = User::new();
    for (issuer, said) in [
        ("12", "accepted from 12, which is not text, claims {}"),
        ("null", "accepted from no issuer, claims {}"),
        (r#"["a"]"#, r#"accepted from ["a"], which is not text, claims {}"#),
    ] {
        let command = vague(&format!("--lets-through missing_claim --issuer {}", shell_word(issuer)));
        let answer = run(&user, &command, &["claims/issuer/missing", "--format", "json"]);
        assert_eq!((answer.code, answer.verdicts("command")[0].1.as_str()), (1, "fail"), "{issuer}");
        let outcome = &answer.json()["results"][0]["outcome"];
        assert_eq!(
            (&outcome["kind"], &outcome["value"]["issuer"]),
            (&"ok".into(), &serde_json::from_str(issuer).unwrap())
        );
        let human = run(&user, &command, &["claims/issuer/missing", "-v"]);
        assert!(human.stdout.contains(&format!("answered  {said}")), "{}", human.stdout);
        // It can be listed like any other failure.
        let args = ["--vectors", "one.json", "--baseline", "known.toml"];
        user.write("one.json", &user.qsh(&["vectors", "export", "claims/issuer/missing"]).stdout);
        let update = run(&user, &command, &[args.as_slice(), &["--update-baseline"]].concat());
        assert_eq!(update.code, 0, "{update:?}");
        assert!(user.read("known.toml").contains("issuer_json = "), "{}", user.read("known.toml"));
        let again = run(&user, &command, &args);
        assert!(again.code == 0 && again.stdout.contains("  known\n"), "{again:?}");
        std::fs::remove_file(user.path("known.toml")).unwrap();
    }
}

/// An entry for another reason is obsolete. Entries with other outcomes keep their reasons.
#[test]
fn an_entry_of_a_baseline_for_another_reason_is_obsolete() {
    let user = User::new();
    let ids = ["claims/issuer/missing", "claims/exp/missing"];
    user.write("two.json", &user.qsh(&[["vectors", "export"].as_slice(), &ids].concat()).stdout);
    let entry = |case: &str, outcome: &str| {
        format!("\n[[known]]\ncase = \"{case}\"\n{outcome}\nreason = \"of {case}\"\nlink = \"https://example.com/\"\n")
    };
    let head = "format = \"qsh-known\"\nversion = 1\n";
    let accepted = entry(ids[1], "kind = \"ok\"\nissuer = \"somebody\"");
    let known = format!("{head}{}{accepted}", entry(ids[0], "kind = \"rejected\"\nrejected = \"other\""));
    user.write("known.toml", &known);
    let args = ["--vectors", "two.json", "--baseline", "known.toml"];
    let exact = run(&user, &vague(""), &[args.as_slice(), &["--reasons", "exact", "-v"]].concat());
    assert!(exact.stdout.contains("1 known failure"), "{}", exact.stdout);

    let answer = run(&user, &vague(""), &[args.as_slice(), &["-v"]].concat());
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("UNEXPECTED PASS  claims/issuer/missing"), "{}", answer.stdout);
    let said = "  does not fail, but is listed as a known failure: of claims/issuer/missing";
    assert!(answer.stdout.contains(said), "{}", answer.stdout);

    let lenient = format!("{} --operations {} --lets-through missing_claim", shell_word(FAKE), shell_word(TOKENS));
    let update = run(&user, &lenient, &[args.as_slice(), &["--update-baseline"]].concat());
    assert_eq!(update.code, 0, "{update:?}");
    let written = user.read("known.toml");
    assert!(written.contains("of claims/exp/missing") && !written.contains("rejected = "), "{written}");
}
