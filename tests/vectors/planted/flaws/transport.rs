//! Flaws in the search for a token (TRN-1 to TRN-6, TRN-8 to TRN-13, INS-12, INS-13, ASAP-1).

use qsh::suite::outcome::Accepted;

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::decoding::Members;
use crate::planted::transport::{Found, Parameters, Received, Transport, decoded, pairs, query, the_one_of, trim};

const HEADER: Group = Group {
    against: &[(CONNECT, "TRN-4"), (INSTALL, "TRN-4"), (ASAP, "ASAP-1")],
    flaws: &[
        ("the header's name is exact", |v| v.transport.is_authorization = |name| name == "Authorization"),
        ("the header's name is exact or in lower case", |v| {
            v.transport.is_authorization = |name| ["Authorization", "authorization"].contains(&name);
        }),
        ("the header may be called Authorisation", |v| {
            v.transport.is_authorization = |name| is_authorization(&name.to_lowercase().replace("isation", "ization"));
        }),
    ],
};

const OTHER_HEADERS: Group = Group {
    against: &[(CONNECT, "TRN-11"), (INSTALL, "TRN-11"), (ASAP, "ASAP-1")],
    flaws: &[
        ("X-Authorization counts", |v| {
            v.transport.is_authorization = |name| is_authorization(name.trim_start_matches("X-"));
        }),
        ("a cookie counts", |v| {
            v.transport.elsewhere = |received| {
                headers(received, "cookie", |value| {
                    let (_, value) = value.split_once('=')?;
                    Some(value.trim_start_matches("Bearer ").to_owned())
                })
            }
        }),
    ],
};

const OF_CONNECT: Group = Group {
    against: &[(CONNECT, "TRN-11"), (INSTALL, "TRN-11")],
    flaws: &[
        ("a header named jwt counts", |v| v.transport.elsewhere = |received| headers(received, "jwt", whole)),
        ("X-acpt counts", |v| v.transport.elsewhere = |received| headers(received, "x-acpt", whole)),
        ("a parameter acpt counts", |v| v.transport.elsewhere = |received| named(query(received.url), b"acpt")),
    ],
};

const OF_PROXIES: Group = Group {
    against: &[(ASAP, "ASAP-1")],
    flaws: &[("Proxy-Authorization counts", |v| {
        v.transport.is_authorization = |name| is_authorization(name.trim_start_matches("Proxy-"));
    })],
};

fn is_authorization(name: &str) -> bool {
    (Transport::RIGHT.is_authorization)(name)
}

fn headers(received: &Received<'_>, name: &str, read: fn(&str) -> Option<String>) -> Found {
    let named = received.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    named.filter_map(|(_, value)| read(value)).map(String::into_bytes).collect()
}

fn whole(value: &str) -> Option<String> {
    Some(value.to_owned())
}

const SCHEME: Group = Group {
    against: &[(CONNECT, "TRN-5"), (INSTALL, "TRN-5"), (ASAP, "ASAP-1")],
    flaws: &[
        ("every scheme counts", |v| v.transport.credentials = |value, _| words(value).map(|(_, token)| token)),
        ("JWT and Bearer count", |v| {
            v.transport.credentials = |value, _| token_behind(value, |it| is(it, "JWT") || is(it, "Bearer"));
        }),
        ("a token without a scheme counts", |v| {
            v.transport.credentials = |value, scheme| {
                let only = (!value.contains(' ')).then(|| value.to_owned()).filter(|value| !is(value, scheme));
                credentials(value, scheme).or(only)
            };
        }),
        ("the last word counts", |v| {
            v.transport.credentials = |value, _| trim(value).rsplit(' ').next().map(str::to_owned);
        }),
        ("no blank is needed after the scheme", |v| {
            v.transport.credentials = |value, scheme| {
                let (first, rest) = value.split_at_checked(scheme.len())?;
                is(first, scheme).then(|| trim(rest).to_owned())
            };
        }),
        ("the scheme may be longer", |v| {
            v.transport.credentials =
                |value, scheme| token_behind(value, |it| it.to_lowercase().starts_with(&scheme.to_lowercase()));
        }),
        ("a colon may stand after the scheme", |v| {
            v.transport.credentials = |value, scheme| token_behind(value, |it| is(it.trim_end_matches(':'), scheme));
        }),
        ("the scheme may stand after another", |v| {
            v.transport.credentials = |value, scheme| {
                let (_, token) = value.split_once(&format!("{scheme} "))?;
                Some(trim(token).to_owned())
            };
        }),
        ("Basic counts", |v| {
            v.transport.credentials = |value, scheme| token_behind(value, |it| is(it, scheme) || is(it, "Basic"));
        }),
    ],
};

