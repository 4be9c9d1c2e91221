//! How long an answer may be used (RFC 9111, sections 4.2 and 5.2).

use std::str;

use ureq::http::header::{AGE, CACHE_CONTROL};
use ureq::http::{HeaderMap, HeaderValue};

/// What the headers of an answer say about caching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Freshness {
    may_be_kept: bool,
    /// `None` if `Cache-Control` does not say.
    seconds: Option<u32>,
}

impl Freshness {
    /// `max-age` minus `Age`. The result is zero for `no-cache` and for a value that is not a number. Of several
    /// values, the shortest is used.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut freshness = Self { may_be_kept: true, seconds: None };
        let values = headers.get_all(CACHE_CONTROL).iter();
        for directive in values.flat_map(|value| value.as_bytes().split(|&byte| byte == b',')) {
            let (name, value) = parts(directive);
            let seconds = match name.to_ascii_lowercase().as_slice() {
                b"max-age" => seconds(value),
                b"no-cache" => 0,
                b"no-store" => {
                    freshness.may_be_kept = false;
                    0
                }
                _ => continue,
            };
            freshness.seconds = Some(freshness.seconds.unwrap_or(seconds).min(seconds));
        }
        let age = headers.get(AGE).map(HeaderValue::as_bytes).map_or(0, seconds);
        freshness.seconds = freshness.seconds.map(|seconds| seconds.saturating_sub(age));
        freshness
    }

    /// Takes the values that are missing here from the other one.
    pub(super) fn or(self, other: Self) -> Self {
        if self.seconds.is_some() { self } else { other }
    }

    pub(super) fn may_be_kept(self) -> bool {
        self.may_be_kept
    }

    pub(super) fn seconds(self) -> u32 {
        self.seconds.unwrap_or(0)
    }
}

/// Name and value of a directive. A value can be quoted.
fn parts(directive: &[u8]) -> (&[u8], &[u8]) {
    let equals = directive.iter().position(|&byte| byte == b'=').unwrap_or(directive.len());
    let value = directive.get(equals + 1..).unwrap_or_default().trim_ascii();
    let unquoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    (directive[..equals].trim_ascii(), unquoted.unwrap_or(value))
}

/// A number of seconds. Values that are too large become 2 to the power of 31 (RFC 9111, section 1.2.2).
fn seconds(text: &[u8]) -> u32 {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return 0;
    }
    str::from_utf8(text).ok().and_then(|text| text.parse().ok()).map_or(1 << 31, |seconds: u32| seconds.min(1 << 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(&'static str, &'static str)]) -> Freshness {
        let line =
            |(name, value): &(&'static str, &'static str)| (name.parse().unwrap(), HeaderValue::from_static(value));
        Freshness::of(&lines.iter().map(line).collect())
    }

    fn control(value: &'static str) -> Freshness {
        of(&[("cache-control", value)])
    }

    #[test]
    fn the_shortest_time_counts() {
        for (value, seconds) in [
            ("max-age=60", 60),
            ("public, MAX-AGE=60 , immutable", 60),
            ("max-age=\"60\"", 60),
            ("max-age=60, max-age=30", 30),
            ("max-age=60, no-cache", 0),
            ("no-cache, max-age=60", 0),
            ("max-age=99999999999999999999", 1 << 31),
            ("max-age=-1", 0),
            ("max-age=1e3", 0),
            ("max-age=", 0),
            ("max-age", 0),
            ("s-maxage=60", 0),
            ("private", 0),
        ] {
            assert_eq!(control(value).seconds(), seconds, "{value}");
            assert!(control(value).may_be_kept());
        }
        assert!(!control("max-age=60, No-Store").may_be_kept());
        assert_eq!(of(&[("cache-control", "max-age=60"), ("cache-control", "no-cache")]).seconds(), 0);
        assert_eq!(of(&[("cache-control", "max-age=60"), ("age", "50")]).seconds(), 10);
        assert_eq!(of(&[("cache-control", "max-age=60"), ("age", "61")]).seconds(), 0);
    }

    #[test]
    fn what_an_answer_does_not_say_the_one_before_does() {
        let minute = control("max-age=60");
        assert_eq!(of(&[]).or(minute), minute);
        assert_eq!(control("private").or(minute), minute);
        assert_eq!(control("no-cache").or(minute).seconds(), 0);
    }
}
