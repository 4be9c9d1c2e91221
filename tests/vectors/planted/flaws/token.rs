//! Flaws in reading a token (JWT-1 to JWT-6, JWT-10, JWT-13 to JWT-15).

use data_encoding::{BASE64URL_NOPAD, Encoding, Specification};
use serde_json::{Deserializer, Value, json};

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::decoding::{Members, base64url, members, object, split, unique};

const SEGMENTS: Group = Group {
    against: &[(CONNECT, "JWT-1"), (INSTALL, "JWT-1"), (ASAP, "JWT-1")],
    flaws: &[
        ("segments after the third do not count", |v| {
            v.decoding.segments = |text| split(text).get(..3)?.to_vec().try_into().ok();
        }),
        // Like Java's String.split.
        ("empty segments at the end are dropped", |v| {
            v.decoding.segments = |text| {
                let mut segments = split(text);
                segments.truncate(segments.iter().rposition(|segment| !segment.is_empty()).map_or(0, |at| at + 1));
                segments.try_into().ok()
            };
        }),
        // Like Java's StringTokenizer.
        ("empty segments are dropped", |v| {
            v.decoding.segments = |text| {
                let segments = split(text).into_iter().filter(|segment| !segment.is_empty());
                segments.collect::<Vec<_>>().try_into().ok()
            };
        }),
        ("a missing signature is an empty one", |v| {
            v.decoding.segments = |text| {
                let mut segments = split(text);
                segments.resize(segments.len().max(3), Vec::new());
                segments.try_into().ok()
            };
        }),
    ],
};

const TEXT: Group = Group {
    against: &[(CONNECT, "JWT-2"), (INSTALL, "JWT-2"), (ASAP, "JWT-2")],
    flaws: &[
        ("header and claims may be padded", |v| v.decoding.bytes = unpadded),
        ("header and claims may be in standard base64", |v| v.decoding.bytes = standard),
        ("white space in header and claims is skipped", |v| v.decoding.bytes = without_white_space),
        ("white space around header and claims is skipped", |v| v.decoding.bytes = trimmed),
        ("foreign characters in header and claims are skipped", |v| v.decoding.bytes = without_foreign_characters),
        ("header and claims end at the first foreign character", |v| v.decoding.bytes = up_to_foreign_character),
        ("a character too many in header and claims is dropped", |v| v.decoding.bytes = without_last_of_five),
    ],
};

const SIGNATURE: Group = Group {
    against: TEXT.against,
    flaws: &[
        ("the signature may be padded", |v| v.decoding.signature = unpadded),
        ("the signature may be in standard base64", |v| v.decoding.signature = standard),
        ("white space in the signature is skipped", |v| v.decoding.signature = without_white_space),
        ("white space around the signature is skipped", |v| v.decoding.signature = trimmed),
        ("foreign characters in the signature are skipped", |v| v.decoding.signature = without_foreign_characters),
        ("the signature ends at the first foreign character", |v| v.decoding.signature = up_to_foreign_character),
        ("a character too many in the signature is dropped", |v| v.decoding.signature = without_last_of_five),
    ],
};

const TRAILING_BITS: Group = Group {
    against: &[(CONNECT, "JWT-3"), (INSTALL, "JWT-3"), (ASAP, "JWT-3")],
    flaws: &[
        ("trailing bits in header and claims are ignored", |v| v.decoding.bytes = with_trailing_bits),
        ("trailing bits in the signature are ignored", |v| v.decoding.signature = with_trailing_bits),
    ],
};

fn unpadded(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|&byte| byte != b'=').map_or(0, |at| at + 1);
    base64url(&text[..end])
}

fn standard(text: &[u8]) -> Option<Vec<u8>> {
    let url = |byte: &u8| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => *other,
    };
    base64url(&text.iter().map(url).collect::<Vec<_>>())
}

fn without_white_space(text: &[u8]) -> Option<Vec<u8>> {
    base64url(&text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>())
}

fn trimmed(text: &[u8]) -> Option<Vec<u8>> {
    base64url(text.trim_ascii())
}

