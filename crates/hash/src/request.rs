//! [`Request`]: the method, target, base URL and form body of a request, parsed once.

use std::error::Error;
use std::fmt;

use memchr::{memchr, memchr2, memchr3};

/// The parts of a request that its hash depends on (QSH-P1): method, target, base URL and form body.
///
/// The target is an absolute URL (`https://host/path?query`), the origin form of HTTP (`/path?query`), or the origin
/// form without its leading slash (`path?query`). The target is bytes in any encoding. Only `scheme://` makes a target
/// absolute; `//a/b` and `a:b` are paths (QSH-P8, QSH-P14).
///
/// # Examples
///
/// The parts are returned as written in the target, neither decoded nor normalized:
///
/// ```
/// use qsh_hash::Request;
///
/// let request = Request::new("get", "https://example.com/wiki/a%20b/?x=1#top")?.with_base_url("https://example.com/wiki/")?;
/// assert_eq!(request.method(), "get");
/// assert_eq!(request.path(), b"/wiki/a%20b/");
/// assert_eq!(request.query(), Some(&b"x=1"[..]));
/// assert_eq!(request.base_path(), b"/wiki");
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request<'a> {
    method: &'a str,
    target: Target<'a>,
    base_url: Option<&'a str>,
    /// The path of the base URL, with its trailing slash.
    base_path: &'a [u8],
    form: Option<&'a [u8]>,
}

/// A target, split into its parts. `text` is the whole target.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Target<'a> {
    text: &'a [u8],
    scheme: Option<&'a [u8]>,
    path: &'a [u8],
    query: Option<&'a [u8]>,
    fragment: Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    /// Parses a method and a target.
    ///
    /// # Errors
    ///
    /// If the method is not a token of RFC 9110, section 5.6.2: it is empty, or contains white space, a separator or a
    /// non-ASCII character (QSH-M3).
    #[inline]
    pub fn new(method: &'a str, target: &'a (impl AsRef<[u8]> + ?Sized)) -> Result<Self, InvalidRequest> {
        if method.is_empty() || !method.bytes().all(is_token_byte) {
            return Err(InvalidRequest(Invalid::Method(method.to_owned())));
        }
        let target = Target::parse(target.as_ref());
        Ok(Self { method, target, base_url: None, base_path: b"", form: None })
    }

    /// Adds the base URL. If the request goes to the app, this is the app's base URL; if it goes to the product, the
    /// product's (QSH-P3).
    ///
    /// Only its path is used, without one trailing slash.
    ///
    /// # Errors
    ///
    /// If the base is neither an absolute URL with a host nor a path that begins with `/`.
    #[inline]
    pub fn with_base_url(mut self, base_url: &'a str) -> Result<Self, InvalidRequest> {
        self.base_path = base_path(base_url).ok_or_else(|| InvalidRequest(Invalid::BaseUrl(base_url.to_owned())))?;
        self.base_url = Some(base_url);
        Ok(self)
    }

    /// Adds the body of an `application/x-www-form-urlencoded` request (QSH-F1).
    #[must_use]
    pub fn with_form(mut self, body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.form = Some(body.as_ref());
        self
    }

    /// The method as it was given.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The whole target as it was given.
    pub fn target(&self) -> &'a [u8] {
        self.target.text
    }

    /// The scheme of an absolute target.
    pub fn scheme(&self) -> Option<&'a [u8]> {
        self.target.scheme
    }

    /// The path of the target as it was given. It can be empty.
    pub fn path(&self) -> &'a [u8] {
        self.target.path
    }

    /// The text between the first `?` and the fragment.
    pub fn query(&self) -> Option<&'a [u8]> {
        self.target.query
    }

    /// The text after the first `#`.
    pub fn fragment(&self) -> Option<&'a [u8]> {
        self.target.fragment
    }

    /// The base URL as it was given.
    pub fn base_url(&self) -> Option<&'a str> {
        self.base_url
    }

    /// The path of the base URL without one trailing slash. It is empty if there is no base URL.
    pub fn base_path(&self) -> &'a [u8] {
        self.base_path.strip_suffix(b"/").unwrap_or(self.base_path)
    }

    /// The form body.
    pub fn form(&self) -> Option<&'a [u8]> {
        self.form
    }
}

/// Converts a request of the crate `http`, received by a server or about to be sent by a client. The body is not
/// included.
///
/// # Examples
///
/// ```
/// use qsh_hash::{Request, hash};
///
/// let (parts, ()) = http::Request::get("https://example.com/a?b=c").body(())?.into_parts();
/// assert_eq!(hash(&Request::from(&parts)), hash(&Request::new("GET", "/a?b=c")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "http")]
impl<'a> From<&'a http::request::Parts> for Request<'a> {
    fn from(parts: &'a http::request::Parts) -> Self {
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let target = Target::parse(target.as_bytes());
        Self { method: parts.method.as_str(), target, base_url: None, base_path: b"", form: None }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("target", &format_args!("b\"{}\"", self.target.text.escape_ascii()))
            .field("base_url", &self.base_url)
            .field("form", &self.form.map(|body| body.escape_ascii().to_string()))
            .finish()
    }
}

