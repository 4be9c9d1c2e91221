//! Properties of ASAP tokens, and tests of each clause.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use qsh_auth::asap::{
    CannotIssue, Failure, Issue, NoRandomness, Renewal, ReplayGuard, Seen, Signer, Subjects, Verified, Verifier,
    bearer, random_id,
};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{
    Algorithm, CannotSign, KeyId, KeyKind, KeySource, PrivateKey, PublicKey, Reason, Time, sign_with_key,
};
use qsh_auth::kind::InvalidClaims;
use serde_json::{Value, json};

const NOW: i64 = 1_700_000_000;

type Keys = BTreeMap<KeyId, PublicKey>;

/// The public keys of [`private`]. Each has the key id `svc/` plus the name of its algorithm.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    Algorithm::ALL.into_iter().map(|algorithm| (key_id(algorithm), private(algorithm).public_key().clone())).collect()
});

pub(super) fn private_pem(algorithm: Algorithm) -> &'static [u8] {
    match algorithm.key_kind() {
        KeyKind::Rsa => include_bytes!("../keys/rsa.pkcs8.pem"),
        KeyKind::P256 => include_bytes!("../keys/p256.pkcs8.pem"),
        KeyKind::P384 => include_bytes!("../keys/p384.pkcs8.pem"),
        KeyKind::P521 => include_bytes!("../keys/p521.pkcs8.pem"),
    }
}

pub(super) fn private(algorithm: Algorithm) -> PrivateKey {
    PrivateKey::from_pem(private_pem(algorithm)).unwrap()
}

pub(super) fn key_id(algorithm: Algorithm) -> KeyId {
    KeyId::parse(format!("svc/{algorithm}")).unwrap()
}

pub(super) fn signer(algorithm: Algorithm) -> Signer {
    Signer::new("svc", key_id(algorithm), private(algorithm)).unwrap().with_algorithm(algorithm).unwrap()
}

fn reason<G: std::fmt::Debug>(failure: Failure<Infallible, G>) -> Reason {
    match failure {
        Failure::Rejected(rejection) => rejection.reason(),
        Failure::Keys(never) => match never {},
        Failure::ReplayGuard(error) => panic!("{error:?}"),
    }
}

pub(super) fn received(token: &[u8], time: Time) -> Result<Verified, Reason> {
    Verifier::new("api").verify(token, &*KEYS, time).map_err(reason)
}

