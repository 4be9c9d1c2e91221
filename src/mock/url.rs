//! Parts of URLs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What a product escapes in a query: all but the unreserved characters (RFC 3986, section 2.3).
pub(super) static UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A target without its query.
pub(super) fn path_of(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// A URL without query: what comes before its path, and its path without a slash at the end.
pub(super) fn split_origin(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let path = url[authority..].find('/').map_or(url.len(), |at| authority + at);
    (&url[..path], url[path..].trim_end_matches('/'))
}

/// What comes after a front in a path or URL: nothing, or something that begins a new segment or a query.
pub(super) fn below<'u>(url: &'u str, front: &str) -> Option<&'u str> {
    url.strip_prefix(front).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_at_its_path() {
        assert_eq!(split_origin("http://h:1/wiki/"), ("http://h:1", "/wiki"));
        assert_eq!(split_origin("http://h:1"), ("http://h:1", ""));
        assert_eq!(
            (below("/wiki/a", "/wiki"), below("/wikis", "/wiki"), below("/a", "")),
            (Some("/a"), None, Some("/a"))
        );
    }
}
