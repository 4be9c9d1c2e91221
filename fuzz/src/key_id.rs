//! The `kid` of an ASAP token.

use qsh::suite::case::Question;
use qsh_auth::jwt::KeyId;

use crate::{Oracle, Violation, embedded_vectors, reproducer};

pub(crate) const ORACLE: Oracle = Oracle {
    name: "key_id",
    property: "a key id is accepted exactly if it consists of segments of the allowed characters",
    check,
    seeds,
};

/// The input is a `kid`.
fn check(bytes: &[u8]) -> Result<(), Violation> {
    check_parser(bytes, |bytes| Some(KeyId::parse(bytes).ok()?.as_str().as_bytes().to_vec()))
}

/// Compares a parser with ASAP-6 (segments) and ASAP-7 (characters).
fn check_parser(bytes: &[u8], parse: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<(), Violation> {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-+/".contains(byte);
    let is_segment = |segment: &[u8]| !matches!(segment, b"" | b"." | b"..");
    let is_good = bytes.iter().all(is_allowed) && bytes.split(|byte| *byte == b'/').all(is_segment);
    let what = match parse(bytes) {
        None if is_good => "a good key id is refused",
        Some(_) if !is_good => "a bad key id is accepted",
        Some(parsed) if parsed != bytes => "a key id is not kept as it was read",
        _ => return Ok(()),
    };
    Err(Violation::new(what, reproducer("key_id", bytes, "qsh_auth::jwt::KeyId::parse(key_id);")))
}

/// The key ids of the vectors.
fn seeds() -> Vec<Vec<u8>> {
    let of = |question: &Question| match question {
        Question::AsapVerify(asked) => asked.public_keys.keys().cloned().collect(),
        Question::AsapSign(asked) => vec![asked.key_id.clone()],
        _ => Vec::new(),
    };
    let vectors = embedded_vectors();
    let mut found: Vec<Vec<u8>> = vectors.cases().flat_map(|case| of(&case.question)).map(String::into_bytes).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn holds() {
        testing::assert_holds(&ORACLE);
    }

    #[test]
    fn a_parser_that_accepts_a_slash_at_the_end_is_found() {
        let lenient = |bytes: &[u8]| {
            let without = bytes.strip_suffix(b"/").unwrap_or(bytes);
            KeyId::parse(without).ok().map(|_| bytes.to_vec())
        };
        let violation = testing::violation(seeds, |bytes| check_parser(bytes, lenient));
        assert_eq!(violation.what, "a bad key id is accepted");
    }

    #[test]
    fn a_parser_that_refuses_long_key_ids_is_found() {
        let strict = |bytes: &[u8]| KeyId::parse(bytes).ok().map(|_| bytes.to_vec()).filter(|it| it.len() < 20);
        let violation = testing::violation(seeds, |bytes| check_parser(bytes, strict));
        assert_eq!(violation.what, "a good key id is refused");
    }
}
