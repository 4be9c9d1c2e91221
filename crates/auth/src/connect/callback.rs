//! The bodies of install callbacks.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::Tenant;
use crate::jwt::{EmptySecret, SharedSecret, object};

/// The body of an install callback: who installed the app, on which site, and with which secret. Do not trust it before
/// [`authenticate_install`] has accepted the request.
///
/// Unknown members are allowed and ignored.
///
/// [`authenticate_install`]: super::authenticate_install()
///
/// # Examples
///
/// ```
/// use qsh_auth::connect::{Callback, InvalidCallback};
///
/// let body = br#"{"key":"com.example.app","clientKey":"574f8bdd","sharedSecret":"7512836e-9137-48ac-baaf-a1935b96e17a",
///     "baseUrl":"https://acme.atlassian.net","productType":"jira","eventType":"installed","serverVersion":"1001"}"#;
/// let Callback::Installed(installed) = Callback::parse(body)? else { panic!() };
/// assert_eq!(installed.tenant().client_key, "574f8bdd");
/// assert_eq!(installed.site.app_key, "com.example.app");
/// assert_eq!(Callback::parse(br#"{"eventType":"installed"}"#), Err(InvalidCallback::Missing("key")));
/// # Ok::<(), InvalidCallback>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "two callbacks are signed with a private key; see INS-1")]
pub enum Callback {
    /// The app was installed, or its secret was replaced.
    Installed(Installed),
    /// The app was removed. This callback has no secret.
    Uninstalled(Site),
}

/// An installation, with its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installed {
    /// The site of the installation.
    pub site: Site,
    /// The `sharedSecret`.
    pub shared_secret: SharedSecret,
}

impl Installed {
    /// The tenant to store, which [`authenticate`] looks up later.
    ///
    /// [`authenticate`]: super::authenticate()
    pub fn tenant(&self) -> Tenant {
        Tenant {
            base_url: Some(self.site.base_url.clone()),
            product_type: self.site.product_type.clone(),
            oauth_client_id: self.site.oauth_client_id.clone(),
            ..Tenant::new(self.site.client_key.clone(), self.shared_secret.clone())
        }
    }
}

/// The site of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Site {
    /// The `key` of the app.
    pub app_key: String,
    /// The `clientKey`, which is the `iss` of the product's tokens (CON-2).
    pub client_key: String,
    /// The `baseUrl` of the product. The hash of requests to the product does not include it (QSH-P3).
    pub base_url: String,
    /// The `displayUrl`: the address of the product that users see, if it differs.
    pub display_url: Option<String>,
    /// The `productType`, such as `jira`.
    pub product_type: Option<String>,
    /// The `publicKey` of the product. It is no longer used for signatures (INS-3).
    pub public_key: Option<String>,
    /// The `oauthClientId` of the app at this site.
    pub oauth_client_id: Option<String>,
    /// The `cloudId` of the site.
    pub cloud_id: Option<String>,
    /// The `description` of the product.
    pub description: Option<String>,
}

impl Callback {
    /// Parses a body.
    ///
    /// # Errors
    ///
    /// - The body is not a JSON object, or has a duplicate member.
    /// - `eventType`, `key`, `clientKey` or `baseUrl` is missing or empty. With `installed`, the same holds for
    ///   `sharedSecret`.
    /// - A known member is not text.
    /// - The event is neither `installed` nor `uninstalled`.
    pub fn parse(body: &[u8]) -> Result<Self, InvalidCallback> {
        let body = Body(object(body).map_err(|_| InvalidCallback::NoObject)?);
        match body.required("eventType")?.as_str() {
            "installed" => {
                let site = body.site()?;
                let secret = Zeroizing::new(body.required("sharedSecret")?);
                let shared_secret =
                    SharedSecret::new(secret.as_str()).map_err(|EmptySecret| InvalidCallback::Empty("sharedSecret"))?;
                Ok(Self::Installed(Installed { site, shared_secret }))
            }
            "uninstalled" => Ok(Self::Uninstalled(body.site()?)),
            _ => Err(InvalidCallback::AnotherEvent),
        }
    }

    /// The site on which the app was installed or removed.
    pub fn site(&self) -> &Site {
        match self {
            Self::Installed(installed) => &installed.site,
            Self::Uninstalled(site) => site,
        }
    }
}

struct Body(Map<String, Value>);

/// Overwrites the secret with zeros.
impl Drop for Body {
    fn drop(&mut self) {
        if let Some(Value::String(secret)) = self.0.get_mut("sharedSecret") {
            secret.zeroize();
        }
    }
}

