//! Tests how strong the vectors of tokens are.
//!
//! A small verifier, written from `docs/spec.md` alone, gives every expected answer. Flaws are planted in it one at a
//! time. Each flaw must fail a case of the clause that it violates.
//!
//! The verifier shares only the hash of a request with ours.

mod claims;
mod decoding;
mod flaws;
mod hash;
mod identity;
mod keys;
mod kinds;
mod signatures;
mod transport;
mod verifier;

use std::collections::BTreeSet;

use qsh::suite::allowed::is_allowed;
use qsh::suite::case::{Case, Level, Operation};
use qsh::suite::load::Vectors;

use flaws::{Flaw, GROUPS, Group, SURVIVORS, WITHOUT_FLAWS};
use verifier::Verifier;

const OPERATIONS: [Operation; 6] = [
    Operation::Authenticate,
    Operation::AuthenticateInstall,
    Operation::AsapVerify,
    Operation::AuthenticateProduct,
    Operation::ImpersonationVerify,
    Operation::ForgeVerify,
];

fn decided(vectors: &Vectors) -> Vec<&Case> {
    let cases = vectors.cases().filter(|case| OPERATIONS.contains(&case.question.operation()));
    cases.filter(|case| case.level != Level::Open).collect()
}

#[test]
fn the_verifier_without_a_flaw_gives_every_answer_that_is_due() {
    let vectors = Vectors::embedded().unwrap();
    let cases = decided(&vectors);
    let answers = cases.iter().map(|case| (case, Verifier::RIGHT.answer(&case.question)));
    let wrong: Vec<String> = answers
        .filter(|(case, outcome)| !is_allowed(case, outcome))
        .map(|(case, outcome)| format!("{}: {outcome:?}, expected {:?}", case.id, case.expect))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 1_100, "{} cases", cases.len());
}

/// Each operation is tested by itself. A verifier of service tokens runs no other cases.
#[test]
fn every_flaw_fails_a_must_or_should_vector_of_the_clause_that_it_goes_against() {
    let vectors = Vectors::embedded().unwrap();
    let cases = decided(&vectors);
    let mut surviving = BTreeSet::new();
    for group in groups() {
        for &(operation, clause) in group.against {
            let cases: Vec<&Case> = cases.iter().copied().filter(|case| is_of(case, operation, clause)).collect();
            let survivors = group.flaws.iter().filter(|flaw| !is_caught(flaw, &cases));
            surviving.extend(survivors.map(|(name, _)| (operation.name(), clause, *name)));
        }
    }
    let with_reason: BTreeSet<_> = SURVIVORS
        .iter()
        .flat_map(|(name, against, _)| against.iter().map(|(operation, clause)| (operation.name(), *clause, *name)))
        .collect();
    let unexplained: Vec<_> = surviving.difference(&with_reason).collect();
    let caught: Vec<_> = with_reason.difference(&surviving).collect();
    assert!(unexplained.is_empty(), "no case catches them, and no reason is given: {unexplained:#?}");
    assert!(caught.is_empty(), "they are listed as survivors, and a case catches them: {caught:#?}");
}

fn groups() -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().copied().flatten()
}

fn is_of(case: &Case, operation: Operation, clause: &str) -> bool {
    case.question.operation() == operation && case.clauses.iter().any(|named| named == clause)
}

fn is_caught((_, plant): &Flaw, cases: &[&Case]) -> bool {
    let mut verifier = Verifier::RIGHT;
    plant(&mut verifier);
    cases.iter().any(|case| !is_allowed(case, &verifier.answer(&case.question)))
}

#[test]
fn every_clause_of_the_vectors_has_a_flaw() {
    let vectors = Vectors::embedded().unwrap();
    let exercised: BTreeSet<&str> =
        decided(&vectors).iter().flat_map(|case| &case.clauses).map(String::as_str).collect();
    let broken: BTreeSet<&str> = groups().flat_map(|group| group.against).map(|&(_, clause)| clause).collect();
    let whole: BTreeSet<&str> = exercised.difference(&broken).copied().collect();
    assert_eq!(whole, WITHOUT_FLAWS.iter().copied().collect());
}

#[test]
fn no_two_flaws_have_one_name_and_every_survivor_has_a_reason() {
    let names: Vec<&str> = groups().flat_map(|group| group.flaws).map(|(name, _)| *name).collect();
    let different: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), different.len());
    assert!(names.len() > 500, "{} flaws", names.len());
    assert!(SURVIVORS.iter().all(|(_, against, reason)| !against.is_empty() && !reason.is_empty()));
}
