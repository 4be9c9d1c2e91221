//! [`BadCase`]: a case that contradicts itself or is incomplete.

use qsh_diagnose::{BadText, Text};

/// A case that contradicts itself or is incomplete. The loader adds file and case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadCase {
    /// Two members that exclude each other, or neither of them.
    #[error("expected exactly one of {0}")]
    ExactlyOne(&'static str),
    /// Members that make no text.
    #[error(transparent)]
    Text(#[from] BadText),
    /// Missing members.
    #[error("expected {0}")]
    Missing(&'static str),
    /// An input that makes no question of the operation.
    #[error("input of {operation}: {problem}")]
    Input {
        /// The operation.
        operation: &'static str,
        /// The problem.
        problem: String,
    },
    /// A reason that a list has twice.
    #[error("rejected has {0:?} twice: expected each reason once")]
    DuplicateReason(&'static str),
    /// An expectation that lacks a member or has an unexpected one.
    #[error("expect: {0}")]
    Expectation(String),
    /// Members that an operation does not have.
    #[error("input: {operation} has no {members}")]
    Unexpected {
        /// The operation.
        operation: &'static str,
        /// The members.
        members: String,
    },
    /// A malformed id.
    #[error("id {0:?}: expected segments of a-z, 0-9 and -, joined by /, at least two")]
    Id(String),
    /// The parts of the canonical request do not make the whole.
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
        /// The right hash.
        expected: String,
    },
}
