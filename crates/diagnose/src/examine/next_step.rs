//! [`NextStep`]: what to do next.

use qsh_auth::jwt::{Reason, Rejection};
use qsh_auth::kind::{Objection, TokenKind};

use super::{Case, Examination};
use crate::hosts::site;
use crate::intake::Owner;
use crate::signature::SignatureFinding;

/// What to do next: one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// Mend a mistake that was found.
    Mend {
        /// How, as a sentence.
        how: String,
    },
    /// Nothing is certainly wrong, but something is suspicious.
    Suspect {
        /// What, as a sentence.
        what: String,
    },
    /// Nothing is wrong as far as it was checked. Check the rest.
    Check {
        /// The claims that were not compared.
        claims: Vec<&'static str>,
        /// Whether the signature was verified.
        is_verified: bool,
    },
    /// Nothing explains the refusal.
    Ask {
        /// What to find out, as a sentence.
        what: &'static str,
    },
}

impl Examination {
    /// What to do next: mend what is certainly wrong, from the outside to the inside, or find out more.
    pub fn next_step(&self, case: &Case<'_>) -> NextStep {
        let mend = |how: String| NextStep::Mend { how };
        if let Some(Err(rejection)) = &self.token {
            return mend(match rejection.reason() {
                Reason::NoToken => "send the token in the header Authorization, after the scheme JWT".to_owned(),
                _ => "copy the whole token: three segments with dots between them, without the scheme".to_owned(),
            });
        }
        let objections = self.judgement().map(|judgement| judgement.objections.as_slice()).unwrap_or_default();
        if let Some(objection) = objections.iter().find(|it| it.rejection.reason() != Reason::QshMismatch) {
            return mend(how(objection, self.judgement().map(|it| it.kind)));
        }
        if let Some(refused) =
            case.refused.filter(|refused| !matches!(refused.reason(), Reason::QshMismatch | Reason::BadSignature))
        {
            return mend(how_refused(refused));
        }
        match &self.signature {
            Some(SignatureFinding::ByPrivateKey) => {
                return mend("verify it with the public key of its kid: no shared secret made it".to_owned());
            }
            Some(SignatureFinding::Explained { changes, .. }) => {
                return mend(changes.first().map_or_else(String::new, |change| change.instead.to_owned()));
            }
            Some(SignatureFinding::Unexplained { .. }) => {
                return NextStep::Ask {
                    what: "take the sharedSecret of the last installed callback of this site, and check it with this token",
                };
            }
            _ => {}
        }
        match self.hashes.first() {
            Some(finding) if finding.is_not_hashed() => mend("write its SHA-256 in hexadecimal into qsh".to_owned()),
            Some(finding) if finding.diagnosis.is_right() => self.check(case),
            Some(_) if self.page.is_some() => mend(OF_PAGE.to_owned()),
            Some(finding) => match finding.diagnosis.explanations.first().and_then(|found| found.mistakes.first()) {
                Some(mistake) => mend(mistake.instead().to_owned()),
                None => NextStep::Ask { what: self.unexplained(case, finding.owner) },
            },
            None => self.check(case),
        }
    }

    fn check(&self, case: &Case<'_>) -> NextStep {
        if !case.evidence.messages.is_empty() && self.judgement().is_none_or(|it| it.remarks.is_empty()) {
            let is_alone = self.token.is_none() && self.hashes.is_empty();
            return NextStep::Ask { what: if is_alone { NOTHING } else { BY_MESSAGE } };
        }
        let Some(judgement) = self.judgement() else {
            let is_unknown = self.hashes.is_empty();
            return NextStep::Ask { what: if is_unknown { NOTHING } else { OTHER_CAUSE } };
        };
        let is_verified = matches!(self.signature, Some(SignatureFinding::Right { .. }));
        if let Some(remark) = judgement.remarks.first() {
            return NextStep::Suspect { what: remark.text.clone() };
        }
        if is_verified && judgement.not_compared.is_empty() {
            return NextStep::Ask { what: OTHER_CAUSE };
        }
        let claims = judgement.not_compared.iter().copied();
        NextStep::Check { claims: claims.collect(), is_verified }
    }

