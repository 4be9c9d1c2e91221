//! Flaws in the checks of the audience (INS-5 to INS-8, ASAP-20, ASAP-21).

use std::iter;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{ASAP, Group, INSTALL};
use crate::planted::identity::{IdentityChecks, slashless};
use crate::planted::verifier::Verifier;

const AUDIENCES: Group = Group {
    against: &[(INSTALL, "INS-5"), (ASAP, "ASAP-21")],
    flaws: &[
        ("an aud of null counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && value.is_null();
        }),
        ("an empty list of audiences counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && value.as_array().is_some_and(Vec::is_empty);
        }),
        ("an empty aud counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && value == "";
        }),
        ("an aud of zero or false counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && (value == false || value.as_f64() == Some(0.0));
        }),
        ("an aud of another type counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && !value.is_string() && !value.is_array();
        }),
        ("an aud of true counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && value == true;
        }),
        ("a number for aud counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "aud" && value.is_number();
        }),
        ("the names of an object are audiences", |v| {
            v.identity.audiences = |value| match value {
                Value::Object(members) => Some(members.keys().cloned().collect()),
                other => audiences(other),
            };
        }),
        ("a list in a list of audiences counts", |v| {
            v.identity.audiences = |value| audiences(value.get(0).filter(|first| first.is_array()).unwrap_or(value));
        }),
        ("a list of audiences that are no texts counts as missing, and is optional", |v| {
            v.claims.is_void =
                |name, value| name == "aud" && value.as_array().is_some_and(|values| values.iter().all(Value::is_null));
        }),
    ],
};

const TEXT_OF_AUDIENCES: Group = Group {
    against: &[(ASAP, "ASAP-21")],
    flaws: &[
        ("the JSON of an audience is its text", |v| {
            v.identity.audiences = |value| match value {
                Value::Array(_) | Value::String(_) => audiences(value),
                other => Some(vec![other.to_string()]),
            };
        }),
        ("the JSON of each audience is its text", |v| {
            v.identity.audiences = |value| match value {
                Value::Array(values) => Some(values.iter().map(Value::to_string).collect()),
                other => audiences(other),
            };
        }),
        ("null for an audience is its text", |v| {
            v.identity.audiences =
                |value| if value.is_null() { Some(vec!["null".to_owned()]) } else { audiences(value) };
        }),
    ],
};

const MANDATORY_AUDIENCE: Group = Group {
    against: &[(INSTALL, "INS-5")],
    flaws: &[
        ("the audience of a callback is optional", |v| {
            v.claims.is_mandatory = |name| !["nbf", "sub", "aud"].contains(&name);
        }),
        ("the audience of a callback may stand in the header", |v| {
            v.claims.get = |token, name| {
                let header = if name == "aud" { token.header.get(name) } else { None };
                token.claims.get(name).or(header).cloned()
            };
        }),
        ("the audience of a callback may be named in upper case", |v| {
            v.claims.get = |token, name| {
                let other = if name == "aud" { token.claims.get("AUD") } else { None };
                token.claims.get(name).or(other).cloned()
            };
        }),
    ],
};

fn audiences(value: &Value) -> Option<Vec<String>> {
    (IdentityChecks::RIGHT.audiences)(value)
}

const SEVERAL: Group = Group {
    against: &[(INSTALL, "INS-8"), (ASAP, "ASAP-20")],
    flaws: &[
        ("a list of audiences is refused", |v| v.identity.audiences = |value| Some(vec![value.as_str()?.to_owned()])),
        ("only the first audience counts", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| values.into_iter().take(1).collect());
        }),
        ("only the last audience counts", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| values.into_iter().rev().take(1).collect());
        }),
        ("only the first two audiences count", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| values.into_iter().take(2).collect());
        }),
        ("a list has one audience", |v| {
            v.identity.audiences = |value| audiences(value).filter(|values| values.len() == 1);
        }),
        ("audiences are joined", |v| v.identity.audiences = |value| Some(vec![audiences(value)?.concat()])),
        ("audiences are joined, and a part will do", |v| {
            v.identity.audiences = |value| Some(vec![audiences(value)?.join(",")]);
            fits(v, |audience, name| audience.contains(name));
        }),
        ("every audience has to fit", |v| v.identity.are_enough = |fit| !fit.contains(&false)),
        ("the audiences that fit are more than those that do not", |v| {
            v.identity.are_enough = |fit| fit.iter().filter(|fits| **fits).count() * 2 >= fit.len();
        }),
        ("a list of audiences is not compared", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| marked(values, value));
            fits(v, |audience, name| audience.starts_with(MARK) || audience == name);
        }),
        ("an audience in a list may go on", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| marked(values, value));
            fits(v, |audience, name| match audience.strip_prefix(MARK) {
                Some(audience) => audience.starts_with(name),
                None => audience == name,
            });
        }),
        ("an empty audience in a list is everybody", |v| {
            v.identity.audiences = |value| audiences(value).map(|values| marked(values, value));
            fits(v, |audience, name| audience == MARK || audience.trim_start_matches(MARK) == name);
        }),
    ],
};

