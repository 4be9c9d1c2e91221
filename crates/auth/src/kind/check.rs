//! Checks the claims of a token by the rules of its kind.

use std::borrow::Cow;

use qsh_hash::Request;
use serde_json::Value;

use super::claims::CONTEXT_QSH;
use super::expected::Expected;
use super::profile::Profile;
use super::rule::{Demand, Rule, Slash};
use crate::jwt::{Claims, Reason, Rejection, Time};

/// Checks every rule of a kind, in the order of the table.
///
/// # Errors
///
/// The first rule that does not hold.
pub(crate) fn check(profile: &Profile, claims: &Claims, expected: &Expected<'_>, time: Time) -> Result<(), Rejection> {
    let checker = Checker { claims, expected, time };
    profile.claims.iter().try_for_each(|rule| match checker.breach(rule) {
        Some(breach) => Err(breach.rejection(rule)),
        None => Ok(()),
    })
}

/// A rule that does not hold.
pub(super) struct Breach {
    reason: Reason,
    what: Cow<'static, str>,
    /// What was expected, if it is a value.
    pub(super) expected: Option<String>,
}

impl Breach {
    fn new(reason: Reason, what: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, what: what.into(), expected: None }
    }

    fn instead_of(self, expected: impl Into<String>) -> Self {
        Self { expected: Some(expected.into()), ..self }
    }

    pub(super) fn rejection(self, rule: &Rule) -> Rejection {
        Rejection::new(self.reason, rule.clause, self.what)
    }
}

/// The claims, and what they are compared with.
pub(super) struct Checker<'c> {
    pub(super) claims: &'c Claims,
    pub(super) expected: &'c Expected<'c>,
    pub(super) time: Time,
}

