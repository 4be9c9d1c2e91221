//! Properties of generated tokens.

#[cfg(feature = "public-key")]
mod asap;
#[cfg(feature = "public-key")]
mod auto_traits;
#[cfg(feature = "public-key")]
mod errors;
#[cfg(feature = "public-key")]
mod forge;
#[cfg(feature = "https")]
mod key_repository;
mod kinds;
#[cfg(feature = "public-key")]
mod second_implementation;

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;
use qsh_auth::connect::transport::{Direction, find};
use qsh_auth::connect::{
    Authenticated, Endpoint, Failure, Incoming, Issue, Tenant, TenantStore, UnverifiedRequest, authenticate, token,
};
use qsh_auth::jwt::danger::Unverified;
use qsh_auth::jwt::{Reason, SharedSecret, Time};
use qsh_auth::kind::{Expected, TokenKind, objections};
use qsh_hash::Request;

const NOW: i64 = 1_700_000_000;

/// A store with one tenant.
fn tenants(secret: &SharedSecret) -> BTreeMap<String, Tenant> {
    BTreeMap::from([("client".to_owned(), Tenant::new("client", secret.clone()))])
}

fn received(token: &[u8], secret: &SharedSecret, time: Time) -> Result<Authenticated, Reason> {
    let credentials = [b"JWT ", token].concat();
    let headers = [("Authorization", credentials.as_slice())];
    let request = Incoming::new(Request::new("GET", "/p?a=1").unwrap(), &headers);
    authenticate(request, &tenants(secret), Endpoint::Url, time).map_err(|failure| match failure {
        Failure::Rejected(rejection) => rejection.reason(),
        Failure::Store(never) => match never {},
    })
}

fn signed(secret: &SharedSecret, lifetime: i64, claims: &[(String, String)]) -> String {
    let issue = Issue::new("client", NOW, NOW + lifetime);
    // The prefix keeps generated names different from those of registered claims.
    let issue = claims.iter().fold(issue, |issue, (name, value)| issue.with_claim(format!("x-{name}"), value.as_str()));
    token(&Request::new("GET", "/p?a=1").unwrap(), &issue, secret).unwrap().as_str().to_owned()
}

fn secrets() -> impl Strategy<Value = SharedSecret> {
    "\\PC{1,80}".prop_map(|text| SharedSecret::new(text).unwrap())
}

fn claims() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec((".{0,8}", ".{0,20}"), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_is_accepted_up_to_the_last_second(
        secret in secrets(), lifetime in 0_i64..100_000, leeway in 0_u32..1000, claims in claims(),
    ) {
        let token = signed(&secret, lifetime, &claims);
        let last = NOW + lifetime + i64::from(leeway);
        let accepted = received(token.as_bytes(), &secret, Time::new(last).with_leeway(leeway)).unwrap();
        for (name, value) in &claims {
            let found = accepted.claims.get(&format!("x-{name}")).and_then(|value| value.as_str());
            // Of two claims with the same name, the later one is kept.
            prop_assert!(found == Some(value) || claims.iter().filter(|(other, _)| other == name).count() > 1);
        }
        let late = received(token.as_bytes(), &secret, Time::new(last + 1).with_leeway(leeway));
        prop_assert_eq!(late, Err(Reason::Expired));
    }

    #[test]
    fn a_token_with_any_byte_changed_is_refused(secret in secrets(), place: prop::sample::Index, byte: u8) {
        let mut token = signed(&secret, 60, &[]).into_bytes();
        let place = place.index(token.len());
        prop_assume!(token[place] != byte);
        token[place] = byte;
        let refused = received(&token, &secret, Time::new(NOW)).unwrap_err();
        prop_assert!(
            matches!(refused, Reason::Malformed | Reason::BadSignature | Reason::AlgorithmNotAllowed | Reason::UnknownIssuer
                | Reason::MissingClaim | Reason::InvalidClaim),
            "{refused:?}"
        );
    }

    #[test]
    fn a_token_with_anything_before_it_behind_it_or_cut_off_is_refused(
        secret in secrets(), more in "[A-Za-z0-9_.=-]{1,5}", cut: prop::sample::Index,
    ) {
        let token = signed(&secret, 60, &[]);
        let cut = &token[..cut.index(token.len())];
        for token in [format!("{token}{more}"), format!("{more}{token}"), cut.to_owned()] {
            prop_assert!(received(token.as_bytes(), &secret, Time::new(NOW)).is_err(), "{token}");
        }
    }

    #[test]
    fn another_secret_is_refused(secret in secrets(), other in secrets()) {
        prop_assume!(secret != other);
        let token = signed(&secret, 60, &[]);
        prop_assert_eq!(received(token.as_bytes(), &other, Time::new(NOW)), Err(Reason::BadSignature));
    }

    #[test]
    fn nothing_panics_and_nothing_else_is_accepted(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[ -~]{0,200}") {
        let secret = SharedSecret::new("secret").unwrap();
        for token in [bytes.as_slice(), text.as_bytes()] {
            prop_assert!(received(token, &secret, Time::new(NOW)).is_err());
            if let Ok(token) = Unverified::parse(token) {
                let request = Request::new("GET", "/").unwrap();
                let expected = Expected::new().with_request(request);
                for kind in TokenKind::ALL {
                    let _ = objections(&token, kind, &expected, Time::new(NOW));
                }
                prop_assert!(!objections(&token, TokenKind::Url, &expected, Time::new(NOW)).is_empty());
            }
        }
        let headers = [("authorization", bytes.as_slice()), ("Authorization", text.as_bytes())];
        if let Ok(request) = Request::new("GET", &bytes) {
            let _ = find(Incoming::new(request, &headers), Direction::ToApp);
        }
    }
}

