//! Flaws in the check of signatures and in the secret (JWT-16 to JWT-20).

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use unicode_normalization::UnicodeNormalization;

use super::{ASAP, CONNECT, Group, INSTALL};
use crate::planted::decoding::{Members, base64url};
use crate::planted::signatures::{is_by, mac};

const TEXT: Group = Group {
    against: &[(CONNECT, "JWT-16"), (INSTALL, "JWT-16"), (ASAP, "JWT-16")],
    flaws: &[
        ("the signature is over the claims only", |v| {
            v.signatures.text = |token| token.segments[1].clone();
        }),
        ("the signature is over header and claims encoded anew", |v| {
            v.signatures.text = |token| format!("{}.{}", anew(&token.header), anew(&token.claims)).into_bytes();
        }),
    ],
};

const TEXT_OF_CONNECT: Group = Group {
    against: &[(CONNECT, "JWT-16")],
    flaws: &[
        ("the signature is over the header only", |v| {
            v.signatures.text = |token| token.segments[0].clone();
        }),
        ("the signature is over header and claims without the dot", |v| {
            v.signatures.text = |token| token.segments[..2].concat();
        }),
        ("the signature is over header and claims decoded", |v| {
            v.signatures.text = |token| {
                let text = |segment: &[u8]| BASE64URL_NOPAD.decode(segment).unwrap_or_default();
                [&text(&token.segments[0])[..], b".", &text(&token.segments[1])].concat()
            };
        }),
    ],
};

fn anew(members: &Members) -> String {
    BASE64URL_NOPAD.encode(serde_json::to_string(members).unwrap().as_bytes())
}

const WHETHER: Group = Group {
    against: &[(CONNECT, "JWT-17"), (INSTALL, "JWT-17"), (ASAP, "JWT-17")],
    flaws: &[
        ("the signature is not looked at", |v| v.signatures.unsigned = |_| true),
        ("an empty signature is good", |v| v.signatures.unsigned = |token| token.signature.is_empty()),
        ("a signature of zeros is good", |v| {
            v.signatures.unsigned =
                |token| !token.signature.is_empty() && token.signature.iter().all(|&byte| byte == 0);
        }),
        ("bytes after the signature do not count", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| signature.starts_with(&mac(algorithm, key, text));
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, &signature[..signature.len().min(length(algorithm))], text)
            };
        }),
    ],
};

/// The length of a signature in bytes.
fn length(algorithm: &str) -> usize {
    match algorithm {
        "ES256" => 64,
        "ES384" => 96,
        "ES512" => 132,
        _ => 256,
    }
}

const HMAC: Group = Group {
    against: &[(CONNECT, "JWT-17")],
    flaws: &[
        ("the first bytes of an HMAC will do", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| {
                !signature.is_empty() && mac(algorithm, key, text).starts_with(signature)
            };
        }),
        ("only the first half of an HMAC is compared", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| {
                signature.len() == 32 && mac(algorithm, key, text)[..16] == signature[..16]
            };
        }),
        ("only the second half of an HMAC is compared", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| {
                signature.len() == 32 && mac(algorithm, key, text)[16..] == signature[16..]
            };
        }),
        ("an HMAC is compared in base64 and any case", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| {
                let right = BASE64URL_NOPAD.encode(&mac(algorithm, key, text));
                right.eq_ignore_ascii_case(&BASE64URL_NOPAD.encode(signature))
            };
        }),
        ("a signature may be in hexadecimal", |v| {
            v.decoding.signature = |text| HEXLOWER_PERMISSIVE.decode(text).ok().or_else(|| base64url(text));
        }),
        ("an HMAC may be the hash of secret and text", |v| {
            v.signatures.is_mac = |algorithm, key, signature, text| {
                let hash = digest(&SHA256, &[key, text].concat());
                signature == mac(algorithm, key, text) || signature == hash.as_ref()
            };
        }),
    ],
};

const SECRET: Group = Group {
    against: &[(CONNECT, "JWT-18")],
    flaws: &[
        ("the secret is decoded from base64 where it can be", |v| {
            v.signatures.secret =
                |secret| BASE64.decode(secret.as_bytes()).unwrap_or_else(|_| secret.as_bytes().to_vec());
        }),
        ("the secret is decoded from base64url where it can be", |v| {
            v.signatures.secret =
                |secret| BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap_or_else(|_| secret.as_bytes().to_vec());
        }),
        ("the secret is decoded from hexadecimal where it can be", |v| {
            v.signatures.secret =
                |secret| HEXLOWER_PERMISSIVE.decode(secret.as_bytes()).unwrap_or_else(|_| secret.as_bytes().to_vec());
        }),
        ("the secret is trimmed", |v| v.signatures.secret = |secret| secret.trim().as_bytes().to_vec()),
        ("the secret is put in lower case", |v| {
            v.signatures.secret = |secret| secret.to_lowercase().into_bytes();
        }),
        ("the secret is put in upper case", |v| {
            v.signatures.secret = |secret| secret.to_uppercase().into_bytes();
        }),
        ("the secret ends with its thirty-second byte", |v| {
            v.signatures.secret = |secret| secret.bytes().take(32).collect();
        }),
        ("the secret ends with its sixty-fourth byte", |v| {
            v.signatures.secret = |secret| secret.bytes().take(64).collect();
        }),
        ("the secret ends with a line feed", |v| {
            v.signatures.secret = |secret| format!("{secret}\n").into_bytes();
        }),
        ("the secret has no hyphens", |v| v.signatures.secret = |secret| secret.replace('-', "").into_bytes()),
        ("the secret ends before its first equals sign", |v| {
            v.signatures.secret = |secret| secret.split('=').next().unwrap_or_default().as_bytes().to_vec();
        }),
        ("the secret is in Latin-1", |v| {
            v.signatures.secret =
                |secret| secret.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect();
        }),
        ("the secret is in ASCII", |v| {
            v.signatures.secret = |secret| secret.replace(|character: char| !character.is_ascii(), "?").into_bytes();
        }),
        ("the secret is in UTF-16", |v| {
            v.signatures.secret = |secret| secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }),
        ("the secret is decomposed", |v| v.signatures.secret = |secret| secret.nfd().collect::<String>().into_bytes()),
        ("the secret is composed", |v| v.signatures.secret = |secret| secret.nfc().collect::<String>().into_bytes()),
        ("the secret is unescaped as in a URL", |v| {
            v.signatures.secret = |secret| crate::planted::transport::decoded(secret.as_bytes());
        }),
    ],
};

const EMPTY_SECRET: Group = Group {
    against: &[(CONNECT, "JWT-19")],
    flaws: &[("an empty secret is used", |v| v.signatures.is_usable = |_| true)],
};

const SHORT_SECRET: Group = Group {
    against: &[(CONNECT, "JWT-20")],
    flaws: &[
        ("a secret of less than 32 bytes is refused", |v| v.signatures.is_usable = |secret| secret.len() >= 32),
        ("a secret of 32 bytes is refused", |v| v.signatures.is_usable = |secret| secret.len() > 32),
    ],
};

const LONG_SECRET: Group = Group {
    against: &[(CONNECT, "JWT-18")],
    flaws: &[("a secret of more than 64 bytes is refused", |v| {
        v.signatures.is_usable = |secret| !secret.is_empty() && secret.len() <= 64;
    })],
};

pub(crate) const GROUPS: &[Group] =
    &[TEXT, TEXT_OF_CONNECT, WHETHER, HMAC, SECRET, EMPTY_SECRET, SHORT_SECRET, LONG_SECRET];
