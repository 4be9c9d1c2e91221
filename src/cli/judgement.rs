//! [`Judgement`]: the kind that a token seems to have, and what is wrong with it as a token of that kind.

use std::fmt::Write as _;

use qsh::report::style::{BAD, FAINT};
use qsh::report::words::message;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, Rejection, Time};
use qsh_auth::kind::{
    Demand, Expected, Objection, Profile, Recipient, Recognition, Remark, TokenKind, objections, remarks,
};
use qsh_diagnose::Input;
use qsh_diagnose::hosts::{Product, site};
use serde_json::{Value, json};

/// What a token is taken for, and what is wrong with it.
pub(super) struct Judgement {
    pub(super) kind: TokenKind,
    /// The mark by which the kind was recognised, unless it was given.
    because: Option<&'static str>,
    pub(super) objections: Vec<Objection>,
    pub(super) remarks: Vec<Remark>,
}

impl Judgement {
    /// Judges a token as one of the given kind, or as one of the kind that it seems to have.
    pub(super) fn of(
        token: &Unverified<'_>,
        given: Option<TokenKind>,
        recipient: Option<Recipient>,
        expected: &Expected<'_>,
        time: Time,
    ) -> Self {
        let recognition = Recognition::of(token, recipient, None);
        let (kind, because) = given.map_or((recognition.kind, Some(recognition.because)), |kind| (kind, None));
        let objections = objections(token, kind, expected, time);
        Self { kind, because, objections, remarks: remarks(token, kind, time.now()) }
    }

    /// The name of the kind, for people.
    pub(super) fn title(&self) -> &'static str {
        Profile::of(self.kind).title
    }

    /// Why it is taken for this kind.
    pub(super) fn why(&self) -> String {
        self.because.map_or_else(|| "as you say".to_owned(), |because| format!("because {because}"))
    }

    /// Whether a token of this kind is bound to a request by its `qsh`.
    pub(super) fn has_hash(&self) -> bool {
        Profile::of(self.kind).claims.iter().any(|rule| rule.claim == "qsh")
    }

    /// Whether a verifier compares the audience of a token of this kind.
    pub(super) fn has_audience(&self) -> bool {
        Profile::of(self.kind).claims.iter().any(|rule| matches!(rule.demand, Demand::AudienceIsOurs(_)))
    }

    /// The remarks, each on a line with this indent, and how to check at another time.
    pub(super) fn write_remarks(&self, out: &mut String, indent: &str) {
        let is_of_time = |it: &Objection| matches!(it.rejection.reason(), Reason::Expired | Reason::NotYetValid);
        if self.objections.iter().any(is_of_time) {
            let _ = writeln!(
                out,
                "{indent}{FAINT}--now T checks at the time of a log, --leeway S allows for clocks that differ{FAINT:#}"
            );
        }
        for remark in &self.remarks {
            let _ = writeln!(out, "{indent}{FAINT}remark{FAINT:#}  {} ({})", message(&remark.text), remark.clause);
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let objections = self.objections.iter().map(objection_to_json);
        let remarks = self.remarks.iter().map(|remark| json!({ "message": remark.text, "clause": remark.clause }));
        json!({
            "kind": self.kind.name(), "because": self.because, "objections": objections.collect::<Vec<_>>(),
            "remarks": remarks.collect::<Vec<_>>(),
        })
    }
}

/// One objection, with what was found and what was expected.
pub(super) fn write_objection(out: &mut String, indent: &str, objection: &Objection) {
    write_rejection(out, indent, &objection.rejection);
    // The right hash is shown with its canonical request.
    if objection.rejection.reason() == Reason::QshMismatch {
        return;
    }
    if let Objection { found: Some(found), expected: Some(expected), .. } = objection {
        let (found, expected) = (message(&found.to_string()), message(expected));
        let _ = writeln!(out, "{indent}  found     {found}\n{indent}  expected  {expected}");
    }
}

pub(super) fn write_rejection(out: &mut String, indent: &str, rejection: &Rejection) {
    let _ = writeln!(out, "{indent}{BAD}{}{BAD:#}  {rejection}", rejection.reason().code());
}

pub(super) fn rejection_to_json(rejection: &Rejection) -> Value {
    json!({ "reason": rejection.reason().code(), "clause": rejection.clause(), "message": rejection.to_string() })
}

fn objection_to_json(objection: &Objection) -> Value {
    let mut written = rejection_to_json(&objection.rejection);
    written["found"] = objection.found.clone().unwrap_or_default();
    written["expected"] = objection.expected.clone().into();
    written
}

/// Who receives a request, if its host is known.
pub(super) fn recipient(input: &Input) -> Option<Recipient> {
    Some(match site(input.url.as_bytes())?.product {
        Product::Bitbucket => Recipient::Bitbucket,
        _ => Recipient::Product,
    })
}
