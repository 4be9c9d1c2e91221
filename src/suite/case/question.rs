//! What an implementation is asked: an operation with its arguments.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Feature, Input};
use crate::suite::text::Text;

/// An operation of the adapter protocol with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Question {
    /// The canonical request (QSH-C1) of a request.
    CanonicalRequest(Input),
    /// The query string hash (QSH-H2) of a request.
    Qsh(Input),
    /// Whether a request carries a good token (CON-1).
    Authenticate(Authentication),
}

/// A request with what an app knows when it comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Authentication {
    /// The request; its base URL is that of the app.
    pub request: Input,
    /// Its header fields: names and values.
    pub headers: Vec<(String, String)>,
    /// The tenants: the shared secret for each client key.
    pub tenants: BTreeMap<String, String>,
    /// The time in Unix seconds.
    pub now: i64,
    /// How many seconds the clocks may be apart.
    pub leeway: u32,
    /// Which tokens the endpoint takes.
    pub endpoint: Endpoint,
}

/// Which tokens an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the adapter protocol's version 1 closes this list")]
pub enum Endpoint {
    /// Those that are bound to its URL.
    Url,
    /// Context tokens (CTX-1).
    Context,
}

impl Endpoint {
    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Context => "context",
        }
    }
}

/// An operation of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// The canonical request (QSH-C1) of a request.
    CanonicalRequest,
    /// The query string hash (QSH-H2) of a request.
    Qsh,
    /// Whether a request carries a good token.
    Authenticate,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CanonicalRequest, Self::Qsh, Self::Authenticate];

    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical_request",
            Self::Qsh => "qsh",
            Self::Authenticate => "authenticate",
        }
    }
}

impl Question {
    /// The operation.
    pub fn operation(&self) -> Operation {
        match self {
            Self::CanonicalRequest(_) => Operation::CanonicalRequest,
            Self::Qsh(_) => Operation::Qsh,
            Self::Authenticate(_) => Operation::Authenticate,
        }
    }

    /// The request that it is about.
    pub fn request(&self) -> &Input {
        match self {
            Self::CanonicalRequest(request) | Self::Qsh(request) => request,
            Self::Authenticate(authentication) => &authentication.request,
        }
    }

    /// The request, where it is its canonical form or its hash that is asked for.
    pub fn canonicalized(&self) -> Option<&Input> {
        match self {
            Self::CanonicalRequest(request) | Self::Qsh(request) => Some(request),
            Self::Authenticate(_) => None,
        }
    }

    /// The features that an implementation needs to be asked, in the order of their names.
    pub fn features(&self) -> Vec<Feature> {
        self.request().features()
    }
}

/// In one line, escaped as [`Text`] is. Tokens in header fields are shown, secrets are not.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request().fmt(f)?;
        let Self::Authenticate(authentication) = self else { return Ok(()) };
        let Authentication { headers, now, leeway, endpoint, .. } = authentication;
        write!(f, "  now {now}, leeway {leeway}, {} endpoint", endpoint.name())?;
        for (name, value) in headers {
            write!(f, "  {}: {}", Text::from(name.as_str()), Text::from(value.as_str()))?;
        }
        Ok(())
    }
}
