//! The pairs of a query: splits, decodes and filters them (QSH-Q1 to QSH-Q6, QSH-Q14 to QSH-Q20), under any dialect.

use percent_encoding::percent_encode;

use super::refusal::Refusal;
use super::text;
use crate::dialect::{
    Decoding, Dialect, EmptyName, EmptyPairs, EmptyValue, Equals, InvalidEscape, InvalidUtf8, JwtParameter, Plus,
    QueryText, Separator, TextForm, Valueless,
};
use crate::percent;

/// A side of a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Name,
    Value,
}

/// One name with one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pair {
    /// The name as written in the query.
    pub(super) written: Vec<u8>,
    /// The value as written in the query. It is cleared after decoding.
    pub(super) written_value: Vec<u8>,
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) has_equals: bool,
}

impl Pair {
    /// A pair for each piece of the value (QSH-Q8).
    pub(super) fn split_at_commas(self) -> Vec<Self> {
        let with_value = |value: &[u8]| Self { value: value.to_vec(), ..self.clone() };
        self.value.split(|&byte| byte == b',').map(with_value).collect()
    }

    /// Both sides: the current text of each, and its text in the query.
    fn sides(&mut self) -> [(Side, &mut Vec<u8>, &[u8]); 2] {
        [(Side::Name, &mut self.name, &self.written), (Side::Value, &mut self.value, &self.written_value)]
    }
}

/// QSH-Q1.
pub(super) fn split<'a>(text: &'a [u8], dialect: &Dialect) -> Result<Vec<&'a [u8]>, Refusal> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    Ok(match dialect.separator {
        Separator::SemicolonRefused if text.contains(&b';') => {
            return Err(Refusal { clause: "QSH-Q1", what: "a semicolon that is not escaped" });
        }
        Separator::SemicolonRefused => text.split(|&byte| byte == b'&').collect(),
        Separator::Ampersand => text.split(|&byte| byte == b'&').collect(),
        Separator::AmpersandOrSemicolon => text.split(|&byte| byte == b'&' || byte == b';').collect(),
        Separator::Semicolon => text.split(|&byte| byte == b';').collect(),
        Separator::SemicolonDropsPair => {
            text.split(|&byte| byte == b'&').filter(|pair| !pair.contains(&b';')).collect()
        }
    })
}

/// QSH-Q2.
pub(super) fn counts(written: &[u8], dialect: &Dialect) -> bool {
    match dialect.empty_pairs {
        EmptyPairs::Dropped => !written.is_empty(),
        EmptyPairs::ZeroDropped => !written.is_empty() && written != b"0",
        EmptyPairs::Kept => true,
    }
}

/// QSH-Q3. Returns `None` if the dialect drops the pair.
pub(super) fn name_and_value(text: &[u8], dialect: &Dialect) -> Option<Pair> {
    let signs = || text.iter().enumerate().filter(|(_, byte)| **byte == b'=').map(|(at, _)| at);
    let (sign, end) = match dialect.equals {
        Equals::First => (signs().next(), text.len()),
        Equals::CutAtSecond => (signs().next(), signs().nth(1).unwrap_or(text.len())),
        Equals::Last => (signs().next_back(), text.len()),
        Equals::SecondDropsPair if signs().count() > 1 => return None,
        Equals::SecondDropsPair | Equals::AtEncodedLength => (signs().next(), text.len()),
    };
    let (written, written_value) = match sign {
        Some(sign) if dialect.equals == Equals::AtEncodedLength => (&text[..sign], after_encoded(text, sign)),
        Some(sign) => (&text[..sign], &text[sign + 1..end]),
        None => (text, &text[..0]),
    };
    let (written, written_value) = (written.to_vec(), written_value.to_vec());
    let (name, value) = (written.clone(), written_value.clone());
    Some(Pair { written, written_value, name, value, has_equals: sign.is_some() })
}

/// The text of a pair after as many characters as its encoded name has, and one more. The name ends at `sign`.
fn after_encoded(pair: &[u8], sign: usize) -> &[u8] {
    let name = percent::replace_invalid_utf8(&percent::decode(&text::replaced(&pair[..sign], b'+', b" ")).bytes);
    let encoded: usize = percent_encode(&name, percent::RFC3986).map(str::len).sum();
    &pair[text::bytes_of_characters(pair, encoded + 1)..]
}

/// Whether that side of a pair is decoded (QSH-Q4).
fn is_decoded(side: Side, dialect: &Dialect) -> bool {
    match dialect.decoding {
        Decoding::Once | Decoding::Twice | Decoding::Latin1 => true,
        Decoding::Never => false,
        Decoding::NamesNever => side == Side::Value,
        Decoding::ValuesNever => side == Side::Name,
    }
}

