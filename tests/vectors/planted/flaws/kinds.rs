//! Flaws in verifiers of requests to products, of assertions for user impersonation, and of invocation tokens of Forge.

use qsh::suite::case::Operation;
use serde_json::Value;

use super::Group;
use crate::planted::hash;
use crate::planted::keys::under;
use crate::planted::kinds::{Kinds, keys, seconds};

const PRODUCT: Operation = Operation::AuthenticateProduct;
const IMPERSONATION: Operation = Operation::ImpersonationVerify;
const FORGE: Operation = Operation::ForgeVerify;
const USER: &str = "urn:atlassian:connect:useraccountid:";

pub(super) const GROUPS: &[Group] = &[
    Group {
        against: &[(PRODUCT, "PRD-1")],
        flaws: &[
            ("any installed app may sign for any issuer", |v| v.kinds.apps = |apps, _| under(apps, |_| true)),
            ("the key of the app is compared in any case", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| app_key.eq_ignore_ascii_case(issuer));
            }),
            ("the key of the app begins with the issuer", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| app_key.starts_with(issuer));
            }),
            ("the issuer begins with the key of the app", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| issuer.starts_with(app_key));
            }),
            ("the key of the app ends with the issuer", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| app_key.ends_with(issuer));
            }),
            ("the issuer is trimmed before it is compared with app keys", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| app_key == issuer.trim());
            }),
            ("a client key is an app key", |v| {
                v.kinds.apps = |apps, issuer| under(apps, |app_key| app_key == issuer || issuer.len() == 36);
            }),
            ("only the first app is known", |v| {
                v.kinds.apps = |apps, issuer| {
                    under(apps, |app_key| app_key == issuer)
                        .into_iter()
                        .take(usize::from(apps.keys().next().is_some_and(|first| first == issuer)))
                        .collect()
                };
            }),
        ],
    },
    Group {
        against: &[(PRODUCT, "PRD-2")],
        flaws: &[
            ("a product reads the parameter jwt", |v| {
                v.kinds.to_product = |headers, parameters| if headers.is_empty() { parameters } else { headers };
            }),
            ("a product reads the parameter jwt only", |v| v.kinds.to_product = |_, parameters| parameters),
        ],
    },
    Group {
        against: &[(PRODUCT, "PRD-3")],
        flaws: &[
            ("a product hashes the path with its base path", |v| {
                v.kinds.hash_to_product = |input| hash::of(&hash::bare(input));
            }),
            ("a product removes /wiki from every path", |v| {
                v.kinds.hash_to_product = |input| {
                    let url = input.url.as_str().unwrap_or_default().replacen("/wiki/", "/", 1);
                    let mut other = input.clone();
                    other.url = url.into();
                    other.base_url = None;
                    hash::of(&hash::request(&other))
                };
            }),
        ],
    },
    Group {
        against: &[(PRODUCT, "PRD-4")],
        flaws: &[
            ("the hash of a request to a product is optional", |v| {
                v.kinds.mandatory_to_product = &["iss", "iat", "exp"];
            }),
            ("a product accepts context tokens", |v| {
                v.hash.is_right = |claimed, right| claimed == right || claimed == hash::CONTEXT;
            }),
            ("a product does not compare the hash", |v| v.hash.is_right = |claimed, _| claimed.len() == 64),
            ("a product hashes no query", |v| {
                v.kinds.hash_to_product = |input| {
                    let mut other = input.clone();
                    let url = input.url.as_str().unwrap_or_default();
                    other.url = url.split('?').next().unwrap_or_default().into();
                    hash::of(&hash::request(&other))
                };
            }),
            ("a product takes every method for a GET", |v| {
                v.kinds.hash_to_product = |input| {
                    let mut other = input.clone();
                    other.method = "GET".to_owned();
                    hash::of(&hash::request(&other))
                };
            }),
        ],
    },
    Group {
        against: &[(PRODUCT, "PRD-5")],
        flaws: &[
            ("exp is optional in a request to a product", |v| v.kinds.mandatory_to_product = &["iss", "iat", "qsh"]),
            ("iat is optional in a request to a product", |v| v.kinds.mandatory_to_product = &["iss", "exp", "qsh"]),
            ("a product has no leeway", |v| v.claims.is_late = |now, exp, _| now > exp),
            ("a product does not look at exp", |v| v.claims.is_late = |_, _, _| false),
            ("a product does not look at nbf", |v| v.claims.is_early = |_, _, _| false),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-1")],
        flaws: &[
            ("an assertion may be signed with HS512", |v| v.signatures.connect = &["HS256", "HS512"]),
            ("an assertion may be signed with HS384", |v| v.signatures.connect = &["HS256", "HS384"]),
            ("the signature of an assertion is not checked", |v| v.signatures.is_mac = |_, _, _, _| true),
            ("an unsigned assertion is good", |v| {
                v.signatures.connect = &["HS256", "none"];
                v.signatures.unsigned = |token| token.algorithm == "none";
            }),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-2")],
        flaws: &[
            ("any client may ask", |v| v.kinds.is_client = |issuer, _| issuer.starts_with("urn:")),
            ("a bare client id is an issuer", |v| {
                v.kinds.is_client = |issuer, client_id| issuer.ends_with(client_id);
            }),
            ("an app key is an issuer of assertions", |v| {
                v.kinds.is_client =
                    |issuer, client_id| (Kinds::RIGHT.is_client)(issuer, client_id) || issuer.contains('.');
            }),
            ("a client key is an issuer of assertions", |v| {
                v.kinds.is_client =
                    |issuer, client_id| (Kinds::RIGHT.is_client)(issuer, client_id) || issuer.len() == 36;
            }),
            ("the URN of a client is compared in any case", |v| {
                v.kinds.is_client =
                    |issuer, client_id| (Kinds::RIGHT.is_client)(&issuer.to_lowercase(), &client_id.to_lowercase());
            }),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-3")],
        flaws: &[
            ("any text is a user", |v| v.kinds.is_user = |_| true),
            ("any URN is a user", |v| v.kinds.is_user = |subject| subject.starts_with("urn:")),
            ("the URN alone is a user", |v| v.kinds.is_user = |subject| subject.starts_with(USER)),
            ("the URN may stand anywhere", |v| v.kinds.is_user = |subject| subject.contains(USER)),
            ("the URN is compared in any case", |v| {
                v.kinds.is_user = |subject| subject.len() > USER.len() && subject.to_lowercase().starts_with(USER);
            }),
            ("sub is optional in an assertion", |v| {
                v.kinds.mandatory_in_assertion = &["iss", "tnt", "aud", "iat", "exp"];
            }),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-4")],
        flaws: &[
            ("tnt is optional", |v| v.kinds.mandatory_in_assertion = &["iss", "sub", "aud", "iat", "exp"]),
            ("an empty tnt is a site", |v| v.kinds.is_site = |_| true),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-5")],
        flaws: &[
            ("an assertion may be for any server", |v| v.kinds.is_server = |_, _| true),
            ("an assertion may be for any server of Atlassian", |v| {
                v.kinds.is_server = |audience, _| audience.contains("atlassian");
            }),
            ("the server is compared in any case", |v| {
                v.kinds.is_server = |audience, server| audience.eq_ignore_ascii_case(server);
            }),
            ("the beginning of the server is the server", |v| {
                v.kinds.is_server = |audience, server| server.starts_with(audience);
            }),
            ("an address on the server is the server", |v| {
                v.kinds.is_server = |audience, server| audience.starts_with(server);
            }),
            ("aud is optional in an assertion", |v| {
                v.kinds.mandatory_in_assertion = &["iss", "sub", "tnt", "iat", "exp"];
            }),
            ("the older server is always meant, too", |v| {
                v.kinds.is_server = |audience, server| audience == server || audience == "https://auth.atlassian.io";
            }),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-6")],
        flaws: &[
            ("exp is optional in an assertion", |v| {
                v.kinds.mandatory_in_assertion = &["iss", "sub", "tnt", "aud", "iat"];
            }),
            ("iat is optional in an assertion", |v| {
                v.kinds.mandatory_in_assertion = &["iss", "sub", "tnt", "aud", "exp"];
            }),
            ("an assertion never ends", |v| v.claims.is_late = |_, _, _| false),
            ("an assertion has no leeway", |v| v.claims.is_late = |now, exp, _| now > exp),
            ("the nbf of an assertion is not looked at", |v| v.claims.is_early = |_, _, _| false),
            ("the nbf of an assertion has no leeway", |v| v.claims.is_early = |now, nbf, _| now < nbf),
            ("the nbf of an assertion has to be over", |v| v.claims.is_early = |now, nbf, leeway| now <= nbf - leeway),
        ],
    },
    Group {
        against: &[(IMPERSONATION, "IMP-7")],
        flaws: &[
            ("an assertion may be good for an hour", |v| v.kinds.is_long = |times| seconds(times) > 3600.0),
            ("an assertion may be good for three minutes", |v| v.kinds.is_long = |times| seconds(times) > 180.0),
            ("the time of issue of an assertion is not looked at", |v| v.kinds.is_ahead = |_| false),
            ("an assertion has to be issued before now", |v| {
                v.kinds.is_ahead = |times| times.iat.is_some_and(|iat| iat >= times.now);
            }),
            ("an assertion has to end before sixty seconds", |v| v.kinds.is_long = |times| seconds(times) >= 60.0),
            ("the lifetime is counted from now", |v| {
                v.kinds.is_long = |times| times.exp.unwrap_or_default() - times.now > 120.0;
            }),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-1")],
        flaws: &[
            ("an invocation token may be signed with RS512", |v| v.kinds.of_forge = &["RS256", "RS512"]),
            ("an invocation token may be unsigned", |v| {
                v.kinds.of_forge = &["RS256", "none"];
                v.signatures.unsigned = |token| token.algorithm == "none";
            }),
            ("any algorithm of a name is RS256", |v| {
                v.kinds.of_forge = &["RS256", "RS384", "RS512", "PS256", "PS512", "HS256", "none"];
            }),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-3")],
        flaws: &[
            ("any key of the key set may have signed", |v| v.kinds.key_set = |set, _, _| keys(set, |_| true)),
            ("the only key of a key set has any name", |v| {
                v.kinds.key_set = |set, key_id, _| {
                    let all = keys(set, |_| true);
                    if all.len() == 1 { all } else { keys(set, |key| key["kid"] == key_id) }
                };
            }),
            ("the kid is compared in any case", |v| {
                v.kinds.key_set = |set, key_id, _| {
                    keys(set, |key| key["kid"].as_str().is_some_and(|kid| kid.eq_ignore_ascii_case(key_id)))
                };
            }),
            ("a key begins with the kid", |v| {
                v.kinds.key_set =
                    |set, key_id, _| keys(set, |key| key["kid"].as_str().is_some_and(|kid| kid.starts_with(key_id)));
            }),
            ("a token may bring its key", |v| {
                v.kinds.key_set = |set, key_id, token| {
                    let own = token.header.get("jwk").cloned();
                    keys(set, |key| key["kid"] == key_id).into_iter().chain(own).collect()
                };
            }),
            ("the signature of an invocation token is not checked", |v| v.signatures.unsigned = |_| true),
            ("only the first key of a key set is tried", |v| {
                v.kinds.key_set = |set, _, _| keys(set, |_| true).into_iter().take(1).collect();
            }),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-4")],
        flaws: &[
            ("the issuer of an invocation token is not compared", |v| v.kinds.is_forge = |_| true),
            ("the issuer begins with forge", |v| v.kinds.is_forge = |issuer| issuer.starts_with("forge")),
            ("the issuer of an invocation token is compared in any case", |v| {
                v.kinds.is_forge = |issuer| issuer.eq_ignore_ascii_case("forge/invocation-token");
            }),
            ("the issuer is optional in an invocation token", |v| {
                v.kinds.mandatory_in_invocation = &["aud", "iat", "exp"];
            }),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-5")],
        flaws: &[
            ("the audience of an invocation token is not compared", |v| v.kinds.is_forge_app = |_, _, _| true),
            ("the audience is optional in an invocation token", |v| {
                v.kinds.mandatory_in_invocation = &["iss", "iat", "exp"];
            }),
            ("the app is the one of the token", |v| {
                v.kinds.is_forge_app =
                    |audience, _, token| token.claims.get("app").is_some_and(|app| app["id"] == audience);
            }),
            ("the app of the token is looked at instead of the audience", |v| {
                v.kinds.is_forge_app = |_, app, token| token.claims.get("app").is_some_and(|it| it["id"] == app);
            }),
            ("any app of Forge is the app", |v| {
                v.kinds.is_forge_app = |audience, _, _| audience.starts_with("ari:cloud:ecosystem::app/");
            }),
            ("the audience is contained in the app", |v| {
                v.kinds.is_forge_app = |audience, app, _| app.contains(audience);
            }),
            ("the app is contained in the audience", |v| {
                v.kinds.is_forge_app = |audience, app, _| audience.contains(app);
            }),
            ("the app ends with the audience", |v| {
                v.kinds.is_forge_app = |audience, app, _| !audience.is_empty() && app.ends_with(audience);
            }),
            ("the app is compared in any case", |v| {
                v.kinds.is_forge_app = |audience, app, _| audience.eq_ignore_ascii_case(app);
            }),
            ("the audience of an invocation token is trimmed", |v| {
                v.kinds.is_forge_app = |audience, app, _| audience.trim() == app;
            }),
            ("an audience has to be text", |v| {
                v.identity.audiences = |value| match value {
                    Value::String(one) => Some(vec![one.clone()]),
                    _ => None,
                };
            }),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-6")],
        flaws: &[
            ("exp is optional in an invocation token", |v| v.kinds.mandatory_in_invocation = &["iss", "aud", "iat"]),
            ("an invocation token never ends", |v| v.claims.is_late = |_, _, _| false),
            ("an invocation token has no leeway", |v| v.claims.is_late = |now, exp, _| now > exp),
            ("an invocation token has an hour of leeway", |v| v.claims.is_late = |now, exp, _| now > exp + 3599.0),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-7")],
        flaws: &[
            ("nbf is not looked at in an invocation token", |v| v.claims.is_early = |_, _, _| false),
            ("nbf has no leeway in an invocation token", |v| v.claims.is_early = |now, nbf, _| now < nbf),
        ],
    },
    Group {
        against: &[(FORGE, "FIT-8")],
        flaws: &[("iat is optional in an invocation token", |v| {
            v.kinds.mandatory_in_invocation = &["iss", "aud", "exp"];
        })],
    },
    Group {
        against: &[(FORGE, "FIT-9")],
        flaws: &[("a date of an invocation token may be text", |v| {
            v.claims.seconds = |_, value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
        })],
    },
    Group {
        against: &[(FORGE, "FIT-12")],
        flaws: &[
            ("an invocation token may stand after any scheme", |v| {
                v.transport.credentials = |value, _| Some(value.rsplit(' ').next().unwrap_or_default().to_owned());
            }),
            ("an invocation token may stand alone", |v| {
                v.transport.credentials = |value, scheme| {
                    let rest = value.strip_prefix(scheme).unwrap_or(value).trim();
                    (!rest.contains(' ')).then(|| rest.to_owned())
                };
            }),
            ("an invocation token may stand in another header", |v| {
                v.transport.elsewhere = |received| {
                    received
                        .headers
                        .iter()
                        .filter(|(name, _)| name.starts_with("x-forge"))
                        .map(|(_, value)| value.clone().into_bytes())
                        .collect()
                };
            }),
            ("the scheme Bearer is compared exactly", |v| {
                v.transport.credentials = |value, scheme| {
                    let (first, rest) = value.split_once(' ')?;
                    (first == scheme).then(|| rest.to_owned())
                };
            }),
        ],
    },
];
