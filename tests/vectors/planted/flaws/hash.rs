//! Flaws in the hash of a token (CON-17 to CON-19, CTX-1 to CTX-6, INS-9, INS-10).

use data_encoding::{BASE64, HEXLOWER};
use qsh::suite::outcome::Accepted;
use qsh_diagnose::{Input, Text};
use serde_json::{Value, json};

use super::{CONNECT, Group, INSTALL};
use crate::planted::decoding::{Members, Token};
use crate::planted::hash::{CONTEXT, bare, of, request};

const COMPARED: Group = Group {
    against: &[(CONNECT, "CON-18"), (INSTALL, "CON-18")],
    flaws: &[
        ("the hash is not compared", |v| v.hash.is_right = |_, _| true),
        ("the beginning of the hash will do", |v| {
            v.hash.is_right = |claimed, right| !claimed.is_empty() && right.starts_with(claimed);
        }),
        ("the hash may go on", |v| v.hash.is_right = |claimed, right| claimed.starts_with(right)),
        ("only the first half of the hash is compared", |v| {
            v.hash.is_right = |claimed, right| claimed.get(..32) == right.get(..32);
        }),
        ("the last digit of the hash is not compared", |v| {
            v.hash.is_right = |claimed, right| claimed.len() == 64 && claimed.get(..63) == right.get(..63);
        }),
        ("the hash is trimmed", |v| v.hash.is_right = |claimed, right| claimed.trim() == right),
        ("the first digit of the hash is not compared", |v| {
            v.hash.is_right = |claimed, right| claimed.len() == 64 && claimed.get(1..) == right.get(1..);
        }),
        ("only the ends of the hash are compared", |v| {
            v.hash.is_right = |claimed, right| {
                claimed.len() == 64 && claimed.get(..8) == right.get(..8) && claimed.get(56..) == right.get(56..)
            };
        }),
        ("the hash may be in base64", |v| {
            v.hash.is_right = |claimed, right| {
                let bytes = HEXLOWER.decode(right.as_bytes()).unwrap();
                claimed == right || claimed == BASE64.encode(&bytes)
            };
        }),
        ("the hash of nothing is good", |v| v.hash.is_right = |claimed, right| claimed == NOTHING || claimed == right),
        ("any hash is good", |v| {
            v.hash.is_right = |claimed, _| claimed.len() == 64 && claimed.bytes().all(|byte| byte.is_ascii_hexdigit());
        }),
        ("the hash may be the canonical request", |v| {
            v.hash.is_right = |claimed, right| claimed == right || sha_256(claimed) == right;
        }),
    ],
};

/// The SHA-256 of the empty text.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const EMPTY: Group = Group {
    against: &[(CONNECT, "CON-17"), (INSTALL, "INS-9")],
    flaws: &[("an empty hash is good", |v| v.hash.is_right = |claimed, right| claimed.is_empty() || claimed == right)],
};

fn sha_256(text: &str) -> String {
    Text::from(text).sha256_hex()
}

const BASE: Group = Group {
    against: &[(CONNECT, "CON-19"), (INSTALL, "CON-19")],
    flaws: &[("the base URL is not removed", |v| {
        v.hash.of = |input| {
            let request = bare(input);
            of(&input.form.as_deref().map_or(request, |form| request.with_form(form)))
        };
    })],
};

const URL: Group = Group {
    against: &[(CONNECT, "CON-19")],
    flaws: &[
        ("the form body does not count", |v| {
            v.hash.of = |input| {
                let request = bare(input);
                of(&input.base_url.as_deref().map_or(request, |base| request.with_base_url(base).unwrap()))
            };
        }),
        ("the form body may count or not", |v| {
            v.hash.of = |input| {
                let bare = bare(input);
                format!("{} {}", of(&request(input)), of(&bare))
            };
            v.hash.is_right = |claimed, right| right.split(' ').any(|right| claimed == right);
        }),
        ("the path is what the router leaves of it", |v| {
            v.hash.of = |input| {
                let url = input.url.as_str().unwrap();
                of_request(input, &input.method, url.split_once("/app").map_or(url, |(_, rest)| rest))
            };
        }),
    ],
};

const CASE: Group = Group {
    against: &[(CONNECT, "CON-18"), (INSTALL, "CON-18"), (CONNECT, "QSH-H3"), (INSTALL, "QSH-H3")],
    flaws: &[("the hash is compared in any case", |v| {
        v.hash.is_right = |claimed, right| claimed.eq_ignore_ascii_case(right);
    })],
};

const OF_OTHER: Group = Group {
    against: &[(CONNECT, "CON-18"), (INSTALL, "CON-18")],
    flaws: &[
        ("the query is left out of the hash", |v| {
            v.hash.of = |input| {
                let path = input.url.as_str().unwrap().split('?').next().unwrap();
                of_request(input, &input.method, path)
            };
        }),
        ("the method of the hash is GET", |v| {
            v.hash.of = |input| of_request(input, "GET", input.url.as_str().unwrap());
        }),
    ],
};

const OF_POST: Group = Group {
    against: &[(CONNECT, "CON-18")],
    flaws: &[("the method of the hash is POST", |v| {
        v.hash.of = |input| of_request(input, "POST", input.url.as_str().unwrap());
    })],
};

/// The hash of a request with another method or another URL.
fn of_request(input: &Input, method: &str, url: &str) -> String {
    of(&request(&Input { method: method.to_owned(), url: Text::from(url), ..input.clone() }))
}

const FOR_URL: Group = Group {
    against: &[(CONNECT, "CTX-2"), (INSTALL, "INS-10")],
    flaws: &[("a context token is good for every URL", |v| {
        v.hash.is_right = |claimed, right| claimed == CONTEXT || claimed == right;
    })],
};

