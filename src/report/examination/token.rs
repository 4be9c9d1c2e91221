//! The kind of a token, what is wrong with it, and its signature: in words and in JSON.

use std::fmt::Write as _;

use qsh_auth::jwt::{Reason, Rejection};
use qsh_auth::kind::{Objection, Profile};
use qsh_diagnose::examine::Judgement;
use qsh_diagnose::signature::{NamedSecret, SignatureFinding};
use serde_json::{Value, json};

use super::INDENT;
use crate::report::style::{BAD, FAINT, GOOD};
use crate::report::words::message;
use crate::suite::case::Level;
use crate::suite::spec::clause;

/// The kind of the token, and what is wrong with it.
pub(super) fn write_token(out: &mut String, token: &Result<Judgement, Rejection>) {
    let judgement = match token {
        Ok(judgement) => judgement,
        Err(rejection) => {
            let what = if rejection.reason() == Reason::NoToken { "none is found" } else { "cannot be read" };
            let _ = writeln!(out, "token     {what}");
            return write_rejection(out, rejection);
        }
    };
    let why = judgement.because.map_or_else(|| "as given".to_owned(), |because| format!("because {because}"));
    let _ = writeln!(out, "token     {}, {FAINT}{why}{FAINT:#}", Profile::of(judgement.kind).title);
    judgement.objections.iter().for_each(|objection| write_objection(out, objection));
    let is_of_time = |it: &Objection| matches!(it.rejection.reason(), Reason::Expired | Reason::NotYetValid);
    if judgement.objections.iter().any(is_of_time) {
        let _ = writeln!(
            out,
            "{INDENT}{FAINT}--now T checks at the time of a log, --leeway S allows for clocks that differ{FAINT:#}"
        );
    }
    for remark in &judgement.remarks {
        let _ = writeln!(out, "{INDENT}{FAINT}remark{FAINT:#}  {} ({})", message(&remark.text), remark.clause);
    }
}

/// One objection, with what was found and what was expected.
fn write_objection(out: &mut String, objection: &Objection) {
    write_rejection(out, &objection.rejection);
    // The right hash is shown with its canonical request.
    if objection.rejection.reason() == Reason::QshMismatch {
        return;
    }
    if let Objection { found: Some(found), expected: Some(expected), .. } = objection {
        let (found, expected) = (message(&text_of(found)), message(expected));
        let _ = writeln!(out, "{INDENT}  found     {found}\n{INDENT}  expected  {expected}");
    }
}

/// A text without quotes, and anything else as JSON.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn write_rejection(out: &mut String, rejection: &Rejection) {
    let is_open = clause(rejection.clause()).is_some_and(|clause| clause.level == Level::Open);
    let open = if is_open { ", open: another receiver may accept it" } else { "" };
    let _ = writeln!(out, "{INDENT}{BAD}{}{BAD:#}  {rejection}{open}", rejection.reason().code());
}

/// What is known of the signature.
pub(super) fn write_signature(out: &mut String, finding: &SignatureFinding, secrets: &[NamedSecret]) {
    let name = |index: usize| secrets.get(index).map_or_else(String::new, |secret| message(secret.name()));
    let _ = match finding {
        SignatureFinding::Right { secret } => {
            writeln!(out, "signature {GOOD}made with the secret of {}{GOOD:#}", name(*secret))
        }
        SignatureFinding::Explained { secret, changes } => {
            let with = secret.map_or_else(String::new, |index| format!(", made with the secret of {}", name(index)));
            let _ = writeln!(out, "signature {BAD}wrong{BAD:#}{with}");
            changes.iter().try_for_each(|change| {
                writeln!(out, "{INDENT}{} ({})", change.does, change.clause)?;
                writeln!(out, "{INDENT}{GOOD}instead{GOOD:#}  {}", change.instead)
            })
        }
        SignatureFinding::Unexplained { tried } => {
            let count =
                if secrets.len() == 1 { "the secret".to_owned() } else { format!("the {} secrets", secrets.len()) };
            writeln!(
                out,
                "signature {BAD}wrong{BAD:#}: not made with {count}\n{INDENT}{tried} other signatures were tried: decoded, trimmed and quoted secrets, other algorithms and texts"
            )
        }
        _ => writeln!(out, "signature made with a private key: no shared secret verifies it"),
    };
}

pub(super) fn judgement_to_json(judgement: &Judgement) -> Value {
    let objections = judgement.objections.iter().map(objection_to_json);
    let remarks = judgement.remarks.iter().map(|remark| json!({ "message": remark.text, "clause": remark.clause }));
    json!({
        "kind": judgement.kind.name(), "because": judgement.because, "objections": objections.collect::<Vec<_>>(),
        "remarks": remarks.collect::<Vec<_>>(), "not_compared": judgement.not_compared,
    })
}

/// Why a token is refused.
///
/// # Examples
///
/// ```
/// use qsh::report::examination::rejection_to_json;
/// use qsh_auth::jwt::{Reason, Rejection};
///
/// let rejection = Rejection::new(Reason::Expired, "CON-7", "the token's exp has passed");
/// assert_eq!(rejection_to_json(&rejection)["reason"], "expired");
/// ```
pub fn rejection_to_json(rejection: &Rejection) -> Value {
    json!({ "reason": rejection.reason().code(), "clause": rejection.clause(), "message": rejection.to_string() })
}

fn objection_to_json(objection: &Objection) -> Value {
    let mut written = rejection_to_json(&objection.rejection);
    written["found"] = objection.found.clone().unwrap_or_default();
    written["expected"] = objection.expected.clone().into();
    written
}

pub(super) fn signature_to_json(finding: &SignatureFinding, secrets: &[NamedSecret]) -> Value {
    let name = |index: usize| secrets.get(index).map(NamedSecret::name);
    match finding {
        SignatureFinding::Right { secret } => json!({ "verified": true, "secret": name(*secret) }),
        SignatureFinding::Explained { secret, changes } => {
            let changes = changes.iter().map(|change| {
                json!({ "name": change.name, "does": change.does, "instead": change.instead, "clause": change.clause })
            });
            json!({ "verified": false, "secret": secret.and_then(name), "changes": changes.collect::<Vec<_>>() })
        }
        SignatureFinding::Unexplained { tried } => json!({ "verified": false, "changes": [], "tried": tried }),
        _ => json!({ "verified": null }),
    }
}
