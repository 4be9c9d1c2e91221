//! Pairs of requests that an implementation gives one hash.

use std::collections::HashMap;

use super::evidence::{Asked, Evidence};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;

/// The pairs of binding cases whose requests have different right hashes, and one hash of the implementation.
pub(crate) fn collisions(evidence: &[Evidence]) -> Vec<[usize; 2]> {
    let mut first_with: HashMap<String, (usize, &str)> = HashMap::new();
    let mut pairs = Vec::new();
    for (place, it) in evidence.iter().enumerate().filter(|(_, it)| it.level != Level::Open) {
        let (Asked::Canonical { hash: Some(right), .. }, Outcome::Ok(answer)) = (&it.asked, &it.outcome) else {
            continue;
        };
        let Some(hash) = answer.hash() else { continue };
        let (first, expected) = first_with.entry(hash).or_insert((place, right));
        if *expected != right {
            pairs.push([*first, place]);
        }
    }
    pairs
}
