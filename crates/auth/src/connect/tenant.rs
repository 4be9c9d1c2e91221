//! Tenants: the installations of an app with their secrets.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::Arc;

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

/// A store for the tenants of an app. A `HashMap` or `BTreeMap` by client key is a store that never fails.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
///
/// use qsh_auth::connect::{Tenant, TenantStore};
/// use qsh_auth::jwt::SharedSecret;
///
/// let tenant = Tenant::new("jira:1234", SharedSecret::new("a secret")?);
/// let tenants = HashMap::from([(tenant.client_key.clone(), tenant)]);
/// assert!(tenants.tenant("jira:1234")?.is_some());
/// assert!(tenants.tenant("jira:5678")?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A store of one's own:
///
/// ```
/// use std::fs;
/// use std::io;
///
/// use qsh_auth::connect::{Tenant, TenantStore};
/// use qsh_auth::jwt::SharedSecret;
///
/// /// One file for each tenant, with its secret.
/// struct Files;
///
/// impl TenantStore for Files {
///     type Error = io::Error;
///
///     fn tenant(&self, client_key: &str) -> io::Result<Option<Tenant>> {
///         if !client_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
///             return Ok(None);
///         }
///         let secret = match fs::read(format!("tenants/{client_key}")) {
///             Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
///             secret => SharedSecret::new(secret?).map_err(io::Error::other)?,
///         };
///         Ok(Some(Tenant::new(client_key, secret)))
///     }
/// }
///
/// assert_eq!(Files.tenant("574f8bdd")?, None);
/// # Ok::<(), io::Error>(())
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

/// A pointer to a store is the store.
macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<S: TenantStore + ?Sized> TenantStore for $pointer {
            type Error = S::Error;

            fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, S::Error> {
                (**self).tenant(client_key)
            }
        }
    )*};
}

through!(&S, Box<S>, Rc<S>, Arc<S>);

impl<H: BuildHasher> TenantStore for HashMap<String, Tenant, H> {
    type Error = Infallible;

    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Infallible> {
        Ok(self.get(client_key).cloned())
    }
}

impl TenantStore for BTreeMap<String, Tenant> {
    type Error = Infallible;

    fn tenant(&self, client_key: &str) -> Result<Option<Tenant>, Infallible> {
        Ok(self.get(client_key).cloned())
    }
}
