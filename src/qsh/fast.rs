//! The fast path: the official dialect only, in two passes over reused buffers. The general canonicalizer is its oracle.

use std::cmp::Ordering;

use percent_encoding::percent_encode;

use super::Qsh;
use crate::percent;
use crate::request::Request;

/// Hashes requests under [`Dialect::OFFICIAL`](super::Dialect::OFFICIAL) one after the other, with buffers that it keeps.
///
/// # Examples
///
/// The hash of the documentation's own example:
///
/// ```
/// use qsh::{Hasher, Request};
///
/// let mut hasher = Hasher::new();
/// let url = "/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2";
/// let hash = hasher.hash(&Request::new("GET", url)?);
/// assert_eq!(hash.as_str(), "e52bb281606c3bd9ca16cfe96fe2df78f5d9ffa126f06befd750dfa10fa1a897");
/// # Ok::<(), qsh::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hasher {
    /// Encoded names and values, one behind the other, in the order of the query.
    encoded: Vec<u8>,
    pairs: Vec<Pair>,
    canonical: Vec<u8>,
}

/// Where a pair stands in `encoded`; the value follows the name.
#[derive(Clone, Copy, Debug)]
struct Pair {
    start: usize,
    name_end: usize,
    end: usize,
}

impl Hasher {
    /// A hasher with empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The query string hash of a request (QSH-H2).
    pub fn hash(&mut self, request: &Request<'_>) -> Qsh {
        Qsh::of_canonical(self.canonical_request(request))
    }

    /// The canonical request (QSH-C1); it stands in this hasher's buffer until the next call.
    pub fn canonical_request(&mut self, request: &Request<'_>) -> &[u8] {
        self.canonical.clear();
        self.canonical.extend(request.method().bytes().map(|byte| byte.to_ascii_uppercase()));
        self.canonical.push(b'&');
        self.write_path(request.path(), request.base_path());
        self.canonical.push(b'&');
        self.read_pairs(request.query().unwrap_or_default());
        if request.method().eq_ignore_ascii_case("POST") {
            self.read_pairs(request.form().unwrap_or_default());
        }
        self.write_query();
        &self.canonical
    }

    /// QSH-P3 to QSH-P9.
    fn write_path(&mut self, path: &[u8], base: &[u8]) {
        let path = path.strip_prefix(base).unwrap_or(path);
        let start = self.canonical.len();
        if !path.starts_with(b"/") {
            self.canonical.push(b'/');
        }
        let mut rest = path;
        while let Some(at) = rest.iter().position(|&byte| byte == b'&') {
            self.canonical.extend_from_slice(&rest[..at]);
            self.canonical.extend_from_slice(b"%26");
            rest = &rest[at + 1..];
        }
        self.canonical.extend_from_slice(rest);
        if self.canonical.len() - start > 1 && self.canonical.ends_with(b"/") {
            self.canonical.pop();
        }
    }

    /// QSH-Q1 to QSH-Q6 and QSH-Q10 to QSH-Q20.
    fn read_pairs(&mut self, query: &[u8]) {
        let mut rest = query;
        while !rest.is_empty() {
            if rest[0] == b'&' {
                rest = &rest[1..];
                continue;
            }
            let start = self.encoded.len();
            rest = self.read_text(rest, ENDS_NAME);
            let name_end = self.encoded.len();
            if let Some(value) = rest.strip_prefix(b"=") {
                rest = self.read_text(value, ENDS_VALUE);
            }
            rest = rest.strip_prefix(b"&").unwrap_or(rest);
            if &self.encoded[start..name_end] == b"jwt" {
                self.encoded.truncate(start);
            } else {
                self.pairs.push(Pair { start, name_end, end: self.encoded.len() });
            }
        }
    }