/// Whether the pairs were decoded before they were split, and are not decoded again.
fn is_decoded_before(dialect: &Dialect) -> bool {
    dialect.query_text == QueryText::DecodedFirst && dialect.decoding == Decoding::Once
}

/// QSH-Q5, for dialects that decode pluses before escapes.
pub(super) fn read_pluses(pairs: &mut [Pair], dialect: &Dialect) {
    if dialect.plus == Plus::Space && !is_decoded_before(dialect) {
        each_decoded(pairs, dialect, |text, _| pluses_to_spaces(text, dialect));
    }
}

/// QSH-Q5, for dialects that decode pluses after escapes.
pub(super) fn read_pluses_late(pairs: &mut [Pair], dialect: &Dialect) {
    if dialect.plus == Plus::AfterEscapes && !is_decoded_before(dialect) {
        each_decoded(pairs, dialect, |text, _| pluses_to_spaces(text, dialect));
    }
}

fn pluses_to_spaces(text: &mut [u8], dialect: &Dialect) {
    for at in 0..text.len() {
        let is_sign = || dialect.invalid_escape == InvalidEscape::Signed && at > 0 && text[at - 1] == b'%';
        if text[at] == b'+' && !is_sign() {
            text[at] = b' ';
        }
    }
}

fn each_decoded(pairs: &mut [Pair], dialect: &Dialect, mut change: impl FnMut(&mut Vec<u8>, &[u8])) {
    for pair in pairs {
        for (side, text, written) in pair.sides() {
            if is_decoded(side, dialect) {
                change(text, written);
            }
        }
    }
}

/// QSH-Q4 and QSH-Q6.
pub(super) fn read_escapes(pairs: &mut Vec<Pair>, dialect: &Dialect) -> Result<(), Refusal> {
    if is_decoded_before(dialect) {
        return Ok(());
    }
    let mut refused = false;
    pairs.retain_mut(|pair| {
        for (side, text, _) in pair.sides() {
            if !is_decoded(side, dialect) {
                continue;
            }
            let decoded = match dialect.invalid_escape {
                InvalidEscape::Signed => percent::decode_by(text, percent::signed_byte),
                _ => percent::decode(text),
            };
            match dialect.invalid_escape {
                InvalidEscape::PairDropped if decoded.invalid_escape => return false,
                InvalidEscape::Refused | InvalidEscape::Signed if decoded.invalid_escape => refused = true,
                InvalidEscape::LeftUndecoded if decoded.invalid_escape => {}
                _ => *text = decoded_as(decoded.bytes, dialect),
            }
        }
        true
    });
    if refused {
        return Err(Refusal { clause: "QSH-Q6", what: "a % that two hexadecimal digits do not follow" });
    }
    Ok(())
}

/// How the dialect reads the bytes of decoded escapes.
fn decoded_as(bytes: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.decoding {
        Decoding::Twice => percent::decode(&bytes).bytes,
        Decoding::Latin1 => text::from_latin1(&bytes),
        Decoding::Once | Decoding::Never | Decoding::NamesNever | Decoding::ValuesNever => bytes,
    }
}

/// QSH-Q20.
pub(super) fn repair(pairs: &mut [Pair], dialect: &Dialect) -> Result<(), Refusal> {
    let mut refused = false;
    if dialect.invalid_utf8 == InvalidUtf8::LowBytes {
        pairs.iter_mut().for_each(|pair| cut_to_low_bytes(pair, dialect));
    }
    each_decoded(pairs, dialect, |text, written| {
        if str::from_utf8(text).is_ok() {
            return;
        }
        match dialect.invalid_utf8 {
            InvalidUtf8::Replaced => *text = percent::replace_invalid_utf8(text),
            InvalidUtf8::SurrogatesWhole => *text = percent::replace_invalid_utf8_and_surrogates(text),
            InvalidUtf8::BytesKept => {}
            InvalidUtf8::Removed => *text = percent::invalid_utf8_as(text, ""),
            InvalidUtf8::QuestionMark => *text = percent::invalid_utf8_as(text, "?"),
            InvalidUtf8::LeftUndecoded => {
                *text = percent::replace_invalid_utf8(written);
                if dialect.plus != Plus::Literal {
                    pluses_to_spaces(text, dialect);
                }
            }
            // `cut_to_low_bytes` has removed all invalid UTF-8.
            InvalidUtf8::LowBytes => {}
            InvalidUtf8::Refused => refused = true,
        }
    });
    if refused {
        return Err(Refusal { clause: "QSH-Q20", what: "escapes that are not UTF-8" });
    }
    Ok(())
}

