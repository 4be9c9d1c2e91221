//! [`Site`]: an installation of the app.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::random;

/// A site of the product with the app: a tenant.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Site {
    /// Its name here, such as `site-1`.
    pub name: String,
    /// The client key, which is the issuer of the product's tokens (CON-2).
    pub client_key: String,
    /// The secret that it shares with the app.
    pub shared_secret: String,
    /// The secrets of earlier installations.
    pub old_secrets: Vec<String>,
    /// The id of the site.
    pub cloud_id: String,
    /// The OAuth client id of the app on this site.
    pub oauth_client_id: String,
    /// The UUID of the installation in Forge.
    pub installation_id: String,
    /// Whether the app took the last `installed` callback, and no `uninstalled` one since.
    pub is_installed: bool,
}

impl Site {
    /// A new site with names and a secret that nobody else has.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::Site;
    ///
    /// let (first, second) = (Site::new(1), Site::new(2));
    /// assert_eq!((first.name.as_str(), first.is_installed), ("site-1", false));
    /// assert_ne!(first.shared_secret, second.shared_secret);
    /// ```
    pub fn new(number: usize) -> Self {
        Self {
            name: format!("site-{number}"),
            client_key: random::uuid(),
            shared_secret: random::secret(),
            old_secrets: Vec::new(),
            cloud_id: random::uuid(),
            oauth_client_id: random::letters(40),
            installation_id: random::uuid(),
            is_installed: false,
        }
    }

    /// Takes a new secret, as a product does when the app is installed again.
    pub(super) fn renew_secret(&mut self) {
        let old = std::mem::replace(&mut self.shared_secret, random::secret());
        self.old_secrets.push(old);
    }

    /// Takes the secret before the last one again.
    pub(super) fn restore_secret(&mut self) {
        if let Some(old) = self.old_secrets.pop() {
            self.shared_secret = old;
        }
    }
}

/// Hides the secrets.
impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, client_key, is_installed, .. } = self;
        let mut shown = f.debug_struct("Site");
        shown.field("name", name).field("client_key", client_key).field("is_installed", is_installed);
        shown.finish_non_exhaustive()
    }
}
