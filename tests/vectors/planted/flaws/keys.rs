//! Flaws in the search for a key (CON-2, INS-2, INS-3, ASAP-5 to ASAP-8, JWT-15).

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::decoding::{Token, base64url};
use crate::planted::keys::under;
use crate::planted::transport::decoded;

const TENANT: Group = Group {
    against: &[(CONNECT, "CON-2")],
    flaws: &[
        ("client keys are compared in any case", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key.eq_ignore_ascii_case(issuer));
        }),
        ("the issuer is put in lower case", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key == issuer.to_lowercase());
        }),
        ("the issuer is trimmed", |v| v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key == issuer.trim())),
        ("the issuer ends before its first NUL", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| Some(key) == issuer.split('\0').next());
        }),
        ("the beginning of a client key will do", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                under(tenants, |key| {
                    key == issuer || !issuer.is_empty() && !tenants.contains_key(issuer) && key.starts_with(issuer)
                })
            };
        }),
        ("the issuer may go on after a client key", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                under(tenants, |key| key == issuer || !tenants.contains_key(issuer) && issuer.starts_with(key))
            };
        }),
        ("the first client key that begins so counts", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                let mut secrets = under(tenants, |key| key.starts_with(issuer));
                secrets.truncate(1);
                secrets
            };
        }),
        ("the first client key with which the issuer begins counts", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                let mut secrets = under(tenants, |key| issuer.starts_with(key));
                secrets.truncate(1);
                secrets
            };
        }),
        ("client keys are compared in a normal form", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key.nfc().eq(issuer.nfc()));
        }),
        ("jira: before a client key does not count", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                let bare = |key: &str| key.trim_start_matches("jira:").to_owned();
                under(tenants, |key| bare(key) == bare(issuer))
            };
        }),
        ("characters beyond ASCII in a client key do not count", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                let ascii = |key: &str| key.replace(|character: char| !character.is_ascii(), "");
                under(tenants, |key| ascii(key) == issuer)
            };
        }),
        ("every tenant's secret is tried", |v| v.keys.secrets = |tenants, _, _| under(tenants, |_| true)),
        ("a known issuer may use every tenant's secret", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |_| tenants.contains_key(issuer));
        }),
        ("an unknown issuer is the first tenant", |v| {
            v.keys.secrets = |tenants, issuer, _| match tenants.get(issuer) {
                Some(secret) => vec![secret.clone()],
                None => tenants.values().take(1).cloned().collect(),
            };
        }),
    ],
};

const APP: Group = Group {
    against: &[(CONNECT, "CON-4")],
    flaws: &[
        ("an app's key is compared in any case", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key == issuer.to_lowercase());
        }),
        ("an app's key may go on", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| issuer.starts_with(key));
        }),
        ("the last part of an app's key will do", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key.ends_with(issuer));
        }),
        ("a client key will do for an app's key", |v| {
            v.keys.secrets = |tenants, issuer, _| {
                let is_client_key = issuer.len() == 36 && issuer.matches('-').count() == 4;
                under(tenants, |key| key == issuer || is_client_key)
            };
        }),
        ("an app's key is no issuer", |v| {
            v.keys.secrets = |tenants, issuer, _| under(tenants, |key| key == issuer && !key.contains('.'));
        }),
    ],
};

const AUDIENCE: Group = Group {
    against: &[(CONNECT, "CON-2"), (CONNECT, "CON-20")],
    flaws: &[("an audience names the tenant where there is one", |v| {
        v.keys.secrets = |tenants, issuer, token| {
            let audience = token.claims.get("aud").map(|value| value.get(0).unwrap_or(value));
            let named = audience.and_then(Value::as_str).unwrap_or(issuer);
            under(tenants, |key| key == named)
        };
    })],
};

