//! Tests every report format with one small run. The run has every verdict, every kind of outcome, and everything else
//! that a report can contain. Another adapter sends hostile text.

mod junit_suites;
mod sarif_log;
mod verifier;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use qsh::adapter::protocol::{Description, Question};
use qsh::adapter::{Adapter, Reply};
use qsh::report::markdown::{self, Links};
use qsh::report::run::RunReport;
use qsh::report::{Conclusion, Recording, Requirements, annotations, badge, human, junit, page, tap};
use qsh::runner::{self, Coverage, NoProgress, NotStarted, Options, Participant};
use qsh::suite::baseline::Baseline;
use qsh::suite::case::{Case, Level};
use qsh::suite::load::Vectors;
use qsh::suite::outcome::{Answer, Outcome, Reason};
use qsh::suite::unsupported::UnsupportedCases;
use qsh::suite::verdict::{Reasons, Verdict};
use qsh_hash::Qsh;
use quick_junit::TestCaseStatus;
use serde_json::{Value, json};

#[test]
fn human() {
    with_report(|report| {
        let text = strip(&human::write(report, human::Detail::Cases));
        insta::assert_snapshot!(text);
    });
}

#[test]
fn markdown() {
    with_report(|report| insta::assert_snapshot!(markdown::write(report, &Links::default())));
}

#[test]
fn tap() {
    with_report(|report| insta::assert_snapshot!(tap::write(report)));
}

/// GitHub shows ten annotations, each on its own line.
#[test]
fn annotations() {
    with_report(|report| insta::assert_snapshot!(annotations::write(report)));
}

#[test]
fn a_badge_counts_what_passes_of_all_cases() {
    with_report(|report| {
        let badge: Value = serde_json::from_str(&badge::write(report)).unwrap();
        // Two adapters with eighteen cases each. Open and unsupported cases count, too.
        let message = "3 of 36, 1 for another reason";
        let expected = json!({ "schemaVersion": 1, "label": "qsh conformance", "message": message, "color": "red" });
        assert_eq!(badge, expected);
    });
    let vectors = Vectors::parse(Path::new("vectors"), &file(&[case("a/a", "must", "/a", "GET&/a&")])).unwrap();
    let badge = |outcome: Outcome| {
        let participants = vec![participant("scripted", baseline(&[]), vec![("/a", outcome)], &[])];
        let badge: Value = serde_json::from_str(&badge::write(&run(&vectors, participants, Level::Should))).unwrap();
        (badge["message"].as_str().unwrap().to_owned(), badge["color"].as_str().unwrap().to_owned())
    };
    let is = |message: &str, color: &str| (message.to_owned(), color.to_owned());
    assert_eq!(badge(canonical("GET&/a&")), is("1 of 1", "brightgreen"));
    assert_eq!(badge(canonical("GET&/b&")), is("0 of 1", "red"));
    assert_eq!(badge(Outcome::Unsupported("no".to_owned())), is("0 of 1", "red"));
}

#[test]
fn the_small_run_holds_everything() {
    with_report(|report| {
        assert_eq!(report.conclusion(), Conclusion::NotUsable);
        let results = || report.results.iter();
        let verdicts: BTreeSet<Verdict> = results().map(|result| result.verdict).collect();
        assert_eq!(verdicts, BTreeSet::from(Verdict::ALL));
        let kinds: BTreeSet<&str> = results().map(|result| result.outcome.kind()).collect();
        let all = ["ok", "rejected", "unsupported", "fault", "crashed", "timed_out", "garbled", "spawn_failed"];
        assert_eq!(kinds, BTreeSet::from(all));
    });
}

/// Every format uses the same required level.
#[test]
fn what_is_not_required_fails_no_format() {
    let vectors = Vectors::parse(Path::new("vectors"), &file(&[case("a/b", "should", "/a", "GET&/a&")])).unwrap();
    let baseline = baseline(&[("a/b", "GET&/b&")]);
    let script = vec![("/a", canonical("GET&/a&"))];
    let report = run(&vectors, vec![participant("scripted", baseline, script, &[])], Level::Must);
    assert_eq!(report.results[0].verdict, Verdict::UnexpectedPass);
    assert_eq!(report.conclusion(), Conclusion::AsExpected);
    assert!(!human::write(&report, human::Detail::Cases).contains("UNEXPECTED"));
    let document = quick_junit::Report::deserialize_from_str(&junit::write(&report)).unwrap();
    assert_eq!((document.failures, document.skipped), (0, 1));
}

