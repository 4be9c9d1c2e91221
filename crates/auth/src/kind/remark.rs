//! [`remarks`]: what is suspicious in a token although no rule of its kind refuses it.

use super::claims::{ACCOUNT_ID, USER_KEY};
use super::clues::{is_app_key, is_client_key};
use super::token_kind::TokenKind;
use crate::jwt::Claims;
use crate::jwt::danger::Unverified;

/// Dates from this one on, in the year 5138, are milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;
/// The difference of clocks, in seconds, that is not worth a remark.
const CLOCKS: i64 = 60;
const HOUR: i64 = 3_600;

/// Something suspicious in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// What it is, as a sentence about the token.
    pub text: String,
    /// The clause of `docs/spec.md` to read.
    pub clause: &'static str,
}

/// Lists what is suspicious in a token of a kind, at a time in Unix seconds. A remark is a guess at a mistake: a verifier
/// may well accept the token.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::jwt::{SharedSecret, sign};
/// use qsh_auth::kind::{TokenKind, remarks};
///
/// let claims = serde_json::json!({ "iss": "574f8bdd-8dc4-35d3-9558-7bcea4e41de6", "iat": 1_796_025_600_000_i64 });
/// let token = sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// let clauses: Vec<&str> = remarks(&token, TokenKind::App, 1_796_025_600).iter().map(|remark| remark.clause).collect();
/// assert_eq!(clauses, ["PRD-1", "CON-13"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn remarks(token: &Unverified<'_>, kind: TokenKind, now: i64) -> Vec<Remark> {
    let claims = token.claims();
    let of_kind = match kind {
        TokenKind::Impersonation => of_assertion(claims),
        TokenKind::ForgeOauth => vec![remark(
            "FIT-13",
            "an app passes it on to Atlassian and verifies it nowhere: the invocation token is the one after Bearer",
        )],
        _ => of_issuer(claims, kind).into_iter().collect(),
    };
    of_kind.into_iter().chain(of_dates(claims, now)).collect()
}

impl Remark {
    /// A remark about a token.
    pub fn new(clause: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), clause }
    }
}

fn remark(clause: &'static str, text: impl Into<String>) -> Remark {
    Remark::new(clause, text)
}

fn of_issuer(claims: &Claims, kind: TokenKind) -> Option<Remark> {
    let issuer = claims.get("iss")?.as_str()?;
    match kind {
        TokenKind::App | TokenKind::AppBitbucket if is_client_key(issuer) => Some(remark(
            "PRD-1",
            "its iss has the form of a client key: a product expects the key of the app, such as com.example.app",
        )),
        TokenKind::Url | TokenKind::Context if is_app_key(issuer) => {
            Some(remark("CON-2", "its iss has the form of an app key: a product writes its client key"))
        }
        _ => None,
    }
}

fn of_assertion(claims: &Claims) -> Vec<Remark> {
    let starts =
        |name: &str, front: &str| claims.get(name).and_then(|it| it.as_str()).is_some_and(|it| it.starts_with(front));
    let site = claims.get("tnt").and_then(|it| it.as_str()).unwrap_or("https://");
    let audience = claims.get("aud").and_then(|it| it.as_str()).unwrap_or_default();
    let found = [
        (
            claims.get("qsh").is_some(),
            "IMP-8",
            "it has a qsh: an assertion is not bound to a request, and has none".to_owned(),
        ),
        (
            starts("sub", USER_KEY),
            "IMP-3",
            format!("its sub has a user key, which is deprecated: use {ACCOUNT_ID} with an account id"),
        ),
        (
            audience.starts_with("https://auth.atlassian.io"),
            "IMP-5",
            "its aud is the older authorization server: see the newer one in the clause".to_owned(),
        ),
        (!site.starts_with("https://"), "IMP-4", "its tnt is not a URL: expected the base URL of the site".to_owned()),
        (audience.ends_with('/'), "IMP-5", "its aud ends with a slash: the authorization server has none".to_owned()),
    ];
    found.into_iter().filter(|(applies, ..)| *applies).map(|(_, clause, text)| remark(clause, text)).collect()
}

fn of_dates(claims: &Claims, now: i64) -> Vec<Remark> {
    let date = |name: &str| claims.get(name).and_then(serde_json::Value::as_i64);
    let mut found = Vec::new();
    for name in ["iat", "nbf", "exp"] {
        if date(name).is_some_and(|date| date >= MILLISECONDS) {
            found.push(remark("CON-13", format!("its {name} is in milliseconds: dates are in seconds")));
        }
    }
    let Some(ahead) = date("iat").filter(|date| *date < MILLISECONDS).and_then(|date| date.checked_sub(now)) else {
        return found;
    };
    let hours = ahead.saturating_add(HOUR / 2).div_euclid(HOUR);
    if (1..=14).contains(&hours.abs()) && (ahead - hours * HOUR).abs() <= CLOCKS {
        let side = if hours > 0 { "ahead" } else { "behind" };
        let text = format!("its iat is {} h {side}: local time was perhaps taken for UTC", hours.abs());
        found.push(remark("CON-10", text));
    } else if ahead > CLOCKS {
        found.push(remark("CON-10", format!("its iat is {ahead} s ahead: the clocks differ")));
    }
    if let (Some(issued_at), Some(expires_at)) = (date("iat"), date("exp"))
        && expires_at <= issued_at
    {
        found.push(remark("CON-12", "its exp is not after its iat"));
    }
    found
}
