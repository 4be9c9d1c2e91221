//! [`Fixture`]: who takes part, with their secrets and keys, and when.

use std::fmt;

use qsh_auth::kind::TokenKind;
use serde_json::{Map, Value};

use super::private_key::PrivateKey;

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
    /// Who signs with a private key. `None` is the one of the default fixture, for each kind of token.
    pub service: Option<Service>,
    /// The `jti` of every token. `None` is a fixed one, in the kinds of tokens that have one.
    pub token_id: Option<String>,
}

/// Who signs a token with a private key, and for whom: Atlassian, Forge, or a service with ASAP.
///
/// # Examples
///
/// ```
/// use qsh::suite::case::Question;
/// use qsh::tamper::{Fixture, PrivateKey, Service, TamperedToken, TokenKind};
/// use qsh_diagnose::Input;
///
/// let service = Service {
///     issuer: "billing".to_owned(),
///     key_id: "billing/2026".to_owned(),
///     audience: "invoices".to_owned(),
///     key: PrivateKey::generate(),
///     claims: Default::default(),
/// };
/// let fixture = Fixture { service: Some(service), ..Fixture::default() };
/// let token = TamperedToken::good(TokenKind::Asap, Input::new("GET", "/"));
/// let Question::AsapVerify(asked) = token.question_in(&fixture) else { panic!() };
/// assert_eq!(asked.audience, "invoices");
/// assert!(asked.public_keys.contains_key("billing/2026"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users, field by field")]
pub struct Service {
    /// The token's `iss`.
    pub issuer: String,
    /// The name of the key, which is the `kid` of the token's header.
    pub key_id: String,
    /// The token's `aud`: a service, an app of Forge, or the base URL of an app.
    pub audience: String,
    /// The private key.
    pub key: PrivateKey,
    /// Further claims of every token.
    pub claims: Map<String, Value>,
}

impl Fixture {
    /// Who signs tokens of this kind with a private key.
    pub(super) fn service(&self, kind: TokenKind) -> Service {
        if let Some(service) = &self.service {
            return service.clone();
        }
        let (issuer, key_id, audience) = match kind {
            TokenKind::Forge => ("forge/invocation-token", FORGE_KEY_ID, FORGE_APP),
            TokenKind::Install => (self.client_key.as_str(), INSTALL_KEY_ID, APP_BASE_URL),
            _ => ("svc", "svc/k1", "api"),
        };
        let [issuer, key_id, audience] = [issuer, key_id, audience].map(str::to_owned);
        Service { issuer, key_id, audience, key: PrivateKey::of_fixture(), claims: Map::new() }
    }
}

/// The key of Forge, and the app.
const FORGE_KEY_ID: &str = "forge/invocation-token/wf-00000000-0000-4000-8000-000000000000";
const FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";
/// The key of install callbacks, and the base URL of the app.
const INSTALL_KEY_ID: &str = "generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6a7b";
const APP_BASE_URL: &str = "https://app.example.com";

impl Default for Fixture {
    fn default() -> Self {
        Self {
            now: 1_700_000_000,
            leeway: 0,
            client_key: "574f8bdd-2a64-3c1b-9f0e-6d1a5b7c8e90".to_owned(),
            shared_secret: "3f1c9a52-8d0e-4b7a-9c66-2e5d7f81b04a".to_owned(),
            service: None,
            token_id: None,
        }
    }
}

/// Hides the secret.
impl fmt::Debug for Fixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { now, leeway, client_key, service, token_id, .. } = self;
        let mut shown = f.debug_struct("Fixture");
        shown.field("now", now).field("leeway", leeway).field("client_key", client_key);
        shown.field("service", service).field("token_id", token_id).finish_non_exhaustive()
    }
}