/// An adapter without any answer proves nothing. If it was not named explicitly, the answers of another adapter
/// suffice.
#[test]
fn an_adapter_that_answers_none_of_the_cases_is_not_usable_in_any_format() {
    let cases = [case("a/b", "must", "/a", "GET&/a&"), case("a/open", "open", "/open", "GET&/open&")];
    let vectors = Vectors::parse(Path::new("vectors"), &file(&cases)).unwrap();
    let answering = |name: &str, known: Baseline, answer: fn(&str) -> Outcome| {
        participant(name, known, vec![("/a", answer("/a")), ("/open", answer("/open"))], &[])
    };
    let honest = || answering("honest", baseline(&[]), |url| canonical(&format!("GET&{url}&")));
    let mute = || answering("mute", allowing("a/b"), |_| Outcome::Unsupported("nothing".into()));
    // An answer to an open case alone is not enough.
    let open_only = || {
        let script = vec![("/a", Outcome::Unsupported("nothing".into())), ("/open", canonical("GET&/&"))];
        participant("open-only", allowing("a/b"), script, &[])
    };
    let is = |participants: Vec<Participant<'_>>, silence_is_fine, conclusion, junit_errors| {
        let report = run_with(&vectors, participants, Requirements { silence_is_fine, ..SHOULD });
        assert_eq!(report.conclusion(), conclusion);
        let document = quick_junit::Report::deserialize_from_str(&junit::write(&report)).unwrap();
        assert_eq!(document.errors, junit_errors);
        let human = strip(&human::write(&report, human::Detail::Cases));
        assert_eq!(human.contains("NOT USABLE"), conclusion == Conclusion::NotUsable, "{human}");
        assert!(human.contains("answers none of the cases"), "{human}");
    };
    is(vec![mute()], true, Conclusion::NotUsable, 1);
    is(vec![open_only()], true, Conclusion::NotUsable, 1);
    is(vec![mute(), open_only()], true, Conclusion::NotUsable, 2);
    is(vec![honest(), mute()], false, Conclusion::NotUsable, 1);
    is(vec![honest(), mute(), open_only()], true, Conclusion::AsExpected, 0);
}

#[test]
fn open_cases_alone_want_an_answer_too() {
    let vectors = Vectors::parse(Path::new("vectors"), &file(&[case("a/b", "open", "/a", "GET&/a&")])).unwrap();
    let conclusion = |outcome: Outcome| {
        let participants = vec![participant("scripted", baseline(&[]), vec![("/a", outcome)], &[])];
        run(&vectors, participants, Level::Should).conclusion()
    };
    assert_eq!(conclusion(canonical("GET&/b&")), Conclusion::AsExpected);
    assert_eq!(conclusion(Outcome::Unsupported("nothing".into())), Conclusion::NotUsable);
}

/// Hostile text in every place that an adapter can fill. It tries to colour, clear the screen, forge lines and break
/// markup.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}32m\r\nAll as expected\u{0}\u{7f}]]>\u{202e}<x a=\"&\">";

