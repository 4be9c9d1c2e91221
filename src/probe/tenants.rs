//! Two tenants: the secret of one, and the name of the other.

use serde_json::Value;

use super::check::{Check, carrying};
use super::settings::{Settings, now};
use super::tokens::claims;
use crate::tamper::signed;

/// Tokens of another tenant: a good one, and two that mix both. Without another tenant there are none.
pub(super) fn checks(settings: &Settings) -> Vec<Check> {
    let Some(other) = &settings.other else { return Vec::new() };
    let check = |name: &str, is_accepted: bool, client_key: &str, secret: &str| {
        let mut claims = claims(settings, &settings.request(), now());
        claims.insert("iss".to_owned(), Value::from(client_key));
        let token = signed(&claims, secret.as_bytes());
        Check::new("tenant", name, "CON-2", is_accepted, carrying(settings, settings.request(), &token))
    };
    let (own, own_secret) = (&settings.client_key, &settings.shared_secret);
    vec![
        check("other_tenant", true, &other.client_key, &other.shared_secret)
            .with_summary("a good token of the other tenant is accepted"),
        check("iss_of_other_tenant", false, &other.client_key, own_secret)
            .with_summary("a token that names the other tenant, with the secret of this one, is refused"),
        check("secret_of_other_tenant", false, own, &other.shared_secret)
            .with_summary("a token that names this tenant, with the secret of the other one, is refused"),
    ]
}
