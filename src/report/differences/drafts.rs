//! Vectors that a comparison proposes, for a person to decide: one for each cause, with what every implementation
//! answered. None is binding: the level is `open`, and nothing in it comes of our own canonicalizer unless that was one
//! of the implementations.

use serde_json::{Value, json};

use super::cause;
use crate::diff::{Cause, Cluster, Differences};
use crate::report::words::answered;
use crate::suite::outcome::{Answer, Outcome};
use crate::suite::text::Text;

/// A proposed vector file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The name of its file.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// A draft for each cluster that some implementation has a canonical request for.
///
/// # Panics
///
/// Never: a draft holds only text and numbers.
pub fn write(differences: &Differences) -> Vec<Draft> {
    let drafts = differences.clusters.iter().enumerate().filter_map(|(place, cluster)| {
        let (slug, clause) = about(cluster);
        let case = case(&format!("draft/{slug}/{place}"), clause, cluster, differences)?;
        let file = json!({ "format": "qsh-vectors", "version": 1, "cases": [case] });
        let text = serde_json::to_string_pretty(&file).expect("a draft holds only text and numbers");
        Some(Draft { file: format!("{place:03}-{slug}.json"), text: text + "\n" })
    });
    drafts.collect()
}

/// What a draft is called, and the clause that it touches: of an unexplained one, the first of its part.
fn about(cluster: &Cluster) -> (String, &'static str) {
    match &cluster.cause {
        Cause::Dialects(choices) => match choices.first() {
            Some(first) => (first.choice.field().name.replace('_', "-"), first.choice.field().clause),
            None => ("unexplained".to_owned(), "QSH-C1"),
        },
        Cause::Unexplained { what, .. } => {
            let parts = [("method", "QSH-M1"), ("path", "QSH-P12"), ("query", "QSH-Q4")];
            let clause = parts.iter().find(|(part, _)| what.ends_with(part)).map_or("QSH-C1", |(_, clause)| clause);
            ("unexplained".to_owned(), clause)
        }
    }
}

/// A case that expects what the first implementation with an answer gave, and allows what the others gave.
fn case(id: &str, clause: &str, cluster: &Cluster, differences: &Differences) -> Option<Value> {
    let answers: Vec<(&str, &Text)> = differences
        .peers
        .iter()
        .zip(&cluster.outcomes)
        .filter_map(|(peer, outcome)| match outcome {
            Outcome::Ok(Answer { canonical_request: Some(text), .. }) => Some((peer.name.as_str(), text)),
            _ => None,
        })
        .collect();
    let (first, expected) = *answers.first()?;
    let said: Vec<String> = differences
        .peers
        .iter()
        .zip(&cluster.outcomes)
        .map(|(peer, outcome)| format!("{} {}: {}", peer.name, peer.description.version, answered(outcome)))
        .collect();
    let mut accept: Vec<Value> = Vec::new();
    for (name, text) in answers.iter().filter(|(_, text)| text != &expected) {
        let mut other = json!({ "because": format!("to be decided: {name} answers so") });
        other["canonical_request"] = text.as_str()?.into();
        if !accept.iter().any(|known| known["canonical_request"] == other["canonical_request"]) {
            accept.push(other);
        }
    }
    let text = expected.as_str()?;
    let (method, rest) = text.split_once('&')?;
    let (path, query) = rest.split_once('&')?;
    Some(json!({
        "id": id,
        "summary": format!("to be decided: {}", cause(cluster, differences)),
        "clauses": [clause],
        "level": "open",
        "operation": "canonical_request",
        "input": cluster.example,
        "expect": { "canonical_request": text, "method": method, "path": path, "query": query, "qsh": expected.sha256_hex() },
        "accept": accept,
        "source": format!("qsh diff, seed {}; expected as {first} has it; {}", differences.seed, said.join("; ")),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::adapter::built_in::BuiltIn;
    use crate::adapter::described::Described;
    use crate::diff::{NoWatch, Peer, Settings, diff};
    use crate::suite::load::Vectors;

    #[test]
    fn drafts_are_vectors_that_the_loader_takes() {
        let dialect = "trailing_slash=kept base_removal=none space=plus".split(' ').map(|it| it.parse().unwrap());
        let other = Described::new("other", dialect.fold(Dialect::OFFICIAL, Dialect::with));
        let peer = |name: &str, adapter| Peer {
            name: name.to_owned(),
            described: Dialect::OFFICIAL,
            adapter,
            is_held_to_laws: true,
        };
        let peers = vec![peer("built-in", Box::new(BuiltIn::new()) as _), peer("other", Box::new(other) as _)];
        let differences = diff(peers, &Settings { seed: 1, cases: Some(4_000), ..Settings::default() }, &mut NoWatch);
        let drafts = write(&differences);
        assert_eq!((drafts.len(), differences.clusters.len()), (3, 3));
        for draft in drafts {
            let vectors = Vectors::parse(draft.file.as_ref(), draft.text.as_bytes()).unwrap();
            let case = vectors.cases().next().unwrap();
            assert_eq!((case.level, case.accept.len()), (crate::suite::case::Level::Open, 1), "{}", draft.text);
            assert!(
                case.source.contains("other ") && case.summary.starts_with("to be decided: other: "),
                "{}",
                draft.text
            );
        }
    }
}
