//! The table of token kinds: how tokens are recognised, and what is wrong with each.

use data_encoding::BASE64URL_NOPAD;
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, Time};
use qsh_auth::kind::{Carrier, Demand, Expected, Profile, Recipient, Recognition, TokenKind, objections, remarks};
use serde_json::{Value, json};

const CLIENT: &str = "574f8bdd-8dc4-35d3-9558-7bcea4e41de6";
const HASH: &str = "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239";
const FORGE_APP: &str = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";

/// A token with a signature of 32 zero bytes.
fn token(header: &Value, claims: &Value) -> String {
    let segment = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    format!("{}.{}.{}", segment(header), segment(claims), BASE64URL_NOPAD.encode(&[0; 32]))
}

fn hs256(claims: &Value) -> String {
    token(&json!({ "alg": "HS256", "typ": "JWT" }), claims)
}

fn kind(token: &str, recipient: Option<Recipient>, scheme: Option<&str>) -> TokenKind {
    let carrier = scheme.map(Carrier::Authorization);
    Recognition::of(&Unverified::parse(token.as_bytes()).unwrap(), recipient, carrier).kind
}

/// One token of each kind as the documents and libraries write it.
#[test]
fn each_kind_is_recognised_by_its_claims() {
    let rs256 = |key_id: &str, claims: Value| token(&json!({ "alg": "RS256", "kid": key_id }), &claims);
    let urn = "urn:atlassian:connect:clientid:abc";
    for (expected, token) in [
        (TokenKind::Url, hs256(&json!({ "iss": CLIENT, "iat": 1, "exp": 2, "qsh": HASH, "context": {} }))),
        (TokenKind::Url, hs256(&json!({ "iss": "jira:1234", "iat": 1, "exp": 2, "qsh": HASH }))),
        (TokenKind::Url, hs256(&json!({ "iss": "connection:1234", "iat": 1, "exp": 2, "qsh": HASH }))),
        (TokenKind::Context, hs256(&json!({ "iss": CLIENT, "iat": 1, "exp": 2, "qsh": "context-qsh" }))),
        (
            TokenKind::Session,
            hs256(
                &json!({ "iss": "com.example.app", "aud": "com.example.app", "qsh": "context-qsh", "clientKey": CLIENT }),
            ),
        ),
        (TokenKind::Session, hs256(&json!({ "iss": "com.example.app", "aud": [CLIENT], "sub": "557058:1" }))),
        (TokenKind::App, hs256(&json!({ "iss": "com.example.app", "iat": 1, "exp": 2, "qsh": HASH }))),
        (TokenKind::App, hs256(&json!({ "iss": "com.example.app", "aud": [CLIENT], "iat": 1, "exp": 2, "qsh": HASH }))),
        (
            TokenKind::AppBitbucket,
            hs256(&json!({ "iss": "com.example.app", "sub": "connection:1234567", "iat": 1, "exp": 2 })),
        ),
        (
            TokenKind::Install,
            rs256("generic-keypair/cs-migrations/installation-key-pair--0a1b", json!({ "iss": CLIENT, "qsh": HASH })),
        ),
        (
            TokenKind::Impersonation,
            hs256(&json!({ "iss": urn, "sub": "urn:atlassian:connect:userkey:admin", "tnt": "x" })),
        ),
        (TokenKind::Impersonation, hs256(&json!({ "iss": CLIENT, "tnt": "https://acme.atlassian.net", "qsh": HASH }))),
        (TokenKind::Asap, rs256("svc/k1", json!({ "iss": "svc", "aud": "api", "jti": "1" }))),
        (TokenKind::Asap, token(&json!({ "alg": "ES256", "kid": "svc/k1" }), &json!({ "iss": "svc" }))),
        (
            TokenKind::Forge,
            rs256("forge/invocation-token/wf-1", json!({ "iss": "forge/invocation-token", "aud": FORGE_APP })),
        ),
        (TokenKind::Forge, rs256("k", json!({ "aud": FORGE_APP }))),
    ] {
        assert_eq!(kind(&token, None, None), expected, "{token}");
    }
}

