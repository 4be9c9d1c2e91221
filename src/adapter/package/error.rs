//! [`PackageError`]: a package that cannot be read.

use std::io;
use std::path::PathBuf;

use crate::adapter::manifest::ManifestError;

/// A package that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A file that is missing or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// An invalid manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A shared file whose path in the adapter's folder is taken by another file.
    #[error("{}: the shared file {name:?} has this place as well: expected only one of the two", path.display())]
    SharedPlaceTaken {
        /// The path.
        path: PathBuf,
        /// The name of the shared file in the manifest.
        name: String,
    },
    /// A shared file that this library does not have.
    #[error("{}: shared {name:?}: expected one of {}", path.display(), names.join(", "))]
    UnknownShared {
        /// The manifest.
        path: PathBuf,
        /// The name of the file in the manifest.
        name: String,
        /// The known names.
        names: Vec<String>,
    },
    /// A version of the library that the adapter has no files for.
    #[error("{adapter} cannot be run at version {version:?}: expected {}", versions.join(", "))]
    UnknownVersion {
        /// The adapter's name.
        adapter: String,
        /// The requested version.
        version: String,
        /// The known versions, the adapter's own first.
        versions: Vec<String>,
    },
}