fn is_foreign(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn without_foreign_characters(text: &[u8]) -> Option<Vec<u8>> {
    base64url(&text.iter().copied().filter(|&byte| !is_foreign(byte)).collect::<Vec<_>>())
}

fn up_to_foreign_character(text: &[u8]) -> Option<Vec<u8>> {
    base64url(text.split(|&byte| is_foreign(byte)).next()?)
}

fn without_last_of_five(text: &[u8]) -> Option<Vec<u8>> {
    let end = if text.len() % 4 == 1 { text.len() - 1 } else { text.len() };
    base64url(&text[..end])
}

fn with_trailing_bits(text: &[u8]) -> Option<Vec<u8>> {
    let mut lenient: Specification = BASE64URL_NOPAD.specification();
    lenient.check_trailing_bits = false;
    let lenient: Encoding = lenient.encoding().unwrap();
    lenient.decode(text).ok()
}

const JSON: Group = Group {
    against: &[(CONNECT, "JWT-4"), (INSTALL, "JWT-4"), (ASAP, "JWT-4")],
    flaws: &[
        ("what stands after the object does not count", |v| {
            v.decoding.object = |bytes| {
                let first = Deserializer::from_slice(bytes).into_iter::<Members>().next();
                first?.ok()
            };
        }),
        ("an object in an array counts", |v| v.decoding.object = |bytes| first_of(&value(bytes)?)),
        ("an object in a string counts", |v| {
            v.decoding.object = |bytes| match value(bytes)? {
                Value::String(text) => object(&text),
                other => other.as_object().cloned(),
            };
        }),
        ("null is an empty object", |v| {
            v.decoding.object = |bytes| if bytes == b"null" { Some(unnamed()) } else { strict(bytes) };
        }),
        ("no bytes are an empty object", |v| {
            v.decoding.object = |bytes| if bytes.is_empty() { Some(unnamed()) } else { strict(bytes) };
        }),
        ("bytes that are not UTF-8 are replaced", |v| {
            v.decoding.object = |bytes| object(&String::from_utf8_lossy(bytes));
        }),
        ("every byte is a character of Latin-1", |v| {
            v.decoding.object = |bytes| object(&bytes.iter().copied().map(char::from).collect::<String>());
        }),
        ("UTF-16 is recognized", |v| v.decoding.object = |bytes| strict(bytes).or_else(|| object(&utf_16(bytes)?))),
        ("a comma may stand after the last member", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| text.replace(",}", "}"));
        }),
        ("single quotes will do", |v| v.decoding.object = |bytes| repaired(bytes, |text| text.replace('\'', "\""))),
        ("comments are skipped", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| without(text, "/*", "*/"));
        }),
        ("NaN is a number", |v| v.decoding.object = |bytes| repaired(bytes, |text| text.replace("NaN", "0"))),
        ("Infinity is a number", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| text.replace("Infinity", "9e99"));
        }),
        ("numbers may begin with a zero", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| text.replace(":0", ":"));
        }),
        ("control characters may stand in strings", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| text.replace('\n', " "));
        }),
        ("a byte order mark is skipped", |v| {
            v.decoding.object = |bytes| repaired(bytes, |text| text.trim_start_matches('\u{feff}').to_owned());
        }),
        ("white space around an object is refused", |v| {
            v.decoding.object = |bytes| if bytes.trim_ascii() == bytes { strict(bytes) } else { None };
        }),
        ("characters beyond ASCII are refused", |v| {
            v.decoding.object = |bytes| if bytes.is_ascii() { strict(bytes) } else { None };
        }),
        ("escapes stay as they are", |v| {
            v.decoding.object = |bytes| object(&std::str::from_utf8(bytes).ok()?.replace("\\u", "\\\\u"));
        }),
    ],
};

fn strict(bytes: &[u8]) -> Option<Members> {
    object(std::str::from_utf8(bytes).ok()?)
}