impl<'a> Target<'a> {
    fn parse(text: &'a [u8]) -> Self {
        let front = memchr2(b'?', b'#', text).unwrap_or(text.len());
        let (query, fragment) = match text.get(front) {
            Some(b'?') => {
                let (query, fragment) = split_at_byte(&text[front + 1..], b'#');
                (Some(query), fragment)
            }
            Some(_) => (None, Some(&text[front + 1..])),
            None => (None, None),
        };
        let (scheme, path) = match absolute(&text[..front]) {
            Some((scheme, hierarchy)) => {
                let path = memchr(b'/', hierarchy).unwrap_or(hierarchy.len());
                (Some(scheme), &hierarchy[path..])
            }
            None => (None, &text[..front]),
        };
        Self { text, scheme, path, query, fragment }
    }
}

/// The path of a base URL, or `None` if the base URL is invalid.
fn base_path(base_url: &str) -> Option<&[u8]> {
    let text = base_url.as_bytes();
    let path = match absolute(text) {
        Some((_, hierarchy)) => {
            let authority = memchr3(b'/', b'?', b'#', hierarchy).unwrap_or(hierarchy.len());
            (authority > 0).then(|| &hierarchy[authority..])?
        }
        None => text.starts_with(b"/").then_some(text)?,
    };
    Some(memchr2(b'?', b'#', path).map_or(path, |end| &path[..end]))
}

/// The scheme of `scheme://…`, and the text after the slashes.
fn absolute(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().position(|&byte| !is_scheme_byte(byte))?;
    let (scheme, rest) = text.split_at(colon);
    let hierarchy = rest.strip_prefix(b"://")?;
    scheme.first()?.is_ascii_alphabetic().then_some((scheme, hierarchy))
}

fn split_at_byte(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(byte, text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// A character of a scheme (RFC 3986, section 3.1).
pub fn is_scheme_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.')
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// An invalid method or base URL. `Display` says which one it is, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest(Invalid);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Invalid {
    Method(String),
    BaseUrl(String),
}

impl InvalidRequest {
    /// Whether the method is invalid (QSH-M3).
    pub fn is_method(&self) -> bool {
        matches!(self.0, Invalid::Method(_))
    }

    /// Whether the base URL is invalid (QSH-P3).
    pub fn is_base_url(&self) -> bool {
        matches!(self.0, Invalid::BaseUrl(_))
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Invalid::Method(found) => write!(
                f,
                "unusable method {found:?}: expected an HTTP token such as GET, without white space or other separators"
            ),
            Invalid::BaseUrl(found) => write!(
                f,
                "unusable base URL {found:?}: expected an absolute URL such as https://example.com/wiki, or a path such \
                 as /wiki"
            ),
        }
    }
}

impl Error for InvalidRequest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_target_has_the_same_path_and_query() {
        for target in ["https://u:p@[::1]:8080/a/b?x=1?#f?#", "HTTP://h/a/b?x=1?#", "/a/b?x=1?", "/a/b?x=1?#/?"] {
            let request = Request::new("GET", target).unwrap();
            assert_eq!((request.path(), request.query()), (&b"/a/b"[..], Some(&b"x=1?"[..])), "{target}");
        }
    }

    #[test]
    fn an_absolute_url_may_end_with_its_host() {
        for (target, query) in [("https://h", None), ("https://h?a=b", Some(&b"a=b"[..])), ("https://h#/x", None)] {
            let request = Request::new("GET", target).unwrap();
            assert_eq!((request.path(), request.query()), (&b""[..], query), "{target}");
        }
    }

    #[test]
    fn only_a_scheme_with_two_slashes_makes_a_target_absolute() {
        for path in ["//a/b", "a:b/c", "mailto:x", ":80/x", "1a://b", "/a://b", "://b", ""] {
            assert_eq!(Request::new("GET", path).unwrap().path(), path.as_bytes());
        }
    }

    #[test]
    fn unusable_methods_and_base_urls_are_named_with_what_was_expected() {
        let method = |text| Request::new(text, "/").unwrap_err().to_string();
        insta::assert_snapshot!(method(""), @r#"unusable method "": expected an HTTP token such as GET, without white space or other separators"#);
        insta::assert_snapshot!(method("GE T"), @r#"unusable method "GE T": expected an HTTP token such as GET, without white space or other separators"#);
        assert!(Request::new("GÉT", "/").unwrap_err().is_method());
        for base in ["", "example.com", "wiki/", "https://", "https:///wiki", "https://?x"] {
            let error = Request::new("GET", "/").unwrap().with_base_url(base).unwrap_err();
            assert!(error.is_base_url(), "{base}");
        }
        let error = Request::new("GET", "/").unwrap().with_base_url("example.com/wiki").unwrap_err();
        insta::assert_snapshot!(error, @r#"unusable base URL "example.com/wiki": expected an absolute URL such as https://example.com/wiki, or a path such as /wiki"#);
    }

    #[test]
    fn only_the_path_of_the_base_url_matters_without_one_trailing_slash() {
        for (base, path) in [
            ("https://h/a/", "/a"),
            ("https://h", ""),
            ("https://h/", ""),
            ("/a?x#y", "/a"),
            ("/", ""),
            ("/a//", "/a/"),
        ] {
            let request = Request::new("GET", "/").unwrap().with_base_url(base).unwrap();
            assert_eq!(request.base_path(), path.as_bytes(), "{base}");
        }
    }
}
