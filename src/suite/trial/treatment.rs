//! What an implementation does with a token.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::Kind;
use crate::suite::outcome::Outcome;

/// What an implementation does with a token, as far as `adapter.toml` describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Treatment {
    /// It takes the token.
    Accepted,
    /// It takes the token, and reads other claims in it than there are.
    Otherwise,
    /// It refuses it, in the way that it documents.
    Refused,
    /// It ends in an exception that it does not document.
    Fault,
}

/// What an implementation does with tokens against the specification: for each kind, by the [name](super::Trial::name) of
/// the token.
pub type Treatments = BTreeMap<Kind, BTreeMap<String, Treatment>>;

impl Treatment {
    /// What that outcome is by itself; nothing, where there is no answer at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::outcome::Outcome;
    /// use qsh::suite::trial::Treatment;
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
