//! Pairs of requests that an implementation gives one hash.

use std::collections::HashMap;

use super::evidence::{Asked, Evidence};
use crate::suite::case::Level;
use crate::suite::outcome::Outcome;

/// The pairs of binding cases whose requests have different right hashes, and one hash of the implementation. A wrong answer
/// is paired with the request whose right hash it is, or with an earlier wrong answer.
pub(super) fn collisions(evidence: &[Evidence]) -> Vec<[usize; 2]> {
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

#[cfg(test)]
mod tests {
    use qsh_diagnose::Input;

    use super::*;
    use crate::suite::outcome::Answer;
    use crate::suite::verdict::Verdict;

    /// The evidence of a request with its right canonical request and the found one.
    fn evidence(level: Level, right: &str, found: &str) -> Evidence {
        let hash = Answer::canonical_request(right).hash();
        let asked = Asked::Canonical { input: Box::new(Input::new("GET", "/")), hash };
        let outcome = Outcome::Ok(Answer::canonical_request(found));
        Evidence { case: right.to_owned(), clauses: Vec::new(), level, verdict: Verdict::Fail, asked, outcome }
    }

    #[test]
    fn requests_with_different_right_hashes_and_one_found_hash_are_a_pair() {
        let must = |right: &str, found: &str| evidence(Level::Must, right, found);
        let kept = "GET&/a&b&";
        let pairs = |second: Evidence| collisions(&[must("GET&/a&b&", kept), second]);
        assert_eq!(pairs(must("GET&/a%26b&", kept)), [[0, 1]]);
        // One request with another hash, and two questions about one request.
        assert_eq!(pairs(must("GET&/a%26b&", "GET&/a+b&")), [[0; 2]; 0]);
        assert_eq!(pairs(must("GET&/a&b&", kept)), [[0; 2]; 0]);
        // The specification leaves the answer open.
        assert_eq!(pairs(evidence(Level::Open, "GET&/a%26b&", kept)), [[0; 2]; 0]);
    }
}