impl Checker<'_> {
    /// Whether the claim breaks the rule, and how.
    pub(super) fn breach(&self, rule: &Rule) -> Option<Breach> {
        let claim = rule.claim;
        let Some(value) = self.claims.get(claim) else {
            let is_missing = rule.demand == Demand::Present;
            return is_missing.then(|| Breach::new(Reason::MissingClaim, format!("the token has no {claim}")));
        };
        match rule.demand {
            Demand::Present => None,
            Demand::Text => (!value.is_string()).then(|| wrong_type(claim, "text")),
            Demand::Date => (!value.is_number()).then(|| wrong_type(claim, "a number")),
            Demand::Audience => audiences(value).is_none().then(|| wrong_type(claim, "text or a list of texts")),
            Demand::AudienceIsOurs(slash) => self.audience(value, slash),
            Demand::NotEmpty => (value == "").then(|| {
                let what = format!("the token's {claim} is empty");
                Breach::new(Reason::InvalidClaim, what)
            }),
            Demand::NotPassed | Demand::Begun | Demand::BegunOrNbf => self.window(claim, rule.demand),
            Demand::AfterIssue | Demand::Lifetime(_) => self.lifetime(claim, rule.demand),
            _ => value.as_str().and_then(|text| self.of_text(claim, text, rule.demand)),
        }
    }

    fn of_text(&self, claim: &'static str, text: &str, demand: Demand) -> Option<Breach> {
        match demand {
            Demand::Issuer(whose) => {
                let expected = self.expected.issuer.filter(|&expected| expected != text)?;
                let what = format!("the token's {claim} is not {whose}");
                Some(Breach::new(Reason::UnknownIssuer, what).instead_of(expected))
            }
            Demand::IssuerIs(expected) => (text != expected).then(|| {
                Breach::new(Reason::UnknownIssuer, format!("the token's {claim} is not {expected}"))
                    .instead_of(expected)
            }),
            Demand::StartsWith(fronts) => (!fronts.iter().any(|front| is_longer(text, front))).then(|| {
                let fronts = fronts.join(" or ");
                let reason = if claim == "iss" { Reason::UnknownIssuer } else { Reason::InvalidClaim };
                Breach::new(reason, format!("the token's {claim} does not begin with {fronts}, with more after it"))
                    .instead_of(format!("{fronts}, and the id after it"))
            }),
            Demand::OwnsKey => {
                let is_of_another = self.expected.key_id.is_some_and(|key_id| !key_id.is_owned_by(text));
                let what = "the token's kid does not belong to its iss";
                let expected = format!("a kid that begins with {text}/");
                is_of_another.then(|| Breach::new(Reason::KeyNotOwned, what).instead_of(expected))
            }
            Demand::Subject => self.subject(text),
            Demand::ClientKey => self.expected.client_key.filter(|&expected| expected != text).map(|expected| {
                let what = format!("the token's {claim} is not the client key of the tenant");
                Breach::new(Reason::SubjectMismatch, what).instead_of(expected)
            }),
            Demand::NoContextHash | Demand::HashOfRequest => self.hash_of_request(text, demand),
            Demand::ContextHash => (text != CONTEXT_QSH).then(|| {
                let what = "the token is bound to a URL, and the endpoint accepts only context tokens";
                Breach::new(Reason::ContextToken, what).instead_of(CONTEXT_QSH)
            }),
            _ => None,
        }
    }

    /// ASAP-22 and ASAP-23.
    fn subject(&self, subject: &str) -> Option<Breach> {
        let issuer = self.claims.get("iss")?.as_str()?;
        let may_act = self.expected.is_delegate || issuer == subject;
        (!may_act).then(|| {
            Breach::new(Reason::SubjectMismatch, "the token's iss must not act for its sub").instead_of(issuer)
        })
    }

    fn hash_of_request(&self, found: &str, demand: Demand) -> Option<Breach> {
        if demand == Demand::NoContextHash {
            return (found == CONTEXT_QSH).then(|| {
                let what =
                    "the token is a context token, and the endpoint accepts only tokens that are bound to its URL";
                Breach::new(Reason::ContextToken, what)
            });
        }
        let hash = self.expected.request.as_ref().map(|request: &Request<'_>| qsh_hash::hash(request))?;
        let what = "the token's qsh is not the hash of the request";
        (found != CONTEXT_QSH && !hash.matches(found))
            .then(|| Breach::new(Reason::QshMismatch, what).instead_of(hash.as_str()))
    }

    /// CON-7, CON-11, ASAP-14 and ASAP-15.
    fn window(&self, claim: &'static str, demand: Demand) -> Option<Breach> {
        let date = self.claims.date(claim)?;
        match demand {
            Demand::NotPassed => {
                let what = format!("the token's {claim} has passed");
                self.time.is_after(date).then(|| Breach::new(Reason::Expired, what))
            }
            Demand::BegunOrNbf if self.claims.get("nbf").is_some() => None,
            _ => {
                let what = format!("the token's {claim} is in the future");
                self.time.is_before(date).then(|| Breach::new(Reason::NotYetValid, what))
            }
        }
    }

    /// ASAP-17, ASAP-18 and IMP-7.
    fn lifetime(&self, claim: &'static str, demand: Demand) -> Option<Breach> {
        let (date, issued_at) = (self.claims.date(claim)?, self.claims.date("iat")?);
        let Demand::Lifetime(longest) = demand else {
            let what = format!("the token's {claim} is not after its iat");
            return (!date.is_later_by_more_than(0, issued_at)).then(|| Breach::new(Reason::InvalidClaim, what));
        };
        let longest = self.expected.lifetime.unwrap_or(longest).min(longest);
        let what = "the token is valid for too long";
        let expected = format!("at most {longest} s after its iat");
        date.is_later_by_more_than(longest, issued_at)
            .then(|| Breach::new(Reason::LifetimeTooLong, what).instead_of(expected))
    }

    /// The seconds from `iat` to a date.
    pub(super) fn lifetime_found(&self, claim: &str) -> Option<Value> {
        let date = |name: &str| self.claims.get(name).and_then(Value::as_f64);
        Some(format!("{} s", date(claim)? - date("iat")?).into())
    }

    /// INS-6 to INS-8, ASAP-20, IMP-5 and FIT-5.
    fn audience(&self, value: &Value, slash: Slash) -> Option<Breach> {
        let ours = self.expected.audiences.as_ref()?;
        let without = |text: &str| match slash {
            Slash::Counts => text.to_owned(),
            Slash::Removed => text.strip_suffix('/').unwrap_or(text).to_owned(),
        };
        let names_us = |name: &&str| ours.iter().any(|our| without(our) == without(name));
        let is_for_another = !audiences(value)?.iter().any(names_us);
        is_for_another.then(|| {
            Breach::new(Reason::AudienceMismatch, "the token's aud does not name its verifier")
                .instead_of(ours.join(" or "))
        })
    }
}

fn is_longer(text: &str, front: &str) -> bool {
    text.strip_prefix(front).is_some_and(|rest| !rest.is_empty())
}

fn wrong_type(claim: &str, expected: &str) -> Breach {
    Breach::new(Reason::InvalidClaim, format!("the token's {claim} is not {expected}")).instead_of(expected)
}

/// The audiences of an `aud` (RFC 7519, section 4.1.3), or `None` if it is neither text nor a list of at least one text.
fn audiences(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) if !several.is_empty() => several.iter().map(Value::as_str).collect(),
        _ => None,
    }
}
