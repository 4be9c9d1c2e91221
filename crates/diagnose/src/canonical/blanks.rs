//! What a URL parser removes from a URL before it reads the path (QSH-P12), under any dialect: white space, controls,
//! and sometimes more than the host.

use super::{go_url, node_url, php, whatwg_url};
use crate::dialect::{Dialect, UrlBlanks};
use crate::source::Source;

/// A target after a dialect has removed blanks from it.
pub(super) struct Cleaned {
    pub(super) target: Vec<u8>,
    /// Whether a slash followed leading blanks that were removed. A target that begins with a slash has no scheme.
    pub(super) is_path: bool,
    /// The length of the path, if a URL parser split the target.
    read: Option<usize>,
}

impl Cleaned {
    /// The same request with this target.
    pub(super) fn of<'a>(&'a self, request: Source<'a>) -> Source<'a> {
        match self.read {
            Some(length) => request.with_path(&self.target, length),
            None => request.with_target(&self.target),
        }
    }
}

/// The target after the dialect has removed blanks, or `None` if the dialect removes nothing.
pub(super) fn without_blanks(request: &Source<'_>, dialect: &Dialect) -> Option<Cleaned> {
    match dialect.url_blanks {
        UrlBlanks::Kept => None,
        UrlBlanks::Urlsplit => as_urlsplit_reads(request),
        UrlBlanks::LineEndsRemoved => without_line_ends(request),
        UrlBlanks::NodeLegacy => as_node_reads(request),
        UrlBlanks::Php => {
            php::without_controls(request.target()).map(|target| Cleaned { target, is_path: false, read: None })
        }
        UrlBlanks::Go => as_go_reads(request),
        UrlBlanks::Whatwg => as_browsers_read(request),
    }
}

fn as_urlsplit_reads(request: &Source<'_>) -> Option<Cleaned> {
    let target = request.target();
    let (front, rest) = target.split_at(in_front_of_urlsplit(request));
    let blanks = rest.iter().take_while(|byte| **byte <= b' ').count();
    let kept: Vec<u8> = rest[blanks..].iter().copied().filter(|byte| !is_line_end(*byte)).collect();
    let is_path = blanks > 0 && kept.starts_with(b"/");
    let kept = if is_path { without_host(&kept) } else { kept.as_slice() };
    let cleaned = [front, kept].concat();
    (cleaned != target).then_some(Cleaned { target: cleaned, is_path, read: None })
}

fn without_line_ends(request: &Source<'_>) -> Option<Cleaned> {
    let target = request.target();
    let kept: Vec<u8> = target.iter().copied().filter(|byte| !is_line_end(*byte)).collect();
    (kept != target).then_some(Cleaned { target: kept, is_path: false, read: None })
}

/// Tabs are treated as line ends.
fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r')
}

/// The path and query that Node finds, or `None` if they are those of the specification.
fn as_node_reads(request: &Source<'_>) -> Option<Cleaned> {
    let node_url::Parsed { path, query } = node_url::parse(request.target());
    as_read(request, path.as_bytes(), query.as_deref())
}

/// The path and query that Go finds. For URLs that Go rejects, the result is meaningless.
fn as_go_reads(request: &Source<'_>) -> Option<Cleaned> {
    let go_url::Parsed { path, query } = go_url::parse(request.target());
    as_read(request, path, query)
}

fn as_browsers_read(request: &Source<'_>) -> Option<Cleaned> {
    let whatwg_url::Parsed { path, query } = whatwg_url::parse(request.target());
    as_read(request, &path, query.as_deref())
}

/// The path and query that a parser finds, or `None` if they are those of the specification.
fn as_read(request: &Source<'_>, path: &[u8], query: Option<&[u8]>) -> Option<Cleaned> {
    if path == request.path() && query == request.query() {
        return None;
    }
    let query = query.map_or_else(Vec::new, |query| [b"?", query].concat());
    Some(Cleaned { target: [path, &query].concat(), is_path: true, read: Some(path.len()) })
}

/// The length of the text that is cut off before Python's library parses the rest: what makes the URL absolute, and the
/// slashes at the start of the path.
fn in_front_of_urlsplit(request: &Source<'_>) -> usize {
    if !request.is_relative() {
        return 0;
    }
    let front = request.front().len();
    front + request.target()[front..].iter().take_while(|byte| **byte == b'/').count()
}

/// The text after a leading `//host`. Until the blanks were removed, it was not read as a host.
fn without_host(text: &[u8]) -> &[u8] {
    let Some(host) = text.strip_prefix(b"//") else { return text };
    let length = host.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(host.len());
    &host[length..]
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use crate::{Dialect, Part, State, canonicalize_with, trace};

    fn canonical(url: &str, choice: &str) -> String {
        let dialect = Dialect::OFFICIAL.with(choice.parse().unwrap());
        let canonical = canonicalize_with(&Request::new("GET", url).unwrap(), &dialect).unwrap();
        String::from_utf8(canonical.as_bytes().to_vec()).unwrap()
    }

    /// The results are from `urlsplit` of Python 3.11.7 and `URL` of Node 20.20.2.
    #[test]
    fn parsers_take_out_what_they_do() {
        for (url, urlsplit, whatwg) in [
            ("/a\tb?c\n=\rd", "GET&/ab&c=d", "GET&/ab&c=d"),
            ("/ \u{1}a", "GET&/a&", "GET&/ \u{1}a&"),
            ("// a ", "GET&//a &", "GET&/&"),
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
    fn line_ends_go_and_blanks_stay() {
        for (url, expected) in [("/a\tb?c\n=\rd", "GET&/ab&c=d"), (" /a ", "GET&/ /a &"), ("/ //a", "GET&/ //a&")] {
            assert_eq!(canonical(url, "url_blanks=line_ends_removed"), expected, "{url:?}");
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