/// The prefix of an audience that came from a list.
const MARK: &str = "in a list: ";

fn marked(audiences: Vec<String>, value: &Value) -> Vec<String> {
    let mark = if value.is_array() { MARK } else { "" };
    audiences.into_iter().map(|audience| format!("{mark}{audience}")).collect()
}

const AUDIENCE: Group = Group {
    against: &[(INSTALL, "INS-6"), (ASAP, "ASAP-20")],
    flaws: &[
        ("the audience is not compared", |v| fits(v, |_, _| true)),
        ("the audience may go on", |v| fits(v, |audience, name| audience.starts_with(name))),
        ("the name of the audience may go on", |v| {
            fits(v, |audience, name| !audience.is_empty() && name.starts_with(audience));
        }),
        ("an empty audience is everybody", |v| fits(v, |audience, name| audience.is_empty() || audience == name)),
        ("the audience ends with the name", |v| fits(v, |audience, name| audience.ends_with(name))),
        ("the audience has the name in it", |v| fits(v, |audience, name| audience.contains(name))),
        ("the name has the audience in it", |v| {
            fits(v, |audience, name| !audience.is_empty() && name.contains(audience));
        }),
        ("the audience is compared in any case", |v| fits(v, |audience, name| audience.eq_ignore_ascii_case(name))),
        ("the audience is trimmed", |v| fits(v, |audience, name| audience.trim() == name)),
        ("the audience is trimmed at its end", |v| fits(v, |audience, name| audience.trim_end() == name)),
        ("the audience is trimmed at its beginning", |v| fits(v, |audience, name| audience.trim_start() == name)),
        ("the audience ends before its first NUL", |v| {
            fits(v, |audience, name| audience.split('\0').next() == Some(name));
        }),
        ("a line feed after the audience does not count", |v| {
            fits(v, |audience, name| audience.strip_suffix('\n').unwrap_or(audience) == name);
        }),
        ("a star is every audience", |v| fits(v, |audience, name| audience == "*" || audience == name)),
        ("the audience is a pattern", |v| fits(v, is_like)),
        ("the name of the audience is a pattern", |v| fits(v, |audience, name| is_like(name, audience))),
        ("the audience is several with commas between", |v| {
            fits(v, |audience, name| audience.split(',').any(|one| one.trim() == name));
        }),
        ("the audience is several with blanks between", |v| {
            fits(v, |audience, name| audience.split(' ').any(|one| one == name));
        }),
        ("the audience is the JSON of several", |v| {
            fits(v, |audience, name| {
                let listed: Vec<String> = serde_json::from_str(audience).unwrap_or_else(|_| vec![audience.to_owned()]);
                listed.iter().any(|one| one == name)
            });
        }),
        ("the port of the audience does not count", |v| fits(v, |audience, name| audience.replace(":443", "") == name)),
        ("only the host of the audience is compared", |v| fits(v, |audience, name| host(audience) == host(name))),
    ],
};

