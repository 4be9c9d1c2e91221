//! How often the hint of a wrong answer names a choice that the implementation makes.

use qsh::adapter::Adapter;
use qsh::adapter::described::Described;
use qsh::causes::{Evidence, Explained};
use qsh::suite::allowed::is_allowed;
use qsh::suite::case::Case;
use qsh::suite::load::Vectors;
use qsh::suite::verdict::Verdict;
use qsh_diagnose::{Deviation, Dialect};

/// How many dialects are tried, with one to six choices each. The nightly run sets `QSH_TEST_DIALECTS` to more.
const DIALECTS: usize = 40;

/// The first hints, and how many of them name only choices of the dialect.
fn hints(cases: &[&Case], dialect: &Dialect, described: &Dialect) -> (usize, usize) {
    let questions: Vec<_> = cases.iter().map(|case| case.question.clone()).collect();
    let replies = Described::new("described", dialect.clone()).ask(&questions, &mut |_| {});
    let evidence: Vec<Evidence> = cases
        .iter()
        .zip(replies)
        .map(|(case, reply)| {
            let verdict = if is_allowed(case, &reply.outcome) { Verdict::Pass } else { Verdict::Fail };
            Evidence::of(case, verdict, &reply.outcome)
        })
        .collect();
    let choices: Vec<String> = dialect.deviations().map(|choice| choice.to_string()).collect();
    let explained = Explained::of(&evidence, described);
    let hints = explained.hints(&evidence);
    let failed = evidence.iter().zip(hints).filter(|(it, _)| it.has_failed()).filter_map(|(_, hint)| hint);
    failed.fold((0, 0), |(all, right), hint| {
        (all + 1, right + usize::from(hint.mistakes.iter().all(|name| choices.contains(name))))
    })
}

#[test]
fn nineteen_of_twenty_hints_name_choices_that_the_implementation_makes() {
    let vectors = Vectors::embedded().unwrap();
    let cases: Vec<&Case> = vectors.cases().filter(|case| case.question.canonicalized().is_some()).collect();
    let all: Vec<Deviation> = Deviation::all().collect();
    let mut random = fastrand::Rng::with_seed(21);
    let count = std::env::var("QSH_TEST_DIALECTS").map_or(DIALECTS, |count| count.parse().unwrap());
    let dialects: Vec<Dialect> = (0..count)
        .map(|_| {
            let choices = (0..random.usize(1..=6)).map(|_| all[random.usize(..all.len())]);
            choices.collect::<Vec<_>>().into_iter().fold(Dialect::OFFICIAL, Dialect::with)
        })
        .collect();
    let halves = dialects.split_at(count / 2);
    let counted = |dialects: &[Dialect]| {
        dialects
            .iter()
            .map(|dialect| hints(&cases, dialect, &Dialect::OFFICIAL))
            .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    };
    let ((all_a, right_a), (all_b, right_b)) = std::thread::scope(|scope| {
        let first = scope.spawn(|| counted(halves.0));
        let second = counted(halves.1);
        (first.join().unwrap(), second)
    });
    let (all, right) = (all_a + all_b, right_a + right_b);
    assert!(all > 20 * count, "{all}");
    assert!(right * 20 >= all * 19, "{right} of {all}");
}