const BROUGHT_SECRET: Group = Group {
    against: &[(CONNECT, "JWT-15")],
    flaws: &[
        ("a secret that a token brings along is used", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                let brought = |token: &Token| String::from_utf8(base64url(jwk(token, "k")?.as_bytes())?).ok();
                brought(token).map_or_else(|| under(tenants, |key| key == issuer), |secret| vec![secret])
            };
        }),
        ("kid names the tenant where it is there", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                let named = token.header.get("kid").and_then(Value::as_str);
                under(tenants, |key| key == named.unwrap_or(issuer))
            };
        }),
        ("a kid that names a tenant brings its secret", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                let named = token.header.get("kid").and_then(Value::as_str);
                under(tenants, |key| key == issuer || Some(key) == named)
            };
        }),
        ("the header's issuer counts where it is there", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                let named = token.header.get("iss").and_then(Value::as_str).unwrap_or(issuer);
                under(tenants, |key| key == named)
            };
        }),
        ("a kid that is a path is a file with the secret", |v| {
            v.keys.secrets = |tenants, issuer, token| {
                let is_path = token.header.get("kid").and_then(Value::as_str).is_some_and(|kid| kid.contains('/'));
                if is_path { vec![String::new()] } else { under(tenants, |key| key == issuer) }
            };
            v.signatures.is_usable = |_| true;
        }),
    ],
};

const BROUGHT_KEY: Group = Group {
    against: &[(INSTALL, "JWT-15"), (ASAP, "JWT-15")],
    flaws: &[("a public key that a token brings along is used", |v| {
        v.keys.published = |keys, key_id, token| {
            brought_pem(token).map_or_else(|| under(keys, |published| published == key_id), |pem| vec![pem])
        };
    })],
};

fn jwk<'a>(token: &'a Token, member: &str) -> Option<&'a str> {
    token.header.get("jwk")?.get(member)?.as_str()
}

/// The RSA key of a `jwk`. It has 2,048 bits and the usual exponent.
fn brought_pem(token: &Token) -> Option<String> {
    // SubjectPublicKeyInfo (RFC 5280), up to the modulus.
    let front: &[u8] = b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\
        \x03\x82\x01\x0f\x00\x30\x82\x01\x0a\x02\x82\x01\x01\x00";
    let modulus = base64url(jwk(token, "n")?.as_bytes())?;
    let der = [front, &modulus, b"\x02\x03\x01\x00\x01"].concat();
    Some(pem::encode(&pem::Pem::new("PUBLIC KEY", der)))
}

const TYPE_OF_KEY_ID: Group = Group {
    against: &[(INSTALL, "INS-2"), (ASAP, "ASAP-5")],
    flaws: &[
        ("the only key needs no kid", |v| {
            v.keys.key_id = |token| match token.header.get("kid") {
                None => Some("*".to_owned()),
                Some(value) => value.as_str().map(str::to_owned),
            };
            v.keys.is_well_formed = |_| true;
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id || key_id == "*");
            v.identity.owns = |_, _| true;
        }),
        ("a kid among the claims counts", |v| {
            v.keys.key_id = |token| text(token.header.get("kid").or_else(|| token.claims.get("kid"))?);
        }),
        ("the first of a list of kids counts", |v| {
            v.keys.key_id = |token| {
                let value = token.header.get("kid")?;
                text(value.get(0).unwrap_or(value))
            };
        }),
        ("kid may be written in any case", |v| {
            v.keys.key_id = |token| {
                text(token.header.iter().find(|(name, _)| name.eq_ignore_ascii_case("kid")).map(|(_, value)| value)?)
            };
        }),
        ("kid is looked for in every object of the header", |v| {
            v.keys.key_id = |token| {
                let within = || token.header.values().find_map(|value| value.get("kid"));
                text(token.header.get("kid").or_else(within)?)
            };
        }),
    ],
};

const TEXT_OF_KEY_ID: Group = Group {
    against: &[(INSTALL, "INS-2"), (ASAP, "ASAP-5")],
    flaws: &[
        ("a number for kid is its digits", |v| {
            v.keys.key_id = |token| match token.header.get("kid")? {
                Value::Number(number) => Some(number.to_string()),
                value => text(value),
            };
        }),
        ("null for kid is its text", |v| {
            v.keys.key_id = |token| match token.header.get("kid")? {
                Value::Null => Some("null".to_owned()),
                value => text(value),
            };
        }),
    ],
};

const KEY_ID_OF_ASAP: Group = Group {
    against: &[(ASAP, "ASAP-5")],
    flaws: &[("a kid among the claims counts before the header's", |v| {
        v.keys.key_id = |token| text(token.claims.get("kid").or_else(|| token.header.get("kid"))?);
    })],
};

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

