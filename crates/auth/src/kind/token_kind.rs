//! [`TokenKind`].

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenKind {
    /// A request from an app to Jira or Confluence (PRD-1).
    App,
    /// A request from an app to Bitbucket (PRD-7).
    AppBitbucket,
    /// A request between services (ASAP-1).
    Asap,
    /// A request of the app's page to the app, with a token from the product (CTX-1).
    Context,
    /// A request from Forge to the remote of an app (FIT-1).
    Forge,
    /// A token with which an app of Forge calls Atlassian (FIT-13).
    ForgeOauth,
    /// A token with which an app asks to act as a user (IMP-1).
    Impersonation,
    /// A callback of Jira or Confluence that installs or removes an app (INS-1).
    Install,
    /// A callback of Bitbucket that installs or removes an app (CON-1).
    InstallBitbucket,
    /// A webhook of Jira for an app with OAuth 2.0 (3LO).
    Oauth,
    /// A request of the app's page to the app, with a token from the app's framework (CTX-7).
    Session,
    /// A request from a product to an app (CON-18).
    Url,
}

impl TokenKind {
    /// All kinds, by name.
    pub const ALL: [Self; 12] = [
        Self::App,
        Self::AppBitbucket,
        Self::Asap,
        Self::Context,
        Self::Forge,
        Self::ForgeOauth,
        Self::Impersonation,
        Self::Install,
        Self::InstallBitbucket,
        Self::Oauth,
        Self::Session,
        Self::Url,
    ];

    /// Its stable name.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::TokenKind;
    ///
    /// assert_eq!(TokenKind::ForgeOauth.name(), "forge_oauth");
    /// assert!(TokenKind::ALL.is_sorted_by_key(|kind| kind.name()));
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::AppBitbucket => "app_bitbucket",
            Self::Asap => "asap",
            Self::Context => "context",
            Self::Forge => "forge",
            Self::ForgeOauth => "forge_oauth",
            Self::Impersonation => "impersonation",
            Self::Install => "install",
            Self::InstallBitbucket => "install_bitbucket",
            Self::Oauth => "oauth",
            Self::Session => "session",
            Self::Url => "url",
        }
    }

    /// The kind with that name.
    ///
    /// # Examples
    ///
    /// ```
    /// use qsh_auth::kind::TokenKind;
    ///
    /// assert_eq!(TokenKind::named("forge"), Some(TokenKind::Forge));
    /// assert_eq!(TokenKind::named("Forge"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
