//! How Node's `url.parse` splits a URL (QSH-P12), and what it trims.

use percent_encoding::{AsciiSet, percent_encode};

/// The schemes with slashes of `url.parse`. After any other scheme, a host needs no slashes.
const WITH_SLASHES: [&str; 7] = ["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"];

/// The characters that `url.parse` escapes, except on its fast path. In a path, `\` has already become `/`.
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

/// The path and query of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) path: String,
    pub(super) query: Option<Vec<u8>>,
}

/// Splits a URL.
pub(super) fn parse(target: &[u8]) -> Parsed {
    let text = with_slashes(trimmed(&String::from_utf8_lossy(target)));
    let is_simple = is_simple(&text);
    let rest = if is_simple { text } else { behind_front(&text) };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    // Escaping keeps the meaning of a query, but one valid escape can change how others are decoded.
    let query = query.map(|query| if is_simple { query.as_bytes().to_vec() } else { escape(query.as_bytes()) });
    Parsed { path: path.to_owned(), query }
}

/// Escapes as `url.parse` does, which escapes only ASCII. [`percent_encode`] would also escape all other bytes.
pub(super) fn escape(text: &[u8]) -> Vec<u8> {
    let runs = text.chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    let written = |run: &[u8]| match run.is_ascii() {
        true => percent_encode(run, ESCAPED).to_string().into_bytes(),
        false => run.to_vec(),
    };
    runs.flat_map(written).collect()
}

/// Whether `url.parse` uses its fast path, which escapes nothing.
pub(super) fn takes_fast_way(target: &[u8]) -> bool {
    is_simple(&with_slashes(trimmed(&String::from_utf8_lossy(target))))
}

/// Whether the text is a path with one or two leading slashes that needs no full parse.
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

/// Replaces backslashes with slashes before the query.
fn with_slashes(text: &str) -> String {
    let (front, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    front.replace('\\', "/") + rest
}

/// The text after scheme and host. There is a host after a scheme, or if the text begins with `//user@host`.
fn behind_front(text: &str) -> String {
    let (scheme, rest) = text.split_at(scheme_length(text));
    let looks_like_host = || {
        let host = rest.strip_prefix("//").unwrap_or_default();
        let authority = &host[..host.find('/').unwrap_or(host.len())];
        // Both sides of the `@` have to be non-empty.
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

/// The length of `name:` at the start, or zero.
fn scheme_length(text: &str) -> usize {
    let name = text.find(|it: char| !(it.is_ascii_alphanumeric() || "+-.".contains(it))).unwrap_or(text.len());
    if name > 0 && text[name..].starts_with(':') { name + 1 } else { 0 }
}

/// The text after a host. A host ends with its authority, at a character that hosts cannot contain, or at a colon
/// without a port.
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

    /// The results are those of `url.parse` in Node 20.20.2, before it escapes anything.
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
