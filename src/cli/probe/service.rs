//! Who signs the tokens of `qsh probe` with a private key.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use qsh::tamper::{PrivateKey, Service, TokenKind};
use serde_json::{Value, json};

/// Who signs with a private key.
#[derive(clap::Args, Debug)]
pub(super) struct ServiceArgs {
    /// File with a private RSA key in PEM. The app has to trust its public key under the name of --key-id
    #[arg(long, value_name = "FILE", requires = "key_id")]
    private_key: Option<PathBuf>,
    /// Name of the private key: the `kid` of the tokens
    #[arg(long, value_name = "KID", requires = "private_key")]
    key_id: Option<String>,
    /// Issuer of ASAP tokens [default: --key-id, up to its last slash]
    #[arg(long, value_name = "NAME", requires = "private_key")]
    issuer: Option<String>,
    /// Audience of the tokens: the app's id in Forge, the name of a service in ASAP, the app's base URL in a callback [default
    /// for install: --base-url]
    #[arg(long, value_name = "NAME", requires = "private_key")]
    audience: Option<String>,
    /// Additional claim of every token with a value in JSON, such as 'principal="557058:1"'; repeatable
    #[arg(long = "claim", value_name = "NAME=JSON", value_parser = claim, requires = "private_key")]
    claims: Vec<(String, Value)>,
}

/// The claims that the probe sets.
const SET: [&str; 7] = ["iss", "aud", "exp", "nbf", "iat", "jti", "qsh"];

/// Parses the value of `--claim`.
fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=JSON")?;
    if SET.contains(&name) {
        return Err(format!("expected a claim that the probe does not set, found {name}"));
    }
    let value = serde_json::from_str(value);
    let value = value.map_err(|_| "expected JSON after the =, such as \"text\" or 7")?;
    Ok((name.to_owned(), value))
}

impl ServiceArgs {
    /// Who signs tokens of this kind. `None` for the kinds that are signed with a shared secret.
    pub(super) fn of_endpoint(
        &self,
        kind: TokenKind,
        client_key: &str,
        base_url: &str,
    ) -> anyhow::Result<Option<Service>> {
        let is_signed_with_key = matches!(kind, TokenKind::Install | TokenKind::Forge | TokenKind::Asap);
        let Some((file, key_id)) = self.private_key.as_ref().zip(self.key_id.as_ref()) else {
            if is_signed_with_key {
                bail!(
                    "--endpoint {}: expected --private-key FILE and --key-id KID, whose public key the app trusts",
                    kind.name()
                );
            }
            return Ok(None);
        };
        if !is_signed_with_key {
            bail!("--private-key: tokens of --endpoint {} are signed with the shared secret", kind.name());
        }
        if self.issuer.is_some() && kind != TokenKind::Asap {
            bail!("--issuer: only ASAP tokens have an issuer of their own");
        }
        let given =
            [("--key-id", Some(key_id)), ("--audience", self.audience.as_ref()), ("--issuer", self.issuer.as_ref())];
        if let Some((option, _)) = given.into_iter().find(|(_, text)| text.is_some_and(|text| text.is_empty())) {
            bail!("{option}: expected a name, found an empty text");
        }
        if kind == TokenKind::Asap && self.issuer.is_none() && !key_id.contains('/') {
            bail!(
                "--key-id {key_id}: expected the issuer, a slash and a name, such as billing/key-1 (ASAP-6, ASAP-10); \
                 give --issuer if your keys have other names"
            );
        }
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let key = PrivateKey::read(&text).with_context(|| file.display().to_string())?;
        let (issuer, audience) = match kind {
            TokenKind::Install => (client_key.to_owned(), Some(base_url.to_owned())),
            TokenKind::Forge => ("forge/invocation-token".to_owned(), None),
            _ => {
                let owner = key_id.rsplit_once('/').map_or(key_id.as_str(), |(owner, _)| owner);
                (self.issuer.clone().unwrap_or_else(|| owner.to_owned()), None)
            }
        };
        let what = if kind == TokenKind::Forge {
            "the id of the app, such as ari:cloud:ecosystem::app/…"
        } else {
            "the name of the service"
        };
        let audience = self.audience.clone().or(audience);
        let audience = audience.with_context(|| format!("--endpoint {}: expected --audience, {what}", kind.name()))?;
        let claims = self.claims.iter().cloned().collect();
        Ok(Some(Service { issuer, key_id: key_id.clone(), audience, key, claims }))
    }
}

/// The body of the callback `installed` of a site.
pub(super) fn callback(client_key: &str, shared_secret: &str) -> String {
    let body = json!({
        "key": "com.example.app",
        "clientKey": client_key,
        "sharedSecret": shared_secret,
        "baseUrl": "https://qsh-probe.atlassian.net",
        "productType": "jira",
        "eventType": "installed",
    });
    body.to_string()
}
