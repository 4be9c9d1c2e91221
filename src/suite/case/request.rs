//! [`Input`]: a request, as vectors and the adapter protocol write it.

use std::fmt;

use qsh_diagnose::Source;
use qsh_hash::{InvalidRequest, Request};
use serde::{Deserialize, Serialize};

use super::bad_case::BadCase;
use super::hex::{either, split};
use super::json_body::JsonBody;
use crate::suite::text::Text;

/// The request of a case, as vectors and the adapter protocol write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawRequest", into = "RawRequest")]
#[expect(clippy::exhaustive_structs, reason = "the adapter protocol's version 1 closes its members")]
pub struct Input {
    /// The method as it was sent.
    pub method: String,
    /// The target: an absolute URL, a path with a query, or either without its leading slash.
    pub url: Text,
    /// The base URL of the app or of the product (QSH-P3).
    pub base_url: Option<String>,
    /// The body of an `application/x-www-form-urlencoded` request, as it was sent (QSH-F1).
    pub form: Option<String>,
    /// The body of an `application/json` request (QSH-F4).
    pub json: Option<JsonBody>,
}

impl Input {
    /// A request without base URL and body.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::case::Input;
    ///
    /// let input = Input { base_url: Some("https://h/wiki".to_owned()), ..Input::new("GET", "/wiki/a?b=c") };
    /// assert_eq!(input.to_string(), "GET /wiki/a?b=c  base https://h/wiki");
    /// ```
    pub fn new(method: &str, url: impl Into<Text>) -> Self {
        Self { method: method.to_owned(), url: url.into(), base_url: None, form: None, json: None }
    }

    /// Converts it to a request of the hash library.
    ///
    /// # Errors
    ///
    /// The same as [`Request::new`] and [`Request::with_base_url`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh::suite::case::Input;
    ///
    /// assert_eq!(Input::new("GET", "/a?b=c").request()?.query(), Some(&b"b=c"[..]));
    /// assert!(Input::new("", "/a").request().is_err());
    /// # Ok::<(), qsh_hash::InvalidRequest>(())
    /// ```
    pub fn request(&self) -> Result<Request<'_>, InvalidRequest> {
        let mut request = Request::new(&self.method, self.url.as_bytes())?;
        if let Some(base_url) = &self.base_url {
            request = request.with_base_url(base_url)?;
        }
        if let Some(form) = &self.form {
            request = request.with_form(form);
        }
        Ok(request)
    }

    /// The request with its JSON body, as input for any dialect.
    ///
    /// # Errors
    ///
    /// The same as [`request`](Self::request).
    pub fn source(&self) -> Result<Source<'_>, InvalidRequest> {
        let source = Source::from(&self.request()?);
        Ok(self.json.as_ref().map_or(source, |json| source.with_json_members(json.members())))
    }

    /// The length of the target and the bodies in bytes.
    pub(crate) fn length(&self) -> usize {
        let json = self.json.as_ref().map_or(0, |json| json.as_str().len());
        self.url.as_bytes().len() + self.form.as_ref().map_or(0, String::len) + json
    }

    /// The features that this request needs, sorted by name.
    pub fn features(&self) -> Vec<Feature> {
        let base_path = self.base_url.as_deref().is_some_and(|base| {
            // Query and fragment may contain anything. They are not part of the path.
            let base = base.split(['?', '#']).next().unwrap_or_default();
            let after_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
            after_scheme.split_once('/').is_some_and(|(_, path)| !path.is_empty())
        });
        [
            (Feature::BasePath, base_path),
            (Feature::Form, self.form.is_some()),
            (Feature::Json, self.json.is_some()),
            (Feature::Large, self.url.as_bytes().len() > 4096),
            (Feature::RawBytes, self.url.as_str().is_none()),
        ]
        .into_iter()
        .filter_map(|(feature, applies)| applies.then_some(feature))
        .collect()
    }
}

/// One line, escaped as [`Text`] is.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Text::from(self.method.as_str()), self.url)?;
        if let Some(base) = &self.base_url {
            write!(f, "  base {}", Text::from(base.as_str()))?;
        }
        if let Some(form) = &self.form {
            write!(f, "  form {}", Text::from(form.as_str()))?;
        }
        if let Some(json) = &self.json {
            write!(f, "  json {}", Text::from(json.as_str()))?;
        }
        Ok(())
    }
}

/// What the input of a case needs of an implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Feature {
    /// The base URL has a path.
    BasePath,
    /// The request has a form body.
    Form,
    /// The request has a JSON body.
    Json,
    /// The URL is longer than 4,096 bytes.
    Large,
    /// The URL is not UTF-8.
    RawBytes,
}

impl Feature {
    /// The name in vectors and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::BasePath => "base-path",
            Self::Form => "form",
            Self::Json => "json",
            Self::Large => "large",
            Self::RawBytes => "raw-bytes",
        }
    }
}

/// The members of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRequest {
    pub(super) method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url_hex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) form: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<JsonBody>,
}

impl TryFrom<RawRequest> for Input {
    type Error = BadCase;

    fn try_from(raw: RawRequest) -> Result<Self, BadCase> {
        let url = either(raw.url, raw.url_hex, "url_hex")?.ok_or(BadCase::ExactlyOne("url and url_hex"))?;
        if raw.form.is_some() && raw.json.is_some() {
            return Err(BadCase::TwoBodies);
        }
        Ok(Self { method: raw.method, url, base_url: raw.base_url, form: raw.form, json: raw.json })
    }
}

impl From<Input> for RawRequest {
    fn from(input: Input) -> Self {
        let (url, url_hex) = split(&input.url);
        Self { method: input.method, url, url_hex, base_url: input.base_url, form: input.form, json: input.json }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_a_path_before_its_query_and_fragment_only() {
        let has_path = |base: &str| {
            let input = Input { base_url: Some(base.to_owned()), ..Input::new("GET", "/") };
            input.features().contains(&Feature::BasePath)
        };
        for base in ["https://h/jira", "https://h/jira/?x", "/jira", "https://h:8080/a?b=https://c/"] {
            assert!(has_path(base), "{base}");
        }
        for base in [
            "https://h",
            "https://h/",
            "https://h?x=/y",
            "https://h/?x=/y",
            "https://h#/y",
            "https://h?u=http://a/b",
            "/",
            "",
        ] {
            assert!(!has_path(base), "{base}");
        }
    }
}
