//! [`Operation`]: what an implementation is asked to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An operation of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// The canonical request (QSH-C1) of a request.
    CanonicalRequest,
    /// The query string hash (QSH-H2) of a request.
    Qsh,
    /// A token for a request.
    Sign,
    /// Whether a request carries a good token.
    Authenticate,
    /// Whether an install callback carries a good token.
    AuthenticateInstall,
    /// An ASAP token.
    AsapSign,
    /// Whether an ASAP token is good.
    AsapVerify,
    /// Whether a request of an app to a product carries a good token.
    AuthenticateProduct,
    /// An assertion for user impersonation.
    ImpersonationSign,
    /// Whether an assertion for user impersonation is good.
    ImpersonationVerify,
    /// Whether an invocation token of Forge is good.
    ForgeVerify,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::CanonicalRequest,
        Self::Qsh,
        Self::Sign,
        Self::Authenticate,
        Self::AuthenticateInstall,
        Self::AsapSign,
        Self::AsapVerify,
        Self::AuthenticateProduct,
        Self::ImpersonationSign,
        Self::ImpersonationVerify,
        Self::ForgeVerify,
    ];

    /// The name in vectors and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::CanonicalRequest => "canonical_request",
            Self::Qsh => "qsh",
            Self::Sign => "sign",
            Self::Authenticate => "authenticate",
            Self::AuthenticateInstall => "authenticate_install",
            Self::AsapSign => "asap_sign",
            Self::AsapVerify => "asap_verify",
            Self::AuthenticateProduct => "authenticate_product",
            Self::ImpersonationSign => "impersonation_sign",
            Self::ImpersonationVerify => "impersonation_verify",
            Self::ForgeVerify => "forge_verify",
        }
    }
}

/// The kind of answer that an operation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A canonical request, or its hash.
    Canonical,
    /// A token. It is verified afterwards.
    Token,
    /// The issuer and the claims of a token.
    Accepted,
}

impl Operation {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::CanonicalRequest | Self::Qsh => Kind::Canonical,
            Self::Sign | Self::AsapSign | Self::ImpersonationSign => Kind::Token,
            Self::Authenticate
            | Self::AuthenticateInstall
            | Self::AsapVerify
            | Self::AuthenticateProduct
            | Self::ImpersonationVerify
            | Self::ForgeVerify => Kind::Accepted,
        }
    }
}