#[test]
fn the_request_decides_where_the_claims_cannot() {
    let wrong_issuer = hs256(&json!({ "iss": CLIENT, "aud": CLIENT, "iat": 1, "exp": 2, "qsh": HASH }));
    assert_eq!(kind(&wrong_issuer, Some(Recipient::Product), Some("JWT")), TokenKind::App);
    assert_eq!(kind(&wrong_issuer, Some(Recipient::App), Some("JWT")), TokenKind::Url);
    assert_eq!(kind(&wrong_issuer, Some(Recipient::Bitbucket), None), TokenKind::AppBitbucket);
    let app_key = hs256(&json!({ "iss": "com.example.app", "iat": 1, "exp": 2, "qsh": HASH }));
    assert_eq!(kind(&app_key, Some(Recipient::App), None), TokenKind::Url);
    let webhook = hs256(&json!({ "iat": 1, "exp": 2 }));
    assert_eq!(kind(&webhook, None, Some("bearer")), TokenKind::Oauth);
    assert_eq!(kind(&webhook, None, None), TokenKind::Url);
}

/// Reports of users: a token that was judged by the rules of another kind.
#[test]
fn a_token_is_judged_by_the_rules_of_its_kind() {
    let reasons = |token: &str, kind, expected: &Expected<'_>| -> Vec<(Reason, &str)> {
        let token = Unverified::parse(token.as_bytes()).unwrap();
        let found = objections(&token, kind, expected, Time::new(1_000));
        found.iter().map(|objection| (objection.rejection.reason(), objection.rejection.clause())).collect()
    };
    // The issuer of a request to a product is the client key.
    let to_product = hs256(&json!({ "iss": CLIENT, "iat": 990, "exp": 1_100, "qsh": HASH }));
    let app = Expected::new().with_issuer("com.example.app");
    assert_eq!(reasons(&to_product, TokenKind::App, &app), [(Reason::UnknownIssuer, "PRD-1")]);
    // A good install callback: there is nothing to object to.
    let key_id = "generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6g7h";
    let callback = token(
        &json!({ "alg": "RS256", "kid": key_id }),
        &json!({ "iss": CLIENT, "aud": ["https://app.example.com"], "iat": 990, "exp": 1_100, "qsh": HASH }),
    );
    let ours = Expected::new().with_audiences(["http://app.example.com", "https://app.example.com/"]);
    assert_eq!(reasons(&callback, TokenKind::Install, &ours), []);
    let others = Expected::new().with_audiences(["http://app.example.com"]);
    assert_eq!(reasons(&callback, TokenKind::Install, &others), [(Reason::AudienceMismatch, "INS-6")]);
    assert_eq!(
        reasons(&callback, TokenKind::Install, &Expected::new().with_audiences([])),
        [(Reason::AudienceMismatch, "INS-6")]
    );
    // A good assertion has no qsh.
    let mut assertion = json!({
        "iss": "urn:atlassian:connect:clientid:abc", "sub": "urn:atlassian:connect:useraccountid:557058:1",
        "tnt": "https://acme.atlassian.net", "aud": "https://oauth-2-authorization-server.services.atlassian.com",
        "iat": 990, "exp": 1_050,
    });
    assert_eq!(reasons(&hs256(&assertion), TokenKind::Impersonation, &Expected::new()), []);
    assertion["exp"] = json!(1_170);
    assert_eq!(
        reasons(&hs256(&assertion), TokenKind::Impersonation, &Expected::new()),
        [(Reason::LifetimeTooLong, "IMP-7")]
    );
    // Without these rules, the limit of a minute would bind nobody.
    let refused = [(9_000, 9_060, (Reason::NotYetValid, "IMP-6")), (990, 990, (Reason::InvalidClaim, "IMP-7"))];
    for (issued_at, expires_at, refused) in refused {
        (assertion["iat"], assertion["exp"]) = (json!(issued_at), json!(expires_at));
        let found = reasons(&hs256(&assertion), TokenKind::Impersonation, &Expected::new());
        assert!(found.contains(&refused), "{refused:?}: {found:?}");
    }
}

