//! Encodes names and values (QSH-Q10 to QSH-Q12), under any dialect.

use percent_encoding::{AsciiSet, percent_encode};

use super::pairs::Side;
use super::text::{self, replaced};
use crate::dialect::{Dialect, EscapeCharset, EscapeSet, HexCase, Space};
use crate::percent::{self, RFC3986};

/// As [`RFC3986`], but `~` is escaped.
const TILDE_ESCAPED: &AsciiSet = &RFC3986.add(b'~');
/// As [`RFC3986`], but `*` is not escaped.
const STAR_KEPT: &AsciiSet = &RFC3986.remove(b'*');
/// As [`RFC3986`], but `:` is not escaped.
const COLON_KEPT: &AsciiSet = &RFC3986.remove(b':');
/// As [`RFC3986`], but `@` is not escaped.
const AT_KEPT: &AsciiSet = &RFC3986.remove(b'@');
/// As [`RFC3986`], but `+` is not escaped.
const PLUS_KEPT: &AsciiSet = &RFC3986.remove(b'+');
/// As [`RFC3986`], but `,` is not escaped.
const COMMA_KEPT: &AsciiSet = &RFC3986.remove(b',');
/// As [`RFC3986`], but `=` is not escaped.
const EQUALS_KEPT: &AsciiSet = &RFC3986.remove(b'=');
/// As [`RFC3986`], but `%` is not escaped.
const PERCENT_KEPT: &AsciiSet = &RFC3986.remove(b'%');
/// The characters that Go's `url.PathEscape` escapes.
const GO_PATH_ESCAPE: &AsciiSet =
    &RFC3986.remove(b'$').remove(b'&').remove(b'+').remove(b'=').remove(b':').remove(b'@');

/// All characters except those that RFC 3986, section 3.4, allows in a query. `&` and `=` are escaped, too.
const QUERY_PARAM: &AsciiSet = &percent::RFC3986_QUERY.add(b'=').remove(b'+');
/// All characters except those that RFC 3986, section 3.4, allows in a query.
const URL_QUERY_ALLOWED: &AsciiSet = &percent::ENCODE_URI.add(b'#');
/// The characters that .NET's `UrlEncode` escapes, except the space.
const DOT_NET: &AsciiSet = &TILDE_ESCAPED.remove(b'!').remove(b'(').remove(b')').remove(b'*');
/// The characters that axios escapes, except the space. It uses `encodeURIComponent` and reverts some of its escapes.
const AXIOS: &AsciiSet = &AXIOS_BRACKETS_ESCAPED.remove(b'[').remove(b']');
/// As [`AXIOS`], since axios 1.12.
const AXIOS_BRACKETS_ESCAPED: &AsciiSet = &percent::ENCODE_URI_COMPONENT.remove(b':').remove(b'$').remove(b',');
/// The characters that JavaScript's `escape` escapes (ECMA-262, section B.2.1.1).
const JAVASCRIPT_ESCAPE: &AsciiSet = &TILDE_ESCAPED.remove(b'*').remove(b'+').remove(b'/').remove(b'@');

/// Applies QSH-Q10 to QSH-Q12 at once.
pub(super) fn escaped(text: &[u8], dialect: &Dialect, side: Side) -> Vec<u8> {
    in_hex_case(with_spaces(with_escapes(text, dialect), dialect, side), dialect)
}

