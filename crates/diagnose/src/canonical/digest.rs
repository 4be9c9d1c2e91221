//! Computes the text of the hash from the canonical request (QSH-H1 and QSH-H2), under any dialect.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use md5::Md5;
use percent_encoding::percent_encode;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512, Sha512_256};

use super::text;
use crate::dialect::{Charset, Dialect, HashFunction, HashText, HashedText};
use crate::percent::RFC3986;

/// The text of the hash of a canonical request.
pub(super) fn hash_text(canonical: &[u8], dialect: &Dialect) -> String {
    let hashed = encoded(&framed(canonical, dialect), dialect);
    if dialect.hash_function == HashFunction::Unhashed {
        return String::from_utf8_lossy(&hashed).into_owned();
    }
    let digest = digest(&hashed, dialect.hash_function);
    match dialect.hash_text {
        HashText::LowerHex => HEXLOWER.encode(&digest),
        HashText::UpperHex => HEXUPPER.encode(&digest),
        HashText::ZerosDropped => HEXLOWER.encode(&digest).trim_start_matches('0').to_owned(),
        HashText::ZerosDroppedInBytes => digest.iter().map(|byte| format!("{byte:x}")).collect(),
        HashText::Base64 => BASE64.encode(&digest),
        HashText::Base64Url => BASE64URL_NOPAD.encode(&digest),
        HashText::Base64UrlPadded => BASE64URL.encode(&digest),
        HashText::Dashed => joined(&digest, "-", |byte| format!("{byte:02X}")),
        HashText::Base64Unpadded => BASE64_NOPAD.encode(&digest),
        HashText::LineFeed => HEXLOWER.encode(&digest) + "\n",
        HashText::Sha256sum => HEXLOWER.encode(&digest) + "  -",
        HashText::Prefixed => format!("sha256:{}", HEXLOWER.encode(&digest)),
        HashText::DashedLower => joined(&digest, "-", |byte| format!("{byte:02x}")),
        HashText::Colons => joined(&digest, ":", |byte| format!("{byte:02x}")),
        HashText::SignedBytes => format!("[{}]", joined(&digest, ", ", |byte| byte.cast_signed().to_string())),
        HashText::ByteNumbers => joined(&digest, ",", |byte| byte.to_string()),
        HashText::ZeroX => format!("0x{}", HEXLOWER.encode(&digest)),
        HashText::First32 => first(&digest, 32),
        HashText::First40 => first(&digest, 40),
        HashText::PythonBytes => format!("b'{}'", HEXLOWER.encode(&digest)),
        HashText::Base64OfHex => BASE64.encode(HEXLOWER.encode(&digest).as_bytes()),
    }
}

/// The texts of all bytes, with a separator between them.
fn joined(digest: &[u8], separator: &str, text: impl Fn(u8) -> String) -> String {
    digest.iter().map(|byte| text(*byte)).collect::<Vec<_>>().join(separator)
}

/// The first hexadecimal digits.
fn first(digest: &[u8], digits: usize) -> String {
    HEXLOWER.encode(&digest[..digest.len().min(digits / 2)])
}

/// QSH-H1: the text that is hashed, made from the canonical request.
fn framed(canonical: &[u8], dialect: &Dialect) -> Vec<u8> {
    match dialect.hashed_text {
        HashedText::Bare => canonical.to_vec(),
        HashedText::LineFeed => [canonical, b"\n"].concat(),
        HashedText::CarriageReturn => [canonical, b"\r\n"].concat(),
        HashedText::Space => [canonical, b" "].concat(),
        HashedText::Zero => [canonical, b"\0"].concat(),
        HashedText::Escaped => percent_encode(canonical, RFC3986).to_string().into_bytes(),
        HashedText::LowerCase => text::folded(canonical),
        HashedText::UpperCase => text::capitals(canonical),
        HashedText::Html => text::replaced(canonical, b'&', b"&amp;"),
        HashedText::Hex => HEXLOWER.encode(canonical).into_bytes(),
        HashedText::Base64 => BASE64.encode(canonical).into_bytes(),
        HashedText::SingleQuoted => [b"'", canonical, b"'"].concat(),
        HashedText::PythonBytes => [b"b", python_bytes(canonical).as_slice()].concat(),
        HashedText::Quoted => text::quoted(canonical),
    }
}

