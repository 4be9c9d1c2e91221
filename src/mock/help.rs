//! Why an app refuses a right request.

use qsh_auth::kind::TokenKind;

use super::exchange::{Exchange, Outcome};
use super::order::{Group, Order};
use super::outgoing::Receiver;
use super::site::Site;
use crate::adapter::http::{Access, App};
use crate::probe::{self, Help, Settings, TokenIn};
use crate::suite::case::Endpoint;
use crate::suite::select::Selection;

/// Looks for what the app would accept instead, as `qsh probe` does. Only for requests that change nothing: some hundred are sent.
pub(super) fn search(receiver: &Receiver, access: Access, site: &Site, order: &Order, target: &str) -> Option<Help> {
    let (endpoint, token_in) = match order.group {
        Group::Module => (Endpoint::Url, TokenIn::Query),
        Group::Context => (Endpoint::Context, TokenIn::Header),
        Group::Lifecycle | Group::Webhook | Group::Forge => return None,
    };
    let settings = Settings {
        method: order.method.to_owned(),
        target: target.to_owned(),
        base_url: receiver.url(),
        form: None,
        json: None,
        endpoint,
        token_in,
        client_key: site.client_key.clone(),
        shared_secret: site.shared_secret.clone(),
        other: None,
        leeway: None,
        selection: Selection::default(),
    };
    let mut app = App::at(receiver.address.clone(), access).ok()?;
    probe::why_refused(&mut app, &settings)
}

/// What a refusal of the app says, in lines for people.
pub(super) fn described(
    exchange: &Exchange,
    order: &Order,
    receiver: &Receiver,
    asked_for_key: bool,
    help: Option<&Help>,
) -> String {
    let mut lines: Vec<String> = help.map(|help| help.remarks.clone()).unwrap_or_default();
    match help.and_then(|help| help.accepted.as_ref()) {
        Some(accepted) => {
            lines.push(format!("accepted instead: a request that differs in one thing: {}", accepted.because));
            lines.push(format!("next      {}", accepted.advice));
        }
        None if help.is_some() => {
            let tried = help.map_or(0, |help| help.tried);
            lines.push(format!(
                "{tried} other requests were refused, too: other base URLs, places, kinds, clocks, secrets and hashes"
            ));
        }
        None => {}
    }
    let status = exchange.response.as_ref().map(|response| response.status);
    if order.kind() == TokenKind::Install && exchange.outcome == Outcome::Refused && status != Some(404) {
        if asked_for_key {
            let audience = &receiver.descriptor.base_url;
            lines.push(format!("the app asked for the key; the audience of the token is {audience} (INS-6)"));
        } else {
            lines.push(
                "next      let the app ask this program for the key of install callbacks (INS-3): it did not"
                    .to_owned(),
            );
        }
    }
    if status == Some(404) {
        lines
            .push(format!("next      the app has nothing at {}: compare the descriptor with its routes", order.target));
    }
    lines.join("\n")
}