fn value(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

fn first_of(value: &Value) -> Option<Members> {
    value.get(0).unwrap_or(value).as_object().cloned()
}

/// The default header if nothing is given: the usual algorithm.
fn unnamed() -> Members {
    Members::from_iter([("alg".to_owned(), json!("HS256"))])
}

/// Repairs a text that is not a JSON object.
fn repaired(bytes: &[u8], repair: impl Fn(&str) -> String) -> Option<Members> {
    strict(bytes).or_else(|| object(&repair(std::str::from_utf8(bytes).ok()?)))
}

fn without(text: &str, open: &str, close: &str) -> String {
    let inside = |text: &str| text.split_once(close).map_or_else(String::new, |(_, rest)| rest.to_owned());
    text.split_once(open).map_or_else(|| text.to_owned(), |(front, rest)| format!("{front}{}", inside(rest)))
}

fn utf_16(bytes: &[u8]) -> Option<String> {
    let little: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let big: Vec<u16> = little.iter().map(|unit| unit.swap_bytes()).collect();
    let texts = [little, big].into_iter().filter_map(|units| String::from_utf16(&units).ok());
    texts.map(|text| text.trim_start_matches('\u{feff}').to_owned()).find(|text| text.starts_with('{'))
}

const REPEATED: Group = Group {
    against: &[(CONNECT, "JWT-5"), (INSTALL, "JWT-5"), (ASAP, "JWT-5")],
    flaws: &[
        ("the first of two members of one name counts", |v| {
            v.decoding.object = |bytes| {
                let members = members(std::str::from_utf8(bytes).ok()?)?;
                Some(members.into_iter().rev().collect())
            };
        }),
        ("the last of two members of one name counts", |v| {
            v.decoding.object = |bytes| serde_json::from_slice(bytes).ok();
        }),
    ],
};

const LIMITS: Group = Group {
    against: &[(CONNECT, "JWT-6")],
    flaws: &[
        ("a token may have any size", |v| v.decoding.is_too_long = |_| false),
        ("a token may have any depth", |v| {
            v.decoding.object = |bytes| unique(members(std::str::from_utf8(bytes).ok()?)?);
        }),
    ],
};

const NAMED: Group = Group {
    against: &[(CONNECT, "JWT-10"), (INSTALL, "JWT-10"), (ASAP, "JWT-10")],
    flaws: &[
        ("without an algorithm there is a default", |v| {
            v.decoding.algorithm = |header| match header.get("alg") {
                None => Some(expected(header)),
                Some(value) => Some(value.as_str()?.to_owned()),
            };
        }),
        ("null for an algorithm is the default", |v| {
            v.decoding.algorithm = |header| match header.get("alg")? {
                Value::Null => Some(expected(header)),
                value => Some(value.as_str()?.to_owned()),
            };
        }),
        ("a number for an algorithm is the default", |v| {
            v.decoding.algorithm = |header| match header.get("alg")? {
                Value::Number(_) => Some(expected(header)),
                value => Some(value.as_str()?.to_owned()),
            };
        }),
        ("the first of a list of algorithms counts", |v| {
            v.decoding.algorithm = |header| {
                let value = header.get("alg")?;
                Some(value.get(0).unwrap_or(value).as_str()?.to_owned())
            };
        }),
        ("the empty text for an algorithm is the default", |v| {
            v.decoding.algorithm = |header| match header.get("alg")?.as_str()? {
                "" => Some(expected(header)),
                named => Some(named.to_owned()),
            };
        }),
        ("the algorithm may be named by a member in upper case", |v| {
            v.decoding.algorithm = |header| Some(header.get("alg").or_else(|| header.get("ALG"))?.as_str()?.to_owned());
        }),
    ],
};

/// The usual algorithm. For a token with a key id it is RS256.
fn expected(header: &Members) -> String {
    if header.contains_key("kid") { "RS256" } else { "HS256" }.to_owned()
}

const TYPE: Group = Group {
    against: &[(CONNECT, "JWT-13"), (INSTALL, "JWT-13"), (ASAP, "JWT-13")],
    flaws: &[
        ("typ has to be there", |v| v.decoding.is_fine = |header| header.contains_key("typ")),
        ("typ has to be JWT", |v| v.decoding.is_fine = |header| header.get("typ") == Some(&json!("JWT"))),
        ("typ has to be JWT where it is there", |v| {
            v.decoding.is_fine = |header| header.get("typ").is_none_or(|typ| typ == "JWT");
        }),
        ("typ has to be JWT in any case where it is there", |v| {
            v.decoding.is_fine = |header| {
                header.get("typ").is_none_or(|typ| typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")))
            };
        }),
    ],
};

const CRITICAL: Group = Group {
    against: &[(CONNECT, "JWT-14"), (INSTALL, "JWT-14"), (ASAP, "JWT-14")],
    flaws: &[
        ("crit does not count", |v| v.decoding.is_critical = |_| false),
        ("crit counts only for members that are absent", |v| {
            v.decoding.is_critical = |header| critical(header, |name| !header.contains_key(name));
        }),
        ("an empty crit does not count", |v| v.decoding.is_critical = |header| critical(header, |_| true)),
        ("a crit that is no list does not count", |v| {
            v.decoding.is_critical = |header| header.get("crit").is_some_and(Value::is_array);
        }),
        ("a crit that is null does not count", |v| {
            v.decoding.is_critical = |header| header.get("crit").is_some_and(|crit| !crit.is_null());
        }),
        ("crit with claims' names does not count", |v| {
            v.decoding.is_critical = |header| critical(header, |name| !["exp", "nbf", "iat"].contains(&name));
        }),
    ],
};

/// Whether `crit` is not a list, or contains a bad name.
fn critical(header: &Members, is_bad: impl Fn(&str) -> bool) -> bool {
    let Some(crit) = header.get("crit") else { return false };
    crit.as_array().is_none_or(|names| names.iter().any(|name| name.as_str().is_none_or(&is_bad)))
}

const OTHER_MEMBERS: Group = Group {
    against: &[(CONNECT, "JWT-15"), (INSTALL, "JWT-15"), (ASAP, "JWT-15")],
    flaws: &[
        ("header members that no rule names are refused", |v| {
            v.decoding.is_fine = |header| header.keys().all(|name| ["alg", "kid", "typ"].contains(&name.as_str()));
        }),
        ("crit counts in any case", |v| {
            v.decoding.is_critical = |header| header.keys().any(|name| name.eq_ignore_ascii_case("crit"));
        }),
    ],
};

const KEY_ID: Group = Group {
    against: &[(CONNECT, "JWT-15")],
    flaws: &[("kid is refused where there is a shared secret", |v| {
        v.decoding.is_fine = |header| !header.contains_key("kid");
    })],
};

pub(crate) const GROUPS: &[Group] =
    &[SEGMENTS, TEXT, SIGNATURE, TRAILING_BITS, JSON, REPEATED, LIMITS, NAMED, TYPE, CRITICAL, OTHER_MEMBERS, KEY_ID];
