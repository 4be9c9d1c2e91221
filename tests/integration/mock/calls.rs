//! Calls of an app to the product: right ones, and those of public reports.

use qsh::mock::{Fixtures, Product, State};
use qsh_auth::connect::{Issue, token as token_of};
use qsh_auth::jwt::SharedSecret;
use qsh_hash::Request;
use serde_json::Value;

use super::app::App;
use super::{Running, send};
use crate::probe::now;

pub(super) const APP_KEY: &str = "com.example.app";

/// A token of the app for a request, whatever is sent later.
pub(super) fn signed(issuer: &str, secret: &str, method: &str, hashed: &str, age: i64) -> String {
    let issue = Issue::new(issuer, now() - age, now() - age + 180);
    let secret = SharedSecret::new(secret).unwrap();
    token_of(&Request::new(method, hashed).unwrap(), &issue, &secret).unwrap().as_str().to_owned()
}

/// What the product answers to a call with this token.
fn call(url: &str, token: &str) -> (u16, Value) {
    let (status, _, body) = send(url, "GET", &[("Authorization", &format!("JWT {token}"))], "");
    (status, serde_json::from_str(&body).unwrap())
}

/// The reason and the clause of a refusal.
fn refusal((status, body): &(u16, Value)) -> (u16, &str, &str) {
    let refusal = &body["qsh"]["refusal"];
    (*status, refusal["reason"].as_str().unwrap(), refusal["clause"].as_str().unwrap())
}

#[test]
fn a_right_call_is_understood_or_answered_with_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("GET/rest/api/3")).unwrap();
    std::fs::write(folder.path().join("GET/rest/api/3/myself.json"), r#"{"accountId":"me"}"#).unwrap();
    std::fs::write(folder.path().join("GET/rest/api/3/field.json"), "[]").unwrap();
    let fixtures = Fixtures::read(folder.path()).unwrap();
    let expected = ["GET /rest/api/3/myself", "GET /rest/api/3/never"];
    let running = Running::with(App::sound(), State::new(Product::Jira, 1), fixtures, &expected);
    running.install();
    let (site, base_url) = running.site();
    let right = |path: &str| {
        let token = signed(APP_KEY, &site.shared_secret, "GET", path, 0);
        call(&format!("{base_url}{path}"), &token)
    };
    let (status, understood) = right("/rest/api/3/search?jql=a%20b&x=1");
    let canonical = "GET&/rest/api/3/search&jql=a%20b&x=1";
    assert_eq!((status, &understood["qsh"]["understood"]["canonical_request"]), (200, &canonical.into()));
    assert_eq!(right("/rest/api/3/myself"), (200, serde_json::json!({ "accountId": "me" })));
    let session = running.mock.session();
    assert_eq!((session.accepted_calls, session.missing.as_slice()), (2, &["GET /rest/api/3/never".to_owned()][..]));
    let notes =
        ["GET /rest/api/3/field: the fixture was never asked for", "GET /rest/api/3/search: there is no fixture"];
    assert_eq!(session.notes, notes);
    assert!(!session.is_fine());
}

