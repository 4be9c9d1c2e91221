//! Explains a signature that does not verify: which secret made it, and what was done to the secret or to the text.
//!
//! A signature cannot be read, but it can be guessed, as a hash can. The tables in `secrets` and `signing_input` list what
//! programs do by mistake. [`explain()`] tries them on the secrets that a person gives.

mod change;
mod secrets;
mod signing_input;

use std::fmt;

use bitcoin_hashes::{Hash, HashEngine, HmacEngine, sha256, sha384, sha512};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

pub use change::Change;
use qsh_auth::jwt::Algorithm;

/// A secret that a person gives. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedSecret {
    name: String,
    bytes: Vec<u8>,
}

impl NamedSecret {
    /// A secret, and where it comes from, such as `--secret-env OLD`.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }

    /// The secret.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where it comes from.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for NamedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedSecret").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is known of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureFinding {
    /// The secret with this index made it, as the specification says (JWT-16 to JWT-18).
    Right {
        /// The index of the secret.
        secret: usize,
    },
    /// The secret with this index made it, after these changes. There is at least one.
    Explained {
        /// The index of the secret. `None` if it was made with another text, such as an empty one.
        secret: Option<usize>,
        /// What was done, in the order in which it is done.
        changes: Vec<&'static Change>,
    },
    /// Nothing that was tried makes it.
    Unexplained {
        /// The number of signatures that were compared.
        tried: usize,
    },
    /// It was made with a private key, by its header: no secret can make it.
    ByPrivateKey,
}

/// Explains the signature of a token with the secrets that a person has. `None` if the text is not three segments of
/// base64url, or if there is no secret.
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::{SharedSecret, sign};
/// use qsh_diagnose::signature::{NamedSecret, SignatureFinding, explain};
///
/// // The signer decoded the secret from base64.
/// let token = sign(serde_json::Map::new(), &SharedSecret::new("a secret of the tenant")?);
/// let pasted = [NamedSecret::new("the file", "YSBzZWNyZXQgb2YgdGhlIHRlbmFudA==")];
/// let Some(SignatureFinding::Explained { secret, changes }) = explain(token.as_str(), &pasted) else { panic!() };
/// assert_eq!((secret, changes[0].name), (Some(0), "base64_decoded"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(token: &str, given: &[NamedSecret]) -> Option<SignatureFinding> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let [header, _] = [header, payload].map(|segment| BASE64URL_NOPAD.decode(segment.as_bytes()).ok());
    let header: serde_json::Value = serde_json::from_slice(&header?).ok()?;
    let algorithm = header.get("alg").and_then(serde_json::Value::as_str).unwrap_or_default();
    if given.is_empty() {
        return None;
    }
    if Algorithm::named(algorithm).is_some() {
        return Some(SignatureFinding::ByPrivateKey);
    }
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
    let mut search = Search { signature: &signature, tried: 0, found: None };
    let inputs = signing_input::of(signed);
    for (index, secret) in given.iter().enumerate() {
        search.all(Some(index), &secrets::changed(&secret.bytes), &inputs);
    }
    search.all(None, &secrets::others(signed), &inputs[..1]);
    if search.cost() > 2 {
        for (index, secret) in given.iter().enumerate() {
            search.all(Some(index), &secrets::changed_twice(&secret.bytes), &inputs[..1]);
        }
    }
    let Search { tried, found, .. } = search;
    Some(match found {
        None => SignatureFinding::Unexplained { tried },
        Some((Some(secret), changes)) if changes.is_empty() => SignatureFinding::Right { secret },
        Some((secret, changes)) => SignatureFinding::Explained { secret, changes },
    })
}

/// What one mistake makes of a secret, for every known mistake that changes it.
///
/// # Examples
///
/// ```
/// use qsh_diagnose::signature::changed_secrets;
///
/// let changed = changed_secrets(b"YSBzZWNyZXQ=");
/// let decoded = changed.iter().find(|(change, _)| change.name == "base64_decoded").unwrap();
/// assert_eq!(decoded.1, b"a secret");
/// ```
pub fn changed_secrets(secret: &[u8]) -> Vec<(&'static Change, Vec<u8>)> {
    let once = secrets::changed(secret).into_iter().filter_map(|(changes, made)| Some((*changes.first()?, made)));
    once.collect()
}

