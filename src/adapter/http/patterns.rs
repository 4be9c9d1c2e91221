//! [`ResponsePatterns`]: what in a response says that a request was accepted or refused.

use std::ops::RangeInclusive;
use std::str::FromStr;

use super::Response;

/// What a response says about the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every response is one of these")]
pub enum Reading {
    /// The request was accepted.
    Accepted,
    /// It was refused.
    Refused,
    /// The app failed: a status of 500 or more.
    Failed,
    /// The app takes no more requests for now: 429, 408 or 503.
    Busy,
}

/// A property of a response: its status, a text in its `Location`, or a text in its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponsePattern {
    /// The status is one of these.
    Status(RangeInclusive<u16>),
    /// The `Location` has this text.
    Location(String),
    /// The body has this text.
    Body(String),
}

/// What counts as accepted and as refused. The user's patterns come first, those of refusals before the others.
///
/// Without them: a status of 200 to 399 is an acceptance, unless it is a redirect whose `Location` speaks of a login. 400
/// to 499 is a refusal.
///
/// # Examples
///
/// ```
/// use qsh::adapter::http::{ResponsePattern, ResponsePatterns};
///
/// let patterns = ResponsePatterns::default().with_refused("body:not authorised".parse::<ResponsePattern>()?);
/// assert_eq!(patterns.refused.len(), 1);
/// assert!("2xx".parse::<ResponsePattern>().is_ok() && "400-403".parse::<ResponsePattern>().is_ok() && "location:/login".parse::<ResponsePattern>().is_ok());
/// assert!("two hundred".parse::<ResponsePattern>().is_err());
/// # Ok::<(), qsh::adapter::http::BadPattern>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponsePatterns {
    /// ResponsePatterns of a refusal.
    pub refused: Vec<ResponsePattern>,
    /// ResponsePatterns of an acceptance.
    pub accepted: Vec<ResponsePattern>,
}

/// A text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a status such as 403, 4xx or 400-403, location:TEXT or body:TEXT, found {0:?}")]
pub struct BadPattern(String);

/// Segments in the `Location` of a redirect to a login page.
const LOGIN: [&str; 8] = ["login", "log-in", "log_in", "signin", "sign-in", "sign_in", "unauthorized", "error"];

impl ResponsePatterns {
    /// With one more pattern of an acceptance.
    #[must_use]
    pub fn with_accepted(mut self, pattern: ResponsePattern) -> Self {
        self.accepted.push(pattern);
        self
    }

    /// With one more pattern of a refusal.
    #[must_use]
    pub fn with_refused(mut self, pattern: ResponsePattern) -> Self {
        self.refused.push(pattern);
        self
    }

    /// What a response says.
    pub fn read(&self, response: &Response) -> Reading {
        let has = |patterns: &[ResponsePattern]| patterns.iter().any(|pattern| pattern.is_in(response));
        let leads_to_login = || {
            let location = response.header("Location").unwrap_or_default().to_ascii_lowercase();
            let segments = location.split(['?', '#']).next().unwrap_or_default().split(['/', '.']);
            segments.into_iter().any(|segment| LOGIN.contains(&segment))
        };
        match response.status {
            _ if has(&self.refused) => Reading::Refused,
            _ if has(&self.accepted) => Reading::Accepted,
            300..=399 if leads_to_login() => Reading::Refused,
            408 | 429 | 503 => Reading::Busy,
            500.. => Reading::Failed,
            400..=499 => Reading::Refused,
            _ => Reading::Accepted,
        }
    }
}

impl ResponsePattern {
    fn is_in(&self, response: &Response) -> bool {
        match self {
            Self::Status(range) => range.contains(&response.status),
            Self::Location(text) => response.header("Location").is_some_and(|location| location.contains(text)),
            Self::Body(text) => memchr::memmem::find(&response.body, text.as_bytes()).is_some(),
        }
    }
}

impl FromStr for ResponsePattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let bad = || BadPattern(text.to_owned());
        match text.split_once(':') {
            Some(("location", it)) if !it.is_empty() => return Ok(Self::Location(it.to_owned())),
            Some(("body", it)) if !it.is_empty() => return Ok(Self::Body(it.to_owned())),
            _ => {}
        }
        let status = |text: &str| text.parse().ok().filter(|it| (100..=599).contains(it)).ok_or_else(bad);
        match (text.strip_suffix("xx"), text.split_once('-')) {
            (Some(digit), _) => {
                let hundred = status(&format!("{digit}00"))?;
                Ok(Self::Status(hundred..=hundred + 99))
            }
            (_, Some((first, last))) => {
                let range = status(first)?..=status(last)?;
                if range.is_empty() { Err(bad()) } else { Ok(Self::Status(range)) }
            }
            _ => status(text).map(|it| Self::Status(it..=it)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, location: Option<&str>, body: &str) -> Response {
        let headers = location.map(|it| ("Location".to_owned(), it.to_owned())).into_iter().collect();
        Response { status, headers, body: body.into() }
    }

    #[test]
    fn a_status_says_what_it_means_everywhere() {
        for (status, location, expected) in [
            (200, None, Reading::Accepted),
            (204, None, Reading::Accepted),
            (302, Some("/panel"), Reading::Accepted),
            (302, Some("/Login?next=/panel"), Reading::Refused),
            (302, Some("https://sso.test/sign-in"), Reading::Refused),
            (302, Some("/login.html"), Reading::Refused),
            (302, Some("/designing?next=/login"), Reading::Accepted),
            (401, None, Reading::Refused),
            (404, None, Reading::Refused),
            (429, None, Reading::Busy),
            (503, None, Reading::Busy),
            (500, None, Reading::Failed),
        ] {
            assert_eq!(
                ResponsePatterns::default().read(&response(status, location, "")),
                expected,
                "{status} {location:?}"
            );
        }
    }

    #[test]
    fn patterns_of_the_user_come_first() {
        let patterns = ResponsePatterns::default().with_refused("body:not allowed".parse().unwrap());
        let patterns = patterns.with_accepted("500-501".parse().unwrap()).with_accepted("4xx".parse().unwrap());
        assert_eq!(patterns.read(&response(200, None, "you are not allowed here")), Reading::Refused);
        assert_eq!(patterns.read(&response(500, None, "")), Reading::Accepted);
        assert_eq!(patterns.read(&response(500, None, "not allowed")), Reading::Refused);
        assert_eq!(patterns.read(&response(418, None, "")), Reading::Accepted);
        assert_eq!(patterns.read(&response(502, None, "")), Reading::Failed);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "x", "20", "600", "300-200", "body:", "location:", "200-", "-300", "xx", "99xx"] {
            assert_eq!(bad.parse::<ResponsePattern>(), Err(BadPattern(bad.to_owned())), "{bad}");
        }
    }
}