fn algorithms() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(&Algorithm::ALL[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_is_accepted_from_the_first_second_to_the_last(
        algorithm in algorithms(), id in ".{0,20}", lifetime in 1_i64..=3_600, leeway in 0_u32..1_000,
        claims in prop::collection::vec((".{0,8}", ".{0,20}"), 0..4), subject in prop::option::of(".{0,8}"),
    ) {
        let mut issue = Issue::new("api", id.as_str(), NOW, NOW + lifetime).with_audience("another");
        for (name, value) in &claims {
            issue = issue.with_claim(format!("x-{name}"), value.as_str());
        }
        if let Some(subject) = &subject {
            issue = issue.with_subject(subject.as_str());
        }
        let token = signer(algorithm).sign(&issue).unwrap();
        let verifier = Verifier::new("api").with_subjects(Subjects::Any);
        let at = |now| verifier.verify(token.as_str().as_bytes(), &*KEYS, Time::new(now).with_leeway(leeway)).map_err(reason);
        let leeway = i64::from(leeway);
        for now in [NOW - leeway, NOW, NOW + lifetime, NOW + lifetime + leeway] {
            let verified = at(now).unwrap();
            prop_assert_eq!(verified.subject.as_str(), subject.as_deref().unwrap_or("svc"));
            prop_assert_eq!((verified.issuer.as_str(), verified.key_id), ("svc", key_id(algorithm)));
            prop_assert_eq!(verified.claims.get("jti"), Some(&Value::from(id.as_str())));
        }
        prop_assert_eq!(at(NOW - leeway - 1), Err(Reason::NotYetValid));
        prop_assert_eq!(at(NOW + lifetime + leeway + 1), Err(Reason::Expired));
    }

    #[test]
    fn a_token_with_any_byte_changed_is_refused(algorithm in algorithms(), place: prop::sample::Index, byte: u8) {
        let token = signer(algorithm).sign(&Issue::new("api", "1", NOW, NOW + 60)).unwrap();
        let mut token = token.as_str().as_bytes().to_vec();
        let place = place.index(token.len());
        prop_assume!(token[place] != byte);
        token[place] = byte;
        let refused = received(&token, Time::new(NOW)).unwrap_err();
        prop_assert!(
            matches!(refused, Reason::Malformed | Reason::BadSignature | Reason::AlgorithmNotAllowed | Reason::UnknownKey),
            "{refused:?}"
        );
    }

    #[test]
    fn a_token_with_anything_before_it_behind_it_or_cut_off_is_refused(
        algorithm in algorithms(), more in "[A-Za-z0-9_.=-]{1,5}", cut: prop::sample::Index,
    ) {
        let token = signer(algorithm).sign(&Issue::new("api", "1", NOW, NOW + 60)).unwrap();
        let token = token.as_str();
        for token in [format!("{token}{more}"), format!("{more}{token}"), token[..cut.index(token.len())].to_owned()] {
            prop_assert!(received(token.as_bytes(), Time::new(NOW)).is_err(), "{token}");
        }
    }

    #[test]
    fn nothing_panics_and_nothing_else_is_accepted(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[ -~]{0,200}") {
        for text in [bytes.as_slice(), text.as_bytes()] {
            prop_assert!(received(text, Time::new(NOW)).is_err());
            prop_assert!(PublicKey::from_pem(text).is_err() && PrivateKey::from_pem(text).is_err());
            prop_assert!(PrivateKey::from_pkcs8(text).is_err());
            let _ = bearer(&[("authorization", text)]);
            if let Ok(key_id) = KeyId::parse(text) {
                prop_assert_eq!(key_id.as_str().as_bytes(), text);
            }
        }
        prop_assert!(qsh_auth::asap::keys::private_key_of(&text).is_err());
        let uri = format!("data:application/pkcs8;kid={text}");
        prop_assert!(qsh_auth::asap::keys::private_key_of(&uri).is_err());
    }

    #[test]
    fn a_damaged_key_is_refused_or_is_a_whole_key(place: prop::sample::Index, byte: u8) {
        let damaged = |text: &str| {
            let mut text = text.as_bytes().to_vec();
            let place = place.index(text.len());
            text[place] = byte;
            text
        };
        if let Ok(key) = PublicKey::from_pem(damaged(include_str!("../keys/p256.spki.pem"))) {
            prop_assert_eq!(key.kind(), KeyKind::P256);
        }
        if let Ok(key) = PrivateKey::from_pem(damaged(include_str!("../keys/p256.pkcs8.pem"))) {
            let keys = Keys::from([(key_id(Algorithm::Es256), key.public_key().clone())]);
            let signer = Signer::new("svc", key_id(Algorithm::Es256), key).unwrap();
            let token = signer.sign(&Issue::new("api", "1", NOW, NOW + 60)).unwrap();
            prop_assert!(Verifier::new("api").verify(token.as_str().as_bytes(), &keys, Time::new(NOW)).is_ok());
        }
    }
}

fn claims() -> Value {
    json!({ "iss": "svc", "aud": "api", "iat": 1_000, "exp": 1_060, "jti": "1" })
}

fn with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn token(claims: &Value, name: &str) -> String {
    let key_id = KeyId::parse(name).unwrap();
    let claims = claims.as_object().unwrap().clone();
    sign_with_key(claims, &key_id, &private(Algorithm::Es256), Algorithm::Es256).unwrap().as_str().to_owned()
}

fn at(claims: &Value, time: Time) -> Result<Verified, Reason> {
    received(token(claims, "svc/ES256").as_bytes(), time)
}

/// A token with that text as header, and an invalid signature.
fn with_header(header: &str) -> String {
    let segment = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    format!("{}.{}.{}", segment(header), segment(&claims().to_string()), segment("signature"))
}

/// The tokens are from PyJWT, which signs with OpenSSL; see `tests/keys/README.md`.
#[test]
fn what_another_implementation_signs_is_accepted() {
    let tokens: BTreeMap<String, String> = serde_json::from_str(include_str!("../keys/tokens.json")).unwrap();
    assert_eq!(tokens.len(), Algorithm::ALL.len());
    for algorithm in Algorithm::ALL {
        let verified = received(tokens[algorithm.name()].as_bytes(), Time::new(1_060)).unwrap();
        assert_eq!(verified.key_id, key_id(algorithm));
    }
}

#[test]
fn a_key_id_is_there_and_names_a_key_of_the_store() {
    for (kid, expected) in [
        (r#","kid":"svc/none""#, Reason::UnknownKey),
        (r#","kid":"svc/ES256""#, Reason::BadSignature),
        ("", Reason::Malformed),
        (r#","kid":7"#, Reason::Malformed),
        (r#","kid":"/svc/k""#, Reason::Malformed),
        (r#","kid":"svc/../k""#, Reason::Malformed),
        (r#","kid":"svc/k\n""#, Reason::Malformed),
        (r#","kid":"""#, Reason::Malformed),
    ] {
        let token = with_header(&format!(r#"{{"alg":"ES256"{kid}}}"#));
        assert_eq!(received(token.as_bytes(), Time::new(1_000)).unwrap_err(), expected, "{kid}");
    }
}

#[test]
fn an_algorithm_is_one_of_nine_and_fits_the_key() {
    for algorithm in ["HS256", "HS512", "none", "EdDSA", "es256", "ES256K", "ES384", "RS256", "PS512"] {
        let token = with_header(&format!(r#"{{"alg":"{algorithm}","kid":"svc/ES256"}}"#));
        assert_eq!(
            received(token.as_bytes(), Time::new(1_000)).unwrap_err(),
            Reason::AlgorithmNotAllowed,
            "{algorithm}"
        );
    }
    let fewer = Verifier::new("api").with_algorithms([Algorithm::Rs256]);
    let refused = fewer.verify(token(&claims(), "svc/ES256").as_bytes(), &*KEYS, Time::new(1_000)).unwrap_err();
    assert_eq!(reason(refused), Reason::AlgorithmNotAllowed);
}

#[test]
fn a_public_key_is_no_secret() {
    let secret = qsh_auth::jwt::SharedSecret::new(include_str!("../keys/p256.spki.pem")).unwrap();
    let signed = qsh_auth::jwt::sign(claims().as_object().unwrap().clone(), &secret);
    let signed = Unverified::parse(signed.as_str().as_bytes()).unwrap();
    let refused = signed.verify_with_key(private(Algorithm::Es256).public_key(), &Algorithm::ALL).unwrap_err();
    assert_eq!(refused.reason(), Reason::AlgorithmNotAllowed);
}

#[test]
fn a_key_belongs_to_the_issuer() {
    let key = private(Algorithm::Es256).public_key().clone();
    let keys: Keys =
        ["svc", "svc2/k", "other/k", "svc/a/k"].map(|name| (KeyId::parse(name).unwrap(), key.clone())).into();
    let answer =
        |name| Verifier::new("api").verify(token(&claims(), name).as_bytes(), &keys, Time::new(1_000)).map_err(reason);
    for name in ["svc", "svc2/k", "other/k"] {
        assert_eq!(answer(name).unwrap_err(), Reason::KeyNotOwned, "{name}");
    }
    assert!(answer("svc/a/k").is_ok());
}

#[test]
fn claims_are_there_and_have_their_types() {
    for name in ["iss", "aud", "iat", "exp", "jti"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(at(&claims, Time::new(1_000)), Err(Reason::MissingClaim), "{name}");
    }
    for changes in [
        json!({ "iss": 5 }),
        json!({ "jti": 7 }),
        json!({ "jti": null }),
        json!({ "sub": 5 }),
        json!({ "sub": null }),
        json!({ "iat": "1000" }),
        json!({ "exp": "1060" }),
        json!({ "exp": true }),
        json!({ "nbf": "1000" }),
        json!({ "exp": null }),
        json!({ "nbf": null }),
    ] {
        assert_eq!(at(&with(changes.clone()), Time::new(1_000)), Err(Reason::InvalidClaim), "{changes}");
    }
}

#[test]
fn dates_hold_to_the_second() {
    let accepted = |changes: Value, now, leeway| at(&with(changes), Time::new(now).with_leeway(leeway)).map(|_| ());
    for (changes, now, leeway, expected) in [
        // ASAP-14
        (json!({ "iat": 900, "nbf": 1_000 }), 1_000, 0, Ok(())),
        (json!({ "iat": 900, "nbf": 1_000 }), 1_060, 0, Ok(())),
        (json!({ "iat": 900, "nbf": 1_000 }), 999, 0, Err(Reason::NotYetValid)),
        (json!({ "iat": 900, "nbf": 1_000 }), 1_061, 0, Err(Reason::Expired)),
        (json!({ "iat": 900, "nbf": 1_000 }), 1_090, 30, Ok(())),
        (json!({ "iat": 900, "nbf": 1_000 }), 1_091, 30, Err(Reason::Expired)),
        // ASAP-15
        (json!({ "iat": 1_001 }), 1_000, 0, Err(Reason::NotYetValid)),
        (json!({ "iat": 1_001 }), 1_000, 1, Ok(())),
        // ASAP-16, ASAP-19
        (json!({ "nbf": 990, "iat": 1_010 }), 1_000, 0, Ok(())),
        (json!({ "nbf": 900, "iat": 950 }), 1_000, 0, Ok(())),
        // ASAP-17
        (json!({ "exp": 4_600 }), 2_000, 0, Ok(())),
        (json!({ "exp": 4_601 }), 2_000, 0, Err(Reason::LifetimeTooLong)),
        (json!({ "exp": 4_601 }), 2_000, 30, Err(Reason::LifetimeTooLong)),
        (json!({ "exp": 4_600.5 }), 2_000, 0, Err(Reason::LifetimeTooLong)),
        (json!({ "iat": 1_000.5, "exp": 4_600.5 }), 2_000, 0, Ok(())),
        (json!({ "iat": i64::MIN, "exp": u64::MAX }), 2_000, 0, Err(Reason::LifetimeTooLong)),
        (json!({ "exp": 1e300 }), 2_000, 0, Err(Reason::LifetimeTooLong)),
        // ASAP-18
        (json!({ "exp": 999 }), 1_000, 0, Err(Reason::InvalidClaim)),
        (json!({ "exp": 1_000 }), 1_000, 0, Err(Reason::InvalidClaim)),
        (json!({ "exp": 999 }), 1_000, 30, Err(Reason::InvalidClaim)),
    ] {
        assert_eq!(accepted(changes.clone(), now, leeway), expected, "{changes} at {now}");
    }
}

#[test]
fn a_verifier_may_set_a_shorter_lifetime_and_no_longer_one() {
    let answer = |longest, expires_at: i64| {
        let token = token(&with(json!({ "exp": expires_at })), "svc/ES256");
        Verifier::new("api")
            .with_longest(longest)
            .verify(token.as_bytes(), &*KEYS, Time::new(1_000))
            .map(|_| ())
            .map_err(reason)
    };
    assert_eq!((answer(60, 1_060), answer(60, 1_061)), (Ok(()), Err(Reason::LifetimeTooLong)));
    assert_eq!((answer(u32::MAX, 4_600), answer(u32::MAX, 4_601)), (Ok(()), Err(Reason::LifetimeTooLong)));
}

#[test]
fn the_audience_is_this_server() {
    for audience in [json!("api"), json!(["other", "api"])] {
        assert!(at(&with(json!({ "aud": audience })), Time::new(1_000)).is_ok(), "{audience}");
    }
    let refused = |audience: &Value| at(&with(json!({ "aud": audience })), Time::new(1_000)).unwrap_err();
    for audience in [json!("api2"), json!("API"), json!(["other"])] {
        assert_eq!(refused(&audience), Reason::AudienceMismatch, "{audience}");
    }
    for audience in [json!([]), json!(null), json!(5), json!(["api", 5]), json!({})] {
        assert_eq!(refused(&audience), Reason::InvalidClaim, "{audience}");
    }
}

#[test]
fn another_subject_has_to_be_allowed() {
    assert_eq!(at(&claims(), Time::new(1_000)).unwrap().subject, "svc");
    assert_eq!(at(&with(json!({ "sub": "svc" })), Time::new(1_000)).unwrap().subject, "svc");
    let token = token(&with(json!({ "sub": "user" })), "svc/ES256");
    let with = |subjects| {
        let verifier = Verifier::new("api").with_subjects(subjects);
        verifier.verify(token.as_bytes(), &*KEYS, Time::new(1_000)).map(|verified| verified.subject).map_err(reason)
    };
    let pair = |issuer: &str, subject: &str| Subjects::Pairs(BTreeSet::from([(issuer.to_owned(), subject.to_owned())]));
    assert_eq!(with(Subjects::Issuer), Err(Reason::SubjectMismatch));
    assert_eq!(with(pair("user", "svc")), Err(Reason::SubjectMismatch));
    assert_eq!(with(pair("svc", "user")), Ok("user".to_owned()));
    assert_eq!(with(Subjects::Any), Ok("user".to_owned()));
}

#[test]
fn a_token_is_seen_once_it_was_accepted_and_until_it_ends() {
    let guard = Seen::new(10);
    let once = |claims: &Value, now| {
        let token = token(claims, "svc/ES256");
        let time = Time::new(now).with_leeway(30);
        Verifier::new("api").verify_once(token.as_bytes(), &*KEYS, &guard, time).map(|_| ()).map_err(reason)
    };
    assert_eq!(once(&with(json!({ "aud": "other" })), 1_000), Err(Reason::AudienceMismatch));
    assert_eq!(once(&claims(), 1_000), Ok(()));
    assert_eq!(once(&claims(), 1_090), Err(Reason::Replayed));
    assert_eq!(once(&with(json!({ "jti": "2" })), 1_000), Ok(()));
    assert!(at(&claims(), Time::new(1_000)).is_ok() && at(&claims(), Time::new(1_000)).is_ok());
}

#[test]
fn stores_that_fail_are_no_refusals() {
    struct Down;

    impl KeySource for Down {
        type Error = &'static str;

        fn public_key(&self, _: &KeyId, _: i64) -> Result<Option<PublicKey>, &'static str> {
            Err("the keys are down")
        }
    }

    impl ReplayGuard for Down {
        type Error = &'static str;

        fn is_first_use(&self, issuer: &str, id: &str, until: i64, now: i64) -> Result<bool, &'static str> {
            assert_eq!((issuer, id, until, now), ("svc", "1", 1_095, 1_000));
            Err("the memory is down")
        }
    }

    let token = token(&claims(), "svc/ES256");
    let verifier = Verifier::new("api");
    assert_eq!(verifier.verify(token.as_bytes(), &Down, Time::new(1_000)), Err(Failure::Keys("the keys are down")));
    let answer = verifier.verify_once(token.as_bytes(), &*KEYS, &Down, Time::new(1_000).with_leeway(35));
    assert_eq!(answer, Err(Failure::ReplayGuard("the memory is down")));
}

#[test]
fn a_request_carries_its_token_as_bearer() {
    assert_eq!(bearer(&[("AUTHORIZATION", b" bearer   a.b.c ")]).unwrap(), b"a.b.c");
    let twice: [(&str, &[u8]); 2] = [("authorization", b"Bearer a"), ("Authorization", b"Bearer a")];
    assert_eq!(bearer(&twice).unwrap(), b"a");
    let refused = |name, value| bearer(&[(name, value)]).unwrap_err().reason();
    for value in [&b"JWT a"[..], b"Bearer", b"Bearer ", b"Bearera", b"", b"a.b.c"] {
        assert_eq!(refused("Authorization", value), Reason::NoToken, "{}", value.escape_ascii());
    }
    assert_eq!(refused("X-Authorization", b"Bearer a"), Reason::NoToken);
    assert_eq!(bearer(&[]).unwrap_err().reason(), Reason::NoToken);
}

#[test]
fn a_signer_issues_nothing_that_a_clause_refuses() {
    let es256 = signer(Algorithm::Es256);
    let issue = |issued_at, expires_at| Issue::new("api", "1", issued_at, expires_at);
    for (refused, reason, clause) in [
        (issue(1_000, 1_000), Reason::InvalidClaim, "ASAP-18"),
        (issue(1_000, 999), Reason::InvalidClaim, "ASAP-18"),
        (issue(i64::MAX, i64::MIN), Reason::InvalidClaim, "ASAP-18"),
        (issue(1_000, 4_601), Reason::LifetimeTooLong, "ASAP-17"),
        (issue(i64::MIN, i64::MAX), Reason::LifetimeTooLong, "ASAP-17"),
        (issue(1_000, 1_060).with_not_before(1_061), Reason::Expired, "ASAP-14"),
        (issue(1_000, 1_060).with_claim("sub", 7), Reason::InvalidClaim, "ASAP-13"),
        (issue(1_000, 1_060).with_claim("nbf", "x"), Reason::InvalidClaim, "ASAP-13"),
    ] {
        let Err(CannotIssue::Claims(InvalidClaims::Refused(rejection))) = es256.sign(&refused) else {
            panic!("{refused:?}")
        };
        assert_eq!((rejection.reason(), rejection.clause()), (reason, clause), "{refused:?}");
    }
    for (name, value) in [("exp", json!(9_000)), ("iss", json!("other")), ("jti", json!("2")), ("aud", json!("x"))] {
        let refused = es256.sign(&issue(1_000, 1_060).with_claim(name, value));
        assert_eq!(refused, Err(CannotIssue::Claims(InvalidClaims::Own(name))), "{name}");
    }
    assert!(es256.sign(&issue(1_000, 1_060).with_subject("user").with_not_before(1_060)).is_ok());
    let refused = es256.with_algorithm(Algorithm::Rs256).unwrap_err();
    assert_eq!(refused, CannotIssue::Signature(CannotSign::AnotherKind));
}

#[test]
fn a_token_is_renewed_in_time() {
    let counter = std::sync::atomic::AtomicU32::new(0);
    let ids = move || Ok(counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string());
    let tokens = Renewal::new(signer(Algorithm::Es256), "api", 60).unwrap().renewed_before(10).with_ids(ids);
    let id = |now| {
        let token = tokens.token(now).unwrap();
        let verified = received(token.as_str().as_bytes(), Time::new(now)).unwrap();
        verified.claims.get("jti").and_then(Value::as_str).unwrap().to_owned()
    };
    let ids = [1_000, 1_049, 1_050, 1_099, 1_098, 1_049, 1_098, 9_000].map(id);
    assert_eq!(ids, ["0", "0", "1", "1", "1", "2", "2", "3"]);

    let none = Renewal::new(signer(Algorithm::Es256), "api", 60).unwrap().with_ids(|| Err(NoRandomness));
    assert_eq!(none.token(1_000), Err(CannotIssue::NoRandomness));
    let refused = |lifetime| Renewal::new(signer(Algorithm::Es256), "api", lifetime).unwrap_err();
    for lifetime in [0, 3_601, u32::MAX] {
        assert!(matches!(refused(lifetime), CannotIssue::Claims(InvalidClaims::Refused(_))), "{lifetime}");
    }
    // Each token is renewed for its whole lifetime, so every call returns a new one.
    let eager = Renewal::new(signer(Algorithm::Es256), "api", 60).unwrap().renewed_before(60);
    assert_ne!(eager.token(1_000), eager.token(1_000));
}

#[test]
fn random_ids_are_all_different() {
    let ids: BTreeSet<String> = (0..1_000).map(|_| random_id().unwrap()).collect();
    assert_eq!(ids.len(), 1_000);
}

#[test]
fn debug_and_errors_show_no_key_and_no_token() {
    let issue = Issue::new("api", "1", NOW, NOW + 60).with_claim("x", "private text");
    let signer = signer(Algorithm::Es256);
    let token = signer.sign(&issue).unwrap();
    let verified = received(token.as_str().as_bytes(), Time::new(NOW)).unwrap();
    let refused = Verifier::new("other").verify(token.as_str().as_bytes(), &*KEYS, Time::new(NOW)).unwrap_err();
    let renewal = Renewal::new(signer, "api", 60).unwrap();
    let renewed = renewal.token(NOW).unwrap();
    let shown = format!("{token:?} {verified:?} {refused:?} {refused} {renewal:?}");
    let segments = token.as_str().split('.').chain(renewed.as_str().split('.'));
    for hidden in segments.chain(["private text", "MIGHAgEAMBMGByqGSM49"]) {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}
