//! Wrong hashes that other languages computed with their own libraries. They are the committed output of
//! `foreign/write`.
//!
//! The mistakes that cause them were written by hand, beside the code that makes them.

use std::collections::BTreeSet;

use qsh_diagnose::{CanonicalAnswer, DEEPEST, Input, diagnose};
use serde::Deserialize;

use super::requests::realistic;

const LANGUAGES: [(&str, &str); 5] = [
    ("Go", include_str!("foreign/go.json")),
    ("Java", include_str!("foreign/java.json")),
    ("Node.js", include_str!("foreign/node.json")),
    ("PHP", include_str!("foreign/php.json")),
    ("Python", include_str!("foreign/python.json")),
];

/// The language, the signer, a part of the URL, and what the dialect table lacks.
const UNEXPLAINED: [(&str, &str, &str, &str); 3] = [
    ("PHP", "http_build_query", "?[filter]=a&tag[]=x", "`parse_str` makes `_filter]` and `tag[0]` of those names"),
    (
        "PHP",
        "ksort and http_build_query",
        "?[filter]=a&tag[]=x",
        "`parse_str` makes `_filter]` and `tag[0]` of those names",
    ),
    ("PHP", "htmlspecialchars", "file's.txt", "`'` becomes `&#039;`"),
];

#[derive(Deserialize)]
struct Signer {
    #[serde(rename = "signer")]
    name: String,
    /// All of its mistakes. For a request that shows few of them, also mistakes that have the same result.
    mistakes: BTreeSet<String>,
    hashes: Vec<String>,
}

impl Signer {
    /// Mistakes of this signer that explain its hash of a request, and whether they are the first explanation.
    fn explanation(&self, input: &Input, hash: &str) -> Option<(BTreeSet<String>, bool)> {
        let diagnosis = diagnose(input, &CanonicalAnswer::qsh(hash), DEEPEST).unwrap();
        let explanations =
            diagnosis.explanations.iter().map(|it| it.mistakes.iter().map(ToString::to_string).collect());
        let found =
            explanations.enumerate().find(|(_, mistakes): &(_, BTreeSet<String>)| mistakes.is_subset(&self.mistakes));
        found.map(|(at, mistakes)| (mistakes, at == 0))
    }
}

fn signers() -> impl Iterator<Item = (&'static str, Vec<Signer>)> {
    LANGUAGES.iter().map(|(language, text)| (*language, serde_json::from_str(text).unwrap()))
}

/// The requests that were signed.
fn asked() -> Vec<Input> {
    realistic().into_iter().filter(|input| input.form.is_none()).collect()
}

fn is_right(input: &Input, hash: &str) -> bool {
    qsh_hash::hash(&input.request().unwrap()).as_str() == hash
}

#[test]
fn every_wrong_hash_of_another_language_is_named_by_what_its_code_does() {
    let (mut wrong, mut first, mut unexplained) = (0, 0, BTreeSet::new());
    for (language, signers) in signers() {
        let (mut named, mut all) = (BTreeSet::new(), BTreeSet::new());
        for signer in &signers {
            all.extend(signer.mistakes.clone());
            let asked = asked();
            assert_eq!(asked.len(), signer.hashes.len(), "{language}: {}", signer.name);
            for (input, hash) in asked.iter().zip(&signer.hashes).filter(|(input, hash)| !is_right(input, hash)) {
                wrong += 1;
                match signer.explanation(input, hash) {
                    Some((mistakes, is_first)) => {
                        named.extend(mistakes);
                        first += usize::from(is_first);
                    }
                    None => {
                        unexplained.insert((language, signer.name.clone(), input.to_string()));
                    }
                }
            }
        }
        assert_eq!(named, all, "{language}: mistakes that no request shows");
    }
    println!("{wrong} wrong hashes: {first} have a true explanation first, {} have none", unexplained.len());
    assert!(unexplained.iter().all(is_known_to_be_unexplained), "{unexplained:?}");
    assert_eq!(unexplained.len(), UNEXPLAINED.len());
    assert!(first * 10 > wrong * 8, "{first} of {wrong}");
}

fn is_known_to_be_unexplained((language, name, input): &(&str, String, String)) -> bool {
    UNEXPLAINED.iter().any(|(of, signer, url, _)| of == language && signer == name && input.contains(url))
}

/// Correct signers, written from the clauses in two languages. They show that the committed hashes belong to these
/// requests.
#[test]
fn who_makes_no_mistake_has_the_right_hash() {
    let right: Vec<Signer> =
        signers().flat_map(|(_, signers)| signers).filter(|signer| signer.mistakes.is_empty()).collect();
    assert_eq!(right.len(), 2);
    for signer in right {
        assert!(asked().iter().zip(&signer.hashes).all(|(input, hash)| is_right(input, hash)), "{}", signer.name);
    }
}
