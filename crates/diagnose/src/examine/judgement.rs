//! [`Judgement`]: the kind that a token seems to have, and what is wrong with it as a token of that kind.

use std::borrow::Cow;

use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::{
    CLIENT_ID, Demand, Expected, FORGE_APP, Objection, Profile, Recipient, Recognition, Remark, TokenKind, objections,
    remarks,
};
use qsh_hash::InvalidRequest;
use serde_json::Value;

use super::Case;
use crate::hosts::{Product, is_authorization_server, site, split_scheme};
use crate::input::Input;
use crate::intake::Installed;

/// What a token is taken for, and what is wrong with it.
///
/// # Examples
///
/// A request to a product, without a `qsh`:
///
/// ```
/// use qsh_auth::jwt::{SharedSecret, Time, sign};
/// use qsh_auth::kind::TokenKind;
/// use qsh_diagnose::examine::{Case, examine};
/// use qsh_diagnose::intake::{Evidence, Piece};
///
/// let claims = serde_json::json!({ "iss": "com.example.app", "iat": 1, "exp": 9 });
/// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
/// let evidence = Evidence::read(&[Piece::new("token", token.as_str())])?;
/// let examination = examine(&Case::new(&evidence, None, Time::new(5)))?;
/// let judgement = examination.judgement().unwrap();
/// assert_eq!((judgement.kind, judgement.because), (TokenKind::App, Some("its iss is an app key")));
/// assert!(judgement.is_by_secret() && judgement.has_hash());
/// assert_eq!(judgement.objections[0].to_string(), "the token has no qsh (CON-17)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    pub(super) fn of(token: &Unverified<'_>, case: &Case<'_>) -> Result<Self, InvalidRequest> {
        let carrier = case.evidence.token.as_ref().and_then(|token| token.carrier());
        let recipient = case.input.and_then(recipient);
        let recognition = Recognition::of(token, recipient, carrier);
        let (kind, because) = match case.kind {
            Some(kind) => (kind, None),
            None if is_for_forge(case.audiences) => {
                (TokenKind::Forge, Some("the expected audience is an app of Forge"))
            }
            None => (recognition.kind, Some(recognition.because)),
        };
        let mut expected = Expected::new();
        if let Some(input) = case.input {
            expected = expected.with_request(input.request()?);
        }
        if let Some(carrier) = carrier {
            expected = expected.with_carrier(carrier);
        }
        if let Some(recipient) = recipient {
            expected = expected.with_recipient(recipient);
        }
        let issuer = case.issuer.or_else(|| issuer_of(kind, case.evidence.installed.as_ref()?));
        let issuer = issuer.map(|issuer| match kind {
            // The client id alone names the same app.
            TokenKind::Impersonation if !issuer.starts_with(CLIENT_ID) => Cow::Owned(format!("{CLIENT_ID}{issuer}")),
            _ => Cow::Borrowed(issuer),
        });
        if let Some(issuer) = &issuer {
            expected = expected.with_issuer(issuer);
        }
        if let Some(installed) = &case.evidence.installed {
            expected = expected.with_client_key(&installed.client_key);
        }
        if !case.audiences.is_empty() {
            expected = expected.with_audiences(case.audiences.iter().map(String::as_str));
        }
        let not_compared = Profile::of(kind).claims.iter().filter_map(|rule| match rule.demand {
            Demand::Issuer(_) => issuer.is_none().then_some("iss"),
            Demand::AudienceIsOurs(_) => case.audiences.is_empty().then_some("aud"),
            Demand::HashOfRequest => case.input.is_none().then_some("qsh"),
            _ => None,
        });
        let mut remarks = remarks(token, kind, case.time.now());
        if kind == TokenKind::Install && case.audiences.is_empty() {
            remarks.extend(case.input.and_then(|input| of_host(token, input)));
        }
        Ok(Self {
            kind,
            because,
            objections: objections(token, kind, &expected, case.time),
            remarks,
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

/// Whether a verifier expects Forge invocation tokens, by its audiences.
fn is_for_forge(audiences: &[String]) -> bool {
    !audiences.is_empty() && audiences.iter().all(|audience| audience.starts_with(FORGE_APP))
}

/// The issuer of a kind of token, by the body of the installed callback.
fn issuer_of(kind: TokenKind, installed: &Installed) -> Option<&str> {
    match kind {
        TokenKind::App | TokenKind::AppBitbucket => installed.app_key.as_deref(),
        TokenKind::Context | TokenKind::Install | TokenKind::InstallBitbucket | TokenKind::Url => {
            Some(&installed.client_key)
        }
        _ => None,
    }
}

/// The audience of an install callback is another host than the one that was called.
fn of_host(token: &Unverified<'_>, input: &Input) -> Option<Remark> {
    let host = |url: &str| {
        split_scheme(url.as_bytes())
            .and_then(|(_, rest)| Some(rest.split(|it| matches!(it, b'/' | b'?' | b'#')).next()?.to_ascii_lowercase()))
    };
    let called = host(input.url.as_str()?)?;
    let audience = token.claims().get("aud")?;
    let audiences: Vec<&str> = match audience {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    };
    let is_other =
        !audiences.is_empty() && audiences.iter().all(|audience| host(audience).is_some_and(|it| it != called));
    is_other.then(|| {
        Remark::new(
            "INS-6",
            "its aud is another host than the one that was called: compare the base URL of the descriptor",
        )
    })
}

/// The parameters that products add to the URL of an app's page.
const OF_PAGES: [&str; 4] = ["xdm_e", "xdm_c", "lic", "cv"];

/// Who receives a request, if its URL tells: a known host of Atlassian, or a page that a product calls.
fn recipient(input: &Input) -> Option<Recipient> {
    let url = input.url.as_bytes();
    if is_authorization_server(url) {
        return Some(Recipient::AuthorizationServer);
    }
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
