//! How an implementation treats a token, by its outcome.

use std::collections::BTreeMap;
use std::fmt;

use qsh_auth::kind::TokenKind;
use serde::Deserialize;

use crate::suite::outcome::Outcome;

/// How an implementation treats a token, as in `adapter.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Treatment {
    /// It accepts the token.
    Accepted,
    /// It accepts the token, with claims that differ from those that were signed.
    Otherwise,
    /// It refuses the token in its documented way.
    Refused,
    /// It throws an undocumented exception.
    Fault,
}

/// Where an implementation differs from the specification: a treatment for each kind of token and
/// [name](super::TamperedToken::name).
pub type Treatments = BTreeMap<TokenKind, BTreeMap<String, Treatment>>;

impl Treatment {
    /// The treatment that an outcome shows, or `None` if the implementation did not answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::outcome::Outcome;
    /// use qsh::tamper::Treatment;
    ///
    /// let fault = Outcome::Fault { kind: "KeyError".to_owned(), message: "iss".to_owned() };
    /// assert_eq!(Treatment::of(&fault), Some(Treatment::Fault));
    /// assert_eq!(Treatment::of(&Outcome::Crashed("signal 11".to_owned())), None);
    /// ```
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Ok(_) => Some(Self::Accepted),
            Outcome::Rejected { .. } => Some(Self::Refused),
            Outcome::Fault { .. } => Some(Self::Fault),
            _ => None,
        }
    }
}

/// The name in `adapter.toml` and in reports.
impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Otherwise => "otherwise",
            Self::Refused => "refused",
            Self::Fault => "fault",
        })
    }
}
