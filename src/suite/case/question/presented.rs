//! [`Presented`]: how a token reaches a verifier.

use crate::suite::case::received::Headers;

/// How a token reaches a verifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Presented {
    /// By itself.
    Token(String),
    /// In the header fields of a request.
    Headers(Headers),
}

impl Presented {
    /// From the members `token` and `headers`, of which there is exactly one.
    pub(super) fn from_members(token: Option<String>, headers: Option<Headers>) -> Result<Self, &'static str> {
        match (token, headers) {
            (Some(token), None) => Ok(Self::Token(token)),
            (None, Some(headers)) => Ok(Self::Headers(headers)),
            _ => Err("expected exactly one of token and headers"),
        }
    }

    /// The members `token` and `headers`.
    pub(super) fn into_members(self) -> (Option<String>, Option<Headers>) {
        match self {
            Self::Token(token) => (Some(token), None),
            Self::Headers(headers) => (None, Some(headers)),
        }
    }
}
