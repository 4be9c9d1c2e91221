//! [`NextStep`]: what to do next.

use qsh_auth::jwt::{Reason, Rejection};
use qsh_auth::kind::{Objection, Profile, TokenKind};

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
    Check,
    /// Nothing explains the refusal.
    Ask {
        /// What to find out, as a sentence.
        what: &'static str,
    },
}

impl Examination {
    /// What to do next: mend what is certainly wrong, from the outside to the inside, or find out more.
    ///
    /// # Examples
    ///
    /// A slash at the end of the path was hashed (QSH-P7):
    ///
    /// ```
    /// use qsh_auth::jwt::Time;
    /// use qsh_diagnose::examine::{Case, NextStep, examine};
    /// use qsh_diagnose::intake::{Evidence, Piece};
    ///
    /// let pieces = [Piece::new("URL", "https://app.example.com/a/"), Piece::new("hash", "GET&/a/&")];
    /// let evidence = Evidence::read(&pieces)?;
    /// let input = evidence.input();
    /// let case = Case::new(&evidence, input.as_ref(), Time::new(0));
    /// let NextStep::Mend { how } = examine(&case)?.next_step(&case) else { panic!() };
    /// assert!(how.starts_with("do this instead: "));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_step(&self, case: &Case<'_>) -> NextStep {
        let mend = |how: String| NextStep::Mend { how };
        if let Some(Err(rejection)) = &self.token {
            return mend(match rejection.reason() {
                Reason::NoToken => "send the token in the header Authorization, after the scheme JWT".to_owned(),
                _ if rejection.clause() == "JWT-6" => {
                    "make a smaller token: JWT-6 allows 65,536 bytes and 32 levels".to_owned()
                }
                _ => "copy the whole token: three segments with dots between them, without the scheme".to_owned(),
            });
        }
        // What was done to the signature explains its size, too.
        if let Some(SignatureFinding::Explained { changes, .. }) = &self.signature
            && let Some(change) = changes.first()
            && self.objection().is_none_or(|it| it.rejection.reason() == Reason::BadSignature)
        {
            return mend(instead(change.instead));
        }
        if let Some((objection, judgement)) = self.objection().zip(self.judgement()) {
            return mend(how(objection, judgement.kind));
        }
        if let Some(refused) = case.refused.filter(|refused| !self.is_told(refused)) {
            return mend(how_refused(refused));
        }
        match &self.signature {
            Some(SignatureFinding::ByPrivateKey) => {
                return mend("verify it with the public key of its kid: no shared secret made it".to_owned());
            }
            Some(SignatureFinding::Unexplained { .. }) => return NextStep::Ask { what: OTHER_SECRET },
            _ => {}
        }
        match self.hashes.first() {
            Some(finding) if finding.is_not_hashed() => mend("write its SHA-256 in hexadecimal into qsh".to_owned()),
            Some(finding) if finding.diagnosis.is_right() => self.check(case),
            Some(finding) if finding.keyed.is_some() => mend(WITHOUT_KEY.to_owned()),
            Some(_) if self.page.is_some() => mend(OF_PAGE.to_owned()),
            Some(finding) => match finding.diagnosis.explanations.first().and_then(|found| found.mistakes.first()) {
                Some(mistake) => mend(instead(mistake.instead())),
                None => NextStep::Ask { what: self.unexplained(case, finding.owner) },
            },
            None => self.check(case),
        }
    }

    /// The first objection that the lines of the hash do not answer.
    pub(super) fn objection(&self) -> Option<&Objection> {
        let is_answered = self.hashes.iter().any(|finding| finding.owner == Owner::Token);
        let of_hash = |it: &&Objection| is_answered && it.rejection.reason() == Reason::QshMismatch;
        self.judgement()?.objections.iter().find(|it| !of_hash(it))
    }

    /// Whether the lines of the hash or of the signature answer a refusal.
    fn is_told(&self, refused: &Rejection) -> bool {
        match refused.reason() {
            Reason::QshMismatch => !self.hashes.is_empty(),
            Reason::BadSignature => self.signature.is_some(),
            _ => false,
        }
    }

    fn check(&self, case: &Case<'_>) -> NextStep {
        if !case.evidence.messages.is_empty() && self.judgement().is_none_or(|it| it.remarks.is_empty()) {
            let is_alone = self.token.is_none() && self.hashes.is_empty();
            return NextStep::Ask { what: if is_alone { NOTHING } else { BY_MESSAGE } };
        }
        let Some(judgement) = self.judgement() else {
            return NextStep::Ask { what: if self.hashes.is_empty() { NOTHING } else { OTHER_CAUSE } };
        };
        if let Some(remark) = judgement.remarks.first() {
            return NextStep::Suspect { what: remark.text.clone() };
        }
        if case.evidence.is_cut_by_shell {
            return NextStep::Suspect { what: CUT_BY_SHELL.to_owned() };
        }
        let is_verified = matches!(self.signature, Some(SignatureFinding::Right { .. }));
        if is_verified && judgement.not_compared.is_empty() {
            return NextStep::Ask { what: OTHER_CAUSE };
        }
        NextStep::Check
    }

    fn unexplained(&self, case: &Case<'_>, owner: Owner) -> &'static str {
        let url = case.input.map(|input| input.url.as_bytes()).unwrap_or_default();
        let is_of_product = self.judgement().is_some_and(|judgement| judgement.kind == TokenKind::Url);
        if owner == Owner::Token && is_of_product && site(url).is_none() {
            return OF_ANOTHER_URL;
        }
        if url.contains(&b'=') && !url.contains(&b'&') {
            return "put the URL in quotes, if it has more parameters: a shell cuts it at its first &";
        }
        "print the canonical request that was hashed, and compare it with that of qsh explain"
    }
}

