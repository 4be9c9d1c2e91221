//! What is known of a refused token, in words and in JSON: the examination of `qsh-diagnose` as people and programs read it.

mod hash;
mod json;
mod masked;
mod token;

use std::fmt::Write as _;

use qsh_auth::jwt::Reason;
use qsh_auth::kind::TokenKind;
use qsh_diagnose::examine::{Case, Examination, Finding, NextStep};
use qsh_diagnose::messages::KnownMessage;
use qsh_diagnose::signature::SignatureFinding;

pub use hash::request_line;
pub use json::{add_to_json, judgement_to_json};
pub use masked::masked;
pub use token::rejection_to_json;

use super::style::{BOLD, FAINT, GOOD};
use super::words::message;

/// The width of the labels.
const INDENT: &str = "          ";

/// Everything that is known of a case, from the kind of its token to what to do next. Tokens and secrets are hidden.
///
/// # Examples
///
/// ```
/// use qsh::report::examination;
/// use qsh_auth::jwt::Time;
/// use qsh_diagnose::examine::{Case, examine};
/// use qsh_diagnose::intake::{Evidence, Piece};
///
/// // The hash of GET&/panel&.
/// let hash = "ed4bafc1a2f95c9cd0ae3c65f73b1d3d5b8efb3dba15e2a4bd7dd6dcbb5b37cf";
/// let evidence = Evidence::read(&[Piece::new("request", "GET /panel?a=b"), Piece::new("hash", hash)])?;
/// let input = evidence.input();
/// let case = Case::new(&evidence, input.as_ref(), Time::new(0));
/// let text = examination::human(&case, &examine(&case)?);
/// assert!(text.contains("GET&/panel&a=b"), "{text}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn human(case: &Case<'_>, examination: &Examination) -> String {
    let mut out = String::new();
    if let Some(token) = &examination.token {
        token::write_token(&mut out, token);
    }
    if let Some(finding) = &examination.signature {
        token::write_signature(&mut out, finding, case.secrets);
    }
    let messages = &case.evidence.messages;
    messages.iter().filter(|message| !is_answered(message, examination)).for_each(|it| write_message(&mut out, it));
    hash::write_hashes(&mut out, case, examination);
    write_unchecked(&mut out, case, examination);
    let next = next(case, examination).replace(NO_OBJECTION, &format!("{GOOD}{NO_OBJECTION}{GOOD:#}"));
    let _ = writeln!(out, "{BOLD}next{BOLD:#}      {next}");
    masked(&out)
}

/// Whether what was found is what the message is about. A message without a reason is answered by anything.
fn is_answered(message: &KnownMessage, examination: &Examination) -> bool {
    let objections = examination.judgement().map(|judgement| judgement.objections.as_slice()).unwrap_or_default();
    let of_token = objections.iter().map(|objection| objection.rejection.reason());
    let explained = examination.hashes.iter().filter(|finding| finding.is_explained());
    let is_explained = matches!(examination.signature, Some(SignatureFinding::Explained { .. }));
    let of_signature = is_explained.then_some(Reason::BadSignature);
    let mut found = of_token.chain(explained.filter_map(Finding::reason)).chain(of_signature);
    found.any(|reason| message.reasons.is_empty() || message.reasons.contains(&reason))
}

fn write_message(out: &mut String, known: &KnownMessage) {
    let _ = writeln!(out, "message   {BOLD}{}{BOLD:#}", message(known.title));
    let _ = writeln!(out, "{INDENT}{FAINT}{}{FAINT:#}", known.written_by);
    for (index, cause) in known.causes.iter().enumerate() {
        let _ = writeln!(out, "{INDENT}{}. {cause}", index + 1);
    }
    if !known.note.is_empty() {
        let _ = writeln!(out, "{INDENT}{}", known.note);
    }
    let _ = writeln!(out, "{INDENT}{FAINT}to decide{FAINT:#}  {}", known.command);
}

/// What a verifier compares, and nothing here did.
fn write_unchecked(out: &mut String, case: &Case<'_>, examination: &Examination) {
    let Some(judgement) = examination.judgement() else { return };
    let mut open: Vec<String> =
        judgement.not_compared.iter().map(|claim| format!("{claim} ({})", option(claim))).collect();
    match judgement.kind {
        _ if is_verified(examination) || case.refused.is_some() => {}
        TokenKind::ForgeOauth => {}
        TokenKind::Forge => open.push("signature (qsh token verify --key-set)".to_owned()),
        _ if !judgement.is_by_secret() => open.push("signature (qsh token verify --public-key)".to_owned()),
        _ if case.secrets.is_empty() => open.push("signature (--secret-file)".to_owned()),
        _ => {}
    }
    if !open.is_empty() {
        let _ = writeln!(out, "unchecked {FAINT}{}{FAINT:#}", open.join(", "));
    }
}

/// The option that gives what a claim is compared with.
fn option(claim: &str) -> &'static str {
    match claim {
        "iss" => "--issuer",
        "aud" => "--audience",
        _ => "METHOD URL",
    }
}

const NO_OBJECTION: &str = "no objection";

/// What to do next, in one line.
fn next(case: &Case<'_>, examination: &Examination) -> String {
    match examination.next_step(case) {
        NextStep::Mend { how } => message(&how),
        NextStep::Suspect { what } => format!("likely {}", message(&what)),
        NextStep::Check => {
            let more = if examination.alternatives.is_empty() { "" } else { "; if all is good, try the disputed hash" };
            format!("{NO_OBJECTION}: check what is unchecked, with the options above{more}")
        }
        NextStep::Ask { what } => what.to_owned(),
        _ => "read docs/401.md".to_owned(),
    }
}

fn is_verified(examination: &Examination) -> bool {
    matches!(examination.signature, Some(SignatureFinding::Right { .. }))
}