/// Something that was changed, and the changes that lead to it.
type Changed = (Vec<&'static Change>, Vec<u8>);

struct Search<'s> {
    signature: &'s [u8],
    tried: usize,
    /// The explanation with the fewest changes.
    found: Option<(Option<usize>, Vec<&'static Change>)>,
}

impl Search<'_> {
    fn cost(&self) -> usize {
        self.found.as_ref().map_or(usize::MAX, |(_, changes)| changes.len())
    }

    /// Tries all keys with all texts.
    fn all(&mut self, secret: Option<usize>, keys: &[Changed], messages: &[Changed]) {
        for (of_key, key) in keys {
            for (of_message, message) in messages {
                for (of_algorithm, digest) in DIGESTS {
                    self.one(secret, [of_key.as_slice(), of_message, of_algorithm].concat(), &digest(key, message));
                    if of_message.is_empty() {
                        let changes = [of_key.as_slice(), of_algorithm, &[&change::SWAPPED]].concat();
                        self.one(secret, changes, &digest(message, key));
                    }
                }
            }
        }
    }

    fn one(&mut self, secret: Option<usize>, mut changes: Vec<&'static Change>, code: &[u8]) {
        self.tried += 1;
        let Some(encoding) = encoding(code, self.signature) else { return };
        changes.extend(encoding);
        if changes.len() < self.cost() {
            self.found = Some((secret, changes));
        }
    }
}

type Digest = fn(&[u8], &[u8]) -> Vec<u8>;

/// HMAC with the hashes of JWT.
const DIGESTS: [(&[&Change], Digest); 3] = [
    (&[], |key, message| {
        let mut engine = HmacEngine::<sha256::HashEngine>::new(key);
        engine.input(message);
        engine.finalize().to_byte_array().to_vec()
    }),
    (&[&change::HS384], |key, message| {
        let mut engine = HmacEngine::<sha384::HashEngine>::new(key);
        engine.input(message);
        engine.finalize().to_byte_array().to_vec()
    }),
    (&[&change::HS512], |key, message| {
        let mut engine = HmacEngine::<sha512::HashEngine>::new(key);
        engine.input(message);
        engine.finalize().to_byte_array().to_vec()
    }),
];

/// The fewest bytes of a signature that was cut off.
const FEWEST: usize = 10;

