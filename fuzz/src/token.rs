//! The strict decoder of tokens against a lenient one.

use data_encoding::{BASE64URL_NOPAD, Encoding};
use qsh::suite::case::Question;
use qsh_auth::jwt::danger::Unverified;
use serde_json::{Map, Value};

use crate::{Oracle, Violation, embedded_vectors, reproducer};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "token",
    property: "a lenient decoder accepts what the strict one accepts, and reads the same",
    check,
    seeds,
};

/// The header and the claims of a token.
type Decoded = (Map<String, Value>, Map<String, Value>);

/// The input is a token. If it contains a zero byte, it is instead the JSON texts of header and claims, separated by that
/// byte: random changes to base64 rarely get past the decoder.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_decoder(bytes, |token| {
        let token = Unverified::parse(token).ok()?;
        Some((token.header_members().clone(), token.claims().as_object().clone()))
    })
}

/// Compares a strict decoder with the lenient one.
fn check_decoder(bytes: &[u8], strict: impl Fn(&[u8]) -> Option<Decoded>) -> Result<(), Violation> {
    let encoded = encode(bytes);
    let token = encoded.as_deref().unwrap_or(bytes);
    let Some(decoded) = strict(token) else { return Ok(()) };
    let what = match lenient(token, &BASE64URL_NOPAD) {
        None => "the strict decoder accepts what a lenient one refuses",
        Some(other) if other != decoded => "the strict decoder and a lenient one read different things",
        Some(_) => return Ok(()),
    };
    Err(Violation::new(what, reproducer("token", token, "qsh_auth::jwt::danger::Unverified::parse(token);")))
}

/// The token with these texts of header and claims, or `None` if there is no zero byte between them.
fn encode(bytes: &[u8]) -> Option<Vec<u8>> {
    let zero = bytes.iter().position(|byte| *byte == 0)?;
    let [header, claims] = [&bytes[..zero], &bytes[zero + 1..]].map(|text| BASE64URL_NOPAD.encode(text));
    Some(format!("{header}.{claims}.").into_bytes())
}

/// The reverse of [`encode`].
fn decode(token: &[u8]) -> Option<Vec<u8>> {
    let mut segments = token.split(|byte| *byte == b'.').map(|segment| BASE64URL_NOPAD.decode(segment).ok());
    Some([segments.next()??, segments.next()??].join(&0))
}

/// Decodes header and claims, and checks nothing else.
fn lenient(token: &[u8], base64: &Encoding) -> Option<Decoded> {
    let mut segments = token.split(|byte| *byte == b'.').map(|segment| {
        let bytes = base64.decode(segment).ok()?;
        serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
    });
    Some((segments.next()??, segments.next()??))
}

/// The tokens in the headers of the vectors, encoded and as texts.
fn seeds() -> Vec<Vec<u8>> {
    let vectors = embedded_vectors();
    let headers = vectors.cases().filter_map(|case| match &case.question {
        Question::Authenticate(asked) => Some(&asked.request.headers),
        _ => None,
    });
    let tokens = headers.flatten().filter_map(|(_, value)| Some(value.split(' ').next_back()?.as_bytes().to_vec()));
    tokens.flat_map(|token| [decode(&token), Some(token)]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use data_encoding::Specification;

    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_decoder_that_ignores_trailing_bits_is_found() {
        let mut base64 = Specification::new();
        base64.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
        base64.check_trailing_bits = false;
        let base64 = base64.encoding().unwrap();
        let violation = testing::violation(seeds, |bytes| check_decoder(bytes, |token| lenient(token, &base64)));
        assert_eq!(violation.what, "the strict decoder accepts what a lenient one refuses");
    }

    #[test]
    fn a_decoder_that_cuts_numbers_is_found() {
        let cut = |token: &[u8]| {
            let (header, mut claims) = lenient(token, &BASE64URL_NOPAD)?;
            for value in claims.values_mut() {
                if let Some(number) = value.as_i64() {
                    *value = (number as i32).into();
                }
            }
            Some((header, claims))
        };
        let violation = testing::violation(seeds, |bytes| check_decoder(bytes, cut));
        assert_eq!(violation.what, "the strict decoder and a lenient one read different things");
    }
}
