//! [`Mock`]: the product, made of its parts. [`send`](super::send) and [`receive`](super::receive) are what it does.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use qsh_diagnose::DEEPEST;
use serde_json::Value;

use super::descriptor::Descriptor;
use super::exchange::Exchange;
use super::limits::Limits;
use super::log::Log;
use super::order::{BadOrder, Group, INSTALLED, Order};
use super::outgoing::{Keys, Receiver, Sender};
use super::product::Product;
use super::session::{AppEntry, Session, Tally};
use super::settings::Settings;
use super::site::{Site, Status};
use super::sites::Sites;
use super::state::{self, BadState, State};
use crate::adapter::http::BadAddress;

/// The time limit for a response of the app, once the product is told to end.
const SHORT: Duration = Duration::from_secs(1);

/// How many calls at once are searched for several mistakes.
const AT_LEISURE: usize = 2;
/// The name of a site that no app knows.
pub(super) const NEW_SITE: &str = "new-site";

/// A product that plays its part for one app.
#[derive(Debug)]
pub struct Mock {
    pub(super) product: Product,
    pub(super) keys: Keys,
    pub(super) app: Receiver,
    pub(super) socket: SocketAddr,
    pub(super) settings: Settings,
    orders: Vec<Order>,
    pub(super) sites: Sites,
    log: Mutex<Log>,
    tally: Mutex<Tally>,
    key_requests: AtomicUsize,
    limits: Limits,
    is_ending: AtomicBool,
    last_call: Mutex<Instant>,
    /// How many calls of the app are judged right now.
    judging: AtomicUsize,
    wrong_address: Mutex<Option<String>>,
}

impl Mock {
    /// A product with the sites and keys of a state. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// A host that has no address, or that is neither this machine nor allowed.
    pub fn new(settings: Settings, state: State) -> Result<Self, BadAddress> {
        let socket = settings.app.socket(&settings.allowed_hosts)?;
        let (address, descriptor) = (settings.app.clone(), settings.descriptor.clone());
        let orders = Order::all(&descriptor, &settings.context, &settings.forge);
        let mut sites: Vec<(Site, String)> = state.sites.into_iter().zip(settings.base_urls.iter().cloned()).collect();
        if !orders.iter().any(|order| order.id == INSTALLED) {
            // The app learns the secret in another way.
            sites.iter_mut().for_each(|(site, _)| site.status = Status::Installed);
        }
        Ok(Self {
            product: state.product,
            keys: state.keys,
            app: Receiver { address, descriptor, forge_app: settings.forge_app.clone() },
            socket,
            orders,
            sites: Sites::new(sites),
            log: Mutex::default(),
            tally: Mutex::new(Tally::new(&settings.expected, settings.fixtures.calls())),
            settings,
            key_requests: AtomicUsize::new(0),
            limits: Limits::default(),
            is_ending: AtomicBool::new(false),
            last_call: Mutex::new(Instant::now()),
            judging: AtomicUsize::new(0),
            wrong_address: Mutex::default(),
        })
    }

    /// What can be sent.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// What a site refused before it was a request.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The product.
    pub fn product(&self) -> Product {
        self.product
    }

    /// The URL of the app.
    pub fn app_url(&self) -> String {
        self.app.url()
    }

    /// What the app declares.
    pub fn descriptor(&self) -> &Descriptor {
        &self.app.descriptor
    }

    /// The sites with their base URLs, as they are now.
    pub fn sites(&self) -> Vec<(Site, String)> {
        self.sites.all()
    }

