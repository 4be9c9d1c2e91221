//! [`Exchange`]: a request between product and app, with its outcome.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::report::examination::masked;

/// A request between product and app, with its outcome. Tokens and secrets in it are hidden.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Exchange {
    /// Its number. The first one is 1.
    pub id: u64,
    /// When it began, in Unix milliseconds.
    pub at: u64,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The name of the site.
    pub site: String,
    /// Who sent the request.
    pub direction: Direction,
    /// What it is: the title of an order, or the method and the path of a call.
    pub what: String,
    /// The name of the order. `None` if the app sent the request.
    pub order: Option<String>,
    /// What is wrong with the request on purpose.
    pub flaw: Option<FlawEntry>,
    /// The outcome that it should have.
    pub expected: Outcome,
    /// The outcome that it had.
    pub outcome: Outcome,
    /// Whether the two are the same.
    pub is_fine: bool,
    /// The request.
    pub request: Sent,
    /// The response. `None` if there is none.
    pub response: Option<Received>,
    /// Why there is no response.
    pub problem: Option<String>,
    /// The token, taken apart.
    pub token: Option<TokenEntry>,
    /// Why the product refused the request.
    pub refusal: Option<Refusal>,
    /// What was hashed, if the hash is wrong.
    pub canonical: Option<CanonicalRequests>,
    /// What is known of the refusal, in lines for people.
    pub diagnosis: Option<String>,
    /// The mistakes that explain a wrong hash.
    pub mistakes: Vec<String>,
}

impl Exchange {
    /// Hides a secret that a side has written where no secret is expected.
    pub(super) fn hide(&mut self, secret: &str) {
        let hide = |text: &mut String| {
            if text.contains(secret) {
                *text = text.replace(secret, &stars(secret));
            }
        };
        hide(&mut self.request.target);
        self.request.body.iter_mut().for_each(hide);
        self.request.headers.iter_mut().for_each(|(_, value)| hide(value));
        if let Some(response) = &mut self.response {
            hide(&mut response.body);
            response.headers.iter_mut().for_each(|(_, value)| hide(value));
        }
    }
}

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there are two sides")]
pub enum Direction {
    /// The product, to the app.
    ToApp,
    /// The app, to the product.
    FromApp,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a request has one of these outcomes")]
pub enum Outcome {
    /// It was accepted.
    Accepted,
    /// It was refused.
    Refused,
    /// There is no response, or one that says that the receiver failed.
    Failed,
}

impl Outcome {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A flaw, as [`Flaw`](super::Flaw) describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FlawEntry {
    /// Its name.
    pub name: &'static str,
    /// What the request is like.
    pub title: &'static str,
    /// The clause by which the app has to refuse it.
    pub clause: &'static str,
}

/// A request as it was sent.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
    /// Whether the end of the body is left out.
    pub is_cut: bool,
}

/// A response as it was received.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Received {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// Whether the end of the body is left out.
    pub is_cut: bool,
}

/// A token, taken apart.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TokenEntry {
    /// The name of the kind that it is taken for.
    pub kind: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

/// Why the product refused a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The code of the reason, such as `qsh_mismatch`.
    pub reason: &'static str,
    /// The clause.
    pub clause: String,
    /// The reason as a sentence.
    pub message: String,
}

/// What should have been hashed, and what was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CanonicalRequests {
    /// The canonical request of the request that came.
    pub expected: String,
    /// The one with the hash of the token, if one is found.
    pub found: Option<String>,
}

/// The most bytes of a body that are kept.
const MOST: usize = 64 * 1024;

impl Sent {
    /// A request, with its tokens hidden.
    pub(super) fn new(method: &str, target: &[u8], headers: &[(String, String)], body: Option<&[u8]>) -> Self {
        let (body, is_cut) = body.map_or((None, false), |body| {
            let (text, is_cut) = kept(body);
            (Some(text), is_cut)
        });
        Self {
            method: method.to_owned(),
            target: masked(&String::from_utf8_lossy(target)),
            headers: without_tokens(headers),
            body,
            is_cut,
        }
    }
}

impl Received {
    /// A response, with its tokens hidden.
    pub(super) fn new(status: u16, headers: &[(String, String)], body: &[u8]) -> Self {
        let (body, is_cut) = kept(body);
        Self { status, headers: without_tokens(headers), body, is_cut }
    }
}

/// The beginning of a body. Tokens are hidden before it is cut, because the beginning of a token looks like no token.
fn kept(body: &[u8]) -> (String, bool) {
    let text = masked(&String::from_utf8_lossy(&body[..body.len().min(2 * MOST)]));
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST).last().unwrap_or_default();
    let is_cut = text.len() > MOST;
    (if is_cut { text[..end].to_owned() } else { text }, is_cut)
}

/// The fields with stars for tokens and other credentials.
fn without_tokens(headers: &[(String, String)]) -> Vec<(String, String)> {
    const CREDENTIALS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];
    let is_secret = |name: &str| CREDENTIALS.contains(&name.to_ascii_lowercase().as_str());
    let shown = headers.iter().map(|(name, value)| {
        let value = match value.split_once(' ') {
            Some((scheme, rest)) if is_secret(name) => format!("{scheme} {}", stars(rest)),
            None if is_secret(name) => stars(value),
            _ => masked(value),
        };
        (name.clone(), value)
    });
    shown.collect()
}

fn stars(text: &str) -> String {
    "*".repeat(text.chars().count().min(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_and_no_secret_is_kept() {
        let headers = [("Authorization", "JWT eyJh.b.c"), ("Cookie", "s=1"), ("Referer", "http://h/?jwt=eyJh.b.c")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = br#"{"sharedSecret":"abc"}"#;
        let sent = Sent::new("POST", b"/a?jwt=eyJh.b.c", &headers, Some(body));
        assert_eq!(
            (sent.target.as_str(), sent.body.as_deref()),
            ("/a?jwt=********", Some(r#"{"sharedSecret":"***"}"#))
        );
        let values: Vec<&str> = sent.headers.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["JWT ********", "***", "http://h/?jwt=********"]);
        assert!(Received::new(200, &[], &vec![b'a'; MOST + 1]).is_cut);
    }
}
