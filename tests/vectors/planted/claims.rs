//! The presence, types and dates of claims (CON-3, CON-5 to CON-16, INS-11, ASAP-12 to ASAP-19).

use qsh::suite::outcome::Reason;
use serde_json::Value;

use crate::planted::decoding::Token;

/// The dates of a token, and the time of the check.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) now: f64,
    pub(crate) leeway: f64,
    pub(crate) iat: Option<f64>,
    pub(crate) exp: Option<f64>,
    pub(crate) nbf: Option<f64>,
}

#[derive(Clone, Copy)]
pub(crate) struct Claims {
    /// A claim by name.
    pub(crate) get: fn(&Token, name: &str) -> Option<Value>,
    pub(crate) is_mandatory: fn(name: &str) -> bool,
    /// Whether a present claim counts as an optional claim that is absent.
    pub(crate) is_void: fn(name: &str, &Value) -> bool,
    /// The text of a claim that must be text.
    pub(crate) text: fn(name: &str, &Value) -> Option<String>,
    /// The seconds of a claim that must be a date.
    pub(crate) seconds: fn(name: &str, &Value) -> Option<f64>,
    pub(crate) is_late: fn(now: f64, exp: f64, leeway: f64) -> bool,
    pub(crate) is_early: fn(now: f64, nbf: f64, leeway: f64) -> bool,
    /// Any other problem with the dates.
    pub(crate) otherwise_untimely: fn(&Times) -> Option<Reason>,
    /// The time from which an ASAP token is valid.
    pub(crate) begin: fn(&Times) -> Option<f64>,
    pub(crate) is_backwards: fn(&Times) -> bool,
    pub(crate) is_long: fn(&Times) -> bool,
    /// The check of claims that no rule names.
    pub(crate) others: fn(&Token) -> Result<(), Reason>,
}

impl Claims {
    pub(crate) const RIGHT: Self = Self {
        get: |token, name| token.claims.get(name).cloned(),
        is_mandatory: |name| !["nbf", "sub"].contains(&name),
        is_void: |_, _| false,
        text: |_, value| value.as_str().map(str::to_owned),
        seconds: |_, value| value.as_f64(),
        is_late: |now, exp, leeway| now > exp + leeway,
        is_early: |now, nbf, leeway| now < nbf - leeway,
        otherwise_untimely: |_| None,
        begin: |times| times.nbf.or(times.iat),
        is_backwards: |times| length(times) <= 0.0,
        is_long: |times| length(times) > 3600.0,
        others: |_| Ok(()),
    };

    /// A claim, if it is present. Only an optional claim may be absent.
    pub(crate) fn find(&self, token: &Token, name: &str) -> Result<Option<Value>, Reason> {
        match (self.get)(token, name) {
            None if (self.is_mandatory)(name) => Err(Reason::MissingClaim),
            found => Ok(found.filter(|value| !(self.is_void)(name, value))),
        }
    }

    pub(crate) fn text(&self, token: &Token, name: &str) -> Result<Option<String>, Reason> {
        let found = self.find(token, name)?;
        found.map(|value| (self.text)(name, &value).ok_or(Reason::InvalidClaim)).transpose()
    }

    pub(crate) fn times(&self, token: &Token, now: i64, leeway: u32) -> Result<Times, Reason> {
        let date = |name| {
            let found = self.find(token, name)?;
            found.map(|value| (self.seconds)(name, &value).ok_or(Reason::InvalidClaim)).transpose()
        };
        let (exp, iat, nbf) = (date("exp")?, date("iat")?, date("nbf")?);
        Ok(Times { now: now as f64, leeway: f64::from(leeway), iat, exp, nbf })
    }
}

/// The seconds from `iat` to `exp`, or 1 if they are not known.
pub(crate) fn length(times: &Times) -> f64 {
    times.exp.zip(times.iat).map_or(1.0, |(exp, iat)| exp - iat)
}
