//! What a URL parser takes out of a URL before it looks for the path: white space, controls, and more than the host
//! (QSH-P12), under any dialect.

use super::dialect::{Dialect, UrlBlanks};
use super::node_url;
use crate::request::Request;

/// A target without what a dialect takes out of it.
pub(super) struct Cleaned {
    pub(super) target: Vec<u8>,
    /// Whether a slash stood behind the blanks at its front: what begins with a slash has no scheme.
    pub(super) is_path: bool,
}

/// The target without what the dialect takes out of it; nothing, where that is nothing.
pub(super) fn without_blanks(request: &Request<'_>, dialect: &Dialect) -> Option<Cleaned> {
    let is_blank = |byte: &u8| *byte <= b' ';
    let target = request.target();
    let (front, rest) = match dialect.url_blanks {
        UrlBlanks::Kept => return None,
        UrlBlanks::NodeLegacy => return as_node_reads(request),
        UrlBlanks::Urlsplit => target.split_at(in_front_of_urlsplit(request)),
        UrlBlanks::Whatwg => target.split_at(0),
    };
    let from = rest.iter().take_while(|byte| is_blank(byte)).count();
    let to = match dialect.url_blanks {
        UrlBlanks::Whatwg => rest.iter().rposition(|byte| !is_blank(byte)).map_or(from, |last| last + 1),
        UrlBlanks::Kept | UrlBlanks::NodeLegacy | UrlBlanks::Urlsplit => rest.len(),
    };
    let is_kept = |byte: &u8| !matches!(byte, b'\t' | b'\n' | b'\r');
    let kept: Vec<u8> = rest[from..to].iter().copied().filter(is_kept).collect();
    let is_path = dialect.url_blanks == UrlBlanks::Urlsplit && from > 0 && kept.starts_with(b"/");
    let kept = if is_path { without_host(&kept) } else { kept.as_slice() };
    let cleaned = [front, kept].concat();
    (cleaned != target).then_some(Cleaned { target: cleaned, is_path })
}

/// Path and query alone, where Node sees others.
fn as_node_reads(request: &Request<'_>) -> Option<Cleaned> {
    let node_url::Parsed { path, query } = node_url::parse(request.target());
    if path.as_bytes() == request.path() && query.as_deref() == request.query() {
        return None;
    }
    // Without a slash, this would be taken for a URL again.
    let slash = if path.contains("://") && !path.starts_with('/') { "/" } else { "" };
    let query = query.map_or_else(Vec::new, |query| [b"?", query.as_slice()].concat());
    Some(Cleaned { target: [slash.as_bytes(), path.as_bytes(), &query].concat(), is_path: true })
}

/// How much of a target is gone when Python's library parses the rest: the slashes at the front of the path, and whatever
/// made the URL absolute.
fn in_front_of_urlsplit(request: &Request<'_>) -> usize {
    if !request.is_relative() {
        return 0;
    }
    let front = request.front().len();
    front + request.target()[front..].iter().take_while(|byte| **byte == b'/').count()
}

/// What stands behind a `//host` at the front, which nothing but blanks kept from being one.
fn without_host(text: &[u8]) -> &[u8] {
    let Some(host) = text.strip_prefix(b"//") else { return text };
    let length = host.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(host.len());
    &host[length..]
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, Part, Request, State, canonicalize_with, trace};

    fn canonical(url: &str, choice: &str) -> String {
        let dialect = Dialect::OFFICIAL.with(choice.parse().unwrap());
        let canonical = canonicalize_with(&Request::new("GET", url).unwrap(), &dialect).unwrap();
        String::from_utf8(canonical.as_bytes().to_vec()).unwrap()
    }

    /// What `urlsplit` of Python 3.11.7, and `URL` of Node 20.20.2, leave of them.
    #[test]
    fn parsers_take_out_what_they_do() {
        for (url, urlsplit, whatwg) in [
            ("/a\tb?c\n=\rd", "GET&/ab&c=d", "GET&/ab&c=d"),
            ("/ \u{1}a", "GET&/a&", "GET&/ \u{1}a&"),
            ("// a ", "GET&//a &", "GET&// a&"),
            ("/a?b= \n", "GET&/a&b=%20", "GET&/a&b="),
            (" /a", "GET&/a&", "GET&/a&"),
            ("/ //a/b?c", "GET&//b&c=", "GET&/ //a/b&c="),
            ("/ /a:b", "GET&//a:b&", "GET&/ /a:b&"),
            ("https://h/ a\n", "GET&/ a&", "GET&/ a&"),
            ("/a b\u{7f}", "GET&/a b\u{7f}&", "GET&/a b\u{7f}&"),
        ] {
            assert_eq!(canonical(url, "url_blanks=urlsplit"), urlsplit, "{url:?}");
            assert_eq!(canonical(url, "url_blanks=whatwg"), whatwg, "{url:?}");
        }
    }

    #[test]
    fn the_trace_begins_with_the_target_that_was_given() {
        let dialect = Dialect::OFFICIAL.with("url_blanks=urlsplit".parse().unwrap());
        let (_, trace) = trace(&Request::new("GET", "/a\tb").unwrap(), &dialect).unwrap();
        let first = trace.steps().iter().find(|step| step.part == Part::Path).unwrap();
        let [before, after] = [b"/a\tb".as_slice(), b"/ab"].map(|text| State::Text(text.to_vec()));
        assert_eq!((first.clause, &first.before, &first.after), ("QSH-P12", &before, &after));
    }
}
