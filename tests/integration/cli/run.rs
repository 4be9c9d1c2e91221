//! `qsh run`: its exit codes, the cases it runs, and the verdicts.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use insta::assert_snapshot;

use super::{Answer, FAKE, User, fake, honest, shell_word};

#[test]
fn our_own_implementation_passes() {
    let answer = User::new().qsh(&["run", "--adapter", "built-in", "--reasons", "exact"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    assert!(answer.stdout.contains("All as expected"), "{}", answer.stdout);
}

#[test]
fn an_honest_adapter_gets_the_verdicts_of_the_implementation_behind_it() {
    let command = honest();
    let answer = User::new().qsh(&["run", "--adapter", "built-in", "--command", &command, "--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let (inside, outside) = (answer.verdicts("built-in"), answer.verdicts("command"));
    assert!(inside.len() > 100);
    assert_eq!(inside, outside);
    let report = answer.json();
    let outcomes = |adapter| {
        let results = report["results"].as_array().unwrap().iter().filter(move |result| result["adapter"] == adapter);
        // All ASAP tokens are different.
        let alike = results.filter(|result| result["operation"] != "asap_sign");
        alike.map(|result| &result["outcome"]).collect::<Vec<_>>()
    };
    assert!(outcomes("built-in") == outcomes("command"), "the outcomes differ");
}

#[test]
fn a_wrong_adapter_fails_and_each_case_says_where() {
    let answer = User::new().qsh(&["run", "--command", &fake(""), "--format", "json"]);
    assert_eq!(answer.code, 1);
    let report = answer.json();
    let failed = report["results"].as_array().unwrap().iter().filter(|result| result["verdict"] == "fail");
    let mut count = 0;
    for result in failed {
        assert!(result["difference"]["stage"].is_string() || result["expected"]["rejected"].is_array(), "{result}");
        count += 1;
    }
    assert!(count > 100);
}

#[test]
fn what_cannot_be_asked_for_is_usage() {
    let user = User::new().with_own_vectors();
    let usage = |args: &[&str]| user.error(2, &[["run"].as_slice(), args].concat());
    assert_snapshot!(usage(&["--adapter", "nobody"]), @r#"error: unknown adapter "nobody": expected one that `qsh adapters list` lists, or the path of an adapter's folder"#);
    assert_snapshot!(usage(&["--adapter", "pyjwt"]), @r#"error: unknown adapter "pyjwt": did you mean python-pyjwt?"#);
    assert_snapshot!(usage(&["--adapter", "Pypi-PyJWT"]), @r#"error: unknown adapter "Pypi-PyJWT": did you mean python-pyjwt?"#);
    assert_snapshot!(usage(&["--adapter", "atlassian-jwt"]), @r#"error: unknown adapter "atlassian-jwt": did you mean javascript-atlassian-jwt or python-atlassian-jwt?"#);
    assert_snapshot!(usage(&["--adapter", "python-atlasian-jwt@2.0.0"]), @r#"error: unknown adapter "python-atlasian-jwt@2.0.0": did you mean python-atlassian-jwt?"#);
    assert_snapshot!(usage(&["--adapter", "builtin"]), @r#"error: unknown adapter "builtin": did you mean built-in?"#);
    assert_snapshot!(usage(&["--adapter", "built-in", "--adapter", "built-in"]), @"error: the adapter built-in is named twice");
    assert_snapshot!(usage(&["--command", "python3 'shim.py"]), @r#"error: "python3 'shim.py" is not a command: expected words, quoted as for a shell"#);
    assert_snapshot!(usage(&["--command", " "]), @r#"error: " " is not a command: expected words, quoted as for a shell"#);
    assert_snapshot!(usage(&["--shard", "4/3"]), @r#"
    error: invalid value '4/3' for '--shard <I/N>': "4/3" is not a shard: expected I/N with I from 1 to N, such as 2/4

    For more information, try '--help'.
    "#);
    assert_snapshot!(usage(&["--timeout", "soon"]), @"
    error: invalid value 'soon' for '--timeout <S>': expected a number of seconds above 0 and up to 86400

    For more information, try '--help'.
    ");
    assert_snapshot!(usage(&["--jobs", "0"]), @"
    error: invalid value '0' for '--jobs <N>': 0 is not in 1..=65535

    For more information, try '--help'.
    ");
    assert_snapshot!(usage(&["--level", "open"]), @"
    error: invalid value 'open' for '--level <LEVEL>'
      [possible values: must, should]

    For more information, try '--help'.
    ");
    assert_snapshot!(usage(&["QSH-Z99"]), @r#"error: unknown clause "QSH-Z99": expected a heading of docs/spec.md, such as QSH-Q7"#);
    assert_snapshot!(usage(&["CTX-22"]), @r#"error: unknown clause "CTX-22": did you mean CTX-2?"#);
    assert_snapshot!(usage(&["query/[a"]), @r#"error: "query/[a" is not a glob on case ids: error parsing glob 'query/[a': unclosed character class; missing ']'"#);
    for timeout in ["0", "-1", "nan", "inf", "1e19", "86401", ""] {
        let error = usage(&[&format!("--timeout={timeout}")]);
        assert!(
            error.contains("expected a number of seconds above 0 and up to 86400") || timeout.is_empty(),
            "{error}"
        );
    }
}

#[test]
fn a_bad_vector_is_named_by_file_and_case() {
    let user = User::new().with_own_vectors();
    let error = |path: &str| user.error(2, &["run", "--adapter", "built-in", "--vectors", path]);
    user.write("typo.json", &user.read("own.json").replace("\"summary\"", "\"sumary\""));
    user.write("hash.json", &user.read("own.json").replacen("\"qsh\":\"", "\"qsh\":\"0", 1));
    user.write("text.json", "not json");
    assert_snapshot!(error("typo.json"), @"error: the vectors cannot be used: typo.json: case own/right: unknown field `sumary`, expected one of `id`, `summary`, `clauses`, `level`, `operation`, `input`, `decoded`, `expect`, `accept`, `features`, `flags`, `source`");
    assert_snapshot!(error("hash.json"), @r#"error: the vectors cannot be used: hash.json: case own/right: qsh is "0ca75d558ee15dadb7a123af12c08a3ae527065646e888d8dda03701435494900", but the SHA-256 of canonical_request is ca75d558ee15dadb7a123af12c08a3ae527065646e888d8dda03701435494900"#);
    assert_snapshot!(error("text.json"), @"error: the vectors cannot be used: text.json: expected ident at line 1 column 2");
    assert_snapshot!(error("nowhere.json"), @"error: the vectors cannot be used: cannot read nowhere.json: No such file or directory (os error 2)");
}

#[test]
fn nothing_selected_is_not_green() {
    let user = User::new();
    assert_snapshot!(user.error(4, &["run", "no/such/case"]), @r#"error: no case matches "no/such/case"; `qsh vectors list` shows them all"#);
    assert_snapshot!(user.error(4, &["run", "@no-such-flag"]), @r#"error: no case matches "@no-such-flag"; `qsh vectors list` shows them all"#);
    assert_snapshot!(user.error(4, &["run", "qeury"]), @r#"error: no case matches "qeury": did you mean query?"#);
    assert_snapshot!(user.error(4, &["run", "path/trailing-slsh/two"]), @r#"error: no case matches "path/trailing-slsh/two": did you mean path/trailing-slash/two?"#);
    assert_snapshot!(user.error(4, &["run", "path/trailing-slash/seventy"]), @r#"error: no case matches "path/trailing-slash/seventy": did you mean path/trailing-slash?"#);
    assert_snapshot!(user.error(4, &["run", "qsh-q7"]), @r#"error: no case matches "qsh-q7": did you mean QSH-Q7?"#);
    assert_snapshot!(user.error(4, &["run", "@interopp"]), @r#"error: no case matches "@interopp": did you mean @interop?"#);
    assert_snapshot!(user.error(4, &["run", "interop"]), @r#"error: no case matches "interop": did you mean @interop?"#);
    assert_snapshot!(user.error(4, &["run", "query/rpeat/*"]), @r#"error: no case matches "query/rpeat/*"; `qsh vectors list` shows them all"#);
    assert_snapshot!(user.error(4, &["run", "query", "!query"]), @"error: nothing is selected");
    assert_snapshot!(user.error(4, &["run", "--shard", "9999/10000"]), @"error: nothing is selected");
}

#[test]
fn an_adapter_that_cannot_be_used_is_3() {
    let user = User::new();
    let run = |command: &str| {
        let answer = user.qsh(&["run", "--command", command, "QSH-P6"]);
        assert_eq!(answer.code, 3);
        let line = answer.stdout.lines().find(|line| line.starts_with("NOT USABLE"));
        user.redacted(line.unwrap())
    };
    assert!(
        run("no-such-program-anywhere")
            .starts_with("NOT USABLE  command  no-such-program-anywhere: could not be started: ")
    );
    assert_snapshot!(run(&fake("--exit-at-start 7")), @r#"NOT USABLE  command  FAKE --operations "canonical_request" --exit-at-start 7: ended before it introduced itself (exit status: 7); its standard error ends with:"#);
    assert_snapshot!(run(&fake("--introduction '{\"id\":0,\"ok\":{\"protocol\":2}}'")), @r#"NOT USABLE  command  FAKE --operations "canonical_request" --introduction {"id":0,"ok":{"protocol":2}}: introduced itself wrongly: expected protocol 1, found 2; the line starts with "{"id":0,"ok":{"protocol":2}}""#);
}

#[test]
fn an_adapter_that_answers_none_of_the_cases_is_3() {
    let user = User::new().with_own_vectors();
    let mute = format!("{} --operations ''", shell_word(FAKE));
    let args = ["run", "--vectors", "own.json", "--command", &mute];
    let answer = user.qsh(&args);
    assert_eq!(answer.code, 3, "{answer:?}");
    assert_snapshot!(answer.stdout.lines().take(5).collect::<Vec<_>>().join("\n"), @"
    adapter version  right  wrong  other unsup. causes
    command 1.0          0      0      0      3      0

    NOT USABLE  command  answers none of the cases
    UNSUPPORTED  command  3 cases: none of the case's operations
    ");
    // If it is named explicitly, the answers of another adapter do not excuse it.
    let both = user.qsh(&[args.as_slice(), &["--command", &honest()]].concat());
    assert_eq!(both.code, 3, "{both:?}");
    // It has no known failures, so the baseline stays empty.
    user.write("known.toml", "format = \"qsh-known\"\nversion = 1\n");
    let updated = user.qsh(&[args.as_slice(), &["--baseline", "known.toml", "--update-baseline"]].concat());
    assert_eq!((updated.code, updated.stderr.as_str()), (3, ""));
}

#[test]
fn an_adapter_that_is_another_library_than_its_manifest_says_is_3() {
    let user = User::new().with_own_vectors();
    let run = |library: &str, version: &str, introduction: &str| {
        user.write(
            "mine/adapter.toml",
            &format!(
                "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = {library:?}\n\
                 library_version = {version:?}\ndocumentation = \"https://example.com/\"\n\
                 command = [{FAKE:?}, \"--operations\", \"\\\"canonical_request\\\"\"{introduction}]\n"
            ),
        );
        user.qsh(&["run", "--vectors", "own.json", "--adapter", "mine", "own/right"])
    };
    assert_eq!(run("fake", "1.0", "").code, 0);
    let answer = run("other", "2.0", "");
    assert_eq!(answer.code, 3);
    assert_snapshot!(answer.stdout.lines().skip(3).take(2).collect::<Vec<_>>().join("\n"), @r#"
    NOT USABLE  mine  library: adapter.toml says "other", the adapter says "fake"
      version: adapter.toml says "2.0", the adapter says "1.0"
    "#);
    // An adapter may leave out its version.
    let terse =
        r#", "--introduction", '{{"id":0,"ok":{{"protocol":1,"name":"fake","operations":["canonical_request"]}}}}'"#;
    assert_eq!(run("fake", "2.0", terse).code, 0);
}

#[test]
fn one_adapter_that_cannot_be_used_outweighs_all_others() {
    let answer = User::new().qsh(&["run", "--adapter", "built-in", "--command", "no-such-program-anywhere", "QSH-P6"]);
    assert_eq!(answer.code, 3);
    assert!(answer.stdout.contains("\nbuilt-in "), "{}", answer.stdout);
}

#[test]
fn a_missing_runtime_is_said_and_only_fails_where_it_was_asked_for() {
    let not_run = "NOT RUN  python-atlassian-jwt  expected Python";
    for (ci, adapters, code) in [
        (None, [].as_slice(), 0),
        (Some("false"), &[], 0),
        (Some(""), &[], 0),
        (Some("true"), &[], 3),
        (Some("1"), &[], 3),
        (None, &["--adapter", "python-atlassian-jwt"], 3),
    ] {
        let mut user = User::new().without_programs();
        if let Some(ci) = ci {
            user = user.with_env("CI", ci);
        }
        let answer = user.qsh(&[["run"].as_slice(), adapters].concat());
        assert_eq!(answer.code, code, "CI={ci:?} {adapters:?}: {answer:?}");
        assert!(answer.stdout.contains(not_run), "{}", answer.stdout);
        assert!(answer.stdout.contains("there is no such program; install it from"), "{}", answer.stdout);
    }
}

#[test]
fn shards_together_give_every_case_once() {
    let user = User::new();
    let cases = |more: &[&str]| {
        let answer = user.qsh(&[["run", "--adapter", "built-in", "--format", "json"].as_slice(), more].concat());
        assert_eq!(answer.code, 0);
        answer.verdicts("built-in").into_iter().map(|(case, _)| case).collect::<Vec<_>>()
    };
    let mut parts: Vec<String> = ["1/3", "2/3", "3/3"].iter().flat_map(|shard| cases(&["--shard", shard])).collect();
    let mut all = cases(&[]);
    parts.sort();
    all.sort();
    assert_eq!(parts, all);
}

#[test]
fn the_level_decides_which_failures_count() {
    let user = User::new().with_own_vectors();
    let code = |more: &[&str]| {
        user.qsh(&[["run", "--vectors", "own.json", "--command", &fake("")].as_slice(), more].concat()).code
    };
    assert_eq!(code(&["own/weak"]), 1);
    assert_eq!(code(&["own/weak", "--level", "should"]), 1);
    assert_eq!(code(&["own/weak", "--level", "must"]), 0);
    assert_eq!(code(&["own/wrong", "--level", "must"]), 1);
    assert_eq!(code(&["own/right"]), 0);
}

#[test]
fn an_interruption_leaves_no_adapter_behind() {
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};
    let user = User::new().with_own_vectors();
    let command = fake("--pids pids --grandchild-and-hang-on /right --ignore-end");
    let mut qsh = user.command(&["run", "--vectors", "own.json", "--timeout", "600", "--command", &command]);
    let mut qsh = qsh.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let pids = loop {
        let text = fs::read_to_string(user.path("pids")).unwrap_or_default();
        if text.lines().count() == 2 && text.ends_with('\n') {
            break text.lines().map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect::<Vec<_>>();
        }
        assert!(Instant::now() < deadline, "the adapter has not started");
        thread::sleep(Duration::from_millis(10));
    };
    kill_process(Pid::from_child(&qsh), Signal::INT).unwrap();
    assert_eq!(qsh.wait().unwrap().code(), Some(130));
    // Without the kill, the grandchild would live for five more seconds.
    let deadline = Instant::now() + Duration::from_secs(3);
    for pid in pids {
        // The process that inherits it may reap it later.
        while test_kill_process(pid).is_ok() && !is_zombie(pid) {
            assert!(Instant::now() < deadline, "{pid:?} is left behind");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Whether a process is dead and has not been reaped yet.
fn is_zombie(pid: rustix::process::Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

#[test]
fn a_crash_fails_at_any_level() {
    let user = User::new().with_own_vectors();
    let command = fake("--crash-on /weak");
    let args = ["run", "-v", "--vectors", "own.json", "own/weak", "--level", "must", "--command", &command];
    let answer = user.qsh(&args);
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("ERROR  own/weak  command"), "{}", answer.stdout);
    assert!(answer.stdout.contains("fake: about to crash"), "{}", answer.stdout);
}

#[test]
fn a_timeout_is_honoured_and_blames_its_case_alone() {
    let user = User::new().with_own_vectors();
    let begin = Instant::now();
    let command = fake("--hang-on /wrong");
    let answer =
        user.qsh(&["run", "--vectors", "own.json", "--timeout", "0.3", "--command", &command, "--format", "json"]);
    assert!(begin.elapsed() < Duration::from_secs(8), "the default timeout was waited for");
    assert_eq!(answer.code, 1);
    let verdicts: BTreeMap<String, String> = answer.verdicts("command").into_iter().collect();
    assert_eq!(verdicts["own/wrong"], "error");
    assert_eq!(verdicts["own/right"], "pass");
    assert_eq!(verdicts["own/weak"], "fail");
}

#[test]
fn any_number_of_jobs_gives_the_same_report() {
    let user = User::new().with_own_vectors();
    let (honest, fake) = (honest(), fake(""));
    let report = |jobs: &[&str]| {
        let args = ["run", "--vectors", "own.json", "--command", &honest, "--command", &fake, "--format", "json"];
        let mut report = user.qsh(&[args.as_slice(), jobs].concat()).json();
        report["results"].as_array_mut().unwrap().iter_mut().for_each(|result| result["micros"] = 0.into());
        report["seconds"] = 0.into();
        report
    };
    let all = report(&[]);
    assert_eq!(all["adapters"][0]["name"], "command");
    assert_eq!(all["adapters"][1]["name"], "command-2");
    for jobs in ["1", "2", "65535"] {
        assert_eq!(report(&["--jobs", jobs]), all);
    }
}

#[test]
fn other_vectors_say_nothing_about_an_adapters_own_baseline() {
    let user = User::new().with_own_vectors();
    user.write(
        "mine/adapter.toml",
        &format!(
            "format = \"qsh-adapter\"\nversion = 1\nname = \"mine\"\nlanguage = \"Rust\"\nlibrary = \"fake\"\nlibrary_version = \"1.0\"\n\
             documentation = \"https://example.com/\"\ncommand = [{FAKE:?}, \"--operations\", \"\\\"canonical_request\\\"\"]\n"
        ),
    );
    user.write(
        "mine/known.toml",
        "format = \"qsh-known\"\nversion = 1\n[[known]]\ncase = \"path/**\"\nkind = \"ok\"\ncanonical_request = \"x\"\n\
         reason = \"r\"\nlink = \"l\"\n",
    );
    let answer = user.qsh(&["run", "-v", "--adapter", "mine", "--vectors", "own.json"]);
    assert!(!answer.stdout.contains("STALE"), "{}", answer.stdout);
    assert!(answer.stdout.contains("1 pass, 2 fail"), "{}", answer.stdout);
}

#[test]
fn a_step_of_github_actions_is_annotated_and_nothing_else_is() {
    let run = |user: &User| {
        user.qsh(&["run", "path/trailing-slash/one", "--command", &fake("--dialect trailing_slash=kept")])
    };
    let annotated = run(&User::new().with_env("GITHUB_ACTIONS", "true"));
    let annotations: Vec<&str> = annotated.stderr.lines().filter(|line| line.starts_with("::error ")).collect();
    let [annotation] = annotations.as_slice() else { panic!("{}", annotated.stderr) };
    let expected = "::error title=command%3A trailing_slash=kept::another hash: a trailing `/` stays (QSH-P7); 1 case%0A\
                    path/trailing-slash/one: GET /a/: expected GET&/a&, answered GET&/a/&";
    assert_eq!(*annotation, expected);
    assert!(!run(&User::new()).stderr.contains("::error"));
    let user = User::new();
    let summary = user.path("summary.md").display().to_string();
    let user = user.with_env("GITHUB_STEP_SUMMARY", &summary);
    user.write("summary.md", "# Before\n");
    run(&user);
    let written = user.read("summary.md");
    assert!(written.starts_with("# Before\n### qsh run\n\n    adapter "), "{written}");
    assert!(written.contains("\n          1  trailing_slash=kept: a trailing `/` stays"), "{written}");
}

#[test]
fn all_that_is_carried_runs_beside_what_is_named() {
    let user = User::new().without_programs();
    let run = |args: &[&str]| user.qsh(&[&["run", "path/trailing-slash", "--format", "json"], args].concat());
    let names = |answer: &Answer| -> Vec<String> {
        let adapters = answer.json()["adapters"].as_array().unwrap().clone();
        adapters.iter().map(|adapter| adapter["name"].as_str().unwrap().to_owned()).collect()
    };
    let (default, all) = (run(&[]), run(&["--all"]));
    assert_eq!((default.code, all.code), (0, 0));
    assert_eq!(names(&default), names(&all));
    let own = honest();
    let beside = run(&["--all", "--command", &own]);
    assert_eq!((beside.code, names(&beside)), (0, [names(&all), vec!["command".to_owned()]].concat()));
    assert_snapshot!(user.error(2, &["run", "--all", "--adapter", "built-in"]), @"error: the adapter built-in is named twice");
}