const OF_PAGE: &str =
    "the token is that of the page which sent this request: use a context token, from AP.context.getToken()";
const OF_ANOTHER_URL: &str = "find the URL that the product called: its token is good for that URL alone, and scripts of a page need a context token (AP.context.getToken())";
const WITHOUT_KEY: &str =
    "write the SHA-256 of the canonical request into qsh, without a key: the secret signs the token and nothing else";
const CUT_BY_SHELL: &str = "the shell cut the command at the first & of its URL, and the server saw only what stands before it: put the URL in quotes";
const OTHER_CAUSE: &str = "read the log of the receiver: it may see another request, know another secret, or refuse for a reason outside the token";
const OTHER_SECRET: &str =
    "take the sharedSecret of the last installed callback of this site, and check it with this token";
const BY_MESSAGE: &str = "nothing is certainly wrong in what you gave: go through the causes of the message above";
const NOTHING: &str = "give the token and the request as well: METHOD URL TOKEN";

/// How to mend what an objection is about. The maker of the token mends it; the receiver of a token of another maker
/// refuses it, or changes what it expects.
fn how(objection: &Objection, kind: TokenKind) -> String {
    let Objection { rejection, name, expected, .. } = objection;
    let name = name.unwrap_or("the token");
    let expected = expected.as_deref();
    let maker = Profile::of(kind).issued_by;
    let is_own = matches!(
        kind,
        TokenKind::App | TokenKind::AppBitbucket | TokenKind::Asap | TokenKind::Impersonation | TokenKind::Session
    );
    match rejection.reason() {
        Reason::NoToken => format!("send the token in the {}", expected.unwrap_or("right place")),
        Reason::UnknownIssuer if name == "the token" => {
            format!("make another token for this request: this one is for {}", expected.unwrap_or("another receiver"))
        }
        Reason::ContextToken if rejection.clause() == "PRD-4" => {
            "make a token of the app for this request: context tokens and session tokens are for the app's own endpoints"
                .to_owned()
        }
        Reason::ContextToken if kind == TokenKind::Context => {
            "use a context token at this URL: AP.context.getToken()".to_owned()
        }
        Reason::ContextToken => {
            "use the token of the product for this URL, or let the URL accept context tokens".to_owned()
        }
        Reason::Expired if kind == TokenKind::Context => "get a new context token: AP.context.getToken()".to_owned(),
        Reason::Expired => "make a new token for each request; if it was new, set the clocks of both sides".to_owned(),
        Reason::NotYetValid => "set the clock of the sender, and write dates in seconds of UTC".to_owned(),
        Reason::BadSignature => "copy the whole token: its signature has the wrong length".to_owned(),
        Reason::QshMismatch => "write the hash of the request into qsh".to_owned(),
        Reason::AudienceMismatch if kind == TokenKind::Forge => {
            "configure the whole id of the app as the audience: ari:cloud:ecosystem::app/ and its UUID".to_owned()
        }
        Reason::AudienceMismatch if !is_own => {
            "compare the configuration of the receiver with the aud: scheme, host, port and path count".to_owned()
        }
        Reason::UnknownIssuer if !is_own => {
            "look up the tenant of this iss; if there is none, install the app again".to_owned()
        }
        Reason::AlgorithmNotAllowed if !is_own => {
            format!("refuse it: {maker} signs such a token with {}", expected.unwrap_or("another algorithm"))
        }
        _ if !is_own => format!("find out who made it: {maker} makes no such token ({})", rejection.clause()),
        Reason::AlgorithmNotAllowed => format!("sign with {}", expected.unwrap_or("the algorithm of this kind")),
        Reason::MissingClaim => format!("write {name} into the token, as {} says", rejection.clause()),
        Reason::LifetimeTooLong => format!("let the token expire earlier: {}", expected.unwrap_or("see its clause")),
        _ => match expected {
            Some(expected) => format!("write {expected} into {name}"),
            None => format!("read {} about {name}", rejection.clause()),
        },
    }
}

/// What is right in place of a mistake.
fn instead(text: &str) -> String {
    format!("do this instead: {text}")
}

/// How to mend what a verifier refused and what no objection says.
fn how_refused(refused: &Rejection) -> String {
    match refused.reason() {
        Reason::BadSignature => "check that the key is the one of the kid, and that the token is unchanged".to_owned(),
        Reason::UnknownKey => "give the verifier the public key of the token's kid".to_owned(),
        _ => refused.to_string(),
    }
}
