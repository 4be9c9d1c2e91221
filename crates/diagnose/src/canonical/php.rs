//! What PHP does: the order of its `ksort` (QSH-Q9), and the control characters that its `parse_url` replaces (QSH-P12).

use std::cmp::Ordering;

/// Sorts by name as `ksort` does from PHP 8.2 on.
///
/// The comparison of PHP is not transitive: 9 < 10 < `1a` < 9. For such names PHP's own order depends on its algorithm,
/// and can be another one. Rust's sorts can panic on them.
pub(super) fn sort<T>(items: &mut [T], name: impl Fn(&T) -> &[u8]) {
    let keys: Vec<Key<'_>> = items.iter().map(|item| Key::of(name(item))).collect();
    let order = merge_sorted((0..items.len()).collect(), &|a, b| keys[a].compare(&keys[b]).is_gt());
    let mut places = vec![0; order.len()];
    for (place, index) in order.into_iter().enumerate() {
        places[index] = place;
    }
    for index in 0..items.len() {
        while places[index] != index {
            let place = places[index];
            items.swap(index, place);
            places.swap(index, place);
        }
    }
}

/// A stable merge sort. It ends for any comparison.
fn merge_sorted(mut left: Vec<usize>, is_after: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    if left.len() < 2 {
        return left;
    }
    let right = merge_sorted(left.split_off(left.len() / 2), is_after);
    let left = merge_sorted(left, is_after);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.as_slice(), right.as_slice());
    while let (Some((&a, after_a)), Some((&b, after_b))) = (left.split_first(), right.split_first()) {
        if is_after(a, b) {
            merged.push(b);
            right = after_b;
        } else {
            merged.push(a);
            left = after_a;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    merged
}

/// A key of an array.
struct Key<'n> {
    text: &'n [u8],
    /// Whether PHP stores the key as an integer: its text is that of an integer of 64 bits.
    is_integer: bool,
    number: Option<Number>,
}

/// A text that is a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i64),
    Float(f64),
    /// An integer of more than 64 bits.
    Overflown(f64),
}

impl<'n> Key<'n> {
    fn of(text: &'n [u8]) -> Self {
        let number = Number::of(text);
        let is_integer = matches!(number, Some(Number::Integer(integer)) if integer.to_string().as_bytes() == text);
        Self { text, is_integer, number }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let as_texts = || self.text.cmp(other.text);
        let (Some(a), Some(b)) = (self.number, other.number) else { return as_texts() };
        let by_size = |a: f64, b: f64| a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        let is_one_stored = self.is_integer != other.is_integer;
        match (a, b) {
            (Number::Integer(a), Number::Integer(b)) => a.cmp(&b),
            // Two texts, of which one is an integer that is too large.
            (Number::Integer(_), Number::Overflown(b)) if !is_one_stored => by_size(0.0, b),
            (Number::Overflown(a), Number::Integer(_)) if !is_one_stored => by_size(a, 0.0),
            _ => {
                let (a_size, b_size) = (a.size(), b.size());
                let are_overflown = matches!((a, b), (Number::Overflown(_), Number::Overflown(_)));
                let is_exact = is_one_stored || a_size.is_finite() && !are_overflown;
                match by_size(a_size, b_size) {
                    Ordering::Equal if !is_exact => as_texts(),
                    order => order,
                }
            }
        }
    }
}

impl Number {
    /// The number that a text is, with white space around it. This is PHP's "numeric string".
    fn of(text: &[u8]) -> Option<Self> {
        let blanks = [' ', '\t', '\n', '\r', '\u{b}', '\u{c}'];
        let text = str::from_utf8(text).ok()?.trim_matches(blanks);
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
            None => (unsigned, None),
        };
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(a, b)| (a, Some(b)));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
        let is_number = has_digits
            && are_digits(whole)
            && fraction.is_none_or(are_digits)
            && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(exponent));
        if !is_number {
            return None;
        }
        if fraction.is_some() || exponent.is_some() {
            return text.parse().ok().map(Self::Float);
        }
        text.parse().map(Self::Integer).or_else(|_| text.parse().map(Self::Overflown)).ok()
    }

    #[expect(clippy::cast_precision_loss, reason = "PHP converts it, too")]
    fn size(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(size) | Self::Overflown(size) => size,
        }
    }
}

