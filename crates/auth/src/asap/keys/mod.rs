//! Where keys come from: a map in memory (a `BTreeMap` is a [`KeySource`]), a [`Directory`], a repository on the web
//! (`Repository`, with the feature `https`), several of them in a row ([`Fallback`]); and, for a signer, the data URI of a
//! private key ([`private_key_of`]), or the last of those in a directory ([`latest_private_key_of`]).
//!
//! A store that fails has not said that it lacks a key: that is an error and no refusal.
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

/// A key may have so many bytes, as text. The PEM text of an RSA key of 8,192 bits has 1,400.
const LARGEST: u64 = 16 << 10;
