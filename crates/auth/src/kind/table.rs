//! The table of token kinds. The order of the rows is the order in which a token is recognised.

use super::carrier::Carrier;
use super::claims::{self, CLIENT_ID, CONTEXT_QSH, FORGE_APP, FORGE_ISSUER};
use super::clues::{Clues, Recipient, is_app_key, is_client_key};
use super::profile::{KeyIdRule, Profile, mark};
use super::token_kind::TokenKind;

const HS256: &[&str] = &["HS256"];
const RS256: &[&str] = &["RS256"];
const ASAP_ALGORITHMS: &[&str] = &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

const TO_APP: &[Carrier<'static>] = &[Carrier::Authorization("JWT"), Carrier::Parameter("jwt")];
const JWT_HEADER: &[Carrier<'static>] = &[Carrier::Authorization("JWT")];
const BEARER: &[Carrier<'static>] = &[Carrier::Authorization("Bearer")];

/// The rows, in the order in which a token is recognised.
static PROFILES: [&Profile; 12] = [
    &FORGE_OAUTH,
    &FORGE,
    &IMPERSONATION,
    &INSTALL,
    &ASAP,
    &SESSION,
    &CONTEXT,
    &APP_BITBUCKET,
    &APP,
    &OAUTH,
    &INSTALL_BITBUCKET,
    &URL,
];

impl Profile {
    /// All rows, in the order in which a token is recognised.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::{Carrier, Profile, TokenKind};
    ///
    /// let in_form = Profile::all().find(|row| row.carriers.contains(&Carrier::FormField("assertion"))).unwrap();
    /// assert_eq!(in_form.kind, TokenKind::Impersonation);
    /// ```
    pub fn all() -> impl Iterator<Item = &'static Self> {
        PROFILES.into_iter()
    }

    /// The row of a kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::{Profile, TokenKind};
    ///
    /// let assertion = Profile::of(TokenKind::Impersonation);
    /// assert_eq!(assertion.algorithms, ["HS256"]);
    /// assert!(assertion.claims.iter().all(|rule| rule.claim != "qsh"));
    /// ```
    pub fn of(kind: TokenKind) -> &'static Self {
        match kind {
            TokenKind::App => &APP,
            TokenKind::AppBitbucket => &APP_BITBUCKET,
            TokenKind::Asap => &ASAP,
            TokenKind::Context => &CONTEXT,
            TokenKind::Forge => &FORGE,
            TokenKind::ForgeOauth => &FORGE_OAUTH,
            TokenKind::Impersonation => &IMPERSONATION,
            TokenKind::Install => &INSTALL,
            TokenKind::InstallBitbucket => &INSTALL_BITBUCKET,
            TokenKind::Oauth => &OAUTH,
            TokenKind::Session => &SESSION,
            TokenKind::Url => &URL,
        }
    }
}

static FORGE: Profile = Profile {
    kind: TokenKind::Forge,
    title: "Forge invocation token",
    issued_by: "Forge",
    issued_for: "the remote of a Forge app",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-1",
    algorithms: RS256,
    algorithm_clause: "FIT-1",
    key: "a public key of the key set that Forge publishes, by its kid",
    key_id: Some(KeyIdRule { mandatory: "FIT-2", clause: "FIT-3" }),
    claims: claims::INVOCATION,
    carriers: BEARER,
    carrier_clause: "FIT-12",
    lifetime: "25 seconds",
    marks: &[
        mark("its iss is forge/invocation-token", |it| it.text("iss") == Some(FORGE_ISSUER)),
        mark("its kid begins with forge/invocation-token", |it| it.key_id_starts(FORGE_ISSUER)),
        mark("its aud names an app of Forge", |it| it.audience().is_some_and(|aud| aud.starts_with(FORGE_APP))),
    ],
    mistaken_for: &[(TokenKind::Asap, "both have a kid that begins with the iss; the iss is forge/invocation-token")],
};

static IMPERSONATION: Profile = Profile {
    kind: TokenKind::Impersonation,
    title: "user-impersonation assertion",
    issued_by: "an app",
    issued_for: "the authorization server of Atlassian",
    recipient: Some(Recipient::AuthorizationServer),
    recipient_clause: "PRD-1",
    algorithms: HS256,
    algorithm_clause: "IMP-1",
    key: "the shared secret of the tenant, as text",
    key_id: None,
    claims: &claims::IMPERSONATION,
    carriers: &[Carrier::FormField("assertion")],
    carrier_clause: "IMP-1",
    lifetime: "at most 60 seconds",
    marks: &[
        mark("its iss names an OAuth client id", |it| it.starts("iss", CLIENT_ID)),
        mark("it has a tnt", |it| it.has("tnt")),
        mark("it stands in the field assertion of a form", |it| it.is_in(Carrier::FormField("assertion"))),
    ],
    mistaken_for: &[(TokenKind::App, "an assertion is for the authorization server, and has no qsh")],
};

static INSTALL: Profile = Profile {
    kind: TokenKind::Install,
    title: "install callback",
    issued_by: "a product",
    issued_for: "an app",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-1",
    algorithms: RS256,
    algorithm_clause: "INS-1",
    key: "the public key that Atlassian publishes under the kid",
    key_id: Some(KeyIdRule { mandatory: "INS-2", clause: "INS-3" }),
    claims: &claims::INSTALL,
    carriers: JWT_HEADER,
    carrier_clause: "INS-12",
    lifetime: "15 minutes",
    marks: &[mark("it is signed with a private key and has a qsh", |it| {
        !it.is_to_product() && it.is_asymmetric() && it.has("qsh")
    })],
    mistaken_for: &[
        (TokenKind::Asap, "an ASAP token has no qsh"),
        (TokenKind::Url, "a request of a product is signed with the shared secret"),
    ],
};

static ASAP: Profile = Profile {
    kind: TokenKind::Asap,
    title: "ASAP token",
    issued_by: "a service",
    issued_for: "another service",
    recipient: None,
    recipient_clause: "ASAP-20",
    algorithms: ASAP_ALGORITHMS,
    algorithm_clause: "ASAP-2",
    key: "the public key that the key repository has under the kid",
    key_id: Some(KeyIdRule { mandatory: "ASAP-5", clause: "ASAP-8" }),
    claims: claims::ASAP,
    carriers: BEARER,
    carrier_clause: "ASAP-1",
    lifetime: "at most an hour",
    marks: &[mark("it is signed with a private key and has no qsh", |it| {
        !it.is_to_product() && it.is_asymmetric() && !it.has("qsh")
    })],
    mistaken_for: &[(TokenKind::Install, "an install callback has a qsh")],
};

static SESSION: Profile = Profile {
    kind: TokenKind::Session,
    title: "session token of a framework",
    issued_by: "an app",
    issued_for: "the same app",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-4",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret of the tenant",
    key_id: None,
    claims: &claims::SESSION,
    carriers: &[Carrier::Authorization("JWT"), Carrier::Header("X-acpt"), Carrier::Parameter("acpt")],
    carrier_clause: "TRN-11",
    lifetime: "15 minutes",
    marks: &[
        mark("its qsh is context-qsh, and it has a clientKey", |it| is_context(it) && it.has("clientKey")),
        mark("its qsh is context-qsh, and its iss is its aud", |it| {
            is_context(it) && it.audience().is_some() && it.audience() == it.text("iss")
        }),
        mark("it has no qsh, and its aud is a client key", |it| {
            !it.is_to_product()
                && !it.has("qsh")
                && it.audience().is_some_and(is_client_key)
                && it.text("iss").is_some_and(is_app_key)
        }),
    ],
    mistaken_for: &[(TokenKind::Context, "a context token has the client key as its iss")],
};

static CONTEXT: Profile = Profile {
    kind: TokenKind::Context,
    title: "context token",
    issued_by: "a product",
    issued_for: "an app, through its page in the browser",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-4",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret of the tenant that iss names",
    key_id: None,
    claims: &claims::CONTEXT,
    carriers: TO_APP,
    carrier_clause: "TRN-1",
    lifetime: "not published, longer than 3 minutes",
    marks: &[mark("its qsh is context-qsh", is_context)],
    mistaken_for: &[(TokenKind::Url, "a token for one URL has the hash of that URL")],
};

static APP_BITBUCKET: Profile = Profile {
    kind: TokenKind::AppBitbucket,
    title: "token of an app for Bitbucket",
    issued_by: "an app",
    issued_for: "Bitbucket",
    recipient: Some(Recipient::Bitbucket),
    recipient_clause: "CON-2",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret of the tenant that sub names",
    key_id: None,
    claims: &claims::APP_BITBUCKET,
    carriers: JWT_HEADER,
    carrier_clause: "PRD-7",
    lifetime: "3 minutes by libraries; no maximum is published",
    marks: &[
        mark("the request goes to Bitbucket", |it| it.is_for(Recipient::Bitbucket)),
        mark("its sub is a client key, and its iss is an app key", |it| {
            it.text("sub").is_some_and(is_client_key) && it.text("iss").is_some_and(is_app_key)
        }),
    ],
    mistaken_for: &[(TokenKind::App, "for Bitbucket, sub is the client key")],
};

static APP: Profile = Profile {
    kind: TokenKind::App,
    title: "token of an app for a product",
    issued_by: "an app",
    issued_for: "Jira or Confluence",
    recipient: Some(Recipient::Product),
    recipient_clause: "CON-2",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret of the tenant",
    key_id: None,
    claims: &claims::APP,
    carriers: JWT_HEADER,
    carrier_clause: "PRD-2",
    lifetime: "3 minutes by libraries; no maximum is published",
    marks: &[
        mark("the request goes to a product", |it| it.is_for(Recipient::Product)),
        mark("its iss is an app key", |it| {
            !it.is_for(Recipient::App) && it.text("iss").is_some_and(|iss| is_app_key(iss) && !is_client_key(iss))
        }),
    ],
    mistaken_for: &[(TokenKind::Url, "a token of a product has the client key as its iss")],
};

static OAUTH: Profile = Profile {
    kind: TokenKind::Oauth,
    title: "webhook of an OAuth 2.0 (3LO) app",
    issued_by: "Jira",
    issued_for: "an app with OAuth 2.0 (3LO)",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-1",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the client secret of the OAuth app",
    key_id: None,
    claims: &claims::OAUTH,
    carriers: BEARER,
    carrier_clause: "TRN-5",
    lifetime: "not published",
    marks: &[mark("it is signed with a secret, has no qsh, and stands after Bearer", |it| {
        !it.has("qsh")
            && !it.text("iss").is_some_and(|iss| is_client_key(iss) || is_app_key(iss))
            && it.is_in(Carrier::Authorization("Bearer"))
    })],
    mistaken_for: &[(TokenKind::Url, "a webhook of a Connect app stands after JWT")],
};

static INSTALL_BITBUCKET: Profile = Profile {
    kind: TokenKind::InstallBitbucket,
    title: "install callback of Bitbucket",
    issued_by: "Bitbucket",
    issued_for: "an app",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-1",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret before this callback; the first callback has no token",
    key_id: None,
    claims: &claims::URL,
    carriers: JWT_HEADER,
    carrier_clause: "TRN-1",
    lifetime: "not published",
    // It looks like any request of Bitbucket.
    marks: &[],
    mistaken_for: &[(TokenKind::Install, "callbacks of Jira and Confluence are signed with a private key")],
};

static URL: Profile = Profile {
    kind: TokenKind::Url,
    title: "token of a product for one URL",
    issued_by: "a product",
    issued_for: "an app",
    recipient: Some(Recipient::App),
    recipient_clause: "PRD-1",
    algorithms: HS256,
    algorithm_clause: "JWT-8",
    key: "the shared secret of the tenant that iss names",
    key_id: None,
    claims: &claims::URL,
    carriers: TO_APP,
    carrier_clause: "TRN-1",
    lifetime: "3 minutes",
    marks: &[
        mark("its iss is a client key", |it| it.text("iss").is_some_and(is_client_key)),
        mark("the request goes to an app", |it| it.is_for(Recipient::App)),
        mark("it has a qsh", |it| it.has("qsh")),
    ],
    mistaken_for: &[
        (TokenKind::Context, "a context token has the qsh context-qsh"),
        (TokenKind::App, "a token for a product has the app key as its iss"),
    ],
};

static FORGE_OAUTH: Profile = Profile {
    kind: TokenKind::ForgeOauth,
    title: "OAuth token of Forge",
    issued_by: "Forge",
    issued_for: "the interfaces of Atlassian",
    recipient: None,
    recipient_clause: "FIT-13",
    algorithms: &[],
    algorithm_clause: "FIT-13",
    key: "none: the app passes it on and does not verify it",
    key_id: None,
    claims: &[],
    carriers: &[Carrier::Header("x-forge-oauth-system"), Carrier::Header("x-forge-oauth-user")],
    carrier_clause: "FIT-13",
    lifetime: "two hours or more",
    marks: &[mark("it stands in a header for OAuth tokens", |it| {
        it.is_in(Carrier::Header("x-forge-oauth-system")) || it.is_in(Carrier::Header("x-forge-oauth-user"))
    })],
    mistaken_for: &[(TokenKind::Forge, "the invocation token stands in Authorization")],
};

fn is_context(clues: &Clues<'_>) -> bool {
    clues.text("qsh") == Some(CONTEXT_QSH)
}