const SCHEME_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-1")],
    flaws: &[
        ("seven bytes are cut off the header", |v| {
            v.transport.credentials = |value, _| value.get(7..).map(str::to_owned);
        }),
        ("the beginning of the scheme will do", |v| {
            v.transport.credentials = |value, scheme| token_behind(value, |it| scheme.starts_with(it));
        }),
        ("the scheme of a service token is exact", |v| {
            v.transport.credentials = |value, scheme| token_behind(value, |it| it == scheme);
        }),
        ("one blank stands after the scheme of a service token", |v| v.transport.credentials = one_blank),
    ],
};

const CASE: Group = Group {
    against: &[(CONNECT, "TRN-2"), (INSTALL, "TRN-2")],
    flaws: &[
        ("the scheme is exact", |v| {
            v.transport.credentials = |value, scheme| token_behind(value, |it| it == scheme);
        }),
        ("the scheme is exact or in lower case", |v| {
            v.transport.credentials =
                |value, scheme| token_behind(value, |it| it == scheme || it == scheme.to_lowercase());
        }),
        ("the scheme has one case", |v| {
            v.transport.credentials = |value, scheme| {
                token_behind(value, |it| it == scheme.to_lowercase() || it == scheme.to_uppercase() || it == "Jwt")
            };
        }),
    ],
};

const BLANKS: Group = Group {
    against: &[(CONNECT, "TRN-3"), (INSTALL, "TRN-3")],
    flaws: &[
        ("one blank stands after the scheme", |v| v.transport.credentials = one_blank),
        ("blanks before the scheme count", |v| {
            v.transport.credentials = |value, scheme| {
                if value.starts_with(' ') { None } else { credentials(value, scheme) }
            };
        }),
        ("blanks after the token count", |v| {
            v.transport.credentials = |value, scheme| {
                let (first, rest) = value.trim_start().split_once(' ')?;
                is(first, scheme).then(|| rest.trim_start().to_owned())
            };
        }),
        ("tabs after the token count", |v| {
            v.transport.credentials = |value, scheme| {
                let (first, rest) = value.trim_matches(' ').split_once(' ')?;
                is(first, scheme).then(|| rest.trim_matches(' ').to_owned())
            };
        }),
    ],
};

const WORDS: Group = Group {
    against: &[(CONNECT, "TRN-1"), (INSTALL, "TRN-1"), (ASAP, "ASAP-1")],
    flaws: &[
        ("token= before the token is taken off", |v| {
            v.transport.credentials =
                |value, scheme| credentials(value, scheme).map(|token| token.trim_start_matches("token=").to_owned());
        }),
        ("quotation marks around the token are taken off", |v| {
            v.transport.credentials =
                |value, scheme| credentials(value, scheme).map(|token| token.trim_matches('"').to_owned());
        }),
    ],
};

const WHOLE: Group = Group {
    against: &[(CONNECT, "TRN-1")],
    flaws: &[
        ("words after the token do not count", |v| {
            v.transport.credentials = |value, scheme| {
                credentials(value, scheme).map(|token| token.split(' ').next().unwrap_or_default().to_owned())
            };
        }),
        ("the header does not count", |v| v.transport.credentials = |_, _| None),
    ],
};

fn is(scheme: &str, right: &str) -> bool {
    scheme.eq_ignore_ascii_case(right)
}

fn credentials(value: &str, scheme: &str) -> Option<String> {
    (Transport::RIGHT.credentials)(value, scheme)
}

/// The first word of a header's value, and the rest.
fn words(value: &str) -> Option<(String, String)> {
    let (first, rest) = trim(value).split_once(' ')?;
    Some((first.to_owned(), trim(rest).to_owned()))
}

fn token_behind(value: &str, is_scheme: impl Fn(&str) -> bool) -> Option<String> {
    words(value).filter(|(first, _)| is_scheme(first)).map(|(_, token)| token)
}

