//! Runs oracles without a fuzzer, on the same inputs each time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;

use crate::{Oracle, Violation};

/// The number of inputs that are changed seeds.
const CHANGED: usize = 5_000;
/// The number of inputs that are random bytes.
const RANDOM: usize = 20_000;
/// The length of the longest random input.
const LONGEST: usize = 300;

/// Seeds, changed seeds, and random bytes.
fn inputs(seeds: fn() -> Vec<Vec<u8>>) -> impl Iterator<Item = Vec<u8>> {
    let seeds = seeds();
    let mut rng = Rng::with_seed(1);
    let changed: Vec<Vec<u8>> = match seeds.is_empty() {
        true => Vec::new(),
        false => (0..CHANGED).map(|_| changed(&seeds, &mut rng)).collect(),
    };
    let random = (0..RANDOM).map(move |_| (0..rng.usize(..LONGEST)).map(|_| rng.u8(..)).collect());
    seeds.into_iter().chain(changed).chain(random)
}

/// A seed with up to five edits: a byte that is replaced, inserted or removed, or another end.
fn changed(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seeds[rng.usize(..seeds.len())].clone();
    for _ in 0..rng.usize(1..=5) {
        let at = rng.usize(..=bytes.len());
        match rng.u8(..5) {
            0 => bytes.insert(at, rng.u8(..)),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            3 => {
                let other = &seeds[rng.usize(..seeds.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[rng.usize(..=other.len())..]);
            }
            _ if at < bytes.len() => bytes[at] = rng.u8(..),
            _ => bytes.push(rng.u8(..)),
        }
    }
    bytes
}

/// Asserts that the property holds for all inputs, without a panic.
pub(crate) fn assert_holds(oracle: &Oracle) {
    for input in inputs(oracle.seeds) {
        match catch_unwind(AssertUnwindSafe(|| (oracle.check)(&input))) {
            Ok(Ok(())) => {}
            Ok(Err(violation)) => panic!("{}: {violation}", oracle.name),
            Err(_) => panic!("{} panics for b\"{}\"", oracle.name, input.escape_ascii()),
        }
    }
}

/// The first violation that a check with a planted bug finds.
pub(crate) fn violation(seeds: fn() -> Vec<Vec<u8>>, check: impl Fn(&[u8]) -> Result<(), Violation>) -> Violation {
    inputs(seeds).find_map(|input| check(&input).err()).expect("the planted bug is found")
}
