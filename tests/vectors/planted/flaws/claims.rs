//! Flaws in the presence and the types of claims (CON-3, CON-6, CON-9, CON-11, CON-17, CON-20, CON-21, CTX-7, INS-4,
//! INS-9 to INS-11, ASAP-12, ASAP-13, ASAP-15, ASAP-22).

use qsh::suite::outcome::Reason;
use serde_json::Value;

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::claims::Claims;
use crate::planted::decoding::Token;

const ISSUER: Group = Group {
    against: &[(CONNECT, "CON-3"), (INSTALL, "INS-4"), (ASAP, "ASAP-12")],
    flaws: &[
        ("iss is optional", |v| v.claims.is_mandatory = |name| name != "iss" && is_mandatory(name)),
        ("an iss in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "iss")),
        ("iss may be written in upper case", |v| v.claims.get = |token, name| or_member(token, name, "iss", "ISS")),
        ("the subject stands for the issuer", |v| {
            v.claims.get = |token, name| or_member(token, name, "iss", "sub");
        }),
        ("an empty iss counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "iss" && value == "";
        }),
    ],
};

const TYPE_OF_ISSUER: Group = Group {
    against: &[(CONNECT, "CON-3"), (INSTALL, "INS-4"), (ASAP, "ASAP-13")],
    flaws: &[
        ("the first of a list of issuers counts", |v| v.claims.text = |name, value| text_of_list(name, value, "iss")),
        ("an iss of null counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "iss" && value.is_null();
        }),
        ("an iss of another type counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "iss" && !value.is_string();
        }),
    ],
};

const DIGITS_OF_ISSUER: Group = Group {
    against: &[(CONNECT, "CON-3"), (INSTALL, "INS-4"), (ASAP, "ASAP-13")],
    flaws: &[("a number for iss is its digits", |v| {
        v.claims.text = |name, value| match value {
            Value::Number(number) if name == "iss" => Some(number.to_string()),
            other => other.as_str().map(str::to_owned),
        };
    })],
};

const TEXT_OF_NULL: Group = Group {
    against: &[(INSTALL, "INS-4")],
    flaws: &[("null for iss is its text", |v| {
        v.claims.text = |name, value| match value {
            Value::Null if name == "iss" => Some("null".to_owned()),
            other => other.as_str().map(str::to_owned),
        };
    })],
};

const EXPIRY: Group = Group {
    against: &[(CONNECT, "CON-6"), (INSTALL, "INS-11"), (ASAP, "ASAP-12")],
    flaws: &[
        ("exp is optional", |v| v.claims.is_mandatory = |name| name != "exp" && is_mandatory(name)),
        ("an exp in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "exp")),
        ("exp may be written in upper case", |v| {
            v.claims.get = |token, name| or_member(token, name, "exp", "EXP");
        }),
    ],
};

const OTHER_EXPIRY: Group = Group {
    against: &[(CONNECT, "CON-6")],
    flaws: &[("another claim stands for exp", |v| {
        v.claims.get = |token, name| or_member(token, name, "exp", "expires");
    })],
};

const TIME_OF_ISSUE: Group = Group {
    against: &[(CONNECT, "CON-9"), (INSTALL, "INS-11"), (ASAP, "ASAP-12")],
    flaws: &[
        ("iat is optional", |v| v.claims.is_mandatory = |name| name != "iat" && is_mandatory(name)),
        ("iat may be written in upper case", |v| v.claims.get = |token, name| or_member(token, name, "iat", "IAT")),
        ("nbf stands for iat", |v| v.claims.get = |token, name| or_member(token, name, "iat", "nbf")),
    ],
};

const HASH: Group = Group {
    against: &[(CONNECT, "CON-17"), (INSTALL, "INS-9")],
    flaws: &[
        ("qsh is optional", |v| v.claims.is_mandatory = |name| name != "qsh" && is_mandatory(name)),
        ("a qsh in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "qsh")),
        ("a qsh of null counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "qsh" && value.is_null();
        }),
        ("a qsh of another type counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "qsh" && !value.is_string();
        }),
        ("an empty qsh counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "qsh" && value == "";
        }),
        ("the first of a list of hashes counts", |v| v.claims.text = |name, value| text_of_list(name, value, "qsh")),
        ("qsh may be written in upper case", |v| {
            v.claims.get = |token, name| or_member(token, name, "qsh", "QSH");
        }),
    ],
};

const OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-12")],
    flaws: &[
        ("aud is optional", |v| v.claims.is_mandatory = |name| name != "aud" && is_mandatory(name)),
        ("an aud in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "aud")),
        ("aud may be written in upper case", |v| v.claims.get = |token, name| or_member(token, name, "aud", "AUD")),
        ("jti is optional", |v| v.claims.is_mandatory = |name| name != "jti" && is_mandatory(name)),
        ("a jti in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "jti")),
        ("jti may be written in upper case", |v| v.claims.get = |token, name| or_member(token, name, "jti", "JTI")),
        ("an iat in the header counts", |v| v.claims.get = |token, name| or_header(token, name, "iat")),
        ("the issuer of a service token is optional, and the subject is not", |v| {
            v.claims.is_mandatory = |name| name != "iss" && (name == "sub" || is_mandatory(name));
        }),
    ],
};

const TEXTS_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-13")],
    flaws: &[
        ("a jti of null counts as missing, and is optional", |v| {
            v.claims.is_void = |name, value| name == "jti" && value.is_null();
        }),
        ("a jti of any type will do", |v| v.claims.text = |name, value| any(name, value, "jti")),
        ("a jti may be a number", |v| {
            v.claims.text = |name, value| if value.is_number() { any(name, value, "jti") } else { text(value) };
        }),
        ("a sub of null counts as missing", |v| v.claims.is_void = |name, value| name == "sub" && value.is_null()),
        ("a sub of another type counts as missing", |v| {
            v.claims.is_void = |name, value| name == "sub" && !value.is_string();
        }),
        ("a sub that JavaScript takes for false counts as missing", |v| {
            v.claims.is_void =
                |name, value| name == "sub" && (value.is_null() || value == false || value.as_f64() == Some(0.0));
        }),
        ("an empty list for sub counts as missing", |v| {
            v.claims.is_void = |name, value| name == "sub" && value.as_array().is_some_and(Vec::is_empty);
        }),
        ("the first of a list of subjects counts", |v| {
            v.claims.text = |name, value| text_of_list(name, value, "sub");
        }),
    ],
};

