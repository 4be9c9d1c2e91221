//! The messages of products, frameworks and libraries that refuse a token, and the likely causes of each.

mod table;

use qsh_auth::jwt::Reason;

pub use table::MESSAGES;

/// A message that refuses a token, or a group of messages with the same causes.
#[derive(Debug)]
#[non_exhaustive]
pub struct KnownMessage {
    /// The words that people search for. It is a heading of `docs/401.md`.
    pub title: &'static str,
    /// Texts in lower case. One of them is part of the message.
    pub(crate) patterns: &'static [&'static str],
    /// Who writes the message, and when, as sentences.
    pub written_by: &'static str,
    /// The likely causes, the most likely first.
    pub causes: &'static [&'static str],
    /// What the command decides, or another remark, as sentences. Empty if there is none.
    pub note: &'static str,
    /// The command that helps to decide between the causes.
    pub command: &'static str,
    /// The reasons with which a verifier of this suite refuses such a token.
    pub reasons: &'static [Reason],
}

/// How many bytes of a text are looked at. A message is short, and stands at the start of what people paste.
const LONGEST: usize = 1 << 18;

/// Finds the known messages in a text, in the order of the table. The last row stands for every refusal without a reason:
/// it is found only if no other row is.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::messages::find;
///
/// let titles = |text: &str| find(text).iter().map(|message| message.title).collect::<Vec<_>>();
/// assert_eq!(titles("jwt.exceptions.InvalidAudienceError: Invalid audience"), ["Invalid audience, wrong audience, audience (aud) claim"]);
/// assert_eq!(titles("HTTP/1.1 401 Unauthorized"), ["401 Unauthorized, without a reason"]);
/// assert!(titles("the build has failed").is_empty());
/// ```
pub fn find(text: &str) -> Vec<&'static KnownMessage> {
    let text = text[..text.floor_char_boundary(LONGEST)].to_lowercase();
    let is_in = |message: &&KnownMessage| message.patterns.iter().any(|pattern| text.contains(pattern));
    let (last, others) = MESSAGES.split_last().unzip();
    let found: Vec<&KnownMessage> = others.unwrap_or_default().iter().filter(is_in).collect();
    if found.is_empty() { last.into_iter().filter(is_in).collect() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As they stand in trackers and forums, in logs and in the code of libraries.
    #[test]
    fn messages_of_libraries_are_found() {
        for (text, title) in [
            ("Expecting claim 'qsh' to have value 'a' but instead it has the value 'b'", "Expecting claim"),
            ("Authentication failed: query hash does not match.", "Authentication failed: query hash"),
            (
                "{\"message\":\"Client must be authenticated to access this resource.\",\"status-code\":401}",
                "Client must be",
            ),
            ("jwt.exceptions.InvalidSignatureError: Signature verification failed", "Signature verification failed"),
            (
                "io.jsonwebtoken.SignatureException: JWT signature does not match locally computed signature",
                "Signature verification",
            ),
            ("JsonWebTokenError: invalid signature", "Signature verification"),
            ("TokenExpiredError: jwt expired", "expired"),
            ("Authentication request has expired. Try reloading the page.", "expired"),
            ("JWT not yet valid", "expired"),
            ("jwt audience invalid. expected: https://app.example.com", "Invalid audience"),
            ("Audience doesn't match", "Invalid audience"),
            (
                "The app host returned HTTP response code 401 when we tried to contact it during installation",
                "The app host",
            ),
            ("{\"error\":\"unauthorized_client\"}", "unauthorized_client"),
            ("Could not find authentication data on request", "Could not find authentication data"),
            (
                "Could not find stored client data for 574f8bdd-8dc4-35d3-9558-7bcea4e41de6. Is this client registered?",
                "Could not find stored client data",
            ),
            ("InvalidAlgorithmError: The specified alg value is not allowed", "The specified alg value"),
            ("DecodeError: Not enough segments", "jwt malformed"),
            ("JWT claim did not contain the query string hash (qsh) claim", "no qsh claim"),
            ("we run behind ngrok", "reverse proxy"),
            ("{\"code\":401,\"message\":\"Unauthorized\"}", "401 Unauthorized"),
        ] {
            let found = find(text);
            assert!(found.first().is_some_and(|found| found.title.starts_with(title)), "{text}: {found:?}");
        }
    }

    #[test]
    fn every_message_has_causes_and_can_be_found() {
        for (index, message) in MESSAGES.iter().enumerate() {
            assert!(!message.causes.is_empty() && message.command.starts_with("qsh "), "{message:?}");
            for pattern in message.patterns {
                let is_part = |other: &&&str| *other != pattern && other.contains(pattern);
                assert!(message.patterns.iter().find(is_part).is_none(), "{pattern} is enough");
                assert_eq!(*pattern, pattern.to_lowercase());
                assert!(find(pattern).iter().any(|found| found.title == MESSAGES[index].title), "{pattern}");
            }
        }
    }
}
