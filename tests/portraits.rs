//! The dialect of an implementation is found by what it answers to the vectors.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use qsh::diagnose::{Observation, Portrait, portrait};
use qsh::qsh::dialect::FIELDS;
use qsh::suite::case::{Case, Feature, Input};
use qsh::suite::load::Vectors;
use qsh::suite::outcome::{Answer, Outcome, Reason};
use qsh::{Deviation, Dialect, canonicalize_with};

/// What an implementation can be asked.
#[derive(Clone, Copy, Debug)]
enum Asked {
    CanonicalRequest,
    Hash,
    Both,
}

/// What an implementation that speaks a dialect does.
fn outcome(input: &Input, dialect: &Dialect, asked: Asked) -> Outcome {
    let canonical = input.request().ok().and_then(|request| canonicalize_with(&request, dialect).ok());
    let Some(canonical) = canonical else {
        return Outcome::Rejected { reason: Reason::Other, message: String::new() };
    };
    let mut answer = Answer::default();
    if let Asked::CanonicalRequest | Asked::Both = asked {
        answer.canonical_request = Some(canonical.as_bytes().to_vec().into());
    }
    if let Asked::Hash | Asked::Both = asked {
        answer.qsh = Some(canonical.hash_with(dialect));
    }
    Outcome::Ok(answer)
}

/// The portrait of an implementation that speaks a dialect, by all vectors but the largest, of which there are few.
fn portrait_of(dialect: &Dialect, asked: Asked) -> Portrait {
    let vectors = Vectors::embedded().unwrap();
    let is_small =
        |case: &&Case| case.question.canonicalized().is_some() && !case.question.features().contains(&Feature::Large);
    let observe = |case: &Case| {
        let input = case.question.request().unwrap();
        Observation::new(input, &outcome(input, dialect, asked)).unwrap()
    };
    portrait(&vectors.cases().filter(is_small).map(observe).collect::<Vec<_>>())
}

fn count(dialect: &Dialect) -> usize {
    dialect.deviations().count()
}

#[test]
fn what_every_known_implementation_does_is_found_and_known_again() {
    let mut names: Vec<&str> =
        FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in).copied().collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 20);
    for name in names {
        let dialect = Dialect::seen_in(name);
        let portrait = portrait_of(&dialect, Asked::CanonicalRequest);
        assert!(portrait.unexplained.is_empty(), "{name}: {dialect}, found {}", portrait.dialect);
        assert!(count(&portrait.dialect) <= count(&dialect), "{name}: {dialect}, found {}", portrait.dialect);
        // A choice that only a hash shows is nobody's where no hash is asked for.
        if portrait.departures.is_empty() {
            assert_eq!(portrait.dialect, Dialect::OFFICIAL, "{name}");
            continue;
        }
        let nearest = portrait.nearest.unwrap();
        assert!(nearest.is_same, "{name}: {}", nearest.name);
    }
}

/// Whether a choice changes every answer: the hash of the plainest request.
fn is_everywhere(deviation: &Deviation) -> bool {
    let plain = Input::new("GET", "/a?b=c");
    let hash = |dialect: &Dialect| outcome(&plain, dialect, Asked::Hash);
    hash(&Dialect::OFFICIAL.with(*deviation)) != hash(&Dialect::OFFICIAL)
}

proptest! {
    // A climb may end on a lower summit; these dialects are always the same, so that a run fails for a change only.
    #![proptest_config(ProptestConfig {
        cases: 16, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_125), ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_up_to_five_choices_lead_to_is_found_with_no_more(
        deviations in proptest::sample::subsequence(Deviation::all().collect::<Vec<_>>(), 1..=5),
        asked in proptest::sample::select(vec![Asked::CanonicalRequest, Asked::Hash, Asked::Both]),
    ) {
        // No hash says anything as long as a choice is missing that changes all of them, and no more than three such are
        // looked for together.
        prop_assume!(!matches!(asked, Asked::Hash) || deviations.iter().filter(|it| is_everywhere(it)).count() <= 3);
        let dialect = deviations.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        let portrait = portrait_of(&dialect, asked);
        prop_assert!(portrait.unexplained.is_empty(), "found {}", portrait.dialect);
        prop_assert!(count(&portrait.dialect) <= count(&dialect), "found {}", portrait.dialect);
    }
}
