//! `[setup]` of `adapter.toml`: how an adapter's packages are installed or built.

use serde::Deserialize;

use super::{Placeholder, Version};

/// The set-up of an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Setup {
    /// A virtual environment with the packages of a requirements file. Each package has hashes. Supplies `{python}`
    /// and `{dir}`.
    PythonVenv {
        /// The requirements file's name.
        lock: String,
        /// The oldest accepted Python.
        minimum: Version,
    },
    /// The packages of a `package-lock.json`, each with a hash. Supplies `{node}` and `{dir}`.
    NodeModules {
        /// The lock file's name.
        lock: String,
        /// The oldest accepted Node.js.
        minimum: Version,
    },
    /// The jars of a `pom.xml`, and the classes that are compiled from the folder `src`. The lock file lists the
    /// SHA-256 of each jar, as `sha256sum` writes it. All jars are in the folder `lib`. Supplies `{java}` and `{dir}`.
    MavenJars {
        /// The name of the lock file.
        lock: String,
        /// The oldest accepted JDK.
        minimum: Version,
    },
    /// A program named `adapter`, built from the packages of a `Cargo.lock`, each with a hash. Its `package.toml`
    /// becomes `Cargo.toml`. Supplies `{program}` and `{dir}`.
    CargoPackage {
        /// The lock file's name.
        lock: String,
        /// The oldest accepted Cargo.
        minimum: Version,
    },
    /// A program built from the modules of a `go.sum`, each with a hash. Supplies `{program}` and `{dir}`.
    GoModule {
        /// The lock file's name.
        lock: String,
        /// The oldest accepted Go.
        minimum: Version,
    },
}

impl Setup {
    /// The placeholders that it supplies to the command.
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
