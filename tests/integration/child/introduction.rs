//! The start of an adapter: late, after other output, in violation of the protocol, or not at all.

use std::time::{Duration, Instant};

use qsh::adapter::Adapter;
use qsh::adapter::child::{Child, Command, Limits};

use super::{BOUND, Run, fake, impatient, patient, urls};

#[test]
fn noise_before_the_introduction_is_a_remark() {
    let run = Run::of(&["--noise-first", "1000"], &urls(40), patient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
    assert_eq!(run.remarks, ["wrote before it introduced itself: \"loading\""]);
}

#[test]
fn an_operation_that_may_be_misspelt_is_a_remark() {
    let operations = r#""canonical_request","authenticat","Asap-Sign","forge_verify_2","translate""#;
    let run = Run::of(&["--operations", operations], &urls(4), patient());
    run.assert_all_true();
    assert_eq!(
        run.remarks,
        [
            r#"it offers the unknown operation "authenticat": did you mean authenticate?"#,
            r#"it offers the unknown operation "Asap-Sign": did you mean asap_sign?"#,
            r#"it offers the unknown operation "forge_verify_2": did you mean forge_verify?"#,
        ]
    );
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn a_slow_start_is_waited_for() {
    let run = Run::of(&["--slow-start", "1000"], &urls(4), impatient());
    run.assert_all_true();
}

const LONG_LEEWAY: &str = r#"{"id":0,"ok":{"protocol":1,"name":"lenient","operations":[],"fixed_leeway":301}}"#;

#[test]
fn an_adapter_that_cannot_be_used_says_why() {
    let impatient = Limits { start: Duration::from_millis(300), ..patient() };
    for (args, limits, text) in [
        (["--exit-at-start", "7"], patient(), "ended before it introduced itself (exit status: 7)"),
        (["--exit-at-start", "0"], patient(), "standard error ends with:\n    fake: cannot start"),
        (["--slow-start", "60000"], impatient, "did not introduce itself within 300ms"),
        (["--introduction", "hello"], impatient, "within 300ms; wrote before it introduced itself: \"hello\""),
        (["--noise-first", "1000000"], patient(), "wrote more than 1 MiB without introducing itself"),
        (["--introduction", r#"{"id":0,"ok":{"protocol":2}}"#], patient(), "expected protocol 1, found 2"),
        (["--introduction", r#"{"id":0,"ok":{"protocol":1}}"#], patient(), "missing field `name`"),
        (["--introduction", LONG_LEEWAY], patient(), "expected a fixed_leeway of at most 300 seconds, found 301"),
        (["--introduction", r#"{"id":0,"unsupported":"x"}"#], patient(), "missing field `ok`"),
    ] {
        let begin = Instant::now();
        let failure = Child::start(fake(&args), limits).expect_err("it cannot be used").to_string();
        assert!(failure.contains(text), "{args:?}: {failure}");
        assert!(begin.elapsed() < BOUND, "{args:?}: {:?}", begin.elapsed());
    }
}

#[test]
fn an_introduction_needs_only_a_name_and_operations() {
    let introduction = r#"{"id":0,"ok":{"protocol":1,"name":"terse","operations":["qsh"]}}"#;
    let child = Child::start(fake(&["--introduction", introduction]), patient()).unwrap();
    let description = child.description();
    assert_eq!((description.name.as_str(), description.version.as_str()), ("terse", "unknown"));
    assert_eq!((description.language.as_str(), description.runtime.as_str()), ("unknown", "unknown"));
}

#[test]
fn a_program_that_is_not_there_is_a_start_failure() {
    let failure = Child::start(Command::new("no-such-adapter-anywhere"), patient()).unwrap_err().to_string();
    assert!(failure.starts_with("no-such-adapter-anywhere: could not be started: "), "{failure}");
}
