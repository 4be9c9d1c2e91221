//! Pairs of requests that an implementation gives one hash.

use std::collections::HashMap;

use super::evidence::{Asked, Evidence};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;

/// The pairs of binding cases whose requests have different right hashes, and one hash of the implementation. A wrong answer
/// is paired with the request whose right hash it is, or with an earlier wrong answer.
pub(crate) fn collisions(evidence: &[Evidence]) -> Vec<[usize; 2]> {
    let hashes = evidence.iter().enumerate().filter(|(_, it)| it.level != Level::Open).filter_map(|(place, it)| {
        let (Asked::Canonical { hash: Some(right), .. }, Outcome::Ok(answer)) = (&it.asked, &it.outcome) else {
            return None;
        };
        Some((place, right.as_str(), answer.hash()?))
    });
    let hashes: Vec<(usize, &str, String)> = hashes.collect();
    let right = hashes.iter().filter(|(_, right, found)| right == found);
    let mut first_with: HashMap<&str, (usize, &str)> = HashMap::new();
    for (place, right, found) in right {
        first_with.entry(found).or_insert((*place, right));
    }
    let mut pairs = Vec::new();
    for (place, right, found) in &hashes {
        let (first, expected) = first_with.entry(found).or_insert((*place, right));
        if expected != right {
            pairs.push([*place.min(first), *place.max(first)]);
        }
    }
    pairs
}
