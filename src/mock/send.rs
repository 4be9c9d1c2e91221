//! What the product sends to the app.

use std::time::Instant;

use qsh_auth::jwt::danger::Unverified;
use qsh_auth::kind::{Profile, TokenKind};
use qsh_diagnose::{Dialect, Input, Text, canonicalize_with};

use super::engine::{Mock, millis, now_in_millis};
use super::exchange::{CanonicalRequests, Direction, Exchange, FlawEntry, Outcome, Received, Sent, TokenEntry};
use super::order::{BadOrder, Group, Order};
use super::outgoing::{Outgoing, USER_AGENT};
use super::site::Site;
use super::why_refused::{self, KeyRequest};
use crate::adapter::http::{Access, ExchangeError, Reading, Response, exchange};

impl Mock {
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
        // Only one order at a time changes an installation.
        let turn = (flaw.is_none() && order.group == Group::Lifecycle).then(|| self.sites.turn());
        let (before, _) = self.site(site)?;
        if let Some(turn) = &turn {
            self.sites.begin(site, order, turn);
        }
        let (site, base_url) = self.site(site)?;
        let (at, started) = (now_in_millis(), Instant::now());
        let asked_before = self.key_requests();
        self.take_wrong_address();
        let (outgoing, response) = match self.sender(&site, &base_url).outgoing(order, flaw, &self.app) {
            Ok(outgoing) => {
                let response = self.exchange(&outgoing);
                (Some(outgoing), response)
            }
            Err(error) => (None, Err(ExchangeError::Unreachable(format!("{}: {error}", order.target)))),
        };
        let outcome = self.outcome(order, &response);
        if let Some(turn) = &turn {
            self.sites.end(&before, order, outcome, turn);
        }
        let expected = if flaw.is_some() { Outcome::Refused } else { Outcome::Accepted };
        let message = outgoing.as_ref().map(|outgoing| &outgoing.message);
        let token = outgoing.as_ref().and_then(|outgoing| outgoing.token.as_deref());
        let mut exchange = Exchange {
            id: 0,
            at,
            millis: millis(started.elapsed()),
            site: site.name.clone(),
            direction: Direction::ToApp,
            what: order.title.clone(),
            order: Some(order.id.clone()),
            flaw: flaw.map(|flaw| FlawEntry {
                name: flaw.name,
                title: flaw.title,
                clause: flaw.clause(order.kind()).unwrap_or_default(),
            }),
            expected,
            outcome,
            is_fine: outcome == expected,
            request: message.map_or_else(
                || Sent::new(order.method, order.target.as_bytes(), &[], None),
                |message| Sent::new(&message.method, &message.target, &message.headers, message.body.as_deref()),
            ),
            response: response.as_ref().ok().map(|it| Received::new(it.status, &it.headers, &it.body)),
            problem: response.err().map(|error| error.to_string()),
            token: token.and_then(|token| taken_apart(token, order)),
            refusal: None,
            canonical: None,
            diagnosis: None,
            mistakes: Vec::new(),
        };
        if exchange.outcome != Outcome::Accepted && expected == Outcome::Accepted {
            self.explain(&mut exchange, order, (&site, &base_url), asked_before);
        }
        Ok(self.keep(exchange))
    }

    fn exchange(&self, outgoing: &Outgoing) -> Result<Response, ExchangeError> {
        match outgoing.message.bytes(&self.app.address.authority(), &[]) {
            Ok(bytes) => exchange(&self.app.address, self.socket, &bytes, self.timeout()),
            Err(why) => Err(ExchangeError::Unreachable(why.to_owned())),
        }
    }

    /// What a response of the app says. A product follows no redirection, unless it opens a page.
    fn outcome(&self, order: &Order, response: &Result<Response, ExchangeError>) -> Outcome {
        let Ok(response) = response else { return Outcome::Failed };
        let patterns = &self.settings.patterns;
        let is_page = matches!(order.group, Group::Module | Group::Context);
        match patterns.read(response) {
            Reading::Accepted if !is_page && response.status >= 300 && patterns.accepted.is_empty() => Outcome::Refused,
            Reading::Accepted => Outcome::Accepted,
            Reading::Refused => Outcome::Refused,
            Reading::Failed | Reading::Busy => Outcome::Failed,
        }
    }

    /// Says why the app may have refused a right request.
    fn explain(&self, exchange: &mut Exchange, order: &Order, site: (&Site, &str), asked_before: usize) {
        let access = Access {
            patterns: self.settings.patterns.clone(),
            allowed_hosts: self.settings.allowed_hosts.clone(),
            headers: vec![("User-Agent".to_owned(), USER_AGENT.to_owned())],
            timeout: self.timeout(),
            ..Access::default()
        };
        let (site, base_url) = site;
        let target = self.sender(site, base_url).target(order, &self.app);
        let is_refused = exchange.outcome == Outcome::Refused;
        if is_refused && order.kind() == TokenKind::Url {
            let input = Input { base_url: Some(self.app.url()), ..Input::new(order.method, target.as_str()) };
            let canonical = input.source().ok().and_then(|it| canonicalize_with(it, &Dialect::OFFICIAL).ok());
            let canonical = canonical.map(|it| Text::from(it.as_bytes().to_vec()).to_string());
            exchange.canonical = canonical.map(|expected| CanonicalRequests { expected, found: None });
        }
        let is_useful = is_refused && site.is_installed() && !self.is_ending();
        let search = || why_refused::search(&self.app, access, site, order, &target);
        let help = is_useful.then(search).flatten();
        let key = match self.take_wrong_address() {
            _ if self.key_requests() > asked_before => KeyRequest::Came,
            Some(target) => KeyRequest::Wrong(target),
            None => KeyRequest::Missing,
        };
        let diagnosis = why_refused::described(exchange, order, &self.app, &key, help.as_ref());
        exchange.mistakes = help.and_then(|help| help.accepted).map(|accepted| accepted.because).into_iter().collect();
        exchange.diagnosis = Some(diagnosis).filter(|text| !text.is_empty());
    }
}

/// The token of an order, taken apart.
fn taken_apart(token: &str, order: &Order) -> Option<TokenEntry> {
    let token = Unverified::parse(token.as_bytes()).ok()?;
    let kind = order.kind();
    let (header, claims) = (token.header_members().clone(), token.claims().as_object().clone());
    Some(TokenEntry { kind: kind.name(), title: Profile::of(kind).title, header, claims })
}
