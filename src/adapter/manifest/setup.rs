//! `[setup]` of `adapter.toml`: what an adapter's packages are installed or built from.

use serde::Deserialize;

use super::{Placeholder, Version};

/// How an adapter is made ready to start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Setup {
    /// A virtual environment with the packages of a requirements file, all of them with hashes. Supplies `{python}` and
    /// `{dir}`.
    PythonVenv {
        /// The requirements file's name.
        lock: String,
        /// The oldest Python that will do.
        minimum: Version,
    },
    /// The packages of a `package-lock.json`, all of them with hashes. Supplies `{node}` and `{dir}`.
    NodeModules {
        /// The lock file's name.
        lock: String,
        /// The oldest Node.js that will do.
        minimum: Version,
    },
    /// The jars of a `pom.xml` and a list of the SHA-256 of each, as `sha256sum` writes it, with what is compiled from the
    /// folder `src`; all of it lies in the folder `lib`. Supplies `{java}` and `{dir}`.
    MavenJars {
        /// The name of the list.
        lock: String,
        /// The oldest JDK that will do.
        minimum: Version,
    },
    /// A program named `adapter` that is built from the packages of a `Cargo.lock`, all of them with hashes, and a
    /// `package.toml`, which becomes its `Cargo.toml`. Supplies `{program}` and `{dir}`.
    CargoPackage {
        /// The lock file's name.
        lock: String,
        /// The oldest Cargo that will do.
        minimum: Version,
    },
    /// A program that is built from the modules of a `go.sum`, all of them with hashes. Supplies `{program}` and `{dir}`.
    GoModule {
        /// The lock file's name.
        lock: String,
        /// The oldest Go that will do.
        minimum: Version,
    },
}

impl Setup {
    /// What it puts into the command.
    pub(super) fn supplies(&self) -> &'static [Placeholder] {
        match self {
            Self::PythonVenv { .. } => &[Placeholder::Dir, Placeholder::Python],
            Self::NodeModules { .. } => &[Placeholder::Dir, Placeholder::Node],
            Self::MavenJars { .. } => &[Placeholder::Dir, Placeholder::Java],
            Self::CargoPackage { .. } | Self::GoModule { .. } => &[Placeholder::Dir, Placeholder::Program],
        }
    }

    /// The name of the lock file.
    pub fn lock(&self) -> &str {
        match self {
            Self::PythonVenv { lock, .. }
            | Self::NodeModules { lock, .. }
            | Self::MavenJars { lock, .. }
            | Self::CargoPackage { lock, .. }
            | Self::GoModule { lock, .. } => lock,
        }
    }
}
