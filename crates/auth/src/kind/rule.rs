//! [`Rule`]: one rule about a claim.

/// One rule about a claim.
///
/// A rule about the value of a claim holds if the claim is absent. A rule about the value of a text or a date holds if the
/// claim has another type. The table has rules of their own for both.
///
/// # Examples
///
/// ```
/// use qsh_auth::kind::{Demand, Profile, TokenKind};
///
/// let rules = Profile::of(TokenKind::Impersonation).claims;
/// let lifetime = rules.iter().find(|rule| matches!(rule.demand, Demand::Lifetime(_))).unwrap();
/// assert_eq!((lifetime.claim, lifetime.demand, lifetime.clause), ("exp", Demand::Lifetime(60), "IMP-7"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The name of the claim.
    pub claim: &'static str,
    /// What the rule demands.
    pub demand: Demand,
    /// The clause of `docs/spec.md` that has the rule.
    pub clause: &'static str,
}

/// What a rule demands of its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// It is more than `iat`.
    AfterIssue,
    /// It is text, or a list of at least one text.
    Audience,
    /// One of its texts is an audience that the verifier expects.
    AudienceIsOurs(Slash),
    /// Its time has come.
    Begun,
    /// Its time has come, or the token has an `nbf`.
    BegunOrNbf,
    /// It is the client key of the tenant.
    ClientKey,
    /// It is `context-qsh`.
    ContextHash,
    /// It is a number: Unix seconds.
    Date,
    /// It is the hash of the request.
    HashOfRequest,
    /// It is the issuer that the verifier expects. The text names that issuer.
    Issuer(&'static str),
    /// It is this text.
    IssuerIs(&'static str),
    /// It is at most this number of seconds after `iat`, or less if the verifier says so.
    Lifetime(u32),
    /// It is not `context-qsh`.
    NoContextHash,
    /// It is not the empty text.
    NotEmpty,
    /// Its time is not over.
    NotPassed,
    /// The `kid` of the header begins with it and a slash.
    OwnsKey,
    /// It is there.
    Present,
    /// It begins with one of these texts, and has more after it.
    StartsWith(&'static [&'static str]),
    /// The issuer may act for it.
    Subject,
    /// It is text.
    Text,
}

/// Whether a slash at the end of an audience counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it counts or it does not")]
pub enum Slash {
    /// It counts: the texts are equal.
    Counts,
    /// One slash at the end of either text is removed before they are compared (INS-7).
    Removed,
}

/// A rule of the table.
pub(super) const fn rule(claim: &'static str, demand: Demand, clause: &'static str) -> Rule {
    Rule { claim, demand, clause }
}
