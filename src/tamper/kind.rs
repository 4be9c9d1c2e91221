//! [`Kind`]: what a token is for.

use serde::{Deserialize, Serialize};

use crate::suite::case::Operation;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// A tenant's request to an endpoint whose tokens are bound to its URL (CON-18).
    Url,
    /// A tenant's request to an endpoint that accepts context tokens (CTX-1).
    Context,
    /// A service that accepts ASAP tokens.
    Asap,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Url, Self::Context, Self::Asap];

    /// The name in `adapter.toml` and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Context => "context",
            Self::Asap => "asap",
        }
    }

    /// The operation that verifies such a token.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::tamper::Kind;
    ///
    /// let operations = Kind::ALL.map(|kind| kind.operation().name());
    /// assert_eq!(operations, ["authenticate", "authenticate", "asap_verify"]);
    /// ```
    pub fn operation(self) -> Operation {
        match self {
            Self::Url | Self::Context => Operation::Authenticate,
            Self::Asap => Operation::AsapVerify,
        }
    }
}
