//! The rules about the claims of each kind, in the order in which they are checked.

use super::rule::Demand::{
    AfterIssue, Audience, AudienceIsOurs, Begun, BegunOrNbf, ClientKey, ContextHash, Date, HashOfRequest, Issuer,
    IssuerIs, Lifetime, NoContextHash, NotEmpty, NotPassed, OwnsKey, Present, StartsWith, Subject, Text,
};
use super::rule::{Rule, Slash, rule};

/// The `qsh` of a context token, which is not bound to a URL (CTX-1).
pub const CONTEXT_QSH: &str = "context-qsh";
/// The prefix of the `iss` of an impersonation assertion (IMP-2).
pub const CLIENT_ID: &str = "urn:atlassian:connect:clientid:";
/// The prefixes of the `sub` of an impersonation assertion (IMP-3): of an account id, and of a user key, which is
/// deprecated.
pub(crate) const ACCOUNT_ID: &str = "urn:atlassian:connect:useraccountid:";
pub(super) const USER_KEY: &str = "urn:atlassian:connect:userkey:";
/// The beginning of the `aud` of a Forge invocation token: the id of the app follows (FIT-5).
pub const FORGE_APP: &str = "ari:cloud:ecosystem::app/";
/// The `iss` of a Forge invocation token.
pub(super) const FORGE_ISSUER: &str = "forge/invocation-token";

const EXP: [Rule; 3] = [rule("exp", Present, "CON-6"), rule("exp", Date, "CON-13"), rule("exp", NotPassed, "CON-7")];
const IAT: [Rule; 2] = [rule("iat", Present, "CON-9"), rule("iat", Date, "CON-13")];
const NBF: [Rule; 2] = [rule("nbf", Date, "CON-13"), rule("nbf", Begun, "CON-11")];
const HASH: [Rule; 4] = [
    rule("qsh", Present, "CON-17"),
    rule("qsh", Text, "CON-17"),
    rule("qsh", NoContextHash, "CTX-2"),
    rule("qsh", HashOfRequest, "CON-18"),
];

