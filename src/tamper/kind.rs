//! The kinds of tokens that can be tampered with, and their operations.

use qsh_auth::kind::TokenKind;

use crate::suite::case::Operation;

/// The kinds whose tokens can be tampered with, in the order of reports.
pub const KINDS: [TokenKind; 7] = [
    TokenKind::Url,
    TokenKind::Context,
    TokenKind::Asap,
    TokenKind::App,
    TokenKind::Impersonation,
    TokenKind::Forge,
    TokenKind::Install,
];

/// The place of a kind in reports.
pub(crate) fn place(kind: TokenKind) -> usize {
    KINDS.iter().position(|other| *other == kind).unwrap_or(KINDS.len())
}

/// The operation that verifies such a token, or `None` if its tokens cannot be tampered with.
///
/// # Examples
///
/// ```
/// use qsh::tamper::{KINDS, TokenKind, operation};
///
/// let operations: Vec<&str> = KINDS.into_iter().filter_map(operation).map(|it| it.name()).collect();
/// assert_eq!(operations[2..5], ["asap_verify", "authenticate_product", "impersonation_verify"]);
/// assert_eq!(operations[5..], ["forge_verify", "authenticate_install"]);
/// assert_eq!(operation(TokenKind::Session), None);
/// ```
pub fn operation(kind: TokenKind) -> Option<Operation> {
    match kind {
        TokenKind::Url | TokenKind::Context => Some(Operation::Authenticate),
        TokenKind::Asap => Some(Operation::AsapVerify),
        TokenKind::App => Some(Operation::AuthenticateProduct),
        TokenKind::Impersonation => Some(Operation::ImpersonationVerify),
        TokenKind::Forge => Some(Operation::ForgeVerify),
        TokenKind::Install => Some(Operation::AuthenticateInstall),
        _ => None,
    }
}