/// Decodes a pair as Node's `querystring` does if `decodeURIComponent` rejects one of its sides.
fn cut_to_low_bytes(pair: &mut Pair, dialect: &Dialect) {
    let (reads_name, reads_value) = escapes_seen(&pair.written, &pair.written_value);
    for (side, text, written) in pair.sides() {
        let is_read = if side == Side::Name { reads_name } else { reads_value };
        let is_taken = !percent::decode(written).invalid_escape && str::from_utf8(text).is_ok();
        if is_decoded(side, dialect) && is_read && !is_taken {
            *text = with_low_bytes(written, dialect);
        }
    }
}

/// Whether Node's `querystring` finds an escape in a name and in a value. It decodes only sides with an escape. A
/// second escape in the name counts for the value. A `+` in the value can follow a `%` without ending the escape.
fn escapes_seen(name: &[u8], value: &[u8]) -> (bool, bool) {
    let (mut in_name, mut in_value) = (false, false);
    let mut length = 0;
    for byte in name {
        // Until the first escape is found, a `+` interrupts an escape.
        if !in_name {
            in_name = goes_on(&mut length, *byte);
        } else if *byte != b'+' {
            in_value |= goes_on(&mut length, *byte);
        }
    }
    length = 0;
    for byte in value.iter().filter(|byte| **byte != b'+') {
        in_value |= goes_on(&mut length, *byte);
    }
    (in_name, in_value)
}

/// Reads the next byte of an escape of this length. Returns whether it completes the escape.
fn goes_on(length: &mut usize, byte: u8) -> bool {
    *length = match byte {
        b'%' => 1,
        _ if *length > 0 && byte.is_ascii_hexdigit() => *length + 1,
        _ => 0,
    };
    *length == 3
}

/// Decodes a text. Each UTF-16 unit of a non-ASCII character is cut to its low byte.
fn with_low_bytes(written: &[u8], dialect: &Dialect) -> Vec<u8> {
    let mut written = written.to_vec();
    if dialect.plus != Plus::Literal {
        pluses_to_spaces(&mut written, dialect);
    }
    let written = String::from_utf8_lossy(&written);
    let runs = written.as_bytes().chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    let read = |run: &[u8]| if run.is_ascii() { percent::decode(run).bytes } else { low_bytes(run) };
    percent::replace_invalid_utf8(&runs.flat_map(read).collect::<Vec<u8>>())
}

#[expect(clippy::cast_possible_truncation, reason = "the low byte is what is wanted")]
fn low_bytes(run: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(run).encode_utf16().map(|unit| unit as u8).collect()
}

/// QSH-Q4: normalizes decoded text.
pub(super) fn normalize(pairs: &mut [Pair], dialect: &Dialect) {
    for pair in pairs {
        for (side, text, _) in pair.sides() {
            match dialect.text_form {
                TextForm::NamesInLowerCase if side == Side::Value => {}
                TextForm::Kept => {}
                TextForm::Trimmed => *text = text.trim_ascii().to_vec(),
                TextForm::LowerCase | TextForm::NamesInLowerCase => *text = text::folded(text),
                TextForm::Nfc => *text = text::composed(text),
                TextForm::Nfd => *text = text::decomposed(text),
            }
        }
    }
}

/// QSH-Q17.
pub(super) fn drop_jwt(pairs: &mut Vec<Pair>, dialect: &Dialect) {
    let mut seen = 0;
    match dialect.jwt_parameter {
        JwtParameter::Kept => {}
        JwtParameter::Exact => pairs.retain(|pair| pair.name != b"jwt"),
        JwtParameter::IgnoringCase => pairs.retain(|pair| !pair.name.eq_ignore_ascii_case(b"jwt")),
        JwtParameter::Undecoded => pairs.retain(|pair| pair.written != b"jwt"),
        JwtParameter::UndecodedIgnoringCase => pairs.retain(|pair| !pair.written.eq_ignore_ascii_case(b"jwt")),
        JwtParameter::WithEqualsOnly => pairs.retain(|pair| pair.name != b"jwt" || !pair.has_equals),
        JwtParameter::Prefix => pairs.retain(|pair| !pair.name.starts_with(b"jwt")),
        JwtParameter::FirstOnly => pairs.retain(|pair| {
            seen += usize::from(pair.name == b"jwt");
            pair.name != b"jwt" || seen > 1
        }),
        JwtParameter::CutOff => {
            let end = pairs.iter().position(|pair| pair.written == b"jwt" && pair.has_equals);
            pairs.truncate(end.unwrap_or(pairs.len()));
        }
        JwtParameter::ValueRemoved => {
            pairs.iter_mut().filter(|pair| pair.name == b"jwt").for_each(|pair| pair.value.clear());
        }
    }
}

