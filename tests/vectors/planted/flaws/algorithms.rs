//! Flaws in the choice of an algorithm (JWT-7 to JWT-9, JWT-11, JWT-12, INS-1, ASAP-2).

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::signatures::{Names, Signatures, der, is_by, mac};

const NAMES: Group = Group {
    against: &[(CONNECT, "JWT-9"), (INSTALL, "JWT-9"), (ASAP, "JWT-9")],
    flaws: &[
        ("algorithms are named in any case", |v| {
            v.signatures.algorithm = |named, allowed| the(allowed, |name| name.eq_ignore_ascii_case(named));
        }),
        ("algorithms are named in lower case, too", |v| {
            v.signatures.algorithm =
                |named, allowed| the(allowed, |name| name == named || name.to_lowercase() == named);
        }),
        ("white space around an algorithm's name is skipped", |v| {
            v.signatures.algorithm = |named, allowed| the(allowed, |name| name == named.trim());
        }),
        ("an algorithm's name may go on", |v| {
            v.signatures.algorithm = |named, allowed| the(allowed, |name| named.starts_with(name));
        }),
        ("the beginning of an algorithm's name will do", |v| {
            v.signatures.algorithm = |named, allowed| the(allowed, |name| !named.is_empty() && name.starts_with(named));
        }),
        ("hyphens in an algorithm's name do not count", |v| {
            v.signatures.algorithm = |named, allowed| the(allowed, |name| name == named.replace('-', ""));
        }),
    ],
};

fn the(allowed: Names, fits: impl Fn(&str) -> bool) -> Option<String> {
    allowed.iter().find(|name| fits(name)).map(|name| (*name).to_owned())
}

const CHOICE: Group = Group {
    against: &[(CONNECT, "JWT-7"), (CONNECT, "JWT-8"), (INSTALL, "INS-1"), (ASAP, "ASAP-2")],
    flaws: &[("any other algorithm is taken for the first that is allowed", |v| {
        v.signatures.algorithm = |named, allowed| the(allowed, |name| name == named).or_else(|| the(allowed, |_| true));
    })],
};

const OF_CONNECT: Group = Group {
    against: &[(CONNECT, "JWT-7"), (CONNECT, "JWT-8")],
    flaws: &[
        ("HS384 is allowed for Connect", |v| v.signatures.connect = &["HS256", "HS384"]),
        ("HS512 is allowed for Connect", |v| v.signatures.connect = &["HS256", "HS512"]),
        ("RS256 with the secret as public key is allowed", |v| v.signatures.connect = &["HS256", "RS256"]),
        ("every HMAC is one with SHA-256", |v| {
            v.signatures.algorithm = |named, _| named.starts_with("HS").then(|| "HS256".to_owned());
        }),
    ],
};

const OF_HMAC: Group = Group {
    against: &[(CONNECT, "JWT-8")],
    flaws: &[("the length of an HMAC says which it is", |v| {
        v.signatures.is_mac = |_, key, signature, text| {
            ["HS256", "HS384", "HS512"].iter().any(|algorithm| mac(algorithm, key, text) == signature)
        };
    })],
};

const OF_CALLBACKS: Group = Group {
    against: &[(INSTALL, "INS-1")],
    flaws: &[
        ("RS384 is allowed for callbacks", |v| v.signatures.install = &["RS256", "RS384"]),
        ("RS512 is allowed for callbacks", |v| v.signatures.install = &["RS256", "RS512"]),
        ("PS256 is allowed for callbacks", |v| v.signatures.install = &["RS256", "PS256"]),
        ("PS384 is allowed for callbacks", |v| v.signatures.install = &["RS256", "PS384"]),
        ("PS512 is allowed for callbacks", |v| v.signatures.install = &["RS256", "PS512"]),
        ("ES256 is allowed for callbacks", |v| v.signatures.install = &["RS256", "ES256"]),
        ("ASAP's algorithms are allowed for callbacks", |v| v.signatures.install = Signatures::RIGHT.asap),
    ],
};

const NONE: Group = Group {
    against: &[(CONNECT, "JWT-11"), (INSTALL, "JWT-11"), (ASAP, "JWT-11")],
    flaws: &[
        ("none is allowed with an empty signature", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["none"]);
            v.signatures.unsigned = |token| token.algorithm == "none" && token.signature.is_empty();
        }),
        ("none is allowed with a signature that is not looked at", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["none"]);
            v.signatures.unsigned = |token| token.algorithm == "none" && !token.signature.is_empty();
        }),
        ("None is allowed", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["None"]);
            v.signatures.unsigned = |token| token.algorithm == "None";
        }),
        ("NONE is allowed", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["NONE"]);
            v.signatures.unsigned = |token| token.algorithm == "NONE";
        }),
        ("none is refused in the usual three cases only", |v| {
            v.signatures.algorithm = |named, allowed| {
                let is_usual = ["none", "None", "NONE"].contains(&named);
                the(allowed, |name| name == named)
                    .or_else(|| (!is_usual && named.eq_ignore_ascii_case("none")).then(|| named.to_owned()))
            };
            v.signatures.unsigned = |token| token.algorithm.eq_ignore_ascii_case("none");
        }),
    ],
};

fn the_or(named: &str, allowed: Names, more: Names) -> Option<String> {
    the(allowed, |name| name == named).or_else(|| the(more, |name| name == named))
}

const PUBLIC_KEY_AS_SECRET: Group = Group {
    against: &[(INSTALL, "JWT-12"), (ASAP, "JWT-12")],
    flaws: &[
        ("HS256 is allowed, with the public key as secret", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS256"]);
        }),
        ("HS512 is allowed, with the public key as secret", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS512"]);
        }),
        ("HS256 is allowed, with the public key without its last line break as secret", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS256"]);
            v.signatures.secret = |key| key.trim_end().as_bytes().to_vec();
        }),
        ("HS256 is allowed, with the bytes of the public key as secret", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS256"]);
            v.signatures.secret = |key| der(key).unwrap_or_default();
        }),
    ],
};

const HMAC_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-2")],
    flaws: &[
        ("HS384 is allowed, with the public key as secret", |v| {
            v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS384"]);
        }),
        ("algorithms that nobody knows are RS256", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text) || is_by("RS256", key, signature, text)
            };
            v.signatures.algorithm = |named, _| Some(named.to_owned());
        }),
    ],
};

const EMPTY_KEY: Group = Group {
    against: &[(INSTALL, "INS-1"), (ASAP, "ASAP-2")],
    flaws: &[("HS256 is allowed, with an empty secret", |v| {
        v.signatures.algorithm = |named, allowed| the_or(named, allowed, &["HS256"]);
        v.signatures.secret = |_| Vec::new();
        v.signatures.is_usable = |_| true;
    })],
};

pub(crate) const GROUPS: &[Group] =
    &[NAMES, CHOICE, OF_CONNECT, OF_HMAC, OF_CALLBACKS, NONE, PUBLIC_KEY_AS_SECRET, HMAC_OF_ASAP, EMPTY_KEY];
