//! [`Recognition`]: which kind a token seems to have.

use super::carrier::Carrier;
use super::clues::{Clues, Recipient};
use super::profile::Profile;
use super::token_kind::TokenKind;
use crate::jwt::danger::Unverified;

/// The kind that a token seems to have. Never use it to decide whether the token is good: anybody can write such a
/// token. It selects the rules by which a token is explained to a person.
///
/// # Examples
///
/// The request decides between a token of a product and a token for a product:
///
/// ```
/// use qsh_auth::jwt::SharedSecret;
/// use qsh_auth::jwt::danger::Unverified;
/// use qsh_auth::kind::{Recipient, Recognition, TokenKind};
///
/// let claims = serde_json::json!({ "iss": "574f8bdd-8dc4-35d3-9558-7bcea4e41de6", "iat": 1, "exp": 2, "qsh": "00" });
/// let token = qsh_auth::jwt::sign(claims.as_object().unwrap().clone(), &SharedSecret::new("a secret")?);
/// let token = Unverified::parse(token.as_str().as_bytes())?;
/// assert_eq!(Recognition::of(&token, None, None).kind, TokenKind::Url);
/// let sent = Recognition::of(&token, Some(Recipient::Product), None);
/// assert_eq!((sent.kind, sent.because), (TokenKind::App, "the request goes to a product"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recognition {
    /// The kind.
    pub kind: TokenKind,
    /// The mark by which it was recognised, as the end of "because …".
    pub because: &'static str,
}

impl Recognition {
    /// Recognises a token by its header and claims, by the recipient of its request, and by the place in the request where
    /// it stands, as far as these are known.
    pub fn of(token: &Unverified<'_>, recipient: Option<Recipient>, carrier: Option<Carrier<'_>>) -> Self {
        let clues = Clues::of(token, recipient, carrier);
        let found = Profile::all().find_map(|profile| {
            let mark = profile.marks.iter().find(|mark| (mark.holds)(&clues))?;
            Some(Self { kind: profile.kind, because: mark.text })
        });
        found.unwrap_or(Self { kind: TokenKind::Url, because: "it has no mark of another kind" })
    }
}