#[test]
fn hostile_words_break_no_format() {
    let long = format!("{HOSTILE}{}", "x".repeat(10_000));
    let outcomes = [
        Outcome::Fault { kind: long.clone(), message: long.clone() },
        Outcome::Rejected { reason: Reason::Other, message: long.clone() },
        Outcome::Unsupported(long.clone()),
        Outcome::Crashed(long.clone()),
        Outcome::Garbled(long.clone()),
        Outcome::Ok(Answer::qsh(long.clone())),
        Outcome::Ok(Answer::canonical_request(long.clone())),
        Outcome::Ok(Answer::canonical_request([b"GET&/\xff\xed\xa0\x80&".as_slice(), long.as_bytes()].concat())),
    ];
    let urls: Vec<String> = (0..outcomes.len()).map(|n| format!("/{n}")).collect();
    let cases: Vec<Value> =
        urls.iter().map(|url| case(&format!("a{url}"), "must", url, &format!("GET&{url}&"))).collect();
    let vectors = Vectors::parse(Path::new("vectors"), &file(&cases)).unwrap();
    let script = urls.iter().map(String::as_str).zip(outcomes).collect();
    let hostile = participant(HOSTILE, baseline(&[]), script, &[&long, "second"]);
    let broken = Participant {
        name: "broken".to_owned(),
        baseline: baseline(&[]),
        start: Box::new(|_| Err(NotStarted::Unusable(format!("cannot start{HOSTILE}")))),
    };
    let report = run(&vectors, vec![hostile, broken], Level::Should);

    let styled = human::write(&report, human::Detail::Cases);
    let plain = strip(&styled);
    assert!(plain.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{plain:?}");
    // Removing escapes removes our own colours and no text of the adapter.
    assert_eq!(styled.matches('\u{1b}').count(), styled.matches("\u{1b}[").count());
    assert_eq!(plain.matches("[2J").count(), plain.matches(r"\u{1b}[2J").count());
    assert!(plain.matches(r"\u{1b}[2J").count() > 10, "{plain}");
    assert!(plain.lines().all(|line| line.chars().count() < 2000), "{plain}");
    assert!(plain.lines().all(|line| !line.starts_with("All as expected")), "{plain}");

    for text in [
        tap::write(&report),
        markdown::write(&report, &Links::default()),
        annotations::write(&report),
        page::write(&report),
    ] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{text:?}");
        let shows_escapes = text.replace('\\', "").contains("u{1b}[2J");
        assert!(shows_escapes && text.lines().all(|line| !line.starts_with("All as expected")), "{text}");
    }

    let value: Value = serde_json::from_str(&report.to_json()).unwrap();
    let results = value["results"].as_array().unwrap();
    assert_eq!(results[0]["outcome"]["message"], long);
    assert_eq!(results[6]["outcome"]["value"]["canonical_request"], long);
    assert!(
        results[7]["outcome"]["value"]["canonical_request_hex"].as_str().unwrap().starts_with("474554262fffeda080")
    );
    assert_eq!(value["adapters"][0]["incidents"], json!([long, "second"]));

    let document = quick_junit::Report::deserialize_from_str(&junit::write(&report)).unwrap();
    let TestCaseStatus::NonSuccess { message: Some(message), .. } = &document.test_suites[0].test_cases[0].status
    else {
        panic!("a fault is no success")
    };
    assert!(message.as_str().contains(r"\u{1b}[2J"), "{}", message.as_str());
}

/// A TAP harness finds plans that are correct. Failures without a directive appear exactly if the run fails.
#[test]
fn tap_counts_what_it_holds() {
    with_report(|report| {
        let text = tap::write(report);
        let mut lines = text.lines();
        assert_eq!((lines.next(), lines.next()), (Some("TAP version 14"), Some("1..3")));
        let points = |front: &str| text.lines().filter(|line| line.starts_with(front)).count();
        assert_eq!((points("ok "), points("not ok "), points("# Subtest: ")), (1, 2, 3));
        let plans: usize = text.lines().filter_map(|line| line.strip_prefix("    1..")?.parse::<usize>().ok()).sum();
        assert_eq!(plans, points("    ok ") + points("    not ok "));
        let failed = text.lines().filter(|line| line.starts_with("    not ok ") && !line.contains(" # TODO "));
        let document = quick_junit::Report::deserialize_from_str(&junit::write(report)).unwrap();
        assert_eq!(failed.count(), document.failures + document.errors);
        let blocks = |mark: &str| text.lines().filter(|line| line.trim() == mark).count();
        assert_eq!((blocks("---"), blocks("...")), (document.failures + document.errors, blocks("---")));
    });
}

