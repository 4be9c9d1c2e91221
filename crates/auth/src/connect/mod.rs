//! Connect's use of tokens: how a request carries one, and what it has to say to be accepted.
//!
//! A request's way: [`Incoming`] -> the token that it carries ([`transport`]) -> the tenant that the token names
//! ([`TenantStore`]) -> its signature -> its times -> its hash ([`authenticate()`]). A request that an app or a product
//! sends goes the other way: [`token`].
//!
//! A tenant comes with an install callback, whose body is a [`Callback`], and whose token is signed with a private key of
//! Atlassian's: [`authenticate_install`].

mod authenticate;
mod callback;
mod checks;
mod incoming;
mod install;
mod issue;
mod tenant;
pub mod transport;

pub use authenticate::{Authenticated, Failure, authenticate};
pub use callback::{Callback, Installed, InvalidCallback, Site};
pub use checks::{Endpoint, objections};
pub use incoming::Incoming;
pub use install::{Parties, authenticate_install};
pub use issue::{Issue, token};
pub use tenant::{Tenant, TenantStore};
