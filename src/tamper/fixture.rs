//! [`Fixture`]: who takes part, with their secret, and when.

use std::fmt;

/// Who sends a token, with the secret that both sides share, and the clock of the receiver.
///
/// The default is a fixed fixture, so that the same token is the same text each time. A running app needs its own.
///
/// # Examples
///
/// ```
/// use qsh::suite::case::Question;
/// use qsh::tamper::{Fixture, TamperedToken, TokenKind};
/// use qsh_diagnose::Input;
///
/// let fixture = Fixture { now: 1_800_000_000, ..Fixture::default() };
/// let token = TamperedToken::good(TokenKind::Url, Input::new("GET", "/panel"));
/// let Question::Authenticate(asked) = token.question_in(&fixture) else { panic!() };
/// assert_eq!((asked.now, asked.leeway), (1_800_000_000, 0));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users, field by field")]
pub struct Fixture {
    /// The time at which the token is verified, in Unix seconds.
    pub now: i64,
    /// The receiver's leeway in seconds (CON-5).
    pub leeway: u32,
    /// The client key of the tenant, which is the token's `iss`.
    pub client_key: String,
    /// The secret that it shares with the app.
    pub shared_secret: String,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            now: 1_700_000_000,
            leeway: 0,
            client_key: "574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90".to_owned(),
            shared_secret: "3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a".to_owned(),
        }
    }
}

/// Hides the secret.
impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { now, leeway, client_key, .. } = self;
        let mut shown = f.debug_struct("Fixture");
        shown.field("now", now).field("leeway", leeway).field("client_key", client_key).finish_non_exhaustive()
    }
}