/// The adapters of the run: one with every outcome, one that this machine lacks, and one that is unusable.
pub(super) fn with_report(test: impl FnOnce(&RunReport)) {
    let vectors = Vectors::parse(
        Path::new("vectors"),
        &file(&[
            case("a/pass", "must", "/pass", "GET&/pass&"),
            case("a/wrong-path", "must", "/wrong-path/", "GET&/wrong-path&"),
            case("a/wrong-hash", "must", "/wrong-hash", "GET&/wrong-hash&"),
            case("a/wrong-bytes", "should", "/wrong-bytes", "GET&/wrong-bytes&"),
            case("a/fault", "must", "/fault", "GET&/fault&"),
            case("a/refused", "must", "/refused", "GET&/refused&"),
            refusal("a/must-refuse", "/must-refuse"),
            refusal("a/must-not-answer", "/must-not-answer"),
            refusal("a/other-reason", "/other-reason"),
            case("a/known", "must", "/known", "GET&/known&"),
            case("a/known-otherwise", "must", "/known-otherwise", "GET&/known-otherwise&"),
            case("a/known-passes", "should", "/known-passes", "GET&/known-passes&"),
            case("a/unsupported", "must", "/unsupported", "GET&/unsupported&"),
            case("a/unlisted", "must", "/unlisted", "GET&/unlisted&"),
            case("a/open", "open", "/open", "GET&/open&"),
            case("a/crashed", "must", "/crashed", "GET&/crashed&"),
            case("a/timed-out", "open", "/timed-out", "GET&/timed-out&"),
            case("a/garbled", "must", "/garbled", "GET&/garbled&"),
        ]),
    )
    .unwrap();
    let script = vec![
        ("/pass", canonical("GET&/pass&")),
        ("/wrong-path/", canonical("GET&/wrong-path/&")),
        ("/wrong-hash", Outcome::Ok(Answer::qsh(Qsh::of_canonical(b"get&/wrong-hash&").to_string()))),
        ("/wrong-bytes", Outcome::Ok(Answer::canonical_request(b"GET&/wrong-\xff\\\x1b&".to_vec()))),
        ("/fault", Outcome::Fault { kind: "KeyError".into(), message: "'qsh'".into() }),
        ("/refused", Outcome::Rejected { reason: Reason::Malformed, message: "no".into() }),
        ("/must-refuse", Outcome::Rejected { reason: Reason::Malformed, message: "no".into() }),
        ("/must-not-answer", canonical("GET&/must-not-answer&")),
        ("/other-reason", Outcome::Rejected { reason: Reason::Other, message: "not this".into() }),
        ("/known", canonical("GET&/unknown&")),
        ("/known-otherwise", canonical("GET&/other&")),
        ("/known-passes", canonical("GET&/known-passes&")),
        ("/unsupported", Outcome::Unsupported("no base URLs".into())),
        ("/unlisted", Outcome::Unsupported("no forms".into())),
        ("/open", canonical("GET&/closed&")),
        ("/crashed", Outcome::Crashed("the process ended (signal 11)".into())),
        ("/timed-out", Outcome::TimedOut("no answer within 10s".to_owned())),
        ("/garbled", Outcome::Garbled("the line starts with \"Traceback\"".into())),
    ];
    let entries = [
        ("a/known", "GET&/unknown&"),
        ("a/known-otherwise", "GET&/unknown&"),
        ("a/known-passes", "GET&/unknown&"),
        ("gone/*", "GET&/&"),
    ];
    let unsupported = UnsupportedCases::new([("a/unsupported", "it always was so")]).unwrap();
    let known = baseline(&entries).with_unsupported(unsupported);
    let scripted = participant("scripted", known, script, &["wrote before it introduced itself: \"hi\""]);
    let not_started = |name: &str, why: NotStarted| Participant {
        name: name.to_owned(),
        baseline: baseline(&[]),
        start: Box::new(move |_| Err(why)),
    };
    let absent = not_started("absent", NotStarted::Unavailable("needs Python 3.9 or newer".to_owned()));
    let broken = "shim: ended before it introduced itself; its standard error ends with:\n    ImportError: jwt";
    let broken = not_started("broken", NotStarted::Unusable(broken.to_owned()));
    test(&run(&vectors, vec![scripted, absent, broken], Level::Should));
}

const SHOULD: Requirements =
    Requirements { level: Level::Should, unavailable_is_fine: true, silence_is_fine: true, reasons: Reasons::Any };