/// QSH-Q10. [`with_spaces`] handles the space.
pub(super) fn with_escapes(text: &[u8], dialect: &Dialect) -> Vec<u8> {
    let set = match dialect.escape_set {
        EscapeSet::Rfc3986 | EscapeSet::UnderscoreAsSpace | EscapeSet::NonAsciiKept => RFC3986,
        EscapeSet::EncodeUriComponent => percent::ENCODE_URI_COMPONENT,
        EscapeSet::Form => percent::FORM,
        EscapeSet::TildeEscaped => TILDE_ESCAPED,
        EscapeSet::StarKept => STAR_KEPT,
        EscapeSet::SlashKept => percent::SLASH_KEPT,
        EscapeSet::ColonKept => COLON_KEPT,
        EscapeSet::AtKept => AT_KEPT,
        EscapeSet::PlusKept => PLUS_KEPT,
        EscapeSet::CommaKept => COMMA_KEPT,
        EscapeSet::EqualsKept => EQUALS_KEPT,
        EscapeSet::PercentKept => PERCENT_KEPT,
        EscapeSet::Alphanumeric => percent_encoding::NON_ALPHANUMERIC,
        EscapeSet::Rfc3986Query => percent::RFC3986_QUERY,
        EscapeSet::QueryParam => QUERY_PARAM,
        EscapeSet::UrlQueryAllowed => URL_QUERY_ALLOWED,
        EscapeSet::DotNet => DOT_NET,
        EscapeSet::Axios => AXIOS,
        EscapeSet::AxiosBracketsEscaped => AXIOS_BRACKETS_ESCAPED,
        EscapeSet::JavaScriptEscape => JAVASCRIPT_ESCAPE,
        EscapeSet::GoPathEscape => GO_PATH_ESCAPE,
        EscapeSet::EncodeUri => percent::ENCODE_URI,
        EscapeSet::WhatwgQuery => percent::WHATWG_QUERY,
        EscapeSet::None => return text.to_vec(),
        EscapeSet::Twice => {
            let once = percent_encode(text, RFC3986).to_string();
            return percent_encode(once.as_bytes(), RFC3986).to_string().into_bytes();
        }
    };
    let encoded = match dialect.escape_charset {
        EscapeCharset::Utf8 => bytes_escaped(text, set),
        EscapeCharset::Latin1 => bytes_escaped(&text::latin1(text), set),
        EscapeCharset::Utf16 => units_escaped(text, set),
    };
    match dialect.escape_set {
        EscapeSet::UnderscoreAsSpace => replaced(&encoded, b'_', b"%20"),
        EscapeSet::NonAsciiKept => {
            percent::rewrite_escapes(
                &encoded,
                |byte, escape| if byte.is_ascii() { escape.to_vec() } else { vec![byte] },
            )
        }
        _ => encoded,
    }
}

fn bytes_escaped(text: &[u8], set: &'static AsciiSet) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len());
    for piece in percent_encode(text, set) {
        encoded.extend_from_slice(if piece == "%20" { b" " } else { piece.as_bytes() });
    }
    encoded
}

/// Writes UTF-16 units as JavaScript's `escape` does (ECMA-262, section B.2.1.1).
fn units_escaped(text: &[u8], set: &'static AsciiSet) -> Vec<u8> {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(byte) => bytes_escaped(&[byte], set),
        Err(_) => format!("%u{unit:04X}").into_bytes(),
    };
    text::utf16(text).into_iter().flat_map(escaped).collect()
}

/// QSH-Q12.
pub(super) fn with_spaces(text: Vec<u8>, dialect: &Dialect, side: Side) -> Vec<u8> {
    if dialect.escape_set == EscapeSet::None || !text.contains(&b' ') {
        return text;
    }
    let space: &[u8] = match (dialect.space, side) {
        (Space::Percent20, _) | (Space::PlusInNames, Side::Value) | (Space::PlusInValues, Side::Name) => b"%20",
        (Space::Plus, _) | (Space::PlusInNames, Side::Name) | (Space::PlusInValues, Side::Value) => b"+",
        (Space::EscapedPlus, _) => b"%2B",
        (Space::Bare, _) => b" ",
    };
    replaced(&text, b' ', space)
}

/// QSH-Q11.
pub(super) fn in_hex_case(text: Vec<u8>, dialect: &Dialect) -> Vec<u8> {
    match dialect.hex_case {
        HexCase::Upper => text,
        HexCase::Lower => percent::rewrite_escapes(&text, |_, escape| escape.to_ascii_lowercase()),
    }
}
