//! The baselines of the bundled adapters know the answers of today, and no others.

use std::time::Duration;

use qsh::adapter::built_in::BuiltIn;
use qsh::adapter::package::{KNOWN_FILE_NAME, Package, bundled};
use qsh::adapter::{Adapter, Reply};
use qsh::runner::{AdapterReport, Coverage, Options};
use qsh::suite::baseline::{Baseline, KnownOutcome};
use qsh::suite::case::{Case, Expectation, Level};
use qsh::suite::load::Vectors;
use qsh::suite::outcome::{Answer, Issuer, Outcome, Reason, Refused};
use qsh::suite::verdict::{Reasons, Verdict};

fn baseline(package: &Package) -> Baseline {
    let text = package.known().unwrap().unwrap_or_default();
    let path = package.path(KNOWN_FILE_NAME);
    let baseline = if text.is_empty() {
        Baseline::default()
    } else {
        Baseline::parse(&path, str::from_utf8(&text).unwrap()).unwrap()
    };
    baseline.and_described(&package.manifest().dialect).unwrap()
}

/// An answer that the baseline knows.
fn today(known: &KnownOutcome) -> Option<Outcome> {
    let answer = match known {
        KnownOutcome::Canonical(text) => Answer::canonical_request(text.clone()),
        KnownOutcome::Hash(hash) => Answer::qsh(hash.as_str()),
        KnownOutcome::Torn { canonical_request, qsh } => both(canonical_request.clone(), qsh),
        KnownOutcome::Accepted(issuer) => Answer::accepted(issuer.clone(), Default::default()),
        KnownOutcome::Refused(reason) => refused(*reason),
        KnownOutcome::Rejected(reason) => return Some(rejected(*reason)),
        KnownOutcome::Fault(kind) => return Some(fault(kind)),
        KnownOutcome::Predicted(outcome) => return Some(outcome.clone()),
        _ => return None,
    };
    Some(Outcome::Ok(answer))
}

/// The right answer. `None` for a token, which only a signer can make.
fn right(case: &Case) -> Option<Outcome> {
    match &case.expect {
        Expectation::Canonical(expected) => {
            Some(Outcome::Ok(Answer::canonical_request(expected.canonical_request.clone())))
        }
        Expectation::Accepted(accepted) => {
            Some(Outcome::Ok(Answer::accepted(accepted.issuer.clone(), accepted.claims.clone())))
        }
        Expectation::Rejected(reasons) => Some(rejected(reasons[0])),
        _ => None,
    }
}

/// Answers that differ from a known one.
fn changed(case: &Case, known: &Outcome) -> Vec<Outcome> {
    let mut changed = vec![
        fault("AnotherError"),
        Outcome::Ok(Answer::default()),
        Outcome::Crashed("signal 11".to_owned()),
        Outcome::TimedOut("no answer".to_owned()),
        Outcome::Garbled("{".to_owned()),
    ];
    changed.extend(right(case));
    if let Outcome::Ok(answer) = known {
        if let Some(text) = &answer.canonical_request {
            let text = text.as_bytes();
            let longer = [text, b"x"].concat();
            let shorter = text[..text.len() - 1].to_vec();
            let hash = answer.qsh.clone().unwrap_or_default();
            let texts = [longer, shorter, text.to_ascii_uppercase(), Vec::new()].into_iter().filter(|it| it != text);
            changed.extend(texts.map(|other| Outcome::Ok(Answer::canonical_request(other))));
            changed.push(Outcome::Ok(both(text.to_vec(), &hash.replace(|it: char| it.is_ascii_digit(), "f"))));
        }
        if let Some(hash) = &answer.qsh {
            let other = hash.replace(|it: char| it.is_ascii_digit(), "f");
            changed.extend([other, hash.to_uppercase()].map(|other| Outcome::Ok(Answer::qsh(other))));
        }
        if let Some(accepted) = &answer.accepted {
            for issuer in [Issuer::Text("another".to_owned()), Issuer::default()] {
                if issuer != accepted.issuer {
                    changed.push(Outcome::Ok(Answer::accepted(issuer, Default::default())));
                }
            }
        }
        if let Some(known) = &answer.refused {
            let others = [Reason::Expired, Reason::Malformed, Reason::Other]
                .into_iter()
                .filter(|reason| *reason != known.reason);
            changed.extend(others.map(|other| Outcome::Ok(refused(other))));
        }
    }
    changed
}

