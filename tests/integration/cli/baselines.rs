//! Known failures on the command line: what they excuse, what they never excuse, and how they are updated.

use insta::assert_snapshot;
use qsh::suite::baseline::Baseline;
use serde_json::json;

use super::{User, fake};

const HEAD: &str = "format = \"qsh-known\"\nversion = 2\n";

fn entry(case: &str, canonical_request: &str) -> String {
    format!(
        "\n[[cause]]\nreason = \"reason of {case}\"\nlink = \"https://example.com/{case}\"\n\
         known = [{{ canonical_request = \"{canonical_request}\", cases = [\"{case}\"] }}]\n"
    )
}

fn known(entries: &[(&str, &str)]) -> String {
    let entries: String = entries.iter().map(|(case, canonical)| entry(case, canonical)).collect();
    format!("{HEAD}{entries}")
}

/// A baseline of all failures of the fake adapter in the user's own vectors.
fn all_known() -> String {
    known(&[("own/wrong", "GET&/wrong"), ("own/weak", "GET&/weak")])
}

fn run(user: &User, fake_args: &str, more: &[&str]) -> super::Answer {
    let command = fake(fake_args);
    let args = ["run", "--vectors", "own.json", "--baseline", "known.toml", "--command", &command];
    user.qsh(&[args.as_slice(), more].concat())
}

#[test]
fn a_known_failure_is_no_failure() {
    let user = User::new().with_own_vectors();
    user.write("known.toml", &all_known());
    let answer = run(&user, "", &["-v"]);
    assert_eq!(answer.code, 0, "{}", answer.stdout);
    assert!(answer.stdout.contains("1 pass, 2 known failure"), "{}", answer.stdout);
    assert!(answer.stdout.contains("reason of own/wrong"), "{}", answer.stdout);
}

#[test]
fn an_entry_that_does_not_hold_is_named() {
    let user = User::new().with_own_vectors();
    let outcome = |known: &str| {
        user.write("known.toml", known);
        let answer = run(&user, "", &["-v"]);
        assert_eq!(answer.code, 1, "{}", answer.stdout);
        let is_first = |line: &&str| line.starts_with(|it: char| it.is_ascii_uppercase()) && !line.starts_with("KNOWN");
        answer.stdout.lines().find(is_first).unwrap().to_owned()
    };
    assert_snapshot!(outcome(&(all_known() + &entry("own/right", "GET&/other"))), @"UNEXPECTED PASS  own/right  command");
    assert_snapshot!(outcome(&all_known().replace("GET&/wrong", "GET&/other")), @"FAIL  own/wrong  command");
    assert_snapshot!(outcome(&(all_known() + &entry("gone/*", "GET&/"))), @"STALE  command  gone/* matches no case that can fail: remove it from the baseline or the command line");
}

#[test]
fn an_entry_that_matches_nothing_counts_only_when_everything_runs() {
    let user = User::new().with_own_vectors();
    user.write("known.toml", &(all_known() + &entry("gone/*", "GET&/")));
    assert_eq!(run(&user, "", &[]).code, 1);
    assert_eq!(run(&user, "", &["own"]).code, 0);
    assert_eq!(run(&user, "", &["--shard", "1/1"]).code, 0);
}

#[test]
fn what_is_no_answer_is_never_a_known_failure() {
    let user = User::new().with_own_vectors();
    user.write("known.toml", &all_known());
    for misbehaviour in ["--crash-on", "--garbage-on", "--hang-on"] {
        let answer = run(&user, &format!("{misbehaviour} /wrong"), &["--timeout", "0.5", "-v"]);
        assert_eq!(answer.code, 1, "{misbehaviour}");
        assert!(answer.stdout.contains("\nERROR  own/wrong"), "{}", answer.stdout);
    }
}

