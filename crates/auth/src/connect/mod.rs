//! Tokens of Connect: how a request carries one, and the checks before it is accepted.
//!
//! An incoming request passes through these steps ([`authenticate()`]):
//!
//! 1. [`Incoming`]: the request
//! 2. [`transport`]: the token that it carries
//! 3. [`TenantStore`]: the tenant that the token names
//! 4. the signature, the times, and the hash
//!
//! An app that looks up its tenants asynchronously does step 3 itself: see [`UnverifiedRequest`] and
//! [`UnverifiedCallback`].
//!
//! For a request that an app or a product sends, [`token`] creates the token.
//!
//! The product's side of such a request is [`authenticate_product`].
//!
//! An install callback registers a tenant. Its body is a [`Callback`], and its token is signed with a private key of
//! Atlassian: see [`authenticate_install`].

mod authenticate;
mod callback;
pub mod impersonation;
mod incoming;
#[cfg(feature = "public-key")]
mod install;
mod issue;
mod key_host;
mod product;
mod tenant;
pub mod transport;

pub use authenticate::{Authenticated, Endpoint, Failure, UnverifiedRequest, authenticate};
pub use callback::{Callback, Installed, InvalidCallback, Site};
pub use incoming::Incoming;
#[cfg(feature = "public-key")]
pub use install::{ExpectedClaims, UnverifiedCallback, authenticate_install};
pub use issue::{Issue, token};
pub use key_host::{KEY_HOSTS, KeyHost, key_hosts};
pub use product::{UnverifiedAppRequest, authenticate_product};
pub use tenant::{Tenant, TenantStore};
