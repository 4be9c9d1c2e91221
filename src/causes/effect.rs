//! [`Effect`]: what follows from a cause.

use serde::{Deserialize, Serialize};

/// What follows from a cause. The gravest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "every format shows each of them")]
pub enum Effect {
    /// Tokens that have to be refused are accepted.
    AcceptsBad,
    /// Tokens are signed that no signer may write.
    SignsBad,
    /// Two requests with different hashes have one.
    OneHash,
    /// Requests have another hash.
    OtherHash,
    /// Good tokens are refused, or good requests are.
    RefusesGood,
    /// Good tokens are accepted with other claims, or signed otherwise.
    OtherAnswer,
    /// Refused, but not for the reason that is demanded.
    OtherReason,
    /// An exception outside its documentation.
    Exception,
    /// No answer: a crash, a time limit, or a line outside the protocol.
    NoAnswer,
    /// Another answer, where the specification leaves it open.
    Open,
}

impl Effect {
    /// The words of reports.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(qsh::causes::Effect::AcceptsBad.words(), "accepts what must be refused");
    /// ```
    pub fn words(self) -> &'static str {
        match self {
            Self::AcceptsBad => "accepts what must be refused",
            Self::SignsBad => "signs what must not be signed",
            Self::OneHash => "two requests, one hash",
            Self::OtherHash => "another hash",
            Self::RefusesGood => "refuses what is good",
            Self::OtherAnswer => "another answer",
            Self::OtherReason => "refuses for another reason",
            Self::Exception => "undocumented exception",
            Self::NoAnswer => "no answer",
            Self::Open => "open in the specification",
        }
    }
}
