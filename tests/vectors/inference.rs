//! Dialect inference from an implementation's answers to the vectors.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use qsh::suite::case::{Case, Feature};
use qsh::suite::load::Vectors;
use qsh::suite::outcome::{Answer, Outcome, Reason};
use qsh_diagnose::dialect::FIELDS;
use qsh_diagnose::{Deviation, Dialect, Inference, Input, canonicalize_with, infer};

/// The operations that an implementation supports.
#[derive(Clone, Copy, Debug)]
enum Asked {
    CanonicalRequest,
    Hash,
    Both,
}

/// The outcome of an implementation that has a dialect.
fn outcome(input: &Input, dialect: &Dialect, asked: Asked) -> Outcome {
    let canonical = input.source().ok().and_then(|request| canonicalize_with(request, dialect).ok());
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

/// Infers the dialect of an implementation from its answers to the vectors. A few very large vectors are left out.
fn inference_of(dialect: &Dialect, asked: Asked) -> Inference {
    let vectors = Vectors::embedded().unwrap();
    let is_small =
        |case: &&Case| case.question.canonicalized().is_some() && !case.question.features().contains(&Feature::Large);
    let observe = |case: &Case| {
        let input = case.question.request().unwrap();
        outcome(input, dialect, asked).observation(input).unwrap()
    };
    infer(&vectors.cases().filter(is_small).map(observe).collect::<Vec<_>>())
}

fn count(dialect: &Dialect) -> usize {
    dialect.deviations().count()
}

#[test]
fn the_dialect_of_every_known_implementation_is_inferred_and_recognised() {
    let mut names: Vec<&str> =
        FIELDS.iter().flat_map(|field| field.choices).flat_map(|choice| choice.seen_in).copied().collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 20);
    for name in names {
        let dialect = Dialect::seen_in(name);
        let inference = inference_of(&dialect, Asked::CanonicalRequest);
        assert!(inference.unexplained.is_empty(), "{name}: {dialect}, found {}", inference.dialect);
        assert!(count(&inference.dialect) <= count(&dialect), "{name}: {dialect}, found {}", inference.dialect);
        // Some choices change only the hash, which is not asked for here.
        if inference.departures.is_empty() {
            assert_eq!(inference.dialect, Dialect::OFFICIAL, "{name}");
            continue;
        }
        let nearest = inference.nearest.unwrap();
        assert!(nearest.is_same, "{name}: {}", nearest.name);
    }
}

/// Whether a choice changes every hash. It is tried on the simplest request.
fn is_everywhere(deviation: &Deviation) -> bool {
    let plain = Input::new("GET", "/a?b=c");
    let hash = |dialect: &Dialect| outcome(&plain, dialect, Asked::Hash);
    hash(&Dialect::OFFICIAL.with(*deviation)) != hash(&Dialect::OFFICIAL)
}

proptest! {
    // A hill climb can end in a local optimum. The seed is fixed, so this test fails only after a change of the code.
    #![proptest_config(ProptestConfig {
        cases: 16, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_125), ..ProptestConfig::default()
    })]

    #[test]
    fn answers_of_up_to_five_choices_are_explained_by_no_more_choices(
        deviations in proptest::sample::subsequence(Deviation::all().collect::<Vec<_>>(), 1..=5),
        asked in proptest::sample::select(vec![Asked::CanonicalRequest, Asked::Hash, Asked::Both]),
    ) {
        // To explain a hash, the search must find every choice that changes all hashes. It combines at most three
        // choices.
        prop_assume!(!matches!(asked, Asked::Hash) || deviations.iter().filter(|it| is_everywhere(it)).count() <= 3);
        let dialect = deviations.into_iter().fold(Dialect::OFFICIAL, Dialect::with);
        let inference = inference_of(&dialect, asked);
        prop_assert!(inference.unexplained.is_empty(), "found {}", inference.dialect);
        prop_assert!(count(&inference.dialect) <= count(&dialect), "found {}", inference.dialect);
    }
}
