//! `qsh report`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Answer, FAKE, User, fake, honest, shell_word};

/// Runs all shards, and the same run without shards. The reports are `1.json` and so on, and `whole.json`. Returns the
/// exit codes of the shards, and the exit code of the whole run.
fn run_in_shards(user: &User, count: usize, args: &[&str]) -> (Vec<i32>, i32) {
    let run = |more: &[&str]| user.qsh(&[&["run", "--format", "json"], args, more].concat()).code;
    let shard = |index: usize| run(&["--shard", &format!("{index}/{count}"), "--output", &format!("{index}.json")]);
    ((1..=count).map(shard).collect(), run(&["--output", "whole.json"]))
}

fn merge(user: &User, args: &[&str]) -> Answer {
    user.qsh(&[&["report", "merge"], args].concat())
}

/// A report without the parts that differ between runs: durations, and tokens that have their own id.
fn lasting(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    report.as_object_mut().unwrap().remove("seconds");
    for result in report["results"].as_array_mut().unwrap() {
        result["micros"] = json!(0);
        if result["operation"] == "asap_sign" && result["outcome"]["kind"] == "ok" {
            result["outcome"]["value"] = json!("a token");
        }
    }
    report
}

#[track_caller]
fn assert_merged_is_whole(user: &User, files: &[&str]) -> i32 {
    let answer = merge(user, &[files, &["--format", "json", "--output", "merged.json"]].concat());
    assert_eq!((answer.stdout.as_str(), answer.stderr.as_str()), ("", ""));
    let (merged, whole) = (lasting(&user.read("merged.json")), lasting(&user.read("whole.json")));
    for (one, other) in merged["results"].as_array().unwrap().iter().zip(whole["results"].as_array().unwrap()) {
        assert_eq!(one, other);
    }
    assert_eq!(merged, whole);
    answer.code
}

#[test]
fn a_saved_run_is_shown_in_every_format_as_the_run_writes_it() {
    let user = User::new();
    let formats = ["human", "json", "junit", "tap", "sarif", "markdown", "html", "badge"];
    let reports = formats.map(|format| format!("{format}=run.{format}"));
    let command = fake("--dialect trailing_slash=kept");
    let run = ["run", "--adapter", "built-in", "--command", &command, "path"];
    let reports: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let run = user.qsh(&[run.as_slice(), &reports].concat());
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(run.stdout, user.read("run.human"));
    for format in formats {
        let shown = user.qsh(&["report", "show", "run.json", "--format", format]);
        assert_eq!((shown.code, shown.stderr.as_str()), (1, ""), "{format}");
        assert_eq!(shown.stdout, user.read(&format!("run.{format}")), "{format}");
    }
}

#[test]
fn the_table_links_to_a_site_and_to_findings() {
    let user = User::new();
    user.qsh(&["run", "path/trailing-slash", "--adapter", "built-in", "--format", "json", "--output", "run.json"]);
    let mut report: Value = serde_json::from_str(&user.read("run.json")).unwrap();
    (report["adapters"][0]["library"], report["adapters"][0]["version"]) = (json!("atlassian-jwt"), json!("3.0.0"));
    user.write("run.json", &report.to_string());
    let row = |args: &[&str]| {
        let table = user.qsh(&[&["report", "show", "run.json", "--format", "markdown"], args].concat()).stdout;
        table.lines().find(|line| line.contains("built-in")).unwrap().to_owned()
    };
    assert!(row(&[]).starts_with("| built-in | atlassian-jwt 3.0.0 | "));
    let linked = row(&["--site", "https://example.com/site/", "--findings", "findings.md"]);
    let expected = "| [built-in](https://example.com/site/implementations/built-in.html) \
                    | [atlassian-jwt 3.0.0](findings.md#pypi-atlassian-jwt-300) | ";
    assert!(linked.starts_with(expected), "{linked}");
}

