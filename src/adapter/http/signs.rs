//! [`Signs`]: what in a response says that a request was accepted or refused.

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
pub enum Sign {
    /// The status is one of these.
    Status(RangeInclusive<u16>),
    /// The `Location` has this text.
    Location(String),
    /// The body has this text.
    Body(String),
}

/// What counts as accepted and as refused. The user's signs come first, those of refusals before the others.
///
/// Without them: a status of 200 to 399 is an acceptance, unless it is a redirect whose `Location` speaks of a login. 400
/// to 499 is a refusal.
///
/// # Examples
///
/// ```
/// use qsh::adapter::http::{Sign, Signs};
///
/// let signs = Signs::default().with_refused("body:not authorised".parse::<Sign>()?);
/// assert_eq!(signs.refused.len(), 1);
/// assert!("2xx".parse::<Sign>().is_ok() && "400-403".parse::<Sign>().is_ok() && "location:/login".parse::<Sign>().is_ok());
/// assert!("two hundred".parse::<Sign>().is_err());
/// # Ok::<(), qsh::adapter::http::BadSign>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signs {
    /// Signs of a refusal.
    pub refused: Vec<Sign>,
    /// Signs of an acceptance.
    pub accepted: Vec<Sign>,
}

/// A text that is no sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a status such as 403, 4xx or 400-403, location:TEXT or body:TEXT, found {0:?}")]
pub struct BadSign(String);

/// Words in the `Location` of a redirect to a login page.
const LOGIN: [&str; 6] = ["login", "log-in", "signin", "sign-in", "unauthorized", "error"];

impl Signs {
    /// With one more sign of an acceptance.
    #[must_use]
    pub fn with_accepted(mut self, sign: Sign) -> Self {
        self.accepted.push(sign);
        self
    }

    /// With one more sign of a refusal.
    #[must_use]
    pub fn with_refused(mut self, sign: Sign) -> Self {
        self.refused.push(sign);
        self
    }

    /// What a response says.
    pub fn read(&self, response: &Response) -> Reading {
        let has = |signs: &[Sign]| signs.iter().any(|sign| sign.is_in(response));
        let leads_to_login = || {
            let location = response.header("Location").unwrap_or_default().to_ascii_lowercase();
            LOGIN.iter().any(|word| location.contains(word))
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

impl Sign {
    fn is_in(&self, response: &Response) -> bool {
        match self {
            Self::Status(range) => range.contains(&response.status),
            Self::Location(text) => response.header("Location").is_some_and(|location| location.contains(text)),
            Self::Body(text) => memchr::memmem::find(&response.body, text.as_bytes()).is_some(),
        }
    }
}

impl FromStr for Sign {
    type Err = BadSign;

    fn from_str(text: &str) -> Result<Self, BadSign> {
        let bad = || BadSign(text.to_owned());
        match text.split_once(':') {
            Some(("location", it)) if !it.is_empty() => return Ok(Self::Location(it.to_owned())),
            Some(("body", it)) if !it.is_empty() => return Ok(Self::Body(it.to_owned())),
            _ => {}
        }
        let status = |text: &str| text.parse().ok().filter(|it| (100..=999).contains(it)).ok_or_else(bad);
        match (text.strip_suffix("xx"), text.split_once('-')) {
            (Some(digit), _) => {
                let hundred = status(&format!("{digit}00"))?;
                Ok(Self::Status(hundred..=hundred + 99))
            }
            (_, Some((first, last))) => Ok(Self::Status(status(first)?..=status(last)?)),
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
            (401, None, Reading::Refused),
            (404, None, Reading::Refused),
            (429, None, Reading::Busy),
            (503, None, Reading::Busy),
            (500, None, Reading::Failed),
        ] {
            assert_eq!(Signs::default().read(&response(status, location, "")), expected, "{status} {location:?}");
        }
    }

    #[test]
    fn signs_of_the_user_come_first() {
        let signs = Signs::default().with_refused("body:not allowed".parse().unwrap());
        let signs = signs.with_accepted("500-501".parse().unwrap()).with_accepted("4xx".parse().unwrap());
        assert_eq!(signs.read(&response(200, None, "you are not allowed here")), Reading::Refused);
        assert_eq!(signs.read(&response(500, None, "")), Reading::Accepted);
        assert_eq!(signs.read(&response(500, None, "not allowed")), Reading::Refused);
        assert_eq!(signs.read(&response(418, None, "")), Reading::Accepted);
        assert_eq!(signs.read(&response(502, None, "")), Reading::Failed);
    }

    #[test]
    fn what_is_no_sign_is_refused() {
        for bad in ["", "x", "20", "1000", "body:", "location:", "200-", "-300", "xx", "99xx"] {
            assert_eq!(bad.parse::<Sign>(), Err(BadSign(bad.to_owned())), "{bad}");
        }
    }
}