fn run(vectors: &Vectors, participants: Vec<Participant<'_>>, required: Level) -> RunReport {
    run_with(vectors, participants, Requirements { level: required, ..SHOULD })
}

fn run_with(vectors: &Vectors, participants: Vec<Participant<'_>>, requirements: Requirements) -> RunReport {
    let cases: Vec<&Case> = vectors.cases().collect();
    let options = Options { jobs: participants.len(), coverage: Coverage::All, reasons: requirements.reasons };
    let adapters = runner::run(participants, &cases, options, &NoProgress);
    let recording = Recording {
        cases: cases.len(),
        requirements,
        part: None,
        elapsed: Duration::from_millis(1234),
        described: Default::default(),
    };
    recording.report(&adapters)
}

/// Answers each URL as its script says.
struct Scripted {
    description: Description,
    script: Vec<(String, Outcome)>,
    incidents: Vec<String>,
}

impl Adapter for Scripted {
    fn description(&self) -> &Description {
        &self.description
    }

    fn ask(&mut self, questions: &[Question], _: &mut dyn FnMut(usize)) -> Vec<Reply> {
        let reply = |question: &Question| {
            let url = question.request().unwrap().url.as_str().unwrap();
            let (_, outcome) = self.script.iter().find(|(scripted, _)| scripted == url).unwrap();
            Reply { outcome: outcome.clone(), elapsed: Duration::from_micros(12) }
        };
        questions.iter().map(reply).collect()
    }

    fn incidents(&self) -> &[String] {
        &self.incidents
    }
}

fn participant(
    name: &str,
    baseline: Baseline,
    script: Vec<(&str, Outcome)>,
    incidents: &[&str],
) -> Participant<'static> {
    let description = json!({
        "protocol": 1, "name": name, "version": "1.0", "language": "none", "runtime": "script",
        "operations": ["canonical_request"],
    });
    let scripted = Scripted {
        description: serde_json::from_value(description).unwrap(),
        script: script.into_iter().map(|(url, outcome)| (url.to_owned(), outcome)).collect(),
        incidents: incidents.iter().map(|text| (*text).to_owned()).collect(),
    };
    Participant { name: name.to_owned(), baseline, start: Box::new(|_| Ok(Box::new(scripted))) }
}

fn baseline(entries: &[(&str, &str)]) -> Baseline {
    let entries: String = entries
        .iter()
        .map(|(case, canonical_request)| {
            format!(
                "[[known]]\ncase = \"{case}\"\nkind = \"ok\"\ncanonical_request = \"{canonical_request}\"\n\
                 reason = \"it always was so\"\nlink = \"https://example.com/\"\n"
            )
        })
        .collect();
    Baseline::parse(Path::new("known.toml"), &format!("format = \"qsh-known\"\nversion = 1\n{entries}")).unwrap()
}

/// A baseline without known failures, which allows these cases to be unsupported.
fn allowing(term: &str) -> Baseline {
    Baseline::default().with_unsupported(UnsupportedCases::new([(term, "it always was so")]).unwrap())
}

fn canonical(text: &str) -> Outcome {
    Outcome::Ok(Answer::canonical_request(text))
}

fn case(id: &str, level: &str, url: &str, canonical_request: &str) -> Value {
    let [method, path, query] = canonical_request.split('&').collect::<Vec<_>>()[..] else { panic!("three parts") };
    json!({
        "id": id, "summary": format!("shows {id}"), "clauses": ["QSH-P7"], "level": level,
        "operation": "canonical_request", "input": { "method": "GET", "url": url },
        "expect": {
            "canonical_request": canonical_request, "method": method, "path": path, "query": query,
            "qsh": Qsh::of_canonical(canonical_request.as_bytes()).as_str(),
        },
        "source": "this test",
    })
}

fn refusal(id: &str, url: &str) -> Value {
    let mut case = case(id, "must", url, "GET&/&");
    case["expect"] = json!({ "rejected": ["malformed"] });
    case
}

fn file(cases: &[Value]) -> Vec<u8> {
    json!({ "format": "qsh-vectors", "version": 1, "cases": cases }).to_string().into_bytes()
}

fn strip(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}
