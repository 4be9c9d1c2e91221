//! The canonicalizer of the specification. It reads the query once and reuses its buffers.
//!
//! Package `qsh-diagnose` has a general canonicalizer, which follows any reading of the clauses. A property test checks
//! that both give the same result.

use std::cmp::Ordering;
use std::str;

use memchr::memchr;
use percent_encoding::percent_encode;

use crate::digest::Qsh;
use crate::order::raised;
use crate::percent;
use crate::request::Request;

/// Hashes requests one after another and reuses its buffers.
///
/// # Examples
///
/// The hash of the example in Atlassian's documentation:
///
/// ```
/// use qsh_hash::{Hasher, Request};
///
/// let mut hasher = Hasher::new();
/// let url = "/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2";
/// let hash = hasher.hash(&Request::new("GET", url)?);
/// assert_eq!(hash.as_str(), "e52bb281606c3bd9ca16cfe96fe2df78f5d9ffa126f06befd750dfa10fa1a897");
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hasher {
    canonical: Buffer,
    pairs: Vec<Pair>,
    /// The canonical query in the order of the request. Used only if that order has to change.
    unsorted: Vec<u8>,
}

/// The position of an encoded `name=value` in the canonical request.
#[derive(Clone, Copy, Debug)]
struct Pair {
    /// The first eight bytes of the name, padded with zeros. They decide most comparisons.
    front: u64,
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
    #[must_use]
    pub fn hash(&mut self, request: &Request<'_>) -> Qsh {
        Qsh::of_canonical(self.canonical_request(request))
    }

    /// The canonical request (QSH-C1). It stays in this hasher's buffer until the next call.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_hash::{Hasher, Request};
    ///
    /// let mut hasher = Hasher::new();
    /// assert_eq!(hasher.canonical_request(&Request::new("get", "/a/?c=+&b")?), b"GET&/a&b=&c=%20");
    /// assert_eq!(hasher.canonical_request(&Request::new("PUT", "/")?), b"PUT&/&");
    /// # Ok::<(), qsh_hash::InvalidRequest>(())
    /// ```
    pub fn canonical_request(&mut self, request: &Request<'_>) -> &[u8] {
        let query = request.query().unwrap_or_default();
        let is_post = request.method().eq_ignore_ascii_case("POST");
        let form = request.form().filter(|_| is_post).unwrap_or_default();
        let out = &mut self.canonical;
        out.clear();
        out.reserve(request.method().len() + "&/&".len() + 3 * request.path().len());
        for byte in request.method().bytes() {
            out.push(byte.to_ascii_uppercase());
        }
        out.push(b'&');
        write_path(out, request.path(), request.base_path());
        out.push(b'&');
        let start = out.len;
        self.pairs.clear();
        read_pairs(out, &mut self.pairs, query);
        read_pairs(out, &mut self.pairs, form);
        self.sort(start);
        self.canonical.written()
    }

    /// QSH-Q7 to QSH-Q9. In most queries each name occurs once, and many queries are already sorted.
    fn sort(&mut self, start: usize) {
        let text = self.canonical.written();
        if !self.pairs.is_sorted_by(|a, b| by_name(a, b, text).is_lt()) {
            self.unsorted.clear();
            self.unsorted.extend_from_slice(&text[start..]);
            for pair in &mut self.pairs {
                pair.shift_back(start);
            }
            self.canonical.len = start;
            sort_into(&mut self.canonical, &mut self.pairs, &self.unsorted);
        }
        if !self.pairs.is_empty() {
            // An `&` follows each pair. Removes the one after the last pair.
            self.canonical.len -= 1;
        }
    }
}

/// QSH-P3 to QSH-P9.
fn write_path(out: &mut Buffer, path: &[u8], base: &[u8]) {
    let path = path.strip_prefix(base).unwrap_or(path);
    let start = out.len;
    if !path.starts_with(b"/") {
        out.push(b'/');
    }
    let mut rest = path;
    while let Some(at) = memchr(b'&', rest) {
        out.extend(&rest[..at]);
        out.extend(b"%26");
        rest = &rest[at + 1..];
    }
    out.extend(rest);
    if out.len - start > 1 && out.written().ends_with(b"/") {
        out.len -= 1;
    }
}

/// QSH-Q1 to QSH-Q6 and QSH-Q10 to QSH-Q20: writes each pair, encoded, followed by an `&`.
fn read_pairs(out: &mut Buffer, pairs: &mut Vec<Pair>, query: &[u8]) {
    // An escape has three bytes. A pair needs `=` and `&` in addition. U+FFFD takes nine bytes and replaces an escape
    // of three.
    out.reserve(3 * query.len() + 2);
    let mut rest = query;
    while let Some(&first) = rest.first() {
        if first == b'&' {
            rest = &rest[1..];
            continue;
        }
        let start = out.len;
        rest = read_text(out, rest, ENDS_NAME);
        let name_end = out.len;
        out.push(b'=');
        if let Some(value) = rest.strip_prefix(b"=") {
            rest = read_text(out, value, ENDS_VALUE);
        }
        rest = rest.strip_prefix(b"&").unwrap_or(rest);
        let name = &out.bytes[start..name_end];
        if name == b"jwt" {
            out.len = start;
            continue;
        }
        pairs.push(Pair { front: front(name), start, name_end, end: out.len });
        out.push(b'&');
    }
}

