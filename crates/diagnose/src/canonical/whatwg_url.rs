//! How a WHATWG URL parser splits a URL (QSH-P12; URL standard, section 4.4). A relative URL is resolved on a page of
//! `https:`.

/// The schemes that are followed by a host after any number of slashes.
const SPECIAL: [&[u8]; 6] = [b"ftp", b"file", b"http", b"https", b"ws", b"wss"];

/// The path and query of a URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) path: Vec<u8>,
    pub(super) query: Option<Vec<u8>>,
}

/// Splits a URL whose host the parser accepts.
pub(super) fn parse(target: &[u8]) -> Parsed {
    let text = cleaned(target);
    let (text, _) = cut(&text, b'#');
    let scheme = scheme_of(text);
    let (front, query) = cut(scheme.map_or(text, |scheme| &text[scheme.len() + 1..]), b'?');
    let path = match scheme.map(<[u8]>::to_ascii_lowercase).as_deref() {
        Some(scheme) if !SPECIAL.contains(&scheme) => behind_host(front).unwrap_or(front).to_vec(),
        scheme => of_special(scheme.unwrap_or(b"https"), &with_slashes(front)),
    };
    Parsed { path, query: query.map(<[u8]>::to_vec) }
}

/// Whether the parser reads backslashes in the path as slashes.
pub(super) fn takes_backslashes(target: &[u8]) -> bool {
    scheme_of(&cleaned(target)).is_none_or(|scheme| SPECIAL.contains(&scheme.to_ascii_lowercase().as_slice()))
}

/// Whether the path is opaque: only controls are escaped in it.
pub(super) fn is_opaque(target: &[u8]) -> bool {
    let text = cleaned(target);
    let behind = scheme_of(&text).filter(|_| !takes_backslashes(target)).map(|scheme| &text[scheme.len() + 1..]);
    behind.is_some_and(|behind| !behind.starts_with(b"/"))
}

/// Removes blanks and controls at both ends, and all tabs and line ends.
fn cleaned(target: &[u8]) -> Vec<u8> {
    let is_blank = |byte: &u8| *byte <= b' ';
    let from = target.iter().take_while(|byte| is_blank(byte)).count();
    let to = target.iter().rposition(|byte| !is_blank(byte)).map_or(from, |last| last + 1);
    target[from..to].iter().copied().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')).collect()
}

/// The path of a URL with a special scheme. It is never empty.
fn of_special(scheme: &[u8], front: &[u8]) -> Vec<u8> {
    let path = match scheme {
        b"file" => behind_host(front).unwrap_or(front),
        // With the scheme of the page, a URL can have a path without a host.
        b"https" if !front.starts_with(b"//") => front,
        _ => {
            let slashes = front.iter().take_while(|byte| **byte == b'/').count();
            let host = &front[slashes..];
            &host[cut(host, b'/').0.len()..]
        }
    };
    if path.starts_with(b"/") { path.to_vec() } else { [b"/", path].concat() }
}

fn behind_host(front: &[u8]) -> Option<&[u8]> {
    let host = front.strip_prefix(b"//")?;
    Some(&host[cut(host, b'/').0.len()..])
}

fn with_slashes(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
}

/// The text before the colon, if it is a valid scheme.
fn scheme_of(text: &[u8]) -> Option<&[u8]> {
    let (name, rest) = cut(text, b':');
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    (rest.is_some() && name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(is_of_name)).then_some(name)
}

/// The text before the first such byte, and the text after it.
fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |byte| *byte == at);
    (parts.next().unwrap_or_default(), parts.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results are those of `new URL(url, "https://x/")` in Node 20.20.2, before it escapes anything or resolves
    /// dots.
    #[test]
    fn urls_are_read_as_browsers_read_them() {
        for (url, path, query) in [
            ("/a?b=c", "/a", Some("b=c")),
            ("//h/a", "/a", None),
            ("//h", "/", None),
            ("///h/a", "/a", None),
            ("\\\\h\\a", "/a", None),
            ("/\\h\\a?b\\c", "/a", Some("b\\c")),
            ("https://h:80/a?b#c", "/a", Some("b")),
            ("HTTP:///h/a", "/a", None),
            ("http:h/a", "/a", None),
            ("https:a", "/a", None),
            ("https:/a", "/a", None),
            ("https:\\\\h/a", "/a", None),
            ("https:\\a", "/a", None),
            ("a:b", "b", None),
            ("a:", "", None),
            ("a:/b", "/b", None),
            ("a://h", "", None),
            ("a://h/b", "/b", None),
            ("a:\\b", "\\b", None),
            ("1a/b", "/1a/b", None),
            ("a/b?c?d", "/a/b", Some("c?d")),
            ("#a?b", "/", None),
            ("?a#b", "/", Some("a")),
            ("//u@h?b", "/", Some("b")),
            (" \u{1}/a\n/b?c\t", "/a/b", Some("c")),
            ("ftp:/h/a", "/a", None),
            ("-a:/b", "/-a:/b", None),
        ] {
            let expected = Parsed { path: path.into(), query: query.map(Into::into) };
            assert_eq!(parse(url.as_bytes()), expected, "{url:?}");
        }
    }
}
