//! Draft vectors for a person to review, one for each cause that a comparison found.
//!
//! Each draft lists the answers of all implementations. Its level is `open`, so it binds no implementation. Expected
//! values are answers of the compared implementations. Our own canonicalizer is used only if it was one of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::report::comparison::{ClusterEntry, ComparisonReport, TokenEntry};
use crate::report::words::answered;
use crate::suite::case::{Feature, Operation, Question};
use crate::suite::outcome::{Accepted, Answer, Issuer, Outcome};

/// A draft of a vector file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The name of the file.
    pub file: String,
    /// The text of the file.
    pub text: String,
}

/// The data that a draft is written from.
struct Material<'c> {
    /// The name of the draft.
    slug: String,
    /// The clauses that the draft tests.
    clauses: Vec<&'c str>,
    cause: String,
    operation: Operation,
    input: Map<String, Value>,
    features: Vec<&'static str>,
    outputs: &'c BTreeMap<String, Outcome>,
}

/// Writes a draft for each cluster with at least one answer that a vector can express.
///
/// # Panics
///
/// Never: a draft holds only text and numbers.
pub fn write(report: &ComparisonReport) -> Vec<Draft> {
    let materials = report.clusters.iter().map(of_request).chain(report.tokens.iter().map(of_token)).enumerate();
    let drafts = materials.filter_map(|(place, material)| {
        let slug = &material.slug;
        let case = case(&format!("draft/{slug}/{place}"), &material, report)?;
        let file = json!({ "format": "qsh-vectors", "version": 1, "cases": [case] });
        let text = serde_json::to_string_pretty(&file).expect("a draft holds only text and numbers");
        Some(Draft { file: format!("{place:03}-{slug}.json"), text: text + "\n" })
    });
    drafts.collect()
}

/// The draft of a request. For an unexplained cluster, the clause is the first one of the part that differs.
fn of_request(cluster: &ClusterEntry) -> Material<'_> {
    let what = cluster.unexplained.as_ref().map_or("", |it| it.what.as_str());
    let parts = [("method", "QSH-M1"), ("path", "QSH-P12"), ("query", "QSH-Q4")];
    let clause = || parts.iter().find(|(part, _)| what.ends_with(part)).map_or("QSH-C1", |(_, clause)| clause);
    let (slug, clause) = match cluster.choices.first() {
        Some(first) => (first.choice.split('=').next().unwrap_or_default(), first.clause.as_str()),
        None => ("unexplained", clause()),
    };
    let question = Question::CanonicalRequest(cluster.example.clone());
    Material {
        slug: slug.replace('_', "-"),
        clauses: vec![clause],
        cause: cluster.words(),
        operation: Operation::CanonicalRequest,
        input: question.input(),
        features: question.features().into_iter().map(Feature::name).collect(),
        outputs: &cluster.outputs,
    }
}

fn of_token(token: &TokenEntry) -> Material<'_> {
    let mut clauses: Vec<&str> = token.clauses.iter().map(String::as_str).collect();
    clauses.dedup();
    if clauses.is_empty() {
        clauses.push("JWT-1");
    }
    let names: Vec<String> = token.changes.iter().map(|change| change.replace('_', "-")).collect();
    Material {
        slug: if names.is_empty() { "good-token".to_owned() } else { names.join("-and-") },
        clauses,
        cause: format!("{}, {}", token.words(), token.rule()),
        operation: token.operation,
        features: Question::with_input(token.operation, token.example.clone())
            .map_or_else(|_| Vec::new(), |question| question.features().into_iter().map(Feature::name).collect()),
        input: token.example.clone(),
        outputs: &token.outputs,
    }
}

/// A case that expects the first answer and allows the other answers.
fn case(id: &str, material: &Material<'_>, report: &ComparisonReport) -> Option<Value> {
    let all = || report.adapters.iter().filter_map(|peer| Some((peer, material.outputs.get(&peer.name)?)));
    let mut answers = all().filter_map(|(peer, outcome)| Some((peer.name.as_str(), answer(material, outcome)?)));
    let (first, expected) = answers.next()?;
    let mut accept: Vec<Value> = Vec::new();
    let mut seen = vec![expected.clone()];
    for (name, other) in answers {
        if !seen.contains(&other) {
            let mut alternative = alternative(&other);
            alternative["because"] = format!("to be decided: the answer of {name}").into();
            accept.push(alternative);
            seen.push(other);
        }
    }
    let said = all().map(|(peer, outcome)| format!("{} {}: {}", peer.name, peer.version, answered(outcome)));
    let said: Vec<String> = said.collect();
    Some(json!({
        "id": id,
        "summary": format!("to be decided: {}", material.cause),
        "clauses": material.clauses,
        "level": "open",
        "operation": material.operation.name(),
        "input": material.input,
        "expect": expected,
        "accept": accept,
        "features": material.features,
        "source": format!("qsh diff, seed {}; expectation: the answer of {first}; {}", report.seed, said.join("; ")),
    }))
}

/// The outcome of an implementation in the form that a vector expects. `None` if a vector cannot express it.
fn answer(material: &Material<'_>, outcome: &Outcome) -> Option<Value> {
    match outcome {
        Outcome::Ok(Answer { canonical_request: Some(text), .. }) => {
            let canonical = text.as_str()?;
            let (method, rest) = canonical.split_once('&')?;
            let (path, query) = rest.split_once('&')?;
            let qsh = text.sha256_hex();
            Some(json!({ "canonical_request": canonical, "method": method, "path": path, "query": query, "qsh": qsh }))
        }
        Outcome::Ok(Answer { accepted: Some(Accepted { issuer: Issuer::Text(issuer), claims }), .. }) => {
            Some(json!({ "issuer": issuer, "claims": claims }))
        }
        Outcome::Rejected { reason, .. } if material.operation != Operation::CanonicalRequest => {
            Some(json!({ "rejected": [reason.code()] }))
        }
        _ => None,
    }
}

/// The same answer as an alternative, which has only the whole canonical request.
fn alternative(answer: &Value) -> Value {
    match answer.get("canonical_request") {
        Some(text) => json!({ "canonical_request": text }),
        None => answer.clone(),
    }
}

#[cfg(test)]
mod tests {
    use qsh_diagnose::Dialect;

    use super::*;
    use crate::adapter::built_in::BuiltIn;
    use crate::adapter::described::Described;
    use crate::diff::{NoWatch, Peer, Settings, diff};
    use crate::suite::load::Vectors;

    #[test]
    fn drafts_are_vectors_that_the_loader_takes() {
        let dialect = "trailing_slash=kept base_removal=none space=plus".split(' ').map(|it| it.parse().unwrap());
        let other = Described::new("other", dialect.fold(Dialect::OFFICIAL, Dialect::with));
        let peers = vec![Peer::new("built-in", Box::new(BuiltIn::new())), Peer::new("other", Box::new(other))];
        let comparison = diff(peers, &Settings { seed: 1, cases: Some(4_000), ..Settings::default() }, &mut NoWatch);
        let drafts = write(&ComparisonReport::from(&comparison));
        assert_eq!((drafts.len(), comparison.clusters.len()), (3, 3));
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
