//! [`Clues`]: what one sees of a token before it is verified.

use std::fmt;

use serde_json::{Map, Value};

use super::carrier::Carrier;
use crate::jwt::Algorithm;
use crate::jwt::danger::Unverified;

/// Who receives the request that carries a token.
///
/// # Examples
///
/// ```
/// use qsh_auth::kind::{Profile, Recipient, TokenKind};
///
/// assert_eq!(Profile::of(TokenKind::AppBitbucket).recipient, Some(Recipient::Bitbucket));
/// assert_eq!(Recipient::Product.to_string(), "Jira or Confluence");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recipient {
    /// The server of an app.
    App,
    /// The authorization server of Atlassian.
    AuthorizationServer,
    /// Jira or Confluence.
    Product,
    /// Bitbucket.
    Bitbucket,
}

/// Writes the recipient as a noun.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "an app",
            Self::AuthorizationServer => "the authorization server of Atlassian",
            Self::Product => "Jira or Confluence",
            Self::Bitbucket => "Bitbucket",
        })
    }
}

/// What the marks of the table look at.
pub(super) struct Clues<'t> {
    algorithm: &'t str,
    header: &'t Map<String, Value>,
    claims: &'t Map<String, Value>,
    recipient: Option<Recipient>,
    carrier: Option<Carrier<'t>>,
}

impl<'t> Clues<'t> {
    pub(super) fn of(token: &'t Unverified<'_>, recipient: Option<Recipient>, carrier: Option<Carrier<'t>>) -> Self {
        let (header, claims) = (token.header_members(), token.claims().as_object());
        Self { algorithm: token.algorithm(), header, claims, recipient, carrier }
    }

    /// A claim that is text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    pub(super) fn has(&self, claim: &str) -> bool {
        self.claims.contains_key(claim)
    }

    pub(super) fn starts(&self, claim: &str, front: &str) -> bool {
        self.text(claim).is_some_and(|text| text.starts_with(front))
    }

    /// Whether the `kid` of the header begins so.
    pub(super) fn key_id_starts(&self, front: &str) -> bool {
        self.header.get("kid").and_then(Value::as_str).is_some_and(|key_id| key_id.starts_with(front))
    }

    /// Whether it is signed with a private key, by its header.
    pub(super) fn is_asymmetric(&self) -> bool {
        Algorithm::named(self.algorithm).is_some()
    }

    /// Whether the request goes to Jira, Confluence or Bitbucket.
    pub(super) fn is_to_product(&self) -> bool {
        matches!(self.recipient, Some(Recipient::Product | Recipient::Bitbucket))
    }

    pub(super) fn is_for(&self, recipient: Recipient) -> bool {
        self.recipient == Some(recipient)
    }

    pub(super) fn is_in(&self, carrier: Carrier<'_>) -> bool {
        self.carrier.is_some_and(|found| found.is(carrier))
    }

    /// The `aud`, if it is one text or a list of one text.
    pub(super) fn audience(&self) -> Option<&str> {
        match self.claims.get("aud")? {
            Value::String(one) => Some(one),
            Value::Array(list) => list.first().filter(|_| list.len() == 1)?.as_str(),
            _ => None,
        }
    }
}

/// Whether a text has the form of a client key: a UUID, or a text as older products and Bitbucket have it, such as
/// `jira:1234` and `connection:1234`.
pub(super) fn is_client_key(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(is_hex);
    is_uuid || text.split_once(':').is_some_and(|(front, rest)| !front.contains(['.', '/']) && !rest.starts_with('/'))
}

/// Whether a text has the form of an app key, such as `com.example.app`.
pub(super) fn is_app_key(text: &str) -> bool {
    text.contains('.') && !text.contains([':', '/', ' '])
}
