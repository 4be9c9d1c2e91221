//! Flaws in signatures by private keys (INS-3, ASAP-3, ASAP-4, ASAP-8, JWT-17, JWT-21, JWT-22).

use aws_lc_rs::digest::{self, SHA256, SHA512, digest};
use aws_lc_rs::rsa::PublicKey;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, VerificationAlgorithm,
};
use data_encoding::HEXLOWER_PERMISSIVE;
use num_bigint::BigUint;

use super::{ASAP, Group, INSTALL};
use crate::planted::decoding::Token;
use crate::planted::signatures::{der, is_by, verifies};

const RSA: Group = Group {
    against: &[(INSTALL, "JWT-17"), (ASAP, "JWT-17")],
    flaws: &[
        ("an RSA signature may have any hash", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let family = &algorithm[..2];
                ["256", "384", "512"].iter().any(|size| is_by(&format!("{family}{size}"), key, signature, text))
            };
        }),
        ("an RSA signature may have either padding", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let size = &algorithm[2..];
                is_by(algorithm, key, signature, text)
                    || ["RS", "PS"].iter().any(|family| is_by(&format!("{family}{size}"), key, signature, text))
            };
        }),
        ("zeros before the signature do not count", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let zeros = if algorithm.starts_with('E') { 0 } else { signature.len().saturating_sub(256) };
                signature[..zeros].iter().all(|&byte| byte == 0) && is_by(algorithm, key, &signature[zeros..], text)
            };
        }),
    ],
};

const PADDING: Group = Group {
    against: &[(INSTALL, "JWT-17"), (ASAP, "JWT-17")],
    flaws: &[
        ("the number of a signature may be above the modulus", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm == "RS256" && raised(key, signature) == Some(padded(&[INFO, &hash(text)].concat()))
            };
        }),
        ("the hash may have no name before it", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_opened(algorithm, key, signature, text, |block, hash| block == padded(hash))
            };
        }),
        ("the hash may have any name before it", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_opened(algorithm, key, signature, text, |block, hash| {
                    block.starts_with(&[0, 1, 0xff]) && block[205..].starts_with(&[0x30]) && block.ends_with(hash)
                })
            };
        }),
        ("the padding may be short, and anything may stand after the hash", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_opened(algorithm, key, signature, text, |block, hash| {
                    let padding = block[2..].iter().take_while(|&&byte| byte == 0xff).count();
                    block.starts_with(&[0, 1]) && block[padding + 2..].starts_with(&[&[0], INFO, hash].concat())
                })
            };
        }),
        ("the kind of padding does not count", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_opened(algorithm, key, signature, text, |block, hash| {
                    block[2..] == padded(&[INFO, hash].concat())[2..]
                })
            };
        }),
    ],
};

/// The prefix of a SHA-256 in a signature (RFC 8017, section 9.2).
const INFO: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

fn hash(text: &[u8]) -> Vec<u8> {
    digest(&SHA256, text).as_ref().to_vec()
}

fn padded(content: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &vec![0xff; 253 - content.len()], &[0], content].concat()
}

/// The block of an RSA signature of 256 bytes: the signature to the power of the public exponent.
fn raised(pem: &str, signature: &[u8]) -> Option<Vec<u8>> {
    let key = PublicKey::from_der(&der(pem)?).ok()?;
    let (modulus, exponent) = (key.modulus(), key.exponent());
    let number = |bytes: &[u8]| BigUint::from_bytes_be(bytes);
    let [modulus, exponent] = [modulus, exponent].map(|it| number(it.big_endian_without_leading_zero()));
    let power = number(signature).modpow(&exponent, &modulus).to_bytes_be();
    (signature.len() == 256).then(|| [&vec![0; 256 - power.len()], &power[..]].concat())
}

/// Whether a signature is valid. For RS256, it is also accepted if its block satisfies a check with the hash of its
/// text.
fn or_opened(
    algorithm: &str,
    pem: &str,
    signature: &[u8],
    text: &[u8],
    is_wanted: impl Fn(&[u8], &[u8]) -> bool,
) -> bool {
    is_by(algorithm, pem, signature, text)
        || algorithm == "RS256" && raised(pem, signature).is_some_and(|block| is_wanted(&block, &hash(text)))
}

const SALT: Group = Group {
    against: &[(ASAP, "ASAP-3")],
    flaws: &[
        ("a salt may have any length", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm == "PS256" && is_salted(key, signature, text, &SHA256, |_| true)
            };
        }),
        ("a salt may be missing", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm == "PS256" && is_salted(key, signature, text, &SHA256, <[u8]>::is_empty)
            };
        }),
        ("the mask may be made with another hash", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm == "PS256" && is_salted(key, signature, text, &SHA512, |salt| salt.len() == 32)
            };
        }),
    ],
};

