//! [`KeyedHash`]: a hash that was made with a secret.

use bitcoin_hashes::{Hash, HashEngine, HmacEngine, sha256};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};

use crate::signature::NamedSecret;

/// The HMAC-SHA256 of the canonical request, in the place of its hash (QSH-H2).
///
/// # Examples
///
/// ```
/// use qsh_auth::jwt::Time;
/// use qsh_diagnose::examine::{Case, examine};
/// use qsh_diagnose::intake::{Evidence, Piece};
/// use qsh_diagnose::signature::NamedSecret;
///
/// // Python: hmac.new(b"a secret", b"GET&/a&", "sha256").hexdigest()
/// let code = "05d3203a9307326ae5dd8c245e6e1caaa0fa2b2efa1d2751ac19df46a4e785ea";
/// let evidence = Evidence::read(&[Piece::new("URL", "https://app.example.com/a"), Piece::new("hash", code)])?;
/// let (input, secrets) = (evidence.input(), [NamedSecret::new("the file", "a secret")]);
/// let mut case = Case::new(&evidence, input.as_ref(), Time::new(0));
/// case.secrets = &secrets;
/// let keyed = examine(&case)?.hashes[0].keyed.unwrap();
/// assert_eq!((keyed.secret, keyed.encoding), (0, "hexadecimal"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyedHash {
    /// The index of the secret that is the key.
    pub secret: usize,
    /// How the bytes are written: `hexadecimal`, `base64` or `base64url`.
    pub encoding: &'static str,
}

/// The encodings that programs write.
const ENCODINGS: [(&str, &Encoding); 6] = [
    ("hexadecimal", &HEXLOWER),
    ("hexadecimal", &HEXUPPER),
    ("base64", &BASE64),
    ("base64", &BASE64_NOPAD),
    ("base64url", &BASE64URL_NOPAD),
    ("base64url", &BASE64URL),
];

impl KeyedHash {
    /// The secret that makes this hash of a canonical request.
    pub(super) fn of(canonical: &[u8], hash: &str, secrets: &[NamedSecret]) -> Option<Self> {
        secrets.iter().enumerate().find_map(|(secret, named)| {
            let mut engine = HmacEngine::<sha256::HashEngine>::new(named.as_bytes());
            engine.input(canonical);
            let code = engine.finalize().to_byte_array();
            let (encoding, _) = ENCODINGS.iter().find(|(_, encoding)| encoding.encode(&code) == hash)?;
            Some(Self { secret, encoding })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, section 4.3: the key `Jefe` and the text `what do ya want for nothing?`.
    #[test]
    fn each_form_of_a_keyed_hash_is_found() {
        let secrets = [NamedSecret::new("a", "another"), NamedSecret::new("b", "Jefe")];
        let text = b"what do ya want for nothing?";
        let hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        for (hash, expected) in [
            (hex.to_owned(), "hexadecimal"),
            (hex.to_uppercase(), "hexadecimal"),
            ("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=".to_owned(), "base64"),
            ("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM".to_owned(), "base64"),
        ] {
            let found = KeyedHash::of(text, &hash, &secrets);
            assert_eq!(found, Some(KeyedHash { secret: 1, encoding: expected }), "{hash}");
        }
        assert_eq!(KeyedHash::of(text, hex, &secrets[..1]), None);
        assert_eq!(KeyedHash::of(b"another text", hex, &secrets), None);
    }
}
