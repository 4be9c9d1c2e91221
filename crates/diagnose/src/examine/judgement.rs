//! [`Judgement`]: the kind that a token seems to have, and what is wrong with it as a token of that kind.

use qsh_auth::jwt::Time;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::{
    Carrier, Demand, Expected, Objection, Profile, Recipient, Recognition, Remark, TokenKind, objections, remarks,
};
use qsh_hash::InvalidRequest;

use crate::hosts::{Product, site};
use crate::input::Input;

/// What is known beside a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Circumstances<'c> {
    /// The kind, if a person says which one it is.
    pub kind: Option<TokenKind>,
    /// The request that carries the token.
    pub input: Option<&'c Input>,
    /// Where in the request it stands.
    pub carrier: Option<Carrier<'c>>,
    /// The issuer that the verifier expects.
    pub issuer: Option<&'c str>,
    /// The audiences that the verifier expects. Empty if they are not known.
    pub audiences: &'c [String],
    /// The time, and the maximum clock skew.
    pub time: Time,
}

impl Circumstances<'_> {
    /// Nothing but the time is known.
    pub fn at(time: Time) -> Self {
        Self { kind: None, input: None, carrier: None, issuer: None, audiences: &[], time }
    }
}

/// What a token is taken for, and what is wrong with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Judgement {
    /// The kind.
    pub kind: TokenKind,
    /// The mark by which the kind was recognised, as the end of "because …". `None` if the kind was given.
    pub because: Option<&'static str>,
    /// What is certainly wrong, in the order in which a verifier checks it.
    pub objections: Vec<Objection>,
    /// What is suspicious.
    pub remarks: Vec<Remark>,
    /// The claims that a verifier compares with something that is not known here.
    pub not_compared: Vec<&'static str>,
}

impl Judgement {
    /// Judges a token as one of the given kind, or as one of the kind that it seems to have.
    ///
    /// # Errors
    ///
    /// The method or the base URL of the request cannot be part of a canonical request.
    pub fn of(token: &Unverified<'_>, known: &Circumstances<'_>) -> Result<Self, InvalidRequest> {
        let recognition = Recognition::of(token, known.input.and_then(recipient), known.carrier);
        let (kind, because) = known.kind.map_or((recognition.kind, Some(recognition.because)), |kind| (kind, None));
        let mut expected = Expected::new();
        if let Some(input) = known.input {
            expected = expected.with_request(input.request()?);
        }
        if let Some(carrier) = known.carrier {
            expected = expected.with_carrier(carrier);
        }
        if let Some(issuer) = known.issuer {
            expected = expected.with_issuer(issuer);
        }
        if !known.audiences.is_empty() {
            expected = expected.with_audiences(known.audiences.iter().map(String::as_str));
        }
        let not_compared = Profile::of(kind).claims.iter().filter_map(|rule| match rule.demand {
            Demand::Issuer(_) => known.issuer.is_none().then_some("iss"),
            Demand::AudienceIsOurs(_) => known.audiences.is_empty().then_some("aud"),
            Demand::HashOfRequest => known.input.is_none().then_some("qsh"),
            _ => None,
        });
        Ok(Self {
            kind,
            because,
            objections: objections(token, kind, &expected, known.time),
            remarks: remarks(token, kind, known.time.now()),
            not_compared: not_compared.collect(),
        })
    }

    /// Whether a token of this kind is signed with a shared secret.
    pub fn is_by_secret(&self) -> bool {
        Profile::of(self.kind).algorithms.contains(&"HS256")
    }

    /// Whether a token of this kind is bound to a request by its `qsh`.
    pub fn has_hash(&self) -> bool {
        Profile::of(self.kind).claims.iter().any(|rule| rule.demand == Demand::HashOfRequest)
    }
}

/// The parameters that products add to the URL of an app's page.
const OF_PAGES: [&str; 4] = ["xdm_e", "xdm_c", "lic", "cv"];

/// Who receives a request, if its URL tells: a known host of Atlassian, or a page that a product calls.
fn recipient(input: &Input) -> Option<Recipient> {
    let url = input.url.as_bytes();
    match site(url) {
        Some(site) if site.product == Product::Bitbucket => return Some(Recipient::Bitbucket),
        Some(_) => return Some(Recipient::Product),
        None => {}
    }
    let query = url.splitn(2, |byte| *byte == b'?').nth(1)?;
    let names = query.split(|byte| *byte == b'&').map(|pair| pair.split(|byte| *byte == b'=').next());
    let count = names.flatten().filter(|name| OF_PAGES.iter().any(|known| known.as_bytes() == *name)).count();
    (count >= 2).then_some(Recipient::App)
}
