//! Why an app refuses a right request.

use qsh_auth::kind::TokenKind;

use super::exchange::Exchange;
use super::order::{Group, Order};
use super::outgoing::Receiver;
use super::site::Site;
use crate::adapter::http::{Access, App};
use crate::probe::{self, Help, Settings, TokenIn};
use crate::suite::select::Selection;

/// Looks for what the app would accept instead, as `qsh probe` does. Only for requests that change nothing: some hundred are sent.
pub(super) fn search(receiver: &Receiver, access: Access, site: &Site, order: &Order, target: &str) -> Option<Help> {
    let (kind, token_in) = match order.group {
        Group::Module => (TokenKind::Url, TokenIn::Query),
        Group::Context => (TokenKind::Context, TokenIn::Header),
        Group::Lifecycle | Group::Webhook | Group::Forge => return None,
    };
    let settings = Settings {
        method: order.method.to_owned(),
        target: target.to_owned(),
        base_url: receiver.url(),
        form: None,
        json: None,
        kind,
        token_in,
        client_key: site.client_key.clone(),
        shared_secret: site.shared_secret.clone(),
        service: None,
        other: None,
        leeway: None,
        selection: Selection::default(),
    };
    let mut app = App::at(receiver.address.clone(), access).ok()?;
    probe::why_refused(&mut app, &settings)
}

/// Whether the app asked for the key of an install callback.
pub(super) enum KeyRequest {
    /// It did.
    Came,
    /// It did not.
    Missing,
    /// It asked for another address instead.
    Wrong(String),
}

/// What is known of a right request that the app did not accept, in lines for people.
pub(super) fn described(
    exchange: &Exchange,
    order: &Order,
    receiver: &Receiver,
    key: &KeyRequest,
    help: Option<&Help>,
) -> String {
    let mut lines = Vec::new();
    if let Some(canonical) = &exchange.canonical {
        lines.push(format!("signed    {}", canonical.expected));
    }
    if let Some(help) = help {
        match &help.accepted {
            Some(accepted) => {
                lines.push(format!("accepted instead: a request that differs in one thing: {}", accepted.because));
                lines.push(format!("next      {}", accepted.advice));
            }
            None => lines.push(format!(
                "{} other requests were refused, too: other base URLs, places, kinds, clocks, secrets and hashes",
                help.tried
            )),
        }
    }
    let is_missing = exchange.response.as_ref().is_some_and(|response| response.status == 404);
    if order.kind() == TokenKind::Install {
        match key {
            KeyRequest::Came => {
                let audience = &receiver.descriptor.base_url;
                lines.push(format!("the app took the key; the audience of the token is {audience} (INS-6)"));
            }
            KeyRequest::Wrong(target) => {
                lines.push(format!("the app asked for {target}, where there is no key"));
                lines.push(
                    "next      the address of the key is that of the page, one slash, and the kid as it stands (INS-3)"
                        .to_owned(),
                );
            }
            KeyRequest::Missing => {
                lines.push("the app did not ask this program for the key of install callbacks".to_owned());
                lines.push("next      set the address of its key host to that of the page (INS-3)".to_owned());
            }
        }
    }
    if is_missing {
        let url = format!("{}{}", receiver.url(), order.target);
        lines.push(format!("next      if the app has nothing at {url}, compare its routes with the descriptor, and --app with its base URL"));
    }
    lines.join("\n")
}
