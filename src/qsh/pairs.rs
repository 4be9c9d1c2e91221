//! The pairs of a query: split, decoded and sifted (QSH-Q1 to QSH-Q6, QSH-Q14 to QSH-Q20), under any dialect.

use std::collections::{HashMap, HashSet};

use super::Refusal;
use super::dialect::{
    Decoding, Dialect, EmptyName, EmptyValue, Equals, InvalidEscape, InvalidUtf8, JwtParameter, Plus, Separator,
    SpecialNames, Valueless,
};
use crate::percent;

/// One name with one value.
pub(super) struct Pair<'a> {
    /// The name as it stands in the query.
    pub(super) written: &'a [u8],
    written_value: &'a [u8],
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) has_equals: bool,
}

/// QSH-Q1.
pub(super) fn split<'a>(text: &'a [u8], dialect: &Dialect) -> Vec<&'a [u8]> {
    if text.is_empty() {
        return Vec::new();
    }
    match dialect.separator {
        Separator::Ampersand => text.split(|&byte| byte == b'&').collect(),
        Separator::AmpersandOrSemicolon => text.split(|&byte| byte == b'&' || byte == b';').collect(),
        Separator::SemicolonDropsPair => {
            text.split(|&byte| byte == b'&').filter(|pair| !pair.contains(&b';')).collect()
        }
    }
}

/// QSH-Q3.
pub(super) fn name_and_value<'a>(text: &'a [u8], dialect: &Dialect) -> Pair<'a> {
    let parts = match dialect.equals {
        Equals::First => 2,
        Equals::CutAtSecond => 3,
    };
    let mut parts = text.splitn(parts, |&byte| byte == b'=');
    let written = parts.next().unwrap_or_default();
    let value = parts.next();
    let written_value = value.unwrap_or_default();
    let (name, decoded) = (written.to_vec(), written_value.to_vec());
    Pair { written, written_value, name, value: decoded, has_equals: value.is_some() }
}