    /// Encodes a name or a value, and returns what follows it.
    fn read_text<'q>(&mut self, text: &'q [u8], ends: u8) -> &'q [u8] {
        let start = self.encoded.len();
        let mut rest = text;
        let mut ascii = true;
        loop {
            let run = rest.iter().position(|&byte| CLASS[usize::from(byte)] != KEPT).unwrap_or(rest.len());
            self.encoded.extend_from_slice(&rest[..run]);
            rest = &rest[run..];
            let Some((&byte, tail)) = rest.split_first() else { break };
            if CLASS[usize::from(byte)] & ends != 0 {
                break;
            }
            rest = tail;
            let decoded = match byte {
                b'+' => b' ',
                b'%' => percent::escaped_byte(tail).inspect(|_| rest = &tail[2..]).unwrap_or(b'%'),
                other => other,
            };
            if CLASS[usize::from(decoded)] == KEPT {
                self.encoded.push(decoded);
            } else {
                ascii &= decoded.is_ascii();
                self.encoded.extend_from_slice(&escape(decoded));
            }
        }
        if !ascii {
            self.repair_utf8(start);
        }
        rest
    }

    /// QSH-Q20. The bytes behind the escapes are only known to be UTF-8 when all of them are there.
    fn repair_utf8(&mut self, start: usize) {
        let decoded = percent::decode(&self.encoded[start..]).bytes;
        if str::from_utf8(&decoded).is_err() {
            self.encoded.truncate(start);
            let repaired = percent::replace_invalid_utf8(&decoded);
            self.encoded.extend(percent_encode(&repaired, percent::RFC3986).flat_map(str::bytes));
        }
    }

    /// QSH-Q7 to QSH-Q9.
    fn write_query(&mut self) {
        let encoded = &self.encoded;
        let name = |pair: &Pair| &encoded[pair.start..pair.name_end];
        let value = |pair: &Pair| &encoded[pair.name_end..pair.end];
        self.pairs.sort_unstable_by(|a, b| name(a).cmp(name(b)).then_with(|| by_decoded_utf16(value(a), value(b))));
        let mut previous: Option<&Pair> = None;
        for pair in &self.pairs {
            if previous.is_some_and(|previous| name(previous) == name(pair)) {
                self.canonical.push(b',');
            } else {
                if previous.is_some() {
                    self.canonical.push(b'&');
                }
                self.canonical.extend_from_slice(name(pair));
                self.canonical.push(b'=');
            }
            self.canonical.extend_from_slice(value(pair));
            previous = Some(pair);
        }
        self.encoded.clear();
        self.pairs.clear();
    }
}

/// Classes of query bytes. A class is a bit, so that a name and a value can end at different sets of them.
const KEPT: u8 = 0;
const ESCAPED: u8 = 1;
const AMPERSAND: u8 = 2;
const EQUALS: u8 = 4;
const ENDS_NAME: u8 = AMPERSAND | EQUALS;
const ENDS_VALUE: u8 = AMPERSAND;

/// QSH-Q10, QSH-Q1 and QSH-Q3 as a table: what a byte of the query means.
const CLASS: [u8; 256] = {
    let mut class = [ESCAPED; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            class[byte as usize] = KEPT;
        }
        byte += 1;
    }
    class[b'&' as usize] = AMPERSAND;
    class[b'=' as usize] = EQUALS;
    class
};

fn escape(byte: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

/// Compares two encoded values as [`by_utf16`](super::order::by_utf16) compares the decoded ones.
///
/// Both are encoded by QSH-Q10, so every `%` begins an escape, and where the texts first differ, the bytes that they stand for differ too.
fn by_decoded_utf16(a: &[u8], b: &[u8]) -> Ordering {
    let Some(difference) = a.iter().zip(b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let escape = a[..difference].iter().rev().take(2).position(|&byte| byte == b'%');
    let start = escape.map_or(difference, |back| difference - 1 - back);
    let byte = |text: &[u8]| match text[start] {
        b'%' => percent::escaped_byte(&text[start + 1..]).unwrap_or(b'%'),
        literal => literal,
    };
    super::order::raised(byte(a)).cmp(&super::order::raised(byte(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qsh::order::by_utf16;

    #[test]
    fn encoded_values_compare_as_their_decoded_text_does() {
        let texts = [
            "",
            " ",
            "!",
            "%",
            "a",
            "a:",
            "a0",
            "~",
            "\u{7f}",
            "é",
            "宮",
            "\u{d7ff}",
            "\u{e000}",
            "\u{ffff}",
            "\u{10000}",
            "😀",
        ];
        let encode = |text: &str| percent_encode(text.as_bytes(), percent::RFC3986).to_string();
        for a in texts {
            for b in texts {
                for prefix in ["", "x", "%", "宮"] {
                    let (a, b) = (format!("{prefix}{a}"), format!("{prefix}{b}"));
                    let expected = by_utf16(a.as_bytes(), b.as_bytes());
                    assert_eq!(by_decoded_utf16(encode(&a).as_bytes(), encode(&b).as_bytes()), expected, "{a:?} {b:?}");
                }
            }
        }
    }
}
