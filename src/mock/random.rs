//! Random names and secrets, from the operating system.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

/// Bytes that nobody can guess.
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A UUID of version 4 (RFC 9562, section 5.4).
pub(super) fn uuid() -> String {
    let mut bytes: [u8; 16] = bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A shared secret of 256 bits, as text (JWT-18).
pub(super) fn secret() -> String {
    BASE64URL_NOPAD.encode(&bytes::<32>())
}

/// Hexadecimal digits in lower case. `count` is at most 64.
pub(super) fn hexadecimal(count: usize) -> String {
    HEXLOWER.encode(&bytes::<32>())[..count].to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_uuid_has_its_version_and_its_variant() {
        let uuid = super::uuid();
        let groups: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert!(uuid.as_bytes()[14] == b'4' && b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert_ne!(uuid, super::uuid());
    }
}
