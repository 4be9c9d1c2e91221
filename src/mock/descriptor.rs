//! [`Descriptor`]: what an app declares in `atlassian-connect.json`.

use serde_json::{Map, Value};

use super::url::below;
use crate::adapter::http::Address;

/// The parts of a descriptor that a product needs to call the app.
///
/// # Examples
///
/// ```
/// use qsh::mock::Descriptor;
///
/// let descriptor = Descriptor::parse(br#"{"key":"com.example.app","name":"Example","baseUrl":"https://app.example.com",
///     "authentication":{"type":"jwt"},"lifecycle":{"installed":"/installed"},
///     "modules":{"webPanels":[{"key":"panel","name":{"value":"Panel"},"url":"/panel?issue={issue.key}"}],
///         "webhooks":[{"event":"jira:issue_created","url":"/hook"}]}}"#)?;
/// assert_eq!(descriptor.lifecycle.installed.as_deref(), Some("/installed"));
/// assert_eq!((descriptor.modules[0].key.as_str(), descriptor.webhooks[0].event.as_str()), ("panel", "jira:issue_created"));
/// assert!(Descriptor::parse(br#"{"key":"com.example.app"}"#).is_err());
/// # Ok::<(), qsh::mock::BadDescriptor>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Descriptor {
    /// The app's key, which is the issuer of its requests (PRD-1).
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its base URL, which is the audience of install callbacks (INS-6).
    pub base_url: String,
    /// The paths of its callbacks.
    pub lifecycle: Lifecycle,
    /// The modules that are pages of the app.
    pub modules: Vec<Module>,
    /// The webhooks that it subscribes to.
    pub webhooks: Vec<Webhook>,
    /// What it declares and nothing here can use, as sentences.
    pub notes: Vec<String>,
}

/// The paths of callbacks. `None` if the app does not want one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// After the installation.
    pub installed: Option<String>,
    /// After the removal.
    pub uninstalled: Option<String>,
    /// After the app was enabled.
    pub enabled: Option<String>,
    /// After the app was disabled.
    pub disabled: Option<String>,
}

/// A module that is a page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Module {
    /// The type, such as `webPanels`.
    pub module_type: String,
    /// Its key, which is unique in the app.
    pub key: String,
    /// Its name, or its key.
    pub name: String,
    /// Its path and query below the base URL, with context parameters in braces.
    pub url: String,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// The event, such as `jira:issue_created`.
    pub event: String,
    /// Its path and query below the base URL.
    pub url: String,
}

/// A text that is no descriptor, or one of an app that no product signs requests for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadDescriptor {
    /// It is not JSON.
    #[error("expected a JSON object: {0}")]
    NotJson(String),
    /// A member is missing or has another type.
    #[error("{0}: expected a text")]
    Member(&'static str),
    /// The base URL is not one.
    #[error("baseUrl: expected a URL that begins with https:// or http://, found {0:?}")]
    BaseUrl(String),
    /// The app does not use tokens.
    #[error("authentication.type is {0:?}: expected \"jwt\", because a product signs no request for another one")]
    Authentication(String),
}

impl Descriptor {
    /// Reads a descriptor. Its format is that of Atlassian; unknown members are passed over.
    ///
    /// # Errors
    ///
    /// It is no JSON object, has no `key` or `baseUrl`, or its `authentication.type` is not `jwt`.
    pub fn parse(text: &[u8]) -> Result<Self, BadDescriptor> {
        let document: Map<String, Value> =
            serde_json::from_slice(text).map_err(|error| BadDescriptor::NotJson(error.to_string()))?;
        let required = |name| text_of(document.get(name)).ok_or(BadDescriptor::Member(name));
        let authentication = document.get("authentication").and_then(|it| text_of(it.get("type")));
        if let Some(other) = authentication.filter(|it| !it.eq_ignore_ascii_case("jwt")) {
            return Err(BadDescriptor::Authentication(other));
        }
        let mut descriptor = Self {
            key: required("key")?,
            name: required("name").or_else(|_| required("key"))?,
            base_url: required("baseUrl")?,
            lifecycle: Lifecycle::default(),
            modules: Vec::new(),
            webhooks: Vec::new(),
            notes: Vec::new(),
        };
        if Address::parse(&descriptor.base_url).is_err() {
            return Err(BadDescriptor::BaseUrl(descriptor.base_url));
        }
        let mut callback = |name| {
            let url = document.get("lifecycle").and_then(|it| text_of(it.get(name)))?;
            descriptor.below_base_url(&url, name)
        };
        descriptor.lifecycle = Lifecycle {
            installed: callback("installed"),
            uninstalled: callback("uninstalled"),
            enabled: callback("enabled"),
            disabled: callback("disabled"),
        };
        for (module_type, modules) in document.get("modules").and_then(Value::as_object).into_iter().flatten() {
            let several = modules.as_array().map_or_else(|| std::slice::from_ref(modules), Vec::as_slice);
            several.iter().for_each(|module| descriptor.add(module_type, module));
        }
        Ok(descriptor)
    }