const TENANT: &[Rule] = &[
    rule("iss", Present, "CON-3"),
    rule("iss", Text, "CON-3"),
    rule("iss", Issuer("the client key of a tenant"), "CON-2"),
];
pub(super) const URL: [Rule; 14] = joined(&[TENANT, &EXP, &IAT, &NBF, &HASH]);
pub(super) const CONTEXT: [Rule; 13] = joined(&[
    TENANT,
    &EXP,
    &IAT,
    &NBF,
    &[rule("qsh", Present, "CTX-5"), rule("qsh", Text, "CTX-3"), rule("qsh", ContextHash, "CTX-4")],
]);
pub(super) const APP: [Rule; 14] = joined(&[
    &[rule("iss", Present, "PRD-1"), rule("iss", Text, "PRD-1"), rule("iss", Issuer("the key of the app"), "PRD-1")],
    &EXP,
    &IAT,
    &NBF,
    &HASH,
]);
pub(super) const APP_BITBUCKET: [Rule; 16] = joined(&[
    &[rule("iss", Present, "PRD-1"), rule("iss", Text, "PRD-1"), rule("iss", Issuer("the key of the app"), "PRD-1")],
    &EXP,
    &IAT,
    &NBF,
    &[
        rule("sub", Present, "PRD-7"),
        rule("sub", Text, "PRD-7"),
        rule("sub", ClientKey, "PRD-7"),
        rule("qsh", Text, "CON-17"),
        rule("qsh", NoContextHash, "CTX-2"),
        rule("qsh", HashOfRequest, "CON-18"),
    ],
]);
pub(super) const INSTALL: [Rule; 17] = joined(&[
    &EXP,
    &IAT,
    &NBF,
    &HASH,
    &[
        rule("iss", Present, "INS-4"),
        rule("iss", Text, "INS-4"),
        rule("iss", Issuer("the client key of the callback's body"), "INS-4"),
        rule("aud", Present, "INS-5"),
        rule("aud", Audience, "INS-5"),
        rule("aud", AudienceIsOurs(Slash::Removed), "INS-6"),
    ],
]);
pub(super) const IMPERSONATION: [Rule; 24] = joined(&[&[
    rule("iss", Present, "IMP-2"),
    rule("iss", Text, "IMP-2"),
    rule("iss", StartsWith(&[CLIENT_ID]), "IMP-2"),
    rule("iss", Issuer("the client id of the app"), "IMP-2"),
    rule("sub", Present, "IMP-3"),
    rule("sub", Text, "IMP-3"),
    rule("sub", StartsWith(&[ACCOUNT_ID, USER_KEY]), "IMP-3"),
    rule("tnt", Present, "IMP-4"),
    rule("tnt", Text, "IMP-4"),
    rule("tnt", NotEmpty, "IMP-4"),
    rule("aud", Present, "IMP-5"),
    rule("aud", Audience, "IMP-5"),
    rule("aud", AudienceIsOurs(Slash::Counts), "IMP-5"),
    rule("aud", NotEmpty, "IMP-5"),
    rule("iat", Present, "IMP-6"),
    rule("iat", Date, "IMP-6"),
    rule("iat", Begun, "IMP-6"),
    rule("exp", Present, "IMP-6"),
    rule("exp", Date, "IMP-6"),
    rule("exp", NotPassed, "IMP-6"),
    rule("exp", AfterIssue, "IMP-7"),
    rule("exp", Lifetime(60), "IMP-7"),
    rule("nbf", Date, "IMP-6"),
    rule("nbf", Begun, "IMP-6"),
]]);
pub(super) const ASAP: &[Rule] = &[
    rule("iss", Present, "ASAP-12"),
    rule("aud", Present, "ASAP-12"),
    rule("iat", Present, "ASAP-12"),
    rule("exp", Present, "ASAP-12"),
    rule("jti", Present, "ASAP-12"),
    rule("iss", Text, "ASAP-13"),
    rule("jti", Text, "ASAP-13"),
    rule("sub", Text, "ASAP-13"),
    rule("iat", Date, "ASAP-13"),
    rule("exp", Date, "ASAP-13"),
    rule("nbf", Date, "ASAP-13"),
    rule("exp", AfterIssue, "ASAP-18"),
    rule("exp", Lifetime(3_600), "ASAP-17"),
    rule("exp", NotPassed, "ASAP-14"),
    rule("nbf", Begun, "ASAP-14"),
    rule("iat", BegunOrNbf, "ASAP-15"),
    rule("iss", OwnsKey, "ASAP-10"),
    rule("aud", Audience, "ASAP-21"),
    rule("aud", AudienceIsOurs(Slash::Counts), "ASAP-20"),
    rule("sub", Subject, "ASAP-23"),
];
pub(super) const INVOCATION: &[Rule] = &[
    rule("iss", Present, "FIT-4"),
    rule("iss", Text, "FIT-4"),
    rule("iss", IssuerIs(FORGE_ISSUER), "FIT-4"),
    rule("aud", Present, "FIT-5"),
    rule("aud", Audience, "FIT-5"),
    rule("aud", AudienceIsOurs(Slash::Counts), "FIT-5"),
    rule("exp", Present, "FIT-6"),
    rule("exp", Date, "FIT-9"),
    rule("exp", NotPassed, "FIT-6"),
    rule("iat", Present, "FIT-8"),
    rule("iat", Date, "FIT-9"),
    rule("nbf", Date, "FIT-9"),
    rule("nbf", Begun, "FIT-7"),
];
pub(super) const SESSION: [Rule; 10] = joined(&[
    &[rule("iss", Present, "CTX-7"), rule("iss", Text, "CTX-7"), rule("iss", Issuer("the key of the app"), "CTX-7")],
    &EXP,
    &IAT,
    &NBF,
]);
/// Its claims are not published. What it has is checked as in every JWT.
pub(super) const OAUTH: [Rule; 5] = joined(&[&[EXP[1], EXP[2], IAT[1]], &NBF]);

/// Joins groups of rules.
const fn joined<const N: usize>(groups: &[&[Rule]]) -> [Rule; N] {
    let mut rules = [rule("", Present, ""); N];
    let (mut at, mut group) = (0, 0);
    while group < groups.len() {
        let mut place = 0;
        while place < groups[group].len() {
            rules[at] = groups[group][place];
            (at, place) = (at + 1, place + 1);
        }
        group += 1;
    }
    assert!(at == N, "the number of the rules");
    rules
}
