//! Tenants: the installations of an app with their secrets.

use crate::jwt::SharedSecret;

/// One installation of an app, as the `installed` callback describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tenant {
    /// The `clientKey`, which is the `iss` of the product's tokens (CON-2).
    pub client_key: String,
    /// The `sharedSecret`.
    pub shared_secret: SharedSecret,
    /// The `baseUrl` of the product. The hash of requests to the product does not include it (QSH-P3).
    pub base_url: Option<String>,
    /// The `productType`, such as `jira`.
    pub product_type: Option<String>,
    /// The `oauthClientId`, with which an app requests tokens on behalf of a user.
    pub oauth_client_id: Option<String>,
}

impl Tenant {
    /// A tenant with the data that every token needs.
    pub fn new(client_key: impl Into<String>, shared_secret: SharedSecret) -> Self {
        Self { client_key: client_key.into(), shared_secret, base_url: None, product_type: None, oauth_client_id: None }
    }
}

/// A store for the tenants of an app.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use std::convert::Infallible;
///
/// use qsh_auth::connect::{Tenant, TenantStore};
/// use qsh_auth::jwt::SharedSecret;
///
/// struct InMemory(HashMap<String, Tenant>);
///
/// impl TenantStore for InMemory {
///     type Error = Infallible;
///
///     fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Infallible> {
///         Ok(self.0.get(client_key).cloned())
///     }
/// }
///
/// let tenant = Tenant::new("jira:1234", SharedSecret::new("a secret")?);
/// let store = InMemory(HashMap::from([(tenant.client_key.clone(), tenant)]));
/// assert!(store.tenant("jira:1234")?.is_some());
/// assert!(store.tenant("jira:5678")?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait TenantStore {
    /// The error of the store.
    type Error;

    /// The tenant with that `clientKey`, or `None` if it is unknown.
    ///
    /// # Errors
    ///
    /// If the store cannot be queried.
    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Self::Error>;
}