const PUBLISHED: Group = Group {
    against: &[(INSTALL, "INS-3"), (ASAP, "ASAP-8")],
    flaws: &[
        ("kids are compared in any case", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published.eq_ignore_ascii_case(key_id));
        }),
        ("the beginning of a kid will do", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published.starts_with(key_id));
        }),
        ("a kid may go on", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| key_id.starts_with(published));
        }),
        ("an unknown kid is the first key", |v| {
            v.keys.published = |keys, key_id, _| match keys.get(key_id) {
                Some(key) => vec![key.clone()],
                None => keys.values().take(1).cloned().collect(),
            };
        }),
        ("the first key counts", |v| v.keys.published = |keys, _, _| keys.values().take(1).cloned().collect()),
        ("the last key counts", |v| {
            v.keys.published = |keys, _, _| keys.values().next_back().cloned().into_iter().collect();
        }),
        ("every key is tried", |v| v.keys.published = |keys, _, _| under(keys, |_| true)),
        ("under a known kid every key is tried", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |_| keys.contains_key(key_id));
        }),
    ],
};

const PUBLISHED_BY_ATLASSIAN: Group = Group {
    against: &[(INSTALL, "INS-3")],
    flaws: &[
        ("a kid is trimmed", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id.trim());
        }),
        ("a kid ends before its first NUL", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| Some(published) == key_id.split('\0').next());
        }),
        ("a kid is a pattern", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id || key_id == ".*");
        }),
        ("the last segment of a kid counts", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| key_id.rsplit('/').next() == Some(published));
        }),
        ("a kid is resolved like a path", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| resolved(key_id) == published);
        }),
        ("a kid is decoded, and its last segment counts", |v| {
            v.keys.published = |keys, key_id, _| {
                let key_id = String::from_utf8(decoded(key_id.as_bytes())).unwrap_or_default();
                under(keys, |published| key_id.rsplit('/').next() == Some(published))
            };
        }),
        ("a kid ends before its query", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| key_id.split('?').next() == Some(published));
        }),
        ("a kid is a UUID", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id && key_id.len() == 36);
        }),
        ("a kid has no slash", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id && !key_id.contains('/'));
        }),
        ("a kid has 128 characters at most", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id && key_id.len() <= 128);
        }),
        ("a key is found by the folder of its kid", |v| {
            v.keys.published = |keys, key_id, _| {
                let folder = |published: &str| published.rsplit_once('/').map(|(folder, _)| folder.to_owned());
                under(keys, |published| published == key_id || folder(published).as_deref() == Some(key_id))
            };
        }),
        ("a key is found by the last segment of its kid", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published.rsplit('/').next() == Some(key_id));
        }),
        ("a kid is decoded", |v| {
            v.keys.published = |keys, key_id, _| {
                let key_id = String::from_utf8(decoded(key_id.as_bytes())).unwrap_or_default();
                under(keys, |published| published == key_id)
            };
        }),
        ("slashes around a kid and within it are collapsed", |v| {
            v.keys.published = |keys, key_id, _| {
                let segments: Vec<&str> = key_id.split('/').filter(|segment| !segment.is_empty()).collect();
                under(keys, |published| published == segments.join("/"))
            };
        }),
        ("a kid ends before its fragment", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| key_id.split('#').next() == Some(published));
        }),
        ("a backslash in a kid is a slash", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id.replace('\\', "/"));
        }),
        ("an empty kid is the only key", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id || key_id.is_empty());
        }),
    ],
};

/// Resolves the `..` segments of a path.
fn resolved(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            ".." => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    segments.join("/")
}

const PUBLISHED_BY_ISSUERS: Group = Group {
    against: &[(ASAP, "ASAP-8")],
    flaws: &[
        ("every key of the issuer is tried", |v| {
            v.keys.published = |keys, key_id, _| {
                let issuer = |key_id: &str| key_id.split('/').next().map(str::to_owned);
                under(keys, |published| issuer(published) == issuer(key_id))
            };
        }),
        ("a kid may have an ending like a file's", |v| {
            v.keys.published = |keys, key_id, _| under(keys, |published| published == key_id.trim_end_matches(".pem"));
        }),
    ],
};

pub(crate) const GROUPS: &[Group] = &[
    TENANT,
    APP,
    AUDIENCE,
    BROUGHT_SECRET,
    BROUGHT_KEY,
    TYPE_OF_KEY_ID,
    TEXT_OF_KEY_ID,
    KEY_ID_OF_ASAP,
    PUBLISHED,
    PUBLISHED_BY_ATLASSIAN,
    PUBLISHED_BY_ISSUERS,
];
