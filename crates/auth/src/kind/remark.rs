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
const QUARTER: i64 = 900;
/// The differences of time zones from UTC that are not whole hours, in minutes: from Newfoundland in summer (2:30) to the
/// Chatham Islands in summer (13:45).
const PARTS_OF_HOURS: [i64; 11] = [150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];

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
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::Remark;
    ///
    /// let remark = Remark::new("CON-13", "its iat is in milliseconds");
    /// assert_eq!((remark.clause, remark.text.as_str()), ("CON-13", "its iat is in milliseconds"));
    /// ```
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
    let of_zone = ["iat", "exp"].into_iter().find_map(|name| of_time_zone(name, &date, now));
    let ahead = date("iat").filter(|date| *date < MILLISECONDS).and_then(|date| date.checked_sub(now));
    match (of_zone, ahead) {
        (Some(remark), _) => found.push(remark),
        (None, Some(ahead)) if ahead > CLOCKS => {
            found.push(remark("CON-10", format!("its iat is {ahead} s ahead: the clocks differ")));
        }
        _ => {}
    }
    if date("iat").zip(date("exp")).is_some_and(|(issued_at, expires_at)| expires_at <= issued_at) {
        found.push(remark("CON-12", "its exp is not after its iat"));
    }
    found
}

/// The usual lifetime of a token in seconds, by which an `exp` is taken for the time of issue.
const LIFETIME: i64 = 180;

/// A date that is off by the difference of a time zone. Zones differ by whole, half and quarter hours, by 14 hours at most.
///
/// An `exp` is compared with the `iat`, and with the current time if there is none.
fn of_time_zone(name: &'static str, date: &impl Fn(&str) -> Option<i64>, now: i64) -> Option<Remark> {
    let found = date(name).filter(|date| *date < MILLISECONDS)?;
    let (apart, most) = match (name, date("iat")) {
        ("exp", Some(issued_at)) => (found.checked_sub(issued_at)?.checked_sub(LIFETIME)?, 1),
        ("exp", None) => (found.checked_sub(now)?.checked_sub(LIFETIME)?, CLOCKS),
        _ => (found.checked_sub(now)?, CLOCKS),
    };
    let minutes = 15 * apart.checked_add(QUARTER / 2)?.div_euclid(QUARTER);
    let is_near = (apart - minutes * 60).abs() <= most;
    let is_zone = (30..=14 * 60).contains(&minutes.abs());
    // A date in the past may also be that of an old token.
    let is_known = apart > 0 || minutes % 60 == 0 || PARTS_OF_HOURS.contains(&minutes.abs());
    let side = if minutes > 0 { "ahead" } else { "behind" };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let offset = match (hours, rest) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    };
    let text = format!("its {name} is {offset} {side}: local time was perhaps taken for UTC");
    (is_near && is_zone && is_known).then(|| remark("CON-10", text))
}
