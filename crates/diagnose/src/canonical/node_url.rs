//! How Node's `url.parse` reads a URL (QSH-P12): what it trims, and where it sees a host end.

use percent_encoding::{AsciiSet, percent_encode};

/// The schemes with slashes of `url.parse`; in front of others, a host begins without any.
const WITH_SLASHES: [&str; 7] = ["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"];

/// What `url.parse` escapes, unless it takes its fast way; in a path, `\` has become `/` by then.
const ESCAPED: &AsciiSet = &AsciiSet::EMPTY
    .add(b'\t')
    .add(b'\n')
    .add(b'\r')
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A URL without what stands in front of its path, and without its fragment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) path: String,
    pub(super) query: Option<Vec<u8>>,
}

/// Reads a URL.
pub(super) fn parse(target: &[u8]) -> Parsed {
    let text = with_slashes(trimmed(&String::from_utf8_lossy(target)));
    let is_simple = is_simple(&text);
    let rest = if is_simple { text } else { behind_front(&text) };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    // Escapes in a query stand for what they did before, but where there is one, others are read.
    let query = query.map(|query| if is_simple { query.as_bytes().to_vec() } else { escape(query.as_bytes()) });
    Parsed { path: path.to_owned(), query }
}

/// Escapes what `url.parse` does. That is ASCII only: [`percent_encode`] would escape every other byte as well.
pub(super) fn escape(text: &[u8]) -> Vec<u8> {
    let runs = text.chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    let written = |run: &[u8]| match run.is_ascii() {
        true => percent_encode(run, ESCAPED).to_string().into_bytes(),
        false => run.to_vec(),
    };
    runs.flat_map(written).collect()
}

/// Whether `url.parse` takes its fast way, on which nothing is escaped.
pub(super) fn takes_fast_way(target: &[u8]) -> bool {
    is_simple(&with_slashes(trimmed(&String::from_utf8_lossy(target))))
}

/// A path with one slash or two in front of it, and nothing in it that needs a closer look.
fn is_simple(text: &str) -> bool {
    let is_space = |it: char| it == '\u{feff}' || it.is_whitespace() && it != '\u{85}';
    let path = &text[..text.find('?').unwrap_or(text.len())];
    path.starts_with('/')
        && !path.starts_with("///")
        && !path.contains('@')
        && !text.contains('#')
        && !text.contains(is_space)
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|it: char| it <= ' ' || it == '\u{a0}' || it == '\u{feff}')
}

/// Backslashes become slashes in front of the query.
fn with_slashes(text: &str) -> String {
    let (front, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    front.replace('\\', "/") + rest
}

/// What stands behind scheme and host, where they are there. A host is there behind a scheme, and where `//user@host` looks
/// like one.
fn behind_front(text: &str) -> String {
    let (scheme, rest) = text.split_at(scheme_length(text));
    let looks_like_host = || {
        let host = rest.strip_prefix("//").unwrap_or_default();
        let authority = &host[..host.find('/').unwrap_or(host.len())];
        // `//user@host`: something on both sides of an `@`.
        authority
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.starts_with('@'))
    };
    if scheme.is_empty() && !looks_like_host() {
        return rest.to_owned();
    }
    match rest.strip_prefix("//") {
        Some(hierarchy) => behind_host(hierarchy),
        None if scheme.is_empty() || WITH_SLASHES.contains(&scheme) => rest.to_owned(),
        None => behind_host(rest),
    }
}

/// The length of `name:` at the front.
fn scheme_length(text: &str) -> usize {
    let name = text.find(|it: char| !(it.is_ascii_alphanumeric() || "+-.".contains(it))).unwrap_or(text.len());
    if name > 0 && text[name..].starts_with(':') { name + 1 } else { 0 }
}

/// What stands behind a host: that ends where its authority does, at a sign that no host has, or at a colon without a port.
fn behind_host(hierarchy: &str) -> String {
    let (authority, behind) = hierarchy.split_at(hierarchy.find(['/', '?', '#']).unwrap_or(hierarchy.len()));
    let authority = authority.replace(['\t', '\n', '\r'], "");
    let host = authority.rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
    let (host, rest) = host.split_at(host.find(is_no_sign_of_hosts).unwrap_or(host.len()));
    let without_port = host.trim_end_matches(|it: char| it.is_ascii_digit()).strip_suffix(':').unwrap_or(host);
    let is_ipv6 = without_port.starts_with('[') && without_port.ends_with(']') && without_port.len() > 1;
    let rest = format!("{rest}{behind}");
    match without_port.find(':').filter(|_| !is_ipv6) {
        Some(colon) => format!("/{}{rest}", &without_port[colon..]),
        None if is_ipv6 && !rest.starts_with('/') => format!("/{rest}"),
        None => rest,
    }
}

fn is_no_sign_of_hosts(it: char) -> bool {
    " \"%';<>\\^`{|}".contains(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `url.parse` of Node 20.20.2 answers, before it escapes anything.
    #[test]
    fn urls_are_read_as_node_reads_them() {
        for (url, path, query) in [
            ("/a?b=c", "/a", Some("b=c")),
            (" /a\u{a0}", "/a", None),
            ("\\a?b\\c", "/a", Some("b\\c")),
            ("https://h:80/a?b", "/a", Some("b")),
            ("a://%", "%", None),
            ("a://:a", "/:a", None),
            ("a://h:1:2/x", "/:1/x", None),
            ("a://h:8b/x", "/:8b/x", None),
            ("a://;", ";", None),
            ("a://u@h/x", "/x", None),
            ("a://u;v@h;w/x", ";w/x", None),
            ("a:b/c", "/c", None),
            ("http:b/c", "b/c", None),
            ("1a:b/c", "/c", None),
            ("//u@h/x", "/x", None),
            ("//h/@x", "//h/@x", None),
            ("//h/x#f", "//h/x", None),
            ("a://[::1]", "/", None),
            ("/a#b?c", "/a", None),
            ("?a", "", Some("a")),
            ("a:b?{é\\", "", Some("%7Bé%5C")),
        ] {
            let expected = Parsed { path: path.to_owned(), query: query.map(|it| it.as_bytes().to_vec()) };
            assert_eq!(parse(url.as_bytes()), expected, "{url:?}");
        }
    }
}