const URL: Group = Group {
    against: &[(INSTALL, "INS-6")],
    flaws: &[
        ("further base URLs do not count", |v| v.identity.base_urls = |main, _| vec![main]),
        ("the main base URL does not count beside others", |v| {
            v.identity.base_urls = |main, further| match further {
                [] => vec![main],
                further => further.iter().map(String::as_str).collect(),
            };
        }),
        ("one further base URL counts", |v| {
            v.identity.base_urls =
                |main, further| iter::once(main).chain(further.first().map(String::as_str)).collect();
        }),
        ("the scheme of the audience does not count", |v| {
            fits(v, |audience, name| behind_scheme(audience) == behind_scheme(name));
        }),
        ("the scheme of the audience may be left out, and else has to fit", |v| {
            fits(v, |audience, name| audience == name || audience == behind_scheme(name));
        }),
        ("http will do for https", |v| fits(v, |audience, name| audience.replace("http:", "https:") == name)),
        ("the scheme of the audience is compared in any case", |v| {
            fits(v, |audience, name| audience.replacen("HTTPS", "https", 1) == name);
        }),
        ("scheme and host of the audience are compared in any case", |v| {
            fits(v, |audience, name| {
                let (front, path) = front_and_path(audience);
                format!("{}{path}", front.to_lowercase()) == name
            });
        }),
        ("the path of the audience is compared in any case", |v| {
            fits(v, |audience, name| {
                let (front, path) = front_and_path(audience);
                let (right, right_path) = front_and_path(name);
                front == right && path.eq_ignore_ascii_case(right_path)
            });
        }),
        ("the path of the audience does not count", |v| {
            fits(v, |audience, name| front_and_path(audience).0 == front_and_path(name).0);
        }),
        ("the path of the audience may go on", |v| {
            fits(v, |audience, name| audience == name || audience.starts_with(&format!("{name}/")));
        }),
        ("the path of the audience may go on within a segment", |v| {
            fits(v, |audience, name| {
                !front_and_path(name).1.is_empty() && audience.starts_with(name) || audience == name
            });
        }),
        ("the query of the audience does not count", |v| {
            fits(v, |audience, name| audience.split('?').next() == Some(name));
        }),
        ("the fragment of the audience does not count", |v| {
            fits(v, |audience, name| audience.split('#').next() == Some(name));
        }),
        ("a user in the audience does not count", |v| {
            fits(v, |audience, name| match audience.split_once('@') {
                Some((_, rest)) => rest == behind_scheme(name),
                None => audience == name,
            });
        }),
        ("a dot after the host of the audience does not count", |v| {
            fits(v, |audience, name| audience.trim_end_matches('.') == name);
        }),
        ("a domain below the audience's will do", |v| {
            fits(v, |audience, name| {
                audience == name || behind_scheme(audience).ends_with(&format!(".{}", behind_scheme(name)))
            });
        }),
        ("the audience is decoded", |v| {
            fits(v, |audience, name| crate::planted::transport::decoded(audience.as_bytes()) == name.as_bytes());
        }),
        ("a backslash at the end of the audience is a slash", |v| {
            fits(v, |audience, name| audience.trim_end_matches('\\') == name);
        }),
    ],
};

const SLASH: Group = Group {
    against: &[(INSTALL, "INS-7")],
    flaws: &[
        ("a slash is taken off the audience only", |v| fits(v, |audience, name| slashless(audience) == name)),
        ("a slash is taken off the base URL only", |v| fits(v, |audience, name| audience == slashless(name))),
        ("a slash at the end counts", |v| fits(v, |audience, name| audience == name)),
        ("every slash at the end is taken off", |v| {
            fits(v, |audience, name| audience.trim_end_matches('/') == name.trim_end_matches('/'));
        }),
    ],
};

const NAME: Group = Group {
    against: &[(ASAP, "ASAP-20")],
    flaws: &[
        ("a slash at the end of a server's name does not count", |v| {
            fits(v, |audience, name| slashless(audience) == slashless(name));
        }),
        ("the first segment of a server's name counts", |v| {
            fits(v, |audience, name| audience == name || audience.split('/').next() == Some(name));
        }),
        ("a server's name is compared in a normal form", |v| fits(v, |audience, name| audience.nfc().eq(name.nfc()))),
        ("a server's name has no characters beyond ASCII", |v| {
            fits(v, |audience, name| audience.is_ascii() && audience == name);
        }),
        ("a server's name has no blanks", |v| {
            fits(v, |audience, name| !audience.contains(' ') && audience == name);
        }),
        ("a server's name is no URL", |v| fits(v, |audience, name| !audience.contains("://") && audience == name)),
        ("scheme and host of a server's name are compared in any case", |v| {
            fits(v, |audience, name| {
                let (front, path) = front_and_path(audience);
                audience.contains("://") && format!("{}{path}", front.to_lowercase()) == name || audience == name
            });
        }),
        ("the issuer's name will do", |v| fits(v, |audience, name| audience == "svc" || audience == name)),
    ],
};

/// Replaces both comparisons of audiences.
fn fits(verifier: &mut Verifier, is_named: fn(&str, &str) -> bool) {
    verifier.identity.is_app = is_named;
    verifier.identity.is_server = is_named;
}

fn behind_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// The part of a URL before its path, and the rest.
fn front_and_path(url: &str) -> (&str, &str) {
    let scheme = url.len() - behind_scheme(url).len();
    url.split_at(url[scheme..].find('/').map_or(url.len(), |at| scheme + at))
}

fn host(url: &str) -> &str {
    behind_scheme(front_and_path(url).0)
}

/// Whether a text matches a pattern of letters, dots and stars.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let fits = |letter: char| first == '.' || first == letter;
    let rest = &pattern[first.len_utf8()..];
    let behind = text.chars().next().filter(|letter| fits(*letter)).map(|letter| &text[letter.len_utf8()..]);
    match rest.strip_prefix('*') {
        Some(rest) => is_like(rest, text) || behind.is_some_and(|behind| is_like(pattern, behind)),
        None => behind.is_some_and(|behind| is_like(rest, behind)),
    }
}

pub(crate) const GROUPS: &[Group] =
    &[AUDIENCES, TEXT_OF_AUDIENCES, MANDATORY_AUDIENCE, SEVERAL, AUDIENCE, URL, SLASH, NAME];
