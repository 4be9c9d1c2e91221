//! How Go's `net/url` splits a URL and writes its path (QSH-P12).

use percent_encoding::{AsciiSet, percent_encode};

use crate::percent;

/// The path and query of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    pub(super) path: &'a [u8],
    pub(super) query: Option<&'a [u8]>,
}

/// Splits a URL that `url.Parse` accepts: it has no controls, no malformed escapes, and no invalid host.
pub(super) fn parse(target: &[u8]) -> Parsed<'_> {
    let text = cut(target, b'#').0;
    let scheme = scheme_length(text);
    let (path, query) = cut(&text[scheme..], b'?');
    let has_host = path.starts_with(b"//") && (scheme > 0 || !path.starts_with(b"///"));
    let path = match path {
        // A URL such as `mailto:name` has no path.
        _ if scheme > 0 && !path.starts_with(b"/") => b"",
        _ if has_host => &path[2 + cut(&path[2..], b'/').0.len()..],
        path => path,
    };
    Parsed { path, query }
}

/// The characters that Go's `URL.EscapedPath` escapes in a path that it writes anew.
const ENCODE_PATH: &AsciiSet = &percent::SLASH_KEPT
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// What `URL.EscapedPath` makes of a path. A path with a malformed escape, which `url.Parse` rejects, is kept.
pub(super) fn escaped_path(path: Vec<u8>) -> Vec<u8> {
    let is_valid = |byte: &u8| percent::is_unreserved(*byte) || b"!$&'()*+,;=:@[]/%".contains(byte);
    let decoded = percent::decode(&path);
    if decoded.invalid_escape || path.iter().all(is_valid) {
        return path;
    }
    percent_encode(&decoded.bytes, ENCODE_PATH).to_string().into_bytes()
}

/// The length of `name:` at the start, or zero.
fn scheme_length(text: &[u8]) -> usize {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let name = text.iter().take_while(|byte| is_of_name(byte)).count();
    let is_name = text.first().is_some_and(u8::is_ascii_alphabetic) && text.get(name) == Some(&b':');
    if is_name { name + 1 } else { 0 }
}

/// The text before the first such byte, and the text after it.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |byte| *byte == at);
    (parts.next().unwrap_or_default(), parts.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results are those of `URL.EscapedPath` in Go 1.26.8. It rejects the last path.
    #[test]
    fn paths_are_written_as_go_writes_them() {
        for (path, expected) in [
            ("/a b(c)", "/a%20b%28c%29"),
            ("/é(1)'", "/%C3%A9%281%29%27"),
            ("/a(b)!*'", "/a(b)!*'"),
            ("/a[1]", "/a[1]"),
            ("/a%2fb c", "/a/b%20c"),
            ("/a%2fb", "/a%2fb"),
            ("/a^b&c;d=e,f:g@h$i+j", "/a%5Eb&c;d=e,f:g@h$i+j"),
            ("/a\"b", "/a%22b"),
            ("/%41 ", "/A%20"),
            ("/~a-._|", "/~a-._%7C"),
            ("/a\\b", "/a%5Cb"),
            ("/%c3%a9", "/%c3%a9"),
            ("/a{*}", "/a%7B%2A%7D"),
            ("/a%zz b", "/a%zz b"),
        ] {
            assert_eq!(str::from_utf8(&escaped_path(path.as_bytes().to_vec())), Ok(expected));
        }
    }

    /// The results are those of `url.Parse` in Go 1.26.8, before it decodes anything.
    #[test]
    fn urls_are_read_as_go_reads_them() {
        for (url, path, query) in [
            ("/a?b=c", "/a", Some("b=c")),
            ("//h/a", "/a", None),
            ("//h", "", None),
            ("///a", "///a", None),
            ("////a", "////a", None),
            ("https://h:80/a?b#c", "/a", Some("b")),
            ("a:b/c", "", None),
            ("a:/b", "/b", None),
            ("a://h", "", None),
            ("a:///b", "/b", None),
            ("https:a?b", "", Some("b")),
            ("a:?b", "", Some("b")),
            ("1a/b", "1a/b", None),
            ("*", "*", None),
            ("a/b?c?d", "a/b", Some("c?d")),
            ("#a?b", "", None),
            ("?a#b", "", Some("a")),
            ("//u@h?b", "", Some("b")),
            ("a.b+c-1:/x", "/x", None),
            ("-a/b", "-a/b", None),
            ("//h#/a", "", None),
            ("a:", "", None),
            ("//?b", "", Some("b")),
            ("a?b:c", "a", Some("b:c")),
        ] {
            let expected = Parsed { path: path.as_bytes(), query: query.map(str::as_bytes) };
            assert_eq!(parse(url.as_bytes()), expected, "{url:?}");
        }
    }
}