#[test]
fn the_cause_of_a_refused_call_is_named() {
    let running = Running::with(App::sound(), State::new(Product::Jira, 2), Fixtures::default(), &[]);
    running.install();
    let ((site, base_url), (other, _)) = (running.site(), running.mock.sites().swap_remove(1));
    let url = format!("{base_url}/rest/api/3/search?a=1&b=2");
    let by =
        |issuer: &str, secret: &str, hashed: &str, age: i64| call(&url, &signed(issuer, secret, "GET", hashed, age));
    let right = "/rest/api/3/search?a=1&b=2";
    let secret = site.shared_secret.as_str();
    // The client key as the issuer.
    assert_eq!(refusal(&by(&site.client_key, secret, right, 0)), (401, "unknown_issuer", "PRD-1"));
    assert_eq!(refusal(&by(APP_KEY, secret, right, 3_600)), (401, "expired", "CON-7"));
    let of_other = by(APP_KEY, &other.shared_secret, right, 0);
    assert_eq!(refusal(&of_other).1, "bad_signature");
    assert_eq!(of_other.1["qsh"]["diagnosis"]["signature"]["secret"], "site-2");
    let with_newline = by(APP_KEY, &format!("{secret}\n"), right, 0);
    assert_eq!(with_newline.1["qsh"]["diagnosis"]["signature"]["secret"], "site-1");
    // A parameter was hashed that was not sent, and a prefix of the path was left out.
    let another_hash = by(APP_KEY, secret, "/api/3/search?a=1&b=2", 0);
    assert_eq!(refusal(&another_hash), (401, "qsh_mismatch", "CON-18"));
    let explained = &another_hash.1["qsh"]["diagnosis"]["explanations"][0]["canonical_request"];
    assert_eq!(explained, "GET&/api/3/search&a=1&b=2");
    // A token in the URL is none to a product.
    let token = signed(APP_KEY, secret, "GET", right, 0);
    let (status, _, body) = send(&format!("{url}&jwt={token}"), "GET", &[], "");
    assert!(status == 401 && body.contains("\"no_token\"") && !body.contains(&token), "{body}");
    // The secret of an earlier installation.
    assert!(running.mock.send("site-1", "installed-again", None).unwrap().is_fine);
    let old = by(APP_KEY, secret, right, 0);
    assert_eq!(old.1["qsh"]["diagnosis"]["signature"]["secret"], "an earlier installation of site-1");
    let session = running.mock.session();
    assert_eq!((session.accepted_calls, session.refused.len()), (0, 7), "{}", session.to_human());
    let human = anstream::adapter::strip_str(&session.to_human()).to_string();
    for cause in ["secret of site-2", "secret of an earlier installation", "expected    GET&/rest/api/3/search&a=1&b=2"]
    {
        assert!(human.contains(cause), "{cause}: {human}");
    }
    assert!(!human.contains(&token) && !human.contains(secret));
}

/// The path of the product's base URL is not hashed.
#[test]
fn confluence_has_a_base_path() {
    let running = Running::with_base_path("/wiki");
    running.install();
    let (site, base_url) = running.site();
    assert!(base_url.ends_with("/wiki"), "{base_url}");
    let by = |hashed: &str| {
        call(&format!("{base_url}/rest/api/content"), &signed(APP_KEY, &site.shared_secret, "GET", hashed, 0))
    };
    assert_eq!(by("/rest/api/content").0, 200);
    let origin = base_url.strip_suffix("/wiki").unwrap();
    let token = signed(APP_KEY, &site.shared_secret, "GET", "/rest/api/content", 0);
    let outside = call(&format!("{origin}/rest/api/content"), &token);
    assert_eq!(refusal(&outside), (404, "other", "PRD-3"));
    // The body of a form is part of the hash, however long it is.
    let form = format!("a={}", "b".repeat(70_000));
    let url = format!("{base_url}/rest/api/content");
    let request = Request::new("POST", "/rest/api/content").unwrap().with_form(&form);
    let issue = Issue::new(APP_KEY, now(), now() + 180);
    let token = token_of(&request, &issue, &SharedSecret::new(&site.shared_secret).unwrap()).unwrap();
    let headers = [
        ("Authorization", format!("JWT {}", token.as_str())),
        ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
    ];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(send(&url, "POST", &headers, &form).0, 200);
    let with_base_path = by("/wiki/rest/api/content");
    assert_eq!(refusal(&with_base_path).1, "qsh_mismatch");
    assert_eq!(
        with_base_path.1["qsh"]["diagnosis"]["explanations"][0]["canonical_request"],
        "GET&/wiki/rest/api/content&"
    );
}

/// An app that is removed is no app of the site.
#[test]
fn a_call_after_the_removal_is_refused() {
    let running = Running::start(App::sound());
    running.install();
    let (site, base_url) = running.site();
    let token = signed(APP_KEY, &site.shared_secret, "GET", "/rest/api/3/myself", 0);
    let url = format!("{base_url}/rest/api/3/myself");
    assert_eq!(call(&url, &token).0, 200);
    assert!(running.mock.send("site-1", "uninstalled", None).unwrap().is_fine);
    assert_eq!(refusal(&call(&url, &token)), (401, "unknown_issuer", "PRD-1"));
}
