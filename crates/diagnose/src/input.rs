//! [`Input`]: a request, as vectors and the adapter protocol write it.

use std::error::Error;
use std::fmt;

use qsh_hash::{InvalidRequest, Request};
use serde::{Deserialize, Serialize};

use crate::hosts::split_scheme;
use crate::json_body::JsonBody;
use crate::source::Source;
use crate::text::{BadText, Text};

/// The request of a case, as vectors and the adapter protocol write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawRequest", into = "RawRequest")]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(with = "RawRequest"))]
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
    /// use qsh_diagnose::Input;
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
    /// use qsh_diagnose::Input;
    ///
    /// assert_eq!(Input::new("GET", "/a?b=c").request()?.query(), Some(&b"b=c"[..]));
    /// assert!(Input::new("", "/a").request().is_err());
    /// # Ok::<(), qsh_hash::InvalidRequest>(())
    /// ```
    pub fn request(&self) -> Result<Request<'_>, InvalidRequest> {
        self.request_with(&self.method)
    }

    fn request_with<'a>(&'a self, method: &'a str) -> Result<Request<'a>, InvalidRequest> {
        let mut request = Request::new(method, self.url.as_bytes())?;
        if let Some(base_url) = &self.base_url {
            request = request.with_base_url(base_url)?;
        }
        if let Some(form) = &self.form {
            request = request.with_form(form);
        }
        Ok(request)
    }

    /// The request with its JSON body, as input for any dialect. Its method can be any text: a dialect decides about
    /// one that is not a token (QSH-M3).
    ///
    /// # Errors
    ///
    /// The same as [`Request::with_base_url`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{Dialect, Input, canonicalize_with};
    ///
    /// let input = Input::new("GE T", "/a");
    /// assert!(canonicalize_with(input.source()?, &Dialect::OFFICIAL).is_err());
    /// let unchecked = Dialect::OFFICIAL.with("method_check=unchecked".parse()?);
    /// assert_eq!(canonicalize_with(input.source()?, &unchecked)?.as_bytes(), b"GE T&/a&");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn source(&self) -> Result<Source<'_>, InvalidRequest> {
        let source = match Request::new(&self.method, self.url.as_bytes()) {
            Ok(_) => Source::from(&self.request()?),
            Err(_) => Source::from(&self.request_with("GET")?).with_no_token(&self.method),
        };
        Ok(self.json.as_ref().map_or(source, |json| source.with_json_members(json.members())))
    }

    /// Why the base URL does not apply to the URL. `None` if it applies, or if there is none.
    ///
    /// The hash of such a request is defined (QSH-P5), but it is rarely the one that is wanted.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_diagnose::{BaseUrlProblem, Input};
    ///
    /// let problem = |url: &str| {
    ///     let base_url = Some("https://acme.example.com/wiki".to_owned());
    ///     Input { base_url, ..Input::new("GET", url) }.base_url_problem()
    /// };
    /// assert_eq!(problem("https://acme.example.com/wiki/rest"), None);
    /// assert_eq!(problem("https://acme.example.com/wikis"), Some(BaseUrlProblem::Path));
    /// assert_eq!(problem("https://other.example.com/wiki/rest"), Some(BaseUrlProblem::Origin));
    /// ```
    pub fn base_url_problem(&self) -> Option<BaseUrlProblem> {
        let origin = |url: &[u8]| {
            let (scheme, rest) = split_scheme(url)?;
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
            Some((scheme.to_ascii_lowercase(), rest[..end].to_ascii_lowercase()))
        };
        let request = self.request().ok()?;
        let own = origin(self.url.as_bytes());
        if own.is_some() && origin(self.base_url.as_deref()?.as_bytes()).is_some_and(|base| Some(base) != own) {
            return Some(BaseUrlProblem::Origin);
        }
        let rest = request.path().strip_prefix(request.base_path());
        let is_below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
        (!is_below).then_some(BaseUrlProblem::Path).filter(|_| !request.base_path().is_empty())
    }

    /// The length of the target and the bodies in bytes.
    pub fn length(&self) -> usize {
        let json = self.json.as_ref().map_or(0, |json| json.as_str().len());
        self.url.as_bytes().len() + self.form.as_ref().map_or(0, String::len) + json
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

/// The members of a request. `base_url` and `form` are always written, as `null` if there is none: adapters rely on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(rename = "Request"))]
#[cfg_attr(feature = "schemars", schemars(extend("oneOf" = [{ "required": ["url"] }, { "required": ["url_hex"] }])))]
#[cfg_attr(feature = "schemars", schemars(extend("not" = { "required": ["form", "json"] })))]
struct RawRequest {
    /// The method as the caller has it. It can be in lower case, or not a method at all.
    method: String,
    /// The URL: absolute, or beginning with `/`, or neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The bytes of a URL that is not UTF-8, two hex digits each. It replaces `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url_hex: Option<String>,
    /// The base URL of the app or of the product.
    #[serde(default)]
    base_url: Option<String>,
    /// The body of an `application/x-www-form-urlencoded` request.
    #[serde(default)]
    form: Option<String>,
    /// The body of an `application/json` request.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    json: Option<JsonBody>,
}

impl TryFrom<RawRequest> for Input {
    type Error = BadInput;

    fn try_from(raw: RawRequest) -> Result<Self, BadInput> {
        let url = Text::from_members(raw.url, raw.url_hex, "url").map_err(BadInput::Text)?.ok_or(BadInput::NoUrl)?;
        if raw.form.is_some() && raw.json.is_some() {
            return Err(BadInput::TwoBodies);
        }
        Ok(Self { method: raw.method, url, base_url: raw.base_url, form: raw.form, json: raw.json })
    }
}

impl From<Input> for RawRequest {
    fn from(input: Input) -> Self {
        let (url, url_hex) = Text::into_members(Some(input.url));
        Self { method: input.method, url, url_hex, base_url: input.base_url, form: input.form, json: input.json }
    }
}

/// Why a base URL does not apply to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaseUrlProblem {
    /// Its scheme or its host is another one.
    Origin,
    /// The path of the URL does not begin with its path.
    Path,
}

/// Members that do not make a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadInput {
    /// Neither `url` nor `url_hex` is there.
    NoUrl,
    /// The URL is not a text.
    Text(BadText),
    /// The request has two bodies.
    TwoBodies,
}

impl fmt::Display for BadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUrl => f.write_str("expected exactly one of url and url_hex"),
            Self::Text(problem) => problem.fmt(f),
            Self::TwoBodies => f.write_str("expected at most one of form and json"),
        }
    }
}

impl Error for BadInput {}
