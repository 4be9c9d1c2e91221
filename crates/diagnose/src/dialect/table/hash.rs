//! How the canonical request is hashed, and how the hash is written.

use super::super::declare::choices;
use super::super::{Choice, Status};

choices! {
    "QSH-H1" "UTF-8" Charset {
        Utf8 "utf8" "the canonical request is hashed as UTF-8" [],
        Latin1 "latin1" "the canonical request is hashed as ISO 8859-1, with `?` for characters that it lacks" ["Java atlassian-jwt"],
        Ascii "ascii" "the canonical request is hashed as ASCII, with `?` for characters that it lacks" [] from ".NET's `Encoding.ASCII`",
        Utf16 "utf16" "the canonical request is hashed as little-endian UTF-16" [] from ".NET's `Encoding.Unicode`",
        Utf16Marked "utf16_marked" "the canonical request is hashed as little-endian UTF-16 with a byte order mark" [] from "Python's `utf-16`",
        Utf16BigEndian "utf16_big_endian" "the canonical request is hashed as big-endian UTF-16" [] from "`UTF-16BE`",
        Utf16BigEndianMarked "utf16_big_endian_marked" "the canonical request is hashed as big-endian UTF-16 with a byte order mark" [] from "Java's `UTF-16`",
        Utf32 "utf32" "the canonical request is hashed as little-endian UTF-32" [] from "C and C++ with `wchar_t`",
        Utf8Marked "utf8_marked" "the canonical request is hashed as UTF-8 with a byte order mark" [] from ".NET's `StreamWriter` with `Encoding.UTF8`",
    }
    "QSH-H1" "UTF-8" HashedText {
        Bare "bare" "only the canonical request is hashed" [],
        LineFeed "line_feed" "the canonical request is hashed with a line feed after it" [] from "`echo` in a shell",
        CarriageReturn "carriage_return" "the canonical request is hashed with a carriage return and a line feed after it" [] from "a file that was written on Windows",
        Space "space" "the canonical request is hashed with a space after it" [] from "a canonical request that was pasted into a tool",
        Zero "zero" "the canonical request is hashed with a zero byte after it" [] from "C, which ends strings with it",
        Escaped "escaped" "the canonical request is percent-encoded as a whole" [] from "`encodeURIComponent` of everything",
        LowerCase "lower_case" "the canonical request is put in lower case as a whole" [] from "JavaScript's `toLowerCase()` of everything",
        UpperCase "upper_case" "the canonical request is put in upper case as a whole" [] from "JavaScript's `toUpperCase()` of everything, not only of the method",
        Html "html" "every `&` of the canonical request is hashed as `&amp;`" [] from "a template that escapes for HTML",
        Hex "hex" "the canonical request is hashed as the hexadecimal digits of its bytes" [] from "CryptoJS's `enc.Hex` output, hashed as text",
        Base64 "base64" "the canonical request is hashed as base64" [] from "JavaScript's `btoa` before hashing",
        SingleQuoted "single_quoted" "the canonical request is hashed in single quotes" [] from "Windows's `cmd`, which does not remove single quotes",
        PythonBytes "python_bytes" "the canonical request is hashed as `b'…'`" [] from "Python's `str` of bytes",
        Quoted "quoted" "the canonical request is hashed as a JSON text, in quotes" [] from "JavaScript's `JSON.stringify`",
    }
    "QSH-H2" "SHA-256 in lower-case hex" HashFunction {
        Sha256 "sha256" "the hash is a SHA-256" [],
        Sha256OfText "sha256_of_text" "the hash is the SHA-256 of the hexadecimal text of the SHA-256" [] from "Python's `sha256(sha256(text).hexdigest())`, hashing twice",
        Sha256OfBytes "sha256_of_bytes" "the hash is the SHA-256 of the bytes of the SHA-256" [] from "Bitcoin's double hash",
        Hmac "hmac" "the hash is an HMAC with an empty key" [] from "the word \"signed\" on the page, without a secret",
        Md5 "md5" "the hash is an MD5" [] from "PHP's `md5`, as in other signature schemes",
        Sha1 "sha1" "the hash is a SHA-1" [] from "OAuth 1's HMAC-SHA1",
        Sha384 "sha384" "the hash is a SHA-384" [] from "the hash of HS384",
        Sha512 "sha512" "the hash is a SHA-512" [] from "the hash of HS512",
        Sha512Cut "sha512_cut" "the hash is the first half of the SHA-512" [] from "cutting a hash to the expected length",
        Sha512_256 "sha512_256" "the hash is a SHA-512/256" [] from "OpenSSL's `sha512-256`, taken for SHA-256",
        Unhashed "unhashed" "the canonical request itself takes the place of its hash" [] from "a claim that was set before the text was hashed",
    }
    "QSH-H2" "SHA-256 in lower-case hex" HashText {
        LowerHex "lower_hex" "the hash is written in lower-case hexadecimal digits, two for each byte" [],
        UpperHex "upper_hex" "the hash is written in upper-case hexadecimal digits" [] from ".NET's `Convert.ToHexString`",
        ZerosDropped "zeros_dropped" "leading zeros of the hash are left out" [] from "Java's `BigInteger.toString(16)`",
        ZerosDroppedInBytes "zeros_dropped_in_bytes" "a byte of the hash below 16 is written with one digit" [] from "Java's `Integer.toHexString`",
        Base64 "base64" "the hash is written in base64" [] from "Java's `Base64.getEncoder()`, as for signatures",
        Base64Url "base64url" "the hash is written in base64url without padding" [] from "the segments of a token, which are written this way",
        Base64UrlPadded "base64url_padded" "the hash is written in base64url with padding" [] from "Python's `urlsafe_b64encode`",
        Dashed "dashed" "the hash is written in upper-case hexadecimal digits, with `-` between its bytes" [] from ".NET's `BitConverter.ToString`",
        Base64Unpadded "base64_unpadded" "the hash is written in base64 without padding" [] from "Go's `base64.RawStdEncoding`",
        LineFeed "line_feed" "a line feed follows the hash" [] from "the output of a program, used as it is",
        Sha256sum "sha256sum" "two spaces and `-` follow the hash" [] from "the output of `sha256sum`, used as it is",
        Prefixed "prefixed" "`sha256:` precedes the hash" [] from "the digests of container images",
        DashedLower "dashed_lower" "the hash is written in lower-case hexadecimal digits, with `-` between its bytes" [] from ".NET's `BitConverter.ToString`, put in lower case without `Replace(\"-\", \"\")`",
        Colons "colons" "the hash is written in lower-case hexadecimal digits, with `:` between its bytes" [] from "the fingerprints of `openssl` and `keytool`",
        SignedBytes "signed_bytes" "the hash is written as a list of its bytes, from -128 to 127" [] from "Java's `Arrays.toString` of a `byte[]`",
        ByteNumbers "byte_numbers" "the hash is written as its bytes, from 0 to 255, with `,` between them" [] from "JavaScript's text of a `Uint8Array`, as `crypto.subtle.digest` gives it",
        ZeroX "zero_x" "`0x` precedes the hash" [] from "SQL Server's `HASHBYTES`, Python's `hex()` and libraries of Ethereum",
        First32 "first_32" "only the first 32 digits of the hash are written" [] from "a column or a variable that was made for an MD5",
        First40 "first_40" "only the first 40 digits of the hash are written" [] from "a column or a variable that was made for a SHA-1",
        PythonBytes "python_bytes" "the hash is written as `b'…'`" [] from "Python's `str` of the bytes that `hexlify` gives",
        Base64OfHex "base64_of_hex" "the hexadecimal text of the hash is written in base64" [] from "JavaScript's `btoa` of a hexadecimal digest",
    }
}
