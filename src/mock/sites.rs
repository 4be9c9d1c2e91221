//! [`Sites`]: the sites of a product, and what an order changes in them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::exchange::Outcome;
use super::order::{Order, REINSTALLED, UNINSTALLED};
use super::site::{Site, Status};

/// The sites with their base URLs. Several threads use them.
#[derive(Debug)]
pub(super) struct Sites {
    list: Mutex<Vec<(Site, String)>>,
    installing: Mutex<()>,
}

/// While this lives, no other order installs or removes the app.
pub(super) struct Turn<'s> {
    _guard: MutexGuard<'s, ()>,
}

impl Sites {
    pub(super) fn new(list: Vec<(Site, String)>) -> Self {
        Self { list: Mutex::new(list), installing: Mutex::new(()) }
    }

    /// The sites, as they are now.
    pub(super) fn all(&self) -> Vec<(Site, String)> {
        self.lock().clone()
    }

    /// The site with this name, as it is now.
    pub(super) fn named(&self, name: &str) -> Option<(Site, String)> {
        self.lock().iter().find(|(site, _)| site.name == name).cloned()
    }

    /// Waits until no other order installs or removes the app.
    pub(super) fn turn(&self) -> Turn<'_> {
        Turn { _guard: self.installing.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Whether an order is under way that installs or removes the app.
    pub(super) fn is_changing(&self) -> bool {
        self.installing.try_lock().is_err()
    }

    /// Notes that an installation begins. The app may call the product before it answers. A site that the app is installed on
    /// again has a new secret.
    pub(super) fn begin(&self, name: &str, order: &Order, _turn: &Turn<'_>) {
        let mut list = self.lock();
        let Some((site, _)) = list.iter_mut().find(|(site, _)| site.name == name) else { return };
        if !order.installs() {
            return;
        }
        if order.id == REINSTALLED || site.status == Status::Removed {
            site.renew_secret();
        }
        site.status = Status::Installed;
    }

    /// Notes what came of an installation or a removal. `before` is the site before it. A secret that the app did not take is
    /// dropped.
    pub(super) fn end(&self, before: &Site, order: &Order, outcome: Outcome, _turn: &Turn<'_>) {
        let mut list = self.lock();
        let Some((site, _)) = list.iter_mut().find(|(site, _)| site.name == before.name) else { return };
        if order.id == UNINSTALLED && outcome == Outcome::Accepted {
            site.status = Status::Removed;
        }
        if order.installs() && outcome != Outcome::Accepted {
            site.status = before.status;
            if site.shared_secret != before.shared_secret {
                site.restore_secret();
            }
        }
    }

    /// Every change is whole, so that a thread that died leaves nothing behind.
    fn lock(&self) -> MutexGuard<'_, Vec<(Site, String)>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::Descriptor;

    #[test]
    fn a_secret_that_the_app_did_not_take_is_dropped() {
        let text = br#"{"key":"k","baseUrl":"http://h","lifecycle":{"installed":"/i","uninstalled":"/u"}}"#;
        let orders = Order::all(&Descriptor::parse(text).unwrap(), &[], &[]);
        let order = |id: &str| orders.iter().find(|order| order.id == id).unwrap();
        let sites = Sites::new(vec![(Site::new(1), "http://h".to_owned())]);
        let site = || sites.all().swap_remove(0).0;
        let played = |id: &str, outcome| {
            let (turn, before) = (sites.turn(), site());
            sites.begin("site-1", order(id), &turn);
            sites.end(&before, order(id), outcome, &turn);
        };
        let first = site().shared_secret;
        played("installed", Outcome::Accepted);
        assert_eq!((site().status, site().shared_secret == first), (Status::Installed, true));
        played("installed-again", Outcome::Failed);
        assert_eq!(
            (site().status, site().shared_secret == first, site().old_secrets.len()),
            (Status::Installed, true, 0)
        );
        played("installed-again", Outcome::Accepted);
        assert_eq!(site().old_secrets, [first]);
        played("uninstalled", Outcome::Refused);
        assert_eq!(site().status, Status::Installed);
        played("uninstalled", Outcome::Accepted);
        played("installed", Outcome::Refused);
        assert_eq!((site().status, site().old_secrets.len()), (Status::Removed, 1));
        played("installed", Outcome::Accepted);
        assert_eq!((site().status, site().old_secrets.len()), (Status::Installed, 2));
    }
}
