//! A conversation of several rounds with one process.

use std::path::Path;

use qsh::adapter::Adapter;
use qsh::adapter::child::Child;
use qsh::adapter::protocol::Question;
use qsh::suite::outcome::Outcome;

use super::{GUILTY, GUILTY_AT, answer_to, ask, assert_all_gone, fake, patient, question, urls, with_guilty};

fn started(args: &[&str], pids: &Path) -> Child {
    Child::start(fake(&["--pids", pids.to_str().unwrap()]).args(args), patient()).unwrap()
}

fn ask_more(child: &mut Child, urls: &[String]) -> Vec<Outcome> {
    let questions: Vec<Question> = urls.iter().map(|url| question(url)).collect();
    child.ask_more(&questions, &mut |_| {}).into_iter().map(|reply| reply.outcome).collect()
}

fn first_round(child: &mut Child) {
    let questions: Vec<Question> = with_guilty(40).iter().map(|url| question(url)).collect();
    let expected: Vec<Outcome> = with_guilty(40).iter().map(|url| answer_to(url)).collect();
    assert_eq!(ask(child, &questions), expected);
}

fn answers(urls: &[String]) -> Vec<Outcome> {
    urls.iter().map(|url| answer_to(url)).collect()
}

#[test]
fn one_process_answers_all_rounds() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let mut child = started(&[], &pids);
    first_round(&mut child);
    for round in 1..4 {
        let urls: Vec<String> = (0..3).map(|n| format!("/{round}/{n}")).collect();
        assert_eq!(ask_more(&mut child, &urls), answers(&urls));
    }
    assert_eq!(child.finish(), []);
    assert_eq!(assert_all_gone(&pids), 1);
    assert_eq!((child.incidents(), child.remarks()), ([].as_slice(), [].as_slice()));
}

#[test]
fn a_second_answer_at_the_end_spoils_the_first_of_any_round() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let garbled = |place| (place, Outcome::Garbled("the question was answered more than once".to_owned()));
    let mut child = started(&["--twice-late-on", GUILTY], &pids);
    first_round(&mut child);
    assert_eq!(ask_more(&mut child, &urls(3)), answers(&urls(3)));
    assert_eq!(child.finish(), [garbled(GUILTY_AT)]);
    // The positions of the second round follow those of the first one.
    let mut child = started(&["--twice-late-on", "/late"], &pids);
    first_round(&mut child);
    let urls = ["/early".to_owned(), "/late".to_owned()];
    assert_eq!(ask_more(&mut child, &urls), answers(&urls));
    assert_eq!(child.finish(), [garbled(41)]);
    assert_eq!(child.incidents(), [""; 0]);
}

#[test]
fn a_second_answer_between_rounds_spoils_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let mut child = started(&["--twice-on", "/39"], &pids);
    let questions: Vec<Question> = urls(40).iter().map(|url| question(url)).collect();
    // The second answer may arrive before or after the end of the round.
    let first = ask(&mut child, &questions);
    assert_eq!(ask_more(&mut child, &urls(3)), answers(&urls(3)));
    let is_garbled = |outcome: &Outcome| matches!(outcome, Outcome::Garbled(_));
    assert!(child.finish().iter().map(|(place, _)| *place).eq([39]) || is_garbled(&first[39]));
    assert_eq!(child.incidents(), [""; 0]);
}

#[test]
fn a_process_that_ends_between_rounds_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let mut child = started(&["--crash-after-answer-on", "/39"], &pids);
    let questions: Vec<Question> = urls(40).iter().map(|url| question(url)).collect();
    assert_eq!(ask(&mut child, &questions), answers(&urls(40)));
    assert_eq!(assert_all_gone(&pids), 1);
    assert_eq!(ask_more(&mut child, &urls(3)), answers(&urls(3)));
    assert_eq!(child.finish(), []);
    assert_eq!(assert_all_gone(&pids), 2);
}

#[test]
fn a_new_conversation_counts_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let mut child = started(&["--twice-late-on", GUILTY], &pids);
    first_round(&mut child);
    assert_eq!(ask_more(&mut child, &urls(2)), answers(&urls(2)));
    first_round(&mut child);
    assert!(child.finish().iter().map(|(place, _)| *place).eq([GUILTY_AT]));
}
