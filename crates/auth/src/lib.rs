//! JSON Web Tokens of Atlassian Connect, Forge and ASAP: signing, verification and keys.
//!
//! - [`jwt`] decodes, signs and verifies tokens of any kind.
//! - [`connect`] handles the tokens of Connect: requests between a product and an app, and install callbacks.
//! - [`forge`] verifies the tokens with which Forge calls the remote of an app.
//! - [`kind`] is the table of all kinds of tokens: it recognises one, and lists what is wrong with it.
//! - [`asap`] handles tokens between services, and stores of public keys. A store on the web needs the feature `https`.
//!
//! The feature `public-key`, which is enabled by default, adds keys of RSA and elliptic curves: `asap`, `forge`, install callbacks,
//! and the keys of `jwt`. Its signatures are computed in C. Without it the library is Rust alone, and handles the tokens
//! with shared secrets.
#![forbid(unsafe_code)]
#![warn(
    missing_docs,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::exhaustive_enums
)]
#![deny(rustdoc::broken_intra_doc_links)]

#[cfg(feature = "public-key")]
pub mod asap;
pub mod connect;
#[cfg(feature = "public-key")]
pub mod forge;
pub mod jwt;
pub mod kind;

/// Where Atlassian runs something. An app in production trusts no key of a staging environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// For customers.
    Production,
    /// For Atlassian's own tests.
    Staging,
}

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
