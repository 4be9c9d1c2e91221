//! [`Hidden`]: the secrets of a request, which an app can repeat in its response.

use super::exchange::Response;
use super::message::{Message, callback};

/// The fewest bytes of a token, or of one of its segments, that are hidden.
const SHORTEST: usize = 20;

/// The tokens of a request and the shared secret in its body. A response is kept without them.
pub(super) struct Hidden(Vec<String>);

impl Hidden {
    pub(super) fn of(message: &Message) -> Self {
        let target = String::from_utf8_lossy(&message.target).into_owned();
        let body = message.body.as_deref().unwrap_or_default();
        let form = String::from_utf8_lossy(body).into_owned();
        let fields = message.headers.iter().map(|(_, value)| value.as_str());
        let words = fields.flat_map(|value| value.split([' ', '=']));
        let parameters = [&target, &form].into_iter().flat_map(|text| text.split(['?', '&', '=']));
        // A token has segments. Each of them is hidden, because a response can have a part of it.
        let tokens = words.chain(parameters).filter(|text| text.contains('.') && !text.contains(['/', '{']));
        let segments = tokens.flat_map(|token| token.split('.')).filter(|segment| segment.len() >= SHORTEST);
        let mut hidden: Vec<String> = segments.map(str::to_owned).collect();
        if let Some((secret, _)) = callback(body).filter(|(secret, _)| !secret.is_empty()) {
            let written = serde_json::Value::from(secret.as_str()).to_string();
            hidden.extend([written[1..written.len() - 1].to_owned(), secret]);
        }
        Self(hidden)
    }

    /// The response, with `…` in the place of each of them.
    pub(super) fn hide_in(&self, mut response: Response) -> Response {
        let is_there = |text: &str| self.0.iter().any(|hidden| text.contains(hidden));
        let without = |text: &str| self.0.iter().fold(text.to_owned(), |text, hidden| text.replace(hidden, "…"));
        for (_, value) in &mut response.headers {
            *value = without(value);
        }
        let body = String::from_utf8_lossy(&response.body);
        if is_there(&body) {
            response.body = without(&body).into_bytes();
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_does_not_repeat_tokens_and_the_secret() {
        let token = format!("{}.{}.{}", "eyJhbGciOiJIUzI1NiJ9", "eyJpc3MiOiJhLWIiLCJleHAiOjF9", "s".repeat(43));
        let message = Message {
            method: "POST".to_owned(),
            target: format!("/a?jwt={token}&b=1").into_bytes(),
            headers: vec![("Authorization".to_owned(), format!("JWT {token}"))],
            body: Some(br#"{"sharedSecret":"a \"secret\\"}"#.to_vec()),
        };
        let body = format!(r#"{token} is bad, {{"sharedSecret":"a \"secret\\"}} or a "secret\ at /a?b=1"#);
        let mut response = Response::new(401, body.as_bytes());
        response.headers.push(("Location".to_owned(), format!("/login?t={token}")));
        let kept = Hidden::of(&message).hide_in(response);
        let expected = r#"….….… is bad, {"sharedSecret":"…"} or … at /a?b=1"#;
        assert_eq!((kept.excerpt().as_str(), kept.header("Location")), (expected, Some("/login?t=….….…")));
    }
}
