//! [`Order`]: a request that the product can send to the app.

use percent_encoding::utf8_percent_encode;
use qsh_auth::kind::TokenKind;

use super::descriptor::Descriptor;
use super::flaw::Flaw;
use super::product::Product;
use super::url::UNRESERVED;

/// A request that the product can send to the app.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Order {
    /// Its name: `installed`, `module:KEY`, `webhook:EVENT`, `context:PATH` or `forge:PATH`.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is.
    pub group: Group,
    /// The method.
    pub method: &'static str,
    /// The path and the query below the base URL of the app.
    pub target: String,
    /// The event of a webhook or of a callback.
    pub(super) event: String,
}

/// What an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Group {
    /// A callback about the installation (INS-1).
    Lifecycle,
    /// A page of the app in an iframe.
    Module,
    /// A webhook.
    Webhook,
    /// A request of the app's script, with a context token (CTX-1).
    Context,
    /// A request of Forge to the remote of the app (FIT-1).
    Forge,
}

impl Group {
    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Lifecycle => "Lifecycle",
            Self::Module => "Modules",
            Self::Webhook => "Webhooks",
            Self::Context => "Context tokens",
            Self::Forge => "Forge",
        }
    }
}

/// The callback after an installation, and the one with a new secret.
pub(super) const INSTALLED: &str = "installed";
pub(super) const REINSTALLED: &str = "installed-again";
/// The callbacks after the app was enabled and disabled.
pub(super) const ENABLED: &str = "enabled";
pub(super) const DISABLED: &str = "disabled";
/// The callback after the removal.
pub(super) const UNINSTALLED: &str = "uninstalled";

impl Order {
    /// Everything that the descriptor lets a product send, and the paths that take context tokens and tokens of Forge.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::mock::{Descriptor, Order};
    ///
    /// let descriptor = Descriptor::parse(br#"{"key":"k","baseUrl":"https://app.test","lifecycle":{"installed":"/installed"},
    ///     "modules":{"webPanels":[{"key":"panel","url":"/panel?issue={issue.key}"}]}}"#)?;
    /// let orders = Order::all(&descriptor, &["/data".to_owned()], &[]);
    /// let ids: Vec<&str> = orders.iter().map(|order| order.id.as_str()).collect();
    /// assert_eq!(ids, ["installed", "installed-again", "module:panel", "context:/data"]);
    /// assert_eq!(orders[2].target, "/panel?issue=DEMO-1");
    /// # Ok::<(), qsh::mock::BadDescriptor>(())
    /// ```
    pub fn all(descriptor: &Descriptor, context: &[String], forge: &[String]) -> Vec<Self> {
        let lifecycle = &descriptor.lifecycle;
        let callbacks = [
            (INSTALLED, "Install", "installed", &lifecycle.installed),
            (REINSTALLED, "Install again, with a new secret", "installed", &lifecycle.installed),
            (ENABLED, "Enable", "enabled", &lifecycle.enabled),
            (DISABLED, "Disable", "disabled", &lifecycle.disabled),
            (UNINSTALLED, "Uninstall", "uninstalled", &lifecycle.uninstalled),
        ];
        let callbacks = callbacks.into_iter().filter_map(|(id, title, event, target)| {
            Some(Self::new(Group::Lifecycle, id.to_owned(), title, target.as_deref()?, event))
        });
        let modules = descriptor.modules.iter().map(|module| {
            Self::new(Group::Module, format!("module:{}", module.key), &module.name, &filled(&module.url), "")
        });
        let webhooks = descriptor.webhooks.iter().map(|hook| {
            let id = format!("webhook:{}", hook.event);
            Self::new(Group::Webhook, id, &hook.event, &filled(&hook.url), &hook.event)
        });
        let of_paths = |group, name: &'static str, paths: &[String]| -> Vec<Self> {
            paths.iter().map(|path| Self::new(group, format!("{name}:{path}"), path, path, "")).collect()
        };
        let mut orders: Vec<Self> = callbacks.chain(modules).chain(webhooks).collect();
        orders.extend(of_paths(Group::Context, "context", context));
        orders.extend(of_paths(Group::Forge, "forge", forge));
        tell_apart(&mut orders);
        orders
    }

    fn new(group: Group, id: String, title: &str, target: &str, event: &str) -> Self {
        let method = match group {
            Group::Module | Group::Context => "GET",
            Group::Lifecycle | Group::Webhook | Group::Forge => "POST",
        };
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Self { id, title: title.to_owned(), group, method, target, event: event.to_owned() }
    }

    /// The kind of its token. Only `installed` and `uninstalled` are signed with the key that the product publishes (INS-1).
    pub fn kind(&self) -> TokenKind {
        match self.group {
            Group::Lifecycle if matches!(self.event.as_str(), "installed" | "uninstalled") => TokenKind::Install,
            Group::Lifecycle | Group::Module | Group::Webhook => TokenKind::Url,
            Group::Context => TokenKind::Context,
            Group::Forge => TokenKind::Forge,
        }
    }

    /// Whether it installs the app.
    pub(super) fn installs(&self) -> bool {
        self.group == Group::Lifecycle && self.event == "installed"
    }

    /// What can be wrong with it on purpose.
    pub fn flaws(&self) -> impl Iterator<Item = &'static Flaw> + use<> {
        let kind = self.kind();
        Flaw::all().filter(move |flaw| flaw.clause(kind).is_some())
    }
}

/// An order that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadOrder {
    /// There is no such order.
    #[error("no order {0:?}")]
    Unknown(String),
    /// There is no such site.
    #[error("no site {0:?}")]
    Site(String),
    /// The order cannot have this flaw.
    #[error("{order}: it cannot have the flaw {flaw:?}")]
    Flaw {
        /// The order.
        order: String,
        /// The flaw.
        flaw: String,
    },
}

/// Gives orders with the same name a number.
fn tell_apart(orders: &mut [Order]) {
    for place in 1..orders.len() {
        let (before, after) = orders.split_at_mut(place);
        let same = |id: &str| before.iter().any(|order| order.id == id);
        let id = after[0].id.clone();
        if same(&id) {
            let free = (2..).map(|number| format!("{id}:{number}")).find(|id| !same(id));
            after[0].id = free.unwrap_or(id);
        }
    }
}

/// A URL with a value for each context parameter, as a query has it.
fn filled(url: &str) -> String {
    let mut out = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((parameter, end)) = after.split_once('}') else { break };
        out.push_str(before.strip_suffix('$').unwrap_or(before));
        out.extend(utf8_percent_encode(Product::context(parameter), &UNRESERVED));
        rest = end;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_parameters_get_a_value() {
        assert_eq!(filled("/p/{project.key}?i=${issue.id}&t={page.title}&x={of.nothing}&{"), {
            "/p/DEMO?i=10001&t=Start%20of%20the%20demo&x=&{"
        });
    }

    #[test]
    fn two_modules_with_one_key_have_two_names() {
        let text = br#"{"key":"k","baseUrl":"http://h","modules":{"a":[{"key":"m","url":"/a"}],"b":[{"key":"m","url":"b"},{"key":"m","url":"/c"}]}}"#;
        let orders = Order::all(&Descriptor::parse(text).unwrap(), &[], &[]);
        let found: Vec<(&str, &str)> = orders.iter().map(|order| (order.id.as_str(), order.target.as_str())).collect();
        assert_eq!(found, [("module:m", "/a"), ("module:m:2", "/b"), ("module:m:3", "/c")]);
    }
}
