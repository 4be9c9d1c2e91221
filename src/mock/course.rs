//! [`Course`]: what the product sends by itself, and when.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use globset::{Glob, GlobMatcher};

use super::engine::{Mock, NEW_SITE};
use super::exchange::Outcome;
use super::flaw::{Flaw, OLD_SECRET, OTHER_SITE};
use super::order::{DISABLED, ENABLED, Group, INSTALLED, Order, REINSTALLED, UNINSTALLED};
use super::site::Site;

/// An app that has called nothing for this time has no more work.
const QUIET: Duration = Duration::from_millis(500);
/// The longest time to wait for that.
const LONGEST: Duration = Duration::from_secs(10);

/// What the product sends by itself, and when:
///
/// 1. [`install`](Self::install): the app is installed on every site
/// 2. The command runs, or a person works with the app
/// 3. [`check`](Self::check): everything that the product can send to the app, right and with every flaw
/// 4. [`uninstall`](Self::uninstall): the app is removed from every site
///
/// It sends nothing more once the mock is [told to end](Mock::end_soon), except for removals.
#[derive(Debug)]
pub struct Course {
    skip: Vec<Skip>,
    skipped: Mutex<Vec<String>>,
}

/// What is left out: orders, or orders with flaws.
#[derive(Debug)]
struct Skip {
    text: String,
    order: GlobMatcher,
    /// The flaws. `None` if it is the orders that are left out.
    flaw: Option<GlobMatcher>,
}

impl Skip {
    /// Reads `ORDER`, or `ORDER/FLAW`. An order can have slashes, too: what follows the last one has to match the name of a flaw.
    fn parse(text: &str) -> Result<Self, globset::Error> {
        let matcher = |text: &str| Ok(Glob::new(text)?.compile_matcher());
        let split = text.rsplit_once('/').map(|(order, flaw)| Ok((order, matcher(flaw)?))).transpose()?;
        let split = split.filter(|(_, flaw)| Flaw::all().any(|it| flaw.is_match(it.name)));
        let (order, flaw) = split.map_or((text, None), |(order, flaw)| (order, Some(flaw)));
        Ok(Self { text: text.to_owned(), order: matcher(order)?, flaw })
    }

    fn takes(&self, order: &str, flaw: Option<&str>) -> bool {
        self.order.is_match(order) && self.flaw.as_ref().is_none_or(|it| flaw.is_some_and(|flaw| it.is_match(flaw)))
    }
}

/// Whether a removal is also sent with flaws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is, or it is not")]
pub enum Removal {
    /// With every flaw, and then the right one.
    Checked,
    /// Only the right one.
    Plain,
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
    /// assert!(!course.skips("context:/no_expiry", None));
    /// # Ok::<(), globset::Error>(())
    /// ```
    pub fn new(skip: &[String]) -> Result<Self, globset::Error> {
        let skip = skip.iter().map(|text| Skip::parse(text)).collect::<Result<_, _>>()?;
        Ok(Self { skip, skipped: Mutex::default() })
    }

    /// Whether an order, or an order with a flaw, is left out.
    pub fn skips(&self, order: &str, flaw: Option<&str>) -> bool {
        self.skip.iter().any(|skip| skip.takes(order, flaw))
    }

    /// The globs that name nothing that this product can send.
    pub fn unmatched(&self, mock: &Mock) -> Vec<String> {
        let is_of = |skip: &Skip, order: &Order| {
            skip.takes(&order.id, None) || order.flaws().any(|flaw| skip.takes(&order.id, Some(flaw.name)))
        };
        let unmatched = self.skip.iter().filter(|skip| !mock.orders().iter().any(|order| is_of(skip, order)));
        unmatched.map(|skip| skip.text.clone()).collect()
    }