/// How a signature was written: `None` if it is another one, no change if it is the code itself.
fn encoding(code: &[u8], signature: &[u8]) -> Option<Option<&'static Change>> {
    if signature == code {
        return Some(None);
    }
    let is_cut = (FEWEST..code.len()).contains(&signature.len()) && code.starts_with(signature);
    let is_hex = || signature.eq_ignore_ascii_case(HEXLOWER.encode(code).as_bytes());
    let is_base64 = || {
        let text = BASE64.encode(code);
        signature == text.as_bytes() || signature == text.trim_end_matches('=').as_bytes()
    };
    let found = [(is_cut, &change::CUT), (is_hex(), &change::HEX), (is_base64(), &change::BASE64)];
    found.into_iter().find(|(is_it, _)| *is_it).map(|(_, change)| Some(change))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb20uZXhhbXBsZS5hcHAiLCJhdWQiOiJhL2IifQ";

    fn token(key: &[u8], message: &str) -> String {
        let mut engine = HmacEngine::<sha256::HashEngine>::new(key);
        engine.input(message.as_bytes());
        format!("{SIGNED}.{}", BASE64URL_NOPAD.encode(&engine.finalize().to_byte_array()))
    }

    fn found(token: &str, secrets: &[&str]) -> Vec<&'static str> {
        let secrets: Vec<NamedSecret> = secrets.iter().map(|secret| NamedSecret::new("a", *secret)).collect();
        match explain(token, &secrets) {
            Some(SignatureFinding::Explained { changes, .. }) => changes.iter().map(|change| change.name).collect(),
            Some(SignatureFinding::Right { .. }) => vec!["right"],
            Some(SignatureFinding::Unexplained { .. }) => vec!["unexplained"],
            other => panic!("{other:?}"),
        }
    }

    /// The key that the signer used, and the secret that the person has.
    #[test]
    fn what_was_done_to_the_secret_is_found() {
        for (used, given, expected) in [
            ("s3cret/Text+7", "s3cret/Text+7", &["right"][..]),
            ("a secret\n", "a secret", &["newline_added"]),
            ("a secret\r\n", "a secret", &["line_end_added"]),
            ("a secret ", "a secret", &["blank_added"]),
            ("a secret", "  a secret\t", &["trimmed"]),
            ("\"a secret\"", "a secret", &["double_quotes_added"]),
            ("a secret", "'a secret'", &["quotes_removed"]),
            ("a secret", "61207365637265740a", &["hex_decoded", "trimmed"]),
            ("a secret", "612073656372657A74", &["unexplained"]),
            ("a/b+c d", "a%2Fb%2Bc%20d", &["percent_decoded"]),
            ("a%2Fb", "a/b", &["percent_encoded"]),
            ("a b", "a+b", &["plus_to_blank"]),
            ("abcdef12", "ABCDEF12", &["lower_case"]),
            ("ab", "ab$cd", &["shell_expanded"]),
            ("ab", "ab#cd", &["comment_cut"]),
            ("YWJjZA", "YWJjZA==", &["padding_removed"]),
            ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdefgh", &["cut"]),
            ("com.example.app", "another", &["claim_as_secret"]),
            ("", "another", &["empty_secret"]),
            ("undefined", "another", &["missing_secret"]),
            ("b'a secret'", "a secret", &["python_bytes"]),
            ("a secret", "\u{feff}a secret", &["mark_removed"]),
        ] {
            assert_eq!(found(&token(used.as_bytes(), SIGNED), &[given]), expected, "{used:?} of {given:?}");
        }
        let decoded = BASE64.decode(b"3q2+7/8=").unwrap();
        for given in ["3q2+7/8=", "3q2-7_8"] {
            assert_eq!(found(&token(&decoded, SIGNED), &[given]), ["base64_decoded"], "{given}");
        }
        assert_eq!(found(&token(b"a\0b\0", SIGNED), &["ab"]), ["utf16"]);
    }

    #[test]
    fn the_secret_of_another_tenant_is_found_among_several() {
        let token = token(b"the old one", SIGNED);
        let secrets = ["the new one", "the old one"].map(|secret| NamedSecret::new(secret, secret));
        assert_eq!(explain(&token, &secrets), Some(SignatureFinding::Right { secret: 1 }));
        assert_eq!(explain(&token, &[]), None);
    }

    #[test]
    fn what_was_done_to_the_signed_text_is_found() {
        let (header, payload) = SIGNED.split_once('.').unwrap();
        let json = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        for (message, expected) in [
            (payload.to_owned(), "payload_only"),
            (format!("{header}{payload}"), "no_dot"),
            (format!("{header}.{}", json(r#"{"aud":"a/b","iss":"com.example.app"}"#)), "written_again"),
            (format!("{header}.{}", json(r#"{"iss": "com.example.app", "aud": "a/b"}"#)), "written_again"),
            (format!("{header}.{}", json(r#"{"iss":"com.example.app","aud":"a\/b"}"#)), "written_again"),
            (format!("{}.{payload}", json(r#"{"alg":"HS256","typ":"JWT"}"#)), "written_again"),
            (format!("{header}==.{payload}"), "unexplained"),
        ] {
            assert_eq!(found(&token(b"a secret", &message), &["a secret"]), [expected], "{message}");
        }
    }

    #[test]
    fn another_algorithm_or_another_form_of_the_signature_is_found() {
        let with = |signature: &[u8]| format!("{SIGNED}.{}", BASE64URL_NOPAD.encode(signature));
        let codes = DIGESTS.map(|(_, digest)| digest(b"a secret", SIGNED.as_bytes()));
        for (signature, expected) in [
            (codes[0].clone(), "right"),
            (codes[1].clone(), "hs384"),
            (codes[2].clone(), "hs512"),
            (codes[0][..16].to_vec(), "signature_cut"),
            (HEXLOWER.encode(&codes[0]).into_bytes(), "signature_hex"),
            (BASE64.encode(&codes[0]).into_bytes(), "signature_base64"),
            (DIGESTS[0].1(SIGNED.as_bytes(), b"a secret"), "swapped"),
            (codes[0][..9].to_vec(), "unexplained"),
        ] {
            assert_eq!(found(&with(&signature), &["a secret"]), [expected]);
        }
        let rs256 = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";
        assert_eq!(explain(rs256, &[NamedSecret::new("a", "b")]), Some(SignatureFinding::ByPrivateKey));
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert!(!format!("{:?}", NamedSecret::new("the file", "s3cr3t")).contains("s3cr3t"));
    }
}
