//! Options that do nothing for a kind of endpoint. Each is an error, so that nobody relies on it.

use anyhow::bail;
use qsh::tamper::TokenKind;
use qsh_diagnose::JsonBody;
use serde_json::Value;

use super::{Args, Place};

/// Refuses the options that do nothing at this kind of endpoint.
pub(super) fn refuse(args: &Args, kind: TokenKind) -> anyhow::Result<()> {
    let is_signed_with_key = matches!(kind, TokenKind::Install | TokenKind::Forge | TokenKind::Asap);
    let has_no_tenant = matches!(kind, TokenKind::Forge | TokenKind::Asap);
    let is_in_query = matches!(args.token_in, Place::Query);
    let unused = [
        ("--other-client-key", is_signed_with_key && args.other_client_key.is_some(), "has no secrets of two tenants"),
        ("--token-in query", is_signed_with_key && is_in_query, "takes tokens in the header field only"),
        ("--client-key", has_no_tenant && args.client_key.is_some(), "has no tenant"),
        ("--secret-file", has_no_tenant && args.secret.file().is_some(), "has no shared secret"),
        ("--form", kind == TokenKind::Install && args.form.is_some(), "has a body in JSON: say --json-body"),
    ];
    match unused.into_iter().find(|(_, is_given, _)| *is_given) {
        Some((option, _, why)) => bail!("{option}: --endpoint {} {why}", kind.name()),
        None => Ok(()),
    }
}

/// Refuses the body of a callback for another tenant, or with another secret, than the probe signs for.
pub(super) fn refuse_other_tenant(body: &JsonBody, client_key: &str, shared_secret: &str) -> anyhow::Result<()> {
    let body: Value = serde_json::from_str(body.as_str())?;
    for (member, expected, option) in
        [("clientKey", client_key, "--client-key"), ("sharedSecret", shared_secret, "the shared secret that is given")]
    {
        if body[member] != expected {
            bail!("--json-body: expected {option} as the member {member}, found another one or none");
        }
    }
    Ok(())
}