/// Bytes as Python's `repr` writes them, without the leading `b`.
fn python_bytes(bytes: &[u8]) -> Vec<u8> {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut written = vec![quote];
    for &byte in bytes {
        match byte {
            b'\\' => written.extend_from_slice(b"\\\\"),
            byte if byte == quote => written.extend_from_slice(&[b'\\', byte]),
            b'\t' => written.extend_from_slice(b"\\t"),
            b'\n' => written.extend_from_slice(b"\\n"),
            b'\r' => written.extend_from_slice(b"\\r"),
            b' '..=b'~' => written.push(byte),
            byte => written.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    written.push(quote);
    written
}

/// QSH-H1: encodes the text as bytes.
fn encoded(text: &[u8], dialect: &Dialect) -> Vec<u8> {
    let units = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text::utf16(text).into_iter().flat_map(bytes).collect() };
    match dialect.charset {
        Charset::Utf8 => text.to_vec(),
        Charset::Latin1 => text::latin1(text),
        Charset::Ascii => text::ascii(text),
        Charset::Utf16 => units(u16::to_le_bytes),
        Charset::Utf16Marked => [vec![0xff, 0xfe], units(u16::to_le_bytes)].concat(),
        Charset::Utf16BigEndian => units(u16::to_be_bytes),
        Charset::Utf16BigEndianMarked => [vec![0xfe, 0xff], units(u16::to_be_bytes)].concat(),
        Charset::Utf32 => text::utf32(text).into_iter().flat_map(u32::to_le_bytes).collect(),
        Charset::Utf8Marked => ["\u{feff}".as_bytes(), text].concat(),
    }
}

/// QSH-H2: computes the hash.
fn digest(bytes: &[u8], function: HashFunction) -> Vec<u8> {
    match function {
        HashFunction::Sha256 => Sha256::digest(bytes).to_vec(),
        HashFunction::Sha256OfText => Sha256::digest(HEXLOWER.encode(&Sha256::digest(bytes))).to_vec(),
        HashFunction::Sha256OfBytes => Sha256::digest(Sha256::digest(bytes)).to_vec(),
        HashFunction::Hmac => hmac_without_key(bytes),
        HashFunction::Md5 => Md5::digest(bytes).to_vec(),
        HashFunction::Sha1 => Sha1::digest(bytes).to_vec(),
        HashFunction::Sha384 => Sha384::digest(bytes).to_vec(),
        HashFunction::Sha512 => Sha512::digest(bytes).to_vec(),
        HashFunction::Sha512Cut => Sha512::digest(bytes)[..32].to_vec(),
        HashFunction::Sha512_256 => Sha512_256::digest(bytes).to_vec(),
        HashFunction::Unhashed => bytes.to_vec(),
    }
}

/// HMAC-SHA-256 (RFC 2104) with the empty key. Its pads are those of a block of zeros.
fn hmac_without_key(bytes: &[u8]) -> Vec<u8> {
    let inner = Sha256::digest([[0x36; 64].as_slice(), bytes].concat());
    Sha256::digest([[0x5c; 64].as_slice(), &inner].concat()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(canonical: &str, choices: &[&str]) -> String {
        let dialect = choices.iter().fold(Dialect::OFFICIAL, |dialect, choice| dialect.with(choice.parse().unwrap()));
        hash_text(canonical.as_bytes(), &dialect)
    }

    /// The hashes of `GET&/&` were computed with Python's hashlib and base64.
    #[test]
    fn every_function_and_text_is_what_other_tools_make_of_it() {
        for (choice, expected) in [
            ("hash_function=sha256_of_text", "0867a2a419e3411d023fe07d169a4755e7fee2bf9d0853868c004e0d09c28cc4"),
            ("hash_function=sha256_of_bytes", "83157e804e3edce5643c81619d5d343a0325de4e0f26d9f32576ae52dadb7368"),
            ("hash_function=md5", "8086df0c7d66b8870258e1cddc0d5882"),
            ("hash_function=sha1", "b59f281702c0f533ed16111897ab74eafb2be46e"),
            (
                "hash_function=sha384",
                "b96956e4657ec82b456962c9cb7eff5d86f9ca03c58fcca5d558d151e58bffc42735c1758351e89491e26ebc021d12cf",
            ),
            (
                "hash_function=sha512",
                "6aff412b724d260b51a2ef60fd8a5df53e038c927ecec16cc05d049f6931aa8c22c98fe1ef2b03843343326f347ba96d858c075a234bcea94202ee5f6dadf4b6",
            ),
            ("hash_function=sha512_cut", "6aff412b724d260b51a2ef60fd8a5df53e038c927ecec16cc05d049f6931aa8c"),
            ("hash_function=sha512_256", "3590041a601f3500eb9b9bf729b0c210c7e70b00b09384fcf7ffca44018bb91b"),
            ("hash_text=base64", "yIyq0VocGpALisCKqWhvToGEU5vqHe2jbi9klDDfMjk="),
            ("hash_text=base64url", "yIyq0VocGpALisCKqWhvToGEU5vqHe2jbi9klDDfMjk"),
            ("hash_text=base64url_padded", "yIyq0VocGpALisCKqWhvToGEU5vqHe2jbi9klDDfMjk="),
            (
                "hash_text=base64_of_hex",
                "Yzg4Y2FhZDE1YTFjMWE5MDBiOGFjMDhhYTk2ODZmNGU4MTg0NTM5YmVhMWRlZGEzNmUyZjY0OTQzMGRmMzIzOQ==",
            ),
            ("hash_function=unhashed", "GET&/&"),
            (
                "hash_text=dashed",
                "C8-8C-AA-D1-5A-1C-1A-90-0B-8A-C0-8A-A9-68-6F-4E-81-84-53-9B-EA-1D-ED-A3-6E-2F-64-94-30-DF-32-39",
            ),
            ("hash_text=base64_unpadded", "yIyq0VocGpALisCKqWhvToGEU5vqHe2jbi9klDDfMjk"),
            ("hash_text=line_feed", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239\n"),
            ("hash_text=sha256sum", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239  -"),
            ("hash_text=prefixed", "sha256:c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"),
            (
                "hash_text=signed_bytes",
                "[-56, -116, -86, -47, 90, 28, 26, -112, 11, -118, -64, -118, -87, 104, 111, 78, -127, -124, 83, -101, -22, 29, -19, -93, 110, 47, 100, -108, 48, -33, 50, 57]",
            ),
            (
                "hash_text=byte_numbers",
                "200,140,170,209,90,28,26,144,11,138,192,138,169,104,111,78,129,132,83,155,234,29,237,163,110,47,100,148,48,223,50,57",
            ),
            (
                "hash_text=dashed_lower",
                "c8-8c-aa-d1-5a-1c-1a-90-0b-8a-c0-8a-a9-68-6f-4e-81-84-53-9b-ea-1d-ed-a3-6e-2f-64-94-30-df-32-39",
            ),
            (
                "hash_text=colons",
                "c8:8c:aa:d1:5a:1c:1a:90:0b:8a:c0:8a:a9:68:6f:4e:81:84:53:9b:ea:1d:ed:a3:6e:2f:64:94:30:df:32:39",
            ),
            ("hash_text=zero_x", "0xc88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"),
            ("hash_text=first_32", "c88caad15a1c1a900b8ac08aa9686f4e"),
            ("hash_text=first_40", "c88caad15a1c1a900b8ac08aa9686f4e8184539b"),
            ("hash_text=python_bytes", "b'c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239'"),
            ("hashed_text=line_feed", "6d1d0e004718c45060d74ab5e7b8fd1b4f5f2c34fbb10f3ba3037214cf802a52"),
            ("hashed_text=quoted", "402d66e9564dc51679c525b7bd78c9f9c7ef99b39c4b3f1ae43716b1d6261914"),
            ("hash_function=hmac", "e6a58cc9e3b9b7a45e3540b3c4536ac3f3494be3597095a643b52a54715bf1fd"),
            ("hashed_text=space", "42a25cf6d9d8e0e5fe6d4aee03b8ef67adf46db017f5f71fb313f826e7e06fd5"),
            ("hashed_text=zero", "5226ae4c28e16716e3f99076b2e50912a74fe7c550c65d4d692fa0f03ab1b8ed"),
            ("hashed_text=escaped", "57d84ce468ae54041a19cc00ed1204e564d3d66d8f2ec94b2606dd70a24778ce"),
            ("hashed_text=lower_case", "5104f9244a580ea56ec3c155e0196bc0d35383904ed2237f874ebf5d35622f8f"),
            ("hashed_text=html", "c9eaa16a346abf0c02d8fd51c413906cacf4028e2ef43c26fc3a4cc7c508d14b"),
            ("hashed_text=hex", "06582ba8dae39cedc6ff6b5e3df6a3d3f8a78c1e14bcb7037e3e7b0bcea37781"),
            ("hashed_text=base64", "bba06c164c5ce124e70682cd87e813fe2cf11004cff24b762e3b904dbb97c43b"),
            ("hashed_text=single_quoted", "d8766f99945844d6c72f0edf6c81d45ad6021d19b23023cba7c8cec219c63e5f"),
            ("hashed_text=python_bytes", "b705f0be96bcb4a98082391f46e94575cdda1212906619b19747488a3b755f58"),
            ("charset=utf16_marked", "f5b3ef79c2d9206a3c0f7935d780c8bb16132c74bd247a9272852b53cc42aa45"),
            ("charset=utf16_big_endian", "b2851b91a9091886a0375074f63a224affe6556f885fcfbaf97d4c17558d39c6"),
            ("charset=utf32", "e452b6a7328203f933d64b4621d89e9b33cb7459b93a38e12e75e8ff1990809f"),
            ("charset=utf16", "a28249b70a96370ea2ec7b4ff50444af6cd32a8781bdb7118c30b391cfdbc47e"),
            ("charset=utf16_big_endian_marked", "f38b1a753daa19f641cae636617bbaba4afaecc67851e37d3c836d20011ce2a8"),
            ("charset=utf8_marked", "0f7932e8f2217ec894ebd3ef9bdb696d187ce62e6cf46edae0c9686009542556"),
        ] {
            assert_eq!(text("GET&/&", &[choice]), expected, "{choice}");
        }
    }

    /// The results are from Python's `str`.
    #[test]
    fn bytes_are_written_as_python_does() {
        for (canonical, expected) in
            [("GET&/é&a='", r#""GET&/\xc3\xa9&a='""#), ("GET&/'\"\\\t\u{1}\u{7f}&", r#"'GET&/\'"\\\t\x01\x7f&'"#)]
        {
            assert_eq!(String::from_utf8(python_bytes(canonical.as_bytes())).unwrap(), expected);
        }
    }

    #[test]
    fn zeros_are_dropped_at_the_front_or_in_each_byte() {
        assert_eq!(text("GET&/6&", &[]), "0643d0b712be535ea4114535f1af433c57ca01fd3da09a610cb9326ccc0a7405");
        assert_eq!(
            text("GET&/6&", &["hash_text=zeros_dropped"]),
            "0643d0b712be535ea4114535f1af433c57ca01fd3da09a610cb9326ccc0a7405"[1..]
        );
        assert_eq!(
            text("GET&/6&", &["hash_text=zeros_dropped_in_bytes"]),
            "643d0b712be535ea4114535f1af433c57ca1fd3da09a61cb9326ccca745"
        );
    }
}