/// QSH-Q5.
pub(super) fn read_pluses(pairs: &mut [Pair<'_>], dialect: &Dialect) {
    for pair in pairs {
        pair.name = with_spaces(pair.written, dialect);
        pair.value = with_spaces(pair.written_value, dialect);
    }
}

fn with_spaces(written: &[u8], dialect: &Dialect) -> Vec<u8> {
    match (dialect.plus, dialect.decoding) {
        (Plus::Space, Decoding::Once) => written.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect(),
        (Plus::Literal, _) | (_, Decoding::Never) => written.to_vec(),
    }
}

/// QSH-Q4 and QSH-Q6.
pub(super) fn read_escapes(pairs: &mut Vec<Pair<'_>>, dialect: &Dialect) -> Result<(), Refusal> {
    if dialect.decoding == Decoding::Never {
        return Ok(());
    }
    let mut refused = false;
    pairs.retain_mut(|pair| {
        for text in [&mut pair.name, &mut pair.value] {
            let decoded = percent::decode(text);
            match dialect.invalid_escape {
                InvalidEscape::PairDropped if decoded.invalid_escape => return false,
                InvalidEscape::Refused if decoded.invalid_escape => refused = true,
                InvalidEscape::LeftUndecoded if decoded.invalid_escape => {}
                _ => *text = decoded.bytes,
            }
        }
        true
    });
    if refused {
        return Err(Refusal { clause: "QSH-Q6", what: "a % without two hexadecimal digits behind it" });
    }
    Ok(())
}

/// QSH-Q20.
pub(super) fn repair(pairs: &mut [Pair<'_>], dialect: &Dialect) -> Result<(), Refusal> {
    if dialect.decoding == Decoding::Never {
        return Ok(());
    }
    for pair in pairs {
        for (text, written) in [(&mut pair.name, pair.written), (&mut pair.value, pair.written_value)] {
            if str::from_utf8(text).is_ok() {
                continue;
            }
            match dialect.invalid_utf8 {
                InvalidUtf8::Replaced => *text = percent::replace_invalid_utf8(text),
                InvalidUtf8::BytesKept => {}
                InvalidUtf8::LeftUndecoded => *text = percent::replace_invalid_utf8(&with_spaces(written, dialect)),
                InvalidUtf8::Refused => {
                    return Err(Refusal { clause: "QSH-Q20", what: "escapes that are not UTF-8" });
                }
            }
        }
    }
    Ok(())
}

/// QSH-Q17.
pub(super) fn is_jwt(pair: &Pair<'_>, dialect: &Dialect) -> bool {
    match dialect.jwt_parameter {
        JwtParameter::Exact => pair.name == b"jwt",
        JwtParameter::Kept => false,
        JwtParameter::IgnoringCase => pair.name.eq_ignore_ascii_case(b"jwt"),
        JwtParameter::Undecoded => pair.written == b"jwt",
    }
}

/// QSH-Q16.
pub(super) fn counts_by_name(pair: &Pair<'_>, dialect: &Dialect) -> bool {
    dialect.empty_name == EmptyName::Kept || !pair.name.is_empty()
}

/// QSH-Q19.
pub(super) fn special_names(pairs: &mut Vec<Pair<'_>>, dialect: &Dialect) {
    match dialect.special_names {
        SpecialNames::Plain => {}
        SpecialNames::PrototypeDropped => pairs.retain(|pair| pair.name != b"__proto__"),
        SpecialNames::Nested => nest(pairs),
        SpecialNames::Renumbered => renumber(pairs),
    }
}

/// What JavaScript makes of the values that `qs` nests: a name with an object in it has the text of an object and nothing
/// else, and one with a list has the values of the list.
fn nest(pairs: &mut Vec<Pair<'_>>) {
    pairs.retain(|pair| pair.name != b"__proto__");
    let mut objects: HashSet<Vec<u8>> = HashSet::new();
    for pair in pairs.iter_mut() {
        let Some(open) = pair.name.iter().position(|&byte| byte == b'[') else { continue };
        if open == 0 || !pair.name.ends_with(b"]") {
            continue;
        }
        let is_list = pair.name[open..] == *b"[]";
        pair.name.truncate(open);
        if !is_list {
            objects.insert(pair.name.clone());
        }
    }
    let mut written: HashSet<Vec<u8>> = HashSet::new();
    pairs.retain_mut(|pair| {
        if !objects.contains(&pair.name) {
            return true;
        }
        pair.value = b"[object Object]".to_vec();
        pair.has_equals = true;
        written.insert(pair.name.clone())
    });
}

fn renumber(pairs: &mut [Pair<'_>]) {
    let mut numbers: HashMap<Vec<u8>, String> = HashMap::new();
    for pair in pairs {
        let canonical_integer = pair.name == b"0" || !pair.name.starts_with(b"0");
        if !pair.name.is_empty() && canonical_integer && pair.name.iter().all(u8::is_ascii_digit) {
            let next = numbers.len().to_string();
            pair.name = numbers.entry(pair.name.clone()).or_insert(next).clone().into_bytes();
        }
    }
}

/// QSH-Q14 and QSH-Q15.
pub(super) fn equals_signs(pairs: &mut Vec<Pair<'_>>, dialect: &Dialect) {
    pairs.retain_mut(|pair| {
        if !pair.has_equals {
            match dialect.valueless {
                Valueless::WithEquals => pair.has_equals = true,
                Valueless::Bare => return true,
                Valueless::Dropped => return false,
            }
        }
        if pair.value.is_empty() {
            match dialect.empty_value {
                EmptyValue::WithEquals => {}
                EmptyValue::Bare => pair.has_equals = false,
                EmptyValue::Dropped => return false,
            }
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, Part, Request, canonicalize_with};

    #[test]
    fn nested_names_are_what_express_makes_of_them() {
        let nested = Dialect::OFFICIAL.with("special_names=nested".parse().unwrap());
        for (query, expected) in [
            ("a[b]=1&a[]=2&a[]=3", "a=%5Bobject%20Object%5D"),
            ("a[]=2&a[]=3", "a=2,3"),
            ("__proto__=1&a=2", "a=2"),
            ("[a]=1&a]=2", "%5Ba%5D=1&a%5D=2"),
        ] {
            let url = format!("/p?{query}");
            let canonical = canonicalize_with(&Request::new("GET", &url).unwrap(), &nested).unwrap();
            assert_eq!(canonical.part(Part::Query), expected.as_bytes(), "{query}");
        }
    }
}