impl Body {
    fn site(&self) -> Result<Site, InvalidCallback> {
        Ok(Site {
            app_key: self.required("key")?,
            client_key: self.required("clientKey")?,
            base_url: self.required("baseUrl")?,
            display_url: self.optional("displayUrl")?,
            product_type: self.optional("productType")?,
            public_key: self.optional("publicKey")?,
            oauth_client_id: self.optional("oauthClientId")?,
            cloud_id: self.optional("cloudId")?,
            description: self.optional("description")?,
        })
    }

    fn required(&self, name: &'static str) -> Result<String, InvalidCallback> {
        match self.optional(name)? {
            None => Err(InvalidCallback::Missing(name)),
            Some(text) if text.is_empty() => Err(InvalidCallback::Empty(name)),
            Some(text) => Ok(text),
        }
    }

    fn optional(&self, name: &'static str) -> Result<Option<String>, InvalidCallback> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(InvalidCallback::NotText(name)),
        }
    }
}

/// Why a body is not a valid callback. The error contains nothing of the body, since the body holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidCallback {
    /// The `eventType` is neither `installed` nor `uninstalled`.
    AnotherEvent,
    /// The member with that name is empty.
    Empty(&'static str),
    /// The member with that name is missing.
    Missing(&'static str),
    /// The body is not a JSON object with distinct members.
    NoObject,
    /// The member with that name is not text.
    NotText(&'static str),
}

impl fmt::Display for InvalidCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnotherEvent => f.write_str("the callback's eventType is neither installed nor uninstalled"),
            Self::Empty(name) => write!(f, "the callback's {name} is empty"),
            Self::Missing(name) => write!(f, "the callback has no {name}"),
            Self::NoObject => f.write_str("the callback's body is not a JSON object with distinct members"),
            Self::NotText(name) => write!(f, "the callback's {name} is not a string"),
        }
    }
}

impl Error for InvalidCallback {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body() -> Value {
        json!({
            "key": "com.example.app", "clientKey": "client", "sharedSecret": "a very secret text", "publicKey": "MIGf",
            "oauthClientId": "eyJ", "baseUrl": "https://acme.atlassian.net", "displayUrl": "https://issues.acme.example",
            "productType": "jira", "description": "A site", "eventType": "installed", "cloudId": "1-2",
            "serverVersion": 1001, "whatever": { "a": [] },
        })
    }

    fn parsed(name: &str, value: Value) -> Result<Callback, InvalidCallback> {
        let mut body = body();
        body[name] = value;
        Callback::parse(body.to_string().as_bytes())
    }

    #[test]
    fn what_the_product_sends_is_kept() {
        let Ok(Callback::Installed(installed)) = Callback::parse(body().to_string().as_bytes()) else { panic!() };
        let tenant = installed.tenant();
        assert_eq!(
            (tenant.client_key.as_str(), tenant.base_url.as_deref()),
            ("client", Some("https://acme.atlassian.net"))
        );
        assert_eq!((tenant.product_type.as_deref(), tenant.oauth_client_id.as_deref()), (Some("jira"), Some("eyJ")));
        assert_eq!(tenant.shared_secret, SharedSecret::new("a very secret text").unwrap());
        assert!(!format!("{installed:?}").contains("very secret"));
        let removed = parsed("eventType", json!("uninstalled")).unwrap();
        assert_eq!(removed, Callback::Uninstalled(installed.site));
    }

    #[test]
    fn what_is_needed_is_asked_for_and_nothing_else() {
        for name in ["eventType", "key", "clientKey", "sharedSecret", "baseUrl"] {
            assert_eq!(parsed(name, Value::Null), Err(InvalidCallback::Missing(name)));
            assert_eq!(parsed(name, json!("")), Err(InvalidCallback::Empty(name)));
            assert_eq!(parsed(name, json!(5)), Err(InvalidCallback::NotText(name)));
        }
        for name in ["publicKey", "oauthClientId", "displayUrl", "productType", "description", "cloudId"] {
            assert!(parsed(name, Value::Null).is_ok(), "{name}");
            assert_eq!(parsed(name, json!(5)), Err(InvalidCallback::NotText(name)));
        }
        assert_eq!(parsed("eventType", json!("enabled")), Err(InvalidCallback::AnotherEvent));
        for body in [&b""[..], b"[]", b"{", br#"{"key":"a","key":"b"}"#] {
            assert_eq!(Callback::parse(body), Err(InvalidCallback::NoObject));
        }
    }
}
