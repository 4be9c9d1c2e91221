//! The decisions about requests to products (PRD), assertions for user impersonation (IMP) and invocation tokens of Forge
//! (FIT).

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use data_encoding::BASE64URL_NOPAD;
use qsh_diagnose::Input;
use serde_json::{Map, Value};

use crate::planted::claims::Times;
use crate::planted::decoding::Token;
use crate::planted::hash;
use crate::planted::keys::{Store, under};
use crate::planted::signatures::Names;
use crate::planted::transport::Found;

const CLIENT: &str = "urn:atlassian:connect:clientid:";
const USERS: [&str; 2] = ["urn:atlassian:connect:useraccountid:", "urn:atlassian:connect:userkey:"];

#[derive(Clone, Copy)]
pub(crate) struct Kinds {
    /// The tokens of a request to a product, among those in headers and those in parameters.
    pub(crate) to_product: fn(headers: Found, parameters: Found) -> Found,
    /// The secrets of the app that an issuer names.
    pub(crate) apps: fn(&Store, issuer: &str) -> Vec<String>,
    pub(crate) hash_to_product: fn(&Input) -> String,
    pub(crate) mandatory_to_product: Names,
    /// Whether an issuer is the app with a client id.
    pub(crate) is_client: fn(issuer: &str, client_id: &str) -> bool,
    pub(crate) is_user: fn(subject: &str) -> bool,
    pub(crate) is_site: fn(tenant: &str) -> bool,
    pub(crate) is_server: fn(audience: &str, server: &str) -> bool,
    pub(crate) is_long: fn(&Times) -> bool,
    /// Whether an assertion was issued in the future.
    pub(crate) is_ahead: fn(&Times) -> bool,
    pub(crate) mandatory_in_assertion: Names,
    /// The algorithms of an invocation token.
    pub(crate) of_forge: Names,
    pub(crate) mandatory_in_invocation: Names,
    /// The keys of a key set that may have signed under a `kid`.
    pub(crate) key_set: fn(&Map<String, Value>, key_id: &str, &Token) -> Vec<Value>,
    pub(crate) is_forge: fn(issuer: &str) -> bool,
    /// Whether an audience is the app.
    pub(crate) is_forge_app: fn(audience: &str, app: &str, &Token) -> bool,
}

impl Kinds {
    pub(crate) const RIGHT: Self = Self {
        to_product: |headers, _| headers,
        apps: |apps, issuer| under(apps, |app_key| app_key == issuer),
        hash_to_product: |input| hash::of(&hash::request(input)),
        mandatory_to_product: &["iss", "iat", "exp", "qsh"],
        is_client: |issuer, client_id| issuer.strip_prefix(CLIENT) == Some(client_id),
        is_user: |subject| USERS.iter().any(|front| subject.len() > front.len() && subject.starts_with(front)),
        is_site: |tenant| !tenant.is_empty(),
        is_server: |audience, server| audience == server,
        is_long: |times| seconds(times) > 60.0,
        is_ahead: |times| times.iat.is_some_and(|iat| iat > times.now + times.leeway),
        mandatory_in_assertion: &["iss", "sub", "tnt", "aud", "iat", "exp"],
        of_forge: &["RS256"],
        mandatory_in_invocation: &["iss", "aud", "iat", "exp"],
        key_set: |set, key_id, _| keys(set, |key| key["kid"] == key_id && key["use"] != "enc"),
        is_forge: |issuer| issuer == "forge/invocation-token",
        is_forge_app: |audience, app, _| audience == app,
    };
}

/// The seconds from `iat` to `exp`.
pub(crate) fn seconds(times: &Times) -> f64 {
    times.exp.unwrap_or_default() - times.iat.unwrap_or_default()
}

/// The keys of a key set that fit.
pub(crate) fn keys(set: &Map<String, Value>, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
    let keys = set.get("keys").and_then(Value::as_array);
    keys.into_iter().flatten().filter(|key| fits(key)).cloned().collect()
}

/// Whether a signature was made with the private key of a JSON Web Key.
pub(crate) fn is_by(key: &Value, signature: &[u8], text: &[u8]) -> bool {
    let number = |name: &str| BASE64URL_NOPAD.decode(key[name].as_str().unwrap_or_default().as_bytes());
    let (Ok(n), Ok(e)) = (number("n"), number("e")) else { return false };
    RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, text, signature).is_ok()
}