fn both(text: impl Into<qsh_diagnose::Text>, hash: &str) -> Answer {
    let mut answer = Answer::canonical_request(text);
    answer.qsh = Some(hash.to_owned());
    answer
}

fn refused(reason: Reason) -> Answer {
    let mut answer = Answer::token("a token");
    answer.refused = Some(Box::new(Refused { reason, message: String::new() }));
    answer
}

fn rejected(reason: Reason) -> Outcome {
    Outcome::Rejected { reason, message: String::new() }
}

fn fault(kind: &str) -> Outcome {
    Outcome::Fault { kind: kind.to_owned(), message: String::new() }
}

/// Answers of the real libraries, recorded from a run.
const RECORDED: [(&str, &str, &str); 5] = [
    ("python-jira", "path/trailing-slash/two-segments", "GET&/a/b/&"),
    ("python-jira", "form/body/one", "POST&/p&"),
    ("rust-atlassian-app-auth", "path/trailing-slash/two-segments", "GET&/a/b/&"),
    ("javascript-atlassian-jwt", "query/special-names/proto-alone", "GET&/p&"),
    ("scala-atlassian-jwt-core", "query/value-order/empty-first", "GET&/p&v=a,"),
];

#[test]
fn recorded_answers_are_known_and_right_ones_are_not() {
    let vectors = Vectors::embedded().unwrap();
    let description = BuiltIn::new().description().clone();
    let options = Options { jobs: 1, coverage: Coverage::Some, reasons: Reasons::Any };
    let packages = bundled().unwrap();
    for (name, id, answer) in RECORDED {
        let package = packages.iter().find(|package| package.manifest().name == name).unwrap();
        let case = vectors.cases().find(|case| case.id == id).unwrap();
        let outcomes = [Outcome::Ok(Answer::canonical_request(answer)), right(case).unwrap()];
        let asked = outcomes.map(|outcome| (case, Reply { outcome, elapsed: Duration::ZERO }));
        let report = AdapterReport::judged(&description, asked, &baseline(package), options);
        let verdicts: Vec<Verdict> = report.results.iter().map(|result| result.verdict).collect();
        assert_eq!(verdicts, [Verdict::KnownFailure, Verdict::UnexpectedPass], "{name}: {id}");
    }
}

#[test]
fn a_baseline_knows_the_answers_of_today_and_no_others() {
    let vectors = Vectors::embedded().unwrap();
    let description = BuiltIn::new().description().clone();
    let options = Options { jobs: 1, coverage: Coverage::Some, reasons: Reasons::Any };
    let (mut all_known, mut all_changed) = (0, 0);
    for package in bundled().unwrap() {
        let name = &package.manifest().name;
        let baseline = baseline(&package).on(&description.runtime);
        let mut replies: Vec<(&Case, Outcome, bool)> = Vec::new();
        for case in vectors.cases().filter(|case| case.level != Level::Open) {
            let Some(known) = baseline.known(case) else { continue };
            let today = today(&known.outcome).unwrap_or_else(|| panic!("{name}: {}", case.id));
            replies.extend(changed(case, &today).into_iter().map(|outcome| (case, outcome, false)));
            replies.push((case, today, true));
        }
        let reply = |outcome: &Outcome| Reply { outcome: outcome.clone(), elapsed: Duration::ZERO };
        let asked = replies.iter().map(|(case, outcome, _)| (*case, reply(outcome)));
        let report = AdapterReport::judged(&description, asked, &baseline, options);
        assert_eq!(report.results.len(), replies.len());
        for (result, (case, outcome, is_known)) in report.results.iter().zip(&replies) {
            let verdict = result.verdict;
            match is_known {
                true => assert_eq!(verdict, Verdict::KnownFailure, "{name}: {}: {outcome:?}", case.id),
                false => assert!(verdict.fails(case.level, Level::Should), "{name}: {}: {outcome:?}", case.id),
            }
            *if *is_known { &mut all_known } else { &mut all_changed } += 1;
        }
    }
    assert!(all_known > 1_500 && all_changed > 10_000, "{all_known} known answers, {all_changed} changed ones");
}