/// Whether the block of a PS256 signature is over a text, with a mask by this hash and a salt that is wanted (RFC 8017,
/// section 9.1.2).
fn is_salted(
    pem: &str,
    signature: &[u8],
    text: &[u8],
    mask: &'static digest::Algorithm,
    is_wanted: impl Fn(&[u8]) -> bool,
) -> bool {
    let Some(block) = raised(pem, signature) else { return false };
    let (masked, rest) = block.split_at(223);
    let (hashed, end) = rest.split_at(32);
    let stream =
        (0_u32..).flat_map(|counter| digest(mask, &[hashed, &counter.to_be_bytes()].concat()).as_ref().to_vec());
    let mut padded: Vec<u8> = masked.iter().zip(stream).map(|(byte, mask)| byte ^ mask).collect();
    padded[0] &= 0x7f;
    let zeros = padded.iter().take_while(|&&byte| byte == 0).count();
    let Some((1, salt)) = padded[zeros..].split_first() else { return false };
    end == [0xbc] && is_wanted(salt) && hash(&[&[0; 8], &hash(text)[..], salt].concat()) == hashed
}

const SIZE: Group = Group {
    against: &[(INSTALL, "JWT-21"), (ASAP, "JWT-21")],
    flaws: &[
        ("an RSA key may have 1,024 bits", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let legacy = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
                is_by(algorithm, key, signature, text) || algorithm == "RS256" && verifies(legacy, key, signature, text)
            };
        }),
        ("an RSA key has exactly 2,048 bits", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let is_elliptic = algorithm.starts_with('E');
                (is_elliptic || signature.len() == 256) && is_by(algorithm, key, signature, text)
            };
        }),
        ("an RSA key has 3,072 bits at most", |v| {
            v.signatures.is_by =
                |algorithm, key, signature, text| signature.len() <= 384 && is_by(algorithm, key, signature, text);
        }),
    ],
};

const TEXT: Group = Group {
    against: &[(INSTALL, "JWT-22"), (ASAP, "JWT-22")],
    flaws: &[
        ("a key has no carriage return", |v| {
            v.signatures.is_by =
                |algorithm, key, signature, text| !key.contains('\r') && is_by(algorithm, key, signature, text);
        }),
        ("a key ends with a line break", |v| {
            v.signatures.is_by =
                |algorithm, key, signature, text| key.ends_with('\n') && is_by(algorithm, key, signature, text);
        }),
    ],
};

const KIND: Group = Group {
    against: &[(ASAP, "ASAP-3")],
    flaws: &[
        ("the curve of a key says how long a signature is", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    CURVES.iter().any(|curve| check(curve, signature.split_at(signature.len() / 2)))
                })
            };
        }),
        ("an algorithm says how long a signature is, and not on which curve", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    signature.len() == 2 * size(algorithm)
                        && CURVES.iter().any(|curve| check(curve, signature.split_at(size(algorithm))))
                })
            };
        }),
        ("the kind of a key says whether a signature is elliptic", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let size = &algorithm[2..];
                ["RS", "PS", "ES"].iter().any(|family| is_by(&format!("{family}{size}"), key, signature, text))
            };
        }),
        ("the curve of a key says which algorithm is meant", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm.starts_with('E')
                        && ["ES256", "ES384", "ES512"].iter().any(|other| is_by(other, key, signature, text))
            };
        }),
    ],
};

