//! What is known of a case, in JSON. The members of `qsh-diagnosis` are documented in docs/formats.md.

use qsh_diagnose::examine::{Case, Examination, Finding};
use qsh_diagnose::intake::Owner;
use qsh_diagnose::messages::KnownMessage;
use qsh_diagnose::signature::NamedSecret;
use qsh_diagnose::{Diagnosis, Explanation, Mistake, Text};
use serde_json::{Value, json};

use super::masked::masked;
use super::token::{rejection_to_json, signature_to_json};
use super::{next, token};
use crate::suite::verdict::first_difference;

/// Adds what is known of a case to a document: the members of `qsh-diagnosis`. The first hash has its members in the document
/// itself. Tokens and secrets are hidden.
///
/// # Examples
///
/// ```
/// use qsh::report::examination::{add_to_json, judgement_to_json};
/// use qsh_auth::jwt::Time;
/// use qsh_diagnose::examine::{Case, examine};
/// use qsh_diagnose::intake::{Evidence, Piece};
///
/// // The hash of GET&/&.
/// let hash = "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239";
/// let evidence = Evidence::read(&[Piece::new("URL", "https://app.example.com/"), Piece::new("hash", hash)])?;
/// let input = evidence.input();
/// let case = Case::new(&evidence, input.as_ref(), Time::new(0));
/// let examination = examine(&case)?;
/// let mut document = serde_json::json!({ "token": judgement_to_json(&examination) });
/// add_to_json(&mut document, &case, &examination);
/// assert_eq!((&document["token"], &document["right"]), (&serde_json::Value::Null, &true.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add_to_json(document: &mut Value, case: &Case<'_>, examination: &Examination) {
    let mut known = known(case, examination);
    mask(&mut known);
    if let (Value::Object(known), Some(members)) = (known, document.as_object_mut()) {
        members.extend(known);
    }
}

fn known(case: &Case<'_>, examination: &Examination) -> Value {
    let mut document = json!({});
    if let Some((first, others)) = examination.hashes.split_first() {
        add_finding(&mut document, first, case);
        let others = others.iter().map(|finding| {
            let mut other = json!({});
            add_finding(&mut other, finding, case);
            other
        });
        document["others"] = others.collect();
    }
    document["signature"] =
        examination.signature.as_ref().map(|finding| signature_to_json(finding, case.secrets)).into();
    document["messages"] = case.evidence.messages.iter().map(|known| message_to_json(known)).collect();
    let alternatives = examination.alternatives.iter().map(|open| {
        let choices: Vec<String> = open.mistakes.iter().map(ToString::to_string).collect();
        let clauses: Vec<&str> = open.mistakes.iter().map(Mistake::clause).collect();
        json!({ "choices": choices, "clauses": clauses, "qsh": open.hash })
    });
    document["alternatives"] = alternatives.collect();
    document["next"] = next(case, examination).into();
    document
}

/// Hides tokens and secrets in every text.
fn mask(value: &mut Value) {
    match value {
        Value::String(text) => *text = masked(text),
        Value::Array(values) => values.iter_mut().for_each(mask),
        Value::Object(members) => members.values_mut().for_each(mask),
        _ => {}
    }
}

/// What a token is taken for, or why it cannot be read.
pub fn judgement_to_json(examination: &Examination) -> Value {
    match &examination.token {
        None => Value::Null,
        Some(Ok(judgement)) => token::judgement_to_json(judgement),
        Some(Err(rejection)) => {
            let mut objection = rejection_to_json(rejection);
            (objection["found"], objection["expected"]) = (Value::Null, Value::Null);
            json!({ "kind": null, "because": null, "objections": [objection], "remarks": [], "not_compared": [] })
        }
    }
}

fn message_to_json(known: &KnownMessage) -> Value {
    json!({ "title": known.title, "causes": known.causes, "command": known.command })
}

fn add_finding(document: &mut Value, finding: &Finding, case: &Case<'_>) {
    for (name, value) in finding_to_json(finding, case) {
        document[name] = value;
    }
}

/// The members of a finding.
fn finding_to_json(finding: &Finding, case: &Case<'_>) -> Vec<(&'static str, Value)> {
    let Finding { hash, owner, diagnosis, .. } = finding;
    let (text, hex) = Text::into_members(Some(diagnosis.right.clone()));
    let explanations: Vec<Value> =
        diagnosis.explanations.iter().map(|explanation| explanation_to_json(explanation, diagnosis)).collect();
    let owner = match owner {
        Owner::Token => Some("token"),
        Owner::Verifier => Some("receiver"),
        _ => None,
    };
    let keyed = finding.keyed.map(|keyed| {
        let secret = case.secrets.get(keyed.secret).map(NamedSecret::name);
        json!({ "secret": secret, "encoding": keyed.encoding })
    });
    let mut members: Vec<(&'static str, Value)> = vec![
        ("hash", hash.as_str().into()),
        ("owner", owner.into()),
        ("right", diagnosis.is_right().into()),
        ("canonical_request", text.into()),
        ("canonical_request_hex", hex.into()),
        ("qsh", diagnosis.right.sha256_hex().into()),
        ("explained", finding.is_explained().into()),
        ("explanations", explanations.into()),
        ("cut", diagnosis.is_cut.into()),
        (
            "tried",
            json!({
                "mistakes": diagnosis.tried.mistakes, "implementations": diagnosis.tried.implementations,
                "missing_parameters": diagnosis.tried.missing_parameters,
                "canonical_requests": diagnosis.tried.canonical_requests,
                "mistakes_in_several_parts": diagnosis.tried.mistakes_in_several_parts,
                "with_implementations": diagnosis.tried.with_implementations,
                "rare_mistakes": diagnosis.tried.rare_mistakes, "added_parameters": diagnosis.tried.added_parameters,
                "with_rare_mistakes": diagnosis.tried.with_rare_mistakes,
            }),
        ),
    ];
    members.extend(keyed.map(|keyed| ("keyed", keyed)));
    members
}

fn explanation_to_json(explanation: &Explanation, diagnosis: &Diagnosis) -> Value {
    let (text, hex) = Text::into_members(Some(explanation.canonical.as_bytes().to_vec().into()));
    let choices: Vec<String> = explanation
        .mistakes
        .iter()
        .filter(|mistake| matches!(mistake, Mistake::Choice(_)))
        .map(ToString::to_string)
        .collect();
    let mistakes: Vec<Value> = explanation.mistakes.iter().map(mistake_to_json).collect();
    let at = first_difference(diagnosis.right.as_bytes(), explanation.canonical.as_bytes());
    json!({
        "choices": choices, "canonical_request": text, "canonical_request_hex": hex, "qsh": explanation.hash,
        "seen_in": explanation.seen_in(), "mistakes": mistakes, "differs_at": at,
    })
}

fn mistake_to_json(mistake: &Mistake) -> Value {
    let kind = match mistake {
        Mistake::Choice(_) => "choice",
        Mistake::Request(mistake) => mistake.kind.name(),
    };
    json!({
        "kind": kind, "name": mistake.to_string(), "clause": mistake.clause(), "does": mistake.does(),
        "standing": mistake.status().name(),
        "instead": mistake.instead(), "seen_in": mistake.seen_in(), "origin": mistake.origin(),
    })
}
