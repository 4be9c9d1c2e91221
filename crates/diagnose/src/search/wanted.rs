//! The comparison of canonical requests with an answer. Most of the time of a search is spent here.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::answer::CanonicalAnswer;
use crate::dialect::{Charset, HashFunction, HashText, HashedText, PartJoin};
use crate::{Canonical, Dialect};

/// Whether a canonical request under a dialect gives the answer.
pub(crate) fn gives(canonical: &Canonical, dialect: &Dialect, answer: &CanonicalAnswer) -> bool {
    // Nothing gives an answer without a text and without a hash.
    *answer != CanonicalAnswer::default()
        && answer.canonical_request.as_ref().is_none_or(|text| text.as_bytes() == canonical.as_bytes())
        && answer.qsh.as_ref().is_none_or(|hash| *hash == canonical.hash_with(dialect))
}

/// The bytes of a SHA-256.
type Bytes = [u8; 32];

/// An answer that canonical requests are compared with.
pub(super) struct Wanted<'a> {
    pub(super) answer: &'a CanonicalAnswer,
    /// The bytes of the hash, if it is the only part of the answer and has the form of QSH-H2.
    bytes: Option<Bytes>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(answer: &'a CanonicalAnswer) -> Self {
        let hash = answer.qsh.as_ref().filter(|_| answer.canonical_request.is_none());
        let bytes = hash.and_then(|hash| HEXLOWER.decode(hash.as_bytes()).ok()?.try_into().ok());
        Self { answer, bytes }
    }

    /// Whether a dialect can give a hash of this form at all: a hash in base64 is never one in hexadecimal digits.
    pub(super) fn can_come_of(&self, dialect: &Dialect) -> bool {
        let Some(hash) = &self.answer.qsh else { return true };
        if dialect.hash_function == HashFunction::Unhashed {
            return self.bytes.is_none();
        }
        match dialect.hash_text {
            HashText::ZerosDropped | HashText::ZerosDroppedInBytes | HashText::SignedBytes | HashText::ByteNumbers => {
                self.bytes.is_none()
            }
            HashText::LowerHex => Self::sample(dialect).len() == hash.len() && hash.bytes().all(is_lower_hex),
            _ => Self::sample(dialect).len() == hash.len() && self.bytes.is_none(),
        }
    }

    /// A hash in the form of a dialect.
    fn sample(dialect: &Dialect) -> String {
        Canonical::of_text(b"").hash_with(dialect)
    }

    /// Whether these parts give the answer.
    pub(super) fn is_given_by(&self, parts: [&[u8]; 3], dialect: &Dialect) -> bool {
        match self.bytes {
            Some(bytes) if is_plain(dialect) => {
                let mut hasher = Sha256::new();
                for (index, part) in parts.into_iter().enumerate() {
                    if index > 0 {
                        hasher.update(b"&");
                    }
                    hasher.update(part);
                }
                hasher.finalize()[..] == bytes
            }
            _ => gives(&Canonical::of_parts(parts[0], parts[1], parts[2], dialect), dialect, self.answer),
        }
    }
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

/// Whether a dialect joins and hashes the parts as the specification says.
fn is_plain(dialect: &Dialect) -> bool {
    dialect.part_join == PartJoin::Ampersands
        && dialect.charset == Charset::Utf8
        && dialect.hashed_text == HashedText::Bare
        && dialect.hash_function == HashFunction::Sha256
        && dialect.hash_text == HashText::LowerHex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Deviation;

    /// What is left out never gives the answer, and the fast comparison agrees with the general one.
    #[test]
    fn every_hash_is_given_by_its_own_dialect() {
        let parts: [&[u8]; 3] = [b"GET", b"/a", b"b=c"];
        let official = Canonical::of_parts(parts[0], parts[1], parts[2], &Dialect::OFFICIAL);
        for deviation in
            Deviation::all().filter(|it| it.field().clause.starts_with("QSH-H") || it.field().name == "part_join")
        {
            let dialect = Dialect::OFFICIAL.with(deviation);
            let canonical = Canonical::of_parts(parts[0], parts[1], parts[2], &dialect);
            let answer = CanonicalAnswer::qsh(canonical.hash_with(&dialect));
            let wanted = Wanted::new(&answer);
            // No digit of this hash is dropped in these forms, so that they are hexadecimal digits as before.
            if answer.qsh == Some(official.hash().to_string()) {
                continue;
            }
            assert!(wanted.can_come_of(&dialect), "{deviation}");
            assert!(wanted.is_given_by(parts, &dialect), "{deviation}");
            assert!(!wanted.is_given_by([b"PUT", b"/b", b"c=d"], &dialect), "{deviation}");
        }
    }
}