/// QSH-Q16.
pub(super) fn counts_by_name(pair: &Pair, dialect: &Dialect) -> bool {
    dialect.empty_name == EmptyName::Kept || !pair.name.is_empty()
}

/// QSH-Q15.
pub(super) fn valueless(pairs: &mut Vec<Pair>, dialect: &Dialect) {
    let value: Option<&[u8]> = match dialect.valueless {
        Valueless::WithEquals => Some(b""),
        Valueless::Undefined => Some(b"undefined"),
        Valueless::Null => Some(b"null"),
        Valueless::None => Some(b"None"),
        Valueless::True => Some(b"true"),
        Valueless::Bare => None,
        Valueless::Dropped => return pairs.retain(|pair| pair.has_equals),
    };
    for pair in pairs.iter_mut().filter(|pair| !pair.has_equals) {
        if let Some(value) = value {
            pair.value = value.to_vec();
            pair.has_equals = true;
        }
    }
}

/// QSH-Q14.
pub(super) fn empty_values(pairs: &mut Vec<Pair>, dialect: &Dialect) {
    let is_empty = |pair: &Pair| pair.has_equals && pair.value.is_empty();
    match dialect.empty_value {
        EmptyValue::WithEquals => {}
        EmptyValue::Bare => {
            pairs.iter_mut().filter(|pair| is_empty(pair)).for_each(|pair| pair.has_equals = false);
        }
        EmptyValue::Dropped => pairs.retain(|pair| !is_empty(pair)),
        EmptyValue::ZeroDropped => pairs.retain(|pair| !is_empty(pair) && pair.value != b"0"),
    }
}

#[cfg(test)]
mod tests {
    use qsh_hash::Request;

    use crate::{Dialect, Part, part_with};

    /// The expected texts are worked out by hand. The one of `brackets_dropped` agrees with Rack 2.2.22.
    #[test]
    fn each_choice_reads_pairs_as_it_says() {
        for (choice, query, expected) in [
            ("equals=at_encoded_length", "a+b=cdef", "a%20b=ef"),
            ("equals=at_encoded_length", "é=abcdefg", "%C3%A9=fg"),
            ("equals=at_encoded_length", "%41=b&c=d&e&f+g=h", "A=1%3Db&c=d&e=&f%20g="),
            ("empty_pairs=zero_dropped", "0&a=0&&00", "00=&a=0"),
            ("same_name=undecoded", "a%62=1&ab=2&ab=3", "ab=1&ab=2,3"),
            ("jwt_parameter=undecoded_ignoring_case", "JWT=1&Jwt&%6Awt=2&jwtx=3", "jwt=2&jwtx=3"),
            ("special_names=brackets_dropped", "]=1&[]=2&[[]]=3&a[]=4&=5", "=5&a%5B%5D=4"),
            ("name_order=decoded_pair", "a-=1&a=2&a:=3&a0=4", "a-=1&a0=4&a%3A=3&a=2"),
            ("name_order=php_8", "b=1&10=2&9=3&-1=4", "-1=4&9=3&10=2&b=1"),
            ("escape_set=plus_kept", "a%2B+b=%2B", "a+%20b=+"),
        ] {
            let dialect = Dialect::OFFICIAL.with(choice.parse().unwrap());
            let url = format!("/p?{query}");
            let found = part_with(&Request::new("GET", &url).unwrap(), Part::Query, &dialect).unwrap();
            assert_eq!(str::from_utf8(&found), Ok(expected), "{choice} {query}");
        }
    }

    #[test]
    fn a_bare_semicolon_is_refused_in_query_and_form() {
        let dialect = Dialect::OFFICIAL.with("separator=semicolon_refused".parse().unwrap());
        let part = |url: &str, form: &str| {
            part_with(&Request::new("POST", url).unwrap().with_form(form), Part::Query, &dialect)
        };
        assert_eq!(part("/p?a=1%3Bb", "c=%3B"), Ok(b"a=1%3Bb&c=%3B".to_vec()));
        assert_eq!(part("/p?a=1;b", "").unwrap_err().clause, "QSH-Q1");
        assert_eq!(part("/p?a=1", "c=;").unwrap_err().clause, "QSH-Q1");
    }
}