    /// Writes keys, sites and secrets to a file that only its owner can read, for the next start.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), BadState> {
        let sites: Vec<Site> = self.sites.all().into_iter().map(|(site, _)| site).collect();
        state::write(path, self.product, &self.keys, &sites)
    }

    /// The name of the key of install callbacks, and its public key as a key host serves it (INS-3).
    pub fn callback_key(&self) -> (&str, &str) {
        (self.keys.callbacks.key_id(), self.keys.callbacks.public_pem())
    }

    /// The key set of Forge (FIT-3).
    pub fn key_set(&self) -> Value {
        self.keys.forge.key_set()
    }

    /// A context token of a site (CTX-1).
    ///
    /// # Errors
    ///
    /// There is no such site.
    pub fn context_token(&self, site: &str) -> Result<String, BadOrder> {
        let (site, base_url) = self.site(site)?;
        Ok(self.sender(&site, &base_url).context_token())
    }

    /// The URL of a page of the app, with a fresh token, as a product gives it to an iframe.
    ///
    /// # Errors
    ///
    /// There is no such site, or no such module.
    pub fn page_url(&self, site: &str, order: &str) -> Result<String, BadOrder> {
        let (order, _) = self.find(order, None)?;
        if order.group != Group::Module {
            return Err(BadOrder::Unknown(order.id.clone()));
        }
        let (site, base_url) = self.site(site)?;
        let outgoing = self.sender(&site, &base_url).outgoing(order, None, &self.app);
        let target = outgoing.map_err(|_| BadOrder::Unknown(order.id.clone()))?.message.target;
        Ok(format!("{}{}", self.app.address.origin(), String::from_utf8_lossy(&target)))
    }

    /// The exchanges after the one with this number, the oldest first, and how many older ones are no longer kept.
    pub fn exchanges(&self, after: u64) -> (Vec<Exchange>, u64) {
        let log = lock(&self.log);
        (log.after(after).cloned().collect(), log.dropped())
    }

    /// The report of the exchanges so far.
    pub fn session(&self) -> Session {
        let app = AppEntry {
            key: self.app.descriptor.key.clone(),
            url: self.app.url(),
            base_url: self.app.descriptor.base_url.clone(),
        };
        let is_key_asked_for = self.key_requests.load(Ordering::Relaxed) > 0;
        lock(&self.tally).clone().session(app, self.product, is_key_asked_for, self.limits.problems())
    }

    /// From now on, the app has one second for each response.
    pub fn end_soon(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether the product is told to end.
    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Notes that the app calls. What is returned lives as long as the call is judged.
    pub(super) fn note_call(&self) -> Judging<'_> {
        *lock(&self.last_call) = Instant::now();
        Judging { all: &self.judging, before: self.judging.fetch_add(1, Ordering::Relaxed) }
    }

    /// How long ago the app called for the last time.
    pub(super) fn since_last_call(&self) -> Duration {
        lock(&self.last_call).elapsed()
    }

    /// The time limit for a response of the app.
    pub(super) fn timeout(&self) -> Duration {
        if self.is_ending() { self.settings.timeout.min(SHORT) } else { self.settings.timeout }
    }

    /// Counts a request for the key of install callbacks.
    pub(super) fn note_key_request(&self) {
        self.key_requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that an address was asked for that is not there. It may be meant as that of the key.
    pub(super) fn note_wrong_address(&self, target: &str) {
        *lock(&self.wrong_address) = Some(target.to_owned());
    }

    /// The last address that was asked for and is not there. It is forgotten.
    pub(super) fn take_wrong_address(&self) -> Option<String> {
        lock(&self.wrong_address).take()
    }

    /// How often the key of install callbacks was asked for.
    pub(super) fn key_requests(&self) -> usize {
        self.key_requests.load(Ordering::Relaxed)
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }

    pub(super) fn find(
        &self,
        id: &str,
        flaw: Option<&str>,
    ) -> Result<(&Order, Option<&'static super::flaw::Flaw>), BadOrder> {
        let order = self.orders.iter().find(|order| order.id == id);
        let order = order.ok_or_else(|| BadOrder::Unknown(id.to_owned()))?;
        let named = |name: &str| {
            let found = order.flaws().find(|flaw| flaw.name == name);
            found.ok_or_else(|| BadOrder::Flaw { order: id.to_owned(), flaw: name.to_owned() })
        };
        Ok((order, flaw.map(named).transpose()?))
    }

    /// The site with this name, as it is now, and its base URL. [`NEW_SITE`] is another one each time.
    pub(super) fn site(&self, name: &str) -> Result<(Site, String), BadOrder> {
        if name == NEW_SITE {
            let base_url = self.settings.base_urls.first().cloned().unwrap_or_default();
            return Ok((Site { name: NEW_SITE.to_owned(), ..Site::new(0) }, base_url));
        }
        self.sites.named(name).ok_or_else(|| BadOrder::Site(name.to_owned()))
    }

    pub(super) fn sender<'s>(&'s self, site: &'s Site, base_url: &'s str) -> Sender<'s> {
        let others = self.sites.all().into_iter().map(|(other, _)| other);
        let other_secret = others.filter(|other| other.name != site.name).map(|other| other.shared_secret).next();
        Sender { product: self.product, site, other_secret, base_url, keys: &self.keys, now: now() }
    }

    /// Keeps an exchange. No secret of a site is in it.
    pub(super) fn keep(&self, mut exchange: Exchange) -> Exchange {
        for (site, _) in self.sites.all() {
            exchange.hide(&site.shared_secret);
        }
        let exchange = lock(&self.log).add(exchange).clone();
        lock(&self.tally).add(&exchange);
        exchange
    }
}

/// A call of the app that is judged.
pub(super) struct Judging<'m> {
    all: &'m AtomicUsize,
    before: usize,
}

impl Judging<'_> {
    /// How many mistakes are searched for together. A search of several takes seconds, and many calls at once must not wait for
    /// one another.
    pub(super) fn most_mistakes(&self) -> usize {
        if self.before < AT_LEISURE { DEEPEST } else { 1 }
    }
}

impl Drop for Judging<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A duration in milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The time in Unix seconds: a product has a clock.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The time in Unix milliseconds.
pub(super) fn now_in_millis() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Every change under these locks is whole, so that a thread that died leaves nothing behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