const LOOK_ALIKES_FOR_URL: Group = Group {
    against: &[(CONNECT, "CTX-3"), (INSTALL, "CTX-3")],
    flaws: &[
        ("what begins like a context token is good for every URL", |v| {
            v.hash.is_right = |claimed, right| claimed != CONTEXT && claimed.starts_with(CONTEXT) || claimed == right;
        }),
        ("what is like a context token in another case is good for every URL", |v| {
            v.hash.is_right =
                |claimed, right| claimed != CONTEXT && claimed.eq_ignore_ascii_case(CONTEXT) || claimed == right;
        }),
    ],
};

const LOOK_ALIKES: Group = Group {
    against: &[(CONNECT, "CTX-3")],
    flaws: &[
        ("what ends like a context token is good for every URL", |v| {
            v.hash.is_right = |claimed, right| claimed != CONTEXT && claimed.ends_with(CONTEXT) || claimed == right;
        }),
        ("what a context token begins with is good for every URL", |v| {
            v.hash.is_right = |claimed, right| claimed != CONTEXT && CONTEXT.starts_with(claimed) || claimed == right;
        }),
        ("a context token's hash may go on", |v| v.hash.is_context = |claimed, _| claimed.starts_with(CONTEXT)),
        ("a context token's hash may stand after something", |v| {
            v.hash.is_context = |claimed, _| claimed.ends_with(CONTEXT);
        }),
        ("a context token's hash has context-qsh in it", |v| {
            v.hash.is_context = |claimed, _| claimed.contains(CONTEXT);
        }),
        ("the beginning of a context token's hash will do", |v| {
            v.hash.is_context = |claimed, _| !claimed.is_empty() && CONTEXT.starts_with(claimed);
        }),
        ("a context token's hash is compared in any case", |v| {
            v.hash.is_context = |claimed, _| claimed.eq_ignore_ascii_case(CONTEXT);
        }),
        ("a context token's hash is trimmed", |v| v.hash.is_context = |claimed, _| claimed.trim() == CONTEXT),
        ("blanks around a context token's hash do not count", |v| {
            v.hash.is_context = |claimed, _| claimed.trim_matches(' ') == CONTEXT;
        }),
        ("a line feed after a context token's hash does not count", |v| {
            v.hash.is_context = |claimed, _| claimed.trim_end_matches('\n') == CONTEXT;
        }),
        ("a context token's hash may be hashed", |v| {
            v.hash.is_context = |claimed, _| claimed == CONTEXT || claimed == sha_256(CONTEXT);
        }),
        ("a context token's hash may be empty", |v| {
            v.hash.is_context = |claimed, _| claimed.is_empty() || claimed == CONTEXT;
        }),
        ("a context token has any hash", |v| v.hash.is_context = |_, _| true),
    ],
};

const CONTEXT_ENDPOINT: Group = Group {
    against: &[(CONNECT, "CTX-1")],
    flaws: &[
        ("a context endpoint wants the right hash", |v| v.hash.is_context = |claimed, right| claimed == right),
        ("a context endpoint takes a GET only", |v| {
            v.hash.of = |input| if input.method == "GET" { of(&request(input)) } else { String::new() };
            v.hash.is_context = |claimed, right| !right.is_empty() && claimed == CONTEXT;
        }),
    ],
};

const ONLY_CONTEXT: Group = Group {
    against: &[(CONNECT, "CTX-4")],
    flaws: &[("a context endpoint takes a token for its URL", |v| {
        v.hash.is_context = |claimed, right| claimed == CONTEXT || claimed == right;
    })],
};

const WITHOUT: Group = Group {
    against: &[(CONNECT, "CTX-5")],
    flaws: &[("a context token needs no hash", |v| {
        v.claims.is_mandatory = |name| !["nbf", "sub", "qsh"].contains(&name);
    })],
};

const OTHER_CHECKS: Group = Group {
    against: &[(CONNECT, "CTX-6")],
    flaws: &[
        ("exp of a context token does not count", |v| {
            v.claims.get = |token, name| unless_context(token, name, "exp", json!(9e9));
        }),
        ("nbf of a context token does not count", |v| {
            v.claims.get = |token, name| unless_context(token, name, "nbf", json!(0));
        }),
        ("iat of a context token is optional", |v| {
            v.claims.get = |token, name| unless_context(token, name, "iat", json!(0));
        }),
        ("the signature of a context token does not count", |v| v.signatures.unsigned = is_context),
        ("the algorithm of a context token does not count", |v| {
            v.signatures.algorithm = |_, _| Some("HS256".to_owned());
            v.signatures.unsigned = is_context;
        }),
        ("any tenant may sign a context token", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                tenants
                    .iter()
                    .filter(|(key, _)| *key == issuer || is_context(token))
                    .map(|(_, it)| it.clone())
                    .collect()
            };
        }),
        ("a context endpoint needs no token", |v| {
            v.transport.tokenless = || Ok(Accepted { issuer: "".into(), claims: Members::new() });
        }),
    ],
};

fn is_context(token: &Token) -> bool {
    token.claims.get("qsh") == Some(&json!(CONTEXT))
}

/// A claim. For a context token and the name `one`, it has another value.
fn unless_context(token: &Token, name: &str, one: &str, other: Value) -> Option<Value> {
    if is_context(token) && name == one { Some(other) } else { token.claims.get(name).cloned() }
}

pub(crate) const GROUPS: &[Group] = &[
    COMPARED,
    CASE,
    EMPTY,
    BASE,
    URL,
    OF_OTHER,
    OF_POST,
    FOR_URL,
    LOOK_ALIKES_FOR_URL,
    LOOK_ALIKES,
    CONTEXT_ENDPOINT,
    ONLY_CONTEXT,
    WITHOUT,
    OTHER_CHECKS,
];
