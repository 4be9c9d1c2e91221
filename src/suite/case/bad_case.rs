//! [`BadCase`]: a member of a case that contradicts another, or lacks what it needs.

use crate::suite::text::Text;

/// A member of a case that contradicts another, or lacks what it needs. The loader adds file and case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadCase {
    /// Two members that exclude each other, or none of them.
    #[error("expected exactly one of {0}")]
    ExactlyOne(&'static str),
    /// A request has one body.
    #[error("expected at most one of form and json")]
    TwoBodies,
    /// Members that have to be there.
    #[error("expected {0}")]
    Missing(&'static str),
    /// A member that an operation needs.
    #[error("input: {operation} needs {member}")]
    Lacks {
        /// The operation.
        operation: &'static str,
        /// The member.
        member: &'static str,
    },
    /// Members that an operation does not have.
    #[error("input: {operation} has no {members}")]
    Unexpected {
        /// The operation.
        operation: &'static str,
        /// The members.
        members: String,
    },
    /// Hexadecimal text that is none.
    #[error("{member}: expected pairs of hexadecimal digits")]
    Hex {
        /// The member.
        member: &'static str,
    },
    /// An id that is not of the form that ids have.
    #[error("id {0:?}: expected segments of a-z, 0-9 and -, joined by /, at least two")]
    Id(String),
    /// The parts do not make the whole.
    #[error("method&path&query is {parts:?}, but canonical_request is {whole:?}")]
    Parts {
        /// The parts, joined.
        parts: Text,
        /// The whole.
        whole: Text,
    },
    /// The hash is not that of the canonical request.
    #[error("qsh is {found:?}, but the SHA-256 of canonical_request is {expected}")]
    Hash {
        /// The case's hash.
        found: String,
        /// The right one.
        expected: String,
    },
}
