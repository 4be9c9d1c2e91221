//! The page at `/`.

use std::sync::LazyLock;

use hyper::header::{
    CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::request::{Reply, reply};
use crate::mock::play::Answer;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page. It has no data of its own and asks for everything.
pub(super) fn response() -> Reply {
    static PAGE: LazyLock<String> = LazyLock::new(|| {
        let page = include_str!("../page/page.html");
        let script = concat!(include_str!("../page/exchange.js"), include_str!("../page/page.js"));
        page.replace("/*CSS*/", include_str!("../page/page.css")).replace("/*JS*/", script)
    });
    let answer = Answer { status: 200, content_type: "text/html; charset=utf-8", body: PAGE.clone().into_bytes() };
    let mut response = reply(&answer);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
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