#[test]
fn debug_and_errors_show_no_secret_and_no_token() {
    let secret = SharedSecret::new("top-secret-text").unwrap();
    let token = signed(&secret, 60, &[("name".to_owned(), "private".to_owned())]);
    let accepted = received(token.as_bytes(), &secret, Time::new(NOW)).unwrap();
    let unverified = Unverified::parse(token.as_bytes()).unwrap();
    let refused = unverified.clone().verify(&SharedSecret::new("other-text").unwrap()).unwrap_err();
    let shown = format!("{secret:?} {accepted:?} {unverified:?} {refused:?} {refused}");
    let payload = token.split('.').nth(1).unwrap();
    for hidden in ["top-secret-text", "other-text", "private", payload, token.split('.').nth(2).unwrap()] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[test]
fn a_tenant_with_another_client_key_is_not_the_tenant_of_the_request() {
    let secret = SharedSecret::new("secret").unwrap();
    let credentials = format!("JWT {}", signed(&secret, 60, &[]));
    let headers = [("Authorization", credentials.as_bytes())];
    let request = Incoming::new(Request::new("GET", "/p?a=1").unwrap(), &headers);
    let verified = |tenant| {
        let request = UnverifiedRequest::parse(request).unwrap();
        request.verify(tenant, Endpoint::Url, Time::new(NOW)).map_err(|refused| (refused.reason(), refused.clause()))
    };
    assert!(verified(Some(Tenant::new("client", secret.clone()))).is_ok());
    for tenant in [None, Some(Tenant::new("CLIENT", secret.clone())), Some(Tenant::new("", secret))] {
        assert_eq!(verified(tenant), Err((Reason::UnknownIssuer, "CON-2")));
    }
}

#[test]
fn a_pointer_to_a_store_is_a_store() {
    fn has_client(store: impl TenantStore<Error = Infallible>) -> bool {
        let has = |client_key| store.tenant(client_key).is_ok_and(|tenant| tenant.is_some());
        has("client") && !has("other")
    }
    let tenants = tenants(&SharedSecret::new("secret").unwrap());
    let dynamic: Box<dyn TenantStore<Error = Infallible>> = Box::new(tenants.clone());
    assert!(has_client(&*dynamic) && has_client(&dynamic) && has_client(dynamic));
    assert!(has_client(Rc::new(tenants.clone())) && has_client(Arc::new(tenants.clone())));
    assert!(has_client(tenants.into_iter().collect::<HashMap<_, _>>()));
}
