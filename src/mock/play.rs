//! [`Mock`]: the product.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use qsh_auth::jwt::Time;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::Profile;
use serde_json::{Value, json};

use super::descriptor::Descriptor;
use super::exchange::{Direction, Exchange, FlawEntry, Outcome, Received, Sent, TokenEntry};
use super::flaw::Flaw;
use super::help;
use super::judge::{Call, Judge, Judgement};
use super::limits::Limits;
use super::log::Log;
use super::order::{BadOrder, Group, Order, REINSTALLED, UNINSTALLED};
use super::outgoing::{Keys, Receiver, Sender};
use super::product::Product;
use super::session::{AppEntry, Session, Tally};
use super::settings::Settings;
use super::site::Site;
use super::state::{self, BadState, State};
use crate::adapter::http::{Access, BadAddress, ExchangeError, Reading, Response, exchange};

/// A product that plays its part for one app.
#[derive(Debug)]
pub struct Mock {
    product: Product,
    keys: Keys,
    app: Receiver,
    socket: SocketAddr,
    settings: Settings,
    orders: Vec<Order>,
    sites: Mutex<Vec<Site>>,
    log: Mutex<Log>,
    tally: Mutex<Tally>,
    key_requests: AtomicUsize,
    limits: Limits,
}

/// An answer of the product.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
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
        Ok(Self {
            product: state.product,
            keys: state.keys,
            app: Receiver { address, descriptor, forge_app: settings.forge_app.clone() },
            socket,
            settings,
            orders,
            sites: Mutex::new(state.sites),
            log: Mutex::default(),
            tally: Mutex::default(),
            key_requests: AtomicUsize::new(0),
            limits: Limits::default(),
        })
    }

    /// What can be sent.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// What was refused before it was a request.
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
        lock(&self.sites).iter().cloned().zip(self.settings.base_urls.iter().cloned()).collect()
    }

    /// Writes keys, sites and secrets to a file that only its owner can read, for the next start.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), BadState> {
        state::write(path, self.product, &self.keys, &lock(&self.sites))
    }

    /// The name of the key of install callbacks, and its public key as a key host serves it (INS-3).
    pub fn callback_key(&self) -> (&str, String) {
        (self.keys.callbacks.key_id(), self.keys.callbacks.public_pem())
    }

    /// Counts a request for the key of install callbacks.
    pub(super) fn note_key_request(&self) {
        self.key_requests.fetch_add(1, Ordering::Relaxed);
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
        let (message, _) = self.sender(&site, &base_url).message(order, None, &self.app);
        Ok(format!("{}{}", self.app.address.origin(), String::from_utf8_lossy(&message.target)))
    }

    /// The exchanges after the one with this number, the oldest first, and how many older ones are no longer kept.
    pub fn exchanges(&self, after: u64) -> (Vec<Exchange>, u64) {
        let log = lock(&self.log);
        (log.after(after).cloned().collect(), log.dropped())
    }

    /// Checks that an order can be sent.
    ///
    /// # Errors
    ///
    /// As [`Mock::send`].
    pub fn check(&self, site: &str, order: &str, flaw: Option<&str>) -> Result<(), BadOrder> {
        self.site(site)?;
        self.find(order, flaw).map(drop)
    }

    /// Sends an order of a site to the app, right or with a flaw, and waits for the response.
    ///
    /// # Errors
    ///
    /// There is no such order or site, or the order cannot have this flaw. That the app refuses or fails is no error.
    pub fn send(&self, site: &str, order: &str, flaw: Option<&str>) -> Result<Exchange, BadOrder> {
        let (order, flaw) = self.find(order, flaw)?;
        let (site, base_url) = match flaw {
            None => self.begin(site, order)?,
            Some(_) => self.site(site)?,
        };
        let (message, token) = self.sender(&site, &base_url).message(order, flaw, &self.app);
        let (at, started) = (SystemTime::now(), Instant::now());
        let asked_before = self.key_requests.load(Ordering::Relaxed);
        let response = match message.bytes(&self.app.address.authority(), &[]) {
            Ok(bytes) => exchange(&self.app.address, self.socket, &bytes, self.settings.timeout),
            Err(why) => Err(ExchangeError::Unreachable(why.to_owned())),
        };
        let outcome = self.outcome(&response);
        if flaw.is_none() {
            self.end(&site.name, order, outcome);
        }
        let expected = if flaw.is_some() { Outcome::Refused } else { Outcome::Accepted };
        let clause = |flaw: &'static Flaw| flaw.clause(order.kind()).unwrap_or_default();
        let mut exchange = Exchange {
            id: 0,
            at: millis(at.duration_since(UNIX_EPOCH).unwrap_or_default()),
            millis: millis(started.elapsed()),
            site: site.name.clone(),
            direction: Direction::ToApp,
            what: order.title.clone(),
            flaw: flaw.map(|flaw| FlawEntry { name: flaw.name, title: flaw.title, clause: clause(flaw) }),
            expected,
            outcome,
            is_fine: outcome == expected,
            request: Sent::new(&message.method, &message.target, &message.headers, message.body.as_deref()),
            response: response.as_ref().ok().map(|it| Received::new(it.status, &it.headers, &it.body)),
            problem: response.err().map(|error| error.to_string()),
            token: token.as_deref().and_then(|token| taken_apart(token, order)),
            refusal: None,
            canonical: None,
            diagnosis: None,
            mistakes: Vec::new(),
        };
        if exchange.outcome == Outcome::Refused && expected == Outcome::Accepted {
            self.explain(&mut exchange, order, &site, asked_before);
        }
        Ok(self.keep(exchange))
    }

    /// Says why the app may have refused a right request.
    fn explain(&self, exchange: &mut Exchange, order: &Order, site: &Site, asked_before: usize) {
        let access = Access {
            patterns: self.settings.patterns.clone(),
            allowed_hosts: self.settings.allowed_hosts.clone(),
            timeout: self.settings.timeout,
            ..Access::default()
        };
        let target = format!("{}{}", self.app.base_path(), order.target);
        let help = Some(site).filter(|site| site.is_installed);
        let help = help.and_then(|site| help::search(&self.app, access, site, order, &target));
        let asked_for_key = self.key_requests.load(Ordering::Relaxed) > asked_before;
        let diagnosis = help::described(exchange, order, &self.app, asked_for_key, help.as_ref());
        exchange.mistakes = help.and_then(|help| help.accepted).map(|accepted| accepted.because).into_iter().collect();
        exchange.diagnosis = Some(diagnosis).filter(|text| !text.is_empty());
    }

    /// Judges a call of the app to a site, and answers it.
    pub(super) fn receive(&self, site: usize, call: &Call) -> Answer {
        let (at, started) = (SystemTime::now(), Instant::now());
        let sites = self.sites();
        let Some((own, base_url)) = sites.get(site) else { return not_found() };
        let judge = Judge {
            app_key: &self.app.descriptor.key,
            base_url,
            site: own,
            others: sites.iter().map(|(other, _)| other).filter(|other| other.name != own.name).collect(),
            time: Time::new(now()).with_leeway(self.settings.leeway),
        };
        let Judgement { token, verdict } = judge.judge(call);
        let (answer, outcome) = match &verdict {
            Ok(understood) => (self.accepted(call, base_url, understood), Outcome::Accepted),
            Err(refused) => {
                let mut body = self.product.refusal();
                body["qsh"] = json!({ "refusal": refused.refusal, "diagnosis": refused.details });
                (Answer::json(401, &body), Outcome::Refused)
            }
        };
        let refused = verdict.err();
        let path = call.target.split(|byte| *byte == b'?').next().unwrap_or_default();
        let content_type = [("Content-Type".to_owned(), answer.content_type.to_owned())];
        self.keep(Exchange {
            id: 0,
            at: millis(at.duration_since(UNIX_EPOCH).unwrap_or_default()),
            millis: millis(started.elapsed()),
            site: own.name.clone(),
            direction: Direction::FromApp,
            what: format!("{} {}", call.method, String::from_utf8_lossy(path)),
            flaw: None,
            expected: Outcome::Accepted,
            outcome,
            is_fine: outcome == Outcome::Accepted,
            request: Sent::new(
                &call.method,
                &call.target,
                &call.fields(),
                Some(&call.body).filter(|it| !it.is_empty()).map(Vec::as_slice),
            ),
            response: Some(Received::new(answer.status, &content_type, &answer.body)),
            problem: None,
            token,
            refusal: refused.as_ref().map(|it| it.refusal.clone()),
            canonical: refused.as_ref().and_then(|it| it.canonical.clone()),
            diagnosis: refused.as_ref().and_then(|it| it.diagnosis.clone()),
            mistakes: refused.map(|it| it.mistakes).unwrap_or_default(),
        });
        answer
    }

    /// The file for a call, or what was understood of it.
    fn accepted(&self, call: &Call, base_url: &str, understood: &Value) -> Answer {
        let target = String::from_utf8_lossy(&call.target);
        let path = target.split('?').next().unwrap_or_default();
        let base_path = base_url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
        let path = path.strip_prefix(&base_path).unwrap_or(path);
        match self.settings.fixtures.of(&call.method, path) {
            Ok(Some((content_type, body))) => {
                lock(&self.tally).note_fixture(&format!("{} {path}", call.method));
                Answer { status: 200, content_type, body }
            }
            Ok(None) => Answer::json(200, &json!({ "qsh": { "understood": understood } })),
            Err(error) => Answer::json(500, &json!({ "message": format!("the fixture cannot be read: {error}") })),
        }
    }

    /// What a response of the app says.
    fn outcome(&self, response: &Result<Response, ExchangeError>) -> Outcome {
        match response.as_ref().map(|response| self.settings.patterns.read(response)) {
            Ok(Reading::Accepted) => Outcome::Accepted,
            Ok(Reading::Refused) => Outcome::Refused,
            Ok(Reading::Failed | Reading::Busy) | Err(_) => Outcome::Failed,
        }
    }

    /// Notes that an installation begins. The app may call the product before it answers.
    fn begin(&self, name: &str, order: &Order) -> Result<(Site, String), BadOrder> {
        if let Some(site) = lock(&self.sites).iter_mut().find(|site| site.name == name).filter(|_| order.installs()) {
            if order.id == REINSTALLED {
                site.renew_secret();
            }
            site.is_installed = true;
        }
        self.site(name)
    }

    /// Notes what came of an installation or a removal. A new secret that the app did not take is dropped.
    fn end(&self, name: &str, order: &Order, outcome: Outcome) {
        let mut sites = lock(&self.sites);
        let Some(site) = sites.iter_mut().find(|site| site.name == name) else { return };
        match outcome {
            Outcome::Accepted if order.id == UNINSTALLED => site.is_installed = false,
            Outcome::Refused | Outcome::Failed if order.id == REINSTALLED => site.restore_secret(),
            Outcome::Refused | Outcome::Failed if order.installs() => site.is_installed = false,
            _ => {}
        }
    }

    fn find(&self, id: &str, flaw: Option<&str>) -> Result<(&Order, Option<&'static Flaw>), BadOrder> {
        let order = self.orders.iter().find(|order| order.id == id);
        let order = order.ok_or_else(|| BadOrder::Unknown(id.to_owned()))?;
        let named = |name: &str| {
            let found = order.flaws().find(|flaw| flaw.name == name);
            found.ok_or_else(|| BadOrder::Flaw { order: id.to_owned(), flaw: name.to_owned() })
        };
        Ok((order, flaw.map(named).transpose()?))
    }

    fn site(&self, name: &str) -> Result<(Site, String), BadOrder> {
        let found = self.sites().into_iter().find(|(site, _)| site.name == name);
        found.ok_or_else(|| BadOrder::Site(name.to_owned()))
    }

    fn sender<'s>(&'s self, site: &'s Site, base_url: &'s str) -> Sender<'s> {
        Sender { product: self.product, site, base_url, keys: &self.keys, now: now() }
    }

    /// What came of it all, so far.
    pub fn session(&self) -> Session {
        let app = AppEntry {
            key: self.app.descriptor.key.clone(),
            url: self.app.url(),
            base_url: self.app.descriptor.base_url.clone(),
        };
        let tally = lock(&self.tally).clone();
        let fixtures = self.settings.fixtures.calls();
        let key_requests = self.key_requests.load(Ordering::Relaxed);
        tally.session(app, self.product, key_requests, fixtures, &self.settings.expected)
    }

    fn keep(&self, exchange: Exchange) -> Exchange {
        lock(&self.tally).add(&exchange);
        lock(&self.log).add(exchange).clone()
    }
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: format!("{body:#}\n").into_bytes() }
    }
}

fn not_found() -> Answer {
    Answer::json(404, &json!({ "message": "no such site" }))
}

/// The token of an order, taken apart.
fn taken_apart(token: &str, order: &Order) -> Option<TokenEntry> {
    let token = Unverified::parse(token.as_bytes()).ok()?;
    let kind = order.kind();
    let (header, claims) = (token.header_members().clone(), token.claims().as_object().clone());
    Some(TokenEntry { kind: kind.name(), title: Profile::of(kind).title, header, claims })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The time in Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Every change under these locks is whole, so that a thread that died leaves nothing behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