/// The URL with `_` for each control character, or `None` if it has none.
pub(super) fn without_controls(url: &[u8]) -> Option<Vec<u8>> {
    let replaced = |byte: &u8| if byte.is_ascii_control() { b'_' } else { *byte };
    url.iter().any(u8::is_ascii_control).then(|| url.iter().map(replaced).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The results are those of `ksort` in PHP 8.2.36.
    #[test]
    fn names_are_sorted_as_php_sorts_them() {
        for (given, expected) in [
            (&["b", "10", "-1", "9", "a"][..], &["-1", "9", "10", "a", "b"][..]),
            (&["10", "9", "-a"][..], &["-a", "9", "10"][..]),
            (&["b", "10", "9", "aa", ""][..], &["", "9", "10", "aa", "b"][..]),
            (&["1e1", "9", "10", "011"][..], &["9", "1e1", "10", "011"][..]),
            (&["1.5", "1", "2", "01", "1.50"][..], &["1", "01", "1.5", "1.50", "2"][..]),
            (&["a10", "a9", "a1"][..], &["a1", "a10", "a9"][..]),
            (&["Z", "a", "_", "9", "~"][..], &["9", "Z", "_", "a", "~"][..]),
            (&[" 7", "7 ", "8", "6", "+5", "05"][..], &["+5", "05", "6", " 7", "7 ", "8"][..]),
            (
                &["9223372036854775808", "9223372036854775807", "-9223372036854775808", "5"][..],
                &["-9223372036854775808", "5", "9223372036854775808", "9223372036854775807"][..],
            ),
            (
                &["99999999999999999998", "99999999999999999997", "3", "03"][..],
                &["3", "03", "99999999999999999997", "99999999999999999998"][..],
            ),
            (
                &["18446744073709551616", "9223372036854775808", "03"][..],
                &["03", "9223372036854775808", "18446744073709551616"][..],
            ),
            (&["1.0", "99999999999999999999", "1e20"][..], &["1.0", "99999999999999999999", "1e20"][..]),
            (
                &["9223372036854775808", "09223372036854775807"][..],
                &["09223372036854775807", "9223372036854775808"][..],
            ),
            (
                &["9223372036854775808", "9223372036854775808.0", "9.3e18"][..],
                &["9223372036854775808", "9223372036854775808.0", "9.3e18"][..],
            ),
            (&["-0", "0", "-1", "1"][..], &["-1", "-0", "0", "1"][..]),
            (&["1.", "1", "0.5", ".5", ".", "-"][..], &["-", ".", "0.5", ".5", "1.", "1"][..]),
            (&["é", "10", "z", "9"][..], &["9", "10", "z", "é"][..]),
            (&["1e1000", "-1e1000", "5", "1e999"][..], &["-1e1000", "5", "1e1000", "1e999"][..]),
            (&["1e", "1e5", "100000", "99999"][..], &["1e", "99999", "1e5", "100000"][..]),
            (&["1e5", "100000.0", " 100000"][..], &["1e5", "100000.0", " 100000"][..]),
        ] {
            let mut sorted = given.to_vec();
            sort(&mut sorted, |name| name.as_bytes());
            assert_eq!(sorted, expected, "{given:?}");
        }
    }

    /// The results are those of `parse_url` in PHP 8.2.36.
    #[test]
    fn control_characters_are_replaced() {
        for (url, expected) in [
            ("/a\tb?c\n=\rd", Some("/a_b?c_=_d")),
            ("/a\0b", Some("/a_b")),
            ("/a\u{7f}b?\u{1f}", Some("/a_b?_")),
            ("/a/\u{1}/", Some("/a/_/")),
            ("https://h/a\u{b}b?c", Some("https://h/a_b?c")),
            ("/a b?c\u{80}=é", None),
        ] {
            assert_eq!(without_controls(url.as_bytes()), expected.map(|url| url.as_bytes().to_vec()), "{url:?}");
        }
    }

    proptest! {
        /// The order is not that of PHP if the comparison goes in a circle. But no name is lost, and the sort ends.
        #[test]
        fn any_names_are_sorted(names in proptest::collection::vec("[0-9a. -]{0,3}", 0..40)) {
            let mut sorted = names.clone();
            sort(&mut sorted, |name| name.as_bytes());
            let [mut names, mut found] = [names, sorted];
            names.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, names);
        }
    }
}
