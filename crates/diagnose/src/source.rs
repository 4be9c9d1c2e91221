//! [`Source`]: the input of a canonical request under any dialect.

use qsh_hash::Request;

/// A request, plus data that the specification ignores but a dialect can read.
///
/// # Examples
///
/// The specification ignores the members of a JSON body (QSH-F4). Some dialects read them as parameters:
///
/// ```
/// use qsh_diagnose::{Dialect, Source, canonicalize_with};
/// use qsh_hash::Request;
///
/// let request = Request::new("POST", "/a?x=1")?;
/// let source = Source::from(&request).with_json_members(b"y=2");
/// let dialect = Dialect::OFFICIAL.with("json_body=merged".parse()?);
/// assert_eq!(canonicalize_with(&source, &Dialect::OFFICIAL)?.as_bytes(), b"POST&/a&x=1");
/// assert_eq!(canonicalize_with(&source, &dialect)?.as_bytes(), b"POST&/a&x=1&y=2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    request: Request<'a>,
    /// The method, if it is not a token (QSH-M3). No request has such a method.
    no_token: Option<&'a str>,
    /// Path and query, if a parser splits the target differently from the specification.
    seen: Option<(&'a [u8], Option<&'a [u8]>)>,
    json_members: Option<&'a [u8]>,
}

impl<'a> From<&Request<'a>> for Source<'a> {
    fn from(request: &Request<'a>) -> Self {
        Self { request: *request, no_token: None, seen: None, json_members: None }
    }
}

impl<'a> From<&Self> for Source<'a> {
    fn from(source: &Self) -> Self {
        *source
    }
}

impl<'a> Source<'a> {
    /// The same request with a method that is not a token.
    pub(crate) fn with_no_token(self, method: &'a str) -> Self {
        Self { no_token: Some(method), ..self }
    }

    /// Adds the members of a JSON body, written as form parameters.
    #[must_use]
    pub fn with_json_members(mut self, members: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        self.json_members = Some(members.as_ref());
        self
    }

    /// The same request with another target.
    pub(crate) fn with_target(self, target: &'a [u8]) -> Self {
        let other = Request::new(self.request.method(), target).expect("the method is that of a request");
        let other = self.base_url().map_or(other, |base| other.with_base_url(base).expect("so is the base URL"));
        let request = self.form().map_or(other, |form| other.with_form(form));
        Self { request, seen: None, ..self }
    }

    /// The same request with another target. Its path has this length, and the query starts one byte after the path.
    pub(crate) fn with_path(self, target: &'a [u8], length: usize) -> Self {
        Self { seen: Some((&target[..length], target.get(length + 1..))), ..self.with_target(target) }
    }

    /// The method as it was given.
    pub fn method(&self) -> &'a str {
        self.no_token.unwrap_or_else(|| self.request.method())
    }

    /// Whether the method is a token (QSH-M3).
    pub(crate) fn has_token(&self) -> bool {
        self.no_token.is_none()
    }

    /// The whole target as it was given.
    pub fn target(&self) -> &'a [u8] {
        self.request.target()
    }

    /// The scheme of an absolute target.
    pub fn scheme(&self) -> Option<&'a [u8]> {
        self.request.scheme().filter(|_| self.seen.is_none())
    }

    /// The path of the target as it was given. It can be empty.
    pub fn path(&self) -> &'a [u8] {
        self.seen.map_or_else(|| self.request.path(), |(path, _)| path)
    }

    /// The query, without its `?`.
    pub fn query(&self) -> Option<&'a [u8]> {
        self.seen.map_or_else(|| self.request.query(), |(_, query)| query)
    }

    /// The fragment, without its `#`.
    pub fn fragment(&self) -> Option<&'a [u8]> {
        self.request.fragment().filter(|_| self.seen.is_none())
    }

    /// The base URL as it was given.
    pub fn base_url(&self) -> Option<&'a str> {
        self.request.base_url()
    }

    /// The path of the base URL without one trailing slash. It is empty if there is no base URL.
    pub fn base_path(&self) -> &'a [u8] {
        self.request.base_path()
    }

    /// The path of the base URL as it was given.
    pub(crate) fn whole_base_path(&self) -> &'a [u8] {
        let text = self.base_url().unwrap_or_default().as_bytes();
        let end = text.iter().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(text.len());
        let trailing_slash = usize::from(text[..end].ends_with(b"/"));
        &text[end - trailing_slash - self.base_path().len()..end]
    }

    /// The form body.
    pub fn form(&self) -> Option<&'a [u8]> {
        self.request.form()
    }

    /// The members of a JSON body, written as form parameters.
    pub fn json_members(&self) -> Option<&'a [u8]> {
        self.json_members
    }

    /// The text before the path: scheme and authority of an absolute target.
    pub fn front(&self) -> &'a [u8] {
        let with_delimiter = |part: Option<&[u8]>| part.map_or(0, |part| part.len() + 1);
        let rest = self.path().len() + with_delimiter(self.query()) + with_delimiter(self.fragment());
        self.target().split_at(self.target().len() - rest).0
    }

    /// Whether the target begins with its path, or with a base URL without a path.
    pub(crate) fn is_relative(&self) -> bool {
        let is_base = |base: &str| base.trim_end_matches('/').as_bytes() == self.front();
        self.scheme().is_none() || self.base_url().is_some_and(is_base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_path_of_a_base_url_keeps_its_trailing_slash() {
        for (base_url, path) in [
            ("https://h", ""),
            ("https://h/", "/"),
            ("https://h/wiki", "/wiki"),
            ("https://h/wiki/?x=/", "/wiki/"),
            ("https://h?x=/", ""),
            ("https://h//#/", "//"),
            ("/", "/"),
            ("/wiki/", "/wiki/"),
        ] {
            let request = Request::new("GET", "/").unwrap().with_base_url(base_url).unwrap();
            assert_eq!(Source::from(&request).whole_base_path(), path.as_bytes(), "{base_url}");
        }
        assert_eq!(Source::from(&Request::new("GET", "/").unwrap()).whole_base_path(), b"");
    }
}
