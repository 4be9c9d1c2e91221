//! The `qsh` claim of a token that nobody has verified.

use anyhow::bail;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::cli::token::source;

/// Reads the claim. A token of `-` is read from stdin. Nothing else of the token is checked, and no error repeats a
/// part of it.
pub(super) fn qsh_claim(token: &str) -> anyhow::Result<String> {
    claim(&source::token(token)?)
}

fn claim(token: &str) -> anyhow::Result<String> {
    let segments: Vec<&str> = token.split('.').collect();
    let [_, payload, _] = segments.as_slice() else {
        bail!("the token does not have three segments: expected header.payload.signature");
    };
    let Ok(payload) = BASE64URL_NOPAD.decode(payload.as_bytes()) else {
        bail!("the token's payload is not base64url: expected A-Z, a-z, 0-9, - and _, without padding");
    };
    if !matches!(serde_json::from_slice(&payload), Ok(Value::Object(_))) {
        bail!("the token's payload is not a JSON object");
    }
    // The payload is an object, so a second qsh member is the only possible error.
    let Ok(claims) = serde_json::from_slice::<Claims>(&payload) else { bail!("the token has two qsh claims") };
    match claims.qsh {
        Some(Value::String(qsh)) if qsh.is_empty() => bail!("the token's qsh claim is empty"),
        Some(Value::String(qsh)) => Ok(qsh),
        Some(_) => bail!("the token's qsh claim is not a string"),
        None => bail!("the token has no qsh claim"),
    }
}

/// The only claim that is read. A `null` is `Some(Null)`.
#[derive(Deserialize)]
struct Claims {
    #[serde(default, deserialize_with = "present")]
    qsh: Option<Value>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("{}.{}.c2ln", BASE64URL_NOPAD.encode(br#"{"alg":"HS256"}"#), BASE64URL_NOPAD.encode(payload.as_bytes()))
    }

    #[test]
    fn the_claim_is_read_and_nothing_else() {
        assert_eq!(claim(&token(r#"{"iss":"x","qsh":"abc"}"#)).unwrap(), "abc");
        // A header that is none and an empty signature do not matter: nothing is verified.
        let payload = BASE64URL_NOPAD.encode(br#"{"qsh":"abc"}"#);
        assert_eq!(claim(&format!("!.{payload}.")).unwrap(), "abc");
    }

    #[test]
    fn what_does_not_decode_is_told_without_repeating_it() {
        for (token, error) in [
            ("secret".to_owned(), "the token does not have three segments: expected header.payload.signature"),
            ("a.b.c.d".to_owned(), "the token does not have three segments: expected header.payload.signature"),
            (
                "a.se/cret.c".to_owned(),
                "the token's payload is not base64url: expected A-Z, a-z, 0-9, - and _, without padding",
            ),
            (
                "a.e30=.c".to_owned(),
                "the token's payload is not base64url: expected A-Z, a-z, 0-9, - and _, without padding",
            ),
            (token("[]"), "the token's payload is not a JSON object"),
            (token("secret"), "the token's payload is not a JSON object"),
            (token("{}"), "the token has no qsh claim"),
            (token(r#"{"qsh":"a","qsh":"b"}"#), "the token has two qsh claims"),
            (token(r#"{"qsh":""}"#), "the token's qsh claim is empty"),
            (token(r#"{"qsh":null}"#), "the token's qsh claim is not a string"),
        ] {
            assert_eq!(claim(&token).unwrap_err().to_string(), error);
        }
    }
}