    fn add(&mut self, module_type: &str, module: &Value) {
        if module_type == "webhooks" {
            match (text_of(module.get("event")), text_of(module.get("url"))) {
                (Some(event), Some(url)) => self.add_webhook(event, &url),
                _ => self.notes.push("a webhook without event or url is left out".to_owned()),
            }
            return;
        }
        // The URL of such an item is one of the product.
        if module_type == "webItems" && module.get("context").is_some_and(|it| it == "page" || it == "product") {
            return;
        }
        // A module has its page in a member of its own, or in a member with a url.
        let pages =
            ["target", "view", "create", "edit", "editor"].into_iter().filter_map(|name| module.get(name)?.get("url"));
        let key = text_of(module.get("key")).unwrap_or_else(|| module_type.to_owned());
        let name = module.get("name").and_then(|name| text_of(name.get("value"))).unwrap_or_else(|| key.clone());
        for url in module.get("url").into_iter().chain(pages).filter_map(|url| text_of(Some(url))) {
            if let Some(url) = self.below_base_url(&url, &format!("{module_type} {key}")) {
                let (module_type, key, name) = (module_type.to_owned(), key.clone(), name.clone());
                self.modules.push(Module { module_type, key, name, url });
            }
        }
        // A product calls the post function of a workflow as it calls a webhook.
        if let Some(url) = module.get("triggered").and_then(|it| text_of(it.get("url"))) {
            self.add_webhook(format!("{module_type}.{key}"), &url);
        }
    }

    fn add_webhook(&mut self, event: String, url: &str) {
        if let Some(url) = self.below_base_url(url, &event) {
            self.webhooks.push(Webhook { event, url });
        }
    }

    /// The path and query of a URL below the base URL. Notes that another one is left out.
    fn below_base_url(&mut self, url: &str, what: &str) -> Option<String> {
        let base = self.base_url.trim_end_matches('/');
        let rest = if url.contains("://") { below(url, base) } else { Some(url) };
        let Some(rest) = rest else {
            self.notes.push(format!("{what}: {url} is not below the base URL of the app"));
            return None;
        };
        if rest.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            self.notes.push(format!("{what}: a blank or a control character cannot be in a URL"));
            return None;
        }
        let is_path = rest.is_empty() || rest.starts_with(['/', '?']);
        Some(if is_path { rest.to_owned() } else { format!("/{rest}") })
    }
}

fn text_of(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(document: &Value) -> Result<Descriptor, BadDescriptor> {
        Descriptor::parse(document.to_string().as_bytes())
    }

    #[test]
    fn pages_are_found_in_every_form_of_a_module() {
        let base = json!({ "key": "k", "baseUrl": "https://app.test/base/", "modules": {
            "webPanels": [{ "key": "a", "url": "/a" }, { "key": "b", "url": "https://app.test/base/b?x={issue.key}" }],
            "configurePage": { "key": "c", "url": "c" },
            "jiraIssueGlances": [{ "key": "d", "target": { "type": "web_panel", "url": "/d" } }],
            "jiraWorkflowPostFunctions": [{ "key": "e", "view": { "url": "/view" }, "edit": { "url": "/edit" },
                "triggered": { "url": "/triggered" } }],
            "webItems": [{ "key": "f", "url": "https://elsewhere.test/f" }, { "key": "g" },
                { "key": "h", "url": "/secure/x", "context": "product" }],
            "webhooks": [{ "event": "page_created", "url": "/h" }, { "event": "x" }],
        } });
        let found = parsed(&base).unwrap();
        let urls: Vec<&str> = found.modules.iter().map(|module| module.url.as_str()).collect();
        assert_eq!(urls, ["/c", "/d", "/view", "/edit", "/a", "/b?x={issue.key}"]);
        let hooks: Vec<&str> = found.webhooks.iter().map(|hook| hook.url.as_str()).collect();
        assert_eq!((found.name.as_str(), hooks), ("k", vec!["/triggered", "/h"]));
        assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(parsed(&json!({ "key": "k" })), Err(BadDescriptor::Member("baseUrl")));
        assert_eq!(parsed(&json!({ "key": 1, "baseUrl": "x" })), Err(BadDescriptor::Member("key")));
        let base_url = parsed(&json!({ "key": "k", "baseUrl": "{{localBaseUrl}}" }));
        assert_eq!(base_url, Err(BadDescriptor::BaseUrl("{{localBaseUrl}}".to_owned())));
        assert!(matches!(Descriptor::parse(b"<html>"), Err(BadDescriptor::NotJson(_))));
        let none = json!({ "key": "k", "baseUrl": "http://x", "authentication": { "type": "none" } });
        assert_eq!(parsed(&none), Err(BadDescriptor::Authentication("none".to_owned())));
    }
}