#[test]
fn shards_are_merged_into_every_format() {
    let user = User::new();
    let command = fake("--dialect trailing_slash=kept");
    run_in_shards(&user, 2, &["--command", &command, "path"]);
    let formats = ["human", "json", "junit", "tap", "sarif", "markdown", "html", "badge"];
    let reports = formats.map(|format| format!("{format}=merged.{format}"));
    let reports: Vec<&str> = reports.iter().flat_map(|report| ["--report", report]).collect();
    let merged = merge(&user, &[&["1.json", "2.json"], reports.as_slice()].concat());
    assert_eq!((merged.code, merged.stderr.as_str()), (1, ""));
    for format in formats {
        let text = user.read(&format!("merged.{format}"));
        assert!(!text.is_empty(), "{format}");
        assert_eq!(user.qsh(&["report", "show", "merged.json", "--format", format]).stdout, text, "{format}");
        assert_eq!(merge(&user, &["1.json", "2.json", "--format", format]).stdout, text, "{format}");
    }
}

#[test]
fn a_saved_comparison_is_shown_in_its_formats_and_in_no_other() {
    let user = User::new();
    compare(&user, "--dialect trailing_slash=kept", "1");
    for format in ["human", "json", "markdown"] {
        let shown = user.qsh(&["report", "show", "diff-1.json", "--format", format, "--output", "shown"]);
        assert_eq!((shown.code, shown.stderr.as_str()), (1, ""), "{format}");
        assert!(user.read("shown").contains("trailing_slash=kept"), "{format}");
    }
    let json = user.qsh(&["report", "show", "diff-1.json", "--format", "json"]);
    assert_eq!(json.stdout, user.read("diff-1.json"));
    let error = user.error(2, &["report", "show", "diff-1.json", "--format", "junit", "--report", "json=other.json"]);
    assert_snapshot!(error, @"error: diff-1.json: expected human, json or markdown as the format of a comparison");
    assert!(!user.path("other.json").exists());
    assert_snapshot!(user.error(2, &["report", "show", "none.json"]), @"error: cannot read none.json: No such file or directory (os error 2)");
}

#[test]
fn the_shards_of_all_vectors_make_the_report_of_one_run() {
    let user = User::new();
    let (honest, wrong) = (honest(), fake(""));
    let args = ["--adapter", "built-in", "--command", &honest, "--command", &wrong];
    assert_eq!(run_in_shards(&user, 3, &args), (vec![1; 3], 1));
    assert_eq!(assert_merged_is_whole(&user, &["3.json", "1.json", "2.json"]), 1);
    let report: Value = serde_json::from_str(&user.read("merged.json")).unwrap();
    // Each of the two correct implementations verified the tokens of the other.
    assert!(report["adapters"][1]["checked"].as_u64().unwrap() > 50, "{}", report["adapters"][1]);
    assert!(report["adapters"][2]["summary"]["fail"].as_u64().unwrap() > 100, "{}", report["adapters"][2]);

    let diagnosis = |file: &str| user.qsh(&["diagnose", "--report", file, "--adapter", "command-2"]);
    let (merged, whole) = (diagnosis("merged.json"), diagnosis("whole.json"));
    assert_eq!((merged.code, &merged.stdout), (whole.code, &whole.stdout));
    // The report of a shard says that it is one. The report of a whole run does not.
    let part: Value = serde_json::from_str(&user.read("2.json")).unwrap();
    let shard = &part["shard"];
    assert_eq!((&shard["index"], &shard["count"], &shard["cases"]), (&json!(2), &json!(3), &report["suite"]["cases"]));
}

