//! Operations that an adapter does not support must be listed where a reviewer sees them.

use insta::assert_snapshot;

use super::{Answer, User, fake};

/// A run of the user's own vectors. The fake adapter answers only `own/right`.
fn run(user: &User, more: &[&str]) -> Answer {
    let command = fake("--unsupported-on /w");
    let args = ["run", "--vectors", "own.json", "--command", &command];
    user.qsh(&[args.as_slice(), more].concat())
}

/// The lines of a human report, without the duration of the run.
fn lines(answer: &Answer) -> String {
    answer.stdout.split(" adapters, ").next().unwrap().to_owned()
}

#[test]
fn a_described_operation_that_is_not_supported_and_not_listed_fails() {
    let user = User::new().with_own_vectors();
    let answer = run(&user, &[]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(lines(&answer), @r#"
    adapter version  right  wrong  other unsup. causes
    command 1.0          1      2      0      0      0

    NOT SUPPORTED  command  2 cases: not this
      own/weak, own/wrong
      Allow each with --allow-unsupported TERM, or with TERM = "reason" in [unsupported] of its baseline.

    Next: -v shows the cases, `qsh explain METHOD URL` how a request is canonicalized; --update-baseline lists what is known.
    Not as expected (1 of 3 cases answered, 1 of 1
    "#);
    let verdicts = run(&user, &["--format", "json"]).verdicts("command");
    let verdicts: Vec<&str> = verdicts.iter().map(|(_, verdict)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["pass", "fail", "fail"]);
    let must = run(&user, &["--level", "must", "--allow-unsupported", "own/wrong"]);
    assert_eq!(must.code, 0, "{must:?}");
}

#[test]
fn what_is_listed_is_no_failure_and_is_counted() {
    let user = User::new().with_own_vectors();
    let answer = run(&user, &["--allow-unsupported", "own/wrong", "--allow-unsupported", "own/weak"]);
    assert_eq!(answer.code, 0);
    assert_snapshot!(lines(&answer), @"
    adapter version  right  wrong  other unsup. causes
    command 1.0          1      0      0      2      0

    UNSUPPORTED  command  2 cases: not this
    All as expected (1 of 3 cases answered, 1 of 1
    ");
    let badge = run(&user, &["--allow-unsupported", "own/w*", "--format", "badge"]);
    assert_eq!((badge.code, &badge.json()["message"], &badge.json()["color"]), (0, &"1 of 3".into(), &"yellow".into()));
}

#[test]
fn a_baseline_lists_what_is_not_supported_and_an_update_writes_it() {
    let user = User::new().with_own_vectors();
    let update = run(&user, &["--baseline", "known.toml", "--update-baseline"]);
    assert_eq!(
        (update.code, update.stderr.trim_end()),
        (0, "known.toml: 0 choices, 0 further failures, 2 unsupported terms written")
    );
    assert_snapshot!(user.read("known.toml"), @r#"
    format = "qsh-known"
    version = 2

    [unsupported]
    "own/weak" = "not this"
    "own/wrong" = "not this"
    "#);
    assert_eq!(run(&user, &["--baseline", "known.toml"]).code, 0);
    // An entry for an operation that is now supported must be removed from the list.
    let command = fake("--dialect ''");
    let stale = user.qsh(&["run", "--vectors", "own.json", "--baseline", "known.toml", "--command", &command]);
    assert_eq!(stale.code, 1);
    let said = "STALE  command  unsupported own/wrong matches no case that can fail: remove it from the baseline or the command line";
    assert!(stale.stdout.contains(said), "{}", stale.stdout);
}

#[test]
fn no_term_excuses_the_whole_suite() {
    let user = User::new().with_own_vectors();
    let command = fake("");
    let error =
        |args: &[&str]| user.error(2, &[&["run", "--vectors", "own.json", "--command", &command], args].concat());
    assert_snapshot!(error(&["--allow-unsupported", "*"]), @r#"error: unsupported "*": expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard"#);
    user.write("known.toml", "format = \"qsh-known\"\nversion = 1\n[unsupported]\n\"**\" = \"loads nothing\"\n");
    assert_snapshot!(error(&["--baseline", "known.toml"]), @r#"error: known.toml: unsupported "**": expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard"#);
    let all = "[[known]]\ncase = \"*\"\nkind = \"fault\"\nfault = \"ImportError\"\nreason = \"r\"\nlink = \"l\"\n";
    user.write("known.toml", &format!("format = \"qsh-known\"\nversion = 1\n{all}"));
    assert_snapshot!(error(&["--baseline", "known.toml"]), @"error: known.toml: case *: expected a term that covers a part of the suite, such as @form, base/remove or claims/*: its first part has no wildcard");
    assert_snapshot!(error(&["--adapter", "built-in", "--allow-unsupported", "own"]), @"error: --allow-unsupported requires exactly one --adapter or --command");
}