#[test]
fn a_token_has_to_stand_where_its_verifier_looks() {
    let token = hs256(&json!({ "iss": "com.example.app", "iat": 990, "exp": 1_100, "qsh": HASH }));
    let token = Unverified::parse(token.as_bytes()).unwrap();
    let found = |kind, carrier| -> Vec<(&str, Option<String>)> {
        let found = objections(&token, kind, &Expected::new().with_carrier(carrier), Time::new(1_000));
        found.iter().map(|it| (it.rejection.clause(), it.expected.clone())).collect()
    };
    let header = || Some("header `Authorization: JWT …`".to_owned());
    for carrier in [Carrier::Parameter("jwt"), Carrier::Authorization("Bearer"), Carrier::Authorization("")] {
        assert_eq!(found(TokenKind::App, carrier), [("PRD-2", header())], "{carrier}");
    }
    for carrier in [Carrier::Parameter("jwt"), Carrier::Authorization("jwt")] {
        assert_eq!(found(TokenKind::Url, carrier), [], "{carrier}");
    }
    let either = "header `Authorization: JWT …` or parameter `jwt`".to_owned();
    assert_eq!(found(TokenKind::Url, Carrier::Parameter("token")), [("TRN-1", Some(either))]);
}

#[test]
fn a_token_is_refused_by_another_recipient_than_its_own() {
    let context = hs256(&json!({ "iss": CLIENT, "iat": 990, "exp": 1_100, "qsh": "context-qsh" }));
    let forge = token(
        &json!({ "alg": "RS256", "kid": "forge/invocation-token/k" }),
        &json!({ "iss": "forge/invocation-token", "aud": FORGE_APP, "iat": 990, "exp": 1_015 }),
    );
    for (text, kind, refused) in [
        (&context, TokenKind::Context, (Reason::ContextToken, "PRD-4")),
        (&forge, TokenKind::Forge, (Reason::UnknownIssuer, "PRD-1")),
    ] {
        let unverified = Unverified::parse(text.as_bytes()).unwrap();
        assert_eq!(Recognition::of(&unverified, Some(Recipient::Product), None).kind, kind);
        let found = |recipient| -> Vec<(Reason, &str)> {
            let expected = Expected::new().with_recipient(recipient);
            let found = objections(&unverified, kind, &expected, Time::new(1_000));
            found.iter().map(|it| (it.rejection.reason(), it.rejection.clause())).collect()
        };
        assert_eq!(found(Recipient::Product), [refused]);
        assert_eq!(found(Recipient::App), []);
    }
    // An app that signs with a private key makes no install callback.
    let to_product = token(&json!({ "alg": "RS256" }), &json!({ "iss": "com.example.app", "qsh": HASH }));
    assert_eq!(kind(&to_product, Some(Recipient::Product), None), TokenKind::App);
}

#[test]
fn dates_that_are_hours_off_and_clocks_that_differ_are_suspicious() {
    for (issued_at, expected) in [
        (1_000_000, None),
        (1_000_060, None),
        (1_000_061, Some("its iat is 61 s ahead: the clocks differ")),
        (1_007_230, Some("its iat is 2 h ahead: local time was perhaps taken for UTC")),
        (992_790, Some("its iat is 2 h behind: local time was perhaps taken for UTC")),
        (994_600, None),
        (1_000_000 - 15 * 3_600, None),
        // India, Nepal, Newfoundland and the Chatham Islands.
        (1_000_000 + 19_800, Some("its iat is 5 h 30 min ahead: local time was perhaps taken for UTC")),
        (1_000_000 - 20_700, Some("its iat is 5 h 45 min behind: local time was perhaps taken for UTC")),
        (1_000_000 - 12_600 + 60, Some("its iat is 3 h 30 min behind: local time was perhaps taken for UTC")),
        (1_000_000 + 49_500, Some("its iat is 13 h 45 min ahead: local time was perhaps taken for UTC")),
        (1_000_000 + 1_800, Some("its iat is 30 min ahead: local time was perhaps taken for UTC")),
        // Too small, too large, and not a quarter.
        (1_000_000 + 900, Some("its iat is 900 s ahead: the clocks differ")),
        (1_000_000 + 51_300, Some("its iat is 51300 s ahead: the clocks differ")),
        (1_000_000 + 19_900, Some("its iat is 19900 s ahead: the clocks differ")),
        // No time zone differs by an hour and a quarter: the token is old.
        (1_000_000 - 4_500, None),
    ] {
        let token = hs256(&json!({ "iss": CLIENT, "iat": issued_at, "qsh": HASH }));
        let found = remarks(&Unverified::parse(token.as_bytes()).unwrap(), TokenKind::Url, 1_000_000);
        let found: Vec<&str> = found.iter().map(|remark| remark.text.as_str()).collect();
        assert_eq!(found, Vec::from_iter(expected), "{issued_at}");
    }
}

