//! [`Site`]: an installation of the app.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::random;

/// The most secrets of earlier installations that are kept.
const MOST_OLD: usize = 10;

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
    /// The secrets of earlier installations, the last one at the end.
    pub old_secrets: Vec<String>,
    /// The id of the site.
    pub cloud_id: String,
    /// The OAuth client id of the app on this site.
    pub oauth_client_id: String,
    /// The UUID of the installation in Forge.
    pub installation_id: String,
    /// Whether the app is installed.
    pub status: Status,
}

/// Whether an app is installed on a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "an app is installed, or not yet, or no longer")]
pub enum Status {
    /// The app took the last `installed` callback, and no `uninstalled` one since.
    Installed,
    /// The app was never installed.
    New,
    /// The app was removed.
    Removed,
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
    /// assert_eq!((first.name.as_str(), first.is_installed()), ("site-1", false));
    /// assert_ne!(first.shared_secret, second.shared_secret);
    /// ```
    pub fn new(number: usize) -> Self {
        Self {
            name: format!("site-{number}"),
            client_key: random::uuid(),
            shared_secret: random::secret(),
            old_secrets: Vec::new(),
            cloud_id: random::uuid(),
            oauth_client_id: random::hexadecimal(40),
            installation_id: random::uuid(),
            status: Status::New,
        }
    }

    /// Whether the app is installed on this site.
    pub fn is_installed(&self) -> bool {
        self.status == Status::Installed
    }

    /// Takes a new secret, as a product does when the app is installed again.
    pub(super) fn renew_secret(&mut self) {
        let old = std::mem::replace(&mut self.shared_secret, random::secret());
        self.old_secrets.push(old);
        if self.old_secrets.len() > MOST_OLD {
            self.old_secrets.remove(0);
        }
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
        let Self { name, client_key, status, .. } = self;
        let mut shown = f.debug_struct("Site");
        shown.field("name", name).field("client_key", client_key).field("status", status).finish_non_exhaustive()
    }
}