const SUBJECT: Group = Group {
    against: &[(ASAP, "ASAP-22")],
    flaws: &[("sub is mandatory", |v| v.claims.is_mandatory = |name| name == "sub" || is_mandatory(name))],
};

const NOT_BEFORE: Group = Group {
    against: &[(CONNECT, "CON-11"), (INSTALL, "INS-11"), (ASAP, "ASAP-15")],
    flaws: &[("nbf is mandatory", |v| v.claims.is_mandatory = |name| name == "nbf" || is_mandatory(name))],
};

const OTHERS: Group = Group {
    against: &[(CONNECT, "CON-20")],
    flaws: &[
        ("claims that no rule names are refused", |v| {
            v.claims.others = |token| {
                let known = ["iss", "iat", "exp", "nbf", "qsh", "aud", "sub", "context"];
                without(token, |name, _| !known.contains(&name))
            }
        }),
        ("an audience has to be the client key", |v| {
            v.claims.others =
                |token| without(token, |name, value| name == "aud" && Some(value) != token.claims.get("iss"));
        }),
        ("an audience may not be the client key", |v| {
            v.claims.others =
                |token| without(token, |name, value| name == "aud" && Some(value) == token.claims.get("iss"));
        }),
        ("a subject is refused", |v| v.claims.others = |token| without(token, |name, _| name == "sub")),
        ("a context is refused", |v| v.claims.others = |token| without(token, |name, _| name == "context")),
        ("a claim alg counts", |v| {
            v.claims.others = |token| without(token, |name, value| name == "alg" && value != "HS256");
        }),
        ("a token may have a kilobyte of claims", |v| {
            v.claims.others = |token| if token.segments[1].len() > 1_024 { Err(Reason::Malformed) } else { Ok(()) };
        }),
    ],
};

const OTHERS_OF_OTHERS: Group = Group {
    against: &[(INSTALL, "CON-20"), (ASAP, "CON-20")],
    flaws: &[("only the claims of the documents may be there", |v| {
        v.claims.others =
            |token| without(token, |name, _| !["iss", "iat", "exp", "nbf", "qsh", "aud", "sub", "jti"].contains(&name));
    })],
};

const ALSO_A_CONTEXT: Group = Group {
    against: &[(INSTALL, "INS-10")],
    flaws: &[("a claim context makes a context token", |v| {
        v.claims.others = |token| without(token, |name, _| name == "context");
    })],
};

const SESSION: Group = Group {
    against: &[(CONNECT, "CTX-7")],
    flaws: &[("a token for the app's key is one that the app issued", |v| {
        v.claims.others = |token| without(token, |name, value| name == "aud" && value == "com.example.app");
    })],
};

const AGAIN: Group = Group {
    against: &[(CONNECT, "CON-21")],
    flaws: &[
        ("a jti has to be there", |v| {
            v.claims.others = |token| {
                if token.claims.contains_key("jti") { Ok(()) } else { Err(Reason::MissingClaim) }
            };
        }),
        ("a jti is refused", |v| v.claims.others = |token| without(token, |name, _| name == "jti")),
    ],
};

fn is_mandatory(name: &str) -> bool {
    (Claims::RIGHT.is_mandatory)(name)
}

/// A claim. For the name `one`, the header's member of that name is used if the claim is absent.
fn or_header(token: &Token, name: &str, one: &str) -> Option<Value> {
    let header = if name == one { token.header.get(name) } else { None };
    token.claims.get(name).or(header).cloned()
}

/// A claim. For the name `one`, the claim `other` is used if it is absent.
fn or_member(token: &Token, name: &str, one: &str, other: &str) -> Option<Value> {
    let other = if name == one { token.claims.get(other) } else { None };
    token.claims.get(name).or(other).cloned()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The text of a claim. For the name `one`, it may be the first item of a list.
fn text_of_list(name: &str, value: &Value, one: &str) -> Option<String> {
    let first = if name == one { value.get(0) } else { None };
    text(first.unwrap_or(value))
}

/// The text of a claim. For the name `one`, a value of another type is written as JSON.
fn any(name: &str, value: &Value, one: &str) -> Option<String> {
    text(value).or_else(|| (name == one).then(|| value.to_string()))
}

/// Refuses tokens with a claim for which `is_bad` is true.
fn without(token: &Token, is_bad: impl Fn(&str, &Value) -> bool) -> Result<(), Reason> {
    if token.claims.iter().any(|(name, value)| is_bad(name, value)) { Err(Reason::InvalidClaim) } else { Ok(()) }
}

pub(crate) const GROUPS: &[Group] = &[
    ISSUER,
    TYPE_OF_ISSUER,
    DIGITS_OF_ISSUER,
    TEXT_OF_NULL,
    EXPIRY,
    OTHER_EXPIRY,
    TIME_OF_ISSUE,
    HASH,
    OF_ASAP,
    TEXTS_OF_ASAP,
    SUBJECT,
    NOT_BEFORE,
    OTHERS,
    OTHERS_OF_OTHERS,
    ALSO_A_CONTEXT,
    SESSION,
    AGAIN,
];