#[test]
fn known_failures_of_all_shards_are_judged_together() {
    let user = User::new().with_own_vectors();
    let known = |case: &str, canonical: &str| {
        format!(
            "[[known]]\ncase = \"{case}\"\nkind = \"ok\"\ncanonical_request = \"{canonical}\"\nreason = \"r\"\nlink = \"l\"\n"
        )
    };
    let head = "format = \"qsh-known\"\nversion = 1\n";
    let fine = [head, &known("own/wrong", "GET&/wrong"), &known("own/weak", "GET&/weak")].concat();
    let command = fake("");
    let args = ["--vectors", "own.json", "--baseline", "known.toml", "--command", &command];
    user.write("known.toml", &fine);
    assert_eq!(run_in_shards(&user, 2, &args), (vec![0, 0], 0));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 0);

    // A single shard cannot know that no case matches an entry. All shards together can.
    user.write("known.toml", &(fine.clone() + &known("gone/*", "GET&/")));
    assert_eq!(run_in_shards(&user, 2, &args), (vec![0, 0], 1));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 1);
    let human = merge(&user, &["1.json", "2.json"]);
    assert_eq!(human.code, 1);
    assert_snapshot!(human.stdout, @"
    adapter version  right  wrong  other unsup. causes
    command 1.0          1      2      0      0      1

    command  fake 1.0
      another hash
          2  part_join=second_omitted: without parameters the second `&` is left out  QSH-C1  known
      open in the specification: path_ampersand=kept (1)

    STALE  command  gone/* matches no case that can fail: remove it from the baseline or the command line
    Not as expected (3 cases, 1 of 1 adapters)
    ");

    // If the run is a selection, even all shards together cannot know it.
    let selected = [&args[..], &["own"]].concat();
    assert_eq!(run_in_shards(&user, 2, &selected), (vec![0, 0], 0));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 0);
}

#[test]
fn failures_are_shown_in_brief() {
    let user = User::new().with_own_vectors();
    let command = fake("--crash-on /weak");
    run_in_shards(&user, 2, &["--vectors", "own.json", "--command", &command]);
    let answer = merge(&user, &["1.json", "2.json"]);
    assert_eq!(answer.code, 1);
    assert_snapshot!(user.redacted(&answer.stdout), @r#"
    adapter version  right  wrong  other unsup. causes
    command 1.0          1      2      0      0      2

    command  fake 1.0
      another hash
          1  part_join=second_omitted: without parameters the second `&` is left out  QSH-C1
             own/wrong  GET /wrong
             GET&/wrong  not GET&/wrong&
      no answer
          1  crashed  QSH-P6
             own/weak  GET /weak
             crashed: the process ended (exit status: 3); its standard error ends with "fake: about to crash"  not GET&/weak&
      open in the specification: path_ampersand=kept (1)

    Next: -v shows the cases, `qsh explain METHOD URL` how a request is canonicalized; --update-baseline lists what is known.
    Not as expected (3 cases, 1 of 1 adapters)
    "#);
}

#[test]
fn what_is_required_of_the_shards_is_required_of_the_whole() {
    let user = User::new().with_own_vectors();
    let command = fake("");
    for (level, code) in [("must", 0), ("should", 1)] {
        let args = ["--vectors", "own.json", "!own/wrong", "--level", level, "--command", &command];
        assert_eq!(run_in_shards(&user, 2, &args).1, code);
        assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), code);
    }
}

#[test]
fn an_adapter_without_any_answer_is_not_usable_only_if_it_has_none_in_all_shards() {
    let user = User::new().with_own_vectors();
    let mute = fake("--unsupported-on /wrong");
    let args = ["--vectors", "own.json", "!own/weak", "--allow-unsupported", "own/wrong", "--command", &mute];
    assert_eq!(run_in_shards(&user, 2, &args), (vec![0, 3], 0));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 0);
    let mute = format!("{} --operations ''", shell_word(FAKE));
    assert_eq!(run_in_shards(&user, 2, &["--vectors", "own.json", "--command", &mute]), (vec![3, 3], 3));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 3);
}

#[test]
fn adapters_that_were_not_run_stay_in_the_report() {
    let user = User::new().without_programs();
    assert_eq!(run_in_shards(&user, 2, &["query/repeat"]), (vec![0, 0], 0));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 0);
    assert!(merge(&user, &["1.json", "2.json"]).stdout.contains("NOT RUN  python-pyjwt  expected Python 3.9.2"));
    let broken = fake("--exit-at-start 1");
    assert_eq!(run_in_shards(&user, 2, &["query/repeat", "--command", &broken]), (vec![3, 3], 3));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json"]), 3);
}

#[test]
fn shards_without_a_case_write_no_report_and_are_not_missed() {
    let user = User::new().with_own_vectors();
    let args = ["--vectors", "own.json", "--adapter", "built-in"];
    assert_eq!(run_in_shards(&user, 4, &args), (vec![1, 0, 0, 4], 1));
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json", "3.json"]), 1);
}

#[test]
fn what_cannot_be_merged_is_named_and_answered_with_exit_code_2() {
    let user = User::new().with_own_vectors();
    let command = fake("");
    run_in_shards(&user, 3, &["--vectors", "own.json", "--command", &command]);
    let error = |files: &[&str]| user.error(2, &[&["report", "merge"], files].concat());
    let changed = |file: &str, change: &dyn Fn(&mut Value)| {
        let mut report: Value = serde_json::from_str(&user.read(file)).unwrap();
        change(&mut report);
        user.write("bad.json", &report.to_string());
        error(&["1.json", "2.json", "3.json", "bad.json"])
    };
    assert_snapshot!(error(&["1.json", "none.json"]), @"error: cannot read none.json: No such file or directory (os error 2)");
    user.write("bad.json", "<report/>");
    assert_snapshot!(error(&["1.json", "bad.json"]), @"error: bad.json: not JSON: expected value at line 1 column 1");
    assert_snapshot!(error(&["own.json"]), @r#"error: own.json: expected a report of `qsh run --format json`, of format "qsh-report", or a report of `qsh diff --format json`, of format "qsh-differences", found "qsh-vectors""#);
    assert_snapshot!(error(&["1.json", "3.json"]), @"error: shard 2/3 is missing");
    assert_snapshot!(error(&["2.json"]), @"error: the shards 1/3, 3/3 are missing");
    assert_snapshot!(changed("2.json", &|it| it["version"] = json!(2)), @"error: bad.json: expected version 1 of the format, found 2");
    assert_snapshot!(changed("2.json", &|it| it["suite"]["version"] = json!("0.0.9")), @"error: bad.json: the version of the suite is 0.0.9, and VERSION in 1.json");
    assert_snapshot!(changed("2.json", &|it| it["shard"]["cases"] = json!(2)), @"error: bad.json: the number of cases of all shards is 2, and 3 in 1.json");
    assert_snapshot!(changed("2.json", &|it| it["shard"]["selection"] = json!("another")), @"error: bad.json: is a shard of another selection than 1.json");
    assert_snapshot!(changed("2.json", &|it| it["adapters"][0]["version"] = json!("1.1")), @r#"error: bad.json: the version of command is "1.1", and "1.0" in 1.json"#);
    assert_snapshot!(changed("2.json", &|it| it["results"][0]["outcome"]["kind"] = json!("fault")), @"error: bad.json: is shard 2/3, as 2.json, with another result of command for own/wrong");
    assert_snapshot!(changed("2.json", &|it| it["results"] = json!([])), @"error: bad.json: expected a result of command for each case (1), found 0");
    let error_of_level = changed("2.json", &|it| it["results"][0]["level"] = json!("most"));
    let expected =
        "error: bad.json: unknown variant `most`, expected one of `must`, `should`, `open` at line 1 column ";
    assert!(error_of_level.starts_with(expected), "{error_of_level}");
    assert_snapshot!(changed("2.json", &|it| it["adapters"][0]["name"] = json!("\u{1b}[2J")), @"error: bad.json: case own/wrong: command is not one of the report's adapters");
    // The same shard with the same results is merged once.
    assert_eq!(assert_merged_is_whole(&user, &["1.json", "2.json", "3.json", "2.json"]), 1);
    assert_snapshot!(error(&[]), @"
    error: the following required arguments were not provided:
      <FILE>...

    Usage: qsh report merge <FILE>...

    For more information, try '--help'.
    ");
}

/// Compares our own implementation with a fake one. Writes the report `diff-SEED.json`.
fn compare(user: &User, fake_args: &str, seed: &str) {
    let (command, file) = (fake(fake_args), format!("diff-{seed}.json"));
    let args = ["diff", "--adapter", "built-in", "--command", &command, "--cases", "20000", "--seed", seed];
    assert_eq!(user.qsh(&[&args[..], &["--format", "json", "--output", &file]].concat()).code, 1);
}

#[test]
fn comparisons_with_several_seeds_are_counted_together() {
    let user = User::new();
    let seeds = ["7", "8"];
    seeds.iter().for_each(|seed| compare(&user, "--dialect 'trailing_slash=kept space=plus'", seed));
    let answer = merge(&user, &["diff-7.json", "diff-8.json", "--format", "json"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let merged = answer.json();
    let parts = seeds.map(|seed| serde_json::from_str::<Value>(&user.read(&format!("diff-{seed}.json"))).unwrap());
    assert_eq!((&merged["format"], &merged["version"]), (&json!("qsh-differences"), &json!(1)));
    assert_eq!((&merged["seed"], &merged["seeds"], &merged["cases"]), (&json!(7), &json!([7, 8]), &json!(40_000)));
    assert_eq!(merged["adapters"][1]["found"], json!(["trailing_slash=kept", "space=plus"]));
    let sum = |of: &dyn Fn(&Value) -> u64| parts.iter().map(of).sum::<u64>();
    assert_eq!(merged["differing"], sum(&|it| it["differing"].as_u64().unwrap()));
    let clusters = merged["clusters"].as_array().unwrap();
    assert_eq!(clusters.len(), 2, "{merged}");
    for list in ["clusters", "violations"] {
        let same = |it: &Value, other: &Value| it["choices"] == other["choices"] && it["kind"] == other["kind"];
        for entry in merged[list].as_array().unwrap() {
            let of_parts = parts.iter().flat_map(|it| it[list].as_array().unwrap()).filter(|it| same(it, entry));
            let of_parts: Vec<&Value> = of_parts.collect();
            assert_eq!(entry["count"], of_parts.iter().map(|it| it["count"].as_u64().unwrap()).sum::<u64>(), "{entry}");
            assert!(of_parts.iter().any(|it| it["outputs"] == entry["outputs"]), "{entry}");
        }
    }
    let human = merge(&user, &["diff-7.json", "diff-8.json"]).stdout;
    let is_violation = |line: &str| line.starts_with("SPLIT  command: ") || line.starts_with("COLLISION  command: ");
    assert!(human.lines().next().is_some_and(is_violation), "{human}");
    assert!(
        human.contains("\nbuilt-in ") && human.contains(" and command 1.0, seeds 7, 8: 40,000 requests asked, "),
        "{human}"
    );
    // The number of differences and the duration depend on the generated requests and on the machine.
    let clusters = human.lines().skip_while(|line| !line.starts_with("CAUSE"));
    let lines: Vec<&str> = clusters
        .filter(|line| !line.contains("answered by at least two"))
        .map(|line| {
            line.strip_suffix(" requests").and_then(|line| line.rsplit_once("  ")).map_or(line, |(what, _)| what)
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @"
    CAUSE  command: trailing_slash=kept
       a trailing `/` stays (QSH-P7)
       GET //
         built-in  GET&/&
         command   GET&//&

    CAUSE  command: space=plus
       a space is written `+` (QSH-Q12)
       GET /?+
         built-in  GET&/&%20=
         command   GET&/&+=

    command is observed as trailing_slash=kept space=plus
    Differences found (2 causes: 0 unexplained, 2 explained, 0 not described, 0 described)
    ");
}

#[test]
fn comparisons_of_tokens_are_counted_together() {
    let user = User::new();
    let command =
        fake("--dialect '' --lets-through missing_claim").replace("'\"canonical_request\"'", "'\"authenticate\"'");
    let compared = ["1", "2"].map(|seed| {
        let args = ["diff", "--adapter", "built-in", "--command", &command, "--cases", "2000", "--seed", seed];
        let answer = user.qsh(&[&args[..], &["--format", "json"]].concat());
        user.write(&format!("{seed}.json"), &answer.stdout);
        answer.json()
    });
    let merged = merge(&user, &["1.json", "2.json", "--format", "json"]).json();
    let sum = |of: fn(&Value) -> &Value| compared.iter().map(|it| of(it).as_u64().unwrap()).sum::<u64>();
    assert_eq!((&merged["cases"], &merged["asked_tokens"]), (&json!(0), &json!(4000)));
    assert_eq!(merged["differing_tokens"], sum(|it| &it["differing_tokens"]));
    let counted = merged["tokens"].as_array().unwrap().iter().map(|it| it["count"].as_u64().unwrap()).sum::<u64>();
    let all = compared.iter().flat_map(|it| it["tokens"].as_array().unwrap());
    assert_eq!(counted, all.map(|it| it["count"].as_u64().unwrap()).sum::<u64>());
    // There are five claims. Four of them are also tested in tokens for URLs and for contexts.
    assert_eq!(merged["tokens"].as_array().unwrap().len(), 8, "{}", merged["tokens"]);
    let human = merge(&user, &["1.json", "2.json"]);
    assert_eq!(human.code, 1);
    assert!(human.stdout.contains("CAUSE  context token with exp_left_out  "), "{}", human.stdout);
    assert!(
        human.stdout.contains("\n   to be refused (CON-6 must)\n     built-in  refused (missing_claim): "),
        "{}",
        human.stdout
    );
}

#[test]
fn comparisons_of_something_else_are_not_merged() {
    let user = User::new().with_own_vectors();
    compare(&user, "--dialect 'trailing_slash=kept'", "1");
    compare(&user, "--dialect 'trailing_slash=kept'", "2");
    run_in_shards(&user, 1, &["--vectors", "own.json", "--adapter", "built-in"]);
    let error = |files: &[&str]| user.error(2, &[&["report", "merge"], files].concat());
    assert_snapshot!(error(&["diff-1.json", "1.json"]), @"error: 1.json: is a report of `qsh run`, and diff-1.json is one of `qsh diff`");
    assert_snapshot!(error(&["1.json", "diff-1.json"]), @"error: diff-1.json: is a report of `qsh diff`, and 1.json is one of `qsh run`");
    assert_snapshot!(error(&["diff-1.json", "diff-2.json", "diff-1.json"]), @"error: diff-1.json: seed 1 is that of diff-1.json, too: its requests would be counted twice");
    user.write("bad.json", &user.read("diff-2.json").replace("\"version\": \"1.0\"", "\"version\": \"1.1\""));
    assert_snapshot!(error(&["diff-1.json", "bad.json"]), @r#"error: bad.json: the version of command is "1.1", and "1.0" in diff-1.json"#);
}

#[test]
fn what_changed_between_two_runs_is_said_and_decides_the_exit_code() {
    let user = User::new();
    let run = |command: &str, file: &str| {
        user.qsh(&["run", "path/trailing-slash", "--command", command, "--format", "json", "--output", file]).code
    };
    let codes = (run(&fake("--dialect ''"), "good.json"), run(&fake("--dialect trailing_slash=kept"), "bad.json"));
    assert_eq!(codes, (0, 1));
    let diff = |old: &str, new: &str| user.qsh(&["report", "diff", old, new]);
    let worse = diff("good.json", "bad.json");
    assert_eq!(worse.code, 1);
    let row = "| `path/trailing-slash/one` | must | pass: `GET&/a&` | fail: `GET&/a/&` |";
    assert!(worse.stdout.contains("## command: worse") && worse.stdout.contains(row), "{}", worse.stdout);
    let better = diff("bad.json", "good.json");
    assert!(better.code == 0 && better.stdout.contains("## command: better"), "{}", better.stdout);
    assert_eq!(diff("bad.json", "bad.json").stdout, "# What changed\n\nNo answer changed.\n");
    let json = user.qsh(&["report", "diff", "good.json", "bad.json", "--format", "json"]).json();
    assert_eq!((&json["format"], &json["worse"]), (&json!("qsh-changes"), &json!(true)));
}

#[test]
fn only_runs_have_changes() {
    let user = User::new();
    let args = ["diff", "--adapter", "built-in", "--cases", "16", "--format", "json", "--output", "differences.json"];
    assert_eq!(user.qsh(&args).code, 0);
    assert_snapshot!(user.error(2, &["report", "diff", "differences.json", "gone.json"]), @r#"error: differences.json: expected a report of `qsh run --format json`, of format "qsh-report", found "qsh-differences""#);
    assert_snapshot!(user.error(2, &["report", "diff", "gone.json", "differences.json"]), @"error: cannot read gone.json: No such file or directory (os error 2)");
}