fn one_blank(value: &str, scheme: &str) -> Option<String> {
    let (first, token) = trim(value).split_once(' ')?;
    is(first, scheme).then(|| token.to_owned())
}

const PARAMETER: Group = Group {
    against: &[(CONNECT, "TRN-6")],
    flaws: &[
        ("the parameter does not count", |v| v.transport.is_jwt = |_| false),
        ("the parameter's name is compared in any case", |v| {
            v.transport.is_jwt = |name| name.eq_ignore_ascii_case(b"jwt");
        }),
        ("the parameter's name may go on", |v| v.transport.is_jwt = |name| name.starts_with(b"jwt")),
        ("the parameter's name ends with jwt", |v| v.transport.is_jwt = |name| name.ends_with(b"jwt")),
        ("brackets after the parameter's name do not count", |v| {
            v.transport.is_jwt = |name| name == b"jwt" || name == b"jwt[]";
        }),
        ("the parameter's name is not decoded", |v| {
            v.transport.parameters = |url| parameters(query(url), b"&", <[u8]>::to_vec, decoded);
        }),
        ("the parameter's name is decoded twice", |v| {
            v.transport.parameters = |url| parameters(query(url), b"&", twice, decoded);
        }),
        ("the parameter's value is not decoded", |v| {
            v.transport.parameters = |url| parameters(query(url), b"&", decoded, <[u8]>::to_vec);
        }),
        ("the parameter's value is decoded twice", |v| {
            v.transport.parameters = |url| parameters(query(url), b"&", decoded, twice);
        }),
        ("equals signs before the token do not count", |v| {
            v.transport.parameters = |url| {
                let value = |text: &[u8]| decoded(text).into_iter().skip_while(|&byte| byte == b'=').collect();
                parameters(query(url), b"&", decoded, value)
            };
        }),
        ("semicolons stand between parameters", |v| {
            v.transport.parameters = |url| parameters(query(url), b"&;", decoded, decoded);
        }),
        ("the fragment has parameters", |v| {
            v.transport.parameters = |url| {
                let fragment = url.split(|&byte| byte == b'#').nth(1).unwrap_or_default();
                parameters(&[query(url), b"&", fragment].concat(), b"&", decoded, decoded)
            };
        }),
        ("a fragment is part of the last parameter", |v| {
            v.transport.parameters = |url| {
                let query = url.iter().position(|&byte| byte == b'?').map_or(&b""[..], |at| &url[at + 1..]);
                parameters(query, b"&", decoded, decoded)
            };
        }),
        ("the path has parameters", |v| v.transport.parameters = |url| parameters(url, b"&;?", decoded, decoded)),
        ("only the first parameter is looked at", |v| {
            v.transport.parameters = |url| first(parameters(query(url), b"&", decoded, decoded));
        }),
        ("only the last parameter is looked at", |v| {
            v.transport.parameters = |url| {
                let mut parameters = parameters(query(url), b"&", decoded, decoded);
                parameters.reverse();
                first(parameters)
            };
        }),
        ("an absolute URL has no parameters", |v| {
            v.transport.parameters = |url| {
                let query = if url.starts_with(b"/") { query(url) } else { b"" };
                parameters(query, b"&", decoded, decoded)
            };
        }),
        ("a header of another scheme hides the parameter", |v| {
            v.transport.credentials = |value, scheme| {
                let other = words(value).map(|(_, token)| token).filter(|token| !token.is_empty());
                credentials(value, scheme).or(other)
            };
            v.transport.choose =
                |headers, parameters| the_one_of(if headers.is_empty() { parameters } else { headers }.into_iter());
        }),
    ],
};

fn parameters(
    query: &[u8],
    separators: &[u8],
    name: impl Fn(&[u8]) -> Vec<u8>,
    value: impl Fn(&[u8]) -> Vec<u8>,
) -> Parameters {
    pairs(query, separators).into_iter().map(|pair| (name(pair.0), value(pair.1))).collect()
}

fn twice(text: &[u8]) -> Vec<u8> {
    decoded(&decoded(text))
}

fn first(mut parameters: Parameters) -> Parameters {
    parameters.truncate(1);
    parameters
}