    fn unexplained(&self, case: &Case<'_>, owner: Owner) -> &'static str {
        let is_of_product = case.input.is_some_and(|input| site(input.url.as_bytes()).is_none());
        let has_one = case.input.is_some_and(|input| {
            let url = input.url.as_bytes();
            url.contains(&b'=') && !url.contains(&b'&')
        });
        if has_one {
            return "put the URL in quotes, if it has more parameters: a shell cuts it at its first &";
        }
        let is_url = self.judgement().is_some_and(|judgement| judgement.kind == TokenKind::Url);
        if owner == Owner::Token && is_url && is_of_product {
            return OF_ANOTHER_URL;
        }
        "print the canonical request that was hashed, and compare it with that of qsh explain"
    }
}

const OF_PAGE: &str =
    "the token is that of the page which sent this request: use a context token, from AP.context.getToken()";
const OF_ANOTHER_URL: &str = "find the URL that the product called: its token is good for that URL alone, and scripts of a page need a context token (AP.context.getToken())";
const OTHER_CAUSE: &str = "read the log of the receiver: it may see another request, know another secret, or refuse for a reason outside the token";
const BY_MESSAGE: &str = "nothing is certainly wrong in what you gave: go through the causes of the message above";
const NOTHING: &str = "give the token and the request as well: METHOD URL TOKEN";

/// How to mend what an objection is about.
fn how(objection: &Objection, kind: Option<TokenKind>) -> String {
    let Objection { rejection, name, expected, .. } = objection;
    let name = name.unwrap_or("the token");
    let expected = expected.as_deref();
    match rejection.reason() {
        Reason::NoToken => format!("send the token in the {}", expected.unwrap_or("right place")),
        Reason::AlgorithmNotAllowed => format!("sign with {}", expected.unwrap_or("the algorithm of this kind")),
        Reason::MissingClaim => format!("write {name} into the token, as {} says", rejection.clause()),
        Reason::UnknownIssuer if name == "the token" => format!("make another token for this request: this one is for {}", expected.unwrap_or("another receiver")),
        Reason::Expired if kind == Some(TokenKind::Context) => {
            "get a new context token: AP.context.getToken()".to_owned()
        }
        Reason::Expired => "make a new token for each request; if it was new, set the clocks of both sides".to_owned(),
        Reason::NotYetValid => "set the clock of the sender, and write dates in seconds of UTC".to_owned(),
        Reason::AudienceMismatch if kind == Some(TokenKind::Forge) => {
            "configure the whole id of the app as the audience: ari:cloud:ecosystem::app/ and its UUID".to_owned()
        }
        Reason::AudienceMismatch => {
            "compare the configuration of the receiver with the aud: scheme, host, port and path count".to_owned()
        }
        Reason::ContextToken if rejection.clause() == "PRD-4" => {
            "make a token of the app for this request: context tokens and session tokens are for the app's own endpoints"
                .to_owned()
        }
        Reason::ContextToken if kind == Some(TokenKind::Context) => {
            "use a context token at this URL: AP.context.getToken()".to_owned()
        }
        Reason::ContextToken => {
            "use the token of the product for this URL, or let the URL accept context tokens".to_owned()
        }
        Reason::LifetimeTooLong => format!("let the token expire earlier: {}", expected.unwrap_or("see its clause")),
        Reason::BadSignature => "copy the whole token: its signature has the wrong length".to_owned(),
        _ => match expected {
            Some(expected) => format!("write {expected} into {name}"),
            None => format!("read {} about {name}", rejection.clause()),
        },
    }
}

/// How to mend what a verifier refused and what no objection says.
fn how_refused(refused: &Rejection) -> String {
    match refused.reason() {
        Reason::UnknownKey => "give the verifier the public key of the token's kid".to_owned(),
        _ => format!("{refused}"),
    }
}