/// Encodes a name or a value, and returns what follows it.
fn read_text<'q>(out: &mut Buffer, text: &'q [u8], ends: u8) -> &'q [u8] {
    let start = out.len;
    let mut rest = text;
    let mut ascii = true;
    loop {
        rest = out.copy_kept(rest);
        let Some((&byte, tail)) = rest.split_first() else { break };
        if CLASS[usize::from(byte)] & ends != 0 {
            break;
        }
        rest = tail;
        let decoded = match byte {
            b'+' => b' ',
            b'%' => match percent::escaped_byte(tail) {
                Some(decoded) => {
                    rest = &tail[2..];
                    decoded
                }
                None => b'%',
            },
            other => other,
        };
        if CLASS[usize::from(decoded)] == KEPT {
            out.push(decoded);
        } else {
            ascii &= decoded.is_ascii();
            out.extend(&escape(decoded));
        }
    }
    if !ascii {
        repair_utf8(out, start, rest.len());
    }
    rest
}

/// QSH-Q20. Whether the decoded bytes are UTF-8 is known only when all of them have been read.
#[cold]
fn repair_utf8(out: &mut Buffer, start: usize, still_to_come: usize) {
    let decoded = percent::decode(&out.written()[start..]).bytes;
    if str::from_utf8(&decoded).is_err() {
        out.len = start;
        let repaired = percent::replace_invalid_utf8(&decoded);
        for piece in percent_encode(&repaired, percent::RFC3986) {
            out.reserve(piece.len());
            out.extend(piece.as_bytes());
        }
        out.reserve(3 * still_to_come + 2);
    }
}

/// Writes pairs in the order of their names and values. Pairs with the same name become one. An `&` follows each.
fn sort_into(out: &mut Buffer, pairs: &mut [Pair], text: &[u8]) {
    pairs.sort_unstable_by(|a, b| {
        by_name(a, b, text).then_with(|| by_decoded_utf16(&text[a.name_end + 1..a.end], &text[b.name_end + 1..b.end]))
    });
    let mut previous: Option<&Pair> = None;
    for pair in &*pairs {
        if previous.is_some_and(|previous| by_name(previous, pair, text).is_eq()) {
            out.len -= 1;
            out.push(b',');
            out.extend(&text[pair.name_end + 1..pair.end]);
        } else {
            out.extend(&text[pair.start..pair.end]);
        }
        out.push(b'&');
        previous = Some(pair);
    }
}

impl Pair {
    fn shift_back(&mut self, by: usize) {
        self.start -= by;
        self.name_end -= by;
        self.end -= by;
    }
}

fn front(name: &[u8]) -> u64 {
    match name.first_chunk() {
        Some(front) => u64::from_be_bytes(*front),
        None => name.iter().fold(0, |front, &byte| front << 8 | u64::from(byte)) << (8 * (8 - name.len().max(1))),
    }
}

/// An encoded name holds no zero byte. So two different prefixes have the order of their names.
fn by_name(a: &Pair, b: &Pair, text: &[u8]) -> Ordering {
    a.front.cmp(&b.front).then_with(|| text[a.start..a.name_end].cmp(&text[b.start..b.name_end]))
}

/// A buffer whose first `len` bytes are written.
///
/// A `Vec` would check its capacity at every push. This checks once per query.
#[derive(Clone, Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    fn clear(&mut self) {
        self.len = 0;
    }

    /// Reserves room for `more` bytes.
    fn reserve(&mut self, more: usize) {
        if self.bytes.len() < self.len + more {
            self.bytes.resize(self.len + more, 0);
        }
    }

    fn written(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    fn extend(&mut self, text: &[u8]) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    /// Copies the leading bytes that need no escape, and returns the rest.
    fn copy_kept<'t>(&mut self, text: &'t [u8]) -> &'t [u8] {
        let mut count = 0;
        for (slot, &byte) in self.bytes[self.len..].iter_mut().zip(text) {
            if CLASS[usize::from(byte)] != KEPT {
                break;
            }
            *slot = byte;
            count += 1;
        }
        self.len += count;
        &text[count..]
    }
}

/// Classes of query bytes. Each class is a bit, so a name and a value can end at different sets of classes.
const KEPT: u8 = 0;
const ESCAPED: u8 = 1;
const AMPERSAND: u8 = 2;
const EQUALS: u8 = 4;
const ENDS_NAME: u8 = AMPERSAND | EQUALS;
const ENDS_VALUE: u8 = AMPERSAND;

/// QSH-Q10, QSH-Q1 and QSH-Q3 as a table: the class of each query byte.
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

/// Compares two encoded values in the order that [`by_utf16`](crate::order::by_utf16) gives their decoded forms.
///
/// Both are encoded by QSH-Q10, so every `%` begins an escape. At the first difference between the texts, the decoded
/// bytes differ too.
fn by_decoded_utf16(a: &[u8], b: &[u8]) -> Ordering {
    let Some(difference) = a.iter().zip(b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let escape = a[..difference].iter().rev().take(2).position(|&byte| byte == b'%');
    let start = escape.map_or(difference, |back| difference - 1 - back);
    let byte = |text: &[u8]| match text[start] {
        b'%' => percent::escaped_byte(&text[start + 1..]).unwrap_or(b'%'),
        literal => literal,
    };
    raised(byte(a)).cmp(&raised(byte(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::by_utf16;

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