#[test]
fn an_update_makes_the_next_run_as_expected() {
    let user = User::new().with_own_vectors();
    let answer = run(&user, "", &["--update-baseline"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_snapshot!(answer.stderr.trim_end(), @"known.toml: 0 choices, 2 further failures, 0 unsupported terms written");
    assert_snapshot!(user.read("known.toml"), @r#"
    format = "qsh-known"
    version = 2

    [[cause]]
    reason = "to be explained: looks like part_join=second_omitted: without parameters the second `&` is left out"
    link = "to be linked"
    known = [
        { canonical_request = "GET&/wrong", cases = ["own/wrong"] },
        { canonical_request = "GET&/weak", cases = ["own/weak"] },
    ]
    "#);
    // New entries have no explanation. A note says so until a person adds one.
    let note = "NOTE  command  2 known failures are still to be explained";
    assert!(answer.stdout.contains(note), "{}", answer.stdout);
    let next = run(&user, "", &[]);
    assert_eq!(next.code, 0);
    assert!(next.stdout.contains(note), "{}", next.stdout);
    assert_eq!(run(&user, "", &["--format", "json"]).json()["adapters"][0]["unexplained"], 2);
    user.write("known.toml", &all_known());
    let explained = run(&user, "", &[]);
    assert!(!explained.stdout.contains("to be explained"), "{}", explained.stdout);
    assert_eq!(run(&user, "", &["--format", "json"]).json()["adapters"][0]["unexplained"], 0);
}

#[test]
fn an_update_keeps_reasons_and_drops_what_passes_or_is_gone() {
    let user = User::new().with_own_vectors();
    let old = known(&[
        ("own/right", "GET&/other"),
        ("own/wrong", "GET&/other"),
        ("own/weak", "GET&/weak"),
        ("gone/*", "GET&/"),
    ]);
    user.write("known.toml", &old);
    assert_eq!(run(&user, "", &["--update-baseline"]).code, 0);
    assert_eq!(user.read("known.toml"), canonical_form(&all_known()));
}

#[test]
fn an_update_neither_lists_nor_forgets_what_came_to_no_answer() {
    let user = User::new().with_own_vectors();
    user.write("known.toml", &known(&[("own/weak", "GET&/weak")]));
    for misbehaviour in ["--crash-on", "--garbage-on", "--hang-on"] {
        let args = format!("{misbehaviour} /wrong {misbehaviour} /weak");
        let answer = run(&user, &args, &["--update-baseline", "--timeout", "0.5"]);
        assert_eq!(answer.code, 1, "{misbehaviour}: {answer:?}");
        assert_eq!(user.read("known.toml"), canonical_form(&known(&[("own/weak", "GET&/weak")])), "{misbehaviour}");
    }
}

#[test]
fn an_update_that_cannot_be_made_leaves_the_file_as_it_was() {
    let user = User::new().with_own_vectors();
    let error = |more: &[&str]| {
        let command = fake("");
        let args = ["run", "--vectors", "own.json", "--update-baseline", "--command", &command];
        user.error(2, &[args.as_slice(), more].concat())
    };
    user.write("known.toml", "garbage");
    assert_snapshot!(error(&["--baseline", "known.toml"]), @"
    error: known.toml: TOML parse error at line 1, column 8
      |
    1 | garbage
      |        ^
    key with no value, expected `=`
    ");
    assert_eq!(user.read("known.toml"), "garbage");

    let before = all_known();
    user.write("known.toml", &before);
    assert_snapshot!(error(&["--baseline", "known.toml", "own/wrong"]), @"error: --update-baseline needs a run of all cases: leave out SELECT and --shard, and use --vectors only with --baseline");
    assert_snapshot!(error(&["--baseline", "known.toml", "--shard", "1/2"]), @"error: --update-baseline needs a run of all cases: leave out SELECT and --shard, and use --vectors only with --baseline");
    assert_snapshot!(error(&["--baseline", "known.toml", "--adapter", "built-in"]), @"error: --baseline requires exactly one --adapter or --command");
    assert_snapshot!(error(&[]), @"error: --update-baseline needs a run of all cases: leave out SELECT and --shard, and use --vectors only with --baseline");
    assert_snapshot!(error(&["--baseline", "no/such/folder/known.toml"]), @"error: cannot write no/such/folder/known.toml: its folder does not exist");
    assert_snapshot!(user.error(2, &["run", "--command", &fake(""), "--update-baseline"]), @"error: command has no baseline file to write: give one with --baseline, or give the adapter as a folder");
    assert_snapshot!(user.error(2, &["run", "--update-baseline"]), @"error: built-in has no baseline file to write: give one with --baseline, or give the adapter as a folder");
    assert_eq!(user.read("known.toml"), before);

    // An adapter that does not start has no failures. Its known failures are still kept.
    let answer = run(&user, "--exit-at-start 1", &["--update-baseline"]);
    assert_eq!(answer.code, 3);
    assert_eq!(user.read("known.toml"), before);
}

#[test]
fn a_baseline_that_cannot_be_used_is_usage() {
    let user = User::new().with_own_vectors();
    let error = |more: &[&str]| user.error(2, &[["run", "--baseline", "known.toml"].as_slice(), more].concat());
    assert_snapshot!(error(&["--adapter", "built-in", "--command", "x"]), @"error: --baseline requires exactly one --adapter or --command");
    assert_snapshot!(error(&["--adapter", "built-in"]), @"error: the built-in adapter has no baseline: it must not fail");
    assert_snapshot!(error(&["--command", "x"]), @"error: cannot read known.toml: No such file or directory (os error 2)");
    user.write("known.toml", &all_known().replace("reason =", "because ="));
    assert_snapshot!(error(&["--command", "x"]), @r#"
    error: known.toml: TOML parse error at line 5, column 1
      |
    5 | because = "reason of own/wrong"
      | ^^^^^^^
    unknown field `because`, expected one of `reason`, `link`, `runtime`, `known`
    "#);
}

#[test]
fn an_adapter_in_a_folder_has_its_baseline_beside_it() {
    let user = User::new();
    user.write(
        "mine/adapter.toml",
        &format!(
            "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\nlibrary_version = \"1.0\"\n\
             documentation = \"https://example.com/\"\ncommand = [{:?}, \"--dialect\", \"trailing_slash=kept\"]\n",
            super::FAKE
        ),
    );
    assert_eq!(user.qsh(&["run", "--adapter", "mine"]).code, 1);
    assert_eq!(user.qsh(&["run", "--adapter", "mine", "--update-baseline"]).code, 0);
    let written = user.read("mine/known.toml");
    assert!(written.contains("link = \"https://example.com/\""), "{written}");
    assert_eq!(user.qsh(&["run", "--adapter", "mine"]).code, 0);
    // A second update changes nothing.
    assert_eq!(user.qsh(&["run", "--adapter", "mine/adapter.toml", "--update-baseline"]).code, 0);
    assert_eq!(user.read("mine/known.toml"), written);
}

/// An SDK with these choices of a dialect.
fn sdk(choices: &str) -> String {
    fake(&format!("--dialect '{choices}'"))
}

const SEVEN: &str = "trailing_slash=kept plus=literal path_ampersand=kept value_order=as_given names=bare \
                     jwt_parameter=kept form_body=ignored";

#[test]
fn a_baseline_has_an_entry_for_each_mistake_of_an_sdk() {
    let user = User::new();
    let run = |choices: &str, more: &[&str]| {
        user.qsh(&[&["run", "--command", &sdk(choices), "--baseline", "known.toml"], more].concat())
    };
    let update = run(SEVEN, &["--update-baseline"]);
    assert_eq!(update.code, 0, "{update:?}");
    assert_snapshot!(update.stderr.trim_end(), @"known.toml: 7 choices, 0 further failures, 0 unsupported terms written");
    let written = user.read("known.toml");
    assert_eq!(written.matches("\n[dialect.").count(), 7, "{written}");
    assert!(written.lines().count() < 50, "{written}");
    // A second update changes nothing, and reasons stay.
    let explained = written.replace("to be explained: ", "it is so: ").replace("to be linked", "https://example.com/");
    user.write("known.toml", &explained);
    let again = run(SEVEN, &["--update-baseline"]);
    assert_eq!((again.code, user.read("known.toml")), (0, explained.clone()));
    assert!(!again.stdout.contains("to be explained"), "{}", again.stdout);

    // A mistake that was mended leaves a stale choice.
    let six = SEVEN.replace("plus=literal ", "");
    let mended = run(&six, &[]);
    assert_eq!(mended.code, 1);
    let stale = "STALE  command  dialect plus=literal predicts no failure: remove it, or its reason and link if only";
    assert!(mended.stdout.contains(stale), "{}", mended.stdout);
    let right = "cases do not fail as its dialect predicts: correct the dialect, or list the case with as_expected";
    assert!(mended.stdout.contains(right), "{}", mended.stdout);
    assert_eq!(run(&six, &["--update-baseline"]).code, 0);
    assert!(!user.read("known.toml").contains("plus"));

    // A new mistake is a failure.
    user.write("known.toml", &explained);
    let new = run(&format!("{SEVEN} fragment=kept"), &[]);
    assert_eq!(new.code, 1);
    assert!(new.stdout.contains("fragment=kept"), "{}", new.stdout);
}

#[test]
fn choices_are_stale_only_for_all_shards_together() {
    let user = User::new();
    let kept = "[dialect.trailing_slash]\nchoice = \"kept\"\nreason = \"r\"\nlink = \"l\"\n";
    let gone = "[dialect.plus]\nchoice = \"literal\"\nreason = \"r\"\nlink = \"l\"\n";
    let merged = |known: &str| {
        user.write("known.toml", &format!("{HEAD}{known}"));
        for shard in ["1", "2"] {
            let (part, file) = (format!("{shard}/2"), format!("{shard}.json"));
            let command = sdk("trailing_slash=kept");
            let args = ["run", "--command", &command, "--baseline", "known.toml", "--shard", &part];
            user.qsh(&[&args[..], &["--format", "json", "--output", &file]].concat());
        }
        let merged = user.qsh(&["report", "merge", "1.json", "2.json", "--format", "json"]);
        (merged.code, merged.json()["adapters"][0]["stale"].clone())
    };
    assert_eq!(merged(kept), (0, json!([])));
    assert_eq!(merged(&format!("{kept}{gone}")).1, json!(["dialect plus=literal"]));
}

#[test]
fn a_choice_of_the_manifest_needs_a_reason_to_make_failures_known() {
    let user = User::new();
    let manifest = |dialect: &str| {
        user.write(
            "mine/adapter.toml",
            &format!(
                "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\n\
                 library_version = \"1.0\"\ndocumentation = \"https://example.com/\"\n\
                 command = [{:?}, \"--dialect\", \"trailing_slash=kept\"]\n{dialect}",
                super::FAKE
            ),
        );
    };
    let reason =
        "[dialect.trailing_slash]\nchoice = \"kept\"\nreason = \"it stays\"\nlink = \"https://example.com/\"\n";
    manifest(reason);
    assert_eq!(user.qsh(&["run", "--adapter", "mine"]).code, 0);
    manifest("[dialect]\ntrailing_slash = \"kept\"\n");
    assert_eq!(user.qsh(&["run", "--adapter", "mine"]).code, 1);
    // The baseline gives the reason.
    user.write("mine/known.toml", &format!("{HEAD}{reason}"));
    assert_eq!(user.qsh(&["run", "--adapter", "mine"]).code, 0);
    manifest("[dialect]\ntrailing_slash = \"all\"\n");
    let error = user.error(2, &["run", "--adapter", "mine"]);
    assert!(
        error.contains("known.toml: dialect: trailing_slash=all and trailing_slash=kept exclude each other, with ")
    );
}

fn canonical_form(text: &str) -> String {
    Baseline::parse("known.toml".as_ref(), text).unwrap().write()
}
