//! [`PackageError`]: a package that cannot be read.

use std::io;
use std::path::PathBuf;

use crate::adapter::manifest::ManifestError;

/// A package that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A file that is not there or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A manifest that is not one.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A shared file whose place in the adapter's folder is taken, by a file of the adapter or by another shared file.
    #[error("{}: the shared file {name:?} has this place as well: expected only one of the two", path.display())]
    SharedPlaceTaken {
        /// The place.
        path: PathBuf,
        /// What the manifest calls the shared file.
        name: String,
    },
    /// A shared file that this library does not have.
    #[error("{}: shared {name:?}: expected one of {}", path.display(), names.join(", "))]
    UnknownShared {
        /// The manifest.
        path: PathBuf,
        /// What the manifest calls the file.
        name: String,
        /// What there is.
        names: Vec<String>,
    },
    /// A version of the library that the adapter has no files for.
    #[error("{adapter} cannot be run at version {version:?}: expected {}", versions.join(", "))]
    UnknownVersion {
        /// The adapter's name.
        adapter: String,
        /// What was asked for.
        version: String,
        /// What there is, its own version first.
        versions: Vec<String>,
    },
}