const BOTH: Group = Group {
    against: &[(CONNECT, "TRN-8")],
    flaws: &[
        ("the header's token wins", |v| {
            v.transport.choose =
                |headers, parameters| Ok(headers.into_iter().chain(parameters).find(|token| !token.is_empty()));
        }),
        ("the parameter's token wins", |v| {
            v.transport.choose =
                |headers, parameters| Ok(parameters.into_iter().chain(headers).find(|token| !token.is_empty()));
        }),
        ("header and parameter may not carry the same token", |v| {
            v.transport.choose = |headers, parameters| {
                if headers.is_empty() || parameters.is_empty() {
                    return the_one_of(headers.into_iter().chain(parameters));
                }
                Err(qsh::suite::outcome::Reason::Malformed)
            }
        }),
    ],
};

const TWO: Group = Group {
    against: &[(CONNECT, "TRN-9")],
    flaws: &[
        ("the first of two headers counts", |v| {
            v.transport.choose = |headers, parameters| the_one_of(headers.into_iter().take(1).chain(parameters));
        }),
        ("the first of two parameters counts", |v| {
            v.transport.choose =
                |headers, parameters| the_one_of(headers.into_iter().chain(parameters.into_iter().take(1)));
        }),
    ],
};

const FORM: Group = Group {
    against: &[(CONNECT, "TRN-10")],
    flaws: &[("the form body is looked for a token", |v| {
        v.transport.elsewhere = |received| named(received.form.unwrap_or_default().as_bytes(), b"jwt");
    })],
};

/// The values of all parameters with this name.
fn named(query: &[u8], name: &[u8]) -> Found {
    let parameters = parameters(query, b"&", decoded, decoded).into_iter();
    parameters.filter(|parameter| parameter.0 == name).map(|(_, value)| value).collect()
}

const NONE: Group = Group {
    against: &[(CONNECT, "TRN-12"), (INSTALL, "INS-13"), (ASAP, "ASAP-1")],
    flaws: &[("a request without a token passes", |v| {
        v.transport.tokenless = || Ok(Accepted { issuer: "anonymous".into(), claims: Members::new() });
    })],
};

const EMPTY: Group = Group {
    against: &[(CONNECT, "TRN-13")],
    flaws: &[
        ("an empty parameter is a token", |v| {
            v.transport.choose = |headers, parameters| match parameters.iter().any(Vec::is_empty) {
                true => Ok(Some(Vec::new())),
                false => the_one_of(headers.into_iter().chain(parameters)),
            }
        }),
        ("an empty parameter hides the header", |v| {
            v.transport.choose =
                |headers, parameters| the_one_of(if parameters.is_empty() { headers } else { parameters }.into_iter());
        }),
        ("the scheme alone hides the parameter", |v| {
            v.transport.credentials =
                |value, scheme| credentials(value, scheme).or_else(|| is(trim(value), scheme).then(String::new));
            v.transport.choose =
                |headers, parameters| the_one_of(if headers.is_empty() { parameters } else { headers }.into_iter());
        }),
        ("the scheme alone is a token", |v| {
            v.transport.credentials = |value, scheme| {
                credentials(value, scheme).or_else(|| is(trim(value), scheme).then(|| value.to_owned()))
            };
        }),
    ],
};

const EMPTY_PASSES: Group = Group {
    against: &[(CONNECT, "TRN-13"), (INSTALL, "TRN-13"), (ASAP, "ASAP-1")],
    flaws: &[("an empty token counts as missing, and no token is needed", |v| {
        v.transport.choose = |headers, parameters| the_one_of(headers.into_iter().chain(parameters));
        v.transport.tokenless = || Ok(Accepted { issuer: "".into(), claims: Members::new() });
    })],
};

const PARAMETER_OF_CALLBACK: Group = Group {
    against: &[(INSTALL, "INS-12")],
    flaws: &[("the parameter counts for a callback", |v| {
        v.transport.elsewhere = |received| named(query(received.url), b"jwt");
    })],
};

pub(crate) const GROUPS: &[Group] = &[
    HEADER,
    OTHER_HEADERS,
    OF_CONNECT,
    OF_PROXIES,
    SCHEME,
    SCHEME_OF_ASAP,
    CASE,
    BLANKS,
    WORDS,
    WHOLE,
    PARAMETER,
    BOTH,
    TWO,
    FORM,
    NONE,
    EMPTY,
    EMPTY_PASSES,
    PARAMETER_OF_CALLBACK,
];
