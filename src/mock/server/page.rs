//! The page at `/`.

use std::sync::LazyLock;

use data_encoding::BASE64;
use hyper::header::{
    CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use sha2::{Digest, Sha256};

use super::request::{Reply, reply};
use crate::mock::receive::Answer;

/// The page with its script and style in it, and the policy that lets nothing else run.
struct Page {
    text: String,
    policy: HeaderValue,
}

static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let script = concat!(include_str!("../page/exchange.js"), include_str!("../page/page.js"));
    let page = include_str!("../page/page.html").replace("/*CSS*/", include_str!("../page/page.css"));
    let hash = BASE64.encode(&Sha256::digest(script));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).expect("the policy has only printable characters");
    Page { text: page.replace("/*JS*/", script), policy }
});

/// The page. It has no data of its own and asks for everything.
pub(super) fn response() -> Reply {
    let body = PAGE.text.clone().into_bytes();
    let mut response = reply(&Answer { status: 200, content_type: "text/html; charset=utf-8", body });
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, PAGE.policy.clone());
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// A redirection to a page of the app. The app does not learn where it comes from.
pub(super) fn redirection(url: &str) -> Reply {
    let mut response = reply(&Answer { status: 303, content_type: "text/plain; charset=utf-8", body: Vec::new() });
    let headers = response.headers_mut();
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(url) = HeaderValue::from_str(url) {
        headers.insert(LOCATION, url);
    }
    response
}
