//! `qsh diff`.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{User, fake};

const BUILT_IN: [&str; 3] = ["diff", "--adapter", "built-in"];

/// A comparison of our own implementation with a fake one, as JSON.
fn compared(fake_args: &str, more: &[&str]) -> (i32, Value) {
    let command = fake(fake_args);
    let args = [&BUILT_IN[..], &["--command", &command, "--cases", "6000", "--format", "json"], more].concat();
    let answer = User::new().qsh(&args);
    (answer.code, answer.json())
}

fn causes(differences: &Value) -> Vec<String> {
    let clusters = differences["clusters"].as_array().unwrap();
    let name = |cluster: &Value| match cluster["explained"].as_bool().unwrap() {
        true => cluster["choices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["choice"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" "),
        false => cluster["unexplained"]["what"].as_str().unwrap().to_owned(),
    };
    clusters.iter().map(name).collect()
}

#[test]
fn who_answers_hardly_anything_is_not_compared() {
    let command = fake("--dialect '' --unsupported-on op");
    for peers in [&BUILT_IN[..], &["diff"]] {
        let args = [peers, &["--command", &command, "--cases", "2000"]].concat();
        let answer = User::new().qsh(&args);
        assert_eq!(answer.code, 3, "{answer:?}");
        let few = "NOT USABLE  command  answered 0 of 2,000 requests\n";
        assert!(
            answer.stdout.contains(few) && answer.stdout.contains("2,000 requests asked, 0 answered by at least two")
        );
        assert!(answer.stdout.ends_with("Not compared: too few questions were answered\n"), "{answer:?}");
    }
    // A few answers are not enough either.
    let (code, differences) = compared("--dialect '' --unsupported-on a", &[]);
    let counts = (&differences["adapters"][1]["asked"], &differences["adapters"][1]["answered"]);
    assert_eq!(counts.0, &json!({ "requests": 6000, "tokens": 0 }));
    assert_eq!((code, counts.1["requests"].as_u64().unwrap() < 60), (3, true), "{counts:?}");
    assert_eq!(differences["compared"], counts.1["requests"]);
}

#[test]
fn who_speaks_the_official_dialect_does_not_differ() {
    let (code, differences) = compared("--dialect ''", &[]);
    assert_eq!((code, &differences["clusters"], &differences["cases"]), (0, &json!([]), &json!(6000)));
    assert_eq!(differences["compared"], json!(6000));
}

#[test]
fn each_choice_of_an_unknown_dialect_is_found_and_shown_by_a_small_request() {
    let dialect = "--dialect 'trailing_slash=kept value_order=as_given space=plus'";
    let (code, differences) = compared(dialect, &[]);
    assert_eq!(code, 1);
    let mut causes = causes(&differences);
    causes.sort();
    assert_eq!(causes, ["space=plus", "trailing_slash=kept", "value_order=as_given"]);
    for cluster in differences["clusters"].as_array().unwrap() {
        assert_eq!(cluster["described"], json!(false));
        assert!(cluster["count"].as_u64().unwrap() > 20, "{cluster}");
        assert!(cluster["example"]["url"].as_str().unwrap().len() < 12, "{cluster}");
        assert_ne!(cluster["outputs"]["built-in"], cluster["outputs"]["command"], "{cluster}");
    }
    assert_eq!(
        differences["adapters"][1]["found"],
        json!(["trailing_slash=kept", "value_order=as_given", "space=plus"])
    );
}

/// The specification allows an implementation to refuse malformed escapes. Such a refusal is found and named, and is no
/// reason to fail.
#[test]
fn a_refusal_that_the_specification_allows_counts_as_described() {
    let allowed = "invalid_path_escape=refused invalid_escape=refused";
    let (code, differences) = compared(&format!("--dialect '{allowed}'"), &[]);
    let mut found = causes(&differences);
    found.sort();
    assert_eq!(found, ["invalid_escape=refused", "invalid_path_escape=refused"]);
    for cluster in differences["clusters"].as_array().unwrap() {
        assert_eq!(
            (&cluster["described"], &cluster["choices"][0]["allowed"]),
            (&json!(true), &json!(true)),
            "{cluster}"
        );
    }
    assert_eq!(code, 0);
    // A difference that is not allowed still fails, and is told apart from the others.
    let (code, differences) = compared(&format!("--dialect '{allowed} trailing_slash=kept'"), &[]);
    let described = |cluster: &&Value| cluster["described"] == json!(false);
    let others: Vec<&Value> = differences["clusters"].as_array().unwrap().iter().filter(described).collect();
    assert_eq!((code, others.len(), &others[0]["choices"][0]["choice"]), (1, 1, &json!("trailing_slash=kept")));
    assert_eq!(others[0]["choices"][0]["allowed"], json!(false));
}

#[test]
fn a_seed_decides_the_clusters() {
    let dialect = "--dialect 'repeat=separate path_ampersand=kept'";
    let clusters = |seed: &str| compared(dialect, &["--seed", seed]).1["clusters"].clone();
    assert_eq!(clusters("7"), clusters("7"));
    assert_ne!(clusters("7"), clusters("8"));
}

#[test]
fn what_no_dialect_leads_to_comes_first_and_a_crash_is_a_cluster_of_its_own() {
    let (code, differences) =
        compared("--dialect trailing_slash=kept --backwards-on %2B --crash-on '[b]'", &["--timeout", "2"]);
    assert_eq!(code, 1);
    let causes = causes(&differences);
    assert_eq!(causes.last().unwrap(), "trailing_slash=kept");
    let unexplained = &causes[..causes.len() - 1];
    assert!(unexplained.contains(&"crashed".to_owned()), "{causes:?}");
    assert!(unexplained.iter().any(|cause| cause.starts_with("another")), "{causes:?}");
    let clusters = differences["clusters"].as_array().unwrap();
    let crash = clusters.iter().find(|it| it["outputs"]["command"]["kind"] == "crashed").unwrap();
    assert_eq!(crash["example"]["url"], "/[b]");
    let backwards = clusters.iter().find(|it| it["outputs"]["command"]["kind"] == "ok").unwrap();
    assert_eq!(backwards["example"]["url"], "/%2B");
}

#[test]
fn one_adapter_alone_is_compared_with_its_own_description() {
    let command = fake("--dialect trailing_slash=kept");
    let args = ["diff", "--command", &command, "--cases", "3000", "--seed", "3"];
    let answer = User::new().qsh(&args);
    assert_eq!(answer.code, 1);
    // The duration differs between runs.
    let lines: Vec<&str> = answer.stdout.lines().filter(|line| !line.contains(" a second")).collect();
    assert_snapshot!(lines.join("\n"), @"
    SPLIT  command: trailing_slash=kept  2 pairs: same meaning, different hashes
       GET /?
         GET&/&
       GET //
         GET&//&

    CAUSE  command: trailing_slash=kept  740 requests
       a trailing `/` stays (QSH-P7)
       GET //
         specification  GET&/&
         command        GET&//&

    command is observed as trailing_slash=kept
    Differences found (1 cause: 0 unexplained, 1 explained, 0 not described, 0 described)
    ");
}

#[test]
fn two_requests_with_one_hash_are_found_and_shown() {
    let command = fake("--dialect path_ampersand=kept");
    let args = ["diff", "--command", &command, "--cases", "20000", "--format", "json"];
    let answer = User::new().qsh(&args);
    assert_eq!(answer.code, 1);
    let differences = answer.json();
    let is_of_both = |it: &&Value| it["kind"] == "collision" && it["parts"] == "path and query";
    let violation = differences["violations"].as_array().unwrap().iter().find(is_of_both).unwrap();
    assert_eq!((&violation["choices"], &violation["described"]), (&json!(["path_ampersand=kept"]), &json!(false)));
    let url = |place: usize| violation["examples"][place]["url"].as_str().unwrap();
    let meaning = |url: &str| {
        let request = qsh_hash::Request::new("GET", url).unwrap();
        qsh_diagnose::canonicalize_with(&request, &qsh_diagnose::Dialect::OFFICIAL).unwrap().as_bytes().to_vec()
    };
    assert_ne!(meaning(url(0)), meaning(url(1)));
    assert_eq!(violation["outputs"][0], violation["outputs"][1]);
    assert!(url(0).len() < 10, "{violation}");
}

/// A fake adapter that accepts tokens without a required claim, and our own implementation.
fn lenient() -> String {
    fake("--dialect '' --lets-through missing_claim").replace("'\"canonical_request\"'", "'\"authenticate\"'")
}

#[test]
fn tokens_that_only_one_accepts_are_named_by_what_is_changed_in_them() {
    let user = User::new();
    let command = lenient();
    let args = [&BUILT_IN[..], &["--command", &command, "--cases", "6000", "--save", "found"]].concat();
    let answer = user.qsh(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(answer.code, 1);
    let comparison = answer.json();
    assert_eq!((&comparison["cases"], &comparison["asked_tokens"]), (&json!(0), &json!(6000)));
    let tokens = comparison["tokens"].as_array().unwrap();
    let mut names: Vec<String> = tokens.iter().map(|token| token["changes"].to_string()).collect();
    names.sort();
    // For a context endpoint, and for an endpoint that is bound to its URL.
    let expected = [
        "exp_left_out",
        "exp_left_out",
        "iat_left_out",
        "iat_left_out",
        "iss_left_out",
        "iss_left_out",
        "qsh_left_out",
        "qsh_left_out",
    ];
    assert_eq!(names, expected.map(|name| format!("[\"{name}\"]")));
    for token in tokens {
        assert_eq!((&token["specified"], &token["described"]), (&json!("refused"), &json!(false)));
        assert_eq!(token["outputs"]["built-in"]["reason"], "missing_claim");
        assert_eq!(token["outputs"]["command"]["kind"], "ok");
        assert!(token["example"]["headers"][0][1].as_str().unwrap().starts_with("JWT ey"), "{token}");
    }
    let section = fs::read_to_string(user.path("found/command-tokens.toml")).unwrap();
    let accepted = ["exp_left_out", "iat_left_out", "iss_left_out", "qsh_left_out"];
    let lines = accepted.map(|name| format!("{name} = \"accepted\"\n")).concat();
    assert_eq!(section, format!("[tokens.url]\n{lines}[tokens.context]\n{lines}"));
    let drafts: Vec<_> = fs::read_dir(user.path("found")).unwrap().map(|it| it.unwrap().path()).collect();
    let drafts: Vec<_> = drafts.iter().filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    assert_eq!(drafts.len(), 8);
    for draft in drafts {
        assert_eq!(user.qsh(&["vectors", "check", "--vectors", draft.to_str().unwrap()]).code, 0, "{draft:?}");
    }
    assert!(
        fs::read_to_string(user.path("found/report.md"))
            .unwrap()
            .contains("| token with exp_left_out | to be refused (CON-6 must) | no description | ")
    );
}

/// Writes an adapter folder with this command and with sections that describe the adapter.
fn described(user: &User, command: &str, sections: &str) {
    let words = shlex::split(command).unwrap();
    let head = "format = \"qsh-adapter\"\nversion = 1\nname = \"my\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\n\
                library_version = \"1.0\"\ndocumentation = \"https://example.com/\"\n";
    user.write("my/adapter.toml", &format!("{head}command = {words:?}\n\n{sections}"));
}

#[test]
fn tokens_that_are_treated_as_described_are_no_news() {
    let user = User::new();
    let names = ["exp_left_out", "iat_left_out", "iss_left_out", "qsh_left_out"];
    let tokens = names.map(|name| format!("{name} = \"accepted\"\n")).concat();
    let sections = format!("[tokens.url]\n{tokens}[tokens.context]\n{tokens}");
    described(&user, &lenient(), &sections);
    let answer = user.qsh(&["diff", "--adapter", "my", "--cases", "4000"]);
    let described = answer.stdout.lines().filter(|line| line.starts_with("DESCRIBED")).count();
    assert_eq!((answer.code, described), (0, 8), "{}", answer.stdout);
}

#[test]
fn what_is_described_and_is_not_so_any_more_fails() {
    let user = User::new();
    described(&user, &lenient(), "[tokens.url]\nexp_text = \"accepted\"\n");
    let answer = user.qsh(&["diff", "--adapter", "my", "--cases", "1000"]);
    assert!(
        answer.stdout.contains("STALE  my  [tokens.url] exp_text is described, but was not observed\n"),
        "{}",
        answer.stdout
    );
    assert_eq!(answer.code, 1);
    described(&user, &fake("--dialect ''"), "[dialect]\ntrailing_slash = \"kept\"\n");
    let answer = user.qsh(&["diff", "--adapter", "my", "--cases", "2000"]);
    assert!(answer.stdout.contains("NOT DESCRIBED  described: trailing_slash=kept  "), "{}", answer.stdout);
    assert_eq!(answer.code, 1);
}

/// If the first implementation does not support an operation, the others are still compared on it.
#[test]
fn all_are_compared_with_the_first_that_has_means() {
    let tokens_only = lenient();
    let [official, other] = ["--dialect ''", "--dialect trailing_slash=kept"].map(fake);
    let args = ["--command", &tokens_only, "--command", &official, "--command", &other, "--cases", "2000"];
    let answer = User::new().qsh(&[&["diff"][..], &args, &["--format", "json"]].concat());
    assert_eq!(answer.code, 1);
    assert_eq!(causes(&answer.json()), ["trailing_slash=kept"]);
}

#[test]
fn an_exception_that_is_described_is_no_news() {
    let user = User::new();
    let command = fake("--dialect '' --fault-on %2B");
    described(&user, &command, "");
    let unexplained = user.qsh(&["diff", "--adapter", "my", "--cases", "4000"]);
    assert_eq!(unexplained.code, 1);
    assert!(unexplained.stdout.starts_with("UNEXPLAINED  my: fault ValueError  "), "{}", unexplained.stdout);
    let fault = |clauses: &str| format!("[faults.ValueError]\nreason = \"a plus\"\nclauses = [{clauses}]\n");
    described(&user, &command, &fault("\"QSH-P11\", \"QSH-F1\", \"QSH-F3\""));
    let answer = user.qsh(&["diff", "--adapter", "my", "--cases", "8000"]);
    assert!(answer.stdout.starts_with("DESCRIBED  my: fault ValueError  "), "{}", answer.stdout);
    assert_eq!(answer.code, 0);
    // The exceptions over forms are not described.
    described(&user, &command, &fault("\"QSH-P11\""));
    let answer = user.qsh(&["diff", "--adapter", "my", "--cases", "8000"]);
    assert!(answer.stdout.starts_with("UNEXPLAINED  my: fault ValueError  "), "{}", answer.stdout);
    assert!(answer.stdout.contains("  form %2B\n") && answer.stdout.contains("\nDESCRIBED  my: fault"));
    assert_eq!(answer.code, 1);
}

#[test]
fn drafts_and_a_report_are_saved() {
    let user = User::new();
    let command = fake("--dialect trailing_slash=kept");
    let args = [&BUILT_IN[..], &["--command", &command, "--cases", "3000", "--save", "found/today"]].concat();
    assert_eq!(user.qsh(&args).code, 1);
    let draft = fs::read_to_string(user.path("found/today/000-trailing-slash.json")).unwrap();
    assert!(draft.contains("draft/trailing-slash/0") && draft.contains("\"QSH-P7\""), "{draft}");
    assert_eq!(user.qsh(&["vectors", "check", "--vectors", "found/today/000-trailing-slash.json"]).code, 0);
    let report = fs::read_to_string(user.path("found/today/report.md")).unwrap();
    assert!(report.contains("| command: trailing_slash=kept | no description | "), "{report}");
    assert!(report.contains("\n## Collisions\n") || report.contains("\n## Splits\n"), "{report}");
}

#[test]
fn a_corpus_is_gone_on_from() {
    let user = User::new();
    let command = fake("--dialect value_order=decoded_code_point");
    let compared = |cases: &str, corpus: &str| {
        let args = ["--command", &command, "--cases", cases, "--corpus", corpus, "--format", "json"];
        causes(&user.qsh(&[&BUILT_IN[..], &args].concat()).json())
    };
    assert_eq!(compared("20000", "kept"), ["value_order=decoded_code_point"]);
    let kept = fs::read_dir(user.path("kept")).unwrap().count();
    // Such a small number of requests shows nothing by itself.
    let few = (kept + 5).to_string();
    assert_eq!(compared(&few, "another"), [""; 0]);
    // These requests show the field. Only more of them would show which choice of the field it is.
    let again = compared(&few, "kept");
    assert!(matches!(again.as_slice(), [cause] if cause.starts_with("value_order=")), "{again:?}");
    user.write("file", "");
    let args = [&BUILT_IN[..], &["--command", &command, "--corpus", "file"]].concat();
    assert!(user.error(2, &args).starts_with("error: cannot read file: "));
}

#[test]
fn what_cannot_be_compared_is_said_in_a_line() {
    let user = User::new();
    assert_snapshot!(user.error(2, &["diff"]), @"error: nothing to compare: expected at least one --adapter or --command");
    assert_snapshot!(user.error(2, &["diff", "--adapter", "nobody"]), @r#"error: unknown adapter "nobody": expected one that `qsh adapters list` lists, or the path of an adapter's folder"#);
    assert_snapshot!(user.error(3, &["diff", "--command", "/nowhere/adapter"]), @"error: command cannot be compared: /nowhere/adapter: could not be started: No such file or directory (os error 2); expected a program with its arguments, which run without a shell");
}