const ELLIPTIC: Group = Group {
    against: &[(ASAP, "ASAP-4")],
    flaws: &[
        ("an elliptic signature may be in DER", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                is_by(algorithm, key, signature, text)
                    || algorithm.starts_with('E') && verifies(check_of(algorithm, algorithm), key, signature, text)
            };
        }),
        ("an elliptic signature is in DER", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| match algorithm.starts_with('E') {
                true => verifies(check_of(algorithm, algorithm), key, signature, text),
                false => is_by(algorithm, key, signature, text),
            };
        }),
        ("R is the first half of an elliptic signature, and S the other, of any length", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    check(algorithm, signature.split_at(signature.len() / 2))
                })
            };
        }),
        ("all after R is S", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    signature.split_at_checked(size(algorithm)).is_some_and(|numbers| check(algorithm, numbers))
                })
            };
        }),
        ("all before S is R", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    let middle = signature.len().checked_sub(size(algorithm));
                    middle.is_some_and(|middle| check(algorithm, signature.split_at(middle)))
                })
            };
        }),
        ("bytes after S do not count", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    let numbers = signature.get(..2 * size(algorithm));
                    numbers.is_some_and(|numbers| check(algorithm, numbers.split_at(size(algorithm))))
                })
            };
        }),
        ("bytes before R do not count", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let more = signature.len().saturating_sub(2 * size(algorithm));
                let numbers = if algorithm.starts_with('E') { &signature[more..] } else { signature };
                is_by(algorithm, key, numbers, text)
            };
        }),
        ("S may stand before R", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    let (s, r) = signature.split_at(signature.len() / 2);
                    check(algorithm, (r, s))
                })
            };
        }),
        ("R and S may begin with their lowest byte", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                or_elliptic(algorithm, key, signature, text, |check| {
                    let reversed: Vec<u8> = signature.iter().rev().copied().collect();
                    let (s, r) = reversed.split_at(reversed.len() / 2);
                    check(algorithm, (r, s))
                })
            };
        }),
        ("an elliptic signature may be in hexadecimal", |v| {
            v.signatures.is_by = |algorithm, key, signature, text| {
                let bytes = HEXLOWER_PERMISSIVE.decode(signature).unwrap_or_else(|_| signature.to_vec());
                is_by(algorithm, key, &bytes, text)
            };
        }),
        ("R and S may be zero", |v| {
            v.signatures.unsigned = |token| has_numbers(token, |r, s| is_zero(r) && is_zero(s));
        }),
        ("R may be zero", |v| {
            v.signatures.unsigned = |token| has_numbers(token, |r, s| is_zero(r) && !is_zero(s));
        }),
        ("S may be zero", |v| {
            v.signatures.unsigned = |token| has_numbers(token, |r, s| !is_zero(r) && is_zero(s));
        }),
        ("R and S may be the order of the curve", |v| {
            v.signatures.unsigned = |token| has_numbers(token, |r, s| r == ORDER && s == ORDER);
        }),
    ],
};

const CURVES: [&str; 3] = ["ES256", "ES384", "ES512"];

/// The order of P-256.
const ORDER: &[u8] = b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\
    \xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";

fn is_zero(number: &[u8]) -> bool {
    !number.is_empty() && number.iter().all(|&byte| byte == 0)
}

/// Whether a token has an ECDSA signature whose two numbers satisfy a check.
fn has_numbers(token: &Token, are_wanted: impl Fn(&[u8], &[u8]) -> bool) -> bool {
    let (r, s) = token.signature.split_at(token.signature.len() / 2);
    token.algorithm.starts_with('E') && are_wanted(r, s)
}

/// The size in bytes of each of the two numbers of an ECDSA signature.
fn size(algorithm: &str) -> usize {
    match algorithm {
        "ES256" => 32,
        "ES384" => 48,
        _ => 66,
    }
}

/// The check of a signature in DER, on the curve of one algorithm with the hash of another.
fn check_of(curve: &str, hash: &str) -> &'static dyn VerificationAlgorithm {
    match (curve, hash) {
        ("ES256", "ES256") => &ECDSA_P256_SHA256_ASN1,
        ("ES256", "ES384") => &ECDSA_P256_SHA384_ASN1,
        ("ES256", _) => &ECDSA_P256_SHA512_ASN1,
        ("ES384", "ES256") => &ECDSA_P384_SHA256_ASN1,
        ("ES384", "ES384") => &ECDSA_P384_SHA384_ASN1,
        ("ES384", _) => &ECDSA_P384_SHA512_ASN1,
        (_, "ES256") => &ECDSA_P521_SHA256_ASN1,
        (_, "ES384") => &ECDSA_P521_SHA384_ASN1,
        _ => &ECDSA_P521_SHA512_ASN1,
    }
}

/// Whether a signature is valid. An ECDSA signature is also accepted if it is valid with other values of R and S.
fn or_elliptic(
    algorithm: &str,
    pem: &str,
    signature: &[u8],
    text: &[u8],
    tries: impl Fn(&dyn Fn(&str, (&[u8], &[u8])) -> bool) -> bool,
) -> bool {
    let check = |curve: &str, numbers: (&[u8], &[u8])| {
        verifies(check_of(curve, algorithm), pem, &asn1(numbers.0, numbers.1), text)
    };
    is_by(algorithm, pem, signature, text) || algorithm.starts_with('E') && tries(&check)
}

/// R and S in DER.
fn asn1(r: &[u8], s: &[u8]) -> Vec<u8> {
    let content = [integer(r), integer(s)].concat();
    // The sequence for P-521 is longer than 127 bytes.
    let long: &[u8] = if content.len() > 127 { &[0x81] } else { &[] };
    [&[0x30], long, &[content.len() as u8], &content].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    let number = &number[zeros..];
    let sign: &[u8] = if number.first().is_none_or(|&byte| byte >= 0x80) { &[0] } else { &[] };
    [&[2, (sign.len() + number.len()) as u8], sign, number].concat()
}

pub(crate) const GROUPS: &[Group] = &[RSA, PADDING, SALT, SIZE, TEXT, KIND, ELLIPTIC];
