//! Tenants: the installations of an app, each with its secret.

use crate::jwt::SharedSecret;

/// One installation of an app, as the `installed` callback describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tenant {
    /// The `clientKey`, which the product's tokens have as their `iss` (CON-2).
    pub client_key: String,
    /// The `sharedSecret`.
    pub shared_secret: SharedSecret,
    /// The `baseUrl` of the product, which requests to it leave out of the hash (QSH-P3).
    pub base_url: Option<String>,
    /// The `productType`, such as `jira`.
    pub product_type: Option<String>,
    /// The `oauthClientId`, with which an app asks for tokens in the name of a user.
    pub oauth_client_id: Option<String>,
}

impl Tenant {
    /// A tenant with what every token takes.
    pub fn new(client_key: impl Into<String>, shared_secret: SharedSecret) -> Self {
        Self { client_key: client_key.into(), shared_secret, base_url: None, product_type: None, oauth_client_id: None }
    }
}

/// Where an app keeps its tenants.
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
    /// What goes wrong with the store itself.
    type Error;

    /// The tenant with that `clientKey`; nothing, where there is none.
    ///
    /// # Errors
    ///
    /// The store could not be asked.
    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Self::Error>;
}