    /// What was left out so far, as `ORDER` or `ORDER/FLAW`.
    pub fn skipped(&self) -> Vec<String> {
        self.skipped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Installs the app on every site that does not have it, and enables it.
    pub fn install(&self, mock: &Mock) {
        self.on_every_site(mock, INSTALLED);
        self.on_every_site(mock, ENABLED);
    }

    /// Sends everything but removals to the app, on the first site: right, then with every flaw, then right again. That an app
    /// refuses a request with a flaw says something only if it accepts the right one, before and after. The app is installed
    /// again first, so that a secret of an earlier installation is among the flaws.
    pub fn check(&self, mock: &Mock) {
        let is_installed = mock.sites().first().is_some_and(|(site, _)| site.is_installed());
        if !is_installed {
            mock.tally().note_problem("nothing else was sent to the app, because it is not installed");
            return;
        }
        // A call that is under way has the secret of before.
        settle(mock);
        if let Some(order) = mock.orders().iter().find(|order| order.id == REINSTALLED) {
            self.send(mock, order, None);
        }
        for order in mock.orders() {
            match order.id.as_str() {
                // The app has taken it before.
                INSTALLED => {
                    self.send_with_flaws(mock, order);
                    self.send_first_with_flaws(mock, order);
                }
                REINSTALLED | DISABLED | UNINSTALLED => {}
                _ => self.check_order(mock, order),
            }
        }
        settle(mock);
    }

    /// Disables the app on every site, and removes it. Flaws come before, while the app still knows the site.
    pub fn uninstall(&self, mock: &Mock, removal: Removal) {
        let is_installed = mock.sites().first().is_some_and(|(site, _)| site.is_installed());
        for id in [DISABLED, UNINSTALLED] {
            if let Some(order) = mock.orders().iter().find(|order| order.id == id) {
                if removal == Removal::Checked && is_installed && !mock.is_ending() {
                    self.send_with_flaws(mock, order);
                }
                self.on_every_site(mock, id);
            }
        }
    }

    /// Leaves the app installed, and notes what is not sent because of that.
    pub fn keep(&self, mock: &Mock) {
        let removals = mock.orders().iter().filter(|order| matches!(order.id.as_str(), DISABLED | UNINSTALLED));
        for order in removals {
            self.note_left_out(&order.id);
        }
    }

    fn check_order(&self, mock: &Mock, order: &Order) {
        let is_refused = |outcome: Option<Outcome>| outcome.is_some_and(|outcome| outcome != Outcome::Accepted);
        if is_refused(self.send(mock, order, None)) {
            let what = format!("{}: no wrong request was sent, because the right one is not accepted", order.title);
            mock.tally().note_problem(&what);
            return;
        }
        self.send_with_flaws(mock, order);
        if order.group != Group::Lifecycle && is_refused(self.send(mock, order, None)) {
            for (site, _) in mock.sites().iter().take(1) {
                mock.tally().note_inconclusive(&site.name, &order.id);
            }
        }
    }

    fn on_every_site(&self, mock: &Mock, id: &str) {
        let Some(order) = mock.orders().iter().find(|order| order.id == id) else { return };
        if self.leaves_out(&order.id, None) {
            return;
        }
        let is_due = |site: &Site| (id == INSTALLED) != site.is_installed();
        for (site, _) in mock.sites().iter().filter(|(site, _)| is_due(site)) {
            if !mock.is_ending() || id == UNINSTALLED {
                // The order is one of the product.
                let _ = mock.send(&site.name, id, None);
            }
        }
    }

    fn send_with_flaws(&self, mock: &Mock, order: &Order) {
        let sites = mock.sites();
        let can_be_sent = |flaw: &&Flaw| match flaw.name {
            OLD_SECRET => sites.first().is_some_and(|(site, _)| !site.old_secrets.is_empty()),
            OTHER_SITE => sites.len() > 1,
            _ => true,
        };
        for flaw in order.flaws().filter(|flaw| can_be_sent(flaw)) {
            let is_accepted = self.send(mock, order, Some(flaw.name)) == Some(Outcome::Accepted);
            let installed = mock.orders().iter().find(|order| order.id == INSTALLED);
            if let Some(installed) = installed.filter(|_| is_accepted && order.id == UNINSTALLED) {
                // The app has forgotten the site, and would refuse everything.
                self.send(mock, installed, None);
            }
        }
    }

    /// Sends the first installation of a new site, with every flaw: an app may check less of a tenant that it does not know.
    fn send_first_with_flaws(&self, mock: &Mock, order: &Order) {
        for flaw in order.flaws().filter(|flaw| !mock.is_ending() && !self.skips(&order.id, Some(flaw.name))) {
            // The order is one of the product.
            let _ = mock.send(NEW_SITE, &order.id, Some(flaw.name));
        }
    }

    /// Sends an order of the first site. `None` if it is left out.
    fn send(&self, mock: &Mock, order: &Order, flaw: Option<&str>) -> Option<Outcome> {
        let sites = mock.sites();
        let (site, _) = sites.first().filter(|_| !mock.is_ending() && !self.leaves_out(&order.id, flaw))?;
        mock.send(&site.name, &order.id, flaw).ok().map(|exchange| exchange.outcome)
    }

    /// Whether an order is left out, which is noted.
    fn leaves_out(&self, order: &str, flaw: Option<&str>) -> bool {
        let skips = self.skips(order, flaw);
        if skips {
            self.note_left_out(&flaw.map_or_else(|| order.to_owned(), |flaw| format!("{order}/{flaw}")));
        }
        skips
    }

    /// Notes that something is left out. The same is noted once.
    fn note_left_out(&self, name: &str) {
        let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        if !skipped.iter().any(|it| it == name) {
            skipped.push(name.to_owned());
        }
    }
}

/// Waits until the app has called nothing for a while: it may do its work after it has answered.
fn settle(mock: &Mock) {
    let began = Instant::now();
    while began.elapsed() < QUIET || mock.since_last_call() < QUIET {
        if mock.is_ending() || began.elapsed() > LONGEST {
            return;
        }
        thread::sleep(QUIET / 10);
    }
}