/// The end of a token lies three minutes after its beginning, which tells how far the end alone is off.
#[test]
fn an_end_that_is_a_time_zone_off_is_suspicious() {
    let zone = |offset: &str| Some(format!("its exp is {offset}: local time was perhaps taken for UTC"));
    for (issued_at, expires_at, expected) in [
        (Some(1_000_000), 1_000_180, None),
        (Some(1_000_000), 1_003_600, None),
        (Some(1_000_000), 1_000_900, None),
        (Some(1_000_000), 1_000_180 + 19_800, zone("5 h 30 min ahead")),
        (Some(1_000_000), 1_000_180 + 20_700, zone("5 h 45 min ahead")),
        (None, 1_000_180 + 19_800 - 30, zone("5 h 30 min ahead")),
        (None, 1_000_180, None),
    ] {
        let mut claims = json!({ "iss": CLIENT, "exp": expires_at, "qsh": HASH });
        if let Some(issued_at) = issued_at {
            claims["iat"] = issued_at.into();
        }
        let token = hs256(&claims);
        let found = remarks(&Unverified::parse(token.as_bytes()).unwrap(), TokenKind::Url, 1_000_000);
        let found: Vec<&str> = found.iter().map(|remark| remark.text.as_str()).collect();
        assert_eq!(found, Vec::from_iter(expected.as_deref()), "{issued_at:?} {expires_at}");
    }
    let behind = hs256(&json!({ "iss": CLIENT, "iat": 1_000_000, "exp": 1_000_180 - 19_800, "qsh": HASH }));
    let found = remarks(&Unverified::parse(behind.as_bytes()).unwrap(), TokenKind::Url, 1_000_000);
    let clauses: Vec<&str> = found.iter().map(|remark| remark.clause).collect();
    assert_eq!(clauses, ["CON-10", "CON-12"]);
}

#[test]
fn an_objection_has_what_was_found_and_what_was_expected() {
    let claims = json!({ "iss": CLIENT, "aud": ["https://other.example"], "iat": 990, "exp": 1_100, "qsh": HASH });
    let callback = token(&json!({ "alg": "RS256", "kid": "k" }), &claims);
    let callback = Unverified::parse(callback.as_bytes()).unwrap();
    let expected =
        Expected::new().with_issuer("another").with_audiences(["https://app.example.com", "https://eu.example.com"]);
    let found = objections(&callback, TokenKind::Install, &expected, Time::new(1_000));
    let values: Vec<(Option<&str>, String, Option<&str>)> =
        found.iter().map(|it| (it.name, it.found.as_ref().unwrap().to_string(), it.expected.as_deref())).collect();
    let expected_audiences = "https://app.example.com or https://eu.example.com";
    assert_eq!(
        values,
        [
            (Some("iss"), format!("\"{CLIENT}\""), Some("another")),
            (Some("aud"), "[\"https://other.example\"]".to_owned(), Some(expected_audiences)),
        ]
    );
}

