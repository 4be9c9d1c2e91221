//! Stores of public keys, each a [`KeySource`]:
//!
//! - a `BTreeMap` or `HashMap` in memory
//! - a [`Directory`]
//! - a repository on the web (`Repository`, with the feature `https`)
//! - several stores in order ([`Fallback`])
//! - a reference or a smart pointer to one of these
//!
//! A signer reads its private key from a data URI ([`private_key_of`]) or takes the latest one in a directory
//! ([`latest_private_key_of`]).
//!
//! A failing store does not mean that the key is unknown. It is an error, not a refusal.
//!
//! [`KeySource`]: crate::jwt::KeySource

mod data_uri;
mod directory;
mod fallback;
mod private_directory;
#[cfg(feature = "https")]
mod repository;

pub use data_uri::{InvalidDataUri, private_key_of};
pub use directory::{Directory, DirectoryError};
pub use fallback::Fallback;
pub use private_directory::latest_private_key_of;
#[cfg(feature = "https")]
pub use repository::{InvalidBaseUrl, InvalidRoots, Options, Repository, RepositoryError};

/// The maximum length of a key's text in bytes. The PEM text of an RSA key of 8,192 bits has 1,400.
const LARGEST: u64 = 16 << 10;
