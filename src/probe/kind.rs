//! The kinds of tokens that an endpoint can take, and the clauses that decide about each.

use qsh_auth::kind::{Demand, Profile, TokenKind};

/// The kinds of tokens that an endpoint of an app can take.
pub const ENDPOINTS: [TokenKind; 5] =
    [TokenKind::Url, TokenKind::Context, TokenKind::Install, TokenKind::Forge, TokenKind::Asap];

/// The clause by which a good token of this kind is accepted.
pub(super) fn good_clause(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Context => "CTX-1",
        TokenKind::Install => "INS-3",
        TokenKind::Forge => "FIT-3",
        TokenKind::Asap => "ASAP-8",
        _ => "CON-18",
    }
}

/// The clause by which a request without a token is refused.
pub(super) fn no_token_clause(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Install => "INS-13",
        TokenKind::Forge => "FIT-12",
        TokenKind::Asap => "ASAP-1",
        _ => "TRN-12",
    }
}

/// The clause on a second use of a token. Only the one on requests of products is binding.
pub(super) fn reuse_clause(kind: TokenKind) -> &'static str {
    if kind == TokenKind::Asap { "ASAP-24" } else { "CON-21" }
}

/// Whether an app may refuse a token of this kind a second time. Browsers load the frame of a page again.
pub(super) fn may_take_once(kind: TokenKind) -> bool {
    !matches!(kind, TokenKind::Url | TokenKind::Context)
}

/// The clause by which an expired token is refused.
pub(super) fn expiry_clause(kind: TokenKind) -> &'static str {
    let is_expiry = |rule: &&qsh_auth::kind::Rule| rule.claim == "exp" && rule.demand == Demand::NotPassed;
    Profile::of(kind).claims.iter().find(is_expiry).map_or("CON-7", |rule| rule.clause)
}

/// The clause on the difference between two clocks.
pub(super) fn leeway_clause(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Forge | TokenKind::Asap => expiry_clause(kind),
        _ => "CON-5",
    }
}
