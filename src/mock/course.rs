//! [`Course`]: what the product sends without being told, and when.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::exchange::Outcome;
use super::order::{DISABLED, ENABLED, Group, INSTALLED, Order, REINSTALLED, UNINSTALLED};
use super::play::Mock;
use super::site::Site;

/// What the product sends without being told, and when:
///
/// 1. [`install`](Self::install): the app is installed on every site
/// 2. The command runs, or a person works with the app
/// 3. [`check`](Self::check): everything that the product can send to the app, right and with every flaw
/// 4. [`uninstall`](Self::uninstall): the app is removed from every site
#[derive(Debug)]
pub struct Course {
    skipped: GlobSet,
}

impl Course {
    /// A course without what these globs name: `ORDER`, or `ORDER/FLAW`. A `*` stands for any text.
    ///
    /// # Errors
    ///
    /// A text that is no glob.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::Course;
    ///
    /// let course = Course::new(&["webhook:*".to_owned(), "*/no_expiry".to_owned()])?;
    /// assert!(course.skips("webhook:page_created", None) && course.skips("installed", Some("no_expiry")));
    /// assert!(!course.skips("installed", Some("expired")));
    /// # Ok::<(), globset::Error>(())
    /// ```
    pub fn new(skipped: &[String]) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for text in skipped {
            set.add(Glob::new(text)?);
        }
        Ok(Self { skipped: set.build()? })
    }

    /// Whether an order, or an order with a flaw, is left out.
    pub fn skips(&self, order: &str, flaw: Option<&str>) -> bool {
        let with_flaw = flaw.map(|flaw| format!("{order}/{flaw}"));
        self.skipped.is_match(order) || with_flaw.is_some_and(|name| self.skipped.is_match(name))
    }

    /// Installs the app on every site, and enables it.
    pub fn install(&self, mock: &Mock) {
        self.on_every_site(mock, INSTALLED);
        self.on_every_site(mock, ENABLED);
    }

    /// Sends everything but removals to the app, on the first site: right, then with every flaw, then right again. That an app
    /// refuses a request with a flaw says something only if it accepts the right one. Returns what was left out, as sentences.
    pub fn check(&self, mock: &Mock) -> Vec<String> {
        let mut left_out = Vec::new();
        let sites = mock.sites();
        let Some((site, _)) = sites.first() else { return left_out };
        let has_callback = mock.orders().iter().any(|order| order.id == INSTALLED);
        if has_callback && !site.is_installed {
            return vec!["nothing else was sent: the app is not installed".to_owned()];
        }
        let is_check = |order: &&Order| !matches!(order.id.as_str(), DISABLED | UNINSTALLED | REINSTALLED);
        for order in mock.orders().iter().filter(is_check) {
            // The app was installed before. What is left out was not refused.
            let outcome = if order.id == INSTALLED { None } else { self.send(mock, order, None) };
            let is_accepted = outcome.is_none_or(|outcome| outcome == Outcome::Accepted);
            if is_accepted {
                self.send_with_flaws(mock, order);
            } else {
                left_out.push(format!("{}: no wrong request was sent, since the right one is refused", order.title));
            }
            if is_accepted && order.group != Group::Lifecycle {
                self.send(mock, order, None);
            }
        }
        if let Some(order) = mock.orders().iter().find(|order| order.id == REINSTALLED) {
            self.send(mock, order, None);
        }
        left_out
    }

    /// Disables the app on every site, and removes it. A removal with a flaw comes before, while the app still knows the site.
    pub fn uninstall(&self, mock: &Mock, with_flaws: bool) {
        let is_installed = mock.sites().first().is_some_and(|(site, _)| site.is_installed);
        let order = mock.orders().iter().find(|order| order.id == UNINSTALLED);
        if let Some(order) = order.filter(|_| with_flaws && is_installed) {
            self.send_with_flaws(mock, order);
        }
        self.on_every_site(mock, DISABLED);
        self.on_every_site(mock, UNINSTALLED);
    }

    fn on_every_site(&self, mock: &Mock, id: &str) {
        let is_there = mock.orders().iter().any(|order| order.id == id);
        let is_due = |site: &Site| id == INSTALLED || site.is_installed;
        for (site, _) in mock.sites().iter().filter(|(site, _)| is_there && is_due(site) && !self.skips(id, None)) {
            // The order is one of the product.
            let _ = mock.send(&site.name, id, None);
        }
    }

    fn send_with_flaws(&self, mock: &Mock, order: &Order) {
        for flaw in order.flaws() {
            self.send(mock, order, Some(flaw.name));
        }
    }

    /// Sends an order of the first site. `None` if it is left out.
    fn send(&self, mock: &Mock, order: &Order, flaw: Option<&str>) -> Option<Outcome> {
        let sites = mock.sites();
        let (site, _) = sites.first().filter(|_| !self.skips(&order.id, flaw))?;
        mock.send(&site.name, &order.id, flaw).ok().map(|exchange| exchange.outcome)
    }
}
