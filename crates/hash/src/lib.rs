//! The query string hash of Atlassian Connect: the `qsh` claim of its JSON Web Tokens.
//!
//! The claim is the SHA-256 of a canonical request, `METHOD&path&query`. The numbered clauses of the project's
//! `docs/spec.md` define that text. Every item here names the clause that it implements.
//!
//! ```
//! use qsh_hash::{Request, hash};
//!
//! let request = Request::new("GET", "https://example.com/jira/hello-world?b=2&a=1")?.with_base_url("https://example.com/jira")?;
//! assert_eq!(hash(&request).as_str(), "ee42d72c7c77a5dab42c1fa28a9dbf0b264519015cb5c0a825ae2340265fcb7d");
//! # Ok::<(), qsh_hash::InvalidRequest>(())
//! ```
//!
//! [`Request`] is parsed once, [`Hasher`] canonicalizes and hashes it, and [`Qsh`] is the hash. The modules [`percent`]
//! and [`order`] hold two rules that other code also needs.
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

mod digest;
mod hasher;
pub mod order;
pub mod percent;
pub mod request;

pub use digest::{InvalidQsh, Qsh};
pub use hasher::Hasher;
pub use request::{InvalidRequest, Request};

/// The query string hash of a request (QSH-H2).
///
/// To hash many requests, reuse a [`Hasher`].
///
/// # Examples
///
/// The order of the parameters does not matter. The `jwt` parameter is ignored, and the base URL is removed from the
/// path:
///
/// ```
/// use qsh_hash::{Request, hash};
///
/// let sent = Request::new("GET", "https://example.com/jira/issue?b=2&a=1")?.with_base_url("https://example.com/jira")?;
/// let received = Request::new("get", "/issue?a=1&jwt=abc.def.ghi&b=2")?;
/// assert_eq!(hash(&sent), hash(&received));
/// # Ok::<(), qsh_hash::InvalidRequest>(())
/// ```
#[must_use]
pub fn hash(request: &Request<'_>) -> Qsh {
    Hasher::new().hash(request)
}

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Every public type can be sent to another thread and shared between threads. This is checked when it is compiled.
#[cfg(test)]
mod tests {
    use std::error::Error;

    use crate::percent::Decoded;
    use crate::{Hasher, InvalidQsh, InvalidRequest, Qsh, Request};

    const fn shareable<T: Send + Sync>() {}
    const fn error<T: Error + Send + Sync + 'static>() {}

    const _: () = {
        shareable::<Decoded>();
        shareable::<Hasher>();
        shareable::<Qsh>();
        shareable::<Request<'_>>();
        error::<InvalidQsh>();
        error::<InvalidRequest>();
    };
}