/// A token of Connect at an endpoint for Forge invocation tokens: the kind is the first cause, and stands once.
#[test]
fn a_token_of_another_kind_is_said_before_what_follows_from_it() {
    let connect = hs256(&json!({ "iss": CLIENT, "iat": 900, "exp": 1_100, "qsh": HASH }));
    let connect = Unverified::parse(connect.as_bytes()).unwrap();
    let carried = Expected::new().with_carrier(Carrier::Authorization("JWT"));
    let found = objections(&connect, TokenKind::Forge, &carried, Time::new(1_000));
    assert_eq!(
        found[0].rejection.to_string(),
        "the token is of another kind than Forge invocation token: token of a product for one URL, because its iss is a client key (FIT-1)"
    );
    assert_eq!((found[0].found.as_ref().unwrap(), found[0].expected.as_deref()), (&json!("HS256"), Some("RS256")));
    let reasons: Vec<Reason> = found.iter().map(|it| it.rejection.reason()).collect();
    assert_eq!(reasons[..3], [Reason::AlgorithmNotAllowed, Reason::NoToken, Reason::Malformed]);
    assert_eq!(reasons.iter().filter(|it| **it == Reason::AlgorithmNotAllowed).count(), 1);
    // A token that names an app of Forge and was signed with a secret.
    let own = hs256(&json!({ "iss": "forge/invocation-token", "aud": FORGE_APP, "iat": 900, "exp": 1_100 }));
    let own = Unverified::parse(own.as_bytes()).unwrap();
    let found = objections(&own, TokenKind::Forge, &Expected::new(), Time::new(1_000));
    assert_eq!(found[0].rejection.to_string(), "the token's alg is not RS256 (FIT-1)");
}

/// INS-3: the address of a key is the key host, a slash, and the `kid` as it stands.
#[test]
fn what_is_off_with_a_key_id_is_named() {
    let good = "generic-keypair/cs-migrations/installation-key-pair--0a1b2c3d4e5f6g7h";
    let found = |key_id: &str| {
        let claims = json!({ "iss": CLIENT, "aud": "https://app.example.com", "iat": 900, "exp": 1_100, "qsh": HASH });
        let token = token(&json!({ "alg": "RS256", "kid": key_id }), &claims);
        let token = Unverified::parse(token.as_bytes()).unwrap();
        let found = objections(&token, TokenKind::Install, &Expected::new(), Time::new(1_000));
        let of_key = found.iter().filter(|it| it.name == Some("kid"));
        of_key.map(|it| it.rejection.to_string()).collect::<Vec<_>>().join("; ")
    };
    for (key_id, expected) in [
        (good.to_owned(), ""),
        (
            format!("/{good}"),
            "the kid begins with a slash: that slash belongs to the address of the key, and not to the kid (INS-3)",
        ),
        (
            format!("https://connect-install-keys.atlassian.com/{good}"),
            "the kid is the whole address of a key: it has to be what stands after the key host and its slash (INS-3)",
        ),
        (good.replace('/', "%2F"), "the kid is escaped: its slashes have to stand as they are, without %2F (INS-3)"),
        (format!("//{good}"), "the key id has a segment that is empty, . or .. (INS-3)"),
        (good.replace('/', "\\"), "the key id has an invalid character (INS-3)"),
    ] {
        assert_eq!(found(&key_id), expected, "{key_id}");
    }
}

/// The verifiers rely on this: a rule about a value holds for values of another type.
#[test]
fn a_claim_with_a_rule_about_its_value_has_a_rule_about_its_type_before() {
    for profile in Profile::all() {
        for (place, rule) in profile.claims.iter().enumerate() {
            let needed = match rule.demand {
                Demand::Present | Demand::Text | Demand::Date | Demand::Audience => continue,
                Demand::AudienceIsOurs(_) => Demand::Audience,
                Demand::NotEmpty if rule.claim == "aud" => Demand::Audience,
                Demand::AfterIssue | Demand::Begun | Demand::BegunOrNbf | Demand::Lifetime(_) | Demand::NotPassed => {
                    Demand::Date
                }
                _ => Demand::Text,
            };
            let is_typed = profile.claims[..place].iter().any(|it| it.claim == rule.claim && it.demand == needed);
            assert!(is_typed, "{:?}: {rule:?}", profile.kind);
        }
    }
}

#[test]
fn every_kind_has_one_row_and_one_name() {
    for kind in TokenKind::ALL {
        assert_eq!(Profile::of(kind).kind, kind);
        assert_eq!(Profile::all().filter(|profile| profile.kind == kind).count(), 1);
        assert_eq!(TokenKind::named(kind.name()), Some(kind));
    }
    assert_eq!(Profile::all().count(), TokenKind::ALL.len());
}
