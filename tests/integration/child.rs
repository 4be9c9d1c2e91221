//! An adapter in a child process that misbehaves in every known way. The guilty question is blamed, and the others get
//! their true outcome. Nothing hangs, and no process is left running.

mod conversation;
mod introduction;
#[cfg(target_os = "linux")]
mod memory;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use qsh::adapter::Adapter;
use qsh::adapter::child::{Child, Command, Limits};
use qsh::adapter::protocol::Question;
use qsh::suite::outcome::{Answer, Outcome};
use qsh_diagnose::Input;

/// The question that the fake adapter is told to misbehave on.
const GUILTY: &str = "/guilty?a=b";
/// A generous limit, so that slow machines do not fail tests that take milliseconds elsewhere. No test waits for it.
const BOUND: Duration = Duration::from_secs(60);
/// Less than the time limit of [`patient`], and less than the time that a gibibyte takes.
const HALF_BOUND: Duration = Duration::from_secs(25);

#[test]
fn an_honest_adapter_answers_everything() {
    let run = Run::of(&[], &urls(5000), patient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
    assert_eq!(run.starts, 1);
}

#[test]
fn questions_larger_than_any_pipe_are_answered() {
    let urls: Vec<String> = (0..40).map(|n| format!("/{n}?{}", "x".repeat(300_000))).collect();
    let run = Run::of(&[], &urls, patient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn answers_come_in_any_order() {
    let run = Run::of(&["--reverse"], &urls(5000), patient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn an_adapter_slower_than_the_timeout_in_all_is_not_late() {
    let run = Run::of(&["--delay", "100"], &urls(20), impatient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
    assert_eq!(run.starts, 1);
}

#[test]
fn a_crash_is_blamed_on_its_question() {
    blames(&["--crash-on", GUILTY], patient(), "Crashed(\"the process ended (exit status: 3)");
    blames(&["--crash-on", GUILTY], patient(), "its standard error ends with \\\"fake: about to crash\\\"");
}

#[test]
fn several_crashes_are_blamed_on_their_questions() {
    let mut urls = urls(40);
    for position in [0, 7, 8, 39] {
        urls[position] = format!("{GUILTY}&n={position}");
    }
    let run = Run::of(&["--crash-on", GUILTY], &urls, patient());
    run.assert_true_except(&[0, 7, 8, 39]);
    for position in [0, 7, 8, 39] {
        assert_eq!(run.outcomes[position].kind(), "crashed");
    }
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn an_adapter_that_crashes_often_and_answers_in_between_is_not_given_up() {
    let (mut urls, guilty) = (urls(60), (0..60).step_by(2).collect::<Vec<_>>());
    for &position in &guilty {
        urls[position] = format!("{GUILTY}&n={position}");
    }
    let run = Run::of(&["--crash-on", GUILTY], &urls, patient());
    run.assert_true_except(&guilty);
    let blamed = |outcome: &Outcome| matches!(outcome, Outcome::Crashed(text) if text.starts_with("the process ended"));
    assert!(guilty.iter().all(|&position| blamed(&run.outcomes[position])));
}

#[cfg(unix)]
#[test]
fn a_signal_is_named() {
    blames(&["--abort-on", GUILTY], patient(), "signal: 6 (SIGABRT)");
}

#[test]
fn exit_0_in_the_middle_is_a_crash() {
    blames(&["--exit0-on", GUILTY], patient(), "Crashed(\"the process ended (exit status: 0)");
}

#[test]
fn a_hang_is_blamed_on_its_question() {
    blames(&["--hang-on", GUILTY], impatient(), "TimedOut(\"no answer within 700ms\")");
}

#[test]
fn an_answer_that_never_comes_while_others_do_is_found() {
    blames(&["--swallow-on", GUILTY], impatient(), "TimedOut(\"no answer within 700ms\")");
}

#[test]
fn an_answer_that_never_comes_is_found_before_a_stream_that_goes_on_ends() {
    // Two hundred answers a second for four seconds. The harness never waits long for an answer, and still stops
    // asking.
    let mut child = Child::start(fake(&["--swallow-on", GUILTY, "--delay", "5"]), impatient()).unwrap();
    let questions: Vec<Question> = with_guilty(800).iter().map(|url| question(url)).collect();
    let mut announced = Vec::new();
    let replies = child.ask(&questions, &mut |position| announced.push(position));
    assert_eq!(replies[GUILTY_AT].outcome, Outcome::TimedOut("no answer within 700ms".to_owned()));
    assert_ne!(announced.last(), Some(&GUILTY_AT), "it was found only when nothing else was left to ask");
}

#[test]
fn garbage_is_blamed_on_its_question() {
    blames(&["--garbage-on", GUILTY], patient(), "the line starts with \\\"Traceback (most recent call last):\\\"");
    blames(&["--blank-line-on", GUILTY], patient(), "Garbled(\"expected one JSON object per line");
}

#[test]
fn an_answer_of_another_shape_is_garbled() {
    blames(&["--wrong-shape-on", GUILTY], patient(), "Garbled(\"the value of \\\"ok\\\": invalid type");
    blames(&["--answer-nothing-on", GUILTY], patient(), "expected exactly one of");
}

#[test]
fn invalid_utf8_is_garbled() {
    blames(&["--invalid-utf8-on", GUILTY], patient(), "Garbled(\"expected UTF-8");
}

#[test]
fn half_a_line_and_the_end_is_a_crash() {
    blames(&["--half-line-on", GUILTY], patient(), "exit status: 0); it left an unfinished line: \\\"{");
}

#[test]
fn half_a_line_and_silence_is_a_timeout() {
    blames(&["--half-line-then-hang-on", GUILTY], impatient(), "TimedOut(\"no answer within 700ms\")");
}

#[test]
fn an_unknown_id_is_garbled() {
    blames(&["--unknown-id-on", GUILTY], patient(), "Garbled(\"answer to id 987654321, which is not waiting for one");
}

#[test]
fn a_line_without_measure_is_garbled() {
    blames(&["--long-line-on", GUILTY], patient(), "Garbled(\"a line of more than 1049");
}

#[test]
fn a_flood_without_line_feeds_is_garbled() {
    blames(&["--flood-stdout-on", GUILTY], patient(), "Garbled(\"a line of more than 1049");
}

#[test]
fn a_flood_of_lines_is_garbled() {
    blames(&["--flood-lines-on", GUILTY], patient(), "the line starts with \\\"noise\\\"");
}

#[test]
fn a_flood_on_standard_error_is_drained() {
    let run = Run::of(&["--flood-stderr-on", GUILTY], &with_guilty(40), patient());
    run.assert_all_true();
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn a_second_answer_spoils_the_first() {
    blames(&["--twice-on", GUILTY], patient(), "Garbled(\"the question was answered more than once\")");
}

#[test]
fn a_second_answer_spoils_the_first_even_after_all_others() {
    let run = Run::of(&["--twice-late-on", GUILTY], &with_guilty(40), patient());
    assert_eq!(run.before_finish[GUILTY_AT], answer_to(GUILTY));
    assert_eq!(run.corrected, [GUILTY_AT]);
    run.assert_true_except(&[GUILTY_AT]);
    assert!(matches!(&run.outcomes[GUILTY_AT], Outcome::Garbled(text) if text.contains("more than once")));
}

#[test]
fn a_flood_of_second_answers_ends() {
    let run = Run::of(&["--flood-twice-on", GUILTY], &with_guilty(40), impatient());
    run.assert_true_except(&[GUILTY_AT]);
    assert_eq!(run.outcomes[GUILTY_AT].kind(), "garbled");
    assert!(run.took < HALF_BOUND, "the flood was read to its end: {:?}", run.took);
}

#[cfg(unix)]
#[test]
fn a_closed_output_is_a_crash() {
    blames(&["--close-stdout-on", GUILTY], patient(), "Crashed(\"the process closed its output without exiting");
}

#[cfg(unix)]
#[test]
fn a_closed_input_is_noticed_by_the_next_write() {
    // The guilty question and all earlier ones are answered. Later questions are asked again.
    let mut urls = urls(2000);
    urls[200] = GUILTY.to_owned();
    let run = Run::of(&["--close-stdin-on", GUILTY], &urls, patient());
    run.assert_all_true();
    assert_eq!(run.incidents.len(), 1, "{:?}", run.incidents);
    assert!(run.incidents[0].contains("the process closed its input without exiting"), "{:?}", run.incidents);
    assert!(run.took < HALF_BOUND, "the time limit was waited for: {:?}", run.took);
}

#[cfg(unix)]
#[test]
fn a_closed_input_and_silence_is_a_timeout() {
    blames(&["--close-stdin-unanswered-on", GUILTY], impatient(), "TimedOut(\"no answer within 700ms\")");
}

#[test]
fn a_crash_that_no_question_repeats_is_an_incident() {
    let run = Run::of(&["--die-after", "10"], &urls(50), patient());
    run.assert_all_true();
    assert!(run.incidents[0].contains("exit status: 5"), "{:?}", run.incidents);
}

#[test]
fn a_crash_after_the_answer_is_an_incident() {
    let run = Run::of(&["--crash-after-answer-on", GUILTY], &with_guilty(40), patient());
    run.assert_all_true();
    assert!(run.incidents[0].contains("exit status: 3"), "{:?}", run.incidents);
}

#[test]
fn an_adapter_without_hope_is_given_up() {
    let run = Run::of(&["--crash-on", "canonical_request"], &urls(200), patient());
    assert!(run.outcomes.iter().all(|outcome| outcome.kind() == "crashed"));
    assert!(matches!(&run.outcomes[0], Outcome::Crashed(text) if text.starts_with("the process ended")));
    assert!(
        matches!(&run.outcomes[198], Outcome::Crashed(text) if text.starts_with("not asked: 25 violations in a row"))
    );
    assert!(run.starts <= 25, "{} starts", run.starts);
    assert_eq!(run.incidents.len(), 1, "{:?}", run.incidents);
}

#[test]
fn many_guilty_questions_in_a_row_do_not_spoil_the_rest() {
    let mut all = urls(300);
    for (index, url) in all.iter_mut().enumerate().skip(100).take(60) {
        *url = format!("/{GUILTY}/{index}");
    }
    let run = Run::of(&["--crash-on", GUILTY], &all, patient());
    for (index, outcome) in run.outcomes.iter().enumerate() {
        let guilty = (100..160).contains(&index);
        assert_eq!(outcome.kind(), if guilty { "crashed" } else { "ok" }, "question {index}");
    }
    assert_eq!(run.incidents, [""; 0]);
}

#[test]
fn an_adapter_that_cannot_be_started_again_leaves_spawn_failures() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("started");
    let run = Run::of(
        &["--start-once", file.to_str().unwrap(), "--delay", "1", "--crash-on", GUILTY],
        &with_guilty(40),
        patient(),
    );
    let (before, after) = run.outcomes.split_at(GUILTY_AT);
    assert!(before.iter().all(|outcome| matches!(outcome, Outcome::Ok(_))), "{before:?}");
    let failed =
        |outcome: &Outcome| matches!(outcome, Outcome::SpawnFailed(text) if text.contains("cannot start again"));
    assert!(after.iter().all(failed), "{after:?}");
}

#[cfg(unix)]
#[test]
fn a_grandchild_that_holds_the_pipes_is_killed() {
    blames(&["--grandchild-on", GUILTY], patient(), "Crashed(\"the process ended (exit status: 3)");
}

#[cfg(unix)]
#[test]
fn a_grandchild_out_of_reach_holds_nothing_up() {
    let begin = Instant::now();
    blames(&["--detached-grandchild-on", GUILTY], patient(), "Crashed(\"the process ended (exit status: 3)");
    assert!(begin.elapsed() < Duration::from_secs(4), "waited for the grandchild: {:?}", begin.elapsed());
}

#[test]
fn what_is_written_at_the_end_is_an_incident_and_an_untidy_exit_a_remark() {
    for (mode, text) in [
        (
            "--half-line-at-end",
            "exited with exit status: 0 after the end of its input; it left an unfinished line: \"good\"",
        ),
        ("--crash-at-end", "exited with exit status: 4 after the end of its input"),
        ("--garbage-at-end", "the line starts with \"goodbye\""),
        ("--flood-at-end", "a line of more than 1048576 bytes"),
        ("--ignore-end", "did not exit after the end of its input"),
    ] {
        let run = Run::of(&[mode], &urls(40), impatient());
        run.assert_all_true();
        let written = ["--garbage-at-end", "--flood-at-end"].contains(&mode);
        let (said, silent) = if written { (&run.incidents, &run.remarks) } else { (&run.remarks, &run.incidents) };
        assert_eq!((said.len(), silent.len()), (1, 0), "{mode}: {:?} {:?}", run.incidents, run.remarks);
        assert!(said[0].contains(text), "{mode}: {said:?}");
    }
}

#[test]
fn an_operation_it_does_not_have_is_not_asked() {
    let mut child = Child::start(fake(&["--operations", "\"qsh\"", "--crash-on", "canonical"]), patient()).unwrap();
    let outcomes = ask(&mut child, &[question("/a")]);
    assert_eq!(outcomes, [Outcome::Unsupported("canonical_request is not among its operations".to_owned())]);
    let outcomes = ask(&mut child, &[Question::Qsh(question("/a").request().unwrap().clone())]);
    assert_eq!(outcomes, [Outcome::Ok(Answer::qsh("GET&/a"))]);
    assert_eq!(child.incidents(), [""; 0]);
}

#[test]
fn a_child_is_asked_again_and_again() {
    let mut child = Child::start(fake(&["--die-after", "7", "--twice-on", "/twice"]), patient()).unwrap();
    for round in 0..20 {
        let urls: Vec<String> = (0..3).map(|n| format!("/{round}/{n}")).collect();
        let questions: Vec<Question> = urls.iter().map(|url| question(url)).collect();
        assert_eq!(ask(&mut child, &questions), urls.iter().map(|url| answer_to(url)).collect::<Vec<_>>());
    }
    child.finish();
    assert_eq!(ask(&mut child, &[question("/after/finish")]), [answer_to("/after/finish")]);
}

#[test]
fn every_question_is_announced_once() {
    let mut child = Child::start(fake(&["--crash-on", GUILTY, "--twice-on", "/3"]), patient()).unwrap();
    let questions: Vec<Question> = with_guilty(100).iter().map(|url| question(url)).collect();
    let mut announced = Vec::new();
    child.ask(&questions, &mut |position| announced.push(position));
    announced.sort_unstable();
    assert_eq!(announced, (0..100).collect::<Vec<_>>());
}

#[test]
fn dropping_a_child_kills_it() {
    let directory = tempfile::tempdir().unwrap();
    let pids = directory.path().join("pids");
    let child = Child::start(fake(&["--pids", pids.to_str().unwrap(), "--ignore-end"]), patient()).unwrap();
    drop(child);
    assert_eq!(assert_all_gone(&pids), 1);
}

/// The index of [`GUILTY`] among the other questions.
const GUILTY_AT: usize = 17;

/// The result of asking one fake adapter.
struct Run {
    urls: Vec<String>,
    before_finish: Vec<Outcome>,
    corrected: Vec<usize>,
    outcomes: Vec<Outcome>,
    incidents: Vec<String>,
    remarks: Vec<String>,
    starts: usize,
    took: Duration,
}

impl Run {
    /// Asks all questions and ends the conversation. Checks that it was fast enough and that no process is left
    /// running.
    fn of(args: &[&str], urls: &[String], limits: Limits) -> Self {
        let begin = Instant::now();
        let directory = tempfile::tempdir().unwrap();
        let pids = directory.path().join("pids");
        let command = fake(&["--pids", pids.to_str().unwrap()]).args(args);
        let mut child = Child::start(command, limits).unwrap_or_else(|failure| panic!("{failure}"));
        let questions: Vec<Question> = urls.iter().map(|url| question(url)).collect();
        let before_finish = ask(&mut child, &questions);
        let corrections = child.finish();
        let starts = assert_all_gone(&pids);
        let took = begin.elapsed();
        assert!(took < BOUND, "{args:?} took {took:?}");

        let mut outcomes = before_finish.clone();
        let corrected = corrections.iter().map(|&(position, _)| position).collect();
        for (position, outcome) in corrections {
            outcomes[position] = outcome;
        }
        let (incidents, remarks) = (child.incidents().to_vec(), child.remarks().to_vec());
        Self { urls: urls.to_vec(), before_finish, corrected, outcomes, incidents, remarks, starts, took }
    }

    fn assert_all_true(&self) {
        self.assert_true_except(&[]);
    }

    fn assert_true_except(&self, guilty: &[usize]) {
        assert_eq!(self.outcomes.len(), self.urls.len());
        for (position, (url, outcome)) in self.urls.iter().zip(&self.outcomes).enumerate() {
            if !guilty.contains(&position) {
                assert_eq!(*outcome, answer_to(url), "question {position}, incidents {:?}", self.incidents);
            }
        }
    }
}

/// Asserts that one of forty questions, the guilty one, has an outcome whose `Debug` contains `text`. Asserts that
/// nothing else is reported.
#[track_caller]
fn blames(args: &[&str], limits: Limits, text: &str) {
    let run = Run::of(args, &with_guilty(40), limits);
    run.assert_true_except(&[GUILTY_AT]);
    let outcome = format!("{:?}", run.outcomes[GUILTY_AT]);
    assert!(outcome.contains(text), "expected {text}, found {outcome}");
    assert_eq!(run.incidents, [""; 0]);
}

fn ask(child: &mut Child, questions: &[Question]) -> Vec<Outcome> {
    child.ask(questions, &mut |_| {}).into_iter().map(|reply| reply.outcome).collect()
}

fn fake(args: &[&str]) -> Command {
    Command::new(env!("CARGO_BIN_EXE_fake-adapter")).args(args)
}

/// Limits for misbehaviour that ends by itself.
fn patient() -> Limits {
    Limits { timeout: Duration::from_secs(30), start: Duration::from_secs(30), grace: Duration::from_secs(10) }
}

/// Limits for misbehaviour that must time out. Only the guilty question may be slower.
fn impatient() -> Limits {
    let timeout = Duration::from_millis(700);
    Limits { timeout, start: Duration::from_secs(30), grace: timeout }
}

fn urls(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/{n}")).collect()
}

fn with_guilty(count: usize) -> Vec<String> {
    let mut urls = urls(count);
    urls[GUILTY_AT] = GUILTY.to_owned();
    urls
}

fn question(url: &str) -> Question {
    let request = Input::new("GET", url);
    Question::CanonicalRequest(request)
}

fn answer_to(url: &str) -> Outcome {
    Outcome::Ok(Answer::canonical_request(format!("GET&{url}")))
}

/// Waits until none of the processes is running. Returns how many there were.
#[track_caller]
fn assert_all_gone(pids: &Path) -> usize {
    let pids = fs::read_to_string(pids).unwrap_or_default();
    for pid in pids.lines() {
        let begin = Instant::now();
        while is_running(pid) {
            assert!(begin.elapsed() < Duration::from_secs(10), "process {pid} is left behind");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    pids.lines().count()
}

/// Whether the process is running. A zombie, which waits for its parent to reap it, is not.
#[cfg(target_os = "linux")]
fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next());
    state.is_some_and(|state| state != "Z" && state != "X")
}

/// On other systems this cannot be found out without reaping or signalling the process.
#[cfg(not(target_os = "linux"))]
fn is_running(_: &str) -> bool {
    false
}
